//! Arrow batches, from which Parquet and Arrow files are written.
//!
//! Decimals have one scale, whatever the rows hold. A number with more decimals is rounded half to even.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Metadata, Schema, SchemaRef};
use rust_decimal::{Decimal, RoundingStrategy};
use time::Date;

use super::Provenance;
use crate::table::batch::{Batch, Cell};
use crate::table::column::{Column, ColumnType};
use crate::table::description::Description;
use crate::table::error::TableError;

/// Digits of a decimal, those after the point included.
const PRECISION: u8 = 38;

/// Digits after the point of a decimal.
const SCALE: u8 = 12;

/// Rows of an Arrow batch.
const MAX_ROWS: usize = 8_192;

/// Bytes of text of an Arrow batch, unless one batch of the maker has more.
const MAX_TEXT_BYTES: usize = 8 << 20;

/// 1970-01-01 as a Julian day number.
const EPOCH: i32 = 2_440_588;

/// Facts of a table for the metadata of a file, in a fixed order.
pub(super) fn facts(
    description: &Description,
    provenance: &Provenance,
) -> Result<Vec<(&'static str, String)>, TableError> {
    let list = |texts: &[String]| {
        serde_json::to_string(texts).map_err(|error| TableError::Encode(error.to_string()))
    };
    let mut facts = vec![
        ("name", description.name.to_string()),
        ("title", description.title.to_string()),
        ("question", description.question.to_string()),
        ("licences", list(&provenance.licences)?),
        ("warnings", list(&provenance.warnings)?),
    ];
    facts.extend(provenance.data_version.clone().map(|version| ("data_version", version)));
    Ok(facts)
}

fn field(column: &Column) -> Field {
    let r#type = match column.r#type {
        ColumnType::Text => DataType::Utf8,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Decimal => DataType::Decimal128(PRECISION, SCALE.cast_signed()),
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date32,
    };
    let description = ("description", column.description.to_string());
    let unit = column.unit.as_ref().map(|unit| ("unit", unit.to_string()));
    let codes = column.codes.as_ref().map(|codes| ("code_list", codes.to_string()));
    let metadata = std::iter::once(description).chain(unit).chain(codes);
    Field::new(&*column.name, r#type, true).with_metadata(metadata.collect::<Metadata>())
}

/// Collects rows in columns.
pub(super) struct Collector<'a> {
    pub(super) schema: SchemaRef,
    columns: &'a [Column],
    builders: Vec<Builder>,
    rows: usize,
    text_bytes: usize,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        description: &'a Description,
        provenance: &Provenance,
    ) -> Result<Self, TableError> {
        let columns = &description.columns;
        let fields: Vec<_> = columns.iter().map(field).collect();
        let metadata: Metadata = facts(description, provenance)?.into_iter().collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let builders = columns.iter().map(Builder::new).collect();
        Ok(Self { schema, columns, builders, rows: 0, text_bytes: 0 })
    }

    /// Appends the rows of a batch; passes on those that are complete in number.
    pub(super) fn append(
        &mut self,
        batch: &Batch,
        mut pass_on: impl FnMut(&RecordBatch) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        if self.text_bytes + batch.text_bytes() > MAX_TEXT_BYTES {
            self.complete(&mut pass_on)?;
        }
        self.text_bytes += batch.text_bytes();
        for row in batch.rows() {
            for ((column, builder), cell) in self.columns.iter().zip(&mut self.builders).zip(row) {
                builder.append(batch, *cell, column)?;
            }
            self.rows += 1;
            if self.rows == MAX_ROWS {
                self.complete(&mut pass_on)?;
            }
        }
        Ok(())
    }

    /// Passes on the rows collected so far.
    pub(super) fn complete(
        &mut self,
        mut pass_on: impl FnMut(&RecordBatch) -> Result<(), TableError>,
    ) -> Result<(), TableError> {
        if self.rows == 0 {
            return Ok(());
        }
        (self.rows, self.text_bytes) = (0, 0);
        let columns = self.builders.iter_mut().map(Builder::finish).collect();
        pass_on(&RecordBatch::try_new(self.schema.clone(), columns).map_err(failed)?)
    }
}

