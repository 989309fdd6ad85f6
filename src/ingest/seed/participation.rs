//! Reader of `seed/participations.csv`: roles of agencies in programmes.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::noun::Kind;
use crate::model::programme::Participation;

pub(super) static PARTICIPATIONS: FileSchema = FileSchema {
    name: "seed/participations.csv",
    own: &[
        "programme_id",
        "agency_id",
        "role",
        "role_as_published",
        "channel",
        "amount",
        "currency",
        "qualifier",
        "absence",
        "additional",
        "expect",
    ],
    has_provenance: true,
    keys: None,
    read,
};

/// Word for agencies that fund a programme beyond its budget.
pub(super) const ABOVE_BUDGET: &str = "ABOVE_BUDGET";

/// Reads a row. Its money is valued at the start of the programme, which is known only after assembly.
fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let agency = row.reference("agency_id", Target::Record(Kind::Agency));
    let role = row.word("role");
    let role_as_published = row.optional("role_as_published");
    let channel = row.optional_word("channel");
    let money = row.optional_money(None);
    let additional = row.flag("additional").unwrap_or(true);
    row.expect(ABOVE_BUDGET);
    let provenance = row.provenance()?;
    let participation = Participation {
        agency: agency?,
        role: role?,
        name_as_published: None,
        role_as_published,
        channel,
        money,
        additional,
        activity: None,
        provenance,
    };
    Some(ParsedRow::Participation(programme?, participation))
}
