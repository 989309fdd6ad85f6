//! Import: reads, validates, writes and reports. Depends on [`crate::model`] and [`crate::store`].
//!
//! [`check`] reads a seed and lists all its problems, as a compiler would. [`report`] renders them for terminals and machines.
//! [`build`](prepare()) makes a store serve it. A row with an error is quarantined and recorded in the
//! [ledger](crate::model::ledger) of its file. No row stops a file, and no file stops the others.

mod archive;
mod bound;
mod build;
mod cells;
mod copy;
pub mod crs;
mod decompress;
mod delimited;
mod error;
mod foreign;
pub mod format;
pub mod fts;
pub mod iati;
pub mod import;
mod input;
mod known_organisations;
mod ledger_builder;
mod name;
mod organisation;
mod organisation_ref;
mod parse;
mod parsing;
mod personal;
mod placeholder;
pub mod problem;
mod public_body;
mod read_files;
mod reference;
pub mod report;
pub mod seed;
mod sink;
mod suggestion;
mod text_decoder;
mod width;

pub use archive::MOST_MEMBERS;
pub use bound::{MOST_RATIO, MOST_UNPACKED};
pub use build::{CaughtUp, Preparation, catch_up, change_seed, prepare};
pub use error::Error;
pub use input::bad_name;
pub use sink::{Entry, Sink};

use std::path::Path;

use crate::model::ledger::{Problem, Severity, SourceFile};
use crate::model::noun::Record;
use crate::model::rate::Rates;

/// A parsed seed: its usable records, and the problems of the rest.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Accepted records: a graph without dangling references.
    pub records: Vec<Record>,
    /// Metadata of each currency.
    pub rates: Vec<Rates>,
    /// Files with their ledgers, sorted by name.
    pub files: Vec<SourceFile>,
    /// Problems of files that were not read: missing and unknown ones.
    pub unread: Vec<Problem>,
}

impl Checked {
    /// Iterates over all problems: first unread files, then file by file, by line and column.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.unread.iter().chain(self.files.iter().flat_map(|file| &file.ledger.problems))
    }

    /// Prefixes file names with the seed folder, so that a terminal can open their paths.
    #[must_use]
    pub fn located(mut self, folder: &Path) -> Self {
        let folder = folder.display().to_string();
        let folder = format!("{}/", folder.trim_end_matches('/'));
        let in_files = self.files.iter_mut().flat_map(|file| &mut file.ledger.problems);
        for problem in in_files.chain(&mut self.unread) {
            if let Some(name) = problem.file.strip_prefix("seed/") {
                problem.file = format!("{folder}{name}");
            }
            problem.message = seed::located(&problem.message, &folder);
            problem.help = problem.help.take().map(|help| seed::located(&help, &folder));
        }
        for file in &mut self.files {
            if let Some(name) = file.name.strip_prefix("seed/") {
                file.name = format!("{folder}{name}");
            }
        }
        self
    }

    /// Returns the number of errors.
    pub fn errors(&self) -> usize {
        self.problems().filter(|problem| problem.severity == Severity::Error).count()
    }

    /// Returns the number of warnings.
    pub fn warnings(&self) -> usize {
        self.problems().filter(|problem| problem.severity == Severity::Warning).count()
    }
}

/// Reads a seed and collects all its problems. Never fails: problems are part of the result.
pub fn check(files: &seed::SeedFiles) -> Checked {
    seed::check(files)
}
