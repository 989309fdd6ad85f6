//! The formats of files, told apart by their content.

use std::io::Read;

use super::error::Error;
use super::sink::Sink;
use super::{crs, fts, iati};
use crate::model::ledger::Ledger;

crate::model::code::codes! {
    /// How a file is written.
    pub enum Format {
        /// IATI activities and organisations, of every version of the standard.
        Iati = "iati",
        /// Flows of OCHA's Financial Tracking Service: exports of the Humanitarian Data Exchange, and answers of its API.
        Fts = "fts",
        /// Records of the OECD DAC's Creditor Reporting System, of every layout.
        Crs = "crs",
    }
}

impl Format {
    /// The format of a file, by the text that it begins with.
    pub fn recognise(head: &str) -> Option<Self> {
        if iati::recognises(head) {
            Some(Self::Iati)
        } else if fts::recognises(head) {
            Some(Self::Fts)
        } else if crs::recognises(head) {
            Some(Self::Crs)
        } else {
            None
        }
    }

    /// The word for how we read it now; a change of the reading is another word, and has files read anew.
    pub fn reading(self) -> &'static str {
        match self {
            Self::Iati => iati::READING,
            Self::Fts => fts::READING,
            Self::Crs => crs::READING,
        }
    }

    /// Reads a file of this format.
    pub(super) fn read(
        self,
        name: &str,
        input: &mut dyn Read,
        sink: &mut dyn Sink,
    ) -> Result<Ledger, Error> {
        match self {
            Self::Iati => iati::read(name, input, sink),
            Self::Fts => fts::read(name, input, sink),
            Self::Crs => crs::read(name, input, sink),
        }
    }
}

/// The name of a file without the ending of what packed it.
pub fn bare_name(name: &str) -> &str {
    [".gz", ".zst"].into_iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}