/// Builder of the array of a column.
enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
}

impl Builder {
    fn new(column: &Column) -> Self {
        match column.r#type {
            ColumnType::Text => Self::Text(StringBuilder::new()),
            ColumnType::Integer => Self::Integer(Int64Builder::new()),
            ColumnType::Decimal => {
                let r#type = field(column).data_type().clone();
                Self::Decimal(Decimal128Builder::new().with_data_type(r#type))
            }
            ColumnType::Boolean => Self::Boolean(BooleanBuilder::new()),
            ColumnType::Date => Self::Date(Date32Builder::new()),
        }
    }

    /// Appends a cell; one of another type is null, and was rejected before.
    fn append(&mut self, batch: &Batch, cell: Cell, column: &Column) -> Result<(), TableError> {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(span)) => builder.append_value(batch.text(span)),
            (Self::Integer(builder), Cell::Integer(number)) => builder.append_value(number),
            (Self::Decimal(builder), Cell::Decimal(number)) => {
                builder.append_value(scaled(number).ok_or_else(|| too_long(number, column))?);
            }
            (Self::Boolean(builder), Cell::Boolean(is_true)) => builder.append_value(is_true),
            (Self::Date(builder), Cell::Date(date)) => builder.append_value(days(date)),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Decimal(builder), _) => builder.append_null(),
            (Self::Boolean(builder), _) => builder.append_null(),
            (Self::Date(builder), _) => builder.append_null(),
        }
        Ok(())
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
        }
    }
}

fn days(date: Date) -> i32 {
    date.to_julian_day() - EPOCH
}

/// Returns a decimal as a number of units of its last digit; `None` beyond [`PRECISION`] digits.
fn scaled(number: Decimal) -> Option<i128> {
    let number = number.round_dp_with_strategy(SCALE.into(), RoundingStrategy::MidpointNearestEven);
    let factor = 10i128.checked_pow(u32::from(SCALE).checked_sub(number.scale())?)?;
    let scaled = number.mantissa().checked_mul(factor)?;
    let limit = 10u128.checked_pow(u32::from(PRECISION))?;
    (scaled.unsigned_abs() < limit).then_some(scaled)
}

fn too_long(number: Decimal, column: &Column) -> TableError {
    let name = &column.name;
    TableError::Encode(format!(
        "column `{name}` has {PRECISION} digits, {SCALE} of them after the point; {number} has more: choose csv"
    ))
}

/// Converts an error of Arrow.
pub(super) fn failed(error: ArrowError) -> TableError {
    match error {
        ArrowError::IoError(_, error) => error.into(),
        error => TableError::Encode(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn units(text: &str) -> Option<i128> {
        scaled(Decimal::from_str(text).expect("a decimal"))
    }

    #[test]
    fn decimals_keep_twelve_digits_and_round_half_to_even_beyond() {
        assert_eq!(units("1.50"), Some(1_500_000_000_000));
        assert_eq!(units("-0.000000000001"), Some(-1));
        assert_eq!(units("0.0000000000005"), Some(0));
        assert_eq!(units("0.0000000000015"), Some(2));
        assert_eq!(units("-0.0000000000025"), Some(-2));
        assert_eq!(units("99999999999999999999999999"), Some(10i128.pow(38) - 10i128.pow(12)));
        assert_eq!(units("100000000000000000000000000"), None);
        assert_eq!(units("79228162514264337593543950335"), None);
    }

    #[test]
    fn days_count_from_1970() {
        assert_eq!(days(Date::from_ordinal_date(1970, 1).expect("a day")), 0);
        assert_eq!(days(Date::from_ordinal_date(1969, 365).expect("a day")), -1);
    }
}
