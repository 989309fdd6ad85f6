//! Map of the countries that host missions.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::choice::Choice;
use super::data::{Contribution, Mission, by_name};
use crate::draw::map::{Area, Map, State, View};
use crate::draw::palette::Tone;
use crate::site::address::Address;
use crate::site::parts::data::Named;
use crate::site::parts::drawing::Drawing;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::{fact, missions as words};

/// Draws the countries; `None` without any.
pub(super) fn figure(
    address: &Address,
    choice: &Choice,
    missions: &[Mission],
    contributions: &[Contribution],
) -> Option<Markup> {
    let hosts = by_name(missions.iter().flat_map(|mission| &mission.countries));
    if hosts.is_empty() {
        return None;
    }
    let language = address.language();
    let missing = missions.iter().filter(|mission| mission.countries.is_empty());
    let missing: Vec<&str> = missing.map(Mission::short).collect();
    let active: BTreeSet<&str> = contributions
        .iter()
        .flat_map(|one| &one.row.missions)
        .map(|mission| mission.identifier.as_str())
        .collect();
    let areas = hosts.iter().map(|host| area(address, choice, host, missions, &active));
    let areas: Vec<Area> = areas.collect();
    let state = |label: &str, tone| State { label: label.to_owned(), tone };
    let states = vec![
        state(words::WITH_CONTRIBUTIONS.to(language), Tone::Series(0)),
        state(words::WITHOUT_CONTRIBUTIONS.to(language), Tone::Hatched(0)),
    ];
    let names: BTreeMap<&str, &str> =
        hosts.iter().map(|host| (host.identifier.as_str(), host.label.as_str())).collect();
    let codes: Vec<String> = hosts.iter().map(|host| host.identifier.clone()).collect();
    let drawing = Drawing {
        id: "hosts",
        title: words::WHERE,
        sentence: words::hosts(language, hosts.len(), &missing),
        table: rows(address, &hosts, missions),
    };
    Some(drawing.figure(language, |frame| {
        let view = View::Around(codes.clone());
        let (states, areas) = (states.clone(), areas.clone());
        let (kinds, pins) = (Vec::new(), Vec::new());
        let name = |code: &str| names.get(code).map(|name| (*name).to_owned());
        Map { frame, view, states, areas, kinds, pins }.draw_named(&name)
    }))
}

/// Missions that a country hosts.
fn hosted<'a>(missions: &'a [Mission], host: &'a Named) -> impl Iterator<Item = &'a Mission> {
    missions.iter().filter(|mission| {
        mission.countries.iter().any(|country| country.identifier == host.identifier)
    })
}

fn area(
    address: &Address,
    choice: &Choice,
    host: &Named,
    missions: &[Mission],
    active: &BTreeSet<&str>,
) -> Area {
    let names: Vec<&str> = hosted(missions, host).map(Mission::short).collect();
    let is_active =
        hosted(missions, host).any(|one| active.contains(one.row.named.identifier.as_str()));
    Area {
        code: host.identifier.clone(),
        state: usize::from(!is_active),
        label: format!("{}: {}", host.label, names.join(", ")),
        href: Some(choice.link(address, "country", &host.identifier.to_lowercase())),
    }
}

fn rows(address: &Address, hosts: &[Named], missions: &[Mission]) -> Markup {
    let cells = |host: &Named| {
        let all: Vec<Named> = hosted(missions, host).map(|one| one.row.named.clone()).collect();
        vec![show::link(address, host), show::links(address, &all).unwrap_or_default()]
    };
    let rows: Vec<Vec<Markup>> = hosts.iter().map(cells).collect();
    let columns = [words::HOST, fact::MISSIONS];
    html! { (table(address.language(), "where-title", &columns, &rows)) }
}
