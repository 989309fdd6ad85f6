//! File schema: name and columns of a seed file, and the parser of its rows.

use super::row::Row;
use super::table::{SeedTable, Target};
use crate::model::beneficiary::Beneficiary;
use crate::model::classification::{Recipient, SectorShare};
use crate::model::id::ProgrammeId;
use crate::model::money::Currency;
use crate::model::noun::Record;
use crate::model::origin::Citation;
use crate::model::programme::{Budget, Participation, Site};
use crate::model::rate::Parity;
use rust_decimal::Decimal;

/// Provenance columns, the last ones of every file of facts.
pub(super) const PROVENANCE: [&str; 5] =
    ["source_id", "as_published", "locator", "assertion", "note"];

/// Content of a row.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "most items are records, and moves are rare")]
pub(super) enum ParsedRow {
    /// Record with an identifier of its own.
    Record(Record),
    /// Recipient country of a programme.
    Recipient(ProgrammeId, Recipient),
    /// Participation of an agency in a programme.
    Participation(ProgrammeId, Participation),
    /// Budget of a programme.
    Budget(ProgrammeId, Budget),
    /// Location of a programme.
    Site(ProgrammeId, Site),
    /// Sector of a programme.
    Sector(ProgrammeId, SectorShare),
    /// Agency that a record supports, by the identifier of the record.
    Beneficiary(Target, String, Beneficiary),
    /// Further citation for a record or a budget, by its identifier.
    Citation(Target, String, Citation),
    /// Currency with its number of decimal places.
    Currency(Currency, u32),
    /// Units of a currency for one euro in a (year, month).
    Rate(Currency, (u16, u8), Decimal),
    /// Legally fixed parity of a currency.
    Parity(Currency, Parity),
}

/// Schema of a seed file.
#[derive(Debug)]
pub(super) struct FileSchema {
    /// Name of the file: `seed/programmes.csv`.
    pub(super) name: &'static str,
    /// Columns in the expected order, without those of [`PROVENANCE`].
    pub(super) own: &'static [&'static str],
    /// True if the columns of [`PROVENANCE`] follow.
    pub(super) has_provenance: bool,
    /// Kind that the first column identifies; `None` when rows have no identifier.
    pub(super) keys: Option<Target>,
    /// Parses a row and collects all its problems.
    pub(super) read: fn(&mut Row<'_>) -> Option<ParsedRow>,
}

impl FileSchema {
    /// Iterates over all columns, in the expected order.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static str> {
        let provenance = if self.has_provenance { &PROVENANCE[..] } else { &[] };
        self.own.iter().chain(provenance).copied()
    }

    /// Splits a file into cells.
    pub(super) fn table(&self, bytes: &[u8]) -> SeedTable {
        SeedTable::read(self.name, self.keys, self.columns().collect(), bytes)
    }

    /// Returns the header line.
    pub(super) fn header(&self) -> String {
        self.columns().collect::<Vec<_>>().join(",")
    }
}
