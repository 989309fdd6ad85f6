//! Lanes of time: diplomacy, development, humanitarian aid and defence, with events behind them.

use maud::{Markup, html};

use super::choice::Choice;
use super::data::{Cited, Programme};
use super::side::Side;
use crate::draw::lanes::{Dot, Edge, Event, Kind, Lane, Lanes, Span};
use crate::model::humanitarian_contribution::HumanitarianScope;
use crate::model::programme::Pillar;
use crate::site::address::Address;
use crate::site::parts::data::{Day, Named, Period};
use crate::site::parts::drawing::{Drawing, when};
use crate::site::parts::rows::Row;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::briefing::OnLanes;
use crate::site::words::{Words, briefing, fact};

/// Draws the lanes of a side. `years` is the axis that both sides share.
pub(super) fn figure(
    address: &Address,
    choice: &Choice,
    side: &Side,
    years: Option<(i32, i32)>,
) -> Markup {
    let language = address.language();
    let id = format!("time-{}", side.code());
    let (lanes, counts) = lanes(address, choice, side);
    let drawing = Drawing {
        id: &id,
        title: briefing::TIME,
        sentence: briefing::time(language, counts),
        table: records(address, &id, choice, side),
    };
    let events = events(choice, side);
    drawing.figure(language, |frame| {
        Lanes { frame, lanes: lanes.clone(), events: events.clone(), years }.draw()
    })
}

/// Returns the first and last year of a side.
pub(super) fn extent(address: &Address, choice: &Choice, side: &Side) -> Option<(i32, i32)> {
    let frame = crate::draw::frame::Frame::new("extent", "", "");
    let (lanes, _) = lanes(address, choice, side);
    Lanes { frame, lanes, events: events(choice, side), years: None }.extent()
}

/// The lanes, and the numbers of agreements, meetings, programmes, missions, and records without a date.
fn lanes(address: &Address, choice: &Choice, side: &Side) -> (Vec<Lane>, OnLanes) {
    let language = address.language();
    let mut lanes = Vec::new();
    let mut counts = OnLanes::default();
    if choice.shows(Pillar::Diplomacy) {
        let (agreements, meetings) = diplomacy(address, choice, side, &mut counts);
        let dots = agreements.into_iter().chain(meetings).collect();
        let label = briefing::DIPLOMACY.to(language).to_owned();
        lanes.push(Lane { label, series: 3, spans: Vec::new(), dots });
    }
    if choice.shows(Pillar::Development) {
        let programmes = &side.engagement.development.programmes.nodes;
        let spans = programmes_spans(address, choice, programmes, &mut counts);
        let label = briefing::DEVELOPMENT.to(language).to_owned();
        lanes.push(Lane { label, series: 2, spans, dots: Vec::new() });
        let label = briefing::RELIEF.to(language).to_owned();
        lanes.push(Lane {
            label,
            series: 1,
            spans: relief(address, choice, side),
            dots: Vec::new(),
        });
    }
    if choice.shows(Pillar::Defence) {
        let mut spans = missions(address, choice, side, &mut counts);
        let support = &side.engagement.defence.support.nodes;
        spans.extend(programmes_spans(address, choice, support, &mut counts));
        let label = briefing::DEFENCE.to(language).to_owned();
        lanes.push(Lane { label, series: 0, spans, dots: Vec::new() });
    }
    (lanes, counts)
}

fn diplomacy(
    address: &Address,
    choice: &Choice,
    side: &Side,
    counts: &mut OnLanes,
) -> (Vec<Dot>, Vec<Dot>) {
    let diplomacy = &side.engagement.diplomacy;
    let (mut agreements, mut meetings) = (Vec::new(), Vec::new());
    for agreement in &diplomacy.agreements.nodes {
        let row = &agreement.row;
        let at = row.signed;
        if !choice.holds(Some(Period { start: at, end: at })) {
            continue;
        }
        if let Some(day) = at {
            agreements.push(dot(address, Kind::Agreement, day, &row.title.value, &row.named));
        } else {
            counts.undated += 1;
        }
    }
    for dialogue in &diplomacy.dialogues.nodes {
        let row = &dialogue.row;
        if !choice.holds(row.period) {
            continue;
        }
        if let Some(day) = row.period.and_then(|period| period.start.or(period.end)) {
            meetings.push(dot(address, Kind::Meeting, day, &row.title.value, &row.named));
        } else {
            counts.undated += 1;
        }
    }
    counts.agreements = agreements.len();
    counts.meetings = meetings.len();
    (agreements, meetings)
}

fn dot(address: &Address, kind: Kind, day: Day, title: &str, named: &Named) -> Dot {
    let date = show::date_text(address.language(), day.0);
    Dot {
        kind,
        at: when(day),
        label: title.to_owned(),
        tip: format!("{date}: {title}"),
        href: Some(address.record(named.kind.0, &named.identifier)),
    }
}

