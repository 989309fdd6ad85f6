//! Coverage: nouns by years, with a published total, items only, looked for and not found, or not looked for.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::answer::{Answer, Gap, Group, Grouped};
use crate::draw::coverage::{Cell, Coverage, Row, State};
use crate::model::code::Code as _;
use crate::model::gap::GapKind;
use crate::model::humanitarian_contribution::HumanitarianScope;
use crate::model::noun::Kind;
use crate::site::address::{Address, noun_table};
use crate::site::language::Language;
use crate::site::parts::data::Period;
use crate::site::parts::drawing::Drawing;
use crate::site::parts::sheet::table;
use crate::site::words::{Words, data as words, fact, home};

/// Maximum years that are drawn, the latest.
const DRAWN: u16 = 45;

/// Longest period of which each year counts.
const LONGEST: u16 = 60;

/// Records of a noun in a year.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    records: u64,
    /// True if one of them is a total that a source publishes for the year.
    has_total: bool,
}

/// Records of a noun by year.
#[derive(Debug)]
struct Line<'a> {
    kind: Kind,
    years: BTreeMap<u16, Known>,
    /// Gaps of facts that were looked for and not found.
    gaps: Vec<&'a Gap>,
}

/// Draws the matrix; `None` if no record has a year.
pub(super) fn figure(address: &Address, data: &Answer) -> Option<Markup> {
    let language = address.language();
    let lines = lines(data);
    let all = || lines.iter().flat_map(|line| line.years.keys().copied());
    let (first, last) = (all().min()?, all().max()?);
    let shown = first.max(last.saturating_sub(DRAWN - 1));
    let cut = all().filter(|year| *year < shown).collect::<std::collections::BTreeSet<_>>().len();
    let rows = lines.iter().map(|line| line.row(address, shown, last));
    let rows: Vec<Row> = rows.collect();
    let columns: Vec<String> = (shown..=last).map(|year| year.to_string()).collect();
    let drawing = Drawing {
        id: "coverage",
        title: words::COVERAGE_TITLE,
        sentence: words::coverage(language, (shown, last), cut),
        table: twin(language, &lines, (shown, last)),
    };
    Some(drawing.figure(language, |frame| {
        Coverage { frame, columns: columns.clone(), rows: rows.clone() }.draw()
    }))
}

fn lines(data: &Answer) -> Vec<Line<'_>> {
    let line = |kind: Kind, years: BTreeMap<u16, Known>| {
        let is_own = |gap: &&Gap| gap.noun == kind.enum_word() && gap.sort.0 == GapKind::NotFound;
        Line { kind, years, gaps: data.gaps.nodes.iter().filter(is_own).collect() }
    };
    let lasting = |nodes: &[super::answer::Lasting]| dated(nodes.iter().map(|one| one.period));
    let signed = data.agreements.nodes.iter().map(|one| one.signed);
    let signed = signed.map(|day| day.map(|day| Period { start: Some(day), end: None }));
    let mut totals: BTreeMap<u16, Known> = BTreeMap::new();
    for figure in &data.oda_figures.nodes {
        let known = totals.entry(figure.year).or_default();
        *known = Known { records: known.records + 1, has_total: true };
    }
    vec![
        line(Kind::Programme, grouped(&data.programmes)),
        line(Kind::Transaction, grouped(&data.transactions)),
        line(Kind::OdaFigure, totals),
        line(Kind::HumanitarianContribution, grouped(&data.humanitarian_contributions)),
        line(Kind::MissionContribution, grouped(&data.mission_contributions)),
        line(Kind::Mission, lasting(&data.missions.nodes)),
        line(Kind::Agreement, dated(signed)),
        line(Kind::Dialogue, lasting(&data.dialogues.nodes)),
        line(Kind::Event, lasting(&data.events.nodes)),
    ]
}

/// Amounts by year; those of all crises are totals of their year.
fn grouped(list: &Grouped) -> BTreeMap<u16, Known> {
    let is_total = |group: &Group| {
        let scope = group.keys.get(1).and_then(|key| key.code.as_deref());
        scope == Some(HumanitarianScope::AllCrises.as_str())
    };
    let mut years: BTreeMap<u16, Known> = BTreeMap::new();
    for group in &list.groups.groups {
        let year = group.keys.first().and_then(|key| key.code.as_deref()?.parse().ok());
        let Some(year) = year else { continue };
        let known = years.entry(year).or_default();
        known.records += group.items;
        known.has_total |= is_total(group) && group.items > 0;
    }
    years.retain(|_, known| known.records > 0);
    years
}

