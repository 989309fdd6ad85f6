//! `/location/…`: a place, and the programmes that work there.

use maud::{Markup, html};
use rust_decimal::Decimal;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::location::LocationKind;
use crate::model::noun::Kind;
use crate::site::address::Address;
use crate::site::parts::data::{Coded, List, Named, Nodes, Point, Text};
use crate::site::parts::places::{Place, map};
use crate::site::parts::rows::{LocationRow, ProgrammeRow};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Place, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Location {
    name: Text,
    kind: Coded<LocationKind>,
    country: Option<Named>,
    within: Option<Named>,
    point: Option<Point>,
    programmes: List<ProgrammeRow>,
    contains: List<LocationRow>,
    inside: Nodes<Part>,
}

/// Place within the place.
#[derive(Debug, Deserialize)]
struct Part {
    #[serde(flatten)]
    named: Named,
    name: Text,
    kind: Coded<LocationKind>,
    point: Option<Point>,
}

impl Location {
    /// The place and the places within it on the map of their country; `None` without coordinates.
    fn map(&self, address: &Address) -> Option<Markup> {
        let country = &self.country.as_ref()?.identifier;
        let inside = self.inside.nodes.iter().map(|part| Place {
            name: &part.name.value,
            kind: part.kind.0,
            point: part.point,
            href: Some(address.record(Kind::Location, &part.named.identifier)),
        });
        // Without a position of its own, the page says so in its facts.
        let own = self.point.map(|point| Place {
            name: &self.name.value,
            kind: self.kind.0,
            point: Some(point),
            href: None,
        });
        let places: Vec<Place<'_>> = own.into_iter().chain(inside).collect();
        if places.iter().all(|place| place.point.is_none()) {
            return None;
        }
        // Position and parts stand on the page.
        let table = Markup::default();
        Some(map(address.language(), ("map", fact::ON_THE_MAP), country, &places, table))
    }
}

impl Record for Location {
    const KIND: Kind = Kind::Location;
    const PATH: &'static str = "location/";
    const DOCUMENT: &'static str = include_str!("../queries/location.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.name)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let point = self.point.as_ref().map(|at| {
            let of = |part: Decimal| show::number(language, part);
            html! { (of(at.latitude)) "° N, " (of(at.longitude)) "° E" }
        });
        sheet
            .facts(&head.evidence)
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .fact(fact::COUNTRY, &["country"], show::linked(address, self.country.as_ref()))
            .some(fact::WITHIN, &["within"], show::linked(address, self.within.as_ref()))
            .fact(fact::POSITION, &["latitude", "longitude"], point)
            .add();
        if let Some(map) = self.map(address) {
            sheet.section("map", fact::ON_THE_MAP, &map);
        }
        let id = head.named.identifier.as_str();
        sheet.rows(fact::PROGRAMMES, &self.programmes, &[("location", id)]);
        sheet.rows(fact::CONTAINS, &self.contains, &[("within", id)]);
    }
}
