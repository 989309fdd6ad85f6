//! Pooled money.

use async_graphql::Context;

use super::agency::Agency;
use super::country::Country;
use super::relation::TrustFundRelations;
use super::text::Text;
use super::{find, find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::word::Word;
use crate::model::programme::Pillar;
use crate::model::trust_fund;

noun! {
    /// A trust fund, basket or other pool that several donors pay into.
    TrustFund(trust_fund::TrustFund), TrustFundFilter, NamedOrder, list;

    /// Its name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Who keeps it.
    async fn administrator(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.administrator.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// The pillar that it serves.
    async fn pillar(&self) -> Word<Pillar> {
        Word(self.0.pillar)
    }

    /// Whether it is for humanitarian ends; then its pillar is DEVELOPMENT.
    async fn humanitarian(&self) -> bool {
        self.0.humanitarian
    }

    /// The countries that it is for.
    async fn countries(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        find_all(ctx, &self.0.countries)
    }

    /// What for, in a clause.
    async fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }

    #[graphql(flatten)]
    async fn relations(&self) -> TrustFundRelations {
        TrustFundRelations(self.0.clone())
    }
}
