//! Scan: assigns every row of a list to its cells, or leaves it out.

use std::collections::BTreeSet;
use std::sync::Arc;

use roaring::RoaringBitmap;
use rust_decimal::Decimal;

use super::axis::{Axes, Axis, Steps};
use super::cell::CellTable;
use super::claim::Share;
use super::converted::ConvertedColumn;
use super::left_out::{Coin, LeftOutSums, Single, contained};
use super::narrow::{self, Lenses};
use super::part::{Divisions, Marks};
use super::rate::Converter;
use super::recorder::Recorder;
use super::{ColumnAmounts, GroupDimension};
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::money::Money;
use crate::model::share::WHOLE;
use crate::model::transaction::TransactionType;
use crate::read::error::Error;
use crate::read::narrowing::MoneyOwner;
use crate::read::reader::Reader;
use crate::read::total::{ExclusionReason, TotalsQuery, spending};
use crate::store::Generation;
use crate::store::columns::{AmountColumns, Columns, NO_ORDINAL, NOT_STATED, ODD, bit, steps};

/// State that rows take from their programme.
#[derive(Debug)]
pub(super) struct ProgrammePart {
    /// Ordinal of the programme, or [`NO_ORDINAL`].
    pub(super) programme: u32,
    /// Part of its money that the claims of the list cover, without places and sectors.
    pub(super) claim: Share,
    /// Amounts of its only budget that participations state, by the cells of their agencies or
    /// channels.
    pub(super) pieces: Vec<(u64, Decimal)>,
    /// Cells that may hold undivided money, if other than `base`.
    pub(super) open: Vec<u64>,
    pub(super) base: u64,
    pub(super) marks: Marks,
    terms: usize,
    /// Reason why none of its amounts counts.
    pub(super) left_out: Option<ExclusionReason>,
}

impl Default for ProgrammePart {
    fn default() -> Self {
        Self {
            programme: NO_ORDINAL,
            claim: Share::Whole,
            pieces: Vec::new(),
            open: Vec::new(),
            base: 0,
            marks: Marks { places: NOT_STATED, sectors: NOT_STATED, relief: 0 },
            terms: 0,
            left_out: None,
        }
    }
}

/// A scan over rows, with its results.
#[expect(clippy::struct_excessive_bools, reason = "each is one independent property of the list")]
#[derive(Debug)]
pub(super) struct Scan<'a> {
    pub(super) reader: &'a Reader,
    pub(super) columns: &'a Columns,
    pub(super) rows: &'a AmountColumns,
    pub(super) amounts: ColumnAmounts,
    pub(super) axes: Axes,
    pub(super) cells: CellTable,
    pub(super) left_out: LeftOutSums,
    pub(super) converter: Option<Converter<'a>>,
    /// Cached conversions; `None` if the list is short.
    pub(super) converted: Option<Arc<ConvertedColumn>>,
    /// Number of units in a whole amount; shares are counted in these units.
    pub(super) unit: i64,
    /// For each kind of amount, the reason why it does not count.
    pub(super) kinds: Vec<Option<ExclusionReason>>,
    pub(super) lenses: Lenses<'a>,
    /// Number of the current lens.
    pub(super) lens: usize,
    /// True if reports of secondary reporters count.
    with_secondary: bool,
    pub(super) by_place: bool,
    pub(super) by_sector: bool,
    pub(super) by_relief: bool,
    pub(super) parts: Divisions,
    pub(super) current: ProgrammePart,
    own_places: usize,
    own_sectors: usize,
    own_relief: usize,
    /// True if the sums use the implementing agency of transactions.
    pub(super) by_carrier: bool,
    /// Replacement for the programme's part of the cell number, for the current row.
    pub(super) own_head: Option<u64>,
    pub(super) steps: Steps,
    /// Rows of a span that take the slow path.
    pub(super) deferred: Vec<u32>,
    pub(super) recorder: Recorder,
}

