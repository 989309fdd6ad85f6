//! Movements of money as bytes.

use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1};
use crate::model::transaction::Transaction;

frozen! {
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
