//! Partnerships between donors and countries.

use async_graphql::Context;

use super::country::Country;
use super::{find, noun};
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::Serial;
use crate::graphql::scalar::PartialDate;
use crate::model::partnership::{self, PartnershipStatus};

noun! {
    /// Long-term cooperation between a donor and a partner country.
    Partnership(partnership::Partnership), PartnershipFilter, DatedOrder, list;

    /// Donor country.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Partner country.
    async fn country(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.country.as_str())
    }

    /// Status of the partnership.
    async fn status(&self) -> CodeEnum<PartnershipStatus> {
        CodeEnum(self.0.status)
    }

    /// Start of the partnership; null when no source states it.
    async fn since(&self) -> Option<PartialDate> {
        self.0.since.map(PartialDate)
    }

    /// End of the partnership; null while it lasts, or when no source states it.
    async fn until(&self) -> Option<PartialDate> {
        self.0.until.map(PartialDate)
    }
}
