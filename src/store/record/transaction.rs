//! Frozen structs of transactions.

use super::activity::AidTypeV1;
use serde::{Deserialize, Serialize};

use super::frozen::{Frozen, Invalid, frozen};
use super::part::{MoneyV1, ProvenanceV1, TextV1};
use super::programme::{RecipientRegionV2, RecipientV1, SectorShareV2};
use crate::model::code::Code as _;
use crate::model::id::ProgrammeId;
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::transaction::{Movement, Transaction, TransactionType};

frozen! {
    TransactionV3 = Transaction {
        id: String,
        trust_fund: Option<String>,
        programme: Option<String>,
        r#type: Option<String>,
        date: Option<String>,
        provider: Option<String>,
        receiver: Option<String>,
        money: MoneyV1,
        part_of: Option<String>,
        report: MovementV3,
        provenance: ProvenanceV1,
    }

    /// The fields that only a publisher's report gives.
    MovementV3 = Movement {
        type_as_published: Option<String>,
        reference: Option<String>,
        description: Option<TextV1>,
        humanitarian: Option<bool>,
        provider_name: Option<TextV1>,
        receiver_name: Option<TextV1>,
        provider_activity: Option<String>,
        receiver_activity: Option<String>,
        recipients: Vec<RecipientV1>,
        regions: Vec<RecipientRegionV2>,
        sectors: Vec<SectorShareV2>,
        flow_type: Option<String>,
        finance_type: Option<String>,
        aid_types: Vec<AidTypeV1>,
        tied_status: Option<String>,
        disbursement_channel: Option<String>,
    }
}

/// A transaction as a row of its programme, without the values that follow from the programme.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::store) struct RowV3 {
    /// Number of the type on its list, from 1; 0 for none.
    r#type: u8,
    date: Option<String>,
    provider: Option<String>,
    receiver: Option<String>,
    money: MoneyV1,
    report: Option<Box<MovementV3>>,
    /// The file, if it differs from the programme's file.
    file: Option<String>,
    line: u32,
}

impl RowV3 {
    /// Converts a transaction of a programme from the file `of`.
    pub(in crate::store) fn freeze(transaction: &Transaction, of: &str) -> Self {
        let types = TransactionType::VALUES;
        let number = transaction.r#type.and_then(|t| types.iter().position(|v| *v == t));
        let report = &transaction.report;
        Self {
            r#type: number.and_then(|n| u8::try_from(n + 1).ok()).unwrap_or(0),
            date: Frozen::freeze(&transaction.date),
            provider: Frozen::freeze(&transaction.provider),
            receiver: Frozen::freeze(&transaction.receiver),
            money: Frozen::freeze(&transaction.money),
            report: (*report != Movement::default()).then(|| Box::new(Frozen::freeze(report))),
            file: Some(&transaction.provenance.origin.file).filter(|file| *file != of).cloned(),
            line: transaction.provenance.origin.line,
        }
    }

    /// Converts to the transaction with a number in its programme, from 1.
    pub(in crate::store) fn thaw(
        self,
        programme: &ProgrammeId,
        file: &str,
        number: usize,
    ) -> Result<Transaction, Invalid> {
        let r#type = match self.r#type {
            0 => None,
            n => Some(*TransactionType::VALUES.get(usize::from(n) - 1).ok_or_else(|| {
                Invalid::new(format_args!("unknown transaction type number {n}"))
            })?),
        };
        let file = self.file.as_deref().unwrap_or(file);
        let mut report: Movement = match self.report {
            Some(report) => (*report).thaw()?,
            None => Movement::default(),
        };
        for origin in report.origins_mut() {
            file.clone_into(&mut origin.file);
        }
        let origin = Origin { file: file.to_owned(), line: self.line };
        Ok(Transaction {
            id: format!("{programme}#{number}").parse().map_err(Invalid::new)?,
            trust_fund: None,
            programme: Some(programme.clone()),
            r#type,
            date: self.date.thaw()?,
            provider: self.provider.thaw()?,
            receiver: self.receiver.thaw()?,
            money: self.money.thaw()?,
            part_of: None,
            report,
            provenance: Provenance { origin, assertion: Assertion::Stated, citations: Vec::new() },
        })
    }
}
