//! Money by year: humanitarian aid, and budgets of programmes in their first year, never added.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::choice::Choice;
use super::data::Group;
use super::side::Side;
use crate::draw::bars::{Bar, Bars, Panel};
use crate::draw::figure::Figure;
use crate::draw::scale::Scale;
use crate::model::code::Code as _;
use crate::model::programme::Pillar;
use crate::read::filter::ProgrammeLevel;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::Sum;
use crate::site::parts::drawing::{Drawing, figure as drawn};
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::{briefing, fact};

/// Bars of a side, before they have a frame.
#[derive(Debug)]
pub(super) struct Money {
    panels: Vec<Panel>,
    rows: Vec<Vec<Markup>>,
    stated: usize,
    unstated: usize,
}

impl Money {
    /// Returns the money of a side; `None` if none is in the data, or the choice leaves it out.
    pub(super) fn of(address: &Address, choice: &Choice, side: &Side) -> Option<Self> {
        if !choice.shows(Pillar::Development) {
            return None;
        }
        let language = address.language();
        let mut money = Self { panels: Vec::new(), rows: Vec::new(), stated: 0, unstated: 0 };
        let panels = [
            (briefing::RELIEF_BY_YEAR, &side.relief.groups.groups),
            (briefing::BUDGETS, &side.budgets.by_year.groups),
        ];
        let all: Vec<u16> = panels.iter().flat_map(|(_, groups)| years(choice, groups)).collect();
        let (first, last) = (*all.iter().min()?, *all.iter().max()?);
        for (words, groups) in panels {
            let label = words.to(language).to_owned();
            let by_year: BTreeMap<u16, &Group> =
                groups.iter().filter_map(|group| Some((year(group)?, group))).collect();
            let bars =
                (first..=last).map(|year| money.bar(choice, language, year, &label, &by_year));
            let bars: Vec<Bar> = bars.collect();
            money.panels.push(Panel { label, bars });
        }
        Some(money)
    }

    fn bar(
        &mut self,
        choice: &Choice,
        language: Language,
        year: u16,
        panel: &str,
        groups: &BTreeMap<u16, &Group>,
    ) -> Bar {
        let Some(group) = groups.get(&year) else {
            return Bar {
                label: year.to_string(),
                href: None,
                parts: Vec::new(),
                total: String::new(),
            };
        };
        let sum = Sum {
            currency: group.counted.map(|_| choice.currency.clone()),
            lower: group.lower,
            upper: group.upper,
            counted: group.counted,
            not_stated: group.not_stated,
            approximate: group.approximate,
            excluded_sums: Vec::new(),
        };
        let text = show::sum_text(language, &sum);
        if group.counted.is_some() {
            self.stated += 1;
        } else {
            self.unstated += 1;
        }
        self.rows.push(vec![
            html! { (year) },
            html! { (panel) },
            or_absent(language, show::sums(language, &[sum])),
        ]);
        let figure: Figure =
            drawn(group.counted, group.lower, group.upper, group.approximate > 0, &text);
        Bar::of(&year.to_string(), figure)
    }

    /// Returns the scale, to share it.
    pub(super) fn scale(&self) -> Scale {
        let frame = crate::draw::frame::Frame::new("scale", "", "");
        self.bars(frame, None, "").scale()
    }

    fn bars(&self, frame: crate::draw::frame::Frame, scale: Option<Scale>, unit: &str) -> Bars {
        Bars {
            frame,
            unit: unit.to_owned(),
            series: Vec::new(),
            panels: self.panels.clone(),
            scale,
        }
    }

    /// Draws the bars.
    pub(super) fn figure(
        &self,
        address: &Address,
        choice: &Choice,
        side: &Side,
        scale: Option<Scale>,
    ) -> Markup {
        let language = address.language();
        let id = format!("money-{}", side.code());
        let columns = [fact::YEAR, fact::KIND, fact::AMOUNT];
        let sentence = briefing::money(language, self.stated, self.unstated, &choice.currency);
        let drawing = Drawing {
            id: &id,
            title: briefing::MONEY,
            sentence: choice.at_level(language, &sentence),
            table: table(language, "money-title", &columns, &self.rows),
        };
        let draw = |frame| self.bars(frame, scale, &choice.currency).draw();
        html! {
            (drawing.figure(language, draw))
            p class="images" {
                (briefing::AS_IMAGE.to(language)) ": "
                a href=(image(address, choice, side, "humanitarian-contributions")) { (briefing::RELIEF.to(language)) }
                " · "
                a href=(image(address, choice, side, "budgets")) { (briefing::DEVELOPMENT.to(language)) }
            }
        }
    }
}

/// Address of the drawing of a table by year, for the donor and the country of a side.
fn image(address: &Address, choice: &Choice, side: &Side, table: &str) -> String {
    let country = side.code().to_uppercase();
    let mut parameters = vec![
        ("by", "year"),
        ("donor", choice.donor.as_str()),
        ("country", country.as_str()),
        ("currency", choice.currency.as_str()),
    ];
    if choice.is_by_project && table == "budgets" {
        parameters.push(("level", ProgrammeLevel::Project.as_str()));
    }
    address.table(table, "svg", &parameters)
}

fn years<'a>(choice: &'a Choice, groups: &'a [Group]) -> impl Iterator<Item = u16> {
    groups.iter().filter_map(year).filter(move |year| choice.holds_year(*year))
}

/// Year of a group; `None` if it is not stated.
fn year(group: &Group) -> Option<u16> {
    group.keys.first()?.code.as_deref()?.parse().ok()
}
