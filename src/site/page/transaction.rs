//! `/transaction/…`: a single movement of money.

use maud::{Markup, html};
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::humanitarian::HumanitarianBasis;
use crate::model::noun::Kind;
use crate::model::transaction::TransactionType;
use crate::site::parts::data::{Amount, Coded, Day, Named, Text};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Transaction, as its query selects it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Transaction {
    r#type: Option<Coded<TransactionType>>,
    type_as_published: Option<String>,
    date: Option<Day>,
    money: Amount,
    provider: Option<Named>,
    provider_name_as_published: Option<Text>,
    receiver: Option<Named>,
    receiver_name_as_published: Option<Text>,
    trust_fund: Option<Named>,
    programme: Option<Named>,
    part_of: Option<Named>,
    reference: Option<String>,
    description: Option<Text>,
    humanitarian_basis: Option<Coded<HumanitarianBasis>>,
}

impl Record for Transaction {
    const KIND: Kind = Kind::Transaction;
    const PATH: &'static str = "transaction/";
    const DOCUMENT: &'static str = include_str!("../queries/transaction.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        let link = |named: &Option<Named>| named.as_ref().map(|named| show::link(address, named));
        let text = |text: &Option<Text>| text.as_ref().map(|text| show::text(language, text));
        let quote = |text: &Option<String>| text.as_ref().map(|text| html! { q { (text) } });
        let named = |record: &Option<Named>, published: &Option<Text>| -> Option<Markup> {
            link(record).or_else(|| text(published).map(|name| html! { q { (name) } }))
        };
        sheet
            .facts(&head.evidence)
            .fact(fact::AMOUNT, &["amount"], Some(show::money(language, &self.money)))
            .fact(
                fact::KIND,
                &["type"],
                self.r#type
                    .map(|kind| show::code(language, kind))
                    .or_else(|| quote(&self.type_as_published)),
            )
            .fact(fact::DATE, &["date"], self.date.map(|day| show::date(language, day)))
            .fact(
                fact::PROVIDER,
                &["provider"],
                named(&self.provider, &self.provider_name_as_published),
            )
            .fact(
                fact::RECEIVER,
                &["receiver"],
                named(&self.receiver, &self.receiver_name_as_published),
            )
            .some(fact::FUND, &["trust_fund_id"], link(&self.trust_fund))
            .some(fact::PROGRAMME, &["programme_id"], link(&self.programme))
            .some(fact::PART_OF, &["part_of"], link(&self.part_of))
            .some(fact::REFERENCE, &[], quote(&self.reference))
            .some(fact::DESCRIPTION, &[], text(&self.description))
            .some(
                fact::BASIS,
                &[],
                self.humanitarian_basis.map(|basis| show::code(language, basis)),
            )
            .add();
    }
}
