//! Result of a grouping: keys as codes, sums as decimals, and the amounts left out.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use rust_decimal::Decimal;

use super::axis::{Axis, KeyAbsence};
use super::cell::{Cell, OddSum};
use super::decimal;
use super::left_out::{Coin, Portion, Single};
use super::scan::Scan;
use super::{ColumnAmounts, GroupDimension};
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::model::programme::Programme;
use crate::read::coverage::{Extent, SumCoverage};
use crate::read::error::Error;
use crate::read::total::{Addend, ExcludedSum, Exclusion, Total};

crate::model::code::codes! {
    /// The order of groups.
    pub enum GroupOrder {
        /// Largest sum first. Sums in several currencies are not compared: the currency with the
        /// most amounts comes first.
        Value = "VALUE",
        /// By the codes of the keys, in the order of the dimensions; keys without a code come last.
        Key = "KEY",
    }
}

/// One key that the amounts of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Dimension of the key.
    pub dimension: GroupDimension,
    /// Code or identifier, or the reason why there is none.
    pub code: Result<String, KeyAbsence>,
}

/// The amounts that share all keys, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Keys in the order of the dimensions.
    pub keys: Vec<Key>,
    /// The currency; `None` if no amount is stated.
    pub currency: Option<Currency>,
    /// Number of amounts that count, in full or with a share.
    pub items: usize,
    /// Number of programmes that they belong to. Groups of budgets include programmes without a
    /// budget. 0 for contributions.
    pub programmes: usize,
    /// Sum of the counted values, see [`Total::counted`].
    pub counted: Option<Decimal>,
    /// Lower bound, see [`Total::lower`].
    pub lower: Option<Decimal>,
    /// Upper bound, see [`Total::upper`].
    pub upper: Option<Decimal>,
    /// Number of amounts that are not stated.
    pub not_stated: usize,
    /// Number of amounts qualified as ABOUT.
    pub approximate: usize,
    /// Share of the stated amounts that could be expressed in the currency, from 0 to 1.
    pub converted_share: Option<Decimal>,
    /// Coverage by published totals.
    pub coverage: SumCoverage,
    /// Number of amounts for which sources publish rival figures.
    pub disputed: usize,
}

/// The amounts that groups leave out for one reason, as in a total.
pub type LeftOut = ExcludedSum;

/// Groups, and the amounts that no group holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Number of all groups.
    pub total: usize,
    /// The requested page of groups.
    pub groups: Vec<Group>,
    /// The amounts left out of all groups, whatever the page.
    pub left_out: Vec<LeftOut>,
}

/// A cell with its irregular amounts.
#[derive(Clone, Debug)]
struct WholeCell {
    cell: Cell,
    /// Irregular amounts; most cells have none.
    odd: Option<Box<OddSum>>,
    /// Number of the currency.
    currency: u64,
    /// Sum in units, used to order by value.
    value: i128,
}

impl WholeCell {
    fn odd(&self) -> OddSum {
        self.odd.as_deref().copied().unwrap_or_default()
    }
}

/// Position of a cell among others: by currency, then by value.
#[derive(Clone, Copy, Debug)]
struct RankedCell {
    rank: usize,
    value: Reverse<i128>,
    /// Index of the cell.
    at: usize,
}

/// Returns the number of decimals in the shares of a unit.
fn decimals(unit: i64) -> u32 {
    unit.ilog10()
}

