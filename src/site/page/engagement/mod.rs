//! `/engagement/lu/ml`: the briefing of a donor and a partner country; `/engagement/lu/ml+ne` sets two side by side.
//!
//! | module | contents |
//! | --- | --- |
//! | `choice` | donor, countries, pillar, years and currency of the address |
//! | `data`, `side` | the answer to the query, for each country |
//! | `time` | lanes of time |
//! | `money` | money by year |
//! | `places` | map of regions and places |
//! | `chain` | streams from the donor to agencies and sectors |

mod chain;
mod choice;
mod data;
mod money;
mod places;
mod side;
mod time;

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use crate::model::code::Code as _;
use crate::model::noun::Kind;
use crate::model::programme::Pillar;
use crate::read::filter::ProgrammeLevel;
use crate::site::address::{Address, noun_table};
use crate::site::page_kind::{Page, variables};
use crate::site::parts::data::Publication;
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::{Words, briefing, fact, frame};
use choice::Choice;
use data::{Answer, Cites, Engagement};
use money::Money;
use side::Side;

/// Briefing. Its countries are in the path, or they are parameters: the target of the form of the start page.
#[derive(Debug)]
pub(in crate::site) struct Briefing<const IN_PATH: bool>;

impl<const IN_PATH: bool> Page for Briefing<IN_PATH> {
    const PATH: &'static str = if IN_PATH { "engagement/" } else { "engagement" };
    const DOCUMENT: &'static str = include_str!("../../queries/engagement.graphql");
    type Data = Answer;

    fn variables(address: &Address) -> Map<String, Value> {
        let choice = Choice::of(address);
        let given = json!({
            "donor": choice.donor,
            "partner": choice.partner,
            "other": choice.other,
            "isPair": !choice.other.is_empty(),
            "currency": choice.currency,
            "level": choice.is_by_project.then_some(ProgrammeLevel::Project.as_str()),
        });
        variables(address, given)
    }

    fn view(mut data: Answer, address: &Address) -> Result<View, Unshown> {
        let choice = Choice::of(address);
        let of_donor = std::mem::take(&mut data.partners.nodes);
        let (sides, edition) = data.sides();
        let wanted = if choice.other.is_empty() { 1 } else { 2 };
        if sides.len() < wanted {
            let identifier = if sides.is_empty() { choice.partner } else { choice.other };
            return Err(Unshown::Missing { kind: Kind::Country, identifier });
        }
        let language = address.language();
        let donor = sides.first().and_then(|side| side.engagement.donor.as_ref());
        let donor = donor.map(|donor| donor.label.clone()).unwrap_or_default();
        let partners: Vec<&str> = sides.iter().map(Side::name).collect();
        let (with, and) = (briefing::WITH.to(language), briefing::AND.to(language));
        let title = format!("{donor} {with} {}", partners.join(&format!(" {and} ")));
        let (body, parts) = body(address, &choice, &sides);
        let mut view = View::new(title, body, edition);
        view.above = Some(briefing::ABOVE);
        view.lead = Some(html! {
            @for side in &sides { (standing(address, side)) (lists(address, &choice, side)) }
        });
        view.controls = Some(choice.controls(address, &of_donor));
        view.parts = parts;
        let filter = [("donor", choice.donor), ("country", choice.partner)];
        view.table = Some(("programmes", filter.into()));
        Ok(view)
    }
}

/// State of the partnership of a side, in one line.
fn standing(address: &Address, side: &Side) -> Markup {
    let language = address.language();
    html! {
        p {
            @if let Some(partner) = &side.engagement.partner { (show::link_as(address, &partner.named, &partner.name)) }
            ": "
            @if let Some(partnership) = &side.engagement.partnership {
                (show::code(language, partnership.row.status))
                @if let Some(since) = partnership.row.since {
                    ", " (fact::SINCE.to(language).to_lowercase()) " " (show::date(language, since))
                }
            } @else {
                span class="absent" { (briefing::NO_PARTNERSHIP.to(language)) }
            }
        }
    }
}

/// Noun of a list, its length, and its filter.
type List<'a> = (Kind, u64, &'a [(&'a str, &'a str)]);

/// Links to the lists of a side, with their lengths.
fn lists(address: &Address, choice: &Choice, side: &Side) -> Markup {
    let Engagement { diplomacy, development, defence, .. } = &side.engagement;
    let code = side.code().to_uppercase();
    let (donor, country) = (("donor", choice.donor.as_str()), ("country", code.as_str()));
    let contributor = ("contributor", choice.donor.as_str());
    let relief = &development.humanitarian.contributions;
    let lists: [List<'_>; 6] = [
        (Kind::Agreement, diplomacy.agreements.total_count, &[donor, country]),
        (Kind::Dialogue, diplomacy.dialogues.total_count, &[donor, country]),
        (Kind::Programme, development.programmes.total_count, &[donor, country]),
        (Kind::HumanitarianContribution, relief.total_count, &[donor, country]),
        (Kind::Mission, defence.missions.total_count, &[country]),
        (Kind::MissionContribution, defence.contributions.total_count, &[contributor, country]),
    ];
    let language = address.language();
    html! {
        ul class="counts" {
            @for (kind, length, filter) in lists.iter().filter(|(_, length, _)| *length > 0) {
                li {
                    a href=(address.page(&format!("explore/{}", noun_table(*kind)), filter)) {
                        (show::length(language, *kind, *length))
                    }
                }
            }
        }
    }
}

