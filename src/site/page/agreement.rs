//! `/agreement/…`: a signed agreement.

use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::agreement::AgreementKind;
use crate::model::noun::Kind;
use crate::site::parts::data::{Coded, Day, Named, Text};
use crate::site::parts::rows::ProgrammeRow;
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Agreement, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Agreement {
    title: Text,
    kind: Coded<AgreementKind>,
    donor: Option<Named>,
    countries: Vec<Named>,
    signed: Option<Day>,
    place: Option<Text>,
    context: Option<Text>,
    concluded_at: Option<Named>,
    parties: Vec<Named>,
    governs: Vec<ProgrammeRow>,
}

impl Record for Agreement {
    const KIND: Kind = Kind::Agreement;
    const PATH: &'static str = "agreement/";
    const DOCUMENT: &'static str = include_str!("../queries/agreement.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.title)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .fact(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .fact(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .fact(fact::SIGNED, &["signed"], self.signed.map(|day| show::date(language, day)))
            .text(fact::PLACE, &["place"], self.place.as_ref())
            .some(
                fact::CONCLUDED_AT,
                &["concluded_at"],
                show::linked(address, self.concluded_at.as_ref()),
            )
            .fact(fact::PARTIES, &["parties"], show::links(address, &self.parties))
            .text(fact::CONTEXT, &["context"], self.context.as_ref())
            .add();
        sheet.all_rows(fact::GOVERNS, &self.governs);
    }
}
