//! Rate checks: one rate for a currency and month, one parity for a currency.

use std::collections::BTreeMap;

use super::dataset::{Dataset, RowFinding, RowPosition};
use super::file_schema::ParsedRow;
use crate::ingest::problem::ProblemCode;

/// Finds rates and parities that an earlier row already states.
pub(super) fn findings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let mut found = Vec::new();
    let mut months = BTreeMap::new();
    let mut parities = BTreeMap::new();
    for (place, _, item) in book.taken() {
        match item {
            ParsedRow::Rate(currency, month, _) => {
                if let Some(first) = months.insert((*currency, *month), place) {
                    let (year, month_of_year) = month;
                    let (_, line) = book.line(first);
                    months.insert((*currency, *month), first);
                    let message = format!(
                        "{currency} has a rate for {year:04}-{month_of_year:02} on line {line} already"
                    );
                    let code = ProblemCode::DuplicateMonth;
                    found.push((place, RowFinding::error(code, "month", message)));
                }
            }
            ParsedRow::Parity(currency, _) => {
                if let Some(first) = parities.insert(*currency, place) {
                    let (_, line) = book.line(first);
                    parities.insert(*currency, first);
                    let message = format!("{currency} has a parity on line {line} already");
                    let code = ProblemCode::DuplicateParity;
                    found.push((place, RowFinding::error(code, "currency", message)));
                }
            }
            _ => {}
        }
    }
    found
}
