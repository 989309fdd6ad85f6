//! Money of the list by one or two keys: what counts, as a chart and as a table, and what is left out, with the reasons.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::answer::{Answer, Money};
use super::chart::Chart;
use super::choice::Choice;
use super::key::{href, label};
use super::meter;
use crate::read::groups::GroupDimension;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::{Group, Key, Sum};
use crate::site::parts::drawing::Drawing;
use crate::site::parts::rows::or_absent;
use crate::site::parts::show;
use crate::site::words::explore;

/// Number of rows of the table of a view; `/q` has them all.
const ROWS: usize = 200;

/// Writes the section; `None` if the view has no keys.
pub(super) fn section(address: &Address, choice: &Choice, answer: &Answer) -> Option<Markup> {
    let language = address.language();
    if choice.keys().is_empty() {
        return None;
    }
    let body = match &answer.money {
        Some(money) => shown(address, choice, money, answer.list.total_count),
        None => too_many(address, choice, answer.list.total_count),
    };
    Some(html! {
        section id="money" aria-labelledby="money-title" {
            h2 id="money-title" { (explore::money(language, &names(language, choice))) }
            (body)
        }
    })
}

/// Names of the keys.
fn names(language: Language, choice: &Choice) -> Vec<&'static str> {
    choice.keys().iter().map(|key| explore::dimension(*key).to(language)).collect()
}

/// Says that a list is too long for sums, and what helps.
fn too_many(address: &Address, choice: &Choice, records: u64) -> Markup {
    let language = address.language();
    let count = |number| show::count(language, number);
    html! {
        p class="left" role="note" { (explore::too_many(language, &count(records), &count(choice.noun.limits().summed))) }
        (files(address, choice))
    }
}

fn shown(address: &Address, choice: &Choice, money: &Money, records: u64) -> Markup {
    let language = address.language();
    let all = &money.groups;
    let left_out = Sum { excluded_sums: all.excluded.clone(), ..Sum::default() };
    let chart = Chart::of(address, choice, &all.list);
    let facts = explore::Sums {
        counted: total(language, &all.list, &choice.currency),
        groups: all.list.len(),
        of_groups: all.total_count,
        drawn: chart.drawn(),
        has_gaps: chart.has_gaps(choice.is_panels),
        not_stated: all.list.iter().map(|group| group.not_stated).sum(),
        left_out: all.excluded.iter().map(|sum| sum.items).sum(),
    };
    let sentence = explore::sums(language, &names(language, choice), &facts);
    let drawing = Drawing {
        id: "sums",
        title: explore::MONEY,
        sentence,
        table: table(address, choice, &all.list),
    };
    html! {
        @if all.list.is_empty() {
            p class="absent" { (explore::NO_MONEY.to(language)) }
        } @else {
            (drawing.figure(language, |frame| chart.draw(frame, &choice.currency, choice.is_panels)))
        }
        @if let Some(reasons) = show::left_out(language, &[left_out]) {
            details class="reasons" {
                summary { (explore::LEFT_OUT.to(language)) }
                (reasons)
            }
        }
        @if records > choice.noun.limits().metered && !choice.noun.meters.is_empty() {
            p class="left" role="note" { (explore::no_meter(language, &show::count(language, choice.noun.limits().metered))) }
        }
        (meter::meters(address, choice, money))
        (files(address, choice))
    }
}

/// Sum of all groups; `None` if nothing counts.
fn total(language: Language, groups: &[Group], currency: &str) -> Option<String> {
    let counted = groups.iter().filter_map(|group| group.counted);
    let mut counted = counted.peekable();
    counted.peek()?;
    let sum = counted.try_fold(Decimal::ZERO, Decimal::checked_add)?;
    Some(show::priced(language, sum.normalize(), currency))
}

/// Table of the groups, the largest first.
fn table(address: &Address, choice: &Choice, groups: &[Group]) -> Markup {
    let language = address.language();
    html! {
        div class="scroll" tabindex="0" role="group" aria-labelledby="money-title" {
            table {
                caption class="unseen" { (explore::money(language, &names(language, choice))) }
                thead {
                    tr {
                        @for name in names(language, choice) { th scope="col" { (name) } }
                        th scope="col" { (explore::COUNTED.to(language)) }
                        th scope="col" { (explore::AMOUNTS.to(language)) }
                    }
                }
                tbody {
                    @for group in groups.iter().take(ROWS) {
                        tr {
                            @for (dimension, key) in choice.keys().iter().zip(&group.keys) {
                                td { (linked(address, choice, *dimension, key)) }
                            }
                            td { (or_absent(language, show::sums(language, &[group.sum()]))) }
                            td { (show::count(language, group.items)) }
                        }
                    }
                }
            }
        }
    }
}

/// Name of a key, as a link to its part of the list if a field of the filter selects it.
fn linked(address: &Address, choice: &Choice, dimension: GroupDimension, key: &Key) -> Markup {
    let name = label(address.language(), choice, dimension, key);
    match href(address, choice, dimension, key) {
        Some(href) => html! { a href=(href) rel="nofollow" { (name) } },
        None if key.code.is_none() => html! { span class="absent" { (name) } },
        None => html! { (name) },
    }
}

/// Links to all groups as a table.
fn files(address: &Address, choice: &Choice) -> Markup {
    let mut filter = choice.table_filter();
    filter.push(("by", choice.by_text()));
    let filter: Vec<(&str, &str)> = filter.iter().map(|(n, value)| (*n, value.as_str())).collect();
    html! {
        p class="whole" {
            (explore::ALL_SUMS.to(address.language())) ": "
            @for (at, extension) in ["csv", "xlsx", "json"].iter().enumerate() {
                @if at > 0 { " · " }
                a href=(address.table(choice.noun.group_table(), extension, &filter)) { (extension.to_uppercase()) }
            }
        }
    }
}