/// Finds a row in an ascending list, starting from the position of the previous row.
fn seek(list: &[(u32, u32)], from: &mut usize, row: u32) -> Option<u32> {
    *from += steps(list.get(*from..).unwrap_or_default(), |(at, _)| *at < row);
    list.get(*from).filter(|(at, _)| *at == row).map(|(_, value)| *value)
}

fn excluded_kinds(
    amounts: ColumnAmounts,
    query: &TotalsQuery<'_>,
    by: &[GroupDimension],
) -> Vec<Option<ExclusionReason>> {
    if amounts == ColumnAmounts::Budgets {
        return vec![None, Some(ExclusionReason::AllFunders), None];
    }
    let kinds = TransactionType::VALUES.len() + 1;
    if query.filter.narrowed_to(Facet::Kind).is_some()
        || by.contains(&GroupDimension::TransactionType)
    {
        return vec![None; kinds];
    }
    let reasons = TransactionType::VALUES.iter().map(|kind| spending(*kind));
    std::iter::once(Some(ExclusionReason::OtherTransactionType)).chain(reasons).collect()
}

/// Returns true if the list is of one reporter or one programme. Reports of a secondary reporter
/// then duplicate nothing.
fn has_one_reporter(query: &TotalsQuery<'_>, generation: &Generation) -> bool {
    let reporters = query.filter.reporters().unwrap_or_default();
    let reporters: BTreeSet<&str> =
        reporters.into_iter().map(|reporter| generation.main_agency(reporter)).collect();
    reporters.len() == 1 || query.filter.is_about_one()
}

impl<'a> Scan<'a> {
    pub(super) fn new(
        reader: &'a Reader,
        amounts: ColumnAmounts,
        query: &TotalsQuery<'a>,
        by: &[GroupDimension],
    ) -> Result<Self, Error> {
        let generation = reader.generation();
        let columns = generation.columns();
        let axes = Axes::new(generation, by, amounts, query.convert.is_none());
        let lenses = narrow::lenses(reader, amounts.kind(), query.filter)?;
        let by_place = lenses.by_place || !axes.of_place.is_empty();
        let by_relief = lenses.by_relief || by.contains(&GroupDimension::Humanitarian);
        let by_sector = lenses.by_sector || by_relief || !axes.of_sector.is_empty();
        let kinds = excluded_kinds(amounts, query, by);
        let own = [
            (by_place, bit::OWN_PLACES),
            (by_sector, bit::OWN_SECTORS),
            (by_relief, bit::HUMANITARIAN),
        ];
        let slow = own.iter().filter(|(by, _)| *by).fold(bit::LOOSE, |all, (_, flag)| all | flag);
        let steps = Steps::new(columns, &kinds, &axes, slow, lenses.by_record);
        let unit = |is_divided| if is_divided { i64::from(WHOLE) } else { 1 };
        Ok(Self {
            reader,
            columns,
            rows: match amounts {
                ColumnAmounts::Transactions => &columns.transactions,
                ColumnAmounts::Budgets => &columns.budgets,
            },
            amounts,
            cells: CellTable::new(axes.cells),
            axes,
            left_out: LeftOutSums::default(),
            converter: query
                .convert
                .map(|(to, rates)| Converter::new(to, rates, columns, reader.factors(to))),
            converted: None,
            unit: unit(by_place) * unit(by_sector),
            kinds,
            lenses,
            lens: 0,
            with_secondary: has_one_reporter(query, generation),
            by_place,
            by_sector,
            by_relief,
            parts: Divisions::default(),
            current: ProgrammePart::default(),
            own_places: 0,
            own_sectors: 0,
            own_relief: 0,
            by_carrier: by.iter().any(|by| {
                matches!(by, GroupDimension::ImplementingAgency | GroupDimension::Channel)
            }),
            own_head: None,
            steps,
            deferred: Vec::new(),
            recorder: Recorder::default(),
        })
    }

    /// Sets the number of left-out amounts to list individually.
    pub(super) fn list(&mut self, listed: usize) {
        self.left_out.listed = listed;
    }

