//! Flows across a boundary: incoming, internal and outgoing money, and all of it counted once.
//!
//! The boundary of OCHA FTS is applied to every source. A flow is incoming if its receiving end
//! lies inside and its paying end outside. It is internal if both lie inside, and outgoing if only
//! the paying end does. Incoming money does not change when an intermediary joins a chain or a flow
//! is split in two.
//!
//! `boundary` decides which ends lie inside, and `gather` selects the movements that cross. `crossing`,
//! which does not depend on the store, removes duplicates: `receipt_matching` matches receipts to
//! counted payments, `pass_through` finds money passed on inside, `once` finds money that begins
//! there, and `circle` does so for agencies that pay one another, with `new_money` for its bounds.
//!
//! Source: OCHA FTS, "boundary" and "on boundary" of flows.

mod boundary;
mod circle;
mod crossing;
mod gather;
mod movement;
mod new_money;
mod once;
mod pass_through;
mod passed_on;
mod receipt_matching;
mod scope;
#[cfg(test)]
mod tests;

pub use scope::FlowScope;

use crate::model::country::CountryCode;
use crate::model::money::{Currency, Money};
use crate::model::noun::Kind;
use crate::model::rate::RateTable;
use rust_decimal::Decimal;

use super::coverage::Extent;
use super::error::Error;
use super::reader::Reader;
use super::total::{Addend, AmountBounds, ExclusionReason, Total, TotalsBuilder};
use boundary::Way;
use crossing::cross;
use movement::MovementPart;

/// A boundary. An end lies inside if it fulfils every condition that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoundaryQuery {
    /// Agencies inside, by identifier; empty means any.
    pub agencies: Vec<String>,
    /// Countries inside; empty means any.
    pub countries: Vec<CountryCode>,
    /// Years of the money; empty means any.
    pub years: Vec<u16>,
}

/// Totals of the money that crosses a boundary: per direction one for each currency, or a single
/// one in a conversion.
#[derive(Clone, Debug)]
pub struct Flows {
    /// Scope of the money in these totals.
    pub scope: FlowScope,
    /// Money from outside to inside.
    pub incoming: Vec<Total>,
    /// Money from inside to inside.
    pub internal: Vec<Total>,
    /// Money from inside to outside.
    pub outgoing: Vec<Total>,
    /// Incoming less outgoing money.
    pub net: Vec<Net>,
    /// All money counted once: incoming money, and money that an agency inside gives beyond what it
    /// received.
    pub counted_once: Vec<Total>,
}

/// Net flow in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// The currency; `None` if no amount is stated at all.
    pub currency: Option<Currency>,
    /// Counted incoming less counted outgoing money; `None` if it cannot be computed.
    pub amount: Option<Decimal>,
}

impl Reader {
    /// Computes the flows across a boundary.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`], [`Error::UnknownAgency`] if the boundary names an agency
    /// that is not in the data, and [`Error::TooManyMovements`] if more movements cross it than one
    /// answer may hold.
    pub fn flows(
        &self,
        boundary: &BoundaryQuery,
        scope: FlowScope,
        convert: Option<(Currency, &RateTable)>,
    ) -> Result<Flows, Error> {
        let is_unknown =
            |agency: &&String| self.generation().ordinal(Kind::Agency, agency).is_none();
        if let Some(agency) = boundary.agencies.iter().find(is_unknown) {
            return Err(Error::UnknownAgency(agency.clone()));
        }
        let in_sum = |money: &Money| match convert {
            Some((currency, rates)) if money.currency().is_some() => rates.money(money, currency),
            _ => Some(*money),
        };
        let movements = gather::movements(self, boundary, scope)?;
        let rivals = movements.rivals.clone();
        let crossings = cross(movements, &in_sum, self.work())?;
        // Sums one direction, or all money counted once.
        let sum = |way: Option<Way>| {
            let mut sums = TotalsBuilder::new(convert.map(|(currency, _)| currency));
            for one in crossings.iter().filter(|one| way.is_none_or(|way| way == one.piece.way)) {
                self.work().step()?;
                let (kind, ordinal) = one.name;
                let key = || self.key(kind, ordinal).unwrap_or_default().into_owned();
                let beside = rivals.get(&one.name);
                let mut add = |piece: &MovementPart| {
                    let MovementPart { money, left_out, .. } = *piece;
                    let rivals = beside.map(|all| beside_piece(all, &one.piece.money, &money));
                    let rivals = rivals.unwrap_or_default();
                    // An amount that counts is not listed.
                    let is_listed =
                        left_out.is_some() || piece.sum.is_none() || money.currency().is_none();
                    let (part, extent) = (None, Extent::Item);
                    let key = is_listed.then(key).unwrap_or_default();
                    let item = Addend { kind, key, part, money, left_out, rivals, extent };
                    let is_second = left_out == Some(ExclusionReason::AlternativeFigure);
                    let is_nothing = piece.of_others
                        || (is_second && beside.is_some())
                        || left_out.is_some_and(|reason| !reason.is_open() && !is_second);
                    let bounds = if is_nothing {
                        AmountBounds::NOTHING
                    } else {
                        AmountBounds::of(&item, in_sum)
                    };
                    sums.add(item, piece.sum, bounds);
                };
                match way {
                    Some(_) => add(&one.piece),
                    None => one.once().for_each(|piece| add(&piece)),
                }
            }
            Ok::<_, Error>(sums.totals())
        };
        let (incoming, outgoing) = (sum(Some(Way::Incoming))?, sum(Some(Way::Outgoing))?);
        Ok(Flows {
            scope,
            net: net(&incoming, &outgoing),
            internal: sum(Some(Way::Internal))?,
            counted_once: sum(None)?,
            incoming,
            outgoing,
        })
    }
}

/// Converts the alternative figures of a whole into figures of one of its pieces, less the rest of
/// the whole.
fn beside_piece(all: &[Money], whole: &Money, piece: &Money) -> Vec<Money> {
    let rest = whole.value().zip(piece.value()).map(|(whole, piece)| whole.saturating_sub(piece));
    let less = |rival: &Money| {
        let (value, currency) = (rival.value()?, rival.currency()?);
        let rest = rest.filter(|_| Some(currency) == whole.currency())?;
        Some(rival.with_value(value.saturating_sub(rest).max(Decimal::ZERO), currency))
    };
    all.iter().map(|rival| less(rival).unwrap_or(*rival)).collect()
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
