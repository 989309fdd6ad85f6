//! `/event/…`: an event that affects cooperation.

use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::noun::Kind;
use crate::model::programme::Pillar;
use crate::site::parts::data::{Coded, Named, Period, Text};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Event, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Event {
    title: Text,
    pillar: Option<Coded<Pillar>>,
    countries: Vec<Named>,
    period: Option<Period>,
}

impl Record for Event {
    const KIND: Kind = Kind::Event;
    const PATH: &'static str = "event/";
    const DOCUMENT: &'static str = include_str!("../queries/event.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.title)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .fact(fact::DATE, &["start", "end"], show::moment(language, self.period))
            .some(fact::PILLAR, &["pillar"], self.pillar.map(|pillar| show::code(language, pillar)))
            .fact(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .add();
    }
}
