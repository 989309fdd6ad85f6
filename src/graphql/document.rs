//! Documents that have been read: each text is parsed and held against the limits once.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, Selection};
use async_graphql::{Positioned, ServerError};

use super::gate;
use super::limit::Limits;
use super::prepared::Refused;
use super::shelf::{Bound, Shelf, Tally};

/// Bytes that a token takes once it is parsed: the shortest document of so many tokens is a list of fields.
const PARSED: usize = size_of::<Positioned<Selection>>();

/// The documents that have passed, by their text. Clones are the same.
#[derive(Clone)]
pub(super) struct Documents {
    limits: Limits,
    known: Arc<Mutex<Shelf<Arc<str>, Arc<ExecutableDocument>>>>,
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Documents {
    pub(super) fn new(limits: Limits, bound: Bound) -> Self {
        Self { limits, known: Arc::new(Mutex::new(Shelf::new(bound))) }
    }

    /// How the documents that are kept are used.
    pub(super) fn tally(&self) -> Tally {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).tally()
    }

    /// The document of a text.
    ///
    /// # Errors
    /// [`Refused`] for what exceeds a limit or cannot be parsed.
    pub(super) fn read(&self, text: &str) -> Result<Arc<ExecutableDocument>, Refused> {
        // What a panic left behind is a shelf all the same.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = known().get(text) {
            return Ok(document);
        }
        let tokens = gate::before_parsing(text, &self.limits)?;
        let document = parse_query(text).map_err(ServerError::from)?;
        gate::after_parsing(&document, &self.limits)?;
        let document = Arc::new(document);
        known().put(text.into(), Arc::clone(&document), text.len() + tokens * PARSED);
        Ok(document)
    }
}
