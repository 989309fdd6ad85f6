//! JSON output of tables, for plotting tools.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Number, Value, json};

use super::column::{Column, ColumnType};
use super::query::SavedQuery;
use super::table::{Table, TableCell};
use crate::model::date::PartialDate;

/// Milliseconds per day.
const DAY: i64 = 86_400_000;

/// Response to a saved query: `{name, title, dataVersion, columns, hasMore, cut, warnings, rows}`.
#[derive(Debug)]
pub struct JsonTable<'a> {
    /// Saved query.
    pub query: &'a SavedQuery,
    /// Data version of the response.
    pub data_version: Option<&'a str>,
    /// Result table.
    pub table: &'a Table,
}

/// Serializes the rows alone, as an array of objects.
#[derive(Debug)]
pub struct JsonRows<'a>(pub &'a Table);

impl Serialize for JsonTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(8))?;
        map.serialize_entry("name", self.query.name())?;
        map.serialize_entry("title", self.query.title())?;
        map.serialize_entry("dataVersion", &self.data_version)?;
        map.serialize_entry("columns", &columns(&self.table.columns))?;
        map.serialize_entry("hasMore", &self.table.has_more)?;
        map.serialize_entry("cut", &self.table.cut)?;
        map.serialize_entry("warnings", &self.table.warnings)?;
        map.serialize_entry("rows", &JsonRows(self.table))?;
        map.end()
    }
}

/// Lists the columns; those added for a decimal or a date name it in `beside`.
fn columns(columns: &[Column]) -> Vec<Value> {
    let mut entries = Vec::new();
    for column in columns {
        let added =
            |name: String, kind: &str| json!({ "name": name, "type": kind, "beside": column.name });
        entries.push(json!({ "name": column.name, "type": column.kind.as_str() }));
        entries.extend(column.text_name().map(|name| added(name, "text")));
        entries.extend(column.moment_name().map(|name| added(name, "milliseconds")));
    }
    entries
}

impl Serialize for JsonRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = serializer.serialize_seq(Some(self.0.rows.len()))?;
        for cells in &self.0.rows {
            rows.serialize_element(&JsonRow { columns: &self.0.columns, cells })?;
        }
        rows.end()
    }
}

struct JsonRow<'a> {
    columns: &'a [Column],
    cells: &'a [TableCell],
}

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(None)?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            match column.kind {
                ColumnType::Decimal => row.serialize_entry(&column.name, &number(cell))?,
                _ => row.serialize_entry(&column.name, cell)?,
            }
            if let Some(name) = column.text_name() {
                row.serialize_entry(&name, cell)?;
            }
            if let Some(name) = column.moment_name() {
                row.serialize_entry(&name, &moment(cell, column.is_end()))?;
            }
        }
        row.end()
    }
}

impl Serialize for TableCell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Empty => serializer.serialize_none(),
            Self::Boolean(yes) => serializer.serialize_bool(*yes),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// Converts an exact decimal to the nearest JSON number; its exact text is in the column beside it.
fn number(cell: &TableCell) -> Option<Number> {
    let TableCell::Text(text) = cell else { return None };
    match text.parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => Number::from_f64(text.parse().ok()?),
    }
}

/// Returns the first moment of a date, or the last for the end of a period, in milliseconds since 1970, UTC.
fn moment(cell: &TableCell, is_end: bool) -> Option<i64> {
    let TableCell::Text(text) = cell else { return None };
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
        let at = |text: &str| moment(&TableCell::Text(text.to_owned()), false);
        assert_eq!(at("1970"), Some(0));
        assert_eq!(at("1970-02"), Some(31 * DAY));
        assert_eq!(at("1969-12-31"), Some(-DAY));
        assert_eq!(at("1970-01-01T00:00:01Z"), Some(1000));
        assert_eq!(at("soon"), None);
        let end = |text: &str| moment(&TableCell::Text(text.to_owned()), true);
        assert_eq!(end("1970-01-01"), Some(DAY - 1));
        assert_eq!(end("1970"), Some(365 * DAY - 1), "a time that ends in a year ends with it");
    }

    #[test]
    fn a_decimal_is_a_number_and_whole_where_it_is_whole() {
        let of = |text: &str| number(&TableCell::Text(text.to_owned())).map(|n| n.to_string());
        assert_eq!(of("55000000").as_deref(), Some("55000000"));
        assert_eq!(of("42514905.62").as_deref(), Some("42514905.62"));
        assert_eq!(number(&TableCell::Empty), None);
    }
}
