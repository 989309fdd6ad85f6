//! Reader of `seed/programme_sectors.csv`: sectors of programmes.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::classification::SectorShare;
use crate::model::noun::Kind;
use crate::model::text::{Language, Text};

pub(super) static PROGRAMME_SECTORS: FileSchema = FileSchema {
    name: "seed/programme_sectors.csv",
    own: &["programme_id", "name_as_published", "sector", "percentage"],
    has_provenance: true,
    keys: None,
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let name_as_published = row.required("name_as_published");
    let sector = row.optional_reference("sector", Target::Record(Kind::Sector));
    let percentage = row.percentage("percentage");
    let provenance = row.provenance()?;
    let share = SectorShare {
        // The source does not state its language.
        name_as_published: Text::of([(Language::UND, name_as_published?)]),
        vocabulary: None,
        code: None,
        sector,
        percentage,
        provenance,
    };
    Some(ParsedRow::Sector(programme?, share))
}
