//! Containment checks: budgets of one programme, places of one country, and money that is part of other money.

use super::book::{Book, Entry, Finding, Place};
use super::money::{least, most};
use super::sheet::Item;
use crate::ingest::problem::ProblemCode;
use crate::model::money::Money;
use crate::model::noun::Record;

/// Finds references to budgets of another programme or places in another country, and parts that exceed their whole.
pub(super) fn findings(book: &Book) -> Vec<(Place, Finding)> {
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
fn named<'b>(book: &'b Book, entry: &'b Entry, column: &str) -> Option<(&'b str, &'b Item)> {
    let link = entry.links.iter().find(|link| link.column == column)?;
    Some((link.id.as_str(), book.item(book.find(link.target, &link.id)?)?))
}

/// Finds a budget of another programme, or a place in another country.
fn misplaced(item: &Item, whole: &Item, id: &str, column: &'static str) -> Option<Finding> {
    match (item, whole) {
        (Item::Budget(mine, _), Item::Budget(other, _)) if mine != other => {
            let message = format!("`{id}` is a budget of {other}, this one is of {mine}");
            Some(Finding::error(ProblemCode::OtherProgramme, column, message))
        }
        (Item::Record(Record::Location(mine)), Item::Record(Record::Location(other)))
            if mine.country != other.country =>
        {
            let message = format!("`{id}` lies in {}, this one in {}", other.country, mine.country);
            Some(Finding::error(ProblemCode::OtherCountry, column, message))
        }
        _ => None,
    }
}

/// Finds a part that certainly exceeds its whole.
fn above(item: &Item, whole: &Item, id: &str) -> Option<Finding> {
    let (part, whole) = (money(item)?, money(whole)?);
    let is_above = part.currency().is_some()
        && part.currency() == whole.currency()
        && least(part)? > most(whole)?;
    let message = format!("the part ({part}) exceeds its whole `{id}` ({whole})");
    is_above.then(|| Finding::error(ProblemCode::PartAboveWhole, "amount", message))
}

fn money(item: &Item) -> Option<&Money> {
    match item {
        Item::Budget(_, budget) => Some(&budget.money),
        Item::Record(Record::HumanitarianContribution(contribution)) => Some(&contribution.money),
        Item::Record(Record::Transaction(transaction)) => Some(&transaction.money),
        _ => None,
    }
}