impl Scan<'_> {
    /// Returns the number of decimals of sums in the currency of the cells.
    fn digits(&self) -> u32 {
        self.converter.as_ref().map_or(2, |converter| converter.digits)
    }

    pub(super) fn scale(&self, coin: Coin) -> u32 {
        let digits = if coin == Coin::Target { self.digits() } else { 2 };
        digits + decimals(self.unit)
    }

    /// Returns the currency of a cell: by its position on the currency axis, or the target.
    fn currency(&self, place: u64) -> Option<Currency> {
        if let Some(converter) = &self.converter {
            return Some(converter.target);
        }
        let axis = self.axes.all.iter().find(|axis| axis.dimension == GroupDimension::Currency)?;
        axis.code(place, self.generation()).ok()?.parse().ok()
    }

    /// Returns the cells. Amounts that are not stated are added to every currency of the same keys.
    fn wholes(&mut self) -> Result<Vec<WholeCell>, Error> {
        let axis = self.axes.all.iter().find(|axis| axis.dimension == GroupDimension::Currency);
        let split = |number: u64| match axis {
            Some(axis) => {
                let place = axis.place(number);
                (number - place * axis.stride, place)
            }
            None => (number, 0),
        };
        let cells = std::mem::take(&mut self.cells.list);
        let mut odd = std::mem::take(&mut self.cells.odd);
        let is_converted = self.converter.is_some();
        // An amount that is not stated has no currency: it may be in any currency of its keys.
        let mut unstated: BTreeMap<u64, (Cell, Option<Box<OddSum>>)> = BTreeMap::new();
        let mut wholes = Vec::with_capacity(cells.len());
        for cell in cells {
            self.reader.work().step()?;
            let (rest, currency) = split(cell.number);
            let odd = odd.remove(&cell.number).map(Box::new);
            if currency == 0 && !is_converted {
                unstated.insert(rest, (cell, odd));
            } else {
                wholes.push(WholeCell { cell, odd, currency, value: 0 });
            }
        }
        let mut alone = unstated.clone();
        if !unstated.is_empty() {
            for whole in &mut wholes {
                self.reader.work().step()?;
                let rest = split(whole.cell.number).0;
                if let Some((cell, odd)) = unstated.get(&rest) {
                    // A programme without any amount has no currency and is still counted.
                    if self.amounts == ColumnAmounts::Transactions {
                        alone.remove(&rest);
                    }
                    whole.cell.items += cell.items;
                    if let Some(odd) = odd {
                        whole.odd.get_or_insert_default().join(odd);
                    }
                }
            }
        }
        wholes.extend(alone.into_values().map(|(cell, odd)| WholeCell {
            cell,
            odd,
            currency: 0,
            value: 0,
        }));
        let scale = self.digits() + decimals(self.unit);
        for whole in &mut wholes {
            let odd = whole.odd().numbers.unwrap_or_default();
            let units =
                10_i128.checked_pow(scale).and_then(|ten| odd.trunc().mantissa().checked_mul(ten));
            whole.value = whole.cell.sum.saturating_add(units.unwrap_or(0));
        }
        self.reader.work().check()?;
        Ok(wholes)
    }

    /// Returns a page of groups in an order. A cell in which nothing counts is no group, unless it
    /// has amounts without a rate.
    ///
    /// # Errors
    /// [`Error::TimedOut`].
    pub(super) fn groups(mut self, order: GroupOrder, page: Range<usize>) -> Result<Groups, Error> {
        let mut wholes = self.wholes()?;
        wholes.retain(|whole| {
            let (cell, odd) = (&whole.cell, whole.odd());
            cell.items > 0 || cell.programmes > 0 || odd.unconverted > 0 || odd.shared > 0
        });
        let sorted = self.sort(&wholes, order, page.end)?;
        let total = wholes.len();
        let shown = sorted.iter().skip(page.start).filter_map(|at| wholes.get(*at));
        let groups = shown.map(|whole| self.group(whole)).collect();
        Ok(Groups { total, groups, left_out: self.left_out() })
    }

    /// Returns the indices of the first cells in an order.
    fn sort(
        &self,
        wholes: &[WholeCell],
        order: GroupOrder,
        first: usize,
    ) -> Result<Vec<usize>, Error> {
        let ranks = self.ranks(wholes);
        let rank = |(at, whole): (usize, &WholeCell)| match order {
            GroupOrder::Key => RankedCell { rank: 0, value: Reverse(0), at },
            GroupOrder::Value => {
                let rank = ranks.get(&whole.currency).copied().unwrap_or(usize::MAX);
                RankedCell { rank, value: Reverse(whole.value), at }
            }
        };
        let mut ranked: Vec<RankedCell> = wholes.iter().enumerate().map(rank).collect();
        let number = |cell: &RankedCell| wholes.get(cell.at).map_or(0, |whole| whole.cell.number);
        let compare = |a: &RankedCell, b: &RankedCell| {
            let by_key = || self.axes.compare(number(a), number(b));
            a.rank.cmp(&b.rank).then_with(|| a.value.cmp(&b.value)).then_with(by_key)
        };
        if first < ranked.len() / 8 {
            // Only the page needs sorting.
            ranked.select_nth_unstable_by(first, compare);
            ranked.truncate(first);
        }
        self.reader.work().sort(&mut ranked, &compare)?;
        Ok(ranked.into_iter().take(first).map(|cell| cell.at).collect())
    }

    /// Ranks the currencies: the one with the most amounts first, none last.
    fn ranks(&self, wholes: &[WholeCell]) -> BTreeMap<u64, usize> {
        let mut amounts: BTreeMap<u64, u64> = BTreeMap::new();
        for whole in wholes {
            *amounts.entry(whole.currency).or_default() += u64::from(whole.cell.items);
        }
        let mut currencies: Vec<_> = amounts.into_iter().collect();
        currencies.sort_by_key(|(currency, amounts)| {
            (*currency == 0 && self.converter.is_none(), Reverse(*amounts), *currency)
        });
        (0..).zip(currencies).map(|(rank, (currency, _))| (currency, rank)).collect()
    }

    fn group(&self, whole: &WholeCell) -> Group {
        let sum = self.sum(&whole.cell, &whole.odd());
        Group {
            keys: self.keys(whole.cell.number),
            currency: self.currency(whole.currency),
            items: sum.items,
            programmes: whole.cell.programmes as usize,
            counted: sum.counted,
            lower: sum.lower,
            upper: sum.upper,
            not_stated: sum.not_stated,
            approximate: sum.approximate,
            converted_share: sum.converted_share,
            coverage: sum.coverage(false),
            disputed: sum.disputed,
        }
    }

    /// Returns the keys of a cell, in the order of the requested dimensions.
    pub(super) fn keys(&self, cell: u64) -> Vec<Key> {
        let has_currency_axis = self.converter.is_none();
        let by = self.axes.all.len() - usize::from(has_currency_axis && !self.axes.currency_is_key);
        let key = |axis: &Axis| Key {
            dimension: axis.dimension,
            code: axis.code(axis.place(cell), self.generation()),
        };
        self.axes.all.iter().take(by).map(key).collect()
    }

    /// Returns the total of a cell. The caller adds the amounts left out.
    fn sum(&self, cell: &Cell, odd: &OddSum) -> Total {
        let scale = self.digits() + decimals(self.unit);
        let with = |plain: Option<i128>, odd: Option<Decimal>| {
            let plain = decimal(plain.filter(|_| !cell.overflow)?, scale)?;
            Some(plain.checked_add(odd?)?.normalize())
        };
        let [least, most] = cell.bounds();
        let (items, not_stated) = (cell.items as usize, odd.not_stated as usize);
        let stated = items - not_stated.min(items);
        let something = |value: Option<Decimal>| value.filter(|_| stated > 0);
        // Undivided money has bounds although none of it counts.
        let bound = |value: Option<Decimal>| value.filter(|_| stated > 0 || odd.shared > 0);
        let due = stated + odd.unconverted as usize;
        Total {
            currency: None,
            lower: bound(with(least, odd.lower)),
            upper: bound(with(most, odd.upper)),
            counted: something(with(Some(cell.sum), odd.numbers)),
            naive: None,
            items,
            not_stated,
            approximate: odd.approximate as usize,
            converted_share: Decimal::from(stated)
                .checked_div(Decimal::from(due))
                .map(|share| share.round_dp(4).normalize()),
            extent: (items > 0).then_some(Extent::Item),
            disputed: 0,
            excluded: Vec::new(),
            excluded_sums: Vec::new(),
        }
    }

    fn coin(&self, coin: Coin) -> Option<Currency> {
        match coin {
            Coin::Target => self.converter.as_ref().map(|converter| converter.target),
            Coin::Own(number) => {
                self.columns.currencies.get(usize::from(number)).copied().flatten()
            }
        }
    }

    fn amount(&self, coin: Coin, portion: &Portion) -> Option<Decimal> {
        let plain = decimal(portion.units, self.scale(coin)).filter(|_| !portion.overflow);
        plain.zip(portion.odd).and_then(|(a, b)| a.checked_add(b)).map(|sum| sum.normalize())
    }

    fn left_out(&self) -> Vec<LeftOut> {
        let sums = self.left_out.portions.iter().map(|((reason, coin), portion)| {
            let currency = self.coin(*coin);
            LeftOut {
                reason: *reason,
                currency,
                amount: self.amount(*coin, portion).filter(|_| currency.is_some()),
                items: portion.items,
            }
        });
        sums.collect()
    }

    /// Returns the totals of a scan without dimensions: one per currency.
    pub(super) fn totals(mut self) -> Result<Vec<Total>, Error> {
        let mut wholes = self.wholes()?;
        let has_money = |whole: &WholeCell| {
            let odd = whole.odd();
            whole.cell.items > 0 || odd.upper.is_none() || odd.shared > 0
        };
        wholes.retain(has_money);
        if wholes.iter().any(|whole| whole.currency > 0) {
            // Amounts that are not stated have been added to each currency.
            wholes.retain(|whole| whole.currency > 0);
        }
        let left_out = self.left_out();
        let mut totals: BTreeMap<Option<Currency>, Total> = BTreeMap::new();
        for whole in &wholes {
            let currency = self.currency(whole.currency);
            totals.insert(currency, Total { currency, ..self.sum(&whole.cell, &whole.odd()) });
        }
        let empty = |currency| Total { currency, ..Total::default() };
        // Left-out amounts without a value have no currency. A list of nothing else has one total
        // without a currency.
        for currency in left_out.iter().filter_map(|sum| sum.currency) {
            if self.converter.is_none() {
                totals.entry(Some(currency)).or_insert_with(|| empty(Some(currency)));
            }
        }
        if let Some(converter) = &self.converter {
            totals.entry(Some(converter.target)).or_insert_with(|| empty(Some(converter.target)));
        } else if totals.is_empty() && !left_out.is_empty() {
            totals.insert(None, empty(None));
        }
        let singles = self.singles()?;
        let is_converted = self.converter.is_some();
        for total in totals.values_mut() {
            let is_told = |currency: Option<Currency>| {
                is_converted || currency.is_none() || currency == total.currency
            };
            total.excluded_sums =
                left_out.iter().filter(|sum| is_told(sum.currency)).cloned().collect();
            total.excluded =
                singles.iter().filter(|s| is_told(s.item.money.currency())).cloned().collect();
            let own = total.excluded_sums.iter().filter(|sum| sum.currency == total.currency);
            let stated = total.currency.is_some();
            let naive = own
                .map(|sum| sum.amount)
                .try_fold(total.counted.unwrap_or_default(), |naive, amount| {
                    naive.checked_add(amount?)
                });
            let something = total.counted.is_some() || !total.excluded_sums.is_empty();
            total.naive = naive.filter(|_| something && stated).map(|naive| naive.normalize());
        }
        Ok(totals.into_values().collect())
    }

    fn singles(&self) -> Result<Vec<Exclusion>, Error> {
        self.left_out.singles.iter().filter_map(|single| self.single(*single).transpose()).collect()
    }

    fn single(&self, single: Single) -> Result<Option<Exclusion>, Error> {
        let Single { row, share, rest, reason } = single;
        let Some(money) = self.columns.money(self.rows, row) else { return Ok(None) };
        let part = Decimal::from(share).checked_div(Decimal::from(self.unit));
        let money = match (money.value(), money.currency(), part) {
            (Some(_), Some(currency), _) if rest.is_some() => {
                money.with_value(rest.unwrap_or_default().normalize(), currency)
            }
            (Some(value), Some(currency), Some(part)) if share != self.unit => {
                money.with_value(value.checked_mul(part).unwrap_or(value).normalize(), currency)
            }
            _ => money,
        };
        let Some((key, part)) = self.holder(row)? else { return Ok(None) };
        let (kind, left_out) = (self.amounts.kind(), Some(reason));
        let item =
            Addend { kind, key, part, money, left_out, rivals: Vec::new(), extent: Extent::Item };
        Ok(Some(Exclusion { item, reason }))
    }

    /// Returns the record that holds a row, and the part of it that the row represents.
    fn holder(&self, row: u32) -> Result<Option<(String, Option<String>)>, Error> {
        if self.amounts == ColumnAmounts::Transactions {
            let key = self.generation().key(Kind::Transaction, row);
            return Ok(key.map(|key| (key.into_owned(), None)));
        }
        let first = &self.rows.first;
        let Some(at) = first.partition_point(|from| *from <= row).checked_sub(1) else {
            return Ok(None);
        };
        let number = first.get(at).map_or(0, |from| row - from) as usize;
        let ordinal = u32::try_from(at).unwrap_or(u32::MAX);
        let programme = self.reader.at::<Programme>(ordinal)?;
        let budget = programme.budgets.get(number).map(|budget| budget.id.to_string());
        Ok(Some((programme.id.to_string(), budget)))
    }
}
