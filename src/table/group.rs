//! Group tables: the amounts of a list summed by keys, one row for each combination.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::{Batch, Cell};
use super::column::{Column, ColumnType};
use super::description::{Description, Parameter};
use super::error::TableError;
use super::key;
use super::names::Names;
use super::output::Output;
use super::record::RecordTable;
use super::selection::{
    Selection, currency_parameter, filter_parameters, language_parameter, page_parameters,
};
use crate::draw::chart::{Mark, Spec};
use crate::model::code::Code;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::read::coverage::SumCoverage;
use crate::read::groups::{
    Amounts, Group, GroupDimension, GroupOrder, Groups, Key, KeyAbsence, LeftOut,
};
use crate::read::reader::Reader;

/// Largest number of rows with gaps filled.
const MAX_FILLED: usize = 1_000_000;

/// Returns the amounts that a record table groups; `None` if it has none.
pub(super) fn amounts(table: &RecordTable) -> Option<Amounts> {
    match (table.name, table.kind) {
        ("transactions", _) => Some(Amounts::Transactions),
        ("budgets", _) => Some(Amounts::Budgets),
        (_, Kind::HumanitarianContribution | Kind::MissionContribution) => Amounts::of(table.kind),
        _ => None,
    }
}

/// Returns the parameters that group the amounts of a table.
pub(super) fn parameters(kind: Kind, amounts: Amounts) -> Vec<Parameter> {
    let parameter = |name: &'static str, r#type: &'static str, about: &'static str| Parameter {
        name: name.into(),
        r#type: r#type.into(),
        description: about.into(),
        values: Vec::new(),
        is_list: false,
        is_required: false,
        default: None,
    };
    let by = Parameter {
        values: amounts.dimensions().map(|by| key::word(by).into()).collect(),
        is_list: true,
        ..parameter(
            "by",
            "GroupDimension",
            "Keys of the groups. The table then has one row for each combination of keys.",
        )
    };
    let fill = Parameter {
        values: vec!["year".into(), "month".into()],
        ..parameter(
            "fill",
            "String",
            "Adds an empty row for each year or month without an amount, between the first and the last.",
        )
    };
    let left_out = parameter(
        "leftOut",
        "Boolean",
        "Adds a row for each reason for which amounts count in no group. The sum of the values is then that of all amounts.",
    );
    let mut parameters = filter_parameters(kind);
    parameters.extend([currency_parameter(), language_parameter()]);
    parameters.extend([by, fill, left_out]);
    parameters.extend(page_parameters(false));
    parameters
}

/// Returns the description of the groups of a record table.
pub(super) fn description(
    table: &RecordTable,
    amounts: Amounts,
    selection: &Selection,
) -> Description {
    let keys = selection.by.iter().flat_map(|by| key::columns(*by));
    let words: Vec<String> =
        selection.by.iter().map(|by| key::word(*by).replace('_', " ")).collect();
    let mut columns: Vec<Column> = keys.collect();
    let key = selection.by.iter().filter_map(|by| key::columns(*by).into_iter().next());
    let mut key: Vec<_> = key.map(|column| column.name).collect();
    columns.extend(figure_columns(selection.currency));
    if selection.with_left_out {
        columns.extend(left_out_columns(selection.currency));
        key.push("left_out".into());
    }
    Description {
        name: table.name.into(),
        title: format!("{} by {}", table.title, words.join(" and ")).into(),
        question: format!("How much counts, by {}?", words.join(" and ")).into(),
        parameters: parameters(table.kind, amounts),
        columns,
        key,
        chart: chart(&selection.by),
    }
}

/// Returns how groups are drawn: years or months across if they are a key, then the other keys as colour and panels; `None`
/// for more keys than that.
fn chart(by: &[GroupDimension]) -> Option<Spec> {
    let is_time = |by: &GroupDimension| matches!(by, GroupDimension::Year | GroupDimension::Month);
    let (times, others): (Vec<_>, Vec<_>) = by.iter().copied().partition(is_time);
    let keys: Vec<_> = times.into_iter().chain(others).collect();
    let named = |at: usize| keys.get(at).map(|by| key::shown(*by));
    let (colour, facet) = (named(1), named(2));
    let spec = |x| Spec { mark: Mark::Bar, x, y: "counted".to_owned(), colour, facet };
    named(0).filter(|_| keys.len() <= 3).map(spec)
}

