//! Places below the country level.

use async_graphql::{Context, SimpleObject};

use super::country::Country;
use super::relation::LocationRelations;
use super::text::Text;
use super::{find, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::Serial;
use crate::graphql::scalar::Decimal;
use crate::model::location::{self, LocationKind};

/// Geographic point. WGS 84.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Point {
    /// Latitude in degrees north, −90 to 90.
    latitude: Decimal,
    /// Longitude in degrees east, −180 to 180.
    longitude: Decimal,
}

noun! {
    /// Place below the country level. IATI: location.
    Location(location::Location), LocationFilter, NamedOrder, list;

    /// Name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Kind of place.
    async fn kind(&self) -> CodeEnum<LocationKind> {
        CodeEnum(self.0.kind)
    }

    /// Country that contains it.
    async fn country(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.country.as_str())
    }

    /// Place that directly contains it.
    async fn within(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Location>>> {
        self.0.within.as_ref().map_or(Ok(None), |within| find(ctx, within.as_str()))
    }

    /// Coordinates; for an area, those of its chief town. Null when no source states them.
    async fn point(&self) -> Option<Point> {
        self.0.point.map(|point| Point { latitude: Decimal(point.latitude), longitude: Decimal(point.longitude) })
    }

    #[graphql(flatten)]
    async fn relations(&self) -> LocationRelations {
        LocationRelations(self.0.clone())
    }
}