    /// Scans the matching records.
    pub(super) fn run(&mut self, found: &RoaringBitmap) {
        self.use_converted(found.len());
        match self.amounts {
            ColumnAmounts::Transactions => self.transactions(found),
            ColumnAmounts::Budgets => self.budgets(found),
        }
        self.settle();
        if let Some(converter) = &mut self.converter {
            self.reader.cache_factors(converter.target, std::mem::take(&mut converter.factors));
        }
    }

    /// Uses the cached conversions of transactions.
    fn use_converted(&mut self, summed: u64) {
        if let Some(converter) = &self.converter
            && self.amounts == ColumnAmounts::Transactions
        {
            let rows = self.rows.value.len();
            self.converted = self.reader.converted().get(converter.target, rows, summed);
        }
    }

    fn transactions(&mut self, found: &RoaringBitmap) {
        let first = &self.rows.first;
        let loose = first.first().copied().unwrap_or(0);
        let contained = self.contained(found);
        self.current.programme = NO_ORDINAL;
        let mut at = 0;
        let mut spans = found.iter();
        while let Some(span) = spans.next_range() {
            if self.reader.work().is_over_at_step() {
                // The caller checks the deadline and discards partial results.
                return;
            }
            let (mut from, to) = (*span.start(), span.end().saturating_add(1));
            while from < to.min(loose) {
                self.loose_row(from, &contained);
                from += 1;
            }
            while from < to && !self.reader.work().is_over_at_step() {
                // Programmes without rows begin where the next one does; the last of them owns the
                // row.
                let moved = steps(first.get(at..).unwrap_or_default(), |begin| *begin <= from);
                at += moved;
                let until = first.get(at).copied().unwrap_or(to).min(to);
                let programme = u32::try_from(at.saturating_sub(1)).unwrap_or(NO_ORDINAL);
                if moved > 0 {
                    self.enter(programme);
                }
                self.span(from, until);
                from = until;
            }
        }
    }

    /// Returns the transactions contained in another one of the list that counts.
    pub(super) fn contained(&self, found: &RoaringBitmap) -> BTreeSet<u32> {
        let work = self.reader.work();
        contained(self.rows, found, |row| self.counts(row), || work.is_over_at_step())
    }

    /// Adds a transaction that has a record of its own.
    fn loose_row(&mut self, row: u32, contained: &BTreeSet<u32>) {
        let of = self.rows.loose.get(row as usize).copied().unwrap_or(NO_ORDINAL);
        self.enter(of);
        let part = contained.contains(&row).then_some(ExclusionReason::PartOfCountedTotal);
        self.current.left_out = self.current.left_out.or(part);
        self.row(row);
    }

    /// Adds one transaction. `at` is the number of programmes whose first row has been passed; rows come in ascending order.
    pub(super) fn one_row(&mut self, row: u32, at: &mut usize, contained: &BTreeSet<u32>) {
        let first = &self.rows.first;
        if row < first.first().copied().unwrap_or(0) {
            self.loose_row(row, contained);
            return;
        }
        let passed = first.partition_point(|begin| *begin <= row);
        if passed != *at {
            *at = passed;
            self.enter(u32::try_from(passed.saturating_sub(1)).unwrap_or(NO_ORDINAL));
        }
        self.row(row);
    }

    /// Returns true if a row can count, regardless of what contains it.
    pub(super) fn counts(&self, row: u32) -> bool {
        let kind = self.rows.kind.get(row as usize).copied().unwrap_or(0);
        let is_loose = self.is_loose(row);
        (is_loose && kind == 0 || self.kinds.get(usize::from(kind)).is_none_or(Option::is_none))
            && self.in_sum(row).is_some()
    }

    /// Returns the money of a row in the currency of the sums; `None` without an amount or a rate.
    pub(super) fn in_sum(&self, row: u32) -> Option<Money> {
        let money = self.columns.money(self.rows, row).filter(|money| money.value().is_some())?;
        match &self.converter {
            None => Some(money),
            Some(c) => c.rates.money(&money, c.target),
        }
    }

