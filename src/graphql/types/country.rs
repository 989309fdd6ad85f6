//! Countries.

use async_graphql::Context;

use super::engagement::Engagement;
use super::relation::CountryRelations;
use super::text::Text;
use super::{find_all, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::PlainList;
use crate::graphql::request::{country_code, reader};
use crate::graphql::scalar::PartialDate;
use crate::model::country;
use crate::model::former_country::former;
use crate::read::engagement;

noun! {
    /// A country, with everything that happened there.
    Country(country::Country), CountryFilter, NamedOrder, list;

    /// Its two letters. ISO 3166-1 alpha-2; Kosovo is the user-assigned XK.
    async fn code(&self) -> &str {
        self.0.code.as_str()
    }

    /// Its name.
    async fn name(&self) -> Text {
        (&self.0.name).into()
    }

    /// Since when ISO 3166-1 has withdrawn its code; null for a country of today.
    async fn withdrawn(&self) -> Option<PartialDate> {
        former(self.0.code).map(|former| PartialDate(former.withdrawn))
    }

    /// The countries of today on the ground of one that is withdrawn; empty for a country of today.
    async fn successors(&self, ctx: &Context<'_>) -> Answer<PlainList<Country>> {
        let successors = former(self.0.code).map_or(&[][..], |former| &former.successors);
        find_all(ctx, successors)
    }

    /// Since when it is a partner country of a donor; null when it is none or no source says.
    async fn partner_since(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The donor, by ISO 3166-1 code.", default = "LU")] donor: String,
    ) -> Answer<Option<PartialDate>> {
        let both = engagement::Engagement { donor: country_code(&donor)?, partner: self.0.code };
        Ok(both.partnership(reader(ctx)?)?.and_then(|partnership| partnership.since).map(PartialDate))
    }

    /// The three Ds between a donor and this country.
    async fn engagement(
        &self,
        #[graphql(desc = "The donor, by ISO 3166-1 code.", default = "LU")] donor: String,
    ) -> Answer<Engagement> {
        Ok(Engagement(engagement::Engagement { donor: country_code(&donor)?, partner: self.0.code }))
    }

    #[graphql(flatten)]
    async fn relations(&self) -> CountryRelations {
        CountryRelations(self.0.clone())
    }
}
