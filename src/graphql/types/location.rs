//! Places below the country.

use async_graphql::{Context, SimpleObject};

use super::country::Country;
use super::relation::LocationRelations;
use super::text::Text;
use super::{find, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::Plain;
use crate::graphql::scalar::Decimal;
use crate::graphql::word::Word;
use crate::model::location::{self, LocationKind};

/// A point on the ground. WGS 84.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Point {
    /// Degrees north, −90 to 90.
    latitude: Decimal,
    /// Degrees east, −180 to 180.
    longitude: Decimal,
}

noun! {
    /// A place below the country. IATI: location.
    Location(location::Location), LocationFilter, NamedOrder, list;

    /// Its name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// What it is.
    async fn kind(&self) -> Word<LocationKind> {
        Word(self.0.kind)
    }

    /// The country that it lies in.
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.country.as_str())
    }

    /// The place that it lies in.
    async fn within(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Location>>> {
        self.0.within.as_ref().map_or(Ok(None), |within| find(ctx, within.as_str()))
    }

    /// Where it is; for an area, its chief town. Null when no source gives it.
    async fn point(&self) -> Option<Point> {
        self.0.point.map(|point| Point { latitude: Decimal(point.latitude), longitude: Decimal(point.longitude) })
    }

    #[graphql(flatten)]
    async fn relations(&self) -> LocationRelations {
        LocationRelations(self.0.clone())
    }
}
