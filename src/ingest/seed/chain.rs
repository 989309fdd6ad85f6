//! Chains: rows that contain, follow or stand for one another must end somewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, Finding, Place};
use super::sheet::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::noun::Kind;

/// The columns that lead to a row of the same file, and what such rows are.
const CHAINS: [(Target, &str); 7] = [
    (Target::Record(Kind::Programme), "parent_id"),
    (Target::Record(Kind::Location), "within"),
    (Target::Budget, "part_of"),
    (Target::Budget, "supersedes"),
    (Target::Record(Kind::HumanitarianContribution), "part_of"),
    (Target::Record(Kind::HumanitarianContribution), "alternative_to"),
    (Target::Record(Kind::Transaction), "part_of"),
];

/// How many identifiers of a circle a message names.
const NAMED: usize = 8;

/// Rows that name themselves, and rows that lead back to themselves.
pub(super) fn findings(book: &Book) -> Vec<(Place, Finding)> {
    let mut found = Vec::new();
    for (place, entry, _) in book.taken() {
        for link in &entry.links {
            if book.find(link.target, &link.id) == Some(place) {
                let message = format!("`{}` names itself", link.id);
                found.push((
                    place,
                    Finding::error(ProblemCode::SelfReference, link.column, message),
                ));
            }
        }
    }
    for (target, column) in CHAINS {
        found.extend(circles(&steps(book, target, column)));
    }
    found
}

/// One step of a chain.
struct Step<'b> {
    id: &'b str,
    column: &'static str,
    next: Place,
}

/// The steps of a chain from each row that has one; those to the row itself apart.
fn steps<'b>(book: &'b Book, target: Target, column: &str) -> BTreeMap<Place, Step<'b>> {
    let mut steps = BTreeMap::new();
    for (id, place) in book.ids(target) {
        let entry = book.entry(place).filter(|_| book.is_taken(place));
        let links = entry.map_or(&[][..], |entry| &entry.links);
        let link = links.iter().find(|link| link.target == target && link.column == column);
        if let Some((link, next)) = link.and_then(|l| Some((l, book.find(target, &l.id)?)))
            && next != place
        {
            steps.insert(place, Step { id, column: link.column, next });
        }
    }
    steps
}

/// The circles: each row has one step at most, so a walk that comes back to its own path has found one.
fn circles(steps: &BTreeMap<Place, Step<'_>>) -> Vec<(Place, Finding)> {
    let mut found = Vec::new();
    let mut done: BTreeSet<Place> = BTreeSet::new();
    for start in steps.keys() {
        let mut path: Vec<Place> = Vec::new();
        let mut on_path: BTreeSet<Place> = BTreeSet::new();
        let mut at = *start;
        while !done.contains(&at) && on_path.insert(at) {
            path.push(at);
            match steps.get(&at) {
                Some(step) => at = step.next,
                None => break,
            }
        }
        if on_path.contains(&at) && steps.contains_key(&at) && !done.contains(&at) {
            let circle: Vec<Place> = path.iter().copied().skip_while(|p| *p != at).collect();
            found.extend(tell(steps, &circle));
        }
        done.extend(path);
    }
    found
}

/// A finding for each row of a circle.
fn tell(steps: &BTreeMap<Place, Step<'_>>, circle: &[Place]) -> Vec<(Place, Finding)> {
    let steps: Vec<(Place, &Step<'_>)> =
        circle.iter().filter_map(|place| Some((*place, steps.get(place)?))).collect();
    let mut names: Vec<&str> = steps.iter().map(|(_, step)| step.id).take(NAMED).collect();
    names.push(if steps.len() > NAMED {
        "…"
    } else {
        names.first().copied().unwrap_or_default()
    });
    let message = format!("the chain leads back to its beginning: {}", names.join(" → "));
    steps
        .iter()
        .map(|(place, step)| {
            (*place, Finding::error(ProblemCode::Cycle, step.column, message.clone()))
        })
        .collect()
}
