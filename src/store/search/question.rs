//! What people type as a query: every word must be there, the last one may be unfinished, words in quotes stand together.

use std::sync::LazyLock;

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery,
    Occur, PhraseQuery, Query, TermQuery, TermSetQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::{Stemmer, TextAnalyzer, WhitespaceTokenizer};

use super::{Fields, TONGUES, collect};
use crate::model::noun::Kind;
use crate::model::text::{fold, words};
use crate::store::key;

/// The most words of a question; more say nothing that a search could use.
const MOST: usize = 24;

/// What people type, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// All of it, folded.
    whole: String,
    words: Vec<Word>,
    phrases: Vec<Vec<String>>,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    folded: String,
    /// Its stem in each tongue.
    stems: [String; 3],
    /// Whether it may be the beginning of a longer one.
    unfinished: bool,
}

impl Question {
    /// What a text asks for; `None` when there is no word in it.
    pub fn new(text: &str) -> Option<Self> {
        let mut found =
            Self { whole: words(text).join(" "), words: Vec::new(), phrases: Vec::new() };
        // Pieces between quotes are the second, the fourth and so on; a quote that is never closed opens nothing.
        let quotes = text.matches('"').count();
        for (at, piece) in text.split('"').enumerate() {
            let all = words(piece);
            if at % 2 == 1 && at < quotes && !all.is_empty() {
                found.phrases.push(all);
            } else {
                found.words.extend(all.into_iter().map(|word| Word::new(word, false)));
            }
        }
        found.words.truncate(MOST);
        if !text.ends_with(['"', ' '])
            && let Some(last) = found.words.last_mut()
        {
            last.unfinished = true;
        }
        (!found.words.is_empty() || !found.phrases.is_empty()).then_some(found)
    }

    /// Whether a word of a text, as it stands there, is one that was asked for.
    pub fn is_about(&self, word: &str, forgiving: bool) -> bool {
        let folded = fold(word);
        let in_phrase = self.phrases.iter().flatten().any(|asked| *asked == folded);
        in_phrase || {
            let stems = stems(&folded);
            self.words.iter().any(|asked| {
                asked.folded == folded
                    || (asked.unfinished && folded.starts_with(&asked.folded))
                    || asked.stems.iter().zip(&stems).any(|(a, b)| a == b)
                    || (forgiving
                        && strsim::osa_distance(&asked.folded, &folded)
                            <= usize::from(errors(&asked.folded)))
            })
        }
    }

    /// The query for some nouns.
    pub(super) fn query(&self, fields: &Fields, kinds: &[Kind], forgiving: bool) -> Box<dyn Query> {
        let words = self.words.iter().map(|word| word.query(fields, forgiving));
        let phrases = self.phrases.iter().map(|phrase| self::phrase(fields, phrase));
        let every: Vec<_> = words.chain(phrases).map(|query| (Occur::Must, query)).collect();
        let whole =
            term(Term::from_field_text(fields.whole, &self.whole), IndexRecordOption::Basic);
        let whole: Box<dyn Query> = Box::new(ConstScoreQuery::new(whole, collect::WHOLE));
        let every: Box<dyn Query> = if every.is_empty() {
            Box::new(EmptyQuery)
        } else {
            Box::new(BooleanQuery::new(every))
        };
        let mut ways = vec![whole, every];
        let errors = errors(&self.whole);
        if forgiving && errors > 0 {
            let near = Term::from_field_text(fields.whole, &self.whole);
            let near = Box::new(FuzzyTermQuery::new(near, errors, true));
            ways.push(Box::new(ConstScoreQuery::new(near, collect::NEARLY)));
        }
        let fits: Box<dyn Query> = Box::new(DisjunctionMaxQuery::new(ways));
        if kinds.len() == Kind::ALL.len() {
            return fits;
        }
        let number =
            |kind: &Kind| Term::from_field_u64(fields.kind, u64::from(key::kind_number(*kind)));
        let kinds = Box::new(TermSetQuery::new(kinds.iter().map(number)));
        let kinds: Box<dyn Query> = Box::new(ConstScoreQuery::new(kinds, 0.0));
        Box::new(BooleanQuery::new(vec![(Occur::Must, kinds), (Occur::Must, fits)]))
    }
}

