//! Reader of `seed/locations.csv`: places below the country level.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::location::{Location, Point};
use crate::model::noun::Kind;

pub(super) static LOCATIONS: FileSchema = FileSchema {
    name: "seed/locations.csv",
    own: &[
        "id",
        "name_en",
        "name_fr",
        "kind",
        "country",
        "within",
        "latitude",
        "longitude",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::Location)),
    read,
};

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let name = row.text("name_en", "name_fr");
    let kind = row.word("kind");
    let country = row.reference("country", Target::Record(Kind::Country));
    let within = row.optional_reference("within", Target::Record(Kind::Location));
    let point = point(row);
    let provenance = row.provenance()?;
    let location = Location {
        id: id?,
        name: name?,
        kind: kind?,
        country: country?,
        within,
        point,
        provenance,
    };
    Some(ParsedRow::Record(location.into()))
}

/// Parses the coordinates; `None` unless both are given.
fn point(row: &mut Row<'_>) -> Option<Point> {
    let latitude = row.decimal_in("latitude", -90..=90);
    let longitude = row.decimal_in("longitude", -180..=180);
    let missing = match (row.cell("latitude"), row.cell("longitude")) {
        ("", "") => return None,
        ("", _) => Some("latitude"),
        (_, "") => Some("longitude"),
        _ => None,
    };
    if let Some(column) = missing {
        let message = format!("one coordinate is given, but no `{column}`");
        row.error(ProblemCode::HalfPoint, column, message, None);
    }
    Some(Point { latitude: latitude?, longitude: longitude? })
}
