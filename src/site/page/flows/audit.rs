//! Audit of sums: a waterfall from the naive addition to what counts, and the amounts behind each step.

use std::collections::BTreeMap;

use maud::{Markup, html};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::data::{Audited, Left};
use crate::draw::figure::Figure;
use crate::draw::steps::{Step, Waterfall};
use crate::model::code::Code as _;
use crate::read::total::ExclusionReason;
use crate::site::address::Address;
use crate::site::parts::data::ExcludedSum;
use crate::site::parts::drawing::{Drawing, figure as drawn};
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::words::codes::Worded as _;
use crate::site::words::{Words, briefing, fact, flows as words, sentence};

/// Maximum amounts that are listed for one reason.
const LISTED: usize = 50;

/// Sums of a direction, with the words and ids of its audit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Audit<'a> {
    pub(super) title: Words,
    pub(super) id: &'static str,
    pub(super) sums: &'a [Audited],
}

impl Audit<'_> {
    /// Returns true if a sum leaves amounts out.
    fn leaves_out(&self) -> bool {
        self.sums.iter().any(|audited| !audited.sum.excluded_sums.is_empty())
    }

    /// Draws the waterfalls, one for each currency, and lists the amounts left out; `None` without any sum.
    pub(super) fn section(&self, address: &Address) -> Option<Markup> {
        let language = address.language();
        if self.sums.iter().all(Audited::is_empty) {
            return None;
        }
        let heading = format!("{}-title", self.id);
        Some(html! {
            section id=(self.id) class="audit" aria-labelledby=(heading) {
                h3 id=(heading) { (self.title.to(language)) }
                @if self.leaves_out() {
                    @for (at, audited) in self.sums.iter().enumerate() {
                        @if !audited.sum.excluded_sums.is_empty() { (self.waterfall(address, at, audited)) }
                    }
                    (self.lists(address))
                } @else {
                    p { (words::EVERYTHING_COUNTS.to(language)) }
                }
            }
        })
    }

    fn waterfall(&self, address: &Address, at: usize, audited: &Audited) -> Markup {
        let language = address.language();
        let sum = &audited.sum;
        let currency = sum.currency.as_deref().unwrap_or_default();
        let text = |value: Option<Decimal>| match value {
            Some(value) => show::priced(language, value, currency),
            None => fact::NOT_STATED.to(language).to_owned(),
        };
        let plain = |value: Option<Decimal>| match value.and_then(|value| value.to_f64()) {
            Some(size) => Figure::stated(size, &text(value)),
            None => Figure::not_stated(&text(None)),
        };
        let (own, others): (Vec<&ExcludedSum>, Vec<&ExcludedSum>) = sum
            .excluded_sums
            .iter()
            .partition(|one| one.amount.is_some() && one.currency == sum.currency);
        let steps: Vec<Step> = own.iter().map(|one| self.step(address, one, &plain)).collect();
        let counted = match audited.items {
            0 => words::NOTHING_COUNTS.to(language).to_owned(),
            _ => show::sum_text(language, sum),
        };
        let bounds = drawn(sum.counted, sum.lower, sum.upper, sum.approximate > 0, &counted);
        let start =
            Step { label: words::NAIVE.to(language).to_owned(), figure: plain(audited.naive) };
        let end = Step { label: briefing::COUNTED.to(language).to_owned(), figure: bounds };
        let items = others.iter().map(|one| one.items).sum();
        let id = format!("{}-{at}", self.id);
        let drawing = Drawing {
            id: &id,
            title: self.title,
            sentence: words::audit(language, &text(audited.naive), &counted, items),
            table: self.rows(address, &sum.excluded_sums),
        };
        drawing.figure(language, |frame| {
            let (start, steps, end) = (start.clone(), steps.clone(), end.clone());
            Waterfall { frame, start, steps, end, scale: None }.draw()
        })
    }

    fn step(
        &self,
        address: &Address,
        one: &ExcludedSum,
        plain: &impl Fn(Option<Decimal>) -> Figure,
    ) -> Step {
        let words = one.reason.0.words().to(address.language());
        let change = plain(one.amount.map(|amount| -amount));
        Step { label: words.to_owned(), figure: change.with_href(&self.anchor(one.reason.0)) }
    }

    /// Address of the list of a reason, on the page.
    fn anchor(&self, reason: ExclusionReason) -> String {
        format!("#{}", self.list_id(reason))
    }

    fn list_id(&self, reason: ExclusionReason) -> String {
        format!("{}-{}", self.id, reason.as_str().to_lowercase().replace('_', "-"))
    }

    fn rows(&self, address: &Address, sums: &[ExcludedSum]) -> Markup {
        let language = address.language();
        let cells = |one: &ExcludedSum| {
            let amount = one.amount.zip(one.currency.as_deref());
            let amount = amount.map(|(value, currency)| show::priced(language, value, currency));
            vec![
                html! { a href=(self.anchor(one.reason.0)) { (show::code(language, one.reason)) } },
                or_absent(language, amount.map(|text| html! { span class="money" { (text) } })),
                html! { (show::count(language, one.items)) },
            ]
        };
        let rows: Vec<Vec<Markup>> = sums.iter().map(cells).collect();
        let heading = format!("{}-title", self.id);
        table(language, &heading, &[words::REASON, fact::AMOUNT, words::LEFT_OUT], &rows)
    }

    /// Amounts left out, by reason. Without a conversion, an amount that is not stated is in the sum of each currency.
    fn lists(&self, address: &Address) -> Markup {
        let language = address.language();
        let mut reasons: BTreeMap<&str, (ExclusionReason, BTreeMap<String, &Left>)> =
            BTreeMap::new();
        for left in self.sums.iter().flat_map(|audited| &audited.excluded) {
            let reason = left.reason.0;
            let (_, all) =
                reasons.entry(reason.as_str()).or_insert_with(|| (reason, BTreeMap::new()));
            let money = &left.money;
            // Stated amounts come first.
            let key = format!(
                "{}|{}|{}|{:?}|{:?}|{:?}",
                u8::from(money.value.is_none()),
                left.kind.0.as_str(),
                left.record,
                left.part,
                money.value,
                money.currency
            );
            all.entry(key).or_insert(left);
        }
        html! {
            @for (reason, all) in reasons.values() {
                @let heading = self.list_id(*reason);
                h4 id=(heading) {
                    (reason.words().to(language)) " " span class="count" { (show::count(language, all.len() as u64)) }
                }
                (amounts(address, &heading, all.values().take(LISTED).copied()))
                @if all.len() > LISTED {
                    p class="whole" { (sentence::first_of(language, LISTED, all.len() as u64)) }
                }
            }
        }
    }
}

fn amounts<'a>(address: &Address, heading: &str, all: impl Iterator<Item = &'a Left>) -> Markup {
    let language = address.language();
    let cells = |left: &Left| {
        let href = address.record(left.kind.0, &left.record);
        vec![
            html! {
                a href=(href) { code { (left.record) } }
                @if let Some(part) = &left.part { " " code { (part) } }
            },
            show::code(language, left.kind),
            show::money(language, &left.money),
        ]
    };
    let rows: Vec<Vec<Markup>> = all.map(cells).collect();
    table(language, heading, &[fact::RECORD, fact::KIND, fact::AMOUNT], &rows)
}
