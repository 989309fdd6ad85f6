//! Sectors: OECD DAC purpose codes and their categories.

use async_graphql::Context;

use super::relation::SectorRelations;
use super::text::Text;
use super::{find, noun};
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::Serial;
use crate::graphql::scalar::PartialDate;
use crate::model::codelist::Codelist;
use crate::model::sector;

noun! {
    /// Sector: an OECD DAC purpose code of five digits, or a category of three.
    Sector(sector::Sector), SectorFilter, NamedOrder, list;

    /// Digits of the code.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Official name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Date of withdrawal from its codelist; null while the code is in use.
    async fn withdrawn(&self) -> Option<PartialDate> {
        let code = self.0.code.as_str();
        let mut lists = [Codelist::Sector, Codelist::SectorCategory].into_iter();
        lists.find_map(|list| list.withdrawn(code)).flatten().map(PartialDate)
    }

    /// Category of a purpose code; null for a category.
    async fn category(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Sector>>> {
        self.0.category.as_ref().map_or(Ok(None), |category| find(ctx, category.as_str()))
    }

    #[graphql(flatten)]
    async fn relations(&self) -> SectorRelations {
        SectorRelations(self.0.clone())
    }
}
