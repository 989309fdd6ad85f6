//! `/mission/…`: a mission, and what is contributed to it.

use maud::html;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::mission::MissionKind;
use crate::model::noun::Kind;
use crate::site::parts::data::{Beneficiary, Coded, List, Named, Period, Text};
use crate::site::parts::rows::MissionContributionRow;
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Mission, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Mission {
    beneficiaries: Vec<Beneficiary>,
    name: Text,
    acronym: Option<String>,
    kind: Coded<MissionKind>,
    leads: Vec<Named>,
    countries: Vec<Named>,
    period: Option<Period>,
    mandate: Option<Text>,
    contributions: List<MissionContributionRow>,
}

impl Record for Mission {
    const KIND: Kind = Kind::Mission;
    const PATH: &'static str = "mission/";
    const DOCUMENT: &'static str = include_str!("../queries/mission.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.name)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .some(fact::ACRONYM, &["acronym"], self.acronym.as_ref().map(|short| html! { (short) }))
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .fact(fact::PERIOD, &["start", "end"], show::period(language, self.period))
            .fact(fact::LEADS, &["leads"], show::links(address, &self.leads))
            .fact(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .text(fact::MANDATE, &["mandate"], self.mandate.as_ref())
            .add();
        sheet.beneficiaries(&self.beneficiaries);
        let id = head.named.identifier.as_str();
        sheet.rows(fact::CONTRIBUTIONS, &self.contributions, &[("mission", id)]);
    }
}
