//! `/contribution/…`: a humanitarian contribution, with its parts and the figure of another source for the same money.

use maud::{Markup, html};
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::humanitarian::HumanitarianBasis;
use crate::model::humanitarian_contribution::{FlowStatus, HumanitarianChannel, HumanitarianScope};
use crate::model::noun::Kind;
use crate::site::address::Address;
use crate::site::parts::data::{Amount, Coded, Day, List, Named, Text};
use crate::site::parts::rows::ContributionRow;
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Humanitarian contribution, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Contribution {
    donor: Option<Named>,
    year: Option<i32>,
    date: Option<Day>,
    crisis: String,
    countries: Vec<Named>,
    channel: Coded<HumanitarianChannel>,
    channel_agencies: Vec<Named>,
    status: Option<Coded<FlowStatus>>,
    scope: Coded<HumanitarianScope>,
    humanitarian_basis: Coded<HumanitarianBasis>,
    money: Amount,
    purpose: Option<Text>,
    part_of: Option<Figure>,
    alternative_to: Option<Figure>,
    parts: List<ContributionRow>,
    flow: Option<Flow>,
}

/// Another contribution, with its amount.
#[derive(Debug, Deserialize)]
struct Figure {
    #[serde(flatten)]
    named: Named,
    money: Amount,
}

#[derive(Debug, Deserialize)]
struct Flow {
    providers: Vec<Named>,
    reference: Option<String>,
}

impl Figure {
    fn markup(&self, address: &Address) -> Markup {
        html! { (show::link(address, &self.named)) ": " (show::money(address.language(), &self.money)) }
    }
}

impl Record for Contribution {
    const KIND: Kind = Kind::HumanitarianContribution;
    const PATH: &'static str = "contribution/";
    const DOCUMENT: &'static str = include_str!("../queries/contribution.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let figure = |figure: &Option<Figure>| figure.as_ref().map(|f| f.markup(address));
        let flow = self.flow.as_ref();
        let reference = flow.and_then(|flow| flow.reference.as_ref());
        let providers = flow.and_then(|flow| show::links(address, &flow.providers));
        sheet
            .facts(&head.evidence)
            .fact(fact::AMOUNT, &["amount"], Some(show::money(language, &self.money)))
            .some(fact::ALTERNATIVE, &["alternative_to"], figure(&self.alternative_to))
            .fact(fact::CRISIS, &["crisis"], Some(html! { (self.crisis) }))
            .fact(fact::YEAR, &["year"], self.year.map(|year| html! { (year) }))
            .some(fact::DATE, &["date"], self.date.map(|day| show::date(language, day)))
            .fact(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .some(fact::PROVIDER, &[], providers)
            .some(fact::COUNTRIES, &["countries"], show::links(address, &self.countries))
            .fact(fact::CHANNEL, &["channel"], Some(show::code(language, self.channel)))
            .some(
                fact::CHANNEL_AGENCIES,
                &["channel_agencies"],
                show::links(address, &self.channel_agencies),
            )
            .text(fact::PURPOSE, &["purpose"], self.purpose.as_ref())
            .some(fact::STATUS, &["status"], self.status.map(|code| show::code(language, code)))
            .fact(fact::SCOPE, &["scope"], Some(show::code(language, self.scope)))
            .fact(fact::BASIS, &[], Some(show::code(language, self.humanitarian_basis)))
            .some(fact::PART_OF, &["part_of"], figure(&self.part_of))
            .some(fact::REFERENCE, &[], reference.map(|text| html! { (text) }))
            .add();
        let id = head.named.identifier.as_str();
        sheet.rows(fact::PARTS, &self.parts, &[("partOf", id)]);
    }
}
