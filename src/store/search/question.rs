//! Query parser: every word must match, the last may be incomplete, quoted words form a phrase.

use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery,
    Query, TermQuery, TermSetQuery,
};
use tantivy::schema::IndexRecordOption;

use super::timed::{Expansion, IsOver, Timed};
use super::token::{self, WordToken};
use super::{Fields, collect};
use crate::model::noun::Kind;
use crate::model::text::words;
use crate::store::key;

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchQuery {
    /// The whole query, folded.
    whole: String,
    words: Vec<QueryWord>,
    phrases: Vec<Vec<QueryWord>>,
}

/// A part of a query that a record matches by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum QueryPart {
    Word(QueryWord),
    Phrase(Vec<QueryWord>),
    /// The whole query as a name.
    Whole(String),
}

/// One word, or a run of letters of a script without spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct QueryWord {
    folded: String,
    /// The word and its stems in each language; of a run its tokens, which are adjacent.
    stems: Vec<String>,
    is_run: bool,
    /// True if it may be the prefix of a longer word.
    unfinished: bool,
}

impl SearchQuery {
    /// Parses a text; `None` if it contains no word.
    pub fn new(text: &str) -> Option<Self> {
        let mut found =
            Self { whole: words(text).join(" "), words: Vec::new(), phrases: Vec::new() };
        // Parts between quotes are the second, the fourth and so on; an unclosed quote is ignored.
        let quotes = text.matches('"').count();
        for (at, piece) in text.split('"').enumerate() {
            let all: Vec<QueryWord> =
                token::pieces(piece).into_iter().map(QueryWord::from).collect();
            if at % 2 == 1 && at < quotes && !all.is_empty() {
                found.phrases.push(all);
            } else {
                found.words.extend(all);
            }
        }
        if !text.ends_with(['"', ' '])
            && let Some(last) = found.words.last_mut()
        {
            last.unfinished = true;
        }
        (!found.words.is_empty() || !found.phrases.is_empty()).then_some(found)
    }

    /// Returns true if a word of a text matches a word of the query; a run matches if it contains one.
    pub fn is_about(&self, word: &str, forgiving: bool) -> bool {
        token::pieces(word).into_iter().map(QueryWord::from).any(|found| {
            let all = self.words.iter().chain(self.phrases.iter().flatten());
            all.into_iter().any(|asked| asked.is(&found, forgiving))
        })
    }

    /// Returns the parts that a record must match, all of them.
    pub(super) fn parts(&self) -> impl Iterator<Item = QueryPart> {
        let words = self.words.iter().cloned().map(QueryPart::Word);
        words.chain(self.phrases.iter().cloned().map(QueryPart::Phrase))
    }

    /// Returns the part that a record may match instead.
    pub(super) fn whole(&self) -> QueryPart {
        QueryPart::Whole(self.whole.clone())
    }

