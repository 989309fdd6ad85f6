//! Readers of the parts of programmes: recipients, locations and sectors.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::model::classification::{Recipient, SectorShare};
use crate::model::noun::Kind;
use crate::model::programme::Site;
use crate::model::text::{Language, Text};

/// The countries of programmes with several recipients.
pub(super) static RECIPIENTS: FileSchema = FileSchema {
    name: "seed/recipients.csv",
    own: &["programme_id", "country", "percentage"],
    has_provenance: true,
    keys: None,
    read: read_recipient,
};

fn read_recipient(row: &mut Row<'_>) -> Option<ParsedRow> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let country = row.reference("country", Target::Record(Kind::Country));
    let percentage = row.percentage("percentage");
    let provenance = row.provenance()?;
    Some(ParsedRow::Recipient(programme?, Recipient { country: country?, percentage, provenance }))
}

/// Locations where programmes work.
pub(super) static PROGRAMME_LOCATIONS: FileSchema = FileSchema {
    name: "seed/programme_locations.csv",
    own: &["programme_id", "location_id", "name_as_published"],
    has_provenance: true,
    keys: None,
    read: read_site,
};

fn read_site(row: &mut Row<'_>) -> Option<ParsedRow> {
    let programme = row.reference("programme_id", Target::Record(Kind::Programme));
    let location = row.reference("location_id", Target::Record(Kind::Location));
    let name_as_published = row.optional("name_as_published");
    let provenance = row.provenance()?;
    Some(ParsedRow::Site(programme?, Site { location: location?, name_as_published, provenance }))
}

/// Sectors of programmes.
pub(super) static PROGRAMME_SECTORS: FileSchema = FileSchema {
    name: "seed/programme_sectors.csv",
    own: &["programme_id", "name_as_published", "sector", "percentage"],
    has_provenance: true,
    keys: None,
    read: read_sector,
};

fn read_sector(row: &mut Row<'_>) -> Option<ParsedRow> {
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
