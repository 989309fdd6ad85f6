//! Pages that state a problem: nothing at an address, data that is being built, a failure. In plain words, with the same codes
//! as every other response.

use maud::html;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};

use super::address::Address;
use super::document::complete;
use super::frame;
use super::parts::data::Named;
use super::parts::show;
use super::words::codes::Worded as _;
use super::words::{Words, frame as words, sentence};
use crate::model::noun::Kind;

/// A problem, by what the reader can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No page has the address.
    NoPage,
    /// No record has the identifier.
    NoRecord {
        /// Noun of the record.
        kind: Kind,
        /// Identifier of the address.
        identifier: String,
    },
    /// The data is being built.
    Rebuilding,
    /// The service has too many requests.
    Busy,
    /// The request has no valid token.
    NoToken,
    /// Any other.
    Other,
}

/// Returns the document that searches records with a similar name.
pub fn near_document() -> String {
    complete(include_str!("queries/near.graphql"))
}

/// Returns its variables.
pub fn near_variables(address: &Address, kind: Kind, identifier: &str) -> Map<String, Value> {
    let kind = kind.enum_word();
    // Separators of identifiers part words.
    let text: String = identifier.chars().take(200).collect();
    let variables = json!({
        "text": text,
        "kinds": [kind],
        "languages": address.language().preference(),
    });
    serde_json::from_value(variables).unwrap_or_default()
}

/// Writes the page of a problem. `near` is the answer to [`near_document`].
pub fn page(
    address: &Address,
    problem: &Problem,
    code: &str,
    message: &str,
    near: Option<&Value>,
) -> String {
    let language = address.language();
    let near = near.and_then(|answer| answer.pointer("/search/nodes"));
    let near = near.and_then(|nodes| Vec::<Named>::deserialize(nodes).ok()).unwrap_or_default();
    let body = html! {
        @match problem {
            Problem::NoRecord { kind, identifier } => {
                p class="lead" { (sentence::unknown(language, kind.words().to(language), identifier)) }
            }
            Problem::Rebuilding | Problem::Busy => {
                p class="lead" { (words::REBUILDING_HELP.to(language)) }
            }
            _ => { p class="lead" lang="en" { (message) } }
        }
        @if !near.is_empty() {
            h2 { (words::NEAR.to(language)) }
            ul {
                @for record in &near {
                    li { (show::link(address, record)) " " code { (record.identifier) } }
                }
            }
        }
        p { a href=(address.page("", &[])) { (words::GO_HOME.to(language)) } }
        p class="code" { (words::CODE.to(language)) ": " code { (code) } }
    };
    frame::problem(address, title(problem).to(language), &body).into_string()
}

fn title(problem: &Problem) -> Words {
    match problem {
        Problem::NoPage | Problem::NoRecord { .. } => words::NOT_FOUND,
        Problem::Rebuilding => words::REBUILDING,
        Problem::Busy => words::BUSY,
        Problem::NoToken => words::SIGN_IN,
        Problem::Other => words::FAILED,
    }
}
