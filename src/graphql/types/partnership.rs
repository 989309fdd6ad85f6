//! Partnerships.

use async_graphql::Context;

use super::country::Country;
use super::{find, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::Plain;
use crate::graphql::scalar::PartialDate;
use crate::graphql::word::Word;
use crate::model::partnership::{self, PartnershipStatus};

noun! {
    /// The standing cooperation between a donor and a country.
    Partnership(partnership::Partnership), PartnershipFilter, DatedOrder, list;

    /// Who gives.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// With whom.
    async fn country(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.country.as_str())
    }

    /// How it stands.
    async fn status(&self) -> Word<PartnershipStatus> {
        Word(self.0.status)
    }

    /// Since when the country is a partner; null when no source says.
    async fn since(&self) -> Option<PartialDate> {
        self.0.since.map(PartialDate)
    }

    /// Until when it was.
    async fn until(&self) -> Option<PartialDate> {
        self.0.until.map(PartialDate)
    }
}
