//! Classification of a programme and of its transactions: recipients, sectors and types of aid.

use rust_decimal::Decimal;

use super::country::CountryCode;
use super::origin::Provenance;
use super::sector::SectorCode;
use super::text::Text;

/// Recipient country of a programme. IATI: `recipient-country`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Recipient country.
    pub country: CountryCode,
    /// Share in per cent; `None` when no source divides the programme.
    pub percentage: Option<Decimal>,
    /// Provenance of the recipient.
    pub provenance: Provenance,
}

/// Recipient region of a programme, or a recipient whose country code is unlisted. IATI: `recipient-region`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientRegion {
    /// Vocabulary of the code, `1` for OECD DAC regions; `None` for an unlisted country code. Source: IATI
    /// `RegionVocabulary`.
    pub vocabulary: Option<String>,
    /// Code as published; the name if the source gives only a name.
    pub code: String,
    /// Name as published.
    pub name: Option<Text>,
    /// Share in per cent; `None` when the source does not divide the programme.
    pub percentage: Option<Decimal>,
    /// Provenance of the recipient.
    pub provenance: Provenance,
}

/// Sector of a programme, with its share. IATI: `sector`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectorShare {
    /// Name of the sector as published; `None` where the source gives only a code.
    pub name_as_published: Option<Text>,
    /// Vocabulary of the code, `1` for DAC purpose codes. Source: IATI `SectorVocabulary`.
    pub vocabulary: Option<String>,
    /// Code as published, of any vocabulary.
    pub code: Option<String>,
    /// DAC code, where one clearly corresponds; assigned by the editors unless the assertion is STATED.
    pub sector: Option<SectorCode>,
    /// Share in per cent; `None` when no source divides the programme.
    pub percentage: Option<Decimal>,
    /// Provenance of the sector.
    pub provenance: Provenance,
}

/// Type of aid, with its vocabulary. IATI: `aid-type`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AidType {
    /// Vocabulary of the code; `None` means the OECD DAC's. Source: IATI `AidTypeVocabulary`.
    pub vocabulary: Option<String>,
    /// Code within the vocabulary.
    pub code: String,
}
