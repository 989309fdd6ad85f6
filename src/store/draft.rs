//! Input of a build, and its phases and progress events.

use std::collections::{BTreeMap, BTreeSet};

use super::journal::FileEntry;
use crate::model::agency::Agency;
use crate::model::id::AgencyId;
use crate::model::ledger::SourceFile;
use crate::model::noun::Record;
use crate::model::rate::Rates;

crate::model::code::codes! {
    /// A phase of a build, reported before it begins.
    pub enum Phase {
        /// Sorting the records and creating the folder.
        Prepare = "prepare",
        /// Writing the records.
        Records = "records",
        /// Writing the identifiers by ordinal.
        Ordinals = "ordinals",
        /// Writing the postings.
        Postings = "postings",
        /// Writing sort orders and days.
        Columns = "columns",
        /// Writing the exchange rates.
        Rates = "rates",
        /// Writing the checks that the manifest must agree with.
        Meta = "meta",
        /// Closing the database.
        Close = "close",
        /// Reopening the database.
        Reopen = "reopen",
        /// Reading everything and comparing it with what was written.
        Verify = "verify",
        /// Syncing every file to disk.
        Sync = "sync",
        /// Writing the manifest.
        Manifest = "manifest",
        /// Renaming the folder to its final name.
        Name = "name",
        /// Activating the generation.
        PutInForce = "put-in-force",
        /// Removing older generations.
        Sweep = "sweep",
    }
}

/// A progress event of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuildStep {
    /// A phase begins, with its total amount of work in units of its own; 0 if unknown.
    Begin(Phase, u64),
    /// This many more units of the phase are done.
    Done(u64),
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 15] = [
        Self::Prepare,
        Self::Records,
        Self::Ordinals,
        Self::Postings,
        Self::Columns,
        Self::Rates,
        Self::Meta,
        Self::Close,
        Self::Reopen,
        Self::Verify,
        Self::Sync,
        Self::Manifest,
        Self::Name,
        Self::PutInForce,
        Self::Sweep,
    ];
}

/// Input of a build.
#[derive(Clone, Debug)]
pub struct Draft {
    /// In-memory records, in any order; no two of one noun share an identifier.
    pub records: Vec<Record>,
    /// Exchange rates; each currency occurs once.
    pub rates: Vec<Rates>,
    /// All source files of the records and rates.
    pub files: Vec<SourceFile>,
    /// Files whose segments are merged with the records, sorted by name, each with the reader version that parsed
    /// it.
    pub segments: Vec<(FileEntry, &'static str)>,
    /// Names of the files whose rows are united with the rows of other files for the same record. For all other
    /// files the later version counts.
    pub united: BTreeSet<String>,
    /// Joins two records that describe the same thing, such as an agency in several files; the first takes
    /// precedence.
    pub join: fn(Record, Record) -> Record,
    /// Resolves agency aliases from what agencies state of themselves. It receives the agencies of `records`, and
    /// all others that state identifiers or are more than mentioned. Returns main identifiers by alias.
    pub same: fn(&[Agency]) -> BTreeMap<AgencyId, AgencyId>,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            rates: Vec::new(),
            files: Vec::new(),
            segments: Vec::new(),
            united: BTreeSet::new(),
            join: |first, _| first,
            same: |_| BTreeMap::new(),
        }
    }
}

/// Receives the progress events of a build.
pub(super) type BuildObserver<'a> = &'a mut dyn FnMut(BuildStep);
