//! Money by year: humanitarian aid, and budgets of programmes in their first year, never added.

use maud::{Markup, html};

use super::choice::Choice;
use super::side::Side;
use crate::draw::bars::Bars;
use crate::draw::scale::Scale;
use crate::model::code::Code as _;
use crate::model::programme::Pillar;
use crate::read::filter::ProgrammeLevel;
use crate::site::address::Address;
use crate::site::parts::data::Group;
use crate::site::parts::drawing::Drawing;
use crate::site::parts::years::{Summed, Years};
use crate::site::words::briefing;

/// Bars of a side, before they have a frame.
#[derive(Debug)]
pub(super) struct Money(Years);

impl Money {
    /// Returns the money of a side; `None` if none is in the data, or the choice leaves it out.
    pub(super) fn of(address: &Address, choice: &Choice, side: &Side) -> Option<Self> {
        if !choice.shows(Pillar::Development) {
            return None;
        }
        let language = address.language();
        let panels = [
            (Summed::Given, briefing::RELIEF_BY_YEAR, &side.relief.groups.groups),
            (Summed::Budgets, briefing::BUDGETS, &side.budgets.by_year.groups),
        ];
        let all = panels.iter().flat_map(|(_, _, groups)| groups.iter().filter_map(Group::year));
        let all: Vec<u16> = all.filter(|year| choice.years.holds(*year)).collect();
        let (first, last) = (*all.iter().min()?, *all.iter().max()?);
        let mut years = Years::default();
        for (summed, words, groups) in panels {
            let panel = (summed, words.to(language));
            years.add(language, panel, first..=last, groups);
        }
        Some(Self(years))
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
            panels: self.0.panels.clone(),
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
        let sentence = briefing::money(language, self.0.counts, &choice.currency);
        let drawing = Drawing {
            id: &id,
            title: briefing::MONEY,
            sentence: choice.at_level(language, &sentence),
            table: self.0.table(language, "money-title"),
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
