//! `/dialogue/…`: a meeting, visit or committee session.

use maud::html;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::dialogue::{DialogueKind, DialogueLevel, Forum};
use crate::model::noun::Kind;
use crate::site::parts::data::{Coded, List, Named, Period, Text};
use crate::site::parts::rows::AgreementRow;
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Dialogue, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Dialogue {
    title: Text,
    kind: Coded<DialogueKind>,
    level: Option<Coded<DialogueLevel>>,
    forum: Coded<Forum>,
    ordinal: Option<u32>,
    donor: Option<Named>,
    countries: Vec<Named>,
    period: Option<Period>,
    place: Option<Text>,
    outcomes: List<AgreementRow>,
}

impl Record for Dialogue {
    const KIND: Kind = Kind::Dialogue;
    const PATH: &'static str = "dialogue/";
    const DOCUMENT: &'static str = include_str!("../queries/dialogue.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.title)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .some(fact::NUMBER, &["ordinal"], self.ordinal.map(|number| html! { (number) }))
            .fact(fact::DATE, &["start", "end"], show::moment(language, self.period))
            .some(fact::LEVEL, &["level"], self.level.map(|level| show::code(language, level)))
            .fact(fact::FORUM, &["forum"], Some(show::code(language, self.forum)))
            .some(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .fact(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .text(fact::PLACE, &["place"], self.place.as_ref())
            .add();
        sheet.rows_alone(fact::AGREEMENTS, &self.outcomes);
    }
}
