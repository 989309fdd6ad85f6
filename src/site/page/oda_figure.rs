//! `/oda-figure/…`: official development assistance of a year, as published.

use maud::html;
use serde::Deserialize;

use super::record::{Head, Record};
use crate::model::noun::Kind;
use crate::site::parts::data::{Amount, Named};
use crate::site::parts::sheet::Sheet;
use crate::site::parts::show;
use crate::site::words::fact;

/// Figure, as its query selects it.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct OdaFigure {
    donor: Option<Named>,
    recipient: Option<Named>,
    year: i32,
    money: Amount,
}

impl Record for OdaFigure {
    const KIND: Kind = Kind::OdaFigure;
    const PATH: &'static str = "oda-figure/";
    const DOCUMENT: &'static str = include_str!("../queries/oda-figure.graphql");

    fn fill(&self, head: &Head, sheet: &mut Sheet<'_>) {
        let (language, address) = (sheet.language(), sheet.address);
        sheet
            .facts(&head.evidence)
            .fact(fact::AMOUNT, &["amount"], Some(show::money(language, &self.money)))
            .fact(fact::YEAR, &["year"], Some(html! { (self.year) }))
            .fact(fact::DONOR, &["donor"], show::linked(address, self.donor.as_ref()))
            .fact(fact::RECIPIENT, &["recipient"], show::linked(address, self.recipient.as_ref()))
            .add();
    }
}
