//! People by year as dots: each contribution in every year of its period. Equal numbers of a year share a mark.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::cells::{people, people_text, short_links, stage};
use super::choice::Choice;
use super::data::{Contribution, Mission, short};
use crate::draw::dots::{Dots, Measure, Year};
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::Frame;
use crate::draw::scale::Scale;
use crate::model::code::Code as _;
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::money::Qualifier;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::drawing::Drawing;
use crate::site::parts::notes::Notes;
use crate::site::parts::sheet::table;
use crate::site::words::fact;
use crate::site::words::missions::{self as words, OnDots};

/// Longest period that is drawn, in years.
const LONGEST: u16 = 60;

/// Contributions of people, by year.
#[derive(Debug)]
pub(super) struct People<'a> {
    by_year: BTreeMap<u16, Vec<&'a Contribution>>,
    on_dots: OnDots,
}

impl<'a> People<'a> {
    /// Selects the people of contributions, within the chosen years.
    pub(super) fn of(choice: &Choice, all: impl Iterator<Item = &'a Contribution>) -> Self {
        let mut people = Self { by_year: BTreeMap::new(), on_dots: OnDots::default() };
        for one in all.filter(|one| one.row.kind.0 == MissionContributionKind::Personnel) {
            let Some((first, last)) = one.years() else {
                people.on_dots.undated += 1;
                continue;
            };
            people.on_dots.drawn += 1;
            people.on_dots.not_stated += usize::from(one.row.headcount.is_none());
            let last = last.min(first.saturating_add(LONGEST));
            for year in (first..=last).filter(|year| choice.years.holds(*year)) {
                people.by_year.entry(year).or_default().push(one);
            }
        }
        people
    }

    /// Returns the first and the last year with people.
    pub(super) fn extent(&self) -> Option<(u16, u16)> {
        Some((*self.by_year.keys().next()?, *self.by_year.keys().next_back()?))
    }

    /// Returns true if there is something to compare: several contributions in several years.
    pub(super) fn is_series(&self) -> bool {
        self.on_dots.drawn > 2 && self.by_year.len() > 1
    }

    /// Says what the drawing shows: of all missions, or of one.
    fn sentence(&self, language: Language, is_whole: bool) -> String {
        if is_whole {
            words::people(language, self.on_dots)
        } else {
            words::people_of(language, self.on_dots)
        }
    }

    /// Draws the years of `extent`, on a common scale if one is given.
    pub(super) fn figure(&self, page: &mut Dotted<'_>, id: &str) -> Option<Markup> {
        let (first, last) = page.extent?;
        let language = page.address.language();
        let years = (first..=last).map(|year| Year {
            label: year.to_string(),
            marks: self.by_year.get(&year).map(|all| page.marks(year, all)).unwrap_or_default(),
        });
        let years: Vec<Year> = years.collect();
        let rows = self.rows(page);
        let heading = format!("{id}-title");
        let columns = [fact::YEAR, fact::MISSION, words::STAGE, fact::HEADCOUNT];
        let drawing = Drawing {
            id,
            title: words::PEOPLE,
            sentence: self.sentence(language, page.scale.is_none()),
            table: table(language, &heading, &columns, &rows),
        };
        let (unit, scale) = (words::PEOPLE_UNIT.to(language).to_owned(), page.scale);
        let dots = |frame: Frame| Dots { frame, unit: unit.clone(), years: years.clone(), scale };
        page.scale = scale.or_else(|| Some(dots(Frame::new("scale", "", "")).scale()));
        Some(drawing.figure(language, |frame| dots(frame).draw()))
    }

    fn rows(&self, page: &mut Dotted<'_>) -> Vec<Vec<Markup>> {
        let (address, language) = (page.address, page.address.language());
        let all = self.by_year.iter();
        let all = all.flat_map(|(year, all)| all.iter().map(move |one| (*year, *one)));
        let mut cells = |(year, one): (u16, &Contribution)| {
            let marks = page.notes.marks(address, &one.evidence, &["headcount"]);
            vec![
                html! { a href=(page.choice.link(address, "year", &year.to_string())) { (year) } },
                short_links(address, page.missions, &one.row.missions),
                stage(language, one),
                html! {
                    a href=(address.record(one.row.named.kind.0, &one.row.named.identifier)) { (people(language, one)) }
                    (marks)
                },
            ]
        };
        all.map(&mut cells).collect()
    }
}

/// State that the drawings of a page share.
#[derive(Debug)]
pub(super) struct Dotted<'a> {
    pub(super) address: &'a Address,
    pub(super) choice: &'a Choice,
    pub(super) missions: &'a [Mission],
    pub(super) notes: &'a mut Notes,
    pub(super) extent: Option<(u16, u16)>,
    pub(super) scale: Option<Scale>,
}

impl Dotted<'_> {
    /// Marks of a year: one for each measure and number.
    fn marks(&self, year: u16, all: &[&Contribution]) -> Vec<(Measure, Figure)> {
        let mut groups: BTreeMap<(Measure, Option<u64>, &str), Vec<&Contribution>> =
            BTreeMap::new();
        for one in all {
            let qualifier = one.row.headcount_qualifier.map_or("", |q| q.0.as_str());
            let key = (measure(one), one.row.headcount, qualifier);
            groups.entry(key).or_default().push(one);
        }
        groups.into_values().filter_map(|all| self.mark(year, &all)).collect()
    }

    fn mark(&self, year: u16, all: &[&Contribution]) -> Option<(Measure, Figure)> {
        let first = all.first()?;
        let names: Vec<String> = all.iter().map(|one| self.names(one)).collect();
        let number = people_text(self.address.language(), first);
        let label = format!("{number} · {}", names.join(" · "));
        let figure = match first.row.headcount {
            Some(people) => Figure::stated(size(people), &label).bounded(bound(first)),
            None => Figure::not_stated(&label),
        };
        let href = if all.len() == 1 {
            self.address.record(first.row.named.kind.0, &first.row.named.identifier)
        } else {
            self.choice.link(self.address, "year", &year.to_string())
        };
        Some((measure(first), figure.with_href(&href)))
    }

    /// Short names of the missions of a contribution.
    fn names(&self, one: &Contribution) -> String {
        let names = one.row.missions.iter().map(|named| short(self.missions, named));
        names.collect::<Vec<_>>().join(", ")
    }
}

fn measure(one: &Contribution) -> Measure {
    match one.row.deployment.map(|stage| stage.0) {
        Some(Deployment::Deployed) => Measure::Served,
        Some(Deployment::Announced) => Measure::Announced,
        Some(Deployment::Ceiling) => Measure::Ceiling,
        None => Measure::Unclear,
    }
}

fn bound(one: &Contribution) -> Bound {
    match one.row.headcount_qualifier.map(|qualifier| qualifier.0) {
        // The mark of a ceiling says itself that it is the most.
        Some(Qualifier::AtMost) if measure(one) == Measure::Ceiling => Bound::Exact,
        Some(Qualifier::AtMost) => Bound::AtMost,
        Some(Qualifier::AtLeast) => Bound::AtLeast,
        Some(Qualifier::About) => Bound::About,
        Some(Qualifier::Exact) | None => Bound::Exact,
    }
}

/// Size of a number of people for the geometry.
fn size(people: u64) -> f64 {
    u32::try_from(people).map_or(f64::from(u32::MAX), f64::from)
}
