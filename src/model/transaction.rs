//! Transactions: individual movements of money.

use super::classification::{AidType, Recipient, RecipientRegion, SectorShare};
use super::date::PartialDate;
use super::id::{AgencyId, ProgrammeId, TransactionId, TrustFundId};
use super::money::Money;
use super::origin::{Origin, Provenance};
use super::text::Text;

super::code::codes! {
    /// Type of a transaction. Source: IATI `TransactionType` 1 to 13.
    pub enum TransactionType {
        /// Funds received by the reporting organisation. IATI 1.
        IncomingFunds = "INCOMING_FUNDS",
        /// Firm written obligation to provide funds. IATI 2.
        OutgoingCommitment = "OUTGOING_COMMITMENT",
        /// Funds placed at the disposal of a recipient. IATI 3.
        Disbursement = "DISBURSEMENT",
        /// Outgoing payment for goods and services. IATI 4.
        Expenditure = "EXPENDITURE",
        /// Payment of interest on a loan. IATI 5.
        InterestPayment = "INTEREST_PAYMENT",
        /// Repayment of the principal of a loan. IATI 6.
        LoanRepayment = "LOAN_REPAYMENT",
        /// Disbursement for funds that the recipient has already spent. IATI 7.
        Reimbursement = "REIMBURSEMENT",
        /// Purchase of equity. IATI 8.
        PurchaseOfEquity = "PURCHASE_OF_EQUITY",
        /// Sale of equity. IATI 9.
        SaleOfEquity = "SALE_OF_EQUITY",
        /// Commitment to underwrite a loan or line of credit of a third party. IATI 10.
        CreditGuarantee = "CREDIT_GUARANTEE",
        /// Firm written obligation from a donor, received by the reporting organisation. IATI 11.
        IncomingCommitment = "INCOMING_COMMITMENT",
        /// Non-binding announcement of funds to be provided. IATI 12.
        OutgoingPledge = "OUTGOING_PLEDGE",
        /// Non-binding announcement of funds, received by the reporting organisation. IATI 13.
        IncomingPledge = "INCOMING_PLEDGE",
    }
}

/// One movement of money. IATI: `transaction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Identifier of the transaction.
    pub id: TransactionId,
    /// Pooled fund that the money goes into.
    pub trust_fund: Option<TrustFundId>,
    /// Programme whose money moves.
    pub programme: Option<ProgrammeId>,
    /// Type of the transaction; `None` when the source does not state it.
    pub r#type: Option<TransactionType>,
    /// Date of the transaction.
    pub date: Option<PartialDate>,
    /// Organisation that provides the money.
    pub provider: Option<AgencyId>,
    /// Organisation that receives the money.
    pub receiver: Option<AgencyId>,
    /// Amount, or the reason for its absence.
    pub money: Money,
    /// Transaction that contains this one.
    pub part_of: Option<TransactionId>,
    /// Further facts reported by the publisher.
    pub report: Movement,
    /// Provenance of the record.
    pub provenance: Provenance,
}

/// Facts that a publisher reports of a transaction beyond parties, date and amount. Codes are kept as published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// Published code of a type that no codelist has. IATI: `transaction-type/@code`.
    pub type_as_published: Option<String>,
    /// Publisher's own reference. IATI: `@ref`.
    pub reference: Option<String>,
    /// Description of the transaction.
    pub description: Option<Text>,
    /// Humanitarian flag; `None` means as its programme. IATI: `@humanitarian`.
    pub humanitarian: Option<bool>,
    /// Name of the provider as stated in this transaction; `None` without a name. IATI: `provider-org/narrative`.
    pub provider_name: Option<Text>,
    /// Name of the receiver as stated in this transaction. IATI: `receiver-org/narrative`.
    pub receiver_name: Option<Text>,
    /// Identifier of the activity that provides the money. IATI: `provider-org/@provider-activity-id`.
    pub provider_activity: Option<String>,
    /// Identifier of the activity that receives the money. IATI: `receiver-org/@receiver-activity-id`.
    pub receiver_activity: Option<String>,
    /// Recipient countries of this transaction; empty means those of the programme.
    pub recipients: Vec<Recipient>,
    /// Recipient regions of this transaction.
    pub regions: Vec<RecipientRegion>,
    /// Sectors of this transaction; empty means those of the programme.
    pub sectors: Vec<SectorShare>,
    /// Code of IATI `FlowType`; `None` means as its programme, here and for the codes below.
    pub flow_type: Option<String>,
    /// Code of IATI `FinanceType`.
    pub finance_type: Option<String>,
    /// Vocabularies and codes of IATI `AidType`.
    pub aid_types: Vec<AidType>,
    /// Code of IATI `TiedStatus`.
    pub tied_status: Option<String>,
    /// Code of IATI `DisbursementChannel`.
    pub disbursement_channel: Option<String>,
}

impl Movement {
    /// Returns the origins of recipients, regions and sectors, for renaming files.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let recipients = self.recipients.iter_mut().map(|r| &mut r.provenance.origin);
        let regions = self.regions.iter_mut().map(|r| &mut r.provenance.origin);
        let sectors = self.sectors.iter_mut().map(|s| &mut s.provenance.origin);
        recipients.chain(regions).chain(sectors)
    }
}
