//! Cells of the table: values of fields as markup.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Error, Map, Value};

use crate::model::money::{Absence, Qualifier};
use crate::model::noun::Kind;
use crate::site::address::Address;
use crate::site::parts::data::{Amount, Coded, Day, Named, Origin, Period, Sum, Text};
use crate::site::parts::rows::headcount as people;
use crate::site::parts::show;
use crate::site::words::codes::Worded;
use crate::site::words::sentence;

type Node = Map<String, Value>;
type Cell = Result<Option<Markup>, Error>;

/// Reads a field; `None` if it is null.
fn read<'a, T: Deserialize<'a>>(node: &'a Node, key: &str) -> Result<Option<T>, Error> {
    node.get(key).map_or(Ok(None), Option::<T>::deserialize)
}

/// Shows a text of the data that is not translated, or a number.
pub(super) fn plain(_: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<Value>(node, key)?.map(|value| match value {
        Value::String(text) => html! { (text) },
        other => html! { (other) },
    }))
}

/// Shows an address on the web.
pub(super) fn outside(_: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<String>(node, key)?.as_deref().map(show::outside))
}

/// Shows an identifier.
pub(super) fn identifier(_: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<String>(node, key)?.map(|text| html! { code { (text) } }))
}

/// Shows a text with languages.
pub(super) fn text(address: &Address, node: &Node, key: &str) -> Cell {
    let text = read::<Text>(node, key)?;
    Ok(text.map(|text| show::text(address.language(), &text)))
}

/// Shows a record as a link.
pub(super) fn link(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(show::linked(address, read::<Named>(node, key)?.as_ref()))
}

/// Shows several records as links.
pub(super) fn links(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(show::links(address, &read::<Vec<Named>>(node, key)?.unwrap_or_default()))
}

/// Shows the agencies of participations or the countries of recipients, each once. The record is a field of each item.
pub(super) fn linked_parts(address: &Address, node: &Node, key: &str) -> Cell {
    let parts = read::<Vec<BTreeMap<String, Option<Named>>>>(node, key)?.unwrap_or_default();
    let mut records: Vec<Named> = Vec::new();
    for record in parts.into_iter().flat_map(BTreeMap::into_values).flatten() {
        if records.iter().all(|known| known.identifier != record.identifier) {
            records.push(record);
        }
    }
    Ok(show::links(address, &records))
}

/// Shows the country of a programme, otherwise those that receive a part of it.
pub(super) fn recipients(address: &Address, node: &Node, key: &str) -> Cell {
    let own = link(address, node, key)?;
    if own.is_some() { Ok(own) } else { linked_parts(address, node, "recipients") }
}

/// Shows a date.
pub(super) fn date(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<Day>(node, key)?.map(|day| show::date(address.language(), day)))
}

/// Shows a period.
pub(super) fn period(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(show::period(address.language(), read::<Period>(node, key)?))
}

/// Shows the period of a meeting or event.
pub(super) fn moment(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(show::moment(address.language(), read::<Period>(node, key)?))
}

/// Shows a code.
pub(super) fn code<T: Worded>(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<Coded<T>>(node, key)?.map(|code| show::code(address.language(), code)))
}

/// Shows a noun by its word in the schema.
pub(super) fn kind(address: &Address, node: &Node, key: &str) -> Cell {
    let kind: Option<Kind> = read::<String>(node, key)?.as_deref().and_then(Kind::of_enum_word);
    Ok(kind.map(|kind| kind.words().markup(address.language())))
}

/// Shows yes or no.
pub(super) fn yes_no(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<bool>(node, key)?.map(|is_so| show::yes_no(address.language(), is_so)))
}

/// Shows an amount.
pub(super) fn money(address: &Address, node: &Node, key: &str) -> Cell {
    Ok(read::<Amount>(node, key)?.map(|amount| show::money(address.language(), &amount)))
}

/// Shows sums, one for each currency.
pub(super) fn sums(address: &Address, node: &Node, key: &str) -> Cell {
    let sums = read::<Vec<Sum>>(node, key)?.unwrap_or_default();
    Ok(show::sums(address.language(), &sums))
}

/// Shows a number of people with its qualifier.
pub(super) fn headcount(address: &Address, node: &Node, key: &str) -> Cell {
    let qualifier = read::<Coded<Qualifier>>(node, "headcountQualifier")?;
    let absence = read::<Coded<Absence>>(node, "headcountAbsence")?;
    let number = read::<u64>(node, key)?;
    Ok(Some(people(address.language(), number, qualifier, absence)))
}

/// Shows the file and line that a record was read from.
pub(super) fn origin(address: &Address, node: &Node, key: &str) -> Cell {
    let language = address.language();
    Ok(read::<Origin>(node, key)?.map(|origin| {
        html! { span class="origin" { (sentence::origin(language, &origin.file, origin.line)) } }
    }))
}
