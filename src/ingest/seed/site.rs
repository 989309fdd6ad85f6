//! Reader of `seed/programme_locations.csv`: locations where programmes work.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::noun::Kind;
use crate::model::programme::Site;

pub(super) static PROGRAMME_LOCATIONS: FileSchema = FileSchema {
    name: "seed/programme_locations.csv",
    own: &["programme_id", "location_id", "name_as_published"],
    has_provenance: true,
    keys: None,
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let location = row.reference("location_id", Target::Record(Kind::Location));
    let name_as_published = row.optional("name_as_published");
    let provenance = row.provenance()?;
    Some(ParsedRow::Site(programme?, Site { location: location?, name_as_published, provenance }))
}
