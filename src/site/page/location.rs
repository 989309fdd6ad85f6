//! `/location/…`: a place, and the programmes that work there.

use maud::html;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::location::LocationKind;
use crate::model::noun::Kind;
use crate::site::parts::data::{Coded, List, Named, Text};
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
}

#[derive(Debug, Deserialize)]
struct Point {
    latitude: Decimal,
    longitude: Decimal,
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
        let id = head.named.identifier.as_str();
        sheet.rows(fact::PROGRAMMES, &self.programmes, &[("location", id)]);
        sheet.rows(fact::CONTAINS, &self.contains, &[("within", id)]);
    }
}