    fn is_loose(&self, row: u32) -> bool {
        self.rows.flags.get(row as usize).is_some_and(|flags| flags & bit::LOOSE != 0)
    }

    /// Returns true if a programme does not count because its publisher is a secondary reporter.
    pub(super) fn is_secondary(&self, programme: u32) -> bool {
        let secondary = self.columns.heads.secondary.get(programme as usize);
        !self.with_secondary && secondary.is_some_and(|flag| *flag)
    }

    /// Loads the state that rows take from their programme, or from none.
    pub(super) fn enter(&mut self, programme: u32) {
        let heads = &self.columns.heads;
        let at = programme as usize;
        let base =
            self.axes.pick(&self.axes.of_head).map(|axis| self.head_step(axis, programme)).sum();
        self.use_lens(MoneyOwner { own: programme, programme });
        self.current = ProgrammePart {
            programme,
            claim: self.claim(programme),
            pieces: Vec::new(),
            open: Vec::new(),
            base,
            marks: self.marks(programme),
            terms: heads.terms.get(at).copied().unwrap_or(0) as usize,
            left_out: self.is_secondary(programme).then_some(ExclusionReason::SecondaryReporter),
        };
        self.find_open();
    }

    /// Adds a row; returns true if it counts.
    pub(super) fn row(&mut self, row: u32) -> bool {
        let at = row as usize;
        if self.lenses.by_record && self.amounts == ColumnAmounts::Transactions {
            let programme = self.current.programme;
            self.use_lens(MoneyOwner { own: row, programme });
            self.current.claim = self.claim(programme);
            self.find_open();
        }
        let rows = self.rows;
        let (Some(kind), Some(flags)) = (rows.kind.get(at), rows.flags.get(at)) else {
            return false;
        };
        let of_kind = match self.kinds.get(usize::from(*kind)) {
            // A transaction record of its own without a type is a payment, as listed.
            Some(Some(_)) if *kind == 0 && flags & bit::LOOSE != 0 => None,
            Some(reason) => *reason,
            None => None,
        };
        let reason = self.current.left_out.or(of_kind);
        let plain = match &mut self.converter {
            None => rows.value.get(at).copied().filter(|value| *value != ODD),
            Some(converter) => {
                let cached = self.converted.as_deref();
                let known = cached.and_then(|cached| cached.get(row));
                known.or_else(|| converter.units(rows, row, cached))
            }
        };
        let Some(amount) = plain else { return self.odd(row, *flags, reason) };
        let coin = match &self.converter {
            None => Coin::Own(rows.currency.get(at).copied().unwrap_or(0)),
            Some(_) => Coin::Target,
        };
        if let Some(reason) = reason {
            let single = Single { row, share: self.unit, rest: None, reason };
            self.leave_out(single, coin, amount);
            return false;
        }
        if !self.current.pieces.is_empty() {
            return self.pieces(row);
        }
        self.divide(row, *flags);
        let base = self.head_of(row) + self.row_steps(at);
        self.plain_row(row, base, amount, coin);
        if self.parts.current().others > 0 {
            let (share, reason) = (self.parts.current().others, ExclusionReason::SharedWithOthers);
            self.leave_out(Single { row, share, rest: None, reason }, coin, amount);
        }
        !self.parts.current().counted.is_empty()
    }

    /// Adds a plain amount to its cells.
    fn plain_row(&mut self, row: u32, base: u64, amount: i64, coin: Coin) {
        let scale = self.scale(coin);
        let units = |share: i64| i128::from(amount) * i128::from(share);
        let decimal = |share: i64| super::decimal(units(share), scale);
        for part in &self.parts.current().counted {
            let cell = self.cells.at(base + part.step);
            cell.add_part(amount, part);
            cell.of(self.current.programme);
            let share = Some(part.share);
            self.recorder.count(row, base + part.step, share, || decimal(part.share));
        }
        if self.parts.current().open.is_empty() {
            return;
        }
        for base in self.open_bases(base) {
            for (step, most) in &self.parts.current().open {
                self.cells.at(base + step);
                self.cells.odd(base + step).open(Some(Decimal::ZERO), decimal(*most));
            }
        }
    }

