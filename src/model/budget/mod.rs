//! Decides which budgets of one programme count, so that a sum holds no money twice.
//!
//! - A **revised** budget replaces exactly the time that it covers: one budget, several, or a part of one. A budget is
//!   [superseded](Displacement::Superseded) where revised budgets cover all of its time, or other budgets cover the
//!   rest. Where they cover only a part, no source states the remainder: it is [revised in
//!   part](Displacement::RevisedInPart).
//! - Of two revised budgets that overlap, the later one replaces the other. Value dates decide which one is later, then
//!   the order in the source. Exception: revised budgets that fill the time of a longer revised one and add up to it
//!   are its [parts](Displacement::Part), in any order.
//! - An original within a longer original is a [possible part](Displacement::PossiblePart) of it. It is a part if such
//!   budgets leave no day of the longer one uncovered and add up to no more than it.
//! - A budget without a type counts as an original. Originals for the same time, or that overlap in part, all count.
//! - Links stated by a source take precedence. Only envelopes are compared by their time.
//! - A budget without an amount in the currency of the sum replaces and contains nothing.
//!
//! Source: IATI Standard 2.03, `budget/@type`.

mod span;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::date::{PartialDate, Period};
use super::money::{Currency, Money};
use span::{DaySpan, Spans};

/// Maximum number of links followed from a budget: files may contain cycles.
const MAX_CHAIN: usize = 1_000;

/// Maximum number of budgets of a programme that are compared. Above it, every budget that overlaps another is a
/// possible part.
const MAX_COMPARED: usize = 4_000;

super::code::codes! {
    /// Reason why a budget does not count beside the others of its programme.
    pub enum Displacement {
        /// It covers a plan with several funders, not the donor's money alone.
        AllFunders = "ALL_FUNDERS",
        /// Later budgets replace it.
        Superseded = "SUPERSEDED",
        /// Another budget contains it.
        Part = "PART",
        /// Later budgets replace a part of it; the remainder is unknown.
        RevisedInPart = "REVISED_IN_PART",
        /// Another budget may contain it.
        PossiblePart = "POSSIBLE_PART",
    }
}

impl Displacement {
    /// Returns true if some of its money may count nevertheless.
    pub fn is_open(self) -> bool {
        matches!(self, Self::RevisedInPart | Self::PossiblePart)
    }
}

/// Role of a budget in the comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Money of the whole programme.
    Envelope,
    /// Money of a plan with several funders.
    AllFunders,
    /// Money on top of an envelope, or a named part of it. Only links stated by its source relate it to other budgets.
    Beside,
}

/// Properties of a budget that decide which budgets count.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Role in the comparison.
    pub kind: LineKind,
    /// True if the source marks it as revised.
    pub is_revised: bool,
    /// Period that it covers.
    pub period: Period,
    /// Date of its value.
    pub value_date: Option<PartialDate>,
    /// Money in the currency of the sum; `None` without an amount or a rate.
    pub money: Option<Money>,
    /// Index of the budget that it replaces, according to its source.
    pub supersedes: Option<usize>,
    /// Index of the budget that contains it, according to its source.
    pub part_of: Option<usize>,
}

impl Line {
    fn value(&self) -> Option<(Currency, Decimal)> {
        let money = self.money?;
        money.currency().zip(money.value())
    }
}

/// Returns for each budget of a programme, in source order, the reason why it does not count; `None` if it counts.
pub fn displacements(lines: &[Line]) -> Vec<Option<Displacement>> {
    let mut decision = Decision::new(lines);
    decision.by_links();
    if lines.len() > MAX_COMPARED {
        decision.too_many();
        return decision.out;
    }
    decision.among_revised();
    decision.originals();
    decision.parts();
    decision.out
}

/// Decisions so far.
struct Decision<'a> {
    lines: &'a [Line],
    spans: Vec<DaySpan>,
    out: Vec<Option<Displacement>>,
    /// Revised envelopes that have an amount.
    revised: Spans,
}

