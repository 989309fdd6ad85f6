//! `/location/…`: a place, and the programmes that work there.

use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::draw::map::{Map, Pin, View};
use crate::model::code::Code as _;
use crate::model::location::LocationKind;
use crate::model::noun::Kind;
use crate::site::address::Address;
use crate::site::parts::data::{Coded, List, Named, Text};
use crate::site::parts::drawing::Drawing;
use crate::site::parts::rows::{LocationRow, ProgrammeRow};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::{briefing, fact};

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
    inside: Inside,
}

#[derive(Debug, Deserialize)]
struct Point {
    latitude: Decimal,
    longitude: Decimal,
}

#[derive(Debug, Deserialize)]
struct Inside {
    nodes: Vec<Part>,
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
        let language = address.language();
        let country = self.country.as_ref()?;
        let own = self.point.as_ref().and_then(|at| pin(at, &self.name, self.kind, None));
        let inside = self.inside.nodes.iter().filter_map(|part| {
            let href = address.record(Kind::Location, &part.named.identifier);
            pin(part.point.as_ref()?, &part.name, part.kind, Some(href))
        });
        let pins: Vec<Pin> = own.into_iter().chain(inside).collect();
        if pins.is_empty() {
            return None;
        }
        let kinds = LocationKind::VALUES.iter().map(|kind| kind.words().to(language).to_owned());
        let kinds: Vec<String> = kinds.collect();
        let missing = self.inside.nodes.iter().filter(|part| part.point.is_none());
        let missing: Vec<&str> = missing.map(|part| part.name.value.as_str()).collect();
        let drawing = Drawing {
            id: "map",
            title: fact::ON_THE_MAP,
            sentence: briefing::places(language, pins.len(), &missing),
            // Position and parts stand on the page.
            table: Markup::default(),
        };
        let view = View::Country(country.identifier.clone());
        Some(drawing.figure(language, |frame| {
            let (view, kinds, pins) = (view.clone(), kinds.clone(), pins.clone());
            Map { frame, view, states: Vec::new(), areas: Vec::new(), kinds, pins }.draw()
        }))
    }
}

fn pin(at: &Point, name: &Text, kind: Coded<LocationKind>, href: Option<String>) -> Option<Pin> {
    Some(Pin {
        label: name.value.clone(),
        latitude: at.latitude.to_f64()?,
        longitude: at.longitude.to_f64()?,
        kind: LocationKind::VALUES.iter().position(|known| *known == kind.0).unwrap_or(0),
        href,
    })
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
