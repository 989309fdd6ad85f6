//! Containment checks: budgets of one programme, places of one country, and money that is part of other money.

use super::dataset::{Dataset, RowFinding, RowPosition, SeedRow};
use super::file_schema::ParsedRow;
use super::money::{least, most};
use crate::ingest::problem::ProblemCode;
use crate::model::money::Money;
use crate::model::noun::Record;

/// Finds references to budgets of another programme or places in another country, and parts that exceed their whole.
pub(super) fn findings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let mut found = Vec::new();
    for (place, entry, item) in book.taken() {
        for column in ["part_of", "supersedes", "within"] {
            let Some((id, whole)) = named(book, entry, column) else { continue };
            found.extend(misplaced(item, whole, id, column).map(|finding| (place, finding)));
            if column == "part_of" {
                found.extend(above(item, whole, id).map(|finding| (place, finding)));
            }
        }
    }
    found
}

/// Returns the row that a column refers to.
fn named<'b>(
    book: &'b Dataset,
    entry: &'b SeedRow,
    column: &str,
) -> Option<(&'b str, &'b ParsedRow)> {
    let link = entry.links.iter().find(|link| link.column == column)?;
    Some((link.id.as_str(), book.item(book.find(link.target, &link.id)?)?))
}

/// Finds a budget of another programme, or a place in another country.
fn misplaced(
    item: &ParsedRow,
    whole: &ParsedRow,
    id: &str,
    column: &'static str,
) -> Option<RowFinding> {
    match (item, whole) {
        (ParsedRow::Budget(mine, _), ParsedRow::Budget(other, _)) if mine != other => {
            let message = format!("`{id}` is a budget of {other}, this one is of {mine}");
            Some(RowFinding::error(ProblemCode::OtherProgramme, column, message))
        }
        (ParsedRow::Record(Record::Location(mine)), ParsedRow::Record(Record::Location(other)))
            if mine.country != other.country =>
        {
            let message = format!("`{id}` lies in {}, this one in {}", other.country, mine.country);
            Some(RowFinding::error(ProblemCode::OtherCountry, column, message))
        }
        _ => None,
    }
}

/// Finds a part that certainly exceeds its whole.
fn above(item: &ParsedRow, whole: &ParsedRow, id: &str) -> Option<RowFinding> {
    let (part, whole) = (money(item)?, money(whole)?);
    let is_above = part.currency().is_some()
        && part.currency() == whole.currency()
        && least(part)? > most(whole)?;
    let message = format!("the part ({part}) exceeds its whole `{id}` ({whole})");
    is_above.then(|| RowFinding::error(ProblemCode::PartAboveWhole, "amount", message))
}

fn money(item: &ParsedRow) -> Option<&Money> {
    match item {
        ParsedRow::Budget(_, budget) => Some(&budget.money),
        ParsedRow::Record(Record::HumanitarianContribution(contribution)) => {
            Some(&contribution.money)
        }
        ParsedRow::Record(Record::Transaction(transaction)) => Some(&transaction.money),
        _ => None,
    }
}