    /// Builds the query for some nouns. After the deadline it matches nothing more.
    pub(super) fn query(
        &self,
        fields: &Fields,
        kinds: &[Kind],
        forgiving: bool,
        is_over: &IsOver,
    ) -> Box<dyn Query> {
        let parts = self.parts();
        let every: Vec<_> =
            parts.map(|part| (Occur::Must, part.query(fields, forgiving, is_over))).collect();
        let every: Box<dyn Query> = if every.is_empty() {
            Box::new(EmptyQuery)
        } else {
            Box::new(BooleanQuery::new(every))
        };
        let mut ways = whole(&self.whole, fields, forgiving, is_over);
        ways.insert(1, every);
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

impl QueryPart {
    /// Builds the query for this part alone.
    pub(super) fn query(
        &self,
        fields: &Fields,
        forgiving: bool,
        is_over: &IsOver,
    ) -> Box<dyn Query> {
        let query: Box<dyn Query> = match self {
            Self::Word(word) => word.query(fields, forgiving, is_over),
            Self::Phrase(words) => phrase(fields, words),
            Self::Whole(name) => {
                Box::new(DisjunctionMaxQuery::new(whole(name, fields, forgiving, is_over)))
            }
        };
        Box::new(Timed::new(query, is_over))
    }
}

/// Builds the queries for a whole name: exact, and with typing errors.
fn whole(name: &str, fields: &Fields, forgiving: bool, is_over: &IsOver) -> Vec<Box<dyn Query>> {
    let named = Term::from_field_text(fields.whole, name);
    let exact = term(named.clone(), IndexRecordOption::Basic);
    let mut ways: Vec<Box<dyn Query>> = vec![Box::new(ConstScoreQuery::new(exact, collect::WHOLE))];
    let errors = errors(name);
    if forgiving && errors > 0 {
        let near = Box::new(Expansion::near(named, errors, is_over));
        ways.push(Box::new(ConstScoreQuery::new(near, collect::NEARLY)));
    }
    ways
}

impl From<WordToken> for QueryWord {
    fn from(piece: WordToken) -> Self {
        match piece {
            WordToken::Word(written, folded) => {
                let stems = token::stems(&written, &folded);
                Self { folded, stems, is_run: false, unfinished: false }
            }
            WordToken::Run(run) => {
                let mut stems = token::tokens(&run);
                // The last letter alone adds nothing, unless it is the only one.
                stems.truncate(stems.len().saturating_sub(1).max(1));
                Self { folded: run, stems, is_run: true, unfinished: false }
            }
        }
    }
}

impl QueryWord {
    /// Returns true if a word of a text matches this word.
    fn is(&self, found: &Self, forgiving: bool) -> bool {
        if self.is_run || found.is_run {
            return self.is_run && found.folded.contains(&self.folded);
        }
        let is_near = |asked: &String, found: &String| {
            strsim::osa_distance(asked, found) <= usize::from(errors(asked))
        };
        self.folded == found.folded
            || (self.unfinished && found.folded.starts_with(&self.folded))
            || self.stems.iter().any(|stem| found.stems.contains(stem))
            || (forgiving && is_near(&self.folded, &found.folded))
    }

    /// Ranks an exact word in a name highest, then its stem, then a prefix match, then a match with typing errors.
    fn query(&self, fields: &Fields, forgiving: bool, is_over: &IsOver) -> Box<dyn Query> {
        if self.is_run {
            return self.run(fields, is_over);
        }
        let freqs = IndexRecordOption::WithFreqs;
        let begun = Term::from_field_text(fields.name, &self.folded);
        let named = term(begun.clone(), freqs);
        let mut ways: Vec<Box<dyn Query>> = vec![Box::new(BoostQuery::new(named, 3.0))];
        for stem in &self.stems {
            ways.push(term(Term::from_field_text(fields.text, stem), freqs));
        }
        if self.unfinished && self.folded.chars().count() > 1 {
            let begins = Box::new(Expansion::prefix(begun.clone(), is_over));
            ways.push(Box::new(ConstScoreQuery::new(begins, 1.0)));
        }
        let errors = errors(&self.folded);
        if forgiving && errors > 0 {
            let near = Box::new(Expansion::near(begun, errors, is_over));
            ways.push(Box::new(ConstScoreQuery::new(near, 0.5)));
            let said = Term::from_field_text(fields.text, &self.folded);
            let near = Box::new(Expansion::near(said, errors, is_over));
            ways.push(Box::new(ConstScoreQuery::new(near, 0.25)));
        }
        Box::new(DisjunctionMaxQuery::with_tie_breaker(ways, 0.1))
    }

    /// Requires the letters of a run to be adjacent.
    fn run(&self, fields: &Fields, is_over: &IsOver) -> Box<dyn Query> {
        let of = |field| -> Box<dyn Query> {
            if self.folded.chars().count() < 2 {
                let begins = Term::from_field_text(field, &self.folded);
                let begins = Box::new(Expansion::prefix(begins, is_over));
                return Box::new(ConstScoreQuery::new(begins, 1.0));
            }
            together(self.stems.iter().map(|token| Term::from_field_text(field, token)).collect())
        };
        let ways = vec![Box::new(BoostQuery::new(of(fields.name), 3.0)), of(fields.text)];
        Box::new(DisjunctionMaxQuery::new(ways))
    }
}

/// Number of typing errors that a word may have.
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

fn together(terms: Vec<Term>) -> Box<dyn Query> {
    match <[Term; 1]>::try_from(terms) {
        Ok([only]) => term(only, IndexRecordOption::WithFreqs),
        Err(terms) => Box::new(PhraseQuery::new(terms)),
    }
}

/// Matches words that are adjacent in a name, or their stems of one language in a text.
fn phrase(fields: &Fields, phrase: &[QueryWord]) -> Box<dyn Query> {
    let as_tokens = |word: &QueryWord, token: fn(&str) -> String| {
        if word.is_run { word.stems.clone() } else { vec![token(&word.folded)] }
    };
    let named = phrase.iter().flat_map(|word| as_tokens(word, str::to_owned));
    let named = named.map(|word| Term::from_field_text(fields.name, &word)).collect();
    let mut ways: Vec<Box<dyn Query>> = vec![Box::new(BoostQuery::new(together(named), 3.0))];
    for tongue in token::in_tongues() {
        let stems = phrase.iter().flat_map(|word| as_tokens(word, tongue));
        ways.push(together(stems.map(|s| Term::from_field_text(fields.text, &s)).collect()));
    }
    Box::new(DisjunctionMaxQuery::new(ways))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_form_phrases_and_the_last_word_may_be_a_prefix() {
        let question = SearchQuery::new("wells \"basic drinking water\" Ség").unwrap();
        let phrase: Vec<_> = question.phrases[0].iter().map(|w| w.folded.as_str()).collect();
        assert_eq!(phrase, ["basic", "drinking", "water"]);
        let words: Vec<_> =
            question.words.iter().map(|w| (w.folded.as_str(), w.unfinished)).collect();
        assert_eq!(words, [("wells", false), ("seg", true)]);
        assert!(question.is_about("Ségou", false) && question.is_about("well", false));
        assert!(!question.is_about("school", false));
        assert_eq!(SearchQuery::new(" ,;\""), None);
        assert_eq!(SearchQuery::new("\"open").unwrap().words.len(), 1);
    }

    #[test]
    fn typing_errors_are_tolerated_on_request() {
        let question = SearchQuery::new("santitation ").unwrap();
        assert!(!question.is_about("sanitation", false));
        assert!(question.is_about("sanitation", true));
    }
}
