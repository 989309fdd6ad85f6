//! Streams from the donor to agencies and sectors: who does what. The part that no source breaks down is grey.

use std::collections::BTreeMap;

use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::choice::Choice;
use super::side::Side;
use crate::draw::figure::Figure;
use crate::draw::sankey::{Node, Sankey, Stream};
use crate::model::noun::Kind;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::{Group, Key};
use crate::site::parts::drawing::Drawing;
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::{briefing, fact};

/// Nodes and streams under construction.
#[derive(Debug, Default)]
struct Streams {
    nodes: Vec<Node>,
    sums: Vec<Decimal>,
    /// Position of a node by column and code; an empty code is the rest.
    places: BTreeMap<(usize, String), usize>,
    links: BTreeMap<(usize, usize), Decimal>,
}

/// Draws the streams of a side; `None` if the data has no budget.
pub(super) fn figure(address: &Address, choice: &Choice, side: &Side) -> Option<Markup> {
    let groups = &side.budgets.chain.groups;
    if groups.is_empty() {
        return None;
    }
    let language = address.language();
    let id = format!("chain-{}", side.code());
    let donor = side.engagement.donor.as_ref().map(|donor| donor.label.clone());
    let mut streams = Streams::default();
    let root = streams.node(0, "donor", donor.unwrap_or_default(), None);
    for group in groups {
        streams.add(address, root, group);
    }
    let text = |value: Decimal| show::priced(language, value, &choice.currency);
    let total = streams.sums.first().copied().unwrap_or_default();
    let rest = streams.places.get(&(1, String::new())).and_then(|at| streams.sums.get(*at));
    let sentence =
        briefing::chain(language, &text(total), &text(rest.copied().unwrap_or_default()));
    let sentence = choice.at_level(language, &sentence);
    let drawing =
        Drawing { id: &id, title: briefing::CHAIN, sentence, table: rows(address, choice, groups) };
    let columns = [briefing::DONOR_COLUMN, briefing::AGENCY_COLUMN, briefing::SECTOR_COLUMN];
    let columns: Vec<String> = columns.iter().map(|words| words.to(language).to_owned()).collect();
    let (nodes, streams) = streams.finish(&text);
    Some(drawing.figure(language, |frame| {
        let (columns, nodes, streams) = (columns.clone(), nodes.clone(), streams.clone());
        Sankey { frame, columns, nodes, streams, fold_below: 0.01, whole: None }.draw()
    }))
}

impl Streams {
    /// Returns the position of a node, which it creates.
    fn node(&mut self, column: usize, code: &str, label: String, href: Option<String>) -> usize {
        if let Some(at) = self.places.get(&(column, code.to_owned())) {
            return *at;
        }
        let at = self.nodes.len();
        let is_rest = code.is_empty();
        self.nodes.push(Node { label, column, amount: String::new(), href, is_rest });
        self.sums.push(Decimal::ZERO);
        self.places.insert((column, code.to_owned()), at);
        at
    }

    fn add(&mut self, address: &Address, root: usize, group: &Group) {
        let Some(value) = group.counted.filter(|value| !value.is_zero()) else { return };
        let [agency, sector] = group.keys.as_slice() else { return };
        let agency = self.keyed(address, 1, Kind::Agency, agency);
        let sector = self.keyed(address, 2, Kind::Sector, sector);
        for at in [root, agency, sector] {
            if let Some(sum) = self.sums.get_mut(at) {
                *sum += value;
            }
        }
        for stream in [(root, agency), (agency, sector)] {
            *self.links.entry(stream).or_default() += value;
        }
    }

    fn keyed(&mut self, address: &Address, column: usize, kind: Kind, key: &Key) -> usize {
        let code = key.code.as_deref().unwrap_or_default();
        let label = name(address.language(), key);
        let href = key.code.as_deref().map(|code| address.record(kind, code));
        self.node(column, code, label, href)
    }

    fn finish(self, text: &impl Fn(Decimal) -> String) -> (Vec<Node>, Vec<Stream>) {
        let nodes = self.nodes.into_iter().zip(&self.sums);
        let nodes = nodes.map(|(node, sum)| Node { amount: text(*sum), ..node }).collect();
        let streams = self.links.into_iter().map(|((from, to), value)| {
            let size = value.to_f64().unwrap_or_default();
            Stream { from, to, figure: Figure::stated(size, &text(value)) }
        });
        (nodes, streams.collect())
    }
}

/// Name of a key; without a code, that nothing divides it.
fn name(language: Language, key: &Key) -> String {
    match (&key.code, &key.name) {
        (Some(_), Some(name)) => name.value.clone(),
        (Some(code), None) => code.clone(),
        (None, _) => briefing::NOT_DIVIDED.to(language).to_owned(),
    }
}

fn rows(address: &Address, choice: &Choice, groups: &[Group]) -> Markup {
    let language = address.language();
    let text = |value: Option<Decimal>| {
        let value = value.map(|value| show::priced(language, value, &choice.currency));
        or_absent(language, value.map(|value| html! { span class="money" { (value) } }))
    };
    let keyed = |kind: Kind, key: Option<&Key>| match key {
        Some(key) if key.code.is_some() => {
            let code = key.code.as_deref().unwrap_or_default();
            html! { a href=(address.record(kind, code)) { (name(language, key)) } }
        }
        _ => html! { span class="absent" { (briefing::NOT_DIVIDED.to(language)) } },
    };
    let cells = |group: &Group| {
        vec![
            keyed(Kind::Agency, group.keys.first()),
            keyed(Kind::Sector, group.keys.get(1)),
            text(group.counted),
            text(group.lower),
            text(group.upper),
        ]
    };
    let rows: Vec<Vec<Markup>> = groups.iter().map(cells).collect();
    let columns = [
        fact::AGENCY,
        briefing::SECTOR_COLUMN,
        briefing::COUNTED,
        briefing::LOWER,
        briefing::UPPER,
    ];
    table(language, "chain-title", &columns, &rows)
}
