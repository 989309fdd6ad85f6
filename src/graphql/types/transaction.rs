//! Transactions: single movements of money.

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
use crate::graphql::code_enum::CodeEnum;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::scalar::{Decimal, PartialDate};
use crate::model::codelist::Codelist;
use crate::model::humanitarian::{Humanitarian, HumanitarianBasis};
use crate::model::transaction::{self, TransactionType};

noun! {
    /// Transaction: a single movement of money. IATI: transaction.
    Transaction(transaction::Transaction), TransactionFilter, DatedOrder, grouped_list;

    /// Type of transaction; null when not stated. IATI: transaction-type.
    async fn r#type(&self) -> Option<CodeEnum<TransactionType>> {
        self.0.r#type.map(CodeEnum)
    }

    /// Date of the transaction. IATI: transaction-date.
    async fn date(&self) -> Option<PartialDate> {
        self.0.date.map(PartialDate)
    }

    /// Amount, or the reason for its absence. IATI: value.
    async fn money(&self) -> Serial<Money> {
        Serial(Money(self.0.money))
    }

    /// Provider of the money. IATI: provider-org.
    async fn provider(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.provider.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Receiver of the money. IATI: receiver-org.
    async fn receiver(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Agency>>> {
        self.0.receiver.as_ref().map_or(Ok(None), |agency| find(ctx, agency.as_str()))
    }

    /// Trust fund that receives the payment; null for other transactions.
    async fn trust_fund(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<TrustFund>>> {
        self.0.trust_fund.as_ref().map_or(Ok(None), |fund| find(ctx, fund.as_str()))
    }

    /// Programme that the transaction belongs to.
    async fn programme(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Programme>>> {
        self.0.programme.as_ref().map_or(Ok(None), |programme| find(ctx, programme.as_str()))
    }

    /// Type as published; set only when it is on no codelist.
    async fn type_as_published(&self) -> Option<&str> {
        self.0.report.type_as_published.as_deref()
    }

    /// Reference number of the publisher. IATI: transaction/@ref.
    async fn reference(&self) -> Option<&str> {
        self.0.report.reference.as_deref()
    }

    /// Description. IATI: description.
    async fn description(&self) -> Option<Text> {
        self.0.report.description.as_ref().map(Text::from)
    }

    /// Humanitarian flag; null means as its programme. IATI: transaction/@humanitarian.
    async fn humanitarian(&self) -> Option<bool> {
        self.0.report.humanitarian
    }

    /// Name of the provider as this transaction gives it; null without a name. IATI: provider-org/narrative.
    async fn provider_name_as_published(&self) -> Option<Text> {
        self.0.report.provider_name.as_ref().map(Text::from)
    }

    /// Name of the receiver as this transaction gives it; null without a name. IATI: receiver-org/narrative.
    async fn receiver_name_as_published(&self) -> Option<Text> {
        self.0.report.receiver_name.as_ref().map(Text::from)
    }

    /// Evidence that it is humanitarian, by itself or by its programme; null when there is none, or when its flag denies it.
    async fn humanitarian_basis(&self, ctx: &Context<'_>) -> ApiResult<Option<CodeEnum<HumanitarianBasis>>> {
        Ok(self.relief(ctx)?.basis().map(CodeEnum))
    }

    /// Humanitarian share in per cent; null when only some of its sectors are humanitarian and no source divides it among
    /// them.
    async fn humanitarian_share(&self, ctx: &Context<'_>) -> ApiResult<Option<Decimal>> {
        Ok(self.relief(ctx)?.share().and_then(percent))
    }

    /// Activity that provides the money, as published. IATI: provider-org/@provider-activity-id.
    async fn provider_activity(&self) -> Option<&str> {
        self.0.report.provider_activity.as_deref()
    }

    /// Activity that receives the money, as published. IATI: receiver-org/@receiver-activity-id.
    async fn receiver_activity(&self) -> Option<&str> {
        self.0.report.receiver_activity.as_deref()
    }

    /// Activity that receives the money; null when it is not in the data.
    async fn receiver_programme(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Programme>>> {
        self.0.report.receiver_activity.as_ref().map_or(Ok(None), |activity| find(ctx, activity))
    }

    /// Recipient country of the transaction; empty means the recipients of its programme. IATI: recipient-country.
    async fn recipients(&self) -> SerialList<Recipient<'_>> {
        self.0.report.recipients.iter().map(Recipient).collect()
    }

    /// Recipient region of the transaction. IATI: recipient-region.
    async fn regions(&self) -> SerialList<RecipientRegion> {
        self.0.report.regions.iter().map(RecipientRegion::from).collect()
    }

    /// Sectors of the transaction; empty means the sectors of its programme. IATI: sector.
    async fn sectors(&self) -> SerialList<SectorShare<'_>> {
        self.0.report.sectors.iter().map(SectorShare).collect()
    }

    /// Type of flow: official development assistance or another; null means as its programme. IATI: flow-type.
    async fn flow_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FlowType, self.0.report.flow_type.as_ref())
    }

    /// Type of finance: grant, loan or another instrument; null means as its programme. IATI: finance-type.
    async fn finance_type(&self) -> Option<Code> {
        Code::maybe(Codelist::FinanceType, self.0.report.finance_type.as_ref())
    }

    /// Types of aid; empty means those of its programme. IATI: aid-type.
    async fn aid_types(&self) -> SerialList<AidType> {
        self.0.report.aid_types.iter().map(AidType::from).collect()
    }

    /// Tied status of the aid; null means as its programme. IATI: tied-status.
    async fn tied_status(&self) -> Option<Code> {
        Code::maybe(Codelist::TiedStatus, self.0.report.tied_status.as_ref())
    }

    /// Channel of the disbursement: directly to the partner, through an account, or in kind. IATI: disbursement-channel.
    async fn disbursement_channel(&self) -> Option<Code> {
        Code::maybe(Codelist::DisbursementChannel, self.0.report.disbursement_channel.as_ref())
    }

    /// Transaction that contains it.
    async fn part_of(&self, ctx: &Context<'_>) -> ApiResult<Option<Serial<Transaction>>> {
        self.0.part_of.as_ref().map_or(Ok(None), |whole| find(ctx, whole.as_str()))
    }
}

impl Transaction {
    /// Computes the humanitarian share and its evidence.
    fn relief(&self, ctx: &Context<'_>) -> ApiResult<Humanitarian> {
        let id = self.0.programme.as_ref().map(AsRef::as_ref);
        let of: Option<Serial<Programme>> = id.map_or(Ok(None), |id: &str| find(ctx, id))?;
        let of = of.map(|programme| Humanitarian::of_programme(&programme.0.0));
        Ok(of.unwrap_or_default().of_transaction(&self.0))
    }
}
