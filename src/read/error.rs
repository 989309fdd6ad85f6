//! What a question can fail with.

use std::time::Duration;

use crate::model::noun::Kind;
use crate::store;

/// Why a question has no answer. A look-up that finds nothing is no error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store could not read what it holds.
    #[error("the data could not be read")]
    Store(#[from] store::Error),
    /// An index names a record that is not there: the generation is damaged.
    #[error("the {kind} number {ordinal} is in an index but not among the records")]
    Dangling {
        /// Which noun.
        kind: Kind,
        /// Its number within the noun.
        ordinal: u32,
    },
    /// A sum over more records than are read for one.
    #[error(
        "the list holds {found} records, and a sum is made of at most {most}; narrow it, by country and year for instance"
    )]
    TooMany {
        /// How many records there are.
        found: u64,
        /// The most that are summed.
        most: u64,
    },
    /// A boundary names an agency that the data lacks.
    #[error("no agency has the identifier {0:?}; `search` finds agencies by name")]
    UnknownAgency(String),
    /// More movements cross a boundary than one answer takes.
    #[error("more than {most} movements cross the boundary; narrow it, by years for instance")]
    TooManyMovements {
        /// The most that one answer takes.
        most: usize,
    },
    /// The request has had its time, or no client waits for its answer.
    #[error("the answer takes longer than {} s", .limit.as_secs_f32())]
    TimedOut {
        /// How long it may take.
        limit: Duration,
    },
}
