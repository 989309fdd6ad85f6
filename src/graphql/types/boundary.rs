//! Flows across a boundary.

use async_graphql::{InputObject, Object, SimpleObject};

use super::total::Total;
use crate::graphql::error::{Answer, ApiError};
use crate::graphql::request::country_code;
use crate::graphql::scalar::Decimal;
use crate::graphql::word::Word;
use crate::read::flows::{self, Boundary, FlowScope};

/// The most agencies, countries or years of a boundary.
const MOST: usize = 1_000;

/// What lies inside: what fulfils each of the conditions that are given. Agencies or countries must be.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct FlowBoundary {
    /// These agencies, by identifier; one that the data lacks is refused.
    agencies: Option<Vec<String>>,
    /// These countries, by ISO 3166-1 code. Money comes out of the country of who pays, and goes to those that receive.
    countries: Option<Vec<String>>,
    /// Money of these years.
    years: Option<Vec<u16>>,
}

impl FlowBoundary {
    /// The boundary that is meant.
    pub(in crate::graphql) fn boundary(self) -> Answer<Boundary> {
        let countries = self.countries.unwrap_or_default();
        let boundary = Boundary {
            agencies: self.agencies.unwrap_or_default(),
            countries: countries.iter().map(|code| country_code(code)).collect::<Answer<_>>()?,
            years: self.years.unwrap_or_default(),
        };
        if boundary.agencies.is_empty() && boundary.countries.is_empty() {
            return Err(ApiError::input("`boundary` needs `agencies` or `countries`"));
        }
        if [boundary.agencies.len(), boundary.countries.len(), boundary.years.len()]
            .iter()
            .any(|length| *length > MOST)
        {
            return Err(ApiError::input(format!("`boundary` takes at most {MOST} of each")));
        }
        Ok(boundary)
    }
}

/// What crosses a boundary. Disbursements, expenditure and receipts of programmes, and humanitarian contributions that are no
/// pledges. Of each way the sums are one for each currency, or one in all in a conversion, and say what they leave out and why:
/// counted and left out are together the naive sum. Of a payment for several countries the share of those inside counts, where
/// its publisher divides it. Receipts mirror payments between the same two activities, or the same two agencies, within ninety
/// days, up to what these add up to; what cannot be told to be the same (a receiver by another name, another currency without
/// a conversion) stands as it is published.
#[derive(Clone, Debug)]
pub(crate) struct Flows(pub(in crate::graphql) flows::Flows);

fn sums(totals: &[crate::read::total::Total]) -> Vec<Total> {
    totals.iter().cloned().map(Total).collect()
}

/// What crosses a boundary. Disbursements, expenditure and receipts of programmes, and humanitarian contributions that are no
/// pledges. Of each way the sums are one for each currency, or one in all in a conversion, and say what they leave out and why:
/// counted and left out are together the naive sum. Of a payment for several countries the share of those inside counts, where
/// its publisher divides it. Receipts mirror payments between the same two activities, or the same two agencies, within ninety
/// days, up to what these add up to; what cannot be told to be the same (a receiver by another name, another currency without
/// a conversion) stands as it is published.
#[Object(serial)]
impl Flows {
    /// Which money the sums hold.
    async fn scope(&self) -> Word<FlowScope> {
        Word(self.0.scope)
    }

    /// From outside to inside. An intermediary inside, or a payment in two parts, does not change it: an agency that receives
    /// counted money inside the boundary gives no new money there until it has given more than it received in the same currency,
    /// or in the one that all is converted into. Flows of OCHA FTS say themselves where money comes out of.
    async fn incoming(&self) -> Vec<Total> {
        sums(&self.0.incoming)
    }

    /// From inside to inside, and what is passed on inside.
    async fn internal(&self) -> Vec<Total> {
        sums(&self.0.internal)
    }

    /// From inside to outside.
    async fn outgoing(&self) -> Vec<Total> {
        sums(&self.0.outgoing)
    }

    /// What stays: counted incoming less counted outgoing, by currency.
    async fn net(&self) -> Vec<NetFlow> {
        self.0.net.iter().map(NetFlow::from).collect()
    }

    /// All money once: what comes in, and what an agency inside gives beyond what it received of money that counts: one that received
    /// 10 and gave 100 passes 10 on and begins 90. What is passed
    /// on is left out as INTERNAL. Where agencies pay one another in a circle the earlier payment begins; where no source tells
    /// the order, only what has begun in every order counts, and the rest is left out as ORDER_UNKNOWN.
    async fn counted_once(&self) -> Vec<Total> {
        sums(&self.0.counted_once)
    }
}

/// What stays inside, in one currency.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct NetFlow {
    /// The currency, ISO 4217; null when no amount is stated at all.
    currency: Option<String>,
    /// The amount; null when none is stated.
    amount: Option<Decimal>,
}

impl From<&flows::Net> for NetFlow {
    fn from(net: &flows::Net) -> Self {
        Self { currency: net.currency.map(|c| c.to_string()), amount: net.amount.map(Decimal) }
    }
}
