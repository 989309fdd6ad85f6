//! Movements of money.

use async_graphql::Context;

use super::activity::{AidType, RecipientRegion};
use super::agency::Agency;
use super::code::Code;
use super::money::Money;
use super::part::{Recipient, SectorShare};
use super::programme::{Programme, percent};
use super::text::Text;
use super::trust_fund::TrustFund;
use super::{find, noun};
use crate::graphql::error::Answer;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::graphql::word::Word;
use crate::model::codelist::Codelist;
use crate::model::humanitarian::{Humanitarian, HumanitarianBasis};
use crate::model::transaction::{self, TransactionType};

noun! {
    /// One movement of money. IATI: transaction.
    Transaction(transaction::Transaction), TransactionFilter, DatedOrder, grouped_list;

    /// What kind of movement it is; null when the source does not say. IATI: transaction-type.
    async fn r#type(&self) -> Option<Word<TransactionType>> {
        self.0.r#type.map(Word)
    }

    /// When. IATI: transaction-date.
    async fn date(&self) -> Option<PartialDate> {
        self.0.date.map(PartialDate)
    }

    /// The money. IATI: value.
    async fn money(&self) -> Plain<Money> {
        Plain(Money(self.0.money))
    }

    /// Who pays. IATI: provider-org.
    async fn provider(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.provider.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Who receives. IATI: receiver-org.
    async fn receiver(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Agency>>> {
        self.0.receiver.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// The pool that it pays into.
    async fn trust_fund(&self, ctx: &Context<'_>) -> Answer<Option<Plain<TrustFund>>> {
        self.0.trust_fund.as_ref().map_or(Ok(None), |fund| find(ctx, fund.as_str()))
    }

    /// The programme whose money moves.
    async fn programme(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Programme>>> {
        self.0.programme.as_ref().map_or(Ok(None), |programme| find(ctx, programme.as_str()))
    }

    /// The type as published, where it is on no list.
    async fn type_as_published(&self) -> Option<&str> {
        self.0.report.type_as_published.as_deref()
    }

    /// The publisher's own number of it. IATI: transaction/@ref.
    async fn reference(&self) -> Option<&str> {
        self.0.report.reference.as_deref()
    }

    /// What it was for. IATI: description.
    async fn description(&self) -> Option<Text> {
        self.0.report.description.as_ref().map(Text::from)
    }

    /// Whether it is humanitarian; null means as its programme. IATI: transaction/@humanitarian.
    async fn humanitarian(&self) -> Option<bool> {
        self.0.report.humanitarian
    }

    /// What this movement itself calls who pays; null when it gives no name. IATI: provider-org/narrative.
    async fn provider_name_as_published(&self) -> Option<Text> {
        self.0.report.provider_name.as_ref().map(Text::from)
    }

    /// What this movement itself calls who receives; null when it gives no name. IATI: receiver-org/narrative.
    async fn receiver_name_as_published(&self) -> Option<Text> {
        self.0.report.receiver_name.as_ref().map(Text::from)
    }

    /// What says that it is humanitarian, by itself or by its programme; null when nothing does, or when its flag says no.
    async fn humanitarian_basis(&self, ctx: &Context<'_>) -> Answer<Option<Word<HumanitarianBasis>>> {
        Ok(self.relief(ctx)?.basis().map(Word))
    }

    /// How much of it is humanitarian, in per cent; null when some of its purposes are, and no source divides it among them.
    async fn humanitarian_share(&self, ctx: &Context<'_>) -> Answer<Option<Decimal>> {
        Ok(self.relief(ctx)?.share().and_then(percent))
    }

    /// The activity that the money comes from, as published. IATI: provider-org/@provider-activity-id.
    async fn provider_activity(&self) -> Option<&str> {
        self.0.report.provider_activity.as_deref()
    }

    /// The activity that the money goes to, as published. IATI: receiver-org/@receiver-activity-id.
    async fn receiver_activity(&self) -> Option<&str> {
        self.0.report.receiver_activity.as_deref()
    }

    /// That activity, where it is in the data.
    async fn receiver_programme(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Programme>>> {
        self.0.report.receiver_activity.as_ref().map_or(Ok(None), |activity| find(ctx, activity))
    }

    /// The country that this movement is for; empty means those of its programme. IATI: recipient-country.
    async fn recipients(&self) -> PlainList<Recipient<'_>> {
        self.0.report.recipients.iter().map(Recipient).collect()
    }

    /// The region that this movement is for. IATI: recipient-region.
    async fn regions(&self) -> PlainList<RecipientRegion> {
        self.0.report.regions.iter().map(RecipientRegion::from).collect()
    }

    /// What this movement is for; empty means what its programme is for. IATI: sector.
    async fn sectors(&self) -> PlainList<SectorShare<'_>> {
        self.0.report.sectors.iter().map(SectorShare).collect()
    }

    /// Official development assistance or not; null means as its programme. IATI: flow-type.
    async fn flow_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FlowType, self.0.report.flow_type.as_ref())
    }

    /// Grant, loan or another instrument; null means as its programme. IATI: finance-type.
    async fn finance_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FinanceType, self.0.report.finance_type.as_ref())
    }

    /// Kinds of aid; empty means those of its programme. IATI: aid-type.
    async fn aid_types(&self) -> PlainList<AidType> {
        self.0.report.aid_types.iter().map(AidType::from).collect()
    }

    /// Whether the aid is tied; null means as its programme. IATI: tied-status.
    async fn tied_status(&self) -> Option<Code> {
        Code::maybe(Codelist::TiedStatus, self.0.report.tied_status.as_ref())
    }

    /// How the money is put at another's disposal. IATI: disbursement-channel.
    async fn disbursement_channel(&self) -> Option<Code> {
        Code::maybe(Codelist::DisbursementChannel, self.0.report.disbursement_channel.as_ref())
    }

    /// The transaction that contains it.
    async fn part_of(&self, ctx: &Context<'_>) -> Answer<Option<Plain<Transaction>>> {
        self.0.part_of.as_ref().map_or(Ok(None), |whole| find(ctx, whole.as_str()))
    }
}

impl Transaction {
    /// How much of it is humanitarian.
    fn relief(&self, ctx: &Context<'_>) -> Answer<Humanitarian> {
        let id = self.0.programme.as_ref().map(AsRef::as_ref);
        let of: Option<Plain<Programme>> = id.map_or(Ok(None), |id: &str| find(ctx, id))?;
        let of = of.map(|programme| Humanitarian::of_programme(&programme.0.0));
        Ok(of.unwrap_or_default().of_transaction(&self.0))
    }
}
