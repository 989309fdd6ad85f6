//! Full-text search over records of every noun, ranked, with snippets.

use std::cell::Cell;

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::facet::Facet;
use crate::model::name;
use crate::model::noun::{Kind, Noun as _, Record};
use crate::model::text::{Language, words};
use crate::store::search::parts;
pub use crate::store::search::{Hit, SearchQuery};

/// Maximum number of ranked hits. Further matches are only counted.
pub const MOST_RANKED: usize = 1_000;

/// Number of words in a snippet before the first match, and in total.
const BEFORE: usize = 6;
const IN_ALL: usize = 32;

/// Filter of a search; an empty list matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SearchFilter {
    /// Countries that receive, host or are the subject, by ISO 3166-1 code.
    pub countries: Vec<String>,
    /// Donor countries, by ISO 3166-1 code.
    pub donors: Vec<String>,
    /// Years that a record touches.
    pub years: Vec<String>,
    /// DAC purpose codes.
    pub sectors: Vec<String>,
    /// Agencies that take part, pay or receive, by identifier.
    pub agencies: Vec<String>,
}

/// Result of a search.
#[derive(Clone, Debug)]
pub struct SearchResult {
    /// Number of matching records.
    pub total: u64,
    /// The best [`MOST_RANKED`] hits, best first. Ties are ordered by noun and identifier.
    pub hits: Vec<Hit>,
    /// True if only a search that tolerates typing errors found a match.
    pub forgiving: bool,
}

/// A piece of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Text of the piece.
    pub text: String,
    /// True if the piece is a matched word.
    pub is_match: bool,
}

/// An excerpt of a text with matched words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Language of the text.
    pub language: Language,
    /// Consecutive pieces that together form the excerpt.
    pub pieces: Vec<Piece>,
}

impl SearchFilter {
    fn filter(&self) -> Filter {
        let facets = [
            (Facet::Country, &self.countries),
            (Facet::Donor, &self.donors),
            (Facet::Year, &self.years),
            (Facet::Sector, &self.sectors),
            (Facet::Agency, &self.agencies),
        ];
        let conditions = facets.into_iter().filter(|(_, terms)| !terms.is_empty());
        conditions
            .fold(Filter::All, |all, (facet, terms)| all.and(Filter::Is(facet, terms.clone())))
    }
}

impl Reader {
    /// Finds the records whose names and descriptions contain all words of the query.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`].
    pub fn search(
        &self,
        question: &SearchQuery,
        kinds: &[Kind],
        narrowing: &SearchFilter,
    ) -> Result<SearchResult, Error> {
        let index = self.generation().search();
        let filter = narrowing.filter();
        let is_over = self.work().deadline_check();
        let found = if filter == Filter::All {
            index.find(question, kinds, &|_, _| true, MOST_RANKED, &is_over)?
        } else {
            let mut allowed = Vec::new();
            for kind in kinds {
                allowed.push((*kind, self.find(*kind, &filter)?));
            }
            let is_allowed = |kind: Kind, ordinal: u32| {
                allowed.iter().any(|(of, ordinals)| *of == kind && ordinals.contains(ordinal))
            };
            index.find(question, kinds, &is_allowed, MOST_RANKED, &is_over)?
        };
        self.work().check()?;
        let crate::store::search::Matches { total, hits, forgiving } = found;
        Ok(SearchResult { total, hits, forgiving })
    }

    /// Reads the record of a hit.
    ///
    /// # Errors
    /// [`Error::Dangling`] if the index refers to a record that does not exist.
    pub fn hit(&self, hit: Hit) -> Result<Record, Error> {
        let Hit { kind, ordinal, .. } = hit;
        self.generation().any_at(kind, ordinal)?.ok_or(Error::Dangling { kind, ordinal })
    }

    /// Returns an excerpt of a record's descriptions with the matched words; of its name if they
    /// occur nowhere else.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn snippet(
        &self,
        record: &Record,
        question: &SearchQuery,
        forgiving: bool,
    ) -> Result<Option<Snippet>, Error> {
        let has_ended = Cell::new(false);
        let is_match = |word: &str| {
            has_ended.set(has_ended.get() || self.work().is_over_at_step());
            !has_ended.get() && question.is_about(word, forgiving)
        };
        let details = match record {
            Record::Programme(programme) => self.details(programme.key())?,
            _ => None,
        };
        let published = details.iter().flat_map(|details| &details.descriptions);
        let published = published.flat_map(|description| description.text.forms());
        let texts = name::sentences(record).into_iter().chain(published).chain(name::names(record));
        // The text with the most matches wins; the first of equals.
        let mut best: Option<(usize, Snippet)> = None;
        for (language, text) in texts {
            let found = cut(text, &is_match);
            if has_ended.get() {
                self.work().check()?;
            }
            let Some((matches, pieces)) = found else { continue };
            if best.as_ref().is_none_or(|(most, _)| matches > *most) {
                best = Some((matches, Snippet { language, pieces }));
            }
        }
        Ok(best.map(|(_, snippet)| snippet))
    }
}

