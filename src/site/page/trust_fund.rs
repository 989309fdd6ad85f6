//! `/trust-fund/…`: a pooled fund, and the payments into it.

use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::noun::Kind;
use crate::model::programme::Pillar;
use crate::site::parts::data::{Beneficiary, Coded, List, Named, Text};
use crate::site::parts::rows::TransactionRow;
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Trust fund, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct TrustFund {
    beneficiaries: Vec<Beneficiary>,
    name: Text,
    administrator: Option<Named>,
    pillar: Coded<Pillar>,
    humanitarian: bool,
    countries: Vec<Named>,
    purpose: Option<Text>,
    contributions: List<TransactionRow>,
}

impl Record for TrustFund {
    const KIND: Kind = Kind::TrustFund;
    const PATH: &'static str = "trust-fund/";
    const DOCUMENT: &'static str = include_str!("../queries/trust-fund.graphql");

    fn title(&self) -> Option<&Text> {
        Some(&self.name)
    }

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .fact(fact::PILLAR, &["pillar"], Some(show::code(language, self.pillar)))
            .fact(
                fact::HUMANITARIAN,
                &["humanitarian"],
                Some(show::yes_no(language, self.humanitarian)),
            )
            .fact(
                fact::ADMINISTRATOR,
                &["administrator"],
                show::linked(address, self.administrator.as_ref()),
            )
            .fact(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .text(fact::PURPOSE, &["purpose"], self.purpose.as_ref())
            .add();
        sheet.beneficiaries(&self.beneficiaries);
        let id = head.named.identifier.as_str();
        sheet.rows(fact::INTO_FUND, &self.contributions, &[("trustFund", id)]);
    }
}
