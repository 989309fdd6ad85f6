//! Movements of money.

use async_graphql::Context;

use super::agency::Agency;
use super::money::Money;
use super::programme::Programme;
use super::trust_fund::TrustFund;
use super::{find, noun};
use crate::graphql::error::Answer;
use crate::graphql::scalar::PartialDate;
use crate::graphql::word::Word;
use crate::model::transaction::{self, TransactionType};

noun! {
    /// One movement of money. IATI: transaction.
    Transaction(transaction::Transaction), TransactionFilter, DatedOrder, money_list;

    /// What kind of movement it is; null when the source does not say. IATI: transaction-type.
    async fn r#type(&self) -> Option<Word<TransactionType>> {
        self.0.r#type.map(Word)
    }

    /// When. IATI: transaction-date.
    async fn date(&self) -> Option<PartialDate> {
        self.0.date.map(PartialDate)
    }

    /// The money. IATI: value.
    async fn money(&self) -> Money {
        Money(self.0.money)
    }

    /// Who pays. IATI: provider-org.
    async fn provider(&self, ctx: &Context<'_>) -> Answer<Option<Agency>> {
        self.0.provider.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Who receives. IATI: receiver-org.
    async fn receiver(&self, ctx: &Context<'_>) -> Answer<Option<Agency>> {
        self.0.receiver.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// The pool that it pays into.
    async fn trust_fund(&self, ctx: &Context<'_>) -> Answer<Option<TrustFund>> {
        self.0.trust_fund.as_ref().map_or(Ok(None), |fund| find(ctx, fund.as_str()))
    }

    /// The programme whose money moves.
    async fn programme(&self, ctx: &Context<'_>) -> Answer<Option<Programme>> {
        self.0.programme.as_ref().map_or(Ok(None), |programme| find(ctx, programme.as_str()))
    }

    /// The transaction that contains it.
    async fn part_of(&self, ctx: &Context<'_>) -> Answer<Option<Transaction>> {
        self.0.part_of.as_ref().map_or(Ok(None), |whole| find(ctx, whole.as_str()))
    }
}
