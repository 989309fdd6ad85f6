//! Money of a CRS activity: one transaction for each non-zero amount.

use rust_decimal::Decimal;

use super::common::{Common, tied_status};
use super::layout::{CrsColumn, PackedRow};
use super::reader::{ActivityReader, Parties, aid_types, places, sector, text_of, usd};
use crate::ingest::parsing;
use crate::ingest::problem::ProblemCode;
use crate::model::date::PartialDate;
use crate::model::money::{Money, Qualifier};
use crate::model::text::{Text, fold};
use crate::model::transaction::{Movement, Transaction, TransactionType};

/// Maximum plausible amount of one row, in dollars.
const LARGEST: u64 = 1_000_000_000_000;

/// Parses a number in a cell.
pub(super) fn number(text: &str, has_decimal_comma: bool) -> Option<Decimal> {
    if has_decimal_comma && text.contains(',') {
        return parsing::decimal_comma(text);
    }
    let plain = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
    plain.ok().or_else(|| parsing::number(text))
}

impl ActivityReader<'_> {
    /// Returns an amount in dollars; `None` for zero.
    fn amount(&mut self, row: &PackedRow, column: CrsColumn, field: &str) -> Option<Decimal> {
        let text = row.get(column)?;
        let has_comma = text.contains(',');
        let number = number(text, self.has_decimal_comma);
        if let Some(number) = number.filter(|_| has_comma) {
            let message = &format!("an amount with a comma; it is read as {number}");
            self.warn(ProblemCode::AmountWithComma, row.line, field, Some(text), message);
        }
        let Some(dollars) = number.and_then(|number| self.unit.dollars(number)) else {
            let message = "no amount can be read, so that none is stated";
            self.warn(ProblemCode::UnreadableAmount, row.line, field, Some(text), message);
            return None;
        };
        if dollars.abs() > Decimal::from(LARGEST) {
            let message = "the amount is above a million millions of dollars: the unit of the file may be another";
            self.warn(ProblemCode::OddUnit, row.line, field, Some(text), message);
        }
        // The reporting form has 0 where nothing is reported.
        (!dollars.is_zero()).then_some(dollars)
    }

    /// Creates a transaction for each non-zero amount of some rows.
    pub(super) fn transactions(
        &mut self,
        rows: &[PackedRow],
        parties: &[Parties],
        title: &Text,
        common: &Common<'_>,
    ) -> Vec<Transaction> {
        let mut transactions = Vec::new();
        for (row, parties) in rows.iter().zip(parties) {
            let year = row.get(CrsColumn::Year).and_then(|year| year.parse().ok());
            let Some(year) = year.and_then(PartialDate::from_year) else { continue };
            let committed = self.day(row, CrsColumn::CommitmentDate, "commitment_date");
            let committed = committed.filter(|day| day.year() == year.year()).unwrap_or(year);
            for (column, field, kind, day) in [
                (
                    CrsColumn::Commitment,
                    "usd_commitment",
                    TransactionType::OutgoingCommitment,
                    committed,
                ),
                (CrsColumn::Disbursement, "usd_disbursement", TransactionType::Disbursement, year),
                (CrsColumn::Received, "usd_received", received(row), year),
            ] {
                let Some(dollars) = self.amount(row, column, field) else { continue };
                let Some(currency) = usd() else { continue };
                let number = transactions.len() + 1;
                let Ok(id) = format!("{}#{number}", self.id).parse() else { continue };
                let movement = self.movement(row, title, common);
                let comes_back = kind != TransactionType::OutgoingCommitment
                    && kind != TransactionType::Disbursement;
                let giver = parties.agency.as_ref().or(parties.donor.as_ref());
                let (mut provider, mut receiver) = (giver.cloned(), parties.channel.clone());
                if comes_back {
                    std::mem::swap(&mut provider, &mut receiver);
                }
                transactions.push(Transaction {
                    id,
                    trust_fund: None,
                    programme: Some(self.id.clone()),
                    r#type: Some(kind),
                    date: Some(day),
                    provider,
                    receiver,
                    money: Money::stated(dollars, currency, Qualifier::Exact, Some(year)),
                    part_of: None,
                    report: movement,
                    provenance: self.provenance(row.line),
                });
            }
        }
        transactions
    }

    /// Adds the values of a row that not all rows of the activity share.
    fn movement(&mut self, row: &PackedRow, title: &Text, common: &Common<'_>) -> Movement {
        let own = |column, common: Option<&str>| row.get(column).filter(|_| common.is_none());
        let (mut recipients, mut regions) = (Vec::new(), Vec::new());
        if !common.place {
            (recipients, regions) = places(self.tally.file(), std::slice::from_ref(row));
        }
        let sector = sector(self.tally.file(), row).filter(|_| !common.purpose);
        let text = self.text(row, CrsColumn::Title, "project_title");
        let text = text.filter(|text| fold(text) != fold(title.main()));
        Movement {
            description: text.and_then(text_of),
            recipients,
            regions,
            sectors: sector.into_iter().collect(),
            flow_type: own(CrsColumn::Category, common.flow).map(str::to_owned),
            finance_type: own(CrsColumn::FinanceType, common.finance).map(str::to_owned),
            aid_types: aid_types(own(CrsColumn::AidType, common.aid)),
            tied_status: tied_status(row).filter(|_| common.tied.is_none()),
            ..Movement::default()
        }
    }
}

/// Returns true if the comma of an amount can only be a decimal comma. This holds if it is not followed by three digits, or
/// follows a point, nothing or a zero.
pub(super) fn has_decimal_comma(text: &str) -> bool {
    let Some((whole, decimals)) = text.trim().split_once(',') else { return false };
    let whole = whole.trim_start_matches(['-', '+']);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    digits(decimals)
        && whole.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (decimals.len() != 3 || whole.contains('.') || matches!(whole, "" | "0"))
}

/// Returns the type of a repayment: shares sold for equity rows, otherwise a loan repaid. Source: DAC finance types.
fn received(row: &PackedRow) -> TransactionType {
    match row.get(CrsColumn::FinanceType) {
        Some(code) if code.starts_with('5') => TransactionType::SaleOfEquity,
        _ => TransactionType::LoanRepayment,
    }
}
