//! Table of the records, with heads that sort, and links to the pages before and after.

use maud::{Markup, html};
use serde_json::{Error, Map, Value};

use super::answer::{Answer, List};
use super::choice::{Choice, Place, ROWS};
use super::form::direction;
use super::noun::Column;
use crate::model::code::Code as _;
use crate::site::address::Address;
use crate::site::parts::data::Named;
use crate::site::parts::rows::or_absent;
use crate::site::parts::show;
use crate::site::words::{explore, fact, home};

/// Writes the table.
///
/// # Errors
/// The error of a field of another shape.
pub(super) fn table(address: &Address, choice: &Choice, answer: &Answer) -> Result<Markup, Error> {
    let language = address.language();
    let list = &answer.list;
    let columns: Vec<&Column> = choice.shown().collect();
    let mut rows = Vec::new();
    for node in &list.nodes {
        let cells = columns.iter().map(|column| cell(address, column, node));
        rows.push(cells.collect::<Result<Vec<_>, Error>>()?);
    }
    let caption = explore::caption(
        language,
        home::plural(choice.noun.kind).to(language),
        rows.len(),
        &show::count(language, list.total_count),
        explore::order(choice.order.as_str()).to(language),
    );
    Ok(html! {
        section id="records" aria-labelledby="records-title" {
            h2 id="records-title" {
                (explore::RECORDS.to(language)) " " span class="count" { (show::count(language, list.total_count)) }
            }
            @if rows.is_empty() {
                p class="absent" { (explore::NOTHING.to(language)) }
            } @else {
                div class="scroll" tabindex="0" role="group" aria-labelledby="records-title" {
                    table class="sorted" {
                        caption class="unseen" { (caption) }
                        thead { tr { @for column in &columns { (head(address, choice, column)) } } }
                        tbody { @for row in &rows { tr { @for cell in row { td { (cell) } } } } }
                    }
                }
            }
            (whole(address, choice))
            (paging(address, choice, list))
        }
    })
}

fn cell(address: &Address, column: &Column, node: &Map<String, Value>) -> Result<Markup, Error> {
    if column.fields.is_empty() {
        let named: Named = serde_json::from_value(Value::Object(node.clone()))?;
        return Ok(show::link(address, &named));
    }
    Ok(or_absent(address.language(), (column.show)(address, node, column.key)?))
}

/// Head of a column; it sorts by the column if the list can.
fn head(address: &Address, choice: &Choice, column: &Column) -> Markup {
    let language = address.language();
    let name = column.name.to(language);
    let Some(order) = column.order else {
        return html! { th scope="col" { (name) } };
    };
    let is_own = choice.order == order || choice.order == order.reverse();
    let next = if is_own { choice.order.reverse() } else { order };
    let link = choice.changed(|choice| choice.order = next).link(address);
    html! {
        th scope="col" aria-sort=[is_own.then(|| direction(choice.order))] {
            a href=(link) rel="nofollow" { (name) }
        }
    }
}

/// Links to the whole list as a table.
fn whole(address: &Address, choice: &Choice) -> Markup {
    let filter = choice.table_filter();
    let filter: Vec<(&str, &str)> = filter.iter().map(|(n, value)| (*n, value.as_str())).collect();
    html! {
        p class="whole" {
            (fact::ALL_AS_TABLE.to(address.language())) ": "
            @for (at, extension) in ["csv", "xlsx", "json"].iter().enumerate() {
                @if at > 0 { " · " }
                a href=(address.table(choice.noun.table(), extension, &filter)) { (extension.to_uppercase()) }
            }
        }
    }
}

/// Links to the pages before and after.
fn paging(address: &Address, choice: &Choice, list: &List) -> Markup {
    let language = address.language();
    let info = &list.page_info;
    let at = |place: Place| Choice { place, ..choice.clone() }.link(address);
    let previous = info.start_cursor.clone().filter(|_| info.has_previous_page);
    let next = info.end_cursor.clone().filter(|_| info.has_next_page);
    if previous.is_none() && next.is_none() {
        return Markup::default();
    }
    html! {
        nav class="pages" aria-label=(explore::PAGES.to(language)) {
            @if let Some(cursor) = previous {
                a href=(at(Place::Start)) { (explore::FIRST.to(language)) }
                a href=(at(Place::Before(cursor))) rel="prev" { "← " (explore::PREVIOUS.to(language)) }
            }
            @if let Some(cursor) = next {
                a href=(at(Place::After(cursor))) rel="next" { (explore::next(language, ROWS)) " →" }
            }
        }
    }
}
