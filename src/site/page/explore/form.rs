//! Form of a choice: words, order, keys, chart, currency and columns. Without scripts it is sent by its button.

use maud::{Markup, html};

use super::choice::Choice;
use super::noun::Order;
use crate::model::code::Code as _;
use crate::read::groups::{Amounts, GroupDimension};
use crate::site::address::Address;
use crate::site::frame::kept;
use crate::site::language::Language;
use crate::site::parts::given::CURRENCIES;
use crate::site::words::{Words, explore, frame};

/// Writes the form.
pub(super) fn form(address: &Address, choice: &Choice) -> Markup {
    let language = address.language();
    let noun = choice.noun;
    // Facets keep their values; the form has its own field for words.
    let filter = choice.filter.iter().filter(|(name, _)| *name != "text");
    html! {
        form class="choice" method="get" action=(address.file(noun.path)) aria-label=(explore::CHOICE.to(language)) {
            label {
                span { (explore::WORDS.to(language)) }
                input type="search" name="text" value=(choice.values("text").join(" ")) autocomplete="off";
            }
            label {
                span { (explore::SORT.to(language)) }
                select name="sort" {
                    @for order in noun.orders() {
                        option value=(order.text()) selected[order == choice.order] {
                            (explore::order(order.as_str()).to(language))
                        }
                    }
                }
            }
            @if let Some(amounts) = noun.amounts() { (sums(language, choice, amounts)) }
            (columns(language, choice))
            @for (name, values) in filter { input type="hidden" name=(name) value=(values.join(",")); }
            @if choice.has_more { input type="hidden" name="more" value="1"; }
            (kept(address, &["lang", "embed"]))
            button class="main" { (explore::APPLY.to(language)) }
        }
    }
}

/// Fields of the sums.
fn sums(language: Language, choice: &Choice, amounts: Amounts) -> Markup {
    let (first, second) = (choice.keys().first().copied(), choice.keys().get(1).copied());
    let own = choice.currency.as_str();
    html! {
        (key(language, explore::BY, amounts, first))
        (key(language, explore::THEN_BY, amounts, second))
        label {
            span { (frame::CHART.to(language)) }
            select name="chart" {
                option value="stacked" selected[!choice.is_panels] { (explore::STACKED.to(language)) }
                option value="panels" selected[choice.is_panels] { (explore::PANELS.to(language)) }
            }
        }
        label {
            span { (frame::CURRENCY.to(language)) }
            select name="currency" {
                @for currency in CURRENCIES { option selected[currency == own] { (currency) } }
                @if !CURRENCIES.contains(&own) { option selected { (own) } }
            }
        }
    }
}

fn key(
    language: Language,
    name: Words,
    amounts: Amounts,
    chosen: Option<GroupDimension>,
) -> Markup {
    html! {
        label {
            span { (name.to(language)) }
            select name="by" {
                option value="" { "–" }
                @for dimension in amounts.dimensions() {
                    option value=(dimension.as_str().to_lowercase()) selected[Some(dimension) == chosen] {
                        (explore::dimension(dimension).to(language))
                    }
                }
            }
        }
    }
}

fn columns(language: Language, choice: &Choice) -> Markup {
    let all = choice.noun.columns.iter().filter(|column| !column.fields.is_empty());
    html! {
        details class="columns-choice" {
            summary { (explore::COLUMNS.to(language)) }
            fieldset {
                legend class="unseen" { (explore::COLUMNS.to(language)) }
                @for column in all {
                    label {
                        input type="checkbox" name="columns" value=(column.key) checked[choice.shows(column)];
                        (column.name.to(language))
                    }
                }
            }
        }
    }
}

/// Returns the words of an order for the head of a column.
pub(super) fn direction(order: Order) -> &'static str {
    if order.is_descending() { "descending" } else { "ascending" }
}
