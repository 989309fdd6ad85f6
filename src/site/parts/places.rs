//! Map of places in their country.

use maud::Markup;
use rust_decimal::prelude::ToPrimitive as _;

use super::data::Point;
use super::drawing::Drawing;
use crate::draw::map::{Map, Pin, View};
use crate::model::code::Code as _;
use crate::model::location::LocationKind;
use crate::site::language::Language;
use crate::site::words::codes::Worded as _;
use crate::site::words::{Words, briefing};

/// Place on a map.
#[derive(Clone, Debug)]
pub(in crate::site) struct Place<'a> {
    pub(in crate::site) name: &'a str,
    pub(in crate::site) kind: LocationKind,
    /// Position; a place without one is named in the sentence.
    pub(in crate::site) point: Option<Point>,
    /// Address of its page; `None` on that page.
    pub(in crate::site) href: Option<String>,
}

/// Draws places on the map of a country. `id` is the prefix of all ids, `table` the same as a table, if none stands on the
/// page.
pub(in crate::site) fn map(
    language: Language,
    (id, title): (&str, Words),
    country: &str,
    places: &[Place<'_>],
    table: Markup,
) -> Markup {
    let pins: Vec<Pin> = places.iter().filter_map(pin).collect();
    let missing = places.iter().filter(|place| place.point.is_none());
    let missing: Vec<&str> = missing.map(|place| place.name).collect();
    let kinds = LocationKind::VALUES.iter().map(|kind| kind.words().to(language).to_owned());
    let kinds: Vec<String> = kinds.collect();
    let sentence = briefing::places(language, pins.len(), &missing);
    let drawing = Drawing { id, title, sentence, table };
    let view = View::Country(country.to_owned());
    drawing.figure(language, |frame| {
        let (view, kinds, pins) = (view.clone(), kinds.clone(), pins.clone());
        Map { frame, view, states: Vec::new(), areas: Vec::new(), kinds, pins }.draw()
    })
}

fn pin(place: &Place<'_>) -> Option<Pin> {
    let point = place.point?;
    Some(Pin {
        label: place.name.to_owned(),
        latitude: point.latitude.to_f64()?,
        longitude: point.longitude.to_f64()?,
        kind: LocationKind::VALUES.iter().position(|kind| *kind == place.kind).unwrap_or(0),
        href: place.href.clone(),
    })
}
