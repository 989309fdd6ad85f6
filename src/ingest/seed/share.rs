//! Share checks: recipients and sectors of a programme.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::dataset::{Dataset, RowFinding, RowPosition};
use super::file_schema::ParsedRow;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::id::ProgrammeId;
use crate::model::noun::{Kind, Record};

/// Finds surplus recipients, and shares above one hundred per cent in total, at the row that exceeds it.
pub(super) fn findings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let mut found = Vec::new();
    let mut recipients = BTreeSet::new();
    let mut sums: BTreeMap<(&ProgrammeId, bool), Decimal> = BTreeMap::new();
    for (place, _, item) in book.taken() {
        if let ParsedRow::Recipient(programme, recipient) = item {
            if let Some(finding) = second(book, programme) {
                found.push((place, finding));
            } else if !recipients.insert((programme, recipient.country)) {
                let message =
                    format!("{} is a recipient of {programme} already", recipient.country);
                let code = ProblemCode::DuplicateRecipient;
                found.push((place, RowFinding::error(code, "country", message)));
            }
        }
        let (programme, share) = match item {
            ParsedRow::Recipient(programme, recipient) => (programme, recipient.percentage),
            ParsedRow::Sector(programme, sector) => (programme, sector.percentage),
            _ => continue,
        };
        let Some(share) = share else { continue };
        let sum = sums.entry((programme, matches!(item, ParsedRow::Sector(..)))).or_default();
        let with = sum.checked_add(share).unwrap_or(Decimal::MAX);
        if with > Decimal::ONE_HUNDRED {
            let message =
                format!("with this row, the shares of {programme} add up to {with} per cent");
            let code = ProblemCode::SharesAbove100;
            found.push((place, RowFinding::error(code, "percentage", message)));
        } else {
            *sum = with;
        }
    }
    found
}

/// Finds a recipient beside the single country of the programme's own row.
fn second(book: &Dataset, id: &ProgrammeId) -> Option<RowFinding> {
    let place = book.find(Target::Record(Kind::Programme), id.as_str())?;
    let ParsedRow::Record(Record::Programme(programme)) = book.item(place)? else { return None };
    let one = programme.recipients.first()?.country;
    let message = format!("{id} names its only country ({one}) in its own row");
    let finding = RowFinding::error(ProblemCode::SecondRecipient, "programme_id", message);
    Some(finding.help("clear `country` in seed/programmes.csv, and give each country a row here"))
}
