//! Reader of `seed/partnerships.csv`: standing cooperation between a donor and a country.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::date::Period;
use crate::model::noun::Kind;
use crate::model::partnership::Partnership;

pub(super) static PARTNERSHIPS: FileSchema = FileSchema {
    name: "seed/partnerships.csv",
    own: &["id", "donor", "country", "status", "since", "until"],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Partnership)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let donor = row.reference("donor", Target::Record(Kind::Country));
    let country = row.reference("country", Target::Record(Kind::Country));
    let status = row.word("status");
    let Period { start: since, end: until } = row.period("since", "until");
    let provenance = row.provenance()?;
    let partnership = Partnership {
        id: id?,
        donor: donor?,
        country: country?,
        status: status?,
        since,
        until,
        provenance,
    };
    Some(ParsedRow::Record(partnership.into()))
}
