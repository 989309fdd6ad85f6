//! Groups of humanitarian contributions and contributions to missions, read record by record.
//!
//! Each record holds one amount. The rules of totals decide what counts; an amount is never
//! divided. Several countries, missions and so on give the key UNDIVIDED.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use super::GroupDimension;
use super::answer::{Group, GroupOrder, Groups, Key, LeftOut};
use super::axis::KeyAbsence;
use super::named::{self, Named};
use crate::model::facet::Facet;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::read::error::Error;
use crate::read::money::{Monetary, RecordAmounts};
use crate::read::narrowing::{MoneyCondition, MoneyOwner, Narrowing};
use crate::read::reader::Reader;
use crate::read::total::{Addend, ExclusionReason, Total, TotalsQuery, totals};
use crate::store::columns::NO_ORDINAL;

/// Codes of a group, in the order of the dimensions.
type Codes = Vec<Result<String, KeyAbsence>>;

/// Groups the amounts of the records of a list.
///
/// # Errors
/// Same errors as [`Reader::items`].
pub(super) fn groups<T: Monetary + Named>(
    reader: &Reader,
    query: &TotalsQuery<'_>,
    by: &[GroupDimension],
    order: GroupOrder,
    page: Range<usize>,
) -> Result<Groups, Error> {
    let mut dimensions: Vec<GroupDimension> = Vec::new();
    for dimension in by {
        if !dimensions.contains(dimension) {
            dimensions.push(*dimension);
        }
    }
    let amounts = reader.record_amounts::<T>(query)?;
    let left_out = left_out(&amounts, query);
    let mut groups = Vec::new();
    for (codes, addends) in (Keying { reader, query, by: &dimensions }).groups(amounts)? {
        reader.work().check()?;
        let sums = totals(addends, query.convert).into_iter().filter(is_group);
        groups.extend(sums.map(|sum| group(&dimensions, &codes, &sum, query)));
    }
    sort(reader, &mut groups, order)?;
    let total = groups.len();
    let groups = groups.into_iter().take(page.end).skip(page.start).collect();
    Ok(Groups { total, groups, left_out })
}

/// Returns the amounts that count nowhere, by reason and currency. Each total lists those without
/// a currency.
fn left_out<T>(amounts: &RecordAmounts<T>, query: &TotalsQuery<'_>) -> Vec<LeftOut> {
    let all = totals(amounts.iter().map(|(_, addend)| addend.clone()), query.convert);
    let sums = all.into_iter().flat_map(|total| total.excluded_sums);
    let sums: BTreeMap<_, _> = sums.map(|sum| ((sum.reason, sum.currency), sum)).collect();
    sums.into_values().collect()
}

/// Returns true if a sum has an amount that counts, may count or lacks a rate.
fn is_group(sum: &Total) -> bool {
    let may_count = |reason: ExclusionReason| reason.is_open() || reason == ExclusionReason::NoRate;
    sum.items > 0 || sum.excluded_sums.iter().any(|sum| may_count(sum.reason))
}

fn group(by: &[GroupDimension], codes: &Codes, sum: &Total, query: &TotalsQuery<'_>) -> Group {
    let own = sum.currency.map(|currency| currency.to_string()).ok_or(KeyAbsence::NotStated);
    let key = |(dimension, code): (&GroupDimension, &Result<String, KeyAbsence>)| {
        let is_own = *dimension == GroupDimension::Currency && query.convert.is_none();
        let code = if is_own { own.clone() } else { code.clone() };
        Key { dimension: *dimension, code }
    };
    let is_of_a_country = by
        .iter()
        .zip(codes)
        .any(|(dimension, code)| *dimension == GroupDimension::Country && code.is_ok());
    Group {
        keys: by.iter().zip(codes).map(key).collect(),
        currency: sum.currency,
        items: sum.items,
        programmes: 0,
        counted: sum.counted,
        lower: sum.lower,
        upper: sum.upper,
        not_stated: sum.not_stated,
        approximate: sum.approximate,
        converted_share: sum.converted_share,
        coverage: sum.coverage(is_of_a_country || query.is_of_countries()),
        disputed: sum.disputed,
    }
}

/// Sorts records into groups by the codes that they name.
struct Keying<'a> {
    reader: &'a Reader,
    query: &'a TotalsQuery<'a>,
    by: &'a [GroupDimension],
}

