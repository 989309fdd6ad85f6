//! Trust funds and movements of money as bytes.

use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1, TextV1};
use crate::model::transaction::Transaction;
use crate::model::trust_fund::TrustFund;

frozen! {
    /// Pooled money.
    TrustFundV1 = TrustFund {
        id: String,
        name: TextV1,
        administrator: Option<String>,
        pillar: String,
        humanitarian: bool,
        countries: Vec<String>,
        purpose: Option<String>,
        provenance: ProvenanceV1,
    }

    /// One movement of money.
    TransactionV1 = Transaction {
        id: String,
        trust_fund: Option<String>,
        programme: Option<String>,
        r#type: Option<String>,
        date: Option<String>,
        provider: Option<String>,
        receiver: Option<String>,
        money: MoneyV1,
        part_of: Option<String>,
        provenance: ProvenanceV1,
    }
}
