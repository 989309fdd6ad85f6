//! The money of an activity: a transaction for each amount of its rows that is not nothing.

use rust_decimal::Decimal;

use super::activity::{
    Parties, Reading, aid_types, date, places, sector, text_of, tied_status, usd,
};
use super::layout::{Column, Kept};
use super::place;
use crate::ingest::problem::ProblemCode;
use crate::ingest::value;
use crate::model::date::PartialDate;
use crate::model::money::{Money, Qualifier};
use crate::model::text::{Text, fold};
use crate::model::transaction::{Movement, Transaction, TransactionType};

/// The largest amount of one row that can be meant, in dollars.
const LARGEST: u64 = 1_000_000_000_000;

impl Reading<'_> {
    /// An amount in dollars; `None` for nothing.
    fn amount(&mut self, row: &Kept, column: Column, field: &str) -> Option<Decimal> {
        let text = row.get(column)?;
        let has_comma = text.contains(',');
        let number = if has_comma && self.has_decimal_comma {
            value::decimal_comma(text)
        } else {
            let plain = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
            plain.ok().or_else(|| value::number(text))
        };
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
        // The form has 0 where nothing is reported.
        (!dollars.is_zero()).then_some(dollars)
    }

    /// A transaction for each amount of some rows that is not nothing.
    pub(super) fn transactions(
        &mut self,
        rows: &[Kept],
        parties: &[Parties],
        title: &Text,
    ) -> Vec<Transaction> {
        let one_place = agree(rows, place::recipient);
        let one_purpose = agree(rows, |row| row.get(Column::Purpose));
        let mut transactions = Vec::new();
        for (row, parties) in rows.iter().zip(parties) {
            let year = row.get(Column::Year).and_then(|year| year.parse().ok());
            let Some(year) = year.and_then(PartialDate::from_year) else { continue };
            let committed = row.get(Column::CommitmentDate).and_then(date);
            let committed = committed.filter(|day| day.year() == year.year()).unwrap_or(year);
            for (column, field, kind, day) in [
                (
                    Column::Commitment,
                    "usd_commitment",
                    TransactionType::OutgoingCommitment,
                    committed,
                ),
                (Column::Disbursement, "usd_disbursement", TransactionType::Disbursement, year),
                (Column::Received, "usd_received", received(row), year),
            ] {
                let Some(dollars) = self.amount(row, column, field) else { continue };
                let Some(currency) = usd() else { continue };
                let number = transactions.len() + 1;
                let Ok(id) = format!("{}#{number}", self.id).parse() else { continue };
                let mut movement = self.movement(row, rows, title);
                if one_place {
                    movement.recipients.clear();
                    movement.regions.clear();
                }
                if one_purpose {
                    movement.sectors.clear();
                }
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

    /// What a row says otherwise than the activity.
    fn movement(&mut self, row: &Kept, rows: &[Kept], title: &Text) -> Movement {
        let differs = |column: Column| {
            let whole = rows.iter().find_map(|row| row.get(column));
            row.get(column).filter(|own| Some(*own) != whole).map(str::to_owned)
        };
        let (recipients, regions) = places(self.tally.file(), std::slice::from_ref(row));
        let own = self.text(row, Column::Title, "project_title");
        let own = own.filter(|text| fold(text) != fold(title.main()));
        Movement {
            description: own.and_then(text_of),
            recipients,
            regions,
            sectors: sector(self.tally.file(), row).into_iter().collect(),
            flow_type: differs(Column::Category),
            finance_type: differs(Column::FinanceType),
            aid_types: aid_types(differs(Column::AidType).as_deref()),
            tied_status: tied_status(row)
                .filter(|own| rows.iter().find_map(tied_status).as_ref() != Some(own)),
            ..Movement::default()
        }
    }
}

/// Whether an amount can only be meant with a comma before its decimals: other than three digits stand behind it, or before it
/// a point, nothing or a zero.
pub(super) fn has_decimal_comma(text: &str) -> bool {
    let Some((whole, decimals)) = text.trim().split_once(',') else { return false };
    let whole = whole.trim_start_matches(['-', '+']);
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    digits(decimals)
        && whole.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (decimals.len() != 3 || whole.contains('.') || matches!(whole, "" | "0"))
}

/// Whether all rows say the same of something.
fn agree<'r, T: PartialEq>(rows: &'r [Kept], of: impl Fn(&'r Kept) -> T) -> bool {
    let mut all = rows.iter().map(of);
    all.next().is_none_or(|first| all.all(|other| other == first))
}

/// What comes back: shares sold, where the row is about shares, else a loan repaid. Source: DAC finance types.
fn received(row: &Kept) -> TransactionType {
    match row.get(Column::FinanceType) {
        Some(code) if code.starts_with('5') => TransactionType::SaleOfEquity,
        _ => TransactionType::LoanRepayment,
    }
}
