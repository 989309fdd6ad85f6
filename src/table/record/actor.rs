//! Tables of agencies, countries, locations, sectors and sources.

use std::sync::Arc;

use super::field::{self, Cells, Field};
use super::table::{self, RecordRows, RecordTable, Sheet};
use crate::model::agency::Agency;
use crate::model::code::Code;
use crate::model::country::{self, Country};
use crate::model::location::Location;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::model::sector::{Sector, SectorCode};
use crate::model::source::Source;
use crate::read::reader::Reader;
use crate::table::error::TableError;
use crate::table::selection::Selection;

/// Implements the rows of a noun without amounts.
macro_rules! plain_rows {
    ($table:ident, $record:ident, [$($field:expr,)*]) => {
        struct $table;

        impl RecordRows for $table {
            type Row = Arc<$record>;

            fn fields(_: Currency) -> Vec<Field<Self::Row>> {
                vec![$($field,)*]
            }

            fn write(
                selection: &Selection,
                reader: &Reader,
                sheet: &mut Sheet<'_, '_, Self::Row>,
            ) -> Result<(), TableError> {
                table::write_plain(selection, reader, sheet)
            }

            fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
                table::count_records::<$record>(selection, reader)
            }
        }
    };
}

plain_rows!(
    Agencies,
    Agency,
    [
        field::text("id", "Identifier of the agency.", |a: &Arc<Agency>| Some(a.id.as_str())),
        field::one(
            "name",
            "Name, in English if there is one.",
            Cells::Name(|a: &Arc<Agency>| Some(&a.name))
        ),
        field::text("acronym", "Acronym.", |a: &Arc<Agency>| a.acronym.as_deref()),
        field::word("kind", "Kind of organisation.", |a: &Arc<Agency>| Some(a.kind.as_str())),
        field::country("country", "Home country.", |a: &Arc<Agency>| a.country),
        field::text("website", "Address of its website.", |a: &Arc<Agency>| a.website.as_deref()),
        field::provenance(|a: &Arc<Agency>| (&a.provenance.origin, &a.provenance.citations)),
    ]
);

plain_rows!(
    Countries,
    Country,
    [
        field::text("country_code", "Country. Two letters.", |c: &Arc<Country>| Some(
            c.code.as_str()
        )),
        field::text(
            "country_code3",
            "Three letters of `country_code`, since some programs read NA as missing.",
            |c: &Arc<Country>| country::alpha3(c.code)
        ),
        field::one(
            "country_name",
            "Name of the country.",
            Cells::Name(|c: &Arc<Country>| Some(&c.name))
        ),
        field::provenance(|c: &Arc<Country>| (&c.provenance.origin, &c.provenance.citations)),
    ]
);

plain_rows!(
    Locations,
    Location,
    [
        field::text("id", "Identifier of the location.", |l: &Arc<Location>| Some(l.id.as_str())),
        field::one("name", "Name of the location.", Cells::Name(|l: &Arc<Location>| Some(&l.name))),
        field::word("kind", "Kind of location.", |l: &Arc<Location>| Some(l.kind.as_str())),
        field::country("country", "Country that contains it.", |l: &Arc<Location>| Some(l.country)),
        field::text(
            "within",
            "Location that directly contains it. Identifier.",
            |l: &Arc<Location>| l.within.as_ref().map(AsRef::as_ref)
        ),
        field::one(
            "latitude",
            "Latitude in degrees, WGS 84.",
            Cells::Decimal(|l: &Arc<Location>| Some(l.point?.latitude))
        ),
        field::one(
            "longitude",
            "Longitude in degrees, WGS 84.",
            Cells::Decimal(|l: &Arc<Location>| Some(l.point?.longitude))
        ),
        field::provenance(|l: &Arc<Location>| (&l.provenance.origin, &l.provenance.citations)),
    ]
);

plain_rows!(
    Sectors,
    Sector,
    [
        field::text("sector_code", "DAC purpose code or category.", |s: &Arc<Sector>| Some(
            s.code.as_str()
        )),
        field::one(
            "sector_name",
            "Name of the sector.",
            Cells::Name(|s: &Arc<Sector>| Some(&s.name))
        ),
        Field {
            columns: crate::table::key::columns(
                crate::read::groups::GroupDimension::SectorCategory
            ),
            cells: Cells::Sector(|s: &Arc<Sector>| s.category.as_ref().map(SectorCode::as_str)),
        },
        field::provenance(|s: &Arc<Sector>| (&s.provenance.origin, &s.provenance.citations)),
    ]
);

plain_rows!(
    Sources,
    Source,
    [
        field::text("id", "Identifier of the publication.", |s: &Arc<Source>| Some(s.id.as_str())),
        field::text("title", "Title, in the language of the publication.", |s: &Arc<Source>| Some(
            s.title.as_str()
        )),
        field::text("publisher", "Publisher.", |s: &Arc<Source>| s.publisher.as_deref()),
        field::text(
            "url",
            "Address on the web, possibly no longer reachable.",
            |s: &Arc<Source>| s.url.as_deref()
        ),
        field::date("Date of publication.", |s: &Arc<Source>| s.published),
        field::text("language", "Language. ISO 639-1, two letters.", |s: &Arc<Source>| s
            .language
            .as_deref()),
        field::word("kind", "Kind of publication.", |s: &Arc<Source>| Some(s.kind.as_str())),
        field::text(
            "sha256",
            "SHA-256 digest of the text that was read, in hexadecimal.",
            |s: &Arc<Source>| s.sha256.as_deref()
        ),
        field::one(
            "bytes",
            "Length of the text that was read, in bytes.",
            Cells::Integer(|s: &Arc<Source>| i64::try_from(s.bytes?).ok())
        ),
        field::provenance(|s: &Arc<Source>| (&s.origin, &s.citations)),
    ]
);

pub(super) fn agencies() -> RecordTable {
    let facts = (
        "agencies",
        "Agencies",
        "Which organisations are there, and where are they from?",
        &["id"][..],
    );
    RecordTable::of::<Agencies>(facts, Kind::Agency)
}

pub(super) fn countries() -> RecordTable {
    let facts =
        ("countries", "Countries", "Which countries are in the data?", &["country_code"][..]);
    RecordTable::of::<Countries>(facts, Kind::Country)
}

pub(super) fn locations() -> RecordTable {
    let facts = ("locations", "Locations", "Where do programmes work?", &["id"][..]);
    RecordTable::of::<Locations>(facts, Kind::Location)
}

pub(super) fn sectors() -> RecordTable {
    let facts = ("sectors", "Sectors", "Which sectors are in the data?", &["sector_code"][..]);
    RecordTable::of::<Sectors>(facts, Kind::Sector)
}

pub(super) fn sources() -> RecordTable {
    let facts = ("sources", "Sources", "Which publications support the data?", &["id"][..]);
    RecordTable::of::<Sources>(facts, Kind::Source)
}
