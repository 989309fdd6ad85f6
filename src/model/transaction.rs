//! Movements of money.

use super::activity::AidType;
use super::date::PartialDate;
use super::id::{AgencyId, ProgrammeId, TransactionId, TrustFundId};
use super::money::Money;
use super::origin::{Origin, Provenance};
use super::programme::{Recipient, RecipientRegion, SectorShare};
use super::text::Text;

super::code::codes! {
    /// What kind of movement it is. Source: IATI `TransactionType` 1 to 13.
    pub enum TransactionType {
        /// Funds received. IATI 1.
        IncomingFunds = "INCOMING_FUNDS",
        /// A firm promise to pay. IATI 2.
        OutgoingCommitment = "OUTGOING_COMMITMENT",
        /// Money put at another's disposal. IATI 3.
        Disbursement = "DISBURSEMENT",
        /// Money spent on goods and services. IATI 4.
        Expenditure = "EXPENDITURE",
        /// Interest paid. IATI 5.
        InterestPayment = "INTEREST_PAYMENT",
        /// A loan paid back. IATI 6.
        LoanRepayment = "LOAN_REPAYMENT",
        /// Money already spent, given back. IATI 7.
        Reimbursement = "REIMBURSEMENT",
        /// A share bought. IATI 8.
        PurchaseOfEquity = "PURCHASE_OF_EQUITY",
        /// A share sold. IATI 9.
        SaleOfEquity = "SALE_OF_EQUITY",
        /// A guarantee given. IATI 10.
        CreditGuarantee = "CREDIT_GUARANTEE",
        /// A firm promise received. IATI 11.
        IncomingCommitment = "INCOMING_COMMITMENT",
        /// A promise that does not bind, given. IATI 12.
        OutgoingPledge = "OUTGOING_PLEDGE",
        /// A promise that does not bind, received. IATI 13.
        IncomingPledge = "INCOMING_PLEDGE",
    }
}

/// One movement of money. IATI: `transaction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its identifier.
    pub id: TransactionId,
    /// The pool that it pays into.
    pub trust_fund: Option<TrustFundId>,
    /// The programme whose money moves.
    pub programme: Option<ProgrammeId>,
    /// What kind it is; `None` when the source does not say.
    pub r#type: Option<TransactionType>,
    /// When.
    pub date: Option<PartialDate>,
    /// Who pays.
    pub provider: Option<AgencyId>,
    /// Who receives.
    pub receiver: Option<AgencyId>,
    /// The money.
    pub money: Money,
    /// The transaction that contains it.
    pub part_of: Option<TransactionId>,
    /// What its publisher reports of it besides.
    pub report: Movement,
    /// How we know.
    pub provenance: Provenance,
}

/// What a publisher reports of a transaction besides who, when and how much. Codes are kept as published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// The code of its type where that is on no list. IATI: `transaction-type/@code`.
    pub type_as_published: Option<String>,
    /// The publisher's own number of it. IATI: `@ref`.
    pub reference: Option<String>,
    /// What it was for.
    pub description: Option<Text>,
    /// Whether it is humanitarian; `None` means as its programme. IATI: `@humanitarian`.
    pub humanitarian: Option<bool>,
    /// What this movement calls who pays; `None` when it gives no name. IATI: `provider-org/narrative`.
    pub provider_name: Option<Text>,
    /// What this movement calls who receives. IATI: `receiver-org/narrative`.
    pub receiver_name: Option<Text>,
    /// The activity that the money comes from. IATI: `provider-org/@provider-activity-id`.
    pub provider_activity: Option<String>,
    /// The activity that the money goes to. IATI: `receiver-org/@receiver-activity-id`.
    pub receiver_activity: Option<String>,
    /// The country that this movement is for; empty means those of the programme.
    pub recipients: Vec<Recipient>,
    /// The region that this movement is for.
    pub regions: Vec<RecipientRegion>,
    /// What this movement is for; empty means what the programme is for.
    pub sectors: Vec<SectorShare>,
    /// Source: IATI `FlowType`; `None` means as its programme, as for the codes that follow.
    pub flow_type: Option<String>,
    /// Source: IATI `FinanceType`.
    pub finance_type: Option<String>,
    /// Vocabulary and code. Source: IATI `AidType`.
    pub aid_types: Vec<AidType>,
    /// Source: IATI `TiedStatus`.
    pub tied_status: Option<String>,
    /// Source: IATI `DisbursementChannel`.
    pub disbursement_channel: Option<String>,
}

impl Movement {
    /// Where its parts were read from.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let recipients = self.recipients.iter_mut().map(|r| &mut r.provenance.origin);
        let regions = self.regions.iter_mut().map(|r| &mut r.provenance.origin);
        let sectors = self.sectors.iter_mut().map(|s| &mut s.provenance.origin);
        recipients.chain(regions).chain(sectors)
    }
}
