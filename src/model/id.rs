//! Identifiers: one type for each noun, so that a mission's id never finds a programme.

use std::fmt;
use std::str::FromStr;

/// Why a text is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Nothing, or only white space.
    #[error("an identifier must not be empty")]
    Empty,
    /// More than [`MAX_ID_BYTES`].
    #[error("an identifier must not be longer than {MAX_ID_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// A control character, a line break for instance.
    #[error("an identifier must not hold control characters")]
    ControlCharacter,
    /// White space at either end.
    #[error("an identifier must not begin or end with white space")]
    OuterSpace,
}

/// The longest identifier, in bytes of UTF-8: what a key of the store takes.
pub const MAX_ID_BYTES: usize = 240;

fn check(text: &str) -> Result<(), InvalidId> {
    if text.trim().is_empty() {
        Err(InvalidId::Empty)
    } else if text.len() > MAX_ID_BYTES {
        Err(InvalidId::TooLong(text.len()))
    } else if text.chars().any(char::is_control) {
        Err(InvalidId::ControlCharacter)
    } else if text.trim() != text {
        Err(InvalidId::OuterSpace)
    } else {
        Ok(())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => { $(
        $(#[$doc])*
        ///
        /// Never empty, at most [`MAX_ID_BYTES`] long, without control characters or outer white space.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

ids! {
    /// A publication, `GOV-MALI-EN`.
    SourceId,
    /// A partnership between a donor and a country, `LU-ML`.
    PartnershipId,
    /// An organisation: its IATI organisation identifier (`XM-DAC-41140`) where one is published, else a slug (`lu-luxdev`).
    AgencyId,
    /// A place below the country, `ML-segou-region`.
    LocationId,
    /// A programme: its IATI activity identifier as published, or the seed's (`ICP-MLI-3`, `MLI/021`).
    ProgrammeId,
    /// One budget of a programme, `ICP-MLI-3-REV-2017`.
    BudgetId,
    /// An agreement, `AGR-ML-GCA`.
    AgreementId,
    /// A dialogue or a session of one, `DLG-ML-PC9`.
    DialogueId,
    /// A mission, `EUTM-MALI`.
    MissionId,
    /// What one state gave to a mission, `MC-EUTM-MALI-2013-1`.
    MissionContributionId,
    /// A pooled fund, `TF-UN-ML-IED`.
    TrustFundId,
    /// One movement of money, `TX-TF-ADDIS-2013`.
    TransactionId,
    /// Money for humanitarian ends, `HUM-2015-ML`.
    HumanitarianContributionId,
    /// Something that happened, `EVT-ML-CRISIS`.
    EventId,
    /// A figure of official development assistance, `ODA-LU-2015`.
    OdaFigureId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_refused_with_the_reason() {
        assert_eq!("".parse::<ProgrammeId>(), Err(InvalidId::Empty));
        assert_eq!(" MLI/021".parse::<ProgrammeId>(), Err(InvalidId::OuterSpace));
        assert_eq!("MLI\n021".parse::<ProgrammeId>(), Err(InvalidId::ControlCharacter));
        assert_eq!("x".repeat(241).parse::<ProgrammeId>(), Err(InvalidId::TooLong(241)));
        assert_eq!("MLI/021".parse::<ProgrammeId>().unwrap().to_string(), "MLI/021");
    }
}
