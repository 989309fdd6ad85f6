//! Flows across a boundary: what came in, what moved on within, what went out, and all of it counted once.
//!
//! This is the boundary of OCHA FTS for every source. A flow is incoming when its receiving end lies inside and its giving
//! end outside, internal when both lie inside, outgoing when the giving end alone does. What came in does not change when an
//! intermediary is put into a chain or a flow is split in two: that is what a boundary is for.
//! `line` says which ends lie inside, `gather` finds the movements that cross, and `crossing`, which knows nothing of a store,
//! which of them say the same money again.
//! Source: OCHA FTS, "boundary" and "on boundary" of flows.

mod crossing;
mod gather;
mod line;

use crate::model::country::CountryCode;
use crate::model::money::{Currency, Money};
use crate::model::rate::RateTable;
use rust_decimal::Decimal;

use super::error::Error;
use super::reader::Reader;
use super::total::{Item, Total, totals};
use crossing::{Crossing, cross};
use line::Way;

/// What lies inside: what fulfils each of the conditions that are named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Boundary {
    /// These agencies, by identifier; empty means any.
    pub agencies: Vec<String>,
    /// These countries; empty means any.
    pub countries: Vec<CountryCode>,
    /// Money of these years; empty means any.
    pub years: Vec<u16>,
}

/// Sums of what crosses a boundary, of each kind one for each currency, or one in all in a conversion.
#[derive(Clone, Debug)]
pub struct Flows {
    /// From outside to inside.
    pub incoming: Vec<Total>,
    /// From inside to inside.
    pub internal: Vec<Total>,
    /// From inside to outside.
    pub outgoing: Vec<Total>,
    /// Incoming less outgoing.
    pub net: Vec<Net>,
    /// Everything once: what comes in, and what begins inside with somebody who receives nothing.
    pub counted_once: Vec<Total>,
}

/// What stays inside, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// The currency; `None` when no amount is stated at all.
    pub currency: Option<Currency>,
    /// Counted incoming less counted outgoing.
    pub amount: Option<Decimal>,
}

impl Reader {
    /// The flows across a boundary.
    ///
    /// # Errors
    /// As [`Reader::get`], and [`Error::TooManyMovements`] when more movements cross it than one answer takes.
    pub fn flows(
        &self,
        boundary: &Boundary,
        convert: Option<(Currency, &RateTable)>,
    ) -> Result<Flows, Error> {
        let counts = |money: &Money| match convert {
            None => money.value().is_some(),
            Some((currency, rates)) => rates.convert(money, currency, None).is_ok(),
        };
        let crossings = cross(gather::movements(self, boundary)?, &counts);
        let item = |crossing: &Crossing, left_out| {
            let (kind, ordinal) = crossing.movement.name;
            let key = self.key(kind, ordinal).unwrap_or_default().into_owned();
            Item { kind, key, part: None, money: crossing.movement.money, left_out }
        };
        let sum = |way| {
            let those = crossings.iter().filter(|crossing| crossing.movement.way == way);
            totals(those.map(|one| item(one, one.movement.left_out)), convert)
        };
        let once = crossings.iter().map(|one| item(one, one.left_out_of_once));
        let (incoming, outgoing) = (sum(Way::Incoming), sum(Way::Outgoing));
        Ok(Flows {
            net: net(&incoming, &outgoing),
            internal: sum(Way::Internal),
            counted_once: totals(once, convert),
            incoming,
            outgoing,
        })
    }
}

fn net(incoming: &[Total], outgoing: &[Total]) -> Vec<Net> {
    let mut currencies: Vec<_> = incoming.iter().chain(outgoing).map(|t| t.currency).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let of = |totals: &[Total], currency| {
        totals.iter().find(|total| total.currency == currency).and_then(|total| total.counted)
    };
    let net = |currency| {
        let (came, went) = (of(incoming, currency), of(outgoing, currency));
        let amount = match (came, went) {
            (None, None) => None,
            (came, went) => came.unwrap_or_default().checked_sub(went.unwrap_or_default()),
        };
        Net { currency, amount }
    };
    currencies.into_iter().map(net).collect()
}
