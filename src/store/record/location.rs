//! Frozen structs of locations below the country level.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::location::{Location, Point};

frozen! {
    PointV1 = Point {
        latitude: String,
        longitude: String,
    }

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
