//! A sheet: what a file of the seed is called, which columns it has, and how its rows are read.

use super::row::Row;
use crate::model::id::ProgrammeId;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Record};
use crate::model::origin::Citation;
use crate::model::programme::{Budget, Participation, Recipient, SectorShare, Site};
use crate::model::rate::Parity;
use rust_decimal::Decimal;

/// The columns that say how we know, the last of every file of facts.
pub(super) const PROVENANCE: [&str; 5] =
    ["source_id", "as_published", "locator", "assertion", "note"];

/// What a row can refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Target {
    /// A record of its own.
    Record(Kind),
    /// A budget, which is part of a programme.
    Budget,
    /// A currency, which is part of the rates.
    Currency,
}

impl Target {
    /// What it is called: `Programme`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Record(kind) => crate::model::code::Code::as_str(kind),
            Self::Budget => "Budget",
            Self::Currency => "Currency",
        }
    }
}

/// What a row says.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "most items are records, and they are moved seldom")]
pub(super) enum Item {
    /// A record of its own.
    Record(Record),
    /// A country that receives a programme.
    Recipient(ProgrammeId, Recipient),
    /// An agency's part in a programme.
    Participation(ProgrammeId, Participation),
    /// Money of a programme.
    Budget(ProgrammeId, Budget),
    /// A place of a programme.
    Site(ProgrammeId, Site),
    /// What a programme is for.
    Sector(ProgrammeId, SectorShare),
    /// A further citation for a record or a budget, by its identifier.
    Citation(Target, String, Citation),
    /// A currency and the digits after the point in its smallest coin.
    Currency(Currency, u32),
    /// Units of a currency for one euro in a month of a year.
    Rate(Currency, (u16, u8), Decimal),
    /// What a law fixes for a currency.
    Parity(Currency, Parity),
}

/// A file of the seed.
#[derive(Debug)]
pub(super) struct Sheet {
    /// Its name: `seed/programmes.csv`.
    pub(super) name: &'static str,
    /// Its columns in the order agreed, those of [`PROVENANCE`] apart.
    pub(super) own: &'static [&'static str],
    /// Whether the columns of [`PROVENANCE`] follow.
    pub(super) has_provenance: bool,
    /// What its first column identifies; `None` when its rows have no identifier.
    pub(super) keys: Option<Target>,
    /// Reads a row, and gathers all its problems.
    pub(super) read: fn(&mut Row<'_>) -> Option<Item>,
}

impl Sheet {
    /// Its columns, in the order agreed.
    pub(super) fn columns(&self) -> impl Iterator<Item = &'static str> {
        let provenance = if self.has_provenance { &PROVENANCE[..] } else { &[] };
        self.own.iter().chain(provenance).copied()
    }

    /// Its first line.
    pub(super) fn header(&self) -> String {
        self.columns().collect::<Vec<_>>().join(",")
    }
}
