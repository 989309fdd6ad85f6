//! Reader of `seed/currencies.csv`. Currencies become part of the rates; names and sources are checked and dropped.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;

pub(super) static CURRENCIES: FileSchema = FileSchema {
    name: "seed/currencies.csv",
    own: &["code", "name_en", "name_fr", "minor_units"],
    has_provenance: true,
    keys: Some(Target::Currency),
    read,
};

/// Maximum number of decimal places. Source: ISO 4217 (UYW has four).
const MOST_DIGITS: u32 = 4;

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let code = row.code("code");
    row.text("name_en", "name_fr");
    row.required("minor_units");
    let minor_units: Option<u32> = row.whole("minor_units");
    if let Some(digits) = minor_units.filter(|digits| *digits > MOST_DIGITS) {
        let message = format!("no currency has {digits} decimal places");
        row.error(ProblemCode::OutOfRange, "minor_units", message, None);
    }
    row.provenance();
    Some(ParsedRow::Currency(code?, minor_units?))
}
