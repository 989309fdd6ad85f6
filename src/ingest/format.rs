//! File formats, detected by content.

use std::io::Read;

use super::error::Error;
use super::sink::Sink;
use super::{crs, fts, iati};
use crate::model::ledger::Ledger;

crate::model::code::codes! {
    /// Format of a file.
    pub enum Format {
        /// IATI activities and organisations, of every version of the standard.
        Iati = "iati",
        /// Flows of OCHA's Financial Tracking Service: exports of the Humanitarian Data Exchange, and responses of its API.
        Fts = "fts",
        /// Records of the OECD DAC's Creditor Reporting System, of every layout.
        Crs = "crs",
    }
}

impl Format {
    /// Detects the format of a file by the beginning of its text.
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

    /// Returns the reader's version word. A changed reader has a new word, so that files are read again.
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

/// Returns the name of a file without the extension of its compression.
pub fn bare_name(name: &str) -> &str {
    [".gz", ".zst"].into_iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}
