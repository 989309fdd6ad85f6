//! Flows of money across a boundary.

use async_graphql::{InputObject, Object, SimpleObject};

use super::total::Total;
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::context::country_code;
use crate::graphql::error::{ApiError, ApiResult};
use crate::graphql::scalar::Decimal;
use crate::read::flows::{self, BoundaryQuery, FlowScope};

/// Maximum number of agencies, countries or years of a boundary, each.
const MOST: usize = 1_000;

/// Boundary: what lies inside fulfils every given condition. At least one agency or country is required.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct FlowBoundary {
    /// Agencies inside, by identifier; at most 1000. An unknown identifier is an error.
    agencies: Option<Vec<String>>,
    /// Countries inside, by ISO 3166-1 code; at most 1000. Money leaves the country of its provider and enters the recipient
    /// countries.
    countries: Option<Vec<String>>,
    /// Years of the money; at most 1000. All years when omitted.
    years: Option<Vec<u16>>,
}

impl FlowBoundary {
    /// Validates the input.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` without agencies and countries, for too many values, or for a malformed country code.
    pub(in crate::graphql) fn boundary(self) -> ApiResult<BoundaryQuery> {
        let countries = self.countries.unwrap_or_default();
        let boundary = BoundaryQuery {
            agencies: self.agencies.unwrap_or_default(),
            countries: countries.iter().map(|code| country_code(code)).collect::<ApiResult<_>>()?,
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

/// Flows across a boundary, as totals by direction.
#[derive(Clone, Debug)]
pub(crate) struct Flows(pub(in crate::graphql) flows::Flows);

fn sums(totals: &[crate::read::total::Total]) -> Vec<Total> {
    totals.iter().cloned().map(Total::from).collect()
}

/// Flows across a boundary: disbursements, expenditure and receipts of programmes, and humanitarian contributions other than
/// pledges.
/// Each direction has one total per currency, or a single one with a conversion. Totals state their exclusions and reasons;
/// counted and excluded amounts add up to the naive sum.
/// Of a payment for several countries, the share of the countries inside counts, where its publisher divides it.
/// Receipts mirror payments between the same two activities or agencies within ninety days, up to the sum of those payments.
/// Receipts that cannot be matched stay as published: a receiver under another name, or another currency without a
/// conversion.
#[Object(serial)]
impl Flows {
    /// Scope of the totals: development money, humanitarian money, or both.
    async fn scope(&self) -> CodeEnum<FlowScope> {
        CodeEnum(self.0.scope)
    }

    /// Flows from outside to inside. An intermediary inside, or a payment in two parts, does not change the total. An agency
    /// that receives counted money inside the boundary adds no new money there until it has given more than it received, in
    /// the same currency or in the conversion currency. Flows of OCHA FTS state the origin of their money themselves.
    async fn incoming(&self) -> Vec<Total> {
        sums(&self.0.incoming)
    }

    /// Flows from inside to inside, including money passed on inside.
    async fn internal(&self) -> Vec<Total> {
        sums(&self.0.internal)
    }

    /// Flows from inside to outside.
    async fn outgoing(&self) -> Vec<Total> {
        sums(&self.0.outgoing)
    }

    /// Net inflow by currency: counted incoming minus counted outgoing.
    async fn net(&self) -> Vec<NetFlow> {
        self.0.net.iter().map(NetFlow::from).collect()
    }

    /// All money, each unit once: the incoming money, and what agencies inside give beyond the counted money that they
    /// received. An agency that received 10 and gave 100 passes on 10 and originates 90. Money passed on is excluded as
    /// INTERNAL. Where agencies pay one another in a circle, the earlier payment originates. Where no source states the
    /// order, only money that originates in every order counts; the rest is excluded as `ORDER_UNKNOWN`.
    async fn counted_once(&self) -> Vec<Total> {
        sums(&self.0.counted_once)
    }
}

/// Net inflow in one currency.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct NetFlow {
    /// Currency, ISO 4217; null when no amount is stated.
    currency: Option<String>,
    /// Amount, negative for a net outflow; null when none is stated.
    amount: Option<Decimal>,
}

impl From<&flows::Net> for NetFlow {
    fn from(net: &flows::Net) -> Self {
        Self { currency: net.currency.map(|c| c.to_string()), amount: net.amount.map(Decimal) }
    }
}