impl Keying<'_> {
    /// Returns the amounts of each group, with those that only its upper bound includes.
    fn groups<T: Monetary + Named>(
        &self,
        amounts: RecordAmounts<T>,
    ) -> Result<BTreeMap<Codes, Vec<Addend>>, Error> {
        let kind = T::KIND;
        let narrowing = Narrowing::new(self.reader, kind, self.query.filter)?;
        let mut groups: BTreeMap<Codes, Vec<Addend>> = BTreeMap::new();
        for (record, addend) in amounts {
            self.reader.work().step()?;
            let conditions = match addend.left_out {
                None => Vec::new(),
                Some(reason) if reason.is_open() => {
                    narrowing.conditions(self.owner(kind, &addend.key))
                }
                Some(_) => continue,
            };
            let mut keys: Vec<Codes> = vec![Vec::new()];
            for dimension in self.by {
                let codes = self.codes(record.as_ref(), *dimension, &addend, &conditions)?;
                keys = product(&keys, &codes);
            }
            let mut keys = keys.into_iter();
            let last = keys.next_back();
            for key in keys {
                groups.entry(key).or_default().push(addend.clone());
            }
            if let Some(key) = last {
                groups.entry(key).or_default().push(addend);
            }
        }
        Ok(groups)
    }

    fn owner(&self, kind: Kind, key: &str) -> MoneyOwner {
        let own = self.reader.generation().ordinal(kind, key).unwrap_or(NO_ORDINAL);
        MoneyOwner { own, programme: NO_ORDINAL }
    }

    /// Returns the code of an amount in a dimension. An amount shared with others may belong to
    /// each code that its list selects.
    fn codes<T: Named>(
        &self,
        record: &T,
        dimension: GroupDimension,
        addend: &Addend,
        conditions: &[MoneyCondition<'_>],
    ) -> Result<Codes, Error> {
        let mut named = match dimension {
            // Without a conversion, each sum has its own currency.
            GroupDimension::Currency if self.query.convert.is_none() => Vec::new(),
            GroupDimension::Currency => {
                addend.money.currency().iter().map(ToString::to_string).collect()
            }
            _ => record.named(dimension, self.reader)?,
        };
        named.sort_unstable();
        named.dedup();
        let selected: Vec<&String> =
            named.iter().filter(|code| self.selects(dimension, code, conditions)).collect();
        if !selected.is_empty() && selected.len() < named.len() {
            return Ok(selected.into_iter().cloned().map(Ok).collect());
        }
        Ok(vec![match named.pop() {
            None => Err(KeyAbsence::NotStated),
            Some(_) if !named.is_empty() => Err(KeyAbsence::Undivided),
            Some(code) => Ok(code),
        }])
    }

    /// Returns true if no condition on a dimension rules a code out.
    fn selects(
        &self,
        dimension: GroupDimension,
        code: &str,
        conditions: &[MoneyCondition<'_>],
    ) -> bool {
        let generation = self.reader.generation();
        conditions.iter().all(|condition| {
            let MoneyCondition::Terms(facet, terms) = condition else { return true };
            let Some(prefix) = named::prefix(dimension, *facet) else { return true };
            let is_agency = matches!(facet, Facet::Agency | Facet::AgencyRole);
            let is_it =
                |term: &str| term == code || (is_agency && generation.main_agency(term) == code);
            let mut own = terms.iter().filter_map(|term| term.strip_prefix(prefix)).peekable();
            own.peek().is_none() || own.any(is_it)
        })
    }
}

/// Appends each of the codes to each of the keys.
fn product(keys: &[Codes], codes: &Codes) -> Vec<Codes> {
    let with = |key: &Codes, code: &Result<String, KeyAbsence>| {
        key.iter().chain(std::iter::once(code)).cloned().collect()
    };
    keys.iter().flat_map(|key| codes.iter().map(move |code| with(key, code))).collect()
}

/// Sorts groups as the column scan does.
fn sort(reader: &Reader, groups: &mut [Group], order: GroupOrder) -> Result<(), Error> {
    let mut items: BTreeMap<Option<Currency>, usize> = BTreeMap::new();
    for group in &*groups {
        *items.entry(group.currency).or_default() += group.items;
    }
    let rank = |group: &Group| {
        let items = items.get(&group.currency).copied().unwrap_or(0);
        (group.currency.is_none(), usize::MAX - items, group.currency)
    };
    let value = |group: &Group| group.counted.unwrap_or_default();
    reader.work().sort(groups, &|a: &Group, b: &Group| match order {
        GroupOrder::Key => by_key(a, b),
        GroupOrder::Value => {
            rank(a).cmp(&rank(b)).then(value(b).cmp(&value(a))).then_with(|| by_key(a, b))
        }
    })
}

/// Compares by the codes of the keys, and for equal keys by the currency. Undivided comes after
/// all codes, not stated last.
fn by_key(a: &Group, b: &Group) -> Ordering {
    fn place(key: &Key) -> (u8, &str) {
        match &key.code {
            Ok(code) => (0, code),
            Err(KeyAbsence::Undivided) => (1, ""),
            Err(KeyAbsence::NotStated) => (2, ""),
        }
    }
    let keys = a.keys.iter().map(place).cmp(b.keys.iter().map(place));
    keys.then_with(|| (a.currency.is_none(), a.currency).cmp(&(b.currency.is_none(), b.currency)))
}
