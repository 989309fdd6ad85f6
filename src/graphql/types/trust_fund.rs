//! Trust funds: pooled money of several donors.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::part::Beneficiary;
use super::relation::TrustFundRelations;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::model::programme::Pillar;
use crate::model::trust_fund;

noun! {
    /// Trust fund, basket fund or other pool of several donors.
    TrustFund(trust_fund::TrustFund), TrustFundFilter, NamedOrder, list;

    /// Name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Administrating agency.
    async fn administrator(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.administrator.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Pillar that it serves.
    async fn pillar(&self) -> CodeEnum<Pillar> {
        CodeEnum(self.0.pillar)
    }

    /// True if it serves humanitarian aid; its pillar is then DEVELOPMENT.
    async fn humanitarian(&self) -> bool {
        self.0.humanitarian
    }

    /// Beneficiary countries.
    async fn countries(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// Purpose, in one clause.
    async fn purpose(&self) -> Option<Text> {
        self.0.purpose.as_ref().map(Text::from)
    }

    /// Agencies that the fund supports, each with its sources.
    async fn beneficiaries(&self) -> SerialList<Beneficiary<'_>> {
        self.0.beneficiaries.iter().map(Beneficiary).collect()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> TrustFundRelations {
        TrustFundRelations(self.0.clone())
    }
}