    /// Widens the bounds of the cells in which a left-out row may count.
    pub(super) fn may_count(&mut self, row: u32) {
        let flags = self.rows.flags.get(row as usize).copied().unwrap_or(0);
        let money = self.in_sum(row);
        self.divide(row, flags);
        let base = self.head_of(row) + self.row_steps(row as usize);
        let unit = Decimal::from(self.unit);
        let counted = self.parts.current().counted.iter().map(|part| (base + part.step, part.most));
        let open = self.open_bases(base).into_iter();
        let open = open.flat_map(|at| {
            self.parts.current().open.iter().map(move |(step, most)| (at + step, *most))
        });
        for (number, most) in counted.chain(open).collect::<Vec<_>>() {
            let most = Decimal::from(most).checked_div(unit).unwrap_or_default();
            let part = |bound: Option<Decimal>| bound.and_then(|bound| bound.checked_mul(most));
            let lower = part(money.and_then(|money| money.lower())).unwrap_or_default();
            let upper = part(money.and_then(|money| money.upper()));
            self.cells.at(number);
            self.cells.odd(number).open(Some(lower), upper);
        }
    }

    /// Adds a row with an irregular amount, or without a plain rate.
    fn odd(&mut self, row: u32, flags: u8, reason: Option<ExclusionReason>) -> bool {
        let Some(money) = self.columns.money(self.rows, row) else { return false };
        let currency = self.rows.currency.get(row as usize).copied().unwrap_or(0);
        let converted = match &self.converter {
            Some(c) if money.currency().is_some() => c.rates.money(&money, c.target),
            _ => Some(money),
        };
        let is_converted =
            self.converter.is_some() && converted.is_some_and(|m| m.currency().is_some());
        let coin = if is_converted { Coin::Target } else { Coin::Own(currency) };
        let reason_of = ExclusionReason::NoRate;
        let whole = Single { row, share: self.unit, rest: None, reason: reason_of };
        if let Some(reason) = reason {
            let money = converted.unwrap_or(money);
            self.leave_out_money(Single { reason, ..whole }, coin, &money, Decimal::ONE);
            return false;
        }
        if !self.current.pieces.is_empty() {
            return self.pieces(row);
        }
        self.divide(row, flags);
        let base = self.head_of(row) + self.row_steps(row as usize);
        let others = self.parts.current().others;
        let Some(converted) = converted else {
            // Without a rate the row is left out as a whole, and every sum that includes a share of
            // it has no upper bound.
            self.leave_out_money(whole, coin, &money, Decimal::ONE);
            let counted = self.parts.current().counted.iter().map(|part| base + part.step);
            let open = self.open_bases(base).into_iter();
            let open = open
                .flat_map(|at| self.parts.current().open.iter().map(move |(step, _)| at + step));
            for number in counted.chain(open).collect::<Vec<_>>() {
                self.cells.at(number);
                let odd = self.cells.odd(number);
                odd.unconverted += 1;
                odd.unbounded();
            }
            return false;
        };
        self.share_out(row, base, &converted);
        if others > 0 {
            let reason = ExclusionReason::SharedWithOthers;
            let single = Single { row, share: others, rest: None, reason };
            self.leave_out_money(single, coin, &converted, self.of_unit(others));
        }
        !self.parts.current().counted.is_empty()
    }

    /// Converts a share in units into a fraction of 1.
    fn of_unit(&self, share: i64) -> Decimal {
        Decimal::from(share).checked_div(Decimal::from(self.unit)).unwrap_or_default()
    }

