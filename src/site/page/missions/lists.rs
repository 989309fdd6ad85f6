//! Lists of missions, of sending bodies, and of contributions.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::cells::{people, short_links, stage};
use super::choice::Choice;
use super::data::{Contribution, Mission, by_name};
use crate::model::code::Code as _;
use crate::model::mission_contribution::MissionContributionKind;
use crate::site::address::Address;
use crate::site::parts::data::Named;
use crate::site::parts::notes::Notes;
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::{fact, missions as words};

/// Table of missions.
pub(super) fn missions(address: &Address, all: &[Mission], notes: &mut Notes) -> Markup {
    let language = address.language();
    let mut cells = |mission: &Mission| {
        let row = &mission.row;
        let marks = notes.marks(address, &mission.evidence, &["start", "end"]);
        let totals = &mission.contributions.totals;
        vec![
            html! {
                (show::link_as(address, &row.named, &row.name))
                @if let Some(short) = &mission.acronym {
                    @if *short != row.name.value { " (" (short) ")" }
                }
            },
            show::code(language, row.kind),
            or_absent(language, show::links(address, &mission.leads)),
            or_absent(language, show::links(address, &mission.countries)),
            html! { (or_absent(language, show::period(language, row.period))) (marks) },
            html! { (show::count(language, mission.contributions.total_count)) },
            html! {
                @if let Some(sums) = show::sums(language, totals) { (sums) }
                @if let Some(left_out) = show::left_out(language, totals) { (left_out) }
            },
        ]
    };
    let rows: Vec<Vec<Markup>> = all.iter().map(&mut cells).collect();
    let columns = [
        fact::NAME,
        fact::KIND,
        fact::LEADS,
        words::HOST,
        fact::PERIOD,
        fact::CONTRIBUTIONS,
        words::MONEY,
    ];
    table(language, "missions-title", &columns, &rows)
}

/// Table of bodies that send or pay, each with the number of its contributions of each kind.
pub(super) fn bodies(
    address: &Address,
    choice: &Choice,
    known: &[Mission],
    all: &[Contribution],
) -> Markup {
    let language = address.language();
    let mut counts: BTreeMap<(&str, usize), u64> = BTreeMap::new();
    for one in all {
        if let Some(body) = &one.sending_body {
            let kinds = MissionContributionKind::VALUES;
            let kind = kinds.iter().position(|kind| *kind == one.row.kind.0).unwrap_or_default();
            *counts.entry((body.identifier.as_str(), kind)).or_default() += 1;
        }
    }
    let bodies = by_name(all.iter().filter_map(|one| one.sending_body.as_ref()));
    let cells = |body: &Named| {
        let id = body.identifier.as_str();
        let count = |at: usize| counts.get(&(id, at)).copied().unwrap_or_default();
        let missions = all.iter().filter(|one| {
            one.sending_body.as_ref().is_some_and(|sent| sent.identifier == body.identifier)
        });
        let missions = by_name(missions.flat_map(|one| &one.row.missions));
        let kinds = 0..MissionContributionKind::VALUES.len();
        let mut cells = vec![show::link(address, body)];
        cells.extend(kinds.map(|at| {
            let number = show::count(language, count(at));
            html! {
                @if count(at) > 0 { a href=(choice.link(address, "body", id)) { (number) } } @else { (number) }
            }
        }));
        cells.push(short_links(address, known, &missions));
        cells
    };
    let rows: Vec<Vec<Markup>> = bodies.iter().map(cells).collect();
    let kinds = MissionContributionKind::VALUES.iter().map(|kind| kind.words());
    let mut columns = vec![fact::SENDING_BODY];
    columns.extend(kinds);
    columns.push(fact::MISSIONS);
    table(language, "bodies-title", &columns, &rows)
}

/// Table of contributions, each figure with its footnotes.
pub(super) fn contributions(
    address: &Address,
    known: &[Mission],
    all: &[Contribution],
    notes: &mut Notes,
) -> Markup {
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for one in all {
        rows.push(contribution(address, known, one, notes));
    }
    let columns = [
        fact::PURPOSE,
        fact::MISSION,
        fact::SENDING_BODY,
        fact::KIND,
        fact::PERIOD,
        words::STAGE,
        fact::HEADCOUNT,
        fact::AMOUNT,
    ];
    table(address.language(), "contributions-title", &columns, &rows)
}

fn contribution(
    address: &Address,
    known: &[Mission],
    one: &Contribution,
    notes: &mut Notes,
) -> Vec<Markup> {
    let (language, row) = (address.language(), &one.row);
    let mut marks = |is_shown: bool, fields: &[&str]| {
        if is_shown { notes.marks(address, &one.evidence, fields) } else { Markup::default() }
    };
    let (has_people, has_money) = (row.headcount.is_some(), row.money.value.is_some());
    let own = marks(!has_people && !has_money, &["purpose"]);
    let of_people = marks(has_people, &["headcount"]);
    let of_money = marks(has_money, &["amount"]);
    vec![
        html! {
            @match &one.purpose {
                Some(purpose) => { (show::link_as(address, &row.named, purpose)) }
                None => { (show::link(address, &row.named)) }
            }
            (own)
        },
        short_links(address, known, &row.missions),
        or_absent(language, show::linked(address, one.sending_body.as_ref())),
        show::code(language, row.kind),
        or_absent(language, show::period(language, row.period)),
        stage(language, one),
        html! {
            @if row.kind.0 == MissionContributionKind::Personnel { (people(language, one)) (of_people) }
        },
        html! { (show::money(language, &row.money)) (of_money) },
    ]
}
