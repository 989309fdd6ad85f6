//! `/agency/…`: an organisation, and what it takes part in.

use maud::html;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::agency::AgencyKind;
use crate::model::noun::Kind;
use crate::site::parts::data::{Coded, List, Named, Text};
use crate::site::parts::rows::{
    AgreementRow, ContributionRow, MissionContributionRow, MissionRow, ProgrammeRow,
    TransactionRow, TrustFundRow,
};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Organisation, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Agency {
    name: Text,
    acronym: Option<String>,
    aliases: Vec<String>,
    kind: Coded<AgencyKind>,
    country: Option<Named>,
    website: Option<String>,
    identifiers: Vec<String>,
    programmes: List<ProgrammeRow>,
    humanitarian_contributions: List<ContributionRow>,
    mission_contributions: List<MissionContributionRow>,
    missions: List<MissionRow>,
    trust_funds: List<TrustFundRow>,
    agreements: List<AgreementRow>,
    transactions: List<TransactionRow>,
}

impl Record for Agency {
    const KIND: Kind = Kind::Agency;
    const PATH: &'static str = "agency/";
    const DOCUMENT: &'static str = include_str!("../queries/agency.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.name)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let joined = |all: &[String]| (!all.is_empty()).then(|| html! { (all.join(", ")) });
        sheet
            .facts(&head.evidence)
            .some(fact::ACRONYM, &["acronym"], self.acronym.as_ref().map(|short| html! { (short) }))
            .some(fact::ALSO_CALLED, &["aliases"], joined(&self.aliases))
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .some(fact::HOME_COUNTRY, &["country"], show::linked(address, self.country.as_ref()))
            .some(fact::WEBSITE, &["website"], self.website.as_deref().map(show::outside))
            .some(fact::IDENTIFIERS, &[], joined(&self.identifiers))
            .add();
        let id = head.named.identifier.as_str();
        sheet.rows(fact::PROGRAMMES, &self.programmes, &[("agency", id)]);
        sheet.rows(fact::HUMANITARIAN, &self.humanitarian_contributions, &[("agency", id)]);
        sheet.rows(
            fact::MISSION_CONTRIBUTIONS,
            &self.mission_contributions,
            &[("sendingBody", id)],
        );
        sheet.rows(fact::MISSIONS, &self.missions, &[("lead", id)]);
        sheet.rows(fact::TRUST_FUNDS, &self.trust_funds, &[("administrator", id)]);
        sheet.rows(fact::AGREEMENTS, &self.agreements, &[("agency", id)]);
        sheet.rows(fact::TRANSACTIONS, &self.transactions, &[("agency", id)]);
    }
}
