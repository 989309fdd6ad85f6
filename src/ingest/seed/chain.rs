//! Cycle checks: rows that contain, follow or replace one another must form chains that end.

use std::collections::{BTreeMap, BTreeSet};

use super::dataset::{Dataset, RowFinding, RowPosition};
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::noun::Kind;

/// Columns that refer to a row of the same file, with the kind of those rows.
const CHAINS: [(Target, &str); 7] = [
    (Target::Record(Kind::Programme), "parent_id"),
    (Target::Record(Kind::Location), "within"),
    (Target::Budget, "part_of"),
    (Target::Budget, "supersedes"),
    (Target::Record(Kind::HumanitarianContribution), "part_of"),
    (Target::Record(Kind::HumanitarianContribution), "alternative_to"),
    (Target::Record(Kind::Transaction), "part_of"),
];

/// Maximum number of identifiers of a cycle that a message lists.
const NAMED: usize = 8;

/// Finds rows that refer to themselves, directly or through others.
pub(super) fn findings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let mut found = Vec::new();
    for (place, entry, _) in book.taken() {
        for link in &entry.links {
            if book.find(link.target, &link.id) == Some(place) {
                let message = format!("`{}` refers to itself", link.id);
                found.push((
                    place,
                    RowFinding::error(ProblemCode::SelfReference, link.column, message),
                ));
            }
        }
    }
    for (target, column) in CHAINS {
        found.extend(cycles(&steps(book, target, column)));
    }
    found
}

/// Link of a chain from one row to the next.
struct ChainStep<'b> {
    id: &'b str,
    column: &'static str,
    next: RowPosition,
}

/// Maps each row to its link of a chain, without links to the row itself.
fn steps<'b>(
    book: &'b Dataset,
    target: Target,
    column: &str,
) -> BTreeMap<RowPosition, ChainStep<'b>> {
    let mut steps = BTreeMap::new();
    for (id, place) in book.ids(target) {
        let entry = book.entry(place).filter(|_| book.is_taken(place));
        let links = entry.map_or(&[][..], |entry| &entry.links);
        let link = links.iter().find(|link| link.target == target && link.column == column);
        if let Some((link, next)) = link.and_then(|l| Some((l, book.find(target, &l.id)?)))
            && next != place
        {
            steps.insert(place, ChainStep { id, column: link.column, next });
        }
    }
    steps
}

/// Finds cycles: each row has at most one link, so a walk that returns to its own path has found one.
fn cycles(steps: &BTreeMap<RowPosition, ChainStep<'_>>) -> Vec<(RowPosition, RowFinding)> {
    let mut found = Vec::new();
    let mut done: BTreeSet<RowPosition> = BTreeSet::new();
    for start in steps.keys() {
        let mut path: Vec<RowPosition> = Vec::new();
        let mut on_path: BTreeSet<RowPosition> = BTreeSet::new();
        let mut at = *start;
        while !done.contains(&at) && on_path.insert(at) {
            path.push(at);
            match steps.get(&at) {
                Some(step) => at = step.next,
                None => break,
            }
        }
        if on_path.contains(&at) && steps.contains_key(&at) && !done.contains(&at) {
            let cycle: Vec<RowPosition> = path.iter().copied().skip_while(|p| *p != at).collect();
            found.extend(cycle_findings(steps, &cycle));
        }
        done.extend(path);
    }
    found
}

/// Builds a finding for each row of a cycle.
fn cycle_findings(
    steps: &BTreeMap<RowPosition, ChainStep<'_>>,
    cycle: &[RowPosition],
) -> Vec<(RowPosition, RowFinding)> {
    let steps: Vec<(RowPosition, &ChainStep<'_>)> =
        cycle.iter().filter_map(|place| Some((*place, steps.get(place)?))).collect();
    let mut names: Vec<&str> = steps.iter().map(|(_, step)| step.id).take(NAMED).collect();
    names.push(if steps.len() > NAMED {
        "…"
    } else {
        names.first().copied().unwrap_or_default()
    });
    let message = format!("circular reference: {}", names.join(" → "));
    steps
        .iter()
        .map(|(place, step)| {
            (*place, RowFinding::error(ProblemCode::Cycle, step.column, message.clone()))
        })
        .collect()
}
