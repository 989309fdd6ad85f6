//! Map of the regions and places of a partner country.

use maud::{Markup, html};

use super::data::Located;
use super::side::Side;
use crate::site::address::Address;
use crate::site::parts::places::{Place, map};
use crate::site::parts::rows::Row as _;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::{briefing, fact};

/// Draws the map of a side; `None` if the data has no place there.
pub(super) fn figure(address: &Address, side: &Side) -> Option<Markup> {
    if side.places.is_empty() {
        return None;
    }
    let language = address.language();
    let rows: Vec<Vec<Markup>> = side.places.iter().map(|place| cells(address, place)).collect();
    let columns = [fact::NAME, fact::KIND, fact::PROGRAMMES];
    let table = table(language, "map-title", &columns, &rows);
    let places: Vec<Place<'_>> = side.places.iter().map(|place| placed(address, place)).collect();
    let id = format!("map-{}", side.code());
    Some(map(language, (&id, briefing::PLACES), &side.code().to_uppercase(), &places, table))
}

fn placed<'a>(address: &Address, place: &'a Located) -> Place<'a> {
    let row = &place.row;
    Place {
        name: &row.name.value,
        kind: row.kind.0,
        point: place.point,
        href: Some(address.record(row.named.kind.0, &row.named.identifier)),
    }
}

fn cells(address: &Address, place: &Located) -> Vec<Markup> {
    let mut cells = place.row.cells(address);
    let programmes = show::count(address.language(), place.programmes.total_count);
    cells.push(html! { (programmes) });
    cells
}
