//! Movements of money as bytes.

use super::activity::AidTypeV1;
use super::frozen::frozen;
use super::part::{MoneyV1, ProvenanceV1, TextV1};
use super::programme::{RecipientRegionV1, RecipientV1, SectorShareV1};
use crate::model::transaction::{Movement, Transaction};

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
        report: MovementV1,
        provenance: ProvenanceV1,
    }

    /// What a publisher reports of it besides.
    MovementV1 = Movement {
        type_as_published: Option<String>,
        reference: Option<String>,
        description: Option<TextV1>,
        humanitarian: Option<bool>,
        provider_activity: Option<String>,
        receiver_activity: Option<String>,
        recipients: Vec<RecipientV1>,
        regions: Vec<RecipientRegionV1>,
        sectors: Vec<SectorShareV1>,
        flow_type: Option<String>,
        finance_type: Option<String>,
        aid_types: Vec<AidTypeV1>,
        tied_status: Option<String>,
        disbursement_channel: Option<String>,
    }
}
