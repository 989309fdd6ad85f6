//! Policy markers, tags and other identifiers of an activity.

use std::collections::BTreeSet;

use super::common::agree;
use super::layout::{CrsColumn, PackedRow};
use super::reader::ActivityReader;
use crate::ingest::problem::ProblemCode;
use crate::model::activity::{OtherIdentifier, PolicyMarker, Tag};

/// Markers with their names and their codes on IATI's list. Source: IATI `PolicyMarker`.
const MARKERS: [(CrsColumn, &str, &str); 12] = [
    (CrsColumn::Gender, "gender", "1"),
    (CrsColumn::Environment, "environment", "2"),
    (CrsColumn::Governance, "pdgg", "3"),
    (CrsColumn::Trade, "trade", "4"),
    (CrsColumn::Biodiversity, "biodiversity", "5"),
    (CrsColumn::Mitigation, "climate_mitigation", "6"),
    (CrsColumn::Adaptation, "climate_adaptation", "7"),
    (CrsColumn::Desertification, "desertification", "8"),
    (CrsColumn::Health, "rmnch", "9"),
    (CrsColumn::RiskReduction, "drr", "10"),
    (CrsColumn::Disability, "disability", "11"),
    (CrsColumn::Nutrition, "nutrition", "12"),
];

impl ActivityReader<'_> {
    /// Returns each significance in the rows once. Transactions have no markers, so differing rows are reported.
    pub(super) fn markers(&mut self, rows: &[PackedRow]) -> Vec<PolicyMarker> {
        let mut markers: Vec<PolicyMarker> = Vec::new();
        let mut differ = Vec::new();
        for (column, field, code) in MARKERS {
            for row in rows {
                let significance = row.get(column).map(str::to_owned);
                let is_known = |m: &PolicyMarker| m.code == code && m.significance == significance;
                if significance.is_some() && !markers.iter().any(is_known) {
                    let origin = self.origin(row.line);
                    let (vocabulary, code, name) = (None, code.to_owned(), None);
                    markers.push(PolicyMarker { vocabulary, code, significance, name, origin });
                }
            }
            if !agree(rows, |row| row.get(column)) {
                differ.push((field, scores(rows, column)));
            }
        }
        if let (Some(row), false) = (rows.first(), differ.is_empty()) {
            let message = "rows of the activity give different markers, or some of them none; the activity has each that is given";
            let fields: Vec<&str> = differ.iter().map(|(field, _)| *field).collect();
            let given: Vec<String> =
                differ.iter().map(|(field, scores)| format!("{field} {scores}")).collect();
            let (fields, given) = (fields.join(", "), given.join("; "));
            self.warn(ProblemCode::SeveralValues, row.line, &fields, Some(&given), message);
        }
        markers
    }

    /// Returns Sustainable Development Goals (`7`), targets (`7.1`), and keywords.
    pub(super) fn tags(&self, rows: &[PackedRow]) -> Vec<Tag> {
        let mut tags: Vec<Tag> = Vec::new();
        for row in rows {
            let parts =
                |column| row.get(column).unwrap_or_default().split([',', ';']).map(str::trim);
            let goals = parts(CrsColumn::SdgFocus)
                .map(|code| (if code.contains('.') { "3" } else { "2" }, code));
            let words = parts(CrsColumn::Keywords).map(|word| ("99", word.trim_start_matches('#')));
            for (vocabulary, code) in goals.chain(words).filter(|(_, code)| !code.is_empty()) {
                let is =
                    |tag: &Tag| tag.code == code && tag.vocabulary.as_deref() == Some(vocabulary);
                if !tags.iter().any(is) {
                    let vocabulary = Some(vocabulary.to_owned());
                    let origin = self.origin(row.line);
                    tags.push(Tag { vocabulary, code: code.to_owned(), name: None, origin });
                }
            }
        }
        tags
    }
}

/// Lists the different scores in a column: `none, 0, 2`.
fn scores(rows: &[PackedRow], column: CrsColumn) -> String {
    let scores: BTreeSet<Option<&str>> = rows.iter().map(|row| row.get(column)).collect();
    let scores: Vec<&str> = scores.into_iter().map(|score| score.unwrap_or("none")).collect();
    scores.join(", ")
}

/// Returns the project numbers of the donor and of the CRS, without duplicates.
pub(super) fn identifiers(rows: &[PackedRow]) -> Vec<OtherIdentifier> {
    let mut found: Vec<OtherIdentifier> = Vec::new();
    for row in rows {
        for (column, kind) in [(CrsColumn::ProjectNumber, "A1"), (CrsColumn::CrsId, "A2")] {
            let Some(identifier) = row.get(column) else { continue };
            if found.iter().all(|other| other.identifier != identifier) {
                let (identifier, r#type) = (identifier.to_owned(), Some(kind.to_owned()));
                found.push(OtherIdentifier { identifier, r#type, owner: None });
            }
        }
    }
    found
}
