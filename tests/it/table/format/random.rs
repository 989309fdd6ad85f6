//! Random descriptions and rows.

use std::ops::Range;

use aidgraph::table::batch::{Batch, Cell};
use aidgraph::table::column::{Column, ColumnType};
use aidgraph::table::description::Description;
use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::Date;

/// Cell with its own text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Other(Cell),
}

/// Table and the values of its rows.
#[derive(Clone, Debug)]
pub(super) struct Random {
    pub(super) description: Description,
    pub(super) rows: Vec<Vec<Value>>,
    /// Rows in each batch.
    pub(super) portion: usize,
}

impl Random {
    pub(super) fn batches(&self) -> Vec<Batch> {
        let width = self.description.columns.len();
        let fill = |rows: &[Vec<Value>]| {
            let mut batch = Batch::new(width);
            for value in rows.iter().flatten() {
                match value {
                    Value::Text(text) => batch.push_text(text),
                    Value::Other(cell) => batch.push(*cell),
                }
            }
            batch
        };
        self.rows.chunks(self.portion).map(fill).collect()
    }
}

/// Dates that fit every format: from March 1900, because spreadsheets have a 29 February 1900, to 9999.
const DAYS: Range<i32> = 2_415_080..5_373_485;

/// Texts that some format or reader mistakes.
const HARD: &[&str] = &[
    "NA",
    "00123",
    "1E5",
    "=1+1",
    "+1",
    "-2+3",
    "-12.5",
    "@x",
    "'=x",
    "a,b",
    "say \"so\"",
    "two\nlines",
    "two\r\nlines",
    "\rcr",
    "\ttab",
    " spaces ",
    "http://example.org/a?b=c&d",
    "Djenn\u{e9}",
    "\u{1f30d}",
    "<b>&amp;</b>",
    "_x000D_",
    "true",
    "2015-03-01",
    "null",
    "\"",
    "\u{1}\u{1f}",
    "\\",
    "mailto:a@b.org",
    "internal:Sheet1!A1",
    "{=SUM(A1)}",
    "\u{feff}mark",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(HARD).prop_map(str::to_owned),
        2 => "[ -~\u{a0}-\u{24f}]{0,20}",
        1 => "\\PC{0,10}",
    ]
}

fn value(r#type: ColumnType) -> BoxedStrategy<Value> {
    let cell = match r#type {
        ColumnType::Text => return text().prop_map(Value::Text).boxed(),
        // Whole numbers that every format holds exactly.
        ColumnType::Integer => (-(1i64 << 53)..1 << 53).prop_map(Cell::Integer).boxed(),
        ColumnType::Decimal => (-(1i128 << 80)..1 << 80, 0u32..=12)
            .prop_map(|(digits, scale)| Cell::Decimal(Decimal::from_i128_with_scale(digits, scale)))
            .boxed(),
        ColumnType::Boolean => any::<bool>().prop_map(Cell::Boolean).boxed(),
        ColumnType::Date => {
            DAYS.prop_map(|day| Cell::Date(Date::from_julian_day(day).unwrap())).boxed()
        }
    };
    prop_oneof![1 => Just(Cell::Empty), 4 => cell].prop_map(Value::Other).boxed()
}

fn column_type() -> impl Strategy<Value = ColumnType> {
    proptest::sample::select(&[
        ColumnType::Text,
        ColumnType::Integer,
        ColumnType::Decimal,
        ColumnType::Boolean,
        ColumnType::Date,
    ])
}

fn columns(types: &[ColumnType], words: &str) -> Vec<Column> {
    let column = |(at, r#type): (usize, &ColumnType)| {
        let column = Column::new(format!("column_{at}"), *r#type, words.to_owned());
        match r#type {
            ColumnType::Text => column.with_codes("ISO 3166-1"),
            ColumnType::Decimal => column.in_unit("EUR"),
            _ => column,
        }
    };
    types.iter().enumerate().map(column).collect()
}

/// Tables of up to six columns and forty rows.
pub(super) fn table() -> impl Strategy<Value = Random> {
    (vec(column_type(), 1..=6), text(), 1usize..=20).prop_flat_map(|(types, words, portion)| {
        let row: Vec<_> = types.iter().map(|r#type| value(*r#type)).collect();
        let description = super::description(columns(&types, &words));
        vec(row, 0..=40).prop_map(move |rows| Random {
            description: description.clone(),
            rows,
            portion,
        })
    })
}
