//! Statements of a publication: what it prints, in the order of its text, and what rests on each.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::evidence::{self, Evidence, Part};
use crate::model::facet::Facet;
use crate::model::locator;
use crate::model::money::Money;
use crate::model::noun::{Kind, Record};
use crate::model::origin::Citation;

/// Statement of a publication about a record or a part of one.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Record that rests on it.
    pub record: Arc<Record>,
    /// Part of the record; `None` for the record itself.
    pub part: Option<Part>,
    /// The citation.
    pub citation: Citation,
    /// Interpretation of the printed words. `None` if they are the value itself.
    pub reading: Option<String>,
    /// Identifier within the publication, stable across rebuilds: record, part, field and number of repeats.
    pub key: String,
}

impl Statement {
    /// Returns true if the publication's own words are known.
    pub fn is_printed(&self) -> bool {
        self.citation.as_published.is_some()
    }
}

impl Reader {
    /// Returns the statements of a publication, by locator; equal locators by noun and identifier.
    ///
    /// A citation without printed words is left out where the same publication prints words for the same field, or for any
    /// field if the citation supports the whole record or part.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn statements(&self, source: &str) -> Result<Vec<Statement>, Error> {
        let mut found = Vec::new();
        for (kind, key) in self.keys(Kind::ALL, &Filter::is(Facet::Source, source))? {
            if let Some(record) = self.get_any(kind, &key)? {
                gather(&Arc::new(record), source, &mut found);
            }
        }
        found.sort_by(|a, b| {
            let (a, b) = (a.citation.locator.as_deref(), b.citation.locator.as_deref());
            locator::compare(a, b)
        });
        Ok(found)
    }
}

/// Adds the statements of a publication about a record and its parts.
fn gather(record: &Arc<Record>, source: &str, found: &mut Vec<Statement>) {
    let mut repeats: BTreeMap<String, usize> = BTreeMap::new();
    for evidence in evidence::of(record) {
        let own = evidence.citations.iter().filter(|citation| citation.source.as_str() == source);
        let own: Vec<&Citation> = own.collect();
        for citation in own.iter().copied().filter(|citation| !is_worded(citation, &own)) {
            let mut statement = statement(record, &evidence, citation);
            let number = repeats.entry(statement.key.clone()).or_default();
            if *number > 0 {
                statement.key = format!("{} {number}", statement.key);
            }
            *number += 1;
            found.push(statement);
        }
    }
}

/// Returns true if a citation has no words and another one of the same evidence has those for it.
fn is_worded(citation: &Citation, all: &[&Citation]) -> bool {
    let is_same = |other: &Citation| citation.field.is_none() || citation.field == other.field;
    citation.as_published.is_none()
        && all.iter().any(|other| other.as_published.is_some() && is_same(other))
}

fn statement(record: &Arc<Record>, evidence: &Evidence<'_>, citation: &Citation) -> Statement {
    let part = evidence.part.clone();
    let of_part = part.as_ref().map(|part| format!(" {}:{}", part.kind, part.id));
    let field = citation.field.as_deref().map(|field| format!(" {field}"));
    let (kind, id) = (record.kind(), record.key());
    let (of_part, field) = (of_part.unwrap_or_default(), field.unwrap_or_default());
    Statement {
        record: Arc::clone(record),
        reading: reading(citation, evidence.money),
        key: format!("{kind}:{id}{of_part}{field}"),
        part,
        citation: citation.clone(),
    }
}

/// Returns the interpretation of printed words: that of the editors, otherwise the amount that a printed number gives.
fn reading(citation: &Citation, money: Option<&Money>) -> Option<String> {
    let is_amount = citation.field.as_deref().is_none_or(|field| field == "amount");
    let words = citation.as_published.as_deref().unwrap_or_default();
    let is_number = words.contains(|c: char| c.is_ascii_digit());
    let amount = money.filter(|money| is_amount && is_number && money.value().is_some());
    citation.normalised.clone().or_else(|| amount.map(ToString::to_string))
}
