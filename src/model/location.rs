//! Places below the country.

use rust_decimal::Decimal;

use super::country::CountryCode;
use super::id::LocationId;
use super::origin::Provenance;
use super::text::Text;

super::code::codes! {
    /// What a place is.
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
        /// An area without borders that a law draws.
        Area = "AREA",
    }
}

/// A point on the ground, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Degrees north, −90 to 90.
    pub latitude: Decimal,
    /// Degrees east, −180 to 180.
    pub longitude: Decimal,
}

/// A place below the country. IATI: `location`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// Its identifier.
    pub id: LocationId,
    /// Its name.
    pub name: Text,
    /// What it is.
    pub kind: LocationKind,
    /// The country that it lies in.
    pub country: CountryCode,
    /// The place that it lies in.
    pub within: Option<LocationId>,
    /// Where it is; for an area, its chief town.
    pub point: Option<Point>,
    /// How we know.
    pub provenance: Provenance,
}
