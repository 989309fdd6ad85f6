//! View of a page before its frame, and the finished page.

use maud::Markup;

use super::parts::data::Edition;
use super::words::Words;
use crate::model::noun::Kind;

/// A page before its frame.
#[derive(Debug)]
pub(super) struct View {
    /// Title, for the window and for citations.
    pub(super) title: String,
    /// Line above the title: the noun of a record.
    pub(super) above: Option<Words>,
    /// Title as shown; `None` for the plain one.
    pub(super) heading: Option<Markup>,
    /// Line below the title.
    pub(super) lead: Option<Markup>,
    /// Contents.
    pub(super) body: Markup,
    /// Parts of the page that the bar leads to: words and id.
    pub(super) parts: Vec<(Words, &'static str)>,
    /// Controls of the bar, such as a choice of currency.
    pub(super) controls: Option<Markup>,
    /// Table that holds what the page shows; its name and filter.
    pub(super) table: Option<(&'static str, Vec<(&'static str, String)>)>,
    /// Version of the data.
    pub(super) edition: Edition,
}

impl View {
    /// Creates a view without parts, controls and table.
    pub(super) fn new(title: String, body: Markup, edition: Edition) -> Self {
        Self {
            title,
            above: None,
            heading: None,
            lead: None,
            body,
            parts: Vec::new(),
            controls: None,
            table: None,
            edition,
        }
    }
}

/// A finished page.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// HTML of the page.
    pub html: String,
    /// Version of the data.
    pub version: String,
}

/// Reason why the answer to a query is no page.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unshown {
    /// No record has the identifier.
    #[error("no {kind} has the identifier `{identifier}`")]
    Missing {
        /// Noun of the record.
        kind: Kind,
        /// Identifier of the address.
        identifier: String,
    },
    /// The answer does not have the shape that the page expects: a defect of the program.
    #[error("the answer does not fit the page: {0}")]
    Malformed(String),
}
