//! Exchange rates: monthly means of the daily reference rates of the European Central Bank.

use super::row::Row;
use super::sheet::{Item, Sheet, Target};
use crate::ingest::problem::ProblemCode;

/// The file.
pub(super) static EXCHANGE_RATES: Sheet = Sheet {
    name: "seed/exchange_rates.csv",
    own: &["currency", "month", "rate", "days"],
    has_provenance: false,
    keys: None,
    read,
};

/// Most rates that a month can have.
const MOST_DAYS: u32 = 31;

fn read(row: &mut Row<'_>) -> Option<Item> {
    let currency = row.reference("currency", Target::Currency);
    let month = row.month("month");
    let rate = row.rate("rate");
    row.required("days");
    let days: Option<u32> = row.whole("days");
    if let Some(days) = days.filter(|days| !(1..=MOST_DAYS).contains(days)) {
        let message = format!("no mean is made of {days} days");
        row.error(ProblemCode::OutOfRange, "days", message, None);
    }
    days?;
    let year = month?.year();
    Some(Item::Rate(currency?, (year, month?.month()?), rate?))
}
