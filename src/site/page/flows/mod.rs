//! `/flows`: money in, within and out of a boundary of countries and agencies, by year, and the audit of each sum.
//!
//! | module | contents |
//! | --- | --- |
//! | `choice` | boundary, years, scope and currency of the address |
//! | `data` | the answer to the query |
//! | `years` | bars by year |
//! | `audit` | waterfalls, and the amounts that they leave out |

mod audit;
mod choice;
mod data;
mod years;

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::model::noun::Kind;
use crate::read::flows::FlowScope;
use crate::site::address::{Address, noun_table};
use crate::site::language::Language;
use crate::site::page_kind::{Page, variables};
use crate::site::parts::rows::or_absent;
use crate::site::parts::sheet::table;
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::{Words, briefing, fact, flows as words};
use audit::Audit;
use choice::Choice;
use data::{Answer, Audited};

/// Page of flows.
#[derive(Debug)]
pub(in crate::site) struct Flows;

impl Page for Flows {
    const PATH: &'static str = "flows";
    const DOCUMENT: &'static str = include_str!("../../queries/flows.graphql");
    type Data = Answer;

    fn variables(address: &Address) -> Map<String, Value> {
        variables(address, Choice::of(address).variables())
    }

    fn view(data: Answer, address: &Address) -> Result<View, Unshown> {
        let language = address.language();
        let choice = Choice::of(address);
        let names: Vec<&str> = data.insiders().map(|one| one.label.as_str()).collect();
        let names = if names.is_empty() { choice.countries.join(", ") } else { names.join(", ") };
        let title = words::title(language, &names);
        let mut parts = vec![(words::BOUNDARY, "boundary"), (words::SUMS, "sums")];
        if !data.flows.are_empty() {
            parts.extend([(words::BY_YEAR, "years"), (words::AUDIT, "audit")]);
        }
        let body = html! {
            @if let Some(notice) = &choice.notice { (notice) }
            (section("boundary", words::BOUNDARY, address, &choice.form(address, &data)))
            (section("sums", words::SUMS, address, &sums(address, &choice, &data)))
            @if !data.flows.are_empty() {
                (section("years", words::BY_YEAR, address, &years::figures(address, &choice, &data)))
                (section("audit", words::AUDIT, address, &audits(address, &data)))
            }
            (tables(address, &choice))
        };
        let mut view = View::new(title, body, data.dataset);
        view.lead = Some(html! { (words::LEAD.to(language)) });
        view.parts = parts;
        view.table = Some((table_of(choice.scope), choice.filter()));
        Ok(view)
    }
}

/// Name of the table that holds most money of a scope.
fn table_of(scope: FlowScope) -> &'static str {
    match scope {
        FlowScope::Humanitarian => noun_table(Kind::HumanitarianContribution),
        FlowScope::Development | FlowScope::All => noun_table(Kind::Transaction),
    }
}

fn section(id: &str, title: Words, address: &Address, contents: &Markup) -> Markup {
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } { (title.to(address.language())) }
            (contents)
        }
    }
}

/// Table of sums: one row for each direction and currency.
fn sums(address: &Address, choice: &Choice, data: &Answer) -> Markup {
    let language = address.language();
    let flows = &data.flows;
    if flows.are_empty() {
        return html! { p class="absent" role="status" { (words::NOTHING.to(language)) } };
    }
    let directions = [
        (words::INCOMING, &flows.incoming),
        (words::INTERNAL, &flows.internal),
        (words::OUTGOING, &flows.outgoing),
        (words::ONCE, &flows.counted_once),
    ];
    let rows = directions.into_iter().flat_map(|(direction, all)| {
        all.iter().map(move |audited| row(address, direction, audited))
    });
    let mut rows: Vec<Vec<Markup>> = rows.collect();
    rows.extend(flows.net.iter().filter(|net| net.amount.is_some()).map(|net| {
        let amount = net.amount.zip(net.currency.as_deref());
        let amount = amount.map(|(value, currency)| {
            html! { span class="money" { (show::priced(language, value, currency)) } }
        });
        let mut cells = vec![words::NET.markup(language), or_absent(language, amount)];
        cells.extend(std::iter::repeat_n(Markup::default(), 4));
        cells
    }));
    let columns = [
        words::DIRECTION,
        briefing::COUNTED,
        briefing::LOWER,
        briefing::UPPER,
        words::NAIVE,
        words::ITEMS,
    ];
    html! {
        @if choice.scope == FlowScope::All { p { (words::BOTH_ADDED.to(language)) } }
        (table(language, "sums-title", &columns, &rows))
        @if flows.count_nothing() {
            p role="status" { (words::NONE_OF_SCOPE.to(language)) " " (choice.scopes(address)) }
        }
    }
}

fn row(address: &Address, direction: Words, audited: &Audited) -> Vec<Markup> {
    let language = address.language();
    let sum = &audited.sum;
    if audited.is_empty() {
        let none = html! { span class="absent" { (fact::NONE_IN_DATA.to(language)) } };
        let mut cells = vec![direction.markup(language), none];
        cells.extend(std::iter::repeat_n(Markup::default(), 4));
        return cells;
    }
    let currency = sum.currency.as_deref().unwrap_or_default();
    let money = |value: Option<rust_decimal::Decimal>| {
        let value = value.map(|value| show::priced(language, value, currency));
        or_absent(language, value.map(|value| html! { span class="money" { (value) } }))
    };
    vec![
        direction.markup(language),
        counted(language, audited),
        money(sum.lower),
        money(sum.upper),
        money(audited.naive),
        html! { (show::count(language, audited.items)) },
    ]
}

/// Counted sum; that no amount counts is a word.
fn counted(language: Language, audited: &Audited) -> Markup {
    if audited.items == 0 {
        return html! { span class="absent" { (words::NOTHING_COUNTS.to(language)) } };
    }
    or_absent(language, show::sums(language, std::slice::from_ref(&audited.sum)))
}

fn audits(address: &Address, data: &Answer) -> Markup {
    let flows = &data.flows;
    let all = [
        Audit { title: words::AUDIT_IN, id: "audit-in", sums: &flows.incoming },
        Audit { title: words::AUDIT_WITHIN, id: "audit-within", sums: &flows.internal },
        Audit { title: words::AUDIT_OUT, id: "audit-out", sums: &flows.outgoing },
        Audit { title: words::AUDIT_ONCE, id: "audit-once", sums: &flows.counted_once },
    ];
    // Without money within and out, all money is what comes in.
    let is_all_incoming = flows.internal.iter().chain(&flows.outgoing).all(Audited::is_empty);
    let shown = if is_all_incoming { 3 } else { all.len() };
    html! { @for audit in all.iter().take(shown) { @if let Some(section) = audit.section(address) { (section) } } }
}

/// Links to the records behind the sums, as tables.
fn tables(address: &Address, choice: &Choice) -> Markup {
    let language = address.language();
    let filter = choice.filter();
    let filter: Vec<(&str, &str)> =
        filter.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let lists = [
        (words::LIST, noun_table(Kind::Transaction), FlowScope::Humanitarian),
        (words::LIST_RELIEF, noun_table(Kind::HumanitarianContribution), FlowScope::Development),
    ];
    html! {
        @for (words, name, _) in lists.iter().filter(|(_, _, other)| *other != choice.scope) {
            p class="whole" {
                (words.to(language)) ": "
                @for (at, extension) in ["csv", "xlsx", "json"].iter().enumerate() {
                    @if at > 0 { " · " }
                    a href=(address.table(name, extension, &filter)) { (extension.to_uppercase()) }
                }
            }
        }
    }
}
