//! Links between rows: every identifier must be that of a row which is taken. A row whose link leads nowhere is left
//! out, and so is whatever links to it, until what is taken is a graph without loose ends.

use super::SHEETS;
use super::book::{Book, Finding};
use super::row::Link;
use super::sheet::{Item, Target};
use crate::ingest::nearest::{did_you_mean, nearest};
use crate::ingest::problem::{ProblemCode, shown};
use crate::model::noun::Kind;

/// Tells of rows that are left out for another error which of their links lead nowhere, so that one run finds all that is
/// wrong with them. What they name and is left out itself is no fault of theirs.
pub(super) fn strangers(book: &mut Book) {
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

/// Leaves out all rows whose links lead nowhere, and whatever links to those.
pub(super) fn resolve(book: &mut Book) {
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

/// What is wrong with a link.
fn finding(book: &Book, link: &Link) -> Finding {
    let Link { target, id, column } = link;
    if let Some(place) = book.find(*target, id) {
        let (file, number) = book.line(place);
        let message = format!("`{id}` is on line {number} of {file}, which is left out");
        let finding = Finding::error(ProblemCode::LeftOut, column, message);
        return finding.help("mend that row, and this one is right again");
    }
    if let Some(file) = book.unreadable(*target) {
        let message = format!("no row of {file} can be read, which `{}` would be", shown(id));
        let finding = Finding::error(ProblemCode::LeftOut, column, message);
        return finding.help("mend that file, and this row is right again");
    }
    if let Some(other) = book.kinds_of(id).find(|_| is_slug(*target)) {
        let (is, wanted) = (a(other), a(*target));
        let message = format!("`{id}` is the identifier of {is}, and {wanted} is meant here");
        return Finding::error(ProblemCode::WrongKind, column, message);
    }
    let code = match target {
        Target::Currency => ProblemCode::UnknownCurrency,
        Target::Record(Kind::Country) => ProblemCode::UnknownCountry,
        Target::Record(Kind::Sector) => ProblemCode::UnknownSector,
        Target::Record(_) | Target::Budget => ProblemCode::UnknownId,
    };
    let message = format!("no {} has the identifier `{}`", target.name(), shown(id));
    let finding = Finding::error(code, column, message);
    match suggestion(book, *target, id) {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// Whether its identifiers are made by us, and not codes of a published list.
fn is_slug(target: Target) -> bool {
    !matches!(target, Target::Currency | Target::Record(Kind::Country | Kind::Sector))
}

/// `an Agency`
fn a(target: Target) -> String {
    let name = target.name();
    let article = if name.starts_with(['A', 'E', 'O']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// What may be meant; else where identifiers of this kind stand.
fn suggestion(book: &Book, target: Target, id: &str) -> Option<String> {
    did_you_mean(id, book.ids(target).map(|(id, _)| id))
        .or_else(|| by_label(book, target, id))
        .or_else(|| {
            let sheet = SHEETS.iter().find(|sheet| sheet.keys == Some(target))?;
            Some(match book.ids(target).next() {
                Some(_) => format!("they stand in the first column of {}", sheet.name),
                None => format!("no row of {} can be read; mend that file first", sheet.name),
            })
        })
}

/// The code of a country or sector that is called by its name.
fn by_label(book: &Book, target: Target, name: &str) -> Option<String> {
    let labels: Vec<(&str, &str)> = book
        .ids(target)
        .filter_map(|(id, place)| match book.item(place)? {
            Item::Record(record) => Some((id, record.label())),
            _ => None,
        })
        .collect();
    let found = nearest(name, labels.iter().map(|(_, label)| *label))?;
    let (id, label) = labels.iter().find(|(_, label)| *label == found)?;
    Some(format!("did you mean `{id}` ({label})?"))
}
