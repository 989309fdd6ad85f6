//! Figures of official development assistance (ODA).

use async_graphql::Context;

use super::country::Country;
use super::money::Money;
use super::{find, noun};
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::Serial;
use crate::model::oda_figure;

noun! {
    /// Official development assistance (ODA) of one donor in one year. It overlaps with programmes and contributions and is
    /// never added to them. OECD DAC table 2a.
    OdaFigure(oda_figure::OdaFigure), OdaFigureFilter, DatedOrder, money_list;

    /// Donor country.
    async fn donor(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Recipient country; null for all recipients together.
    async fn recipient(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Country>>> {
        self.0.recipient.map_or(Ok(None), |recipient| find(ctx, recipient.as_str()))
    }

    /// Calendar year.
    async fn year(&self) -> u16 {
        self.0.year.year()
    }

    /// Amount.
    async fn money(&self) -> Serial<Money> {
        Serial(Money(self.0.money))
    }
}
