//! `/mission-contribution/…`: people, money or equipment for missions.

use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};
use crate::model::noun::Kind;
use crate::site::parts::data::{Amount, Beneficiary, Coded, Named, Period, Text};
use crate::site::parts::rows::headcount;
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Contribution to missions, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct MissionContribution {
    beneficiaries: Vec<Beneficiary>,
    missions: Vec<Named>,
    contributor: Option<Named>,
    sending_body: Option<Named>,
    kind: Coded<MissionContributionKind>,
    period: Option<Period>,
    headcount: Option<u64>,
    headcount_qualifier: Option<Coded<Qualifier>>,
    headcount_absence: Option<Coded<Absence>>,
    deployment: Option<Coded<Deployment>>,
    money: Amount,
    purpose: Option<Text>,
}

impl Record for MissionContribution {
    const KIND: Kind = Kind::MissionContribution;
    const PATH: &'static str = "mission-contribution/";
    const DOCUMENT: &'static str = include_str!("../queries/mission-contribution.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let (qualifier, absence) = (self.headcount_qualifier, self.headcount_absence);
        let people = headcount(language, self.headcount, qualifier, absence);
        sheet
            .facts(&head.evidence)
            .fact(fact::MISSIONS, &["mission_ids"], show::links(address, &self.missions))
            .fact(fact::KIND, &["kind"], Some(show::code(language, self.kind)))
            .fact(
                fact::CONTRIBUTOR,
                &["contributor"],
                show::linked(address, self.contributor.as_ref()),
            )
            .fact(
                fact::SENDING_BODY,
                &["sending_body"],
                show::linked(address, self.sending_body.as_ref()),
            )
            .fact(fact::PERIOD, &["start", "end"], show::period(language, self.period))
            .fact(fact::HEADCOUNT, &["headcount"], Some(people))
            .some(
                fact::DEPLOYMENT,
                &["deployment"],
                self.deployment.map(|stage| show::code(language, stage)),
            )
            .fact(fact::AMOUNT, &["amount"], Some(show::money(language, &self.money)))
            .text(fact::PURPOSE, &["purpose"], self.purpose.as_ref())
            .add();
        sheet.beneficiaries(&self.beneficiaries);
    }
}
