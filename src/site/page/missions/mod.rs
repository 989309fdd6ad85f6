//! `/missions`: people by year, where missions are, who sends, and each contribution with its footnotes.
//!
//! | module | contents |
//! | --- | --- |
//! | `choice` | country, kind, sending body and years of the address |
//! | `data` | the answer to the query |
//! | `cells` | cells that drawings and lists share |
//! | `people` | people by year, as dots |
//! | `hosts` | map of host countries |
//! | `lists` | tables of missions, sending bodies and contributions |

mod cells;
mod choice;
mod data;
mod hosts;
mod lists;
mod people;

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::model::noun::Kind;
use crate::site::address::{Address, noun_table};
use crate::site::page_kind::{Page, variables};
use crate::site::parts::notes::Notes;
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::{Words, fact, frame, missions as words, sentence};
use choice::Choice;
use data::{Answer, Contribution, Mission};
use people::{Dotted, People};

/// Page of missions.
#[derive(Debug)]
pub(in crate::site) struct Missions;

impl Page for Missions {
    const PATH: &'static str = "missions";
    const DOCUMENT: &'static str = include_str!("../../queries/missions.graphql");
    type Data = Answer;

    fn variables(address: &Address) -> Map<String, Value> {
        variables(address, Choice::of(address).variables())
    }

    fn view(mut data: Answer, address: &Address) -> Result<View, Unshown> {
        let language = address.language();
        let choice = Choice::of(address);
        // No filter of contributions knows the kind of a mission.
        if choice.kind.is_some() {
            data.keep_contributions_of_missions();
        }
        let controls = choice.controls(address, &data.all_hosts(), &data.all_bodies());
        let ids = data.missions.nodes.iter().map(|one| one.row.named.identifier.clone());
        let ids: Vec<String> = ids.collect();
        let table = if data.contributions.nodes.is_empty() {
            (noun_table(Kind::Mission), choice.of_missions())
        } else {
            (noun_table(Kind::MissionContribution), choice.filter(&ids))
        };
        let (body, parts) = Body { address, choice: &choice, data: &data }.sections();
        let mut view = View::new(words::TITLE.to(language).to_owned(), body, data.dataset);
        view.lead = Some(html! { (words::LEAD.to(language)) });
        view.controls = Some(controls);
        view.parts = parts;
        view.table = Some(table);
        Ok(view)
    }
}

impl Answer {
    fn keep_contributions_of_missions(&mut self) {
        let missions = &self.missions.nodes;
        let is_shown = |id: &str| missions.iter().any(|one| one.row.named.identifier == id);
        let contributions = &mut self.contributions;
        contributions
            .nodes
            .retain(|one| one.row.missions.iter().any(|mission| is_shown(&mission.identifier)));
        contributions.total_count = contributions.nodes.len() as u64;
        contributions.totals.clear();
    }
}

/// The page under construction.
struct Body<'a> {
    address: &'a Address,
    choice: &'a Choice,
    data: &'a Answer,
}

/// A section: title, id and contents.
type Section = (Words, &'static str, Markup);

impl Body<'_> {
    /// Returns the sections, and the entries of the bar that lead to them.
    fn sections(&self) -> (Markup, Vec<(Words, &'static str)>) {
        let language = self.address.language();
        let mut notes = Notes::default();
        let sections = self.all(&mut notes);
        let mut parts: Vec<(Words, &'static str)> =
            sections.iter().map(|(title, id, _)| (*title, *id)).collect();
        if notes.is_used() {
            parts.push((frame::SOURCES, "sources"));
        }
        let body = html! {
            @if let Some(notice) = &self.choice.notice { (notice) }
            (self.summary())
            @for (title, id, contents) in &sections {
                section id=(id) aria-labelledby={ (id) "-title" } {
                    h2 id={ (id) "-title" } { (title.to(language)) }
                    (contents)
                }
            }
            @if let Some(notes) = notes.section(self.address) { (notes) }
        };
        (body, parts)
    }

    fn all(&self, notes: &mut Notes) -> Vec<Section> {
        let (address, data) = (self.address, self.data);
        let (missions, contributions) = (&data.missions.nodes, &data.contributions.nodes);
        let mut sections = Vec::new();
        if let Some(people) = self.people(notes) {
            sections.push((words::PEOPLE, "people", people));
        }
        if let Some(map) = hosts::figure(address, self.choice, missions, contributions) {
            sections.push((words::WHERE, "where", map));
        }
        if !missions.is_empty() {
            let table = lists::missions(address, missions, notes);
            let table = self.cut(&table, missions.len(), data.missions.total_count);
            sections.push((fact::MISSIONS, "missions", table));
        }
        if !contributions.is_empty() {
            let bodies = lists::bodies(address, self.choice, missions, contributions);
            sections.push((words::BODIES, "bodies", bodies));
            let table = lists::contributions(address, missions, contributions, notes);
            let total = data.contributions.total_count;
            let table = self.cut(&table, contributions.len(), total);
            sections.push((words::ALL_CONTRIBUTIONS, "contributions", table));
        }
        sections
    }

    /// Numbers of missions and contributions, the money that they state, and what is not found.
    fn summary(&self) -> Markup {
        let (language, data) = (self.address.language(), self.data);
        let (missions, contributions) = (data.missions.total_count, data.contributions.total_count);
        html! {
            p class="lead" role="status" { (words::found(language, missions, contributions)) }
            @if missions == 0 { p class="absent" { (words::NO_MISSION.to(language)) } }
            @if contributions == 0 { p class="absent" { (words::NO_CONTRIBUTION.to(language)) } }
            @if let Some(sums) = show::sums(language, &data.contributions.totals) {
                p class="sum" { (fact::BUDGET_SUM.to(language)) ": " (sums) }
                @if let Some(left_out) = show::left_out(language, &data.contributions.totals) { (left_out) }
            }
        }
    }

    fn cut(&self, table: &Markup, shown: usize, total: u64) -> Markup {
        html! {
            (table)
            @if (shown as u64) < total {
                p class="whole" { (sentence::first_of(self.address.language(), shown, total)) }
            }
        }
    }

    /// Dots of all missions, then of each mission with several years, on one scale.
    fn people(&self, notes: &mut Notes) -> Option<Markup> {
        let (data, language) = (self.data, self.address.language());
        let all = People::of(self.choice, data.contributions.nodes.iter());
        let mut page = Dotted {
            address: self.address,
            choice: self.choice,
            missions: &data.missions.nodes,
            notes,
            extent: all.extent(),
            scale: None,
        };
        let whole = all.figure(&mut page, "people")?;
        let mut panels = Vec::new();
        for (at, mission) in data.missions.nodes.iter().enumerate() {
            let own = data.contributions.nodes.iter().filter(|one| is_of(one, mission));
            let own = People::of(self.choice, own);
            if own.is_series() {
                let id = format!("people-{at}");
                let figure = own.figure(&mut page, &id);
                panels.extend(figure.map(|figure| (id, mission, figure)));
            }
        }
        // One panel alone would repeat the drawing above it.
        let panels = if panels.len() > 1 { panels } else { Vec::new() };
        Some(html! {
            (whole)
            @if !panels.is_empty() {
                div class="panels" {
                    @for (id, mission, figure) in &panels {
                        div { h3 id={ (id) "-title" } { (show::text(language, &mission.row.name)) } (figure) }
                    }
                }
            }
        })
    }
}

fn is_of(one: &Contribution, mission: &Mission) -> bool {
    one.row.missions.iter().any(|of| of.identifier == mission.row.named.identifier)
}
