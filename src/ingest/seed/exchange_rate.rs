//! Reader of `seed/exchange_rates.csv`: monthly means of the European Central Bank's daily reference rates.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;

pub(super) static EXCHANGE_RATES: FileSchema = FileSchema {
    name: "seed/exchange_rates.csv",
    own: &["currency", "month", "rate", "days"],
    has_provenance: false,
    keys: None,
    read,
};

/// Maximum number of daily rates in a month.
const MOST_DAYS: u32 = 31;

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
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
