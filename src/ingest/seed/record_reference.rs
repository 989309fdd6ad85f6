//! References from a row to a record of one of several nouns: `Programme:ICP-MLI-3`.

use super::row::{Row, RowLink};
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::ingest::suggestion::did_you_mean;

/// Parses the reference to a record of one of the targets.
pub(super) fn parse(
    row: &mut Row<'_>,
    column: &'static str,
    targets: &[Target],
) -> Option<(Target, String)> {
    let text = row.required(column)?;
    let (noun, id) = text.split_once(':').unwrap_or((&text, ""));
    let target = targets.iter().copied().find(|target| target.name() == noun);
    if let (Some(target), false) = (target, id.is_empty()) {
        row.links.push(RowLink { target, id: id.to_owned(), column });
        return Some((target, id.to_owned()));
    }
    let nouns: Vec<&str> = targets.iter().map(|target| target.name()).collect();
    let form = format!("write Noun:ID; allowed nouns: {}", nouns.join(", "));
    let help = did_you_mean(noun, nouns.iter().copied())
        .filter(|_| target.is_none())
        .map_or(form.clone(), |meant| format!("{meant} {form}"));
    let message = format!("`{text}` is not a reference to a record");
    row.error(ProblemCode::UnknownWord, column, message, Some(help));
    None
}
