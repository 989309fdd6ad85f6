//! Map of the regions and places of a partner country.

use maud::{Markup, html};
use rust_decimal::prelude::ToPrimitive as _;

use super::data::Located;
use super::side::Side;
use crate::draw::map::{Map, Pin, View};
use crate::model::code::Code as _;
use crate::model::location::LocationKind;
use crate::site::address::Address;
use crate::site::parts::drawing::Drawing;
use crate::site::parts::rows::Row as _;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::{briefing, fact};

/// Draws the map of a side; `None` if the data has no place there.
pub(super) fn figure(address: &Address, side: &Side) -> Option<Markup> {
    if side.places.is_empty() {
        return None;
    }
    let language = address.language();
    let id = format!("map-{}", side.code());
    let pins: Vec<Pin> = side.places.iter().filter_map(|place| pin(address, place)).collect();
    let missing = side.places.iter().filter(|place| place.point.is_none());
    let missing: Vec<&str> = missing.map(|place| place.row.name.value.as_str()).collect();
    let kinds = LocationKind::VALUES.iter().map(|kind| kind.words().to(language).to_owned());
    let kinds: Vec<String> = kinds.collect();
    let rows: Vec<Vec<Markup>> = side.places.iter().map(|place| cells(address, place)).collect();
    let columns = [fact::NAME, fact::KIND, fact::PROGRAMMES];
    let drawing = Drawing {
        id: &id,
        title: briefing::PLACES,
        sentence: briefing::places(language, pins.len(), &missing),
        table: table(language, "map-title", &columns, &rows),
    };
    let view = View::Country(side.code().to_uppercase());
    Some(drawing.figure(language, |frame| {
        let (view, kinds, pins) = (view.clone(), kinds.clone(), pins.clone());
        Map { frame, view, states: Vec::new(), areas: Vec::new(), kinds, pins }.draw()
    }))
}

fn pin(address: &Address, place: &Located) -> Option<Pin> {
    let point = place.point.as_ref()?;
    let row = &place.row;
    Some(Pin {
        label: row.name.value.clone(),
        latitude: point.latitude.to_f64()?,
        longitude: point.longitude.to_f64()?,
        kind: LocationKind::VALUES.iter().position(|kind| *kind == row.kind.0).unwrap_or(0),
        href: Some(address.record(row.named.kind.0, &row.named.identifier)),
    })
}

fn cells(address: &Address, place: &Located) -> Vec<Markup> {
    let mut cells = place.row.cells(address);
    let programmes = show::count(address.language(), place.programmes.total_count);
    cells.push(html! { (programmes) });
    cells
}
