//! Readers of currencies, exchange rates and fixed parities.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::date::Period;
use crate::model::rate::Parity;

/// Currencies. They become part of the rates; names and sources are checked and dropped.
pub(super) static CURRENCIES: FileSchema = FileSchema {
    name: "seed/currencies.csv",
    own: &["code", "name_en", "name_fr", "minor_units"],
    has_provenance: true,
    keys: Some(Target::Currency),
    read: read_currency,
};

/// Maximum number of decimal places. Source: ISO 4217 (UYW has four).
const MOST_DIGITS: u32 = 4;

fn read_currency(row: &mut Row<'_>) -> Option<ParsedRow> {
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

/// Monthly means of the European Central Bank's daily reference rates.
pub(super) static EXCHANGE_RATES: FileSchema = FileSchema {
    name: "seed/exchange_rates.csv",
    own: &["currency", "month", "rate", "days"],
    has_provenance: false,
    keys: None,
    read: read_rate,
};

/// Maximum number of daily rates in a month.
const MOST_DAYS: u32 = 31;

fn read_rate(row: &mut Row<'_>) -> Option<ParsedRow> {
    let currency = row.reference("currency", Target::Currency);
    let month = row.month("month");
    let rate = row.rate("rate");
    row.required("days");
    let days: Option<u32> = row.whole("days");
    if let Some(days) = days.filter(|days| !(1..=MOST_DAYS).contains(days)) {
        let message = format!("a monthly mean cannot cover {days} days");
        row.error(ProblemCode::OutOfRange, "days", message, None);
    }
    days?;
    let year = month?.year();
    Some(ParsedRow::Rate(currency?, (year, month?.month()?), rate?))
}

/// Legally fixed parities with the euro.
pub(super) static FIXED_PARITIES: FileSchema = FileSchema {
    name: "seed/fixed_parities.csv",
    own: &["currency", "rate", "from", "until"],
    has_provenance: true,
    keys: None,
    read: read_parity,
};

fn read_parity(row: &mut Row<'_>) -> Option<ParsedRow> {
    let currency = row.reference("currency", Target::Currency);
    let rate = row.rate("rate");
    row.required("from");
    let from = row.date("from");
    let until = row.date("until");
    row.in_order(Period { start: from, end: until }, "until");
    row.provenance()?;
    Some(ParsedRow::Parity(currency?, Parity { rate: rate?, from: from?, until }))
}
