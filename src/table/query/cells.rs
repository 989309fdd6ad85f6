//! Cells of a query table, from the values of a response.

use rust_decimal::Decimal;

use crate::graphql::saved::column::{Column, ColumnType};
use crate::graphql::saved::table::{Table, TableCell};
use crate::model::date::PartialDate;
use crate::table::batch::{BATCH, Batch, Cell};
use crate::table::error::TableError;

/// Milliseconds per day.
const DAY: i64 = 86_400_000;

/// Converts rows to batches. `has_twins` adds the cells that JSON has beside decimals and dates.
///
/// # Errors
/// [`TableError::Encode`] for a value that is not of the type of its column.
pub(super) fn batches(table: &Table, has_twins: bool) -> Result<Vec<Batch>, TableError> {
    let names = |column: &Column| if has_twins { column.names().count() } else { 1 };
    let width = table.columns.iter().map(names).sum();
    table
        .rows
        .chunks(BATCH)
        .map(|rows| {
            let mut batch = Batch::new(width);
            for (column, cell) in rows.iter().flat_map(|row| table.columns.iter().zip(row)) {
                push(&mut batch, column, cell)?;
                if has_twins {
                    push_twins(&mut batch, column, cell);
                }
            }
            Ok(batch)
        })
        .collect()
}

fn push(batch: &mut Batch, column: &Column, cell: &TableCell) -> Result<(), TableError> {
    if *cell == TableCell::Empty {
        batch.push_empty();
        return Ok(());
    }
    let typed = match (column.kind, cell) {
        (ColumnType::Boolean, TableCell::Boolean(is_true)) => Some(Cell::Boolean(*is_true)),
        (ColumnType::Integer, TableCell::Number(number)) => number.as_i64().map(Cell::Integer),
        (ColumnType::Number, TableCell::Number(number)) => {
            decimal(&number.to_string()).map(Cell::Decimal)
        }
        (ColumnType::Decimal, TableCell::Text(text)) => decimal(text).map(Cell::Decimal),
        (ColumnType::Day, TableCell::Text(text)) => {
            text.parse::<PartialDate>().ok().map(|date| Cell::Date(date.first_day()))
        }
        (ColumnType::Text | ColumnType::Date | ColumnType::DateTime, cell) => {
            batch.push_text(&cell.clone().into_text());
            return Ok(());
        }
        _ => None,
    };
    let mistyped = || {
        let text = cell.clone().into_text();
        TableError::Encode(format!("column `{}` is of another type than `{text}`", column.name))
    };
    batch.push(typed.ok_or_else(mistyped)?);
    Ok(())
}

/// Parses a decimal, with or without an exponent.
fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

fn push_twins(batch: &mut Batch, column: &Column, cell: &TableCell) {
    let text = match cell {
        TableCell::Text(text) => text.as_str(),
        _ => "",
    };
    if column.text_name().is_some() {
        batch.push_text(text);
    }
    if column.moment_name().is_some() {
        batch.push(moment(text, column.is_end()).map_or(Cell::Empty, Cell::Integer));
    }
}

/// Returns the first moment of a date, or the last for the end of a period, in milliseconds since 1970, UTC.
fn moment(text: &str, is_end: bool) -> Option<i64> {
    if let Ok(date) = text.parse::<PartialDate>() {
        let day = if is_end { date.last_day() } else { date.first_day() };
        let since = time::Date::from_ordinal_date(1970, 1).ok()?.to_julian_day();
        let begin = i64::from(day.to_julian_day() - since) * DAY;
        return Some(if is_end { begin + DAY - 1 } else { begin });
    }
    let moment = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
    moment.ok().map(|moment| moment.unix_timestamp() * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_starts_with_its_first_day() {
        let at = |text: &str| moment(text, false);
        assert_eq!(at("1970"), Some(0));
        assert_eq!(at("1970-02"), Some(31 * DAY));
        assert_eq!(at("1969-12-31"), Some(-DAY));
        assert_eq!(at("1970-01-01T00:00:01Z"), Some(1000));
        assert_eq!(at("soon"), None);
        let end = |text: &str| moment(text, true);
        assert_eq!(end("1970-01-01"), Some(DAY - 1));
        assert_eq!(end("1970"), Some(365 * DAY - 1), "a time that ends in a year ends with it");
    }

    fn one(kind: ColumnType, cell: TableCell) -> Result<Vec<Cell>, TableError> {
        let name = "x".to_owned();
        let column = Column { name, kind, description: String::new(), is_joined: false };
        let table = Table { columns: vec![column], rows: vec![vec![cell]] };
        let batches = batches(&table, true)?;
        Ok(batches
            .iter()
            .flat_map(|batch| batch.rows().flatten().copied().collect::<Vec<_>>())
            .collect())
    }

    #[test]
    fn a_decimal_is_exact_and_json_has_its_text_beside_it() {
        let text = |text: &str| TableCell::Text(text.to_owned());
        let cells = one(ColumnType::Decimal, text("42514905.62")).unwrap();
        assert_eq!(cells[0], Cell::Decimal(Decimal::new(4_251_490_562, 2)));
        assert!(matches!(cells[1], Cell::Text(_)));
        assert_eq!(one(ColumnType::Decimal, TableCell::Empty).unwrap(), [Cell::Empty; 2]);
        let share = serde_json::Number::from_f64(1e-7).unwrap();
        let share = one(ColumnType::Number, TableCell::Number(share)).unwrap();
        assert_eq!(share, [Cell::Decimal(Decimal::new(1, 7))]);
        assert!(one(ColumnType::Decimal, text("many")).is_err());
        let days = one(ColumnType::Date, text("1970-02")).unwrap();
        assert_eq!(days[1], Cell::Integer(31 * DAY));
    }
}
