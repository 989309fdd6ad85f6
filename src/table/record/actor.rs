//! Tables of agencies, countries, locations, sectors and sources.

use std::sync::Arc;

use super::field::{self, Cells, Field};
use super::table::{NounRows, RecordTable};
use crate::model::agency::Agency;
use crate::model::code::Code;
use crate::model::country::{self, Country};
use crate::model::location::Location;
use crate::model::money::Currency;
use crate::model::sector::{Sector, SectorCode};
use crate::model::source::Source;

impl NounRows for Agency {
    fn fields(_: Currency) -> Vec<Field<Arc<Self>>> {
        vec![
            field::text("id", "Identifier of the agency.", |a: &Arc<Agency>| Some(a.id.as_str())),
            field::title("name", "Name.", |a: &Arc<Agency>| Some(&a.name)),
            field::phrase("acronym", "Acronym.", |a: &Arc<Agency>| a.acronym.as_ref()),
            field::word("kind", "Kind of organisation.", |a: &Arc<Agency>| Some(a.kind.as_str())),
            field::country("country", "Home country.", |a: &Arc<Agency>| a.country),
            field::text("website", "Address of its website.", |a: &Arc<Agency>| {
                a.website.as_deref()
            }),
            field::provenance(|a: &Arc<Agency>| (&a.provenance.origin, &a.provenance.citations)),
        ]
    }
}

impl NounRows for Country {
    fn fields(_: Currency) -> Vec<Field<Arc<Self>>> {
        vec![
            field::text("country_code", "Country. Two letters.", |c: &Arc<Country>| {
                Some(c.code.as_str())
            }),
            field::text(
                "country_code3",
                "Three letters of `country_code`, since some programs read NA as missing.",
                |c: &Arc<Country>| country::alpha3(c.code),
            ),
            field::title("country_name", "Name of the country.", |c: &Arc<Country>| Some(&c.name)),
            field::provenance(|c: &Arc<Country>| (&c.provenance.origin, &c.provenance.citations)),
        ]
    }
}

impl NounRows for Location {
    fn fields(_: Currency) -> Vec<Field<Arc<Self>>> {
        vec![
            field::text("id", "Identifier of the location.", |l: &Arc<Location>| {
                Some(l.id.as_str())
            }),
            field::title("name", "Name of the location.", |l: &Arc<Location>| Some(&l.name)),
            field::word("kind", "Kind of location.", |l: &Arc<Location>| Some(l.kind.as_str())),
            field::country("country", "Country that contains it.", |l: &Arc<Location>| {
                Some(l.country)
            }),
            field::text(
                "within",
                "Location that directly contains it. Identifier.",
                |l: &Arc<Location>| l.within.as_ref().map(AsRef::as_ref),
            ),
            field::one(
                "latitude",
                "Latitude in degrees, WGS 84.",
                Cells::Decimal(|l: &Arc<Location>| Some(l.point?.latitude)),
            ),
            field::one(
                "longitude",
                "Longitude in degrees, WGS 84.",
                Cells::Decimal(|l: &Arc<Location>| Some(l.point?.longitude)),
            ),
            field::provenance(|l: &Arc<Location>| (&l.provenance.origin, &l.provenance.citations)),
        ]
    }
}

impl NounRows for Sector {
    fn fields(_: Currency) -> Vec<Field<Arc<Self>>> {
        vec![
            field::text("sector_code", "DAC purpose code or category.", |s: &Arc<Sector>| {
                Some(s.code.as_str())
            }),
            field::title("sector_name", "Name of the sector.", |s: &Arc<Sector>| Some(&s.name)),
            Field {
                columns: crate::table::key::columns(
                    crate::read::groups::GroupDimension::SectorCategory,
                ),
                cells: Cells::Sector(|s: &Arc<Sector>| s.category.as_ref().map(SectorCode::as_str)),
            },
            field::provenance(|s: &Arc<Sector>| (&s.provenance.origin, &s.provenance.citations)),
        ]
    }
}

impl NounRows for Source {
    fn fields(_: Currency) -> Vec<Field<Arc<Self>>> {
        vec![
            field::text("id", "Identifier of the publication.", |s: &Arc<Source>| {
                Some(s.id.as_str())
            }),
            field::text(
                "title",
                "Title, in the language of the publication.",
                |s: &Arc<Source>| Some(s.title.as_str()),
            ),
            field::text("publisher", "Publisher.", |s: &Arc<Source>| s.publisher.as_deref()),
            field::text(
                "url",
                "Address on the web, possibly no longer reachable.",
                |s: &Arc<Source>| s.url.as_deref(),
            ),
            field::date("Date of publication.", |s: &Arc<Source>| s.published),
            field::text("language", "Language. ISO 639-1, two letters.", |s: &Arc<Source>| {
                s.language.as_deref()
            }),
            field::word("kind", "Kind of publication.", |s: &Arc<Source>| Some(s.kind.as_str())),
            field::text(
                "sha256",
                "SHA-256 digest of the text that was read, in hexadecimal.",
                |s: &Arc<Source>| s.sha256.as_deref(),
            ),
            field::one(
                "bytes",
                "Length of the text that was read, in bytes.",
                Cells::Integer(|s: &Arc<Source>| i64::try_from(s.bytes?).ok()),
            ),
            field::provenance(|s: &Arc<Source>| (&s.origin, &s.citations)),
        ]
    }
}

pub(super) fn agencies() -> RecordTable {
    let facts = (
        "agencies",
        "Agencies",
        "Which organisations are there, and where are they from?",
        &["id"][..],
    );
    RecordTable::plain::<Agency>(facts)
}

pub(super) fn countries() -> RecordTable {
    let facts =
        ("countries", "Countries", "Which countries are in the data?", &["country_code"][..]);
    RecordTable::plain::<Country>(facts)
}

pub(super) fn locations() -> RecordTable {
    let facts = ("locations", "Locations", "Where do programmes work?", &["id"][..]);
    RecordTable::plain::<Location>(facts)
}

pub(super) fn sectors() -> RecordTable {
    let facts = ("sectors", "Sectors", "Which sectors are in the data?", &["sector_code"][..]);
    RecordTable::plain::<Sector>(facts)
}

pub(super) fn sources() -> RecordTable {
    let facts = ("sources", "Sources", "Which publications support the data?", &["id"][..]);
    RecordTable::plain::<Source>(facts)
}
