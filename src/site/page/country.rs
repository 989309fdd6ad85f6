//! `/country/…`: a country, its partnerships, and everything that concerns it.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::record::{Head, Record};
use crate::model::noun::Kind;
use crate::model::partnership::PartnershipStatus;
use crate::site::address::Address;
use crate::site::parts::data::{Coded, Day, Evidence, List, Named, Text};
use crate::site::parts::rows::{
    AgreementRow, ContributionRow, DialogueRow, EventRow, LocationRow, MissionContributionRow,
    MissionRow, OdaRow, ProgrammeRow, RecordRow, TrustFundRow, or_absent,
};
use crate::site::parts::sheet::{Sheet, table};
use crate::site::parts::show;
use crate::site::words::{fact, flows};

/// Country, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Country {
    name: Text,
    withdrawn: Option<Day>,
    successors: Vec<Named>,
    partner_since: Option<Day>,
    partnerships: List<Partnership>,
    programmes: List<ProgrammeRow>,
    humanitarian_contributions: List<ContributionRow>,
    missions: List<MissionRow>,
    mission_contributions: List<MissionContributionRow>,
    trust_funds: List<TrustFundRow>,
    agreements: List<AgreementRow>,
    dialogues: List<DialogueRow>,
    events: List<EventRow>,
    oda_figures: List<OdaRow>,
    locations: List<LocationRow>,
    gaps: List<RecordRow>,
    agencies: List<RecordRow>,
}

#[derive(Debug, Deserialize)]
struct Partnership {
    #[serde(flatten)]
    named: Named,
    status: Coded<PartnershipStatus>,
    since: Option<Day>,
    until: Option<Day>,
    donor: Option<Named>,
    #[serde(flatten)]
    evidence: Evidence,
}

impl Record for Country {
    const KIND: Kind = Kind::Country;
    const PATH: &'static str = "country/";
    const DOCUMENT: &'static str = include_str!("../queries/country.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.name)
    }

    /// Country codes are found in any case.
    fn amend(variables: &mut Map<String, Value>) {
        if let Some(Value::String(code)) = variables.get_mut("id") {
            code.make_ascii_uppercase();
        }
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let id = head.named.identifier.as_str();
        sheet
            .facts(&head.evidence)
            .fact(fact::CODE, &["code"], Some(html! { (id) }))
            .some(fact::PARTNER_SINCE, &[], self.partner_since.map(|day| show::date(language, day)))
            .some(
                fact::WITHDRAWN,
                &["withdrawn"],
                self.withdrawn.map(|day| show::date(language, day)),
            )
            .some(fact::BRIEFING_OF, &[], self.briefing(address, id))
            .some(fact::FLOWS_OF, &[], self.flows(address, id))
            .some(fact::SUCCESSORS, &[], show::links(address, &self.successors))
            .add();
        self.partnerships(sheet);
        let country = [("country", id)];
        sheet.rows(fact::PROGRAMMES, &self.programmes, &country);
        sheet.rows(fact::AGREEMENTS, &self.agreements, &country);
        sheet.rows(fact::DIALOGUES, &self.dialogues, &country);
        sheet.rows(fact::HUMANITARIAN, &self.humanitarian_contributions, &country);
        sheet.rows(fact::MISSIONS, &self.missions, &country);
        sheet.rows_alone(fact::MISSION_CONTRIBUTIONS, &self.mission_contributions);
        sheet.rows(fact::TRUST_FUNDS, &self.trust_funds, &country);
        sheet.rows(fact::EVENTS, &self.events, &country);
        sheet.rows(fact::ODA, &self.oda_figures, &[("recipient", id)]);
        sheet.rows(fact::LOCATIONS, &self.locations, &country);
        sheet.rows_in(fact::GAPS, &self.gaps, "gaps", &country);
        sheet.rows_in(fact::AGENCIES, &self.agencies, "agencies", &country);
    }
}

impl Country {
    /// Link to the briefing, for a country with a partnership.
    fn briefing(&self, address: &Address, id: &str) -> Option<Markup> {
        self.partnerships.nodes.first()?;
        let path = format!("engagement/lu/{}", id.to_lowercase());
        Some(html! { a href=(address.page(&path, &[])) { (self.name.value) } })
    }

    /// Link to the money across its border, for a country with a partnership.
    fn flows(&self, address: &Address, id: &str) -> Option<Markup> {
        self.partnerships.nodes.first()?;
        let href = address.page("flows", &[("country", &id.to_lowercase())]);
        Some(html! { a href=(href) { (flows::SUMS.to(address.language())) } })
    }

    fn partnerships(&self, sheet: &mut Sheet<'_>) {
        if self.partnerships.nodes.is_empty() {
            return;
        }
        let (language, address) = (sheet.language(), sheet.address);
        let mut rows = Vec::new();
        for part in &self.partnerships.nodes {
            let marks = sheet.notes.marks(address, &part.evidence, &["status"]);
            let donor = part.donor.as_ref().map(|donor| show::link(address, donor));
            let day = |day: Option<Day>| day.map(|day| show::date(language, day));
            rows.push(vec![
                or_absent(language, donor),
                html! {
                    a href=(address.record(part.named.kind.0, &part.named.identifier)) {
                        (show::code(language, part.status))
                    }
                    (marks)
                },
                or_absent(language, day(part.since)),
                day(part.until).unwrap_or_default(),
            ]);
        }
        let columns = [fact::DONOR, fact::STANDING, fact::SINCE, fact::UNTIL];
        let body = table(language, "partnerships-title", &columns, &rows);
        sheet.section("partnerships", fact::PARTNERSHIPS, &body);
    }
}