/// Records by each year of their periods.
fn dated(periods: impl Iterator<Item = Option<Period>>) -> BTreeMap<u16, Known> {
    let mut years: BTreeMap<u16, Known> = BTreeMap::new();
    for (first, last) in periods.flatten().filter_map(span) {
        for year in first..=last {
            years.entry(year).or_default().records += 1;
        }
    }
    years
}

/// First and last year of a period; an open one has its first year only.
fn span(period: Period) -> Option<(u16, u16)> {
    let (start, end) = (period.start.map(|d| d.0.year()), period.end.map(|d| d.0.year()));
    let first = start.or(end)?;
    let last = end.filter(|_| start.is_some()).unwrap_or(first);
    Some((first, last.max(first).min(first.saturating_add(LONGEST))))
}

impl Line<'_> {
    /// Returns the gap that concerns a year. A gap without years says nothing of a single one.
    fn gap(&self, year: u16) -> Option<&Gap> {
        let concerns = |gap: &Gap| {
            let Some(period) = gap.period else { return false };
            let (start, end) = (period.start.map(|d| d.0.year()), period.end.map(|d| d.0.year()));
            start.is_none_or(|start| start <= year) && end.is_none_or(|end| year <= end)
        };
        self.gaps.iter().copied().find(|gap| concerns(gap))
    }

    fn state(&self, year: u16) -> State {
        match self.years.get(&year) {
            Some(known) if known.has_total => State::Published,
            Some(_) => State::ItemsOnly,
            None if self.gap(year).is_some() => State::Nothing,
            None => State::NotLookedFor,
        }
    }

    fn row(&self, address: &Address, first: u16, last: u16) -> Row {
        let cells = (first..=last).map(|year| self.cell(address, year)).collect();
        Row { label: home::plural(self.kind).to(address.language()).to_owned(), cells }
    }

    fn cell(&self, address: &Address, year: u16) -> Cell {
        let language = address.language();
        let state = self.state(year);
        let (label, href) = match (self.years.get(&year), self.gap(year)) {
            (Some(known), _) => (count(language, *known), Some(self.table(address, year))),
            (None, Some(gap)) => {
                let label = format!("{}: {}", words::NOT_FOUND.to(language), gap.missing.value);
                (label, Some(address.record(Kind::Gap, &gap.named.identifier)))
            }
            (None, None) => (String::new(), None),
        };
        Cell { state, label, href }
    }

    /// Table with the records of a year. That of programmes filters by the years in force, not by those of budgets.
    fn table(&self, address: &Address, year: u16) -> String {
        let year = year.to_string();
        let filter = [("year", year.as_str())];
        let filter = if self.kind == Kind::Programme { [("by", "year")] } else { filter };
        address.table(noun_table(self.kind), "csv", &filter)
    }
}

fn count(language: Language, known: Known) -> String {
    let records = words::records(language, known.records);
    if known.has_total { format!("{records}, {}", words::TOTAL.to(language)) } else { records }
}

/// The matrix as a table: one row for each year, the latest first.
fn twin(language: Language, lines: &[Line<'_>], (first, last): (u16, u16)) -> Markup {
    let text = |line: &Line<'_>, year: u16| match (line.years.get(&year), line.gap(year)) {
        (Some(known), _) => count(language, *known),
        (None, Some(_)) => words::NOT_FOUND.to(language).to_owned(),
        (None, None) => String::new(),
    };
    let row = |year: u16| {
        let mut cells = vec![html! { (year) }];
        cells.extend(lines.iter().map(|line| html! { (text(line, year)) }));
        cells
    };
    let rows: Vec<Vec<Markup>> = (first..=last).rev().map(row).collect();
    let mut columns: Vec<Words> = vec![fact::YEAR];
    columns.extend(lines.iter().map(|line| home::plural(line.kind)));
    table(language, "coverage-title", &columns, &rows)
}