/// Programmes that no other one contains, as bars.
fn programmes_spans(
    address: &Address,
    choice: &Choice,
    programmes: &[Cited<Programme>],
    counts: &mut OnLanes,
) -> Vec<Span> {
    let mut spans = Vec::new();
    for programme in programmes {
        let row = &programme.row.row;
        if programme.row.parent.is_some() || !choice.holds(row.period) {
            continue;
        }
        let period = row.period.filter(|period| period.start.is_some() || period.end.is_some());
        if let Some(period) = period {
            counts.programmes += 1;
            let extended = row.extended_until.map(when);
            spans.push(span(address, &row.title.value, &row.named, period, extended));
        } else {
            counts.undated += 1;
        }
    }
    spans
}

fn span(
    address: &Address,
    title: &str,
    named: &Named,
    period: Period,
    extended_to: Option<crate::draw::when::When>,
) -> Span {
    let language = address.language();
    let edge = |day: Option<Day>| day.map_or(Edge::NotStated, |day| Edge::At(when(day)));
    let text = |day: Option<Day>| match day {
        Some(day) => show::date_text(language, day.0),
        None => fact::NOT_KNOWN.to(language).to_owned(),
    };
    Span {
        label: title.to_owned(),
        from: edge(period.start),
        to: edge(period.end),
        extended_to,
        tip: format!("{title}: {}–{}", text(period.start), text(period.end)),
        href: Some(address.record(named.kind.0, &named.identifier)),
    }
}

/// Humanitarian contributions as bars of a year; shares of others are within those.
fn relief(address: &Address, choice: &Choice, side: &Side) -> Vec<Span> {
    let language = address.language();
    let mut spans = Vec::new();
    for contribution in &side.engagement.development.humanitarian.contributions.nodes {
        let row = &contribution.row;
        let year = row.year.and_then(|year| u16::try_from(year).ok());
        let Some(day) = year.and_then(crate::model::date::PartialDate::from_year).map(Day) else {
            continue;
        };
        if row.scope.0 == HumanitarianScope::Share || !choice.years.holds(day.0.year()) {
            continue;
        }
        let amount = show::money_text(language, &row.money);
        let period = Period { start: Some(day), end: Some(day) };
        let mut span = span(address, &row.crisis, &row.named, period, None);
        span.tip = format!("{} {}: {amount}", row.crisis, day.0.year());
        spans.push(span);
    }
    spans
}

fn missions(address: &Address, choice: &Choice, side: &Side, counts: &mut OnLanes) -> Vec<Span> {
    let mut spans = Vec::new();
    for mission in &side.engagement.defence.missions.nodes {
        let row = &mission.row;
        if !choice.holds(row.period) {
            continue;
        }
        let period = row.period.filter(|period| period.start.is_some() || period.end.is_some());
        if let Some(period) = period {
            spans.push(span(address, &row.name.value, &row.named, period, None));
        } else {
            counts.undated += 1;
        }
    }
    counts.missions = spans.len();
    spans
}

/// Events behind the lanes. The table links them: the mark of one is often only its number.
fn events(choice: &Choice, side: &Side) -> Vec<Event> {
    let dated = side.events.iter().filter(|event| choice.holds(event.row.period));
    let dated = dated.filter_map(|event| {
        let period = event.row.period?;
        Some(Event {
            label: event.row.title.value.clone(),
            from: when(period.start.or(period.end)?),
            to: period.start.and(period.end).map(when),
            href: None,
        })
    });
    dated.collect()
}

/// All records of the lanes as tables.
fn records(address: &Address, id: &str, choice: &Choice, side: &Side) -> Markup {
    let engagement = &side.engagement;
    html! {
        @if choice.shows(Pillar::Diplomacy) {
            (list(address, id, fact::AGREEMENTS, engagement.diplomacy.agreements.nodes.iter().map(|cited| &cited.row)))
            (list(address, id, fact::DIALOGUES, engagement.diplomacy.dialogues.nodes.iter().map(|cited| &cited.row)))
        }
        @if choice.shows(Pillar::Development) {
            (list(address, id, fact::PROGRAMMES, engagement.development.programmes.nodes.iter().map(|cited| &cited.row.row)))
            (list(address, id, fact::HUMANITARIAN, engagement.development.humanitarian.contributions.nodes.iter().map(|cited| &cited.row)))
        }
        @if choice.shows(Pillar::Defence) {
            (list(address, id, fact::MISSIONS, engagement.defence.missions.nodes.iter().map(|cited| &cited.row)))
            (list(address, id, fact::MISSION_CONTRIBUTIONS, engagement.defence.contributions.nodes.iter().map(|cited| &cited.row)))
        }
        (list(address, id, fact::EVENTS, side.events.iter().map(|cited| &cited.row)))
    }
}

fn list<'a, R: Row + 'a>(
    address: &Address,
    id: &str,
    title: Words,
    rows: impl Iterator<Item = &'a R>,
) -> Markup {
    let language = address.language();
    let rows: Vec<Vec<Markup>> = rows.map(|row| row.cells(address)).collect();
    let id = format!("{id}-{}", R::TABLE);
    html! {
        @if !rows.is_empty() {
            h3 id=(id) { (title.to(language)) " " span class="count" { (rows.len()) } }
            (table(language, &id, R::COLUMNS, &rows))
        }
    }
}
