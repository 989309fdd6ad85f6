//! Locations: places below the country level.

use rust_decimal::Decimal;

use super::country::CountryCode;
use super::id::LocationId;
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// Kind of place.
    pub enum LocationKind {
        /// A region, the first level below the country.
        Region = "REGION",
        /// A circle (*cercle*), the second level in Mali.
        Circle = "CIRCLE",
        /// A province.
        Province = "PROVINCE",
        /// A commune.
        Commune = "COMMUNE",
        /// A city or town.
        City = "CITY",
        /// An island.
        Island = "ISLAND",
        /// A plain.
        Plain = "PLAIN",
        /// An area defined by law, without borders.
        Area = "AREA",
    }
}

/// Geographic coordinates, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Degrees north, −90 to 90, both inclusive.
    pub latitude: Decimal,
    /// Degrees east, −180 to 180, both inclusive.
    pub longitude: Decimal,
}

/// Place below the country level. IATI: `location`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Identifier of the place.
    pub id: LocationId,
    /// Name of the place.
    pub name: Text,
    /// Kind of place.
    pub kind: LocationKind,
    /// Country of the place.
    pub country: CountryCode,
    /// Enclosing place.
    pub within: Option<LocationId>,
    /// Coordinates; for an area, those of its chief town.
    pub point: Option<Point>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
