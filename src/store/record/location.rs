//! Places below the country as bytes.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::location::{Location, Point};

frozen! {
    /// A point on the ground.
    PointV1 = Point {
        latitude: String,
        longitude: String,
    }

    /// A place below the country.
    LocationV1 = Location {
        id: String,
        name: TextV1,
        kind: String,
        country: String,
        within: Option<String>,
        point: Option<PointV1>,
        provenance: ProvenanceV1,
    }
}