    fn share_out(&mut self, row: u32, base: u64, money: &Money) {
        let unit = Decimal::from(self.unit);
        let of_unit = |share: i64| Decimal::from(share).checked_div(unit).unwrap_or_default();
        for part in &self.parts.current().counted {
            let cell = self.cells.at(base + part.step);
            cell.add(0);
            cell.of(self.current.programme);
            let value = || money.value()?.checked_mul(of_unit(part.share));
            self.recorder.count(row, base + part.step, Some(part.share), value);
            let odd = self.cells.odd(base + part.step);
            if money.value().is_some() {
                odd.add(money, [part.least, part.share, part.most].map(of_unit));
            } else {
                odd.add_absent(money);
            }
        }
        for base in self.open_bases(base) {
            for (step, most) in &self.parts.current().open {
                self.cells.at(base + step);
                let most = of_unit(*most);
                let part = |bound: Option<Decimal>| bound.and_then(|bound| bound.checked_mul(most));
                let lower = part(money.lower()).unwrap_or_default();
                self.cells.odd(base + step).open(Some(lower), part(money.upper()));
            }
        }
    }

    /// Counts a programme without an amount of its own in the list.
    pub(super) fn without_amount(&mut self) {
        let ProgrammePart { base, programme, marks, .. } = self.current;
        let steps: u64 = self
            .axes
            .pick(&self.axes.of_row)
            .map(|axis| term(axis.dimension).map_or(0, |at| self.term_step(axis, 0, at)))
            .sum();
        self.divide_by(marks);
        for part in &self.parts.current().counted {
            self.cells.at(base + steps + part.step).of(programme);
        }
    }

    pub(super) fn row_steps(&self, at: usize) -> u64 {
        let rows = self.rows;
        let mut steps = 0;
        for axis in self.axes.pick(&self.axes.of_row) {
            steps += match axis.dimension {
                GroupDimension::Year | GroupDimension::Month => {
                    axis.step(rows.date.get(at).copied().unwrap_or(0).into())
                }
                GroupDimension::Currency => {
                    axis.step(rows.currency.get(at).copied().unwrap_or(0).into())
                }
                GroupDimension::TransactionType => {
                    axis.step(rows.kind.get(at).copied().unwrap_or(0).into())
                }
                GroupDimension::Provider => {
                    axis.ordinal(rows.provider.get(at).copied().unwrap_or(NO_ORDINAL))
                }
                GroupDimension::Receiver => {
                    axis.ordinal(rows.receiver.get(at).copied().unwrap_or(NO_ORDINAL))
                }
                dimension => {
                    let own = rows.terms.get(at).copied().unwrap_or(0) as usize;
                    term(dimension).map_or(0, |at| self.term_step(axis, own, at))
                }
            };
        }
        steps
    }

    /// Returns the addend of a row's own term if it states one, otherwise of its programme's term.
    fn term_step(&self, axis: &Axis, own: usize, at: usize) -> u64 {
        let has_own = self
            .columns
            .terms
            .get(own)
            .and_then(|terms| terms.get(at))
            .is_some_and(Option::is_some);
        axis.step(if has_own { own } else { self.current.terms })
    }

    /// Divides a row by its own places and sectors, otherwise by those of its programme.
    pub(super) fn divide(&mut self, row: u32, flags: u8) {
        let Marks { mut places, mut sectors, mut relief } = self.current.marks;
        if self.by_place && flags & bit::OWN_PLACES != 0 {
            places = seek(&self.rows.places, &mut self.own_places, row).unwrap_or(NOT_STATED);
        }
        if self.by_sector && flags & bit::OWN_SECTORS != 0 {
            sectors = seek(&self.rows.sectors, &mut self.own_sectors, row).unwrap_or(NOT_STATED);
        }
        if self.by_relief && self.amounts == ColumnAmounts::Transactions {
            relief = seek(&self.rows.relief, &mut self.own_relief, row).unwrap_or(relief);
        }
        self.divide_by(Marks { places, sectors, relief });
    }

    pub(super) fn generation(&self) -> &'a Generation {
        self.reader.generation()
    }
}

/// Returns the index of a dimension among the terms.
fn term(dimension: GroupDimension) -> Option<usize> {
    match dimension {
        GroupDimension::FlowType => Some(0),
        GroupDimension::FinanceType => Some(1),
        GroupDimension::AidType => Some(2),
        _ => None,
    }
}
