//! Countries: donors, partners and hosts of missions.

use async_graphql::Context;

use super::engagement::Engagement;
use super::relation::CountryRelations;
use super::text::Text;
use super::{find_all, noun};
use crate::graphql::context::{country_code, reader};
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::SerialList;
use crate::graphql::scalar::PartialDate;
use crate::model::country;
use crate::model::former_country::former;
use crate::read::engagement;

noun! {
    /// Country, with all records that concern it.
    Country(country::Country), CountryFilter, NamedOrder, list;

    /// Two-letter code, ISO 3166-1 alpha-2. Kosovo has the user-assigned code XK.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Date on which ISO 3166-1 withdrew the code; null for a current country.
    async fn withdrawn(&self) -> Option<PartialDate> {
        former(self.0.code).map(|former| PartialDate(former.withdrawn))
    }

    /// Current countries on the territory of a former one; empty for a current country.
    async fn successors(&self, ctx: &Context<'_>) -> ApiResult<SerialList<Country>> {
        let successors = former(self.0.code).map_or(&[][..], |former| &former.successors);
        find_all(ctx, successors)
    }

    /// Date since which it is a partner country of the donor; null when it is not a partner, or when no source states the
    /// date.
    async fn partner_since(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Donor. ISO 3166-1 code.", default = "LU")] donor: String,
    ) -> ApiResult<Option<PartialDate>> {
        let both = engagement::Engagement { donor: country_code(&donor)?, partner: self.0.code };
        Ok(both.partnership(reader(ctx)?)?.and_then(|partnership| partnership.since).map(PartialDate))
    }

    /// Diplomacy, development and defence between a donor and this country.
    async fn engagement(
        &self,
        #[graphql(desc = "Donor. ISO 3166-1 code.", default = "LU")] donor: String,
    ) -> ApiResult<Engagement> {
        Ok(Engagement(engagement::Engagement { donor: country_code(&donor)?, partner: self.0.code }))
    }

    #[graphql(flatten)]
    async fn relations(&self) -> CountryRelations {
        CountryRelations(self.0.clone())
    }
}