impl<'a> Decision<'a> {
    fn new(lines: &'a [Line]) -> Self {
        let spans: Vec<DaySpan> = lines.iter().map(|line| DaySpan::of(line.period)).collect();
        let all_funders =
            |line: &Line| (line.kind == LineKind::AllFunders).then_some(Displacement::AllFunders);
        let out = lines.iter().map(all_funders).collect();
        let mut decision = Self { lines, spans, out, revised: Spans::default() };
        let counts = |at: &usize| decision.line(*at).is_some_and(|line| line.value().is_some());
        let revised = decision.envelopes(true).filter(counts);
        decision.revised = Spans::new(decision.with_spans(revised));
        decision
    }

    fn line(&self, at: usize) -> Option<&'a Line> {
        self.lines.get(at)
    }

    /// Returns the indexes of the revised or of the other envelopes, without those that a source states to be parts.
    fn envelopes(&self, revised: bool) -> impl Iterator<Item = usize> + use<'a> {
        let fits = move |line: &Line| {
            line.kind == LineKind::Envelope && line.is_revised == revised && line.part_of.is_none()
        };
        (0..).zip(self.lines).filter(move |(_, line)| fits(line)).map(|(at, _)| at)
    }

    fn in_force(&self, at: usize) -> bool {
        self.out.get(at).is_some_and(Option::is_none)
    }

    fn span(&self, at: usize) -> Option<DaySpan> {
        self.spans.get(at).copied()
    }

    fn with_spans(&self, places: impl Iterator<Item = usize>) -> Vec<(usize, DaySpan)> {
        places.filter_map(|at| Some((at, self.span(at)?))).collect()
    }

    fn leave_out(&mut self, at: usize, why: Displacement) {
        if let Some(place) = self.out.get_mut(at) {
            *place = place.or(Some(why));
        }
    }

    /// Follows a link transitively from one budget.
    fn chain(
        &self,
        at: usize,
        link: impl Fn(&Line) -> Option<usize>,
    ) -> impl Iterator<Item = usize> {
        let next = move |at: &usize| self.line(*at).and_then(&link);
        std::iter::successors(next(&at), next).take(MAX_CHAIN)
    }

    /// Applies the links stated by sources.
    fn by_links(&mut self) {
        let counts = |at: &usize| self.line(*at).is_some_and(|line| line.value().is_some());
        let mut later: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in (0..self.lines.len()).filter(counts) {
            for before in self.chain(at, |line| line.supersedes) {
                later.entry(before).or_default().push(at);
            }
        }
        let mut found = Vec::new();
        for at in 0..self.lines.len() {
            if let Some(later) = later.get(&at) {
                found.push((at, self.by_later(at, later)));
            } else if self.chain(at, |line| line.part_of).any(|whole| counts(&whole)) {
                found.push((at, Displacement::Part));
            }
        }
        for (at, why) in found {
            self.leave_out(at, why);
        }
    }

    /// Displaces every budget that overlaps another, without further comparison.
    fn too_many(&mut self) {
        let all = self.envelopes(true).chain(self.envelopes(false));
        let all = self.with_spans(all.filter(|at| self.in_force(*at)));
        let spans = Spans::new(all.iter().copied());
        for (at, own) in all {
            if spans.overlapping(own).any(|(other, _)| other != at) {
                self.leave_out(at, Displacement::PossiblePart);
            }
        }
    }

    /// Returns the displacement of a budget that a source states to be superseded. It is complete unless all periods are
    /// known and the later budgets leave a day uncovered.
    fn by_later(&self, at: usize, later: &[usize]) -> Displacement {
        let mut spans: Vec<DaySpan> = later.iter().filter_map(|at| self.span(*at)).collect();
        spans.sort_by_key(|span| span.from);
        let is_known = |span: &DaySpan| span.is_known;
        match self.span(at).filter(is_known) {
            Some(own) if spans.iter().all(is_known) && !own.is_filled_by(spans) => {
                Displacement::RevisedInPart
            }
            _ => Displacement::Superseded,
        }
    }

    /// Returns true if both cover the same time: certainly, or by equal periods.
    fn is_same(&self, one: usize, other: usize) -> bool {
        let period = |at| self.line(at).map(|line: &Line| line.period);
        let spans = self.span(one).zip(self.span(other));
        spans.is_some_and(|(one, other)| one.is_same(other))
            || (period(one) == period(other) && period(one).is_some_and(|p| !p.is_unknown()))
    }

    /// Returns true if `other` is later than `one`: by value date, then by source order. For budgets of different periods,
    /// a value date equal to the start of the period is ignored.
    fn is_before(&self, one: usize, other: usize, is_same: bool) -> bool {
        let date = |at| {
            let line = self.line(at)?;
            let is_significant = |date: &PartialDate| is_same || line.period.start != Some(*date);
            line.value_date.filter(is_significant).map(PartialDate::first_day)
        };
        match date(one).zip(date(other)) {
            Some((own, later)) if own != later => own < later,
            _ => one < other,
        }
    }

    /// Displaces revised budgets that later ones replace.
    fn among_revised(&mut self) {
        let all: Vec<usize> = self.envelopes(true).filter(|at| self.in_force(*at)).collect();
        for at in &all {
            if self.has_later_twin(*at) {
                self.leave_out(*at, Displacement::Superseded);
            }
        }
        // A budget is no revision of the whole that it is an exact part of.
        let whole_of = self.exact_parts();
        let why = |at: &usize| Some((*at, self.revised_by_later(*at, &whole_of)?));
        let in_force = all.iter().filter(|at| !whole_of.contains_key(at) && self.in_force(**at));
        let found: Vec<_> = in_force.filter_map(why).collect();
        for at in whole_of.into_keys() {
            self.leave_out(at, Displacement::Part);
        }
        for (at, why) in found {
            self.leave_out(at, why);
        }
    }

    fn has_later_twin(&self, at: usize) -> bool {
        let Some(own) = self.span(at) else { return false };
        let mut others = self.revised.overlapping(own).filter(|(other, _)| *other != at);
        others.any(|(other, _)| self.is_same(at, other) && self.is_before(at, other, true))
    }

    /// Returns the revised budgets that fill the time of a longer one and add up to it, with the index of that one.
    fn exact_parts(&self) -> BTreeMap<usize, usize> {
        let mut whole_of = BTreeMap::new();
        for (whole, parts) in self.within(true) {
            if self.fit(whole, &parts) == Some(Ordering::Equal) && self.are_filling(whole, &parts) {
                whole_of.extend(parts.into_iter().map(|(at, _)| (at, whole)));
            }
        }
        whole_of
    }

    fn revised_by_later(
        &self,
        at: usize,
        whole_of: &BTreeMap<usize, usize>,
    ) -> Option<Displacement> {
        let own = self.span(at)?;
        let whole = |at: &usize| whole_of.get(at).copied();
        let is_part = |other| std::iter::successors(whole(&other), whole).any(|of| of == at);
        let later = self.revised.overlapping(own).filter(|(other, _)| {
            *other != at
                && !self.is_same(at, *other)
                && self.is_before(at, *other, false)
                && !is_part(*other)
        });
        Self::by_overlap(own, later)
    }

    /// Returns the displacement by overlapping spans: known ones come in descending order, unknown ones last.
    fn by_overlap(
        own: DaySpan,
        others: impl Iterator<Item = (usize, DaySpan)>,
    ) -> Option<Displacement> {
        let mut filling = Vec::new();
        let mut is_revised = false;
        for (_, span) in others {
            is_revised = true;
            filling.extend(Some(span).filter(|span| span.is_known));
        }
        let is_filled = own.is_filled_by(filling.into_iter().rev());
        is_revised.then_some(if is_filled {
            Displacement::Superseded
        } else {
            Displacement::RevisedInPart
        })
    }

    /// Displaces originals that revised budgets replace.
    fn originals(&mut self) {
        let originals: Vec<usize> = self.envelopes(false).filter(|at| self.in_force(*at)).collect();
        let mut in_part = Vec::new();
        let mut rest = Vec::new();
        for at in originals {
            match self.revision(at) {
                Some(Displacement::RevisedInPart) => in_part.push(at),
                Some(why) => self.leave_out(at, why),
                None => rest.push(at),
            }
        }
        let rest = Spans::new(self.with_spans(rest.into_iter()));
        for at in in_part {
            let is_filled = self.is_filled(at, &rest);
            let why =
                if is_filled { Displacement::Superseded } else { Displacement::RevisedInPart };
            self.leave_out(at, why);
        }
    }

    fn revision(&self, at: usize) -> Option<Displacement> {
        let own = self.span(at)?;
        let mut revised = self.revised.overlapping(own);
        if revised.any(|(other, _)| self.is_same(at, other)) {
            return Some(Displacement::Superseded);
        }
        Self::by_overlap(own, self.revised.overlapping(own))
    }

    /// Returns true if revised budgets, and counting originals within this one, leave no day of it uncovered.
    fn is_filled(&self, at: usize, rest: &Spans) -> bool {
        let Some(own) = self.span(at) else { return false };
        let known = |(_, span): &(usize, DaySpan)| span.is_known;
        let revised = self.revised.overlapping(own).filter(known).map(|(_, span)| span);
        let within = rest.overlapping(own).map(|(_, span)| span).filter(|span| own.covers(*span));
        let mut all: Vec<DaySpan> = revised.chain(within).collect();
        all.sort_by_key(|span| span.from);
        own.is_filled_by(all)
    }

    /// Displaces originals that a longer one contains, or may contain.
    fn parts(&mut self) {
        let mut found = Vec::new();
        for (whole, parts) in self.within(false) {
            let is_in = self.fit(whole, &parts).is_some_and(Ordering::is_le)
                && self.are_filling(whole, &parts);
            let why = if is_in { Displacement::Part } else { Displacement::PossiblePart };
            found.extend(parts.into_iter().map(|(at, _)| (at, why)));
        }
        for (at, why) in found {
            self.leave_out(at, why);
        }
    }

    /// Maps each counting budget to the budgets of its type directly within it, where the shortest longer budget is the
    /// container.
    fn within(&self, revised: bool) -> BTreeMap<usize, Vec<(usize, DaySpan)>> {
        let those = self.envelopes(revised).filter(|at| self.in_force(*at));
        let those = self.with_spans(those);
        let is_positive = |(at, span): &(usize, DaySpan)| {
            let value = self.line(*at).and_then(Line::value);
            span.is_known && value.is_some_and(|(_, value)| value > Decimal::ZERO)
        };
        let wholes = Spans::new(those.iter().copied().filter(is_positive));
        let mut within: BTreeMap<usize, Vec<(usize, DaySpan)>> = BTreeMap::new();
        for (at, own) in those {
            let longer = |(_, span): &(usize, DaySpan)| span.covers(own) && !own.covers(*span);
            let around = wholes.overlapping(own).filter(longer);
            if let Some((whole, _)) = around.min_by_key(|(at, span)| (span.length(), *at)) {
                within.entry(whole).or_default().push((at, own));
            }
        }
        within
    }

    /// Compares the sum of the parts with the budgets that have the time of the whole; `None` where they are not
    /// comparable.
    fn fit(&self, whole: usize, parts: &[(usize, DaySpan)]) -> Option<Ordering> {
        let revised = self.line(whole)?.is_revised;
        let same = self.envelopes(revised).filter(|at| self.in_force(*at));
        let same = same.filter(|at| self.is_same(whole, *at));
        let mut left: BTreeMap<Currency, Decimal> = BTreeMap::new();
        for (currency, value) in same.filter_map(|at| self.line(at)?.value()) {
            let left = left.entry(currency).or_default();
            *left = left.checked_add(value)?;
        }
        for (currency, value) in parts.iter().filter_map(|(at, _)| self.line(*at)?.value()) {
            let left = left.get_mut(&currency).filter(|_| value >= Decimal::ZERO)?;
            *left = left.checked_sub(value)?;
        }
        let orders = || left.values().map(|left| Decimal::ZERO.cmp(left));
        if orders().all(Ordering::is_eq) {
            return Some(Ordering::Equal);
        }
        Some(if orders().all(Ordering::is_le) { Ordering::Less } else { Ordering::Greater })
    }

    /// Returns true if the parts leave no day of the whole uncovered.
    fn are_filling(&self, whole: usize, parts: &[(usize, DaySpan)]) -> bool {
        let mut spans: Vec<DaySpan> = parts.iter().map(|(_, span)| *span).collect();
        spans.sort_by_key(|span| span.from);
        self.span(whole).is_some_and(|own| own.is_filled_by(spans))
    }
}
