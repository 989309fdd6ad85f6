//! Sectors: what money is for.

use std::fmt;
use std::str::FromStr;

use super::origin::Provenance;
use super::text::Text;

/// A purpose code of five digits, or a category of three. Source: OECD DAC CRS purpose codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectorCode(String);

/// A text that is no sector code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a sector code; write the five digits of a DAC purpose code, or the three of its category"
)]
pub struct InvalidSector(pub String);

impl SectorCode {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The category: the first three digits; a category is its own.
    #[must_use]
    pub fn category(&self) -> Self {
        Self(self.0.chars().take(3).collect())
    }
}

impl fmt::Display for SectorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SectorCode {
    type Err = InvalidSector;

    fn from_str(text: &str) -> Result<Self, InvalidSector> {
        if matches!(text.len(), 3 | 5) && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSector(text.to_owned()))
        }
    }
}

/// A sector or a category of sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// Its code, which is its identifier.
    pub code: SectorCode,
    /// Its official name.
    pub name: Text,
    /// Its category; `None` for a category.
    pub category: Option<SectorCode>,
    /// How we know.
    pub provenance: Provenance,
}
