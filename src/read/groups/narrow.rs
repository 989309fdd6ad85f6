//! What a list is narrowed to: of an amount that is for others too only the share of those counts.

use std::collections::BTreeSet;

use crate::model::facet::Facet;
use crate::read::filter::Filter;
use crate::store::columns::{Columns, Spot};

/// By number of a place or sector, whether its share counts; `None` when every share does.
pub(super) type Narrowed = Option<Vec<bool>>;

/// The places that a filter asks for.
pub(super) fn places(filter: &Filter, columns: &Columns) -> Narrowed {
    let countries = filter.narrowed_to(Facet::Country);
    let regions = filter.narrowed_to(Facet::Region);
    if countries.is_none() && regions.is_none() {
        return None;
    }
    let is_among = |terms: &Option<BTreeSet<&str>>, code: &str| {
        terms.as_ref().is_none_or(|terms| terms.contains(code))
    };
    let counts = |spot: &Option<Spot>| match spot {
        // Asked for a country in a region, a country's share is what both filters are about.
        Some(Spot::Country(code)) => countries.is_some() && is_among(&countries, code.as_str()),
        Some(Spot::Region(_, code)) => countries.is_none() && is_among(&regions, code),
        None => false,
    };
    Some(columns.places.iter().map(counts).collect())
}

/// The sectors that a filter asks for.
pub(super) fn sectors(filter: &Filter, columns: &Columns) -> Narrowed {
    let sectors = filter.narrowed_to(Facet::Sector);
    let categories = filter.narrowed_to(Facet::SectorCategory);
    if sectors.is_none() && categories.is_none() {
        return None;
    }
    let is_among = |terms: &Option<BTreeSet<&str>>, code: &str| {
        terms.as_ref().is_none_or(|terms| terms.contains(code))
    };
    let counts = |code: &Option<crate::model::sector::SectorCode>| {
        code.as_ref().is_some_and(|code| {
            is_among(&sectors, code.as_str()) && is_among(&categories, code.category().as_str())
        })
    };
    Some(columns.sectors.iter().map(counts).collect())
}
