//! Countries, partnerships, locations and sectors as bytes: where and what for.

use super::frozen::frozen;
use super::part::{ProvenanceV1, TextV1};
use crate::model::country::{Country, Partnership};
use crate::model::location::{Location, Point};
use crate::model::sector::Sector;

frozen! {
    /// A country.
    CountryV1 = Country {
        code: String,
        name: TextV1,
        provenance: ProvenanceV1,
    }

    /// A donor's standing with a country.
    PartnershipV1 = Partnership {
        id: String,
        donor: String,
        country: String,
        status: String,
        since: Option<String>,
        until: Option<String>,
        provenance: ProvenanceV1,
    }

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

    /// A sector or category.
    SectorV1 = Sector {
        code: String,
        name: TextV1,
        category: Option<String>,
        provenance: ProvenanceV1,
    }
}