/// Cuts a text around its first match and returns the number of matches; `None` without a match.
fn cut(text: &str, is_match: &dyn Fn(&str) -> bool) -> Option<(usize, Vec<Piece>)> {
    // Words and the text between them, alternating.
    let parts: Vec<(&str, bool)> =
        parts(text).into_iter().map(|(part, is_word)| (part, is_word && is_match(part))).collect();
    let first = parts.iter().position(|(_, matches)| *matches)?;
    let from = first.saturating_sub(2 * BEFORE);
    let shown = parts.get(from..)?.iter().take(2 * IN_ALL);
    let mut pieces: Vec<Piece> = Vec::new();
    if from > 0 {
        pieces.push(Piece { text: "… ".to_owned(), is_match: false });
    }
    for (part, is_match) in shown.clone() {
        match pieces.last_mut().filter(|last| !last.is_match && !is_match) {
            Some(last) => last.text.push_str(part),
            None => pieces.push(Piece { text: (*part).to_owned(), is_match: *is_match }),
        }
    }
    if from + 2 * IN_ALL < parts.len() {
        pieces.push(Piece { text: " …".to_owned(), is_match: false });
    }
    Some((shown.filter(|(_, matches)| *matches).count(), pieces))
}

/// Returns the name of a record that fits a text best. The identifier is used only if the text asks
/// for it, or if the record has no name.
pub fn best_name(record: &Record, text: &str) -> String {
    let wanted = words(text);
    let fit = |name: &str| {
        let words = words(name);
        let is_beside = name == record.key() && words != wanted;
        if is_beside { 0 } else { score(&words, &wanted) }
    };
    let best = name::names(record).into_iter().rev().max_by_key(|(_, name)| fit(name));
    best.map(|(_, name)| name.to_owned()).unwrap_or_default()
}

/// Scores a name: 1,000 for an exact match, less for extra words and for prefix matches, 0 without
/// a match.
fn score(name: &[String], wanted: &[String]) -> usize {
    if name == wanted {
        return 1_000;
    }
    let whole = wanted.iter().filter(|word| name.contains(word)).count();
    let begun =
        wanted.iter().filter(|w| name.iter().any(|n| n.starts_with(w.as_str()))).count() - whole;
    let covered = (whole * 10 + begun * 6) * 80 / (wanted.len().max(name.len()) * 10).max(1);
    let share = (whole * 10 + begun * 6) * 60 / (wanted.len() * 10).max(1);
    (covered * 5 + share * 5).min(999)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, query: &str) -> String {
        let question = SearchQuery::new(query).unwrap();
        let (_, pieces) = cut(text, &|word| question.is_about(word, false)).unwrap_or_default();
        let mark =
            |piece: Piece| if piece.is_match { format!("[{}]", piece.text) } else { piece.text };
        pieces.into_iter().map(mark).collect()
    }

    #[test]
    fn a_snippet_surrounds_the_words_and_marks_each() {
        assert_eq!(shown("Deep wells in Ségou.", "well segou"), "Deep [wells] in [Ségou].");
        assert_eq!(shown("Deep wells", "school"), "");
        assert_eq!(shown("Se\u{301}gou wells", "segou"), "[Se\u{301}gou] wells");
        assert_eq!(shown("改善饮用水, 2020", "饮用水"), "[改善饮用水], 2020");
        let long =
            format!("{}the well is deep {}", "one two ".repeat(30), "three four ".repeat(60));
        let part = shown(&long, "well");
        assert!(
            part.starts_with("… ") && part.ends_with(" …") && part.contains("the [well] is deep")
        );
        assert!(part.split_whitespace().count() < 2 * IN_ALL);
    }

    #[test]
    fn a_complete_name_scores_above_a_mention() {
        let fits = |name: &str, text: &str| score(&words(name), &words(text));
        assert_eq!(fits("Mali", "MALI"), 1_000);
        assert!(
            fits("Mali crisis", "mali") > fits("Additional support for people in Mali", "mali")
        );
        assert_eq!(fits("Niger", "mali"), 0);
    }
}
