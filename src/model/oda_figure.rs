//! Figures of official development assistance.

use super::country::CountryCode;
use super::date::PartialDate;
use super::id::OdaFigureId;
use super::money::Money;
use super::origin::Provenance;

/// Official development assistance of one donor in one year. A statistic that overlaps with programmes and
/// contributions: it is never added to them. OECD DAC table 2a.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OdaFigure {
    /// Its identifier.
    pub id: OdaFigureId,
    /// Who gives.
    pub donor: CountryCode,
    /// Who receives; `None` for all recipients together.
    pub recipient: Option<CountryCode>,
    /// The year.
    pub year: PartialDate,
    /// The money.
    pub money: Money,
    /// How we know.
    pub provenance: Provenance,
}
