//! `/gap/…`: what was looked for and is missing.

use maud::Markup;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::gap::GapKind;
use crate::model::noun::Kind;
use crate::site::language::Language;
use crate::site::parts::data::{Coded, Day, Named, Period, Text};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::fact;

/// Known gap, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Gap {
    missing: Text,
    kind: Coded<GapKind>,
    noun: String,
    donor: Option<Named>,
    countries: Vec<Named>,
    period: Option<Period>,
    searched: Option<Text>,
    looked_on: Option<Day>,
}

impl Record for Gap {
    const KIND: Kind = Kind::Gap;
    const PATH: &'static str = "gap/";
    const DOCUMENT: &'static str = include_str!("../queries/gap.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.missing)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .fact(fact::RECORD, &["noun"], self.noun(language))
            .some(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .some(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .some(fact::PERIOD, &["start", "end"], show::period(language, self.period))
            .text(fact::SEARCHED, &["searched"], self.searched.as_ref())
            .some(
                fact::LOOKED_ON,
                &["looked_on"],
                self.looked_on.map(|day| show::date(language, day)),
            )
            .add();
    }
}

impl Gap {
    /// Names the noun of which records are missing.
    fn noun(&self, language: Language) -> Option<Markup> {
        let kind = Kind::of_enum_word(&self.noun)?;
        Some(kind.words().markup(language))
    }
}
