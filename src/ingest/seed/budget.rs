//! Reader of `seed/budgets.csv`: money of programmes over a period.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::noun::Kind;
use crate::model::programme::Budget;

pub(super) static BUDGETS: FileSchema = FileSchema {
    name: "seed/budgets.csv",
    own: &[
        "id",
        "programme_id",
        "element",
        "type",
        "status",
        "start",
        "end",
        "as_of",
        "amount",
        "currency",
        "qualifier",
        "absence",
        "supersedes",
        "part_of",
    ],
    has_provenance: true,
    keys: Some(Target::Budget),
    read,
};

/// Reads a row. Its money is valued at the date of the decision, otherwise at the start of its period.
fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let element = row.word("element");
    let r#type = row.optional_word("type");
    let status = row.optional_word("status");
    let period = row.period("start", "end");
    let as_of = row.date("as_of");
    let money = row.money(as_of.or(period.start));
    let supersedes = row.optional_reference("supersedes", Target::Budget);
    let part_of = row.optional_reference("part_of", Target::Budget);
    let provenance = row.provenance()?;
    let budget = Budget {
        id: id?,
        element: element?,
        r#type,
        status,
        period,
        as_of,
        money: money?,
        supersedes,
        part_of,
        provenance,
    };
    Some(ParsedRow::Budget(programme?, budget))
}
