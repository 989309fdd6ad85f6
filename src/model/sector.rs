//! Sectors: DAC purpose codes and their categories.

use std::fmt;
use std::str::FromStr;

use super::origin::Provenance;
use super::text::Text;

/// Purpose code of five digits, or category of three. Source: OECD DAC CRS purpose codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectorCode(String);

/// Error for a text that is not a sector code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a sector code; write the five digits of a DAC purpose code, or the three of its category"
)]
pub struct InvalidSector(pub String);

impl SectorCode {
    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the category: the first three digits. A category returns itself.
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

/// Sector or category of sectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sector {
    /// Code, which is the identifier.
    pub code: SectorCode,
    /// Official name.
    pub name: Text,
    /// Category of the sector; `None` for a category.
    pub category: Option<SectorCode>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
