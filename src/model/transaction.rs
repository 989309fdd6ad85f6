//! Movements of money.

use super::date::PartialDate;
use super::id::{AgencyId, ProgrammeId, TransactionId, TrustFundId};
use super::money::Money;
use super::origin::Provenance;

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
    /// How we know.
    pub provenance: Provenance,
}
