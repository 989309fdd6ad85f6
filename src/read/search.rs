//! Search: words in, records of any noun out, the best first, and what to show of each.

use super::error::Error;
use super::filter::Filter;
use super::reader::Reader;
use crate::model::facet::Facet;
use crate::model::name;
use crate::model::noun::{Kind, Noun as _, Record};
use crate::model::text::{Language, words};
use crate::store::search::parts;
pub use crate::store::search::{Hit, Question};

/// The most records that a search ranks; of more it says how many there are.
pub const MOST_RANKED: usize = 1_000;

/// How many words a snippet has before the first that was asked for, and in all.
const BEFORE: usize = 6;
const IN_ALL: usize = 32;

/// What a search is narrowed by; an empty list means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Narrowing {
    /// Countries that receive, host or are the subject, by ISO 3166-1 code.
    pub countries: Vec<String>,
    /// Countries that give.
    pub donors: Vec<String>,
    /// Years that a record touches.
    pub years: Vec<String>,
    /// DAC purpose codes.
    pub sectors: Vec<String>,
    /// Agencies that take part, pay or receive, by identifier.
    pub agencies: Vec<String>,
}

/// What a search finds.
#[derive(Clone, Debug)]
pub struct Found {
    /// How many records fit.
    pub total: u64,
    /// The best [`MOST_RANKED`] of them, best first; equal ones in the order of nouns and identifiers.
    pub hits: Vec<Hit>,
    /// Whether nothing fitted until typing errors were forgiven.
    pub forgiving: bool,
}

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is a word that was asked for.
    pub is_match: bool,
}

/// A part of a text with words that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The language of the text.
    pub language: Language,
    /// The part, in pieces that make it when they are put together.
    pub pieces: Vec<Piece>,
}

impl Narrowing {
    fn filter(&self) -> Filter {
        let facets = [
            (Facet::Country, &self.countries),
            (Facet::Donor, &self.donors),
            (Facet::Year, &self.years),
            (Facet::Sector, &self.sectors),
            (Facet::Agency, &self.agencies),
        ];
        let asked = facets.into_iter().filter(|(_, terms)| !terms.is_empty());
        asked.fold(Filter::All, |all, (facet, terms)| all.and(Filter::Is(facet, terms.clone())))
    }
}

impl Reader {
    /// The records that have all the words of a question in their names and descriptions.
    ///
    /// # Errors
    /// As [`Reader::all`].
    pub fn search(
        &self,
        question: &Question,
        kinds: &[Kind],
        narrowing: &Narrowing,
    ) -> Result<Found, Error> {
        let index = self.generation().search();
        let filter = narrowing.filter();
        let is_over = || self.work().is_over();
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
        let crate::store::search::Found { total, hits, forgiving } = found;
        Ok(Found { total, hits, forgiving })
    }

    /// The record of a hit.
    ///
    /// # Errors
    /// [`Error::Dangling`] when the index names one that is not there.
    pub fn hit(&self, hit: Hit) -> Result<Record, Error> {
        let Hit { kind, ordinal, .. } = hit;
        self.generation().any_at(kind, ordinal)?.ok_or(Error::Dangling { kind, ordinal })
    }

    /// A part of what is said of a record, with the words that were asked for; of its name where they stand nowhere else.
    ///
    /// # Errors
    /// As [`Reader::get`].
    pub fn snippet(
        &self,
        record: &Record,
        question: &Question,
        forgiving: bool,
    ) -> Result<Option<Snippet>, Error> {
        let is_match = |word: &str| question.is_about(word, forgiving);
        let details = match record {
            Record::Programme(programme) => self.details(programme.key())?,
            _ => None,
        };
        let published = details.iter().flat_map(|details| &details.descriptions);
        let published = published.flat_map(|description| description.text.forms());
        let texts = name::sentences(record).into_iter().chain(published).chain(name::names(record));
        // Of several the one with the most of the words; of equals the first.
        let mut best: Option<(usize, Snippet)> = None;
        for (language, text) in texts {
            let Some((matches, pieces)) = cut(text, &is_match) else { continue };
            if best.as_ref().is_none_or(|(most, _)| matches > *most) {
                best = Some((matches, Snippet { language, pieces }));
            }
        }
        Ok(best.map(|(_, snippet)| snippet))
    }
}

/// The part of a text around the first words that match, and how many do; `None` when none does.
fn cut(text: &str, is_match: &dyn Fn(&str) -> bool) -> Option<(usize, Vec<Piece>)> {
    // Words and what stands between them, in turns.
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

/// The name of a record that fits a text best; its identifier only where that is what was asked for, or it has no name.
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

/// How well a name fits: 1,000 when it is just the words, less for each word more, less for words that only
/// begin one of the name's, and 0 when no word is there.
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

    fn shown(text: &str, asked: &str) -> String {
        let question = Question::new(asked).unwrap();
        let (_, pieces) = cut(text, &|word| question.is_about(word, false)).unwrap_or_default();
        let mark =
            |piece: Piece| if piece.is_match { format!("[{}]", piece.text) } else { piece.text };
        pieces.into_iter().map(mark).collect()
    }

    #[test]
    fn a_snippet_is_a_part_around_the_words_with_each_marked() {
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
    fn a_whole_name_fits_better_than_a_mention() {
        let fits = |name: &str, text: &str| score(&words(name), &words(text));
        assert_eq!(fits("Mali", "MALI"), 1_000);
        assert!(
            fits("Mali crisis", "mali") > fits("Additional support for people in Mali", "mali")
        );
        assert_eq!(fits("Niger", "mali"), 0);
    }
}
