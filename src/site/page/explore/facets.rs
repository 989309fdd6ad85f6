//! Facets: the values of fields with their counts, as links that add or remove a filter; chips for the chosen values.

use maud::{Markup, html};

use super::answer::{Answer, Counted, Counts};
use super::choice::Choice;
use super::noun::Facet;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::show;
use crate::site::words::explore;

/// Number of facets that are open at first.
const OPEN: usize = 4;

/// Writes the chosen values as chips; each removes itself.
pub(super) fn chips(address: &Address, choice: &Choice, answer: &Answer) -> Markup {
    let language = address.language();
    if choice.filter.is_empty() {
        return Markup::default();
    }
    html! {
        ul class="chips" aria-label=(explore::CHOSEN.to(language)) {
            @for (field, values) in &choice.filter {
                @for value in values {
                    @let (name, label) = named(language, choice, answer, field, value);
                    li {
                        a href=(choice.toggled(field, value).link(address))
                            aria-label=(explore::remove(language, &name, &label)) {
                            span class="name" { (name) } " " (label) " " span class="cross" { "×" }
                        }
                    }
                }
            }
            @if choice.filter.len() > 1 {
                li class="clear" {
                    a href=(choice.changed(|choice| choice.filter.clear()).link(address)) {
                        (explore::CLEAR.to(language))
                    }
                }
            }
        }
    }
}

/// Names a field and a value of the filter.
fn named(
    language: Language,
    choice: &Choice,
    answer: &Answer,
    field: &str,
    value: &str,
) -> (String, String) {
    let Some(facet) = choice.noun.facets.iter().find(|facet| facet.field == field) else {
        let name = if field == "text" { explore::WORDS.to(language) } else { field };
        return (name.to_owned(), value.to_owned());
    };
    let counted = answer.facets.get(field).map(|holder| holder.facet.values.as_slice());
    let counted = counted.unwrap_or_default().iter().find(|counted| counted.code == value);
    let label = counted.map_or_else(|| value.to_owned(), |counted| label(language, facet, counted));
    (facet.name.to(language).to_owned(), label)
}

/// Words of a value: those of its code, or its name in the data.
fn label(language: Language, facet: &Facet, counted: &Counted) -> String {
    let words = (facet.words)(&counted.code).map(|words| words.to(language).to_owned());
    let name = || counted.name.as_ref().map(|name| name.value.clone());
    words.or_else(name).unwrap_or_else(|| counted.code.clone())
}

/// Writes all facets.
pub(super) fn facets(address: &Address, choice: &Choice, answer: &Answer) -> Markup {
    let language = address.language();
    let own = choice.noun.facets.iter().filter_map(|facet| {
        let counts = &answer.facets.get(facet.field)?.facet;
        (!counts.values.is_empty()).then_some((facet, counts))
    });
    let own: Vec<_> = own.collect();
    let has_more = own.iter().any(|(_, counts)| counts.total_count > counts.values.len() as u64);
    html! {
        section id="filters" class="facets" aria-labelledby="filters-title" {
            h2 id="filters-title" { (explore::FILTERS.to(language)) }
            @for (at, (facet, counts)) in own.iter().enumerate() {
                (one(address, choice, facet, counts, at < OPEN))
            }
            @if choice.has_more {
                p { a href=(choice.changed(|choice| choice.has_more = false).link(address)) { (explore::FEWER.to(language)) } }
            } @else if has_more {
                p { a href=(choice.changed(|choice| choice.has_more = true).link(address)) { (explore::MORE.to(language)) } }
            }
        }
    }
}

fn one(
    address: &Address,
    choice: &Choice,
    facet: &Facet,
    counts: &Counts,
    is_open: bool,
) -> Markup {
    let language = address.language();
    let chosen = choice.values(facet.field);
    let mut values = counts.values.clone();
    if facet.is_years() {
        values.sort_by(|a, b| b.code.cmp(&a.code));
    }
    html! {
        details class="facet" open[is_open || !chosen.is_empty()] {
            summary { (facet.name.to(language)) " " span class="count" { (show::count(language, counts.total_count)) } }
            ul class=(if facet.is_years() { "values years" } else { "values" }) {
                @for counted in &values {
                    li { (value(address, choice, facet, counted, chosen.contains(&counted.code))) }
                }
            }
            @if counts.without > 0 {
                p class="absent" { (explore::without(language, &show::count(language, counts.without))) }
            }
        }
    }
}

fn value(
    address: &Address,
    choice: &Choice,
    facet: &Facet,
    counted: &Counted,
    is_chosen: bool,
) -> Markup {
    let language = address.language();
    let label = label(language, facet, counted);
    let items = show::count(language, counted.items);
    let body = html! {
        span class="name" { (label) } " " span class="count" { (items) }
    };
    // A comma would part the value into two.
    if counted.code.contains(',') {
        return html! { span class="value" { (body) } };
    }
    html! {
        a class="value" href=(choice.toggled(facet.field, &counted.code).link(address))
            aria-current=[is_chosen.then_some("true")] rel="nofollow" { (body) }
    }
}
