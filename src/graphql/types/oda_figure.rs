//! Figures of official development assistance.

use async_graphql::Context;

use super::country::Country;
use super::money::Money;
use super::{find, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::Plain;
use crate::model::oda_figure;

noun! {
    /// Official development assistance (ODA) of one donor in one year. It overlaps with programmes and
    /// contributions and is never added to them. OECD DAC table 2a.
    OdaFigure(oda_figure::OdaFigure), OdaFigureFilter, DatedOrder, money_list;

    /// Who gives.
    async fn donor(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        find(ctx, self.0.donor.as_str())
    }

    /// Who receives; null for all recipients together.
    async fn recipient(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Country>>> {
        self.0.recipient.map_or(Ok(None), |recipient| find(ctx, recipient.as_str()))
    }

    /// The year.
    async fn year(&self) -> u16 {
        self.0.year.year()
    }

    /// The money.
    async fn money(&self) -> Plain<Money> {
        Plain(Money(self.0.money))
    }
}
