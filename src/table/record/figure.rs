//! Figures of a row: its value in the currency of the sums, and what counts of it.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::model::money::{Currency, Money};
use crate::read::groups::{AmountPart, CountedAmount, Key};
use crate::read::reader::Reader;
use crate::read::total::{Addend, ExclusionReason};

/// Figures of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figure {
    /// Value in the currency of the sums; `None` without an amount or a rate.
    pub(super) value: Option<Decimal>,
    /// Part that counts; `None` if nothing does.
    pub(super) counted: Option<Decimal>,
    /// Reason for which the row, or a part of it, does not count.
    pub(super) left_out: Option<ExclusionReason>,
    /// Keys of a share.
    pub(super) keys: Vec<Key>,
    /// Share of the amount.
    pub(super) share: Option<Decimal>,
}

fn add(sum: &mut Option<Decimal>, value: Option<Decimal>) {
    if let Some(value) = value {
        *sum = sum.unwrap_or_default().checked_add(value);
    }
}

impl Figure {
    /// Adds a part of an amount.
    fn add(&mut self, part: &AmountPart) {
        add(&mut self.value, part.value);
        match part.left_out {
            None => add(&mut self.counted, part.value),
            reason => self.left_out = self.left_out.or(reason),
        }
    }

    /// Returns the figure of a whole amount.
    pub(super) fn of(amount: &CountedAmount) -> Self {
        Self::sum([amount])
    }

    /// Returns the figure of several amounts.
    pub(super) fn sum<'a>(amounts: impl IntoIterator<Item = &'a CountedAmount>) -> Self {
        let mut figure = Self::default();
        for part in amounts.into_iter().flat_map(|amount| &amount.parts) {
            figure.add(part);
        }
        figure
    }

    /// Returns the figure of one part.
    pub(super) fn of_part(part: &AmountPart) -> Self {
        let mut figure = Self { keys: part.keys.clone(), share: part.share, ..Self::default() };
        figure.add(part);
        figure
    }
}

/// Figures of records, by identifier.
#[derive(Debug)]
pub(super) struct Figures(HashMap<String, Figure>);

impl Figures {
    /// Computes the figures of the amounts of a list.
    pub(super) fn of(addends: Vec<Addend>, currency: Currency, reader: &Reader) -> Self {
        let value = |money: &Money| {
            let converted = reader.rates().convert(money, currency, None).ok()?;
            converted.money.value()
        };
        let mut figures: HashMap<String, Figure> = HashMap::with_capacity(addends.len());
        for addend in addends {
            let value = value(&addend.money);
            let is_stated = addend.money.value().is_some();
            let no_rate = (is_stated && value.is_none()).then_some(ExclusionReason::NoRate);
            let left_out = addend.left_out.or(no_rate);
            let part = AmountPart { keys: Vec::new(), value, share: None, left_out };
            figures.entry(addend.key).or_default().add(&part);
        }
        Self(figures)
    }

    /// Returns the figure of a record.
    pub(super) fn get(&self, key: &str) -> Figure {
        self.0.get(key).cloned().unwrap_or_default()
    }
}
