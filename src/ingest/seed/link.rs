//! Reference checks: every identifier must be that of an accepted row. A row with an unresolved reference is rejected,
//! and so are the rows that refer to it, until the dataset has no dangling references.

use super::SHEETS;
use super::dataset::{Dataset, RowFinding};
use super::file_schema::ParsedRow;
use super::row::RowLink;
use super::table::Target;
use crate::ingest::problem::{ProblemCode, shown};
use crate::ingest::suggestion::{did_you_mean, nearest};
use crate::model::noun::Kind;

/// Reports unresolved references of rows that are rejected for another error, so that one run finds all their problems.
/// References to rejected rows are not reported.
pub(super) fn report_unknown(book: &mut Dataset) {
    let found: Vec<_> = book
        .links_left_out()
        .filter(|(_, link)| book.find(link.target, &link.id).is_none())
        .map(|(place, link)| (place, finding(book, link)))
        .filter(|(_, finding)| !finding.is_effect())
        .collect();
    for (place, finding) in found {
        book.note(place, finding);
    }
}

/// Rejects all rows with unresolved references, and the rows that refer to them.
pub(super) fn resolve(book: &mut Dataset) {
    loop {
        let mut loose = Vec::new();
        for (place, link) in book.links() {
            if !book.find(link.target, &link.id).is_some_and(|found| book.is_taken(found)) {
                loose.push((place, finding(book, link)));
            }
        }
        if loose.is_empty() {
            return;
        }
        for (place, finding) in loose {
            book.note(place, finding);
        }
    }
}

/// Describes an unresolved link.
fn finding(book: &Dataset, link: &RowLink) -> RowFinding {
    let RowLink { target, id, column } = link;
    if let Some(place) = book.find(*target, id) {
        let (file, number) = book.line(place);
        let message = format!("`{id}` is on line {number} of {file}, which is rejected");
        let finding = RowFinding::error(ProblemCode::LeftOut, column, message);
        return finding.help("fix that row, and this one becomes valid");
    }
    if let Some(file) = book.unreadable(*target) {
        let message = format!("no row of {file} can be read, so `{}` is unknown", shown(id));
        let finding = RowFinding::error(ProblemCode::LeftOut, column, message);
        return finding.help("fix that file, and this row becomes valid");
    }
    if let Some(other) = book.kinds_of(id).find(|_| is_slug(*target)) {
        let (is, wanted) = (with_article(other), with_article(*target));
        let message = format!("`{id}` identifies {is}; {wanted} is expected");
        return RowFinding::error(ProblemCode::WrongKind, column, message);
    }
    let code = match target {
        Target::Currency => ProblemCode::UnknownCurrency,
        Target::Record(Kind::Country) => ProblemCode::UnknownCountry,
        Target::Record(Kind::Sector) => ProblemCode::UnknownSector,
        Target::Record(_) | Target::Budget => ProblemCode::UnknownId,
    };
    let message = format!("no {} has the identifier `{}`", target.name(), shown(id));
    let finding = RowFinding::error(code, column, message);
    match suggestion(book, *target, id) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// Returns true for identifiers that the seed defines, as opposed to codes of a published list.
fn is_slug(target: Target) -> bool {
    !matches!(target, Target::Currency | Target::Record(Kind::Country | Kind::Sector))
}

/// Returns the name with its article: `an Agency`.
fn with_article(target: Target) -> String {
    let name = target.name();
    let article = if name.starts_with(['A', 'E', 'O']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// Suggests a similar identifier, otherwise the file that defines the identifiers of this kind.
fn suggestion(book: &Dataset, target: Target, id: &str) -> Option<String> {
    did_you_mean(id, book.ids(target).map(|(id, _)| id))
        .or_else(|| by_label(book, target, id))
        .or_else(|| {
            let sheet = SHEETS.iter().find(|sheet| sheet.keys == Some(target))?;
            Some(match book.ids(target).next() {
                Some(_) => format!("identifiers are in the first column of {}", sheet.name),
                None => format!("no row of {} can be read; fix that file first", sheet.name),
            })
        })
}

/// Suggests the code of a country or sector that is referred to by name.
fn by_label(book: &Dataset, target: Target, name: &str) -> Option<String> {
    let labels: Vec<(&str, &str)> = book
        .ids(target)
        .filter_map(|(id, place)| match book.item(place)? {
            ParsedRow::Record(record) => Some((id, record.name())),
            _ => None,
        })
        .collect();
    let found = nearest(name, labels.iter().map(|(_, label)| *label))?;
    let (id, label) = labels.iter().find(|(_, label)| *label == found)?;
    Some(format!("did you mean `{id}` ({label})?"))
}
