//! Currency checks: no amount has more decimal places than its currency. A point that separates thousands is such a
//! case.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::dataset::{Dataset, RowFinding, RowPosition};
use super::file_schema::ParsedRow;
use crate::ingest::problem::ProblemCode;
use crate::model::money::{Currency, Money};
use crate::model::noun::Record;

/// Finds amounts with more decimal places than their currency; trailing zeros count.
pub(super) fn findings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let coins: BTreeMap<Currency, u32> = book
        .taken()
        .filter_map(|(_, _, item)| match item {
            ParsedRow::Currency(currency, minor_units) => Some((*currency, *minor_units)),
            _ => None,
        })
        .collect();
    let finding = |item: &ParsedRow| {
        let money = money(item)?;
        let (value, currency) = money.value().zip(money.currency())?;
        let digits = *coins.get(&currency)?;
        (value.scale() > digits).then(|| too_fine(value, currency, digits))
    };
    book.taken().filter_map(|(place, _, item)| Some((place, finding(item)?))).collect()
}

fn too_fine(value: Decimal, currency: Currency, digits: u32) -> RowFinding {
    let has = value.scale();
    let message = format!("`{value}` has {has} decimal places; {currency} has {digits} at most");
    let help = if has == 3 {
        let whole = value.to_string().replace('.', "");
        format!(
            "if the point separates thousands, write {whole}; otherwise write at most {digits} decimal places"
        )
    } else {
        format!("write at most {digits} decimal places, as printed by the source")
    };
    RowFinding::error(ProblemCode::AmountTooFine, "amount", message).help(help)
}

fn money(item: &ParsedRow) -> Option<&Money> {
    match item {
        ParsedRow::Budget(_, budget) => Some(&budget.money),
        ParsedRow::Participation(_, participation) => participation.money.as_ref(),
        ParsedRow::Record(Record::MissionContribution(contribution)) => Some(&contribution.money),
        ParsedRow::Record(Record::HumanitarianContribution(contribution)) => {
            Some(&contribution.money)
        }
        ParsedRow::Record(Record::Transaction(transaction)) => Some(&transaction.money),
        ParsedRow::Record(Record::OdaFigure(figure)) => Some(&figure.money),
        _ => None,
    }
}