fn figure_columns(currency: Currency) -> Vec<Column> {
    let unit = currency.to_string();
    let sum = |name: &'static str, about: &'static str| {
        Column::new(name, ColumnType::Decimal, about).in_unit(unit.clone())
    };
    let count =
        |name: &'static str, about: &'static str| Column::new(name, ColumnType::Integer, about);
    vec![
        sum("counted", "Sum of what counts once: the figure to quote. Empty if nothing counts."),
        Column::new("currency", ColumnType::Text, "Currency of the sums.").with_codes("ISO 4217"),
        sum("lower", "Guaranteed lower bound of the sum."),
        sum("upper", "Guaranteed upper bound of the sum. Empty if there is none."),
        count("items", "Number of amounts that count, in full or with a share."),
        count(
            "programmes",
            "Number of programmes that they belong to. Empty for contributions. Do not add it up over rows.",
        ),
        count("not_stated", "Number of amounts that are not stated."),
        count("approximate", "Number of approximate amounts."),
        Column::new(
            "converted_share",
            ColumnType::Decimal,
            "Share of the stated amounts that could be converted, from 0 to 1.",
        ),
        Column::new(
            "coverage",
            ColumnType::Text,
            "PUBLISHED_TOTAL if every counted amount is a published total, ITEMS_ONLY if one is a single item, NONE if nothing counts.",
        ),
        count("disputed", "Number of counted amounts with rival figures, which widen the bounds."),
    ]
}

fn left_out_columns(currency: Currency) -> Vec<Column> {
    vec![
        super::record::converted_column(
            currency,
            "Sum of the row: what counts, or what is left out for a reason. Empty without a rate.",
        ),
        super::record::left_out_column(
            "Reason for which the amounts of the row count in no group.",
        ),
    ]
}

/// Row of a group table.
enum Row {
    Group(Group),
    /// Keys without an amount.
    Gap(Vec<Key>),
    LeftOut(LeftOut),
}

impl Row {
    /// Returns its keys; a row of left-out amounts has none.
    fn keys(&self) -> &[Key] {
        match self {
            Self::Group(group) => &group.keys,
            Self::Gap(keys) => keys,
            Self::LeftOut(_) => &[],
        }
    }
}

/// Writes the groups of a selection.
pub(super) fn write(
    amounts: Amounts,
    selection: &Selection,
    reader: &Reader,
    output: &mut Output<'_>,
) -> Result<(), TableError> {
    let query = selection.totals(reader);
    let order = GroupOrder::Key;
    let Groups { groups, left_out, .. } =
        reader.groups(amounts, &query, &selection.by, order, 0..usize::MAX)?;
    let mut rows: Vec<Row> = groups.into_iter().map(Row::Group).collect();
    if selection.fill {
        rows = filled(rows, &selection.by)?;
    }
    if selection.with_left_out {
        rows.extend(left_out.into_iter().map(Row::LeftOut));
    }
    let mut names = Names::new(reader, &selection.languages);
    for row in rows {
        if let Some(batch) = output.row() {
            push(&row, amounts, selection, &mut names, batch)?;
            output.pass()?;
        }
        if output.is_full() {
            break;
        }
    }
    Ok(())
}

