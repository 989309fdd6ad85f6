//! `/partnership/…`: the standing of a country in a donor's cooperation.

use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::noun::Kind;
use crate::model::partnership::PartnershipStatus;
use crate::site::parts::data::{Coded, Day, Named};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Partnership, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Partnership {
    donor: Option<Named>,
    country: Option<Named>,
    status: Coded<PartnershipStatus>,
    since: Option<Day>,
    until: Option<Day>,
}

impl Record for Partnership {
    const KIND: Kind = Kind::Partnership;
    const PATH: &'static str = "partnership/";
    const DOCUMENT: &'static str = include_str!("../queries/partnership.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let day = |day: Option<Day>| day.map(|day| show::date(language, day));
        sheet
            .facts(&head.evidence)
            .fact(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .fact(fact::COUNTRY, &["country"], show::linked(address, self.country.as_ref()))
            .fact(fact::STANDING, &["status"], Some(show::code(language, self.status)))
            .fact(fact::SINCE, &["since"], day(self.since))
            .some(fact::UNTIL, &["until"], day(self.until))
            .add();
    }
}