impl Word {
    fn new(folded: String, unfinished: bool) -> Self {
        Self { stems: stems(&folded), folded, unfinished }
    }

    /// The word itself in a name is worth most, then its stem, then what it begins, then what it is but for an error.
    fn query(&self, fields: &Fields, forgiving: bool) -> Box<dyn Query> {
        let freqs = IndexRecordOption::WithFreqs;
        let named = term(Term::from_field_text(fields.name, &self.folded), freqs);
        let mut ways: Vec<Box<dyn Query>> = vec![
            Box::new(BoostQuery::new(named, 3.0)),
            term(Term::from_field_text(fields.other, &self.folded), freqs),
        ];
        for (field, stem) in fields.stems.into_iter().zip(&self.stems) {
            ways.push(term(Term::from_field_text(field, stem), freqs));
        }
        let begun = Term::from_field_text(fields.name, &self.folded);
        if self.unfinished && self.folded.chars().count() > 1 {
            let begins = Box::new(FuzzyTermQuery::new_prefix(begun.clone(), 0, true));
            ways.push(Box::new(ConstScoreQuery::new(begins, 1.0)));
        }
        let errors = errors(&self.folded);
        if forgiving && errors > 0 {
            let near = Box::new(FuzzyTermQuery::new(begun, errors, true));
            ways.push(Box::new(ConstScoreQuery::new(near, 0.5)));
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, 0.1))
    }
}

/// How many typing errors a word may have.
fn errors(word: &str) -> u8 {
    match word.chars().count() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

fn term(term: Term, option: IndexRecordOption) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, option))
}

fn phrase(fields: &Fields, phrase: &[String]) -> Box<dyn Query> {
    let terms: Vec<Term> =
        phrase.iter().map(|word| Term::from_field_text(fields.name, word)).collect();
    let together: Box<dyn Query> = match <[Term; 1]>::try_from(terms) {
        Ok([only]) => term(only, IndexRecordOption::WithFreqs),
        Err(terms) => Box::new(PhraseQuery::new(terms)),
    };
    Box::new(BoostQuery::new(together, 3.0))
}

/// The stem of a word in each tongue.
fn stems(folded: &str) -> [String; 3] {
    static STEMMERS: LazyLock<[TextAnalyzer; 3]> = LazyLock::new(|| {
        TONGUES.map(|(_, _, tongue)| {
            TextAnalyzer::builder(WhitespaceTokenizer::default())
                .filter(Stemmer::new(tongue))
                .build()
        })
    });
    STEMMERS.each_ref().map(|stemmer| {
        let mut stemmer = stemmer.clone();
        let mut tokens = stemmer.token_stream(folded);
        if tokens.advance() { tokens.token().text.clone() } else { folded.to_owned() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together_and_the_last_word_may_be_unfinished() {
        let question = Question::new("wells \"basic drinking water\" Ség").unwrap();
        assert_eq!(question.phrases, [["basic", "drinking", "water"]]);
        let words: Vec<_> =
            question.words.iter().map(|w| (w.folded.as_str(), w.unfinished)).collect();
        assert_eq!(words, [("wells", false), ("seg", true)]);
        assert!(question.is_about("Ségou", false) && question.is_about("well", false));
        assert!(!question.is_about("school", false));
        assert_eq!(Question::new(" ,;\""), None);
        assert_eq!(Question::new("\"open").unwrap().words.len(), 1);
    }

    #[test]
    fn typing_errors_are_forgiven_when_asked() {
        let question = Question::new("santitation ").unwrap();
        assert!(!question.is_about("sanitation", false));
        assert!(question.is_about("sanitation", true));
    }
}
