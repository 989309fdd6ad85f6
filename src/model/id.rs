//! Identifiers: a separate type for each noun, so that a mission's identifier cannot address a programme.

use std::fmt;
use std::str::FromStr;

/// Reason why a text is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Empty, or only white space.
    #[error("an identifier must not be empty")]
    Empty,
    /// Longer than [`MAX_ID_BYTES`].
    #[error("an identifier must not exceed {MAX_ID_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// Contains a control character, such as a line break.
    #[error("an identifier must not contain control characters")]
    ControlCharacter,
    /// Begins or ends with white space.
    #[error("an identifier must not begin or end with white space")]
    OuterSpace,
}

/// Maximum length of an identifier in bytes of UTF-8, limited by the keys of the store.
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
            /// Returns the identifier as text.
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
    /// Identifier of a publication, `GOV-MALI-EN`.
    SourceId,
    /// Identifier of a partnership between a donor and a country, `LU-ML`.
    PartnershipId,
    /// Identifier of an organisation: its published IATI organisation identifier (`XM-DAC-41140`), otherwise a slug
    /// (`lu-luxdev`).
    AgencyId,
    /// Identifier of a place below the country, `ML-segou-region`.
    LocationId,
    /// Identifier of a programme: its published IATI activity identifier, or the seed's (`ICP-MLI-3`, `MLI/021`).
    ProgrammeId,
    /// Identifier of a programme's budget, `ICP-MLI-3-REV-2017`.
    BudgetId,
    /// Identifier of an agreement, `AGR-ML-GCA`.
    AgreementId,
    /// Identifier of a dialogue or a session of one, `DLG-ML-PC9`.
    DialogueId,
    /// Identifier of a mission, `EUTM-MALI`.
    MissionId,
    /// Identifier of a state's contribution to a mission, `MC-EUTM-MALI-2013-1`.
    MissionContributionId,
    /// Identifier of a pooled fund, `TF-UN-ML-IED`.
    TrustFundId,
    /// Identifier of a transaction, `TX-TF-ADDIS-2013`.
    TransactionId,
    /// Identifier of a humanitarian contribution, `HUM-2015-ML`.
    HumanitarianContributionId,
    /// Identifier of an event, `EVT-ML-CRISIS`.
    EventId,
    /// Identifier of an ODA figure, `ODA-LU-2015`.
    OdaFigureId,
    /// Identifier of a known gap: `GAP-ML-ODA`.
    GapId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_ids_are_rejected_with_the_reason() {
        assert_eq!("".parse::<ProgrammeId>(), Err(InvalidId::Empty));
        assert_eq!(" MLI/021".parse::<ProgrammeId>(), Err(InvalidId::OuterSpace));
        assert_eq!("MLI\n021".parse::<ProgrammeId>(), Err(InvalidId::ControlCharacter));
        assert_eq!("x".repeat(241).parse::<ProgrammeId>(), Err(InvalidId::TooLong(241)));
        assert_eq!("MLI/021".parse::<ProgrammeId>().unwrap().to_string(), "MLI/021");
    }
}