/// The sections, and the entries of the bar that lead to them.
fn body(
    address: &Address,
    choice: &Choice,
    sides: &[Side],
) -> (Markup, Vec<(Words, &'static str)>) {
    let mut sections = Vec::new();
    let years = sides.iter().filter_map(|side| time::extent(address, choice, side));
    let years = years.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let figures = sides.iter().map(|side| Some(time::figure(address, choice, side, years)));
    sections.push((frame::CHART, "chart", briefing::TIME, figures.collect::<Vec<_>>()));
    let money: Vec<Option<Money>> =
        sides.iter().map(|side| Money::of(address, choice, side)).collect();
    let scale = money.iter().flatten().map(Money::scale).reduce(crate::draw::scale::Scale::union);
    let figures = sides.iter().zip(&money);
    let figures =
        figures.map(|(side, money)| Some(money.as_ref()?.figure(address, choice, side, scale)));
    sections.push((briefing::MONEY, "money", briefing::MONEY, figures.collect()));
    let figures = sides.iter().map(|side| places::figure(address, side));
    sections.push((frame::MAP, "map", briefing::PLACES, figures.collect()));
    if choice.shows(Pillar::Development) {
        let figures = sides.iter().map(|side| chain::figure(address, choice, side));
        sections.push((briefing::CHAIN, "chain", briefing::CHAIN, figures.collect()));
    }
    sections.retain(|(_, _, _, figures)| figures.iter().any(Option::is_some));
    let mut parts: Vec<(Words, &'static str)> =
        sections.iter().map(|(words, id, _, _)| (*words, *id)).collect();
    parts.push((frame::SOURCES, "sources"));
    let body = html! {
        @for (_, id, title, figures) in &sections { (section(address, id, *title, sides, figures)) }
        (sources(address, sides))
    };
    (body, parts)
}

fn section(
    address: &Address,
    id: &str,
    title: Words,
    sides: &[Side],
    figures: &[Option<Markup>],
) -> Markup {
    let language = address.language();
    let is_pair = sides.len() > 1;
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title.to(language)) }
            div class=(if is_pair { "pair" } else { "single" }) {
                @for (side, figure) in sides.iter().zip(figures) {
                    div {
                        @if is_pair { h3 { (side.name()) } }
                        @match figure {
                            Some(figure) => { (figure) }
                            None => { p class="absent" { (fact::NONE_IN_DATA.to(language)) } }
                        }
                    }
                }
            }
        }
    }
}

/// All publications of the briefing, numbered.
fn sources(address: &Address, sides: &[Side]) -> Markup {
    let language = address.language();
    let mut found: BTreeMap<&str, (&Publication, usize)> = BTreeMap::new();
    for cites in sides.iter().flat_map(citations) {
        if let Some(source) = &cites.source {
            found.entry(source.identifier.as_str()).or_insert((source, 0)).1 += 1;
        }
    }
    html! {
        section id="sources" class="notes" aria-labelledby="sources-title" {
            h2 id="sources-title" {
                (briefing::NUMBERED.to(language)) " " span class="count" { (found.len()) }
            }
            ol class="sources" {
                @for (source, facts) in found.values() {
                    li {
                        cite { a href=(address.record(Kind::Source, &source.identifier)) { (source.title) } }
                        @if let Some(publisher) = &source.publisher { ", " (publisher) }
                        @if let Some(day) = source.published { ", " (show::date(language, day)) }
                        " " span class="count" { "(" (facts) ")" }
                    }
                }
            }
        }
    }
}

/// Statements of publications about all records of a side.
fn citations(side: &Side) -> impl Iterator<Item = &Cites> {
    let engagement = &side.engagement;
    let (diplomacy, defence) = (&engagement.diplomacy, &engagement.defence);
    let development = &engagement.development;
    let relief = &development.humanitarian.contributions.nodes;
    let lists: [Vec<&[Cites]>; 9] = [
        engagement.partnership.iter().map(|cited| cited.citations.as_slice()).collect(),
        diplomacy.agreements.nodes.iter().map(|cited| cited.citations.as_slice()).collect(),
        diplomacy.dialogues.nodes.iter().map(|cited| cited.citations.as_slice()).collect(),
        development.programmes.nodes.iter().map(|cited| cited.citations.as_slice()).collect(),
        relief.iter().map(|cited| cited.citations.as_slice()).collect(),
        defence.missions.nodes.iter().map(|cited| cited.citations.as_slice()).collect(),
        defence.contributions.nodes.iter().map(|cited| cited.citations.as_slice()).collect(),
        defence.support.nodes.iter().map(|cited| cited.citations.as_slice()).collect(),
        side.events.iter().map(|cited| cited.citations.as_slice()).collect(),
    ];
    lists.into_iter().flatten().flatten()
}
