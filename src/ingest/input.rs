//! Files to import, the options of an import, their outcomes and its observer.

use std::io::{self, Read};
use std::str::FromStr;

use super::build::SCOPE;
use super::format::Format;
use crate::model::ledger::Ledger;
use crate::model::licence::{InvalidLicence, Licence};
use crate::store::BuildStep;

/// Opens a file for reading.
type OpenFile<'a> = Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send + 'a>;

/// A file to import.
pub struct Input<'a> {
    /// Name under which the file is stored; a later file of that name replaces it.
    pub name: String,
    /// Size of the source in bytes; 0 if unknown.
    pub bytes: u64,
    /// Opens the source. Gzip and zstd are unpacked. Each member of a zip archive becomes a file under this name, `/` and its
    /// path in the archive.
    pub open: OpenFile<'a>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

crate::model::code::codes! {
    /// Rule for an IATI activity that appears in several files. CRS rows and FTS flows are always united.
    pub enum Duplicates {
        /// The version updated last; the ledgers of the other files report what those contain besides.
        Latest = "latest",
        /// The version updated last, plus the transactions that only others contain; equal ones count once.
        Unite = "unite",
    }
}

/// Licence that an import states for its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StatedLicence {
    /// None is stated: a file keeps the licence of the file that it replaces.
    #[default]
    Kept,
    /// The licence is unknown.
    Unknown,
    /// The licence of all files.
    Known(Licence),
}

impl FromStr for StatedLicence {
    type Err = InvalidLicence;

    /// Parses a licence; an empty text is [`StatedLicence::Unknown`].
    fn from_str(text: &str) -> Result<Self, InvalidLicence> {
        match text.parse() {
            Ok(licence) => Ok(Self::Known(licence)),
            Err(InvalidLicence::Empty) => Ok(Self::Unknown),
            Err(invalid) => Err(invalid),
        }
    }
}

/// Options of an import that override the defaults taken from content and stored files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Format of the files; `None` detects it from their content.
    pub format: Option<Format>,
    /// Rule for activities that appear in other files too; `None` keeps the rule of the replaced file, or the latest version.
    pub duplicates: Option<Duplicates>,
    /// Licence of the files.
    pub licence: StatedLicence,
}

crate::model::code::codes! {
    /// Outcome for a file of an import.
    pub enum FileOutcome {
        /// The file is current.
        Added = "ADDED",
        /// The file is current and has replaced an older version.
        Replaced = "REPLACED",
        /// The same bytes are current under the same name.
        Unchanged = "UNCHANGED",
        /// The same bytes are current under another name, and now under this one too. They stay until both names are removed.
        Known = "KNOWN",
        /// No row was usable; an older version stays current.
        Refused = "REFUSED",
    }
}

/// A file of an import, with its outcome.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Name of the file.
    pub name: String,
    /// Name of the zip archive that contains it; `None` for a file of its own.
    pub archive: Option<String>,
    /// Unpacked size in bytes.
    pub bytes: u64,
    /// Format that was read; `None` if none was recognised.
    pub format: Option<Format>,
    /// Outcome for this file.
    pub fate: FileOutcome,
    /// Other name under which the same bytes are current.
    pub known_as: Option<String>,
    /// Licence under which the file is current; `None` if unknown or rejected.
    pub licence: Option<Licence>,
    /// Row counts, including rows that other files have in later versions.
    pub ledger: Ledger,
}

crate::model::code::codes! {
    /// A separately measured stage of an import.
    pub enum Stage {
        /// Files are copied, measured in source bytes.
        Copy = "copying",
        /// Files are parsed into records, measured in unpacked bytes.
        Read = "reading",
        /// The generation is built.
        Build = "building",
    }
}

/// Observer of the progress of an import; called from several threads.
pub trait ImportObserver: Sync {
    /// Called when a stage of the given size begins.
    fn stage(&self, _stage: Stage, _total: u64) {}
    /// Called when the given amount of the stage is done.
    fn advance(&self, _count: u64) {}
    /// Called with the number of files in an archive.
    fn members(&self, _count: usize) {}
    /// Called when the outcome for a file is known.
    fn file(&self, _imported: &Imported) {}
    /// Called when the build reaches a step.
    fn step(&self, _step: BuildStep) {}
    /// Returns true to stop before the next file, with nothing changed.
    fn is_stopped(&self) -> bool {
        false
    }
}

/// Checks the name of an imported file, which identifies it in the journal and the ledgers; returns the defect, if any.
pub fn bad_name(name: &str) -> Option<&'static str> {
    let is_of_seed = name == SCOPE || name.strip_prefix(SCOPE).is_some_and(|n| n.starts_with('/'));
    if name.trim().is_empty() {
        Some("a file without a name cannot be found again")
    } else if name.chars().any(char::is_control) {
        Some("a name must not hold a line break or another control character")
    } else if is_of_seed {
        Some("`seed` and names below `seed/` are those of the seed's own files")
    } else {
        None
    }
}
