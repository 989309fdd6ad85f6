//! ODA figures: official development assistance of a donor in a year.

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::OdaFigureId;
use super::money::Money;
use super::origin::Provenance;

/// Official development assistance of one donor in one year. OECD DAC table 2a.
///
/// The statistic overlaps with programmes and contributions and is never added to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OdaFigure {
    /// Identifier of the figure.
    pub id: OdaFigureId,
    /// Donor country.
    pub donor: CountryCode,
    /// Recipient country; `None` for all recipients together.
    pub recipient: Option<CountryCode>,
    /// Calendar year.
    pub year: PartialDate,
    /// Amount, or the reason for its absence.
    pub money: Money,
    /// Provenance of the record.
    pub provenance: Provenance,
}