fn push(
    row: &Row,
    amounts: Amounts,
    selection: &Selection,
    names: &mut Names<'_>,
    batch: &mut Batch,
) -> Result<(), TableError> {
    let keys = row.keys();
    for (at, by) in selection.by.iter().enumerate() {
        let code = keys.get(at).map(|key| key.code.as_deref().map_err(|absence| *absence));
        key::push(batch, names, *by, code)?;
    }
    let decimal = |value: Option<_>| value.map_or(Cell::Empty, Cell::Decimal);
    let count = |count: usize| Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let mut value = None;
    let mut reason = None;
    match row {
        Row::Group(group) => {
            value = group.counted;
            batch.push(decimal(group.counted));
            batch.push_text(selection.currency.as_str());
            batch.push(decimal(group.lower));
            batch.push(decimal(group.upper));
            batch.push(count(group.items));
            let programmes = Some(group.programmes).filter(|_| amounts.have_programmes());
            batch.push(programmes.map_or(Cell::Empty, count));
            batch.push(count(group.not_stated));
            batch.push(count(group.approximate));
            batch.push(decimal(group.converted_share));
            batch.push_text(group.coverage.as_str());
            batch.push(count(group.disputed));
        }
        Row::Gap(_) => {
            (0..9).for_each(|_| batch.push_empty());
            batch.push_text(SumCoverage::None.as_str());
            batch.push_empty();
        }
        Row::LeftOut(sum) => {
            let is_converted = sum.currency == Some(selection.currency);
            value = sum.amount.filter(|_| is_converted);
            reason = Some(sum.reason);
            batch.push_empty();
            batch.push_text(selection.currency.as_str());
            batch.push_empty();
            batch.push_empty();
            batch.push(count(sum.items));
            (0..6).for_each(|_| batch.push_empty());
        }
    }
    if selection.with_left_out {
        batch.push(decimal(value));
        batch.push_some(reason.map(Code::as_str));
    }
    Ok(())
}

/// Position of a key in the order of rows: codes first, then the reasons for a missing one.
fn rank(key: &Key) -> (bool, bool, &str) {
    match &key.code {
        Ok(code) => (false, false, code.as_str()),
        Err(absence) => (true, *absence == KeyAbsence::NotStated, ""),
    }
}

/// Adds a row for each year or month that a combination of the other keys lacks.
fn filled(rows: Vec<Row>, by: &[GroupDimension]) -> Result<Vec<Row>, TableError> {
    let is_time = |by: &GroupDimension| matches!(by, GroupDimension::Year | GroupDimension::Month);
    let Some(time) = by.iter().position(is_time) else {
        let message = "`fill` needs `year` or `month` in `by`".to_owned();
        return Err(TableError::Parameter(message));
    };
    let mut present: BTreeMap<Vec<String>, (Vec<Key>, BTreeSet<i32>)> = BTreeMap::new();
    let mut all: BTreeSet<i32> = BTreeSet::new();
    for row in &rows {
        let Row::Group(group) = row else { continue };
        let others = group.keys.iter().enumerate().filter(|(at, _)| *at != time);
        let others = others.map(|(_, key)| format!("{:?}", key.code)).collect();
        let (_, times) =
            present.entry(others).or_insert_with(|| (group.keys.clone(), BTreeSet::new()));
        let number =
            group.keys.get(time).and_then(|key| key.code.as_ref().ok()).and_then(|c| number(c));
        times.extend(number);
        all.extend(number);
    }
    let Some((first, last)) = all.first().copied().zip(all.last().copied()) else {
        return Ok(rows);
    };
    let span = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
    let most = span.saturating_mul(present.len());
    if most > MAX_FILLED {
        return Err(TableError::TooLarge {
            found: most as u64,
            limit: MAX_FILLED as u64,
            unit: "rows",
            advice: "leave out `fill`, or restrict the filter".into(),
        });
    }
    let mut rows = rows;
    for (keys, times) in present.into_values() {
        for number in (first..=last).filter(|number| !times.contains(number)) {
            let mut keys = keys.clone();
            if let Some(key) = keys.get_mut(time) {
                key.code = Ok(code(number, key.dimension));
            }
            rows.push(Row::Gap(keys));
        }
    }
    rows.sort_by(|a, b| a.keys().iter().map(rank).cmp(b.keys().iter().map(rank)));
    Ok(rows)
}

/// Converts a year or month into a number: years, or months since year 0.
fn number(code: &str) -> Option<i32> {
    match code.split_once('-') {
        None => code.parse().ok(),
        Some((year, month)) => {
            Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
        }
    }
}

/// Returns the code of a number.
fn code(number: i32, dimension: GroupDimension) -> String {
    match dimension {
        GroupDimension::Month => format!("{:04}-{:02}", number / 12, number % 12 + 1),
        _ => format!("{number:04}"),
    }
}
