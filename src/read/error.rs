//! Errors of the read path.

use std::time::Duration;

use crate::model::noun::Kind;
use crate::store;

/// An error while answering a query. A lookup that finds nothing is not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store could not read its data.
    #[error("failed to read the data")]
    Store(#[from] store::Error),
    /// An index refers to a record that does not exist: the generation is damaged.
    #[error("{kind} record {ordinal} is in an index but missing from the store")]
    Dangling {
        /// Noun of the missing record.
        kind: Kind,
        /// Ordinal of the missing record within its noun.
        ordinal: u32,
    },
    /// The list holds more records than one total may read.
    #[error(
        "the list holds {found} records, more than the limit of {limit} for a total: filter it, for instance by country and year"
    )]
    TooMany {
        /// Number of records in the list.
        found: u64,
        /// Maximum number of records in one total.
        limit: u64,
    },
    /// A boundary names an agency that is not in the data.
    #[error("unknown agency identifier {0:?}: use `search` to find agencies by name")]
    UnknownAgency(String),
    /// More movements cross a boundary than one answer may hold.
    #[error("more than {limit} movements cross the boundary: restrict it, for instance by year")]
    TooManyMovements {
        /// Maximum number of movements in one answer.
        limit: usize,
    },
    /// The request passed its deadline, or its client has disconnected.
    #[error("the request exceeded its time limit of {} s", .limit.as_secs_f32())]
    TimedOut {
        /// Time limit of the request.
        limit: Duration,
    },
}
