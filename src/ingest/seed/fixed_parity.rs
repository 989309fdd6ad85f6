//! Reader of `seed/fixed_parities.csv`: legally fixed parities with the euro.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::date::Period;
use crate::model::rate::Parity;

pub(super) static FIXED_PARITIES: FileSchema = FileSchema {
    name: "seed/fixed_parities.csv",
    own: &["currency", "rate", "from", "until"],
    has_provenance: true,
    keys: None,
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let currency = row.reference("currency", Target::Currency);
    let rate = row.rate("rate");
    row.required("from");
    let from = row.date("from");
    let until = row.date("until");
    row.in_order(Period { start: from, end: until }, "until");
    row.provenance()?;
    Some(ParsedRow::Parity(currency?, Parity { rate: rate?, from: from?, until }))
}
