//! Tokenizer: words folded and stemmed, scripts without spaces split into letter pairs.
//!
//! A word yields up to three tokens in one position:
//!
//! - The stem of the word as written, folded afterwards, since French and Spanish rules look at accents.
//! - The stem of the folded word, since queries are often typed without accents.
//! - The folded word itself, since a stem hides typing errors.
//!
//! Scripts without spaces between words (Chinese, Japanese, Thai and related ones) are indexed as pairs of adjacent
//! letters. The last letter of a run is also indexed alone. Each letter thus begins a token, and a query matches at
//! any position.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use tantivy::tokenizer::{
    Language as Tongue, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer, WhitespaceTokenizer,
};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::model::text::{Language, fold, words};

/// Languages whose words are stemmed.
const TONGUES: [(Language, Tongue); 3] = [
    (Language::EN, Tongue::English),
    (Language::FR, Tongue::French),
    (Language::ES, Tongue::Spanish),
];

/// Index of a language among the stemmed ones. Text without a language is most often English.
fn tongue(language: Language) -> Option<usize> {
    let language = if language == Language::UND { Language::EN } else { language };
    TONGUES.iter().position(|(own, _)| *own == language)
}

/// Returns true for letters of scripts without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF // Thai and Lao, Myanmar, Khmer
        | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x31F0..=0x31FF // Kana
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF) // Han
}

/// Splits a text into words and the text between them; the flag is true for words. Combining marks belong to the
/// preceding letter.
pub fn parts(text: &str) -> Vec<(&str, bool)> {
    let is_of_word = |c: char| {
        if c.is_ascii() {
            c.is_ascii_alphanumeric()
        } else {
            c.is_alphanumeric() || is_combining_mark(c)
        }
    };
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = is_of_word(first);
        let end = rest.find(|c: char| is_of_word(c) != is_word).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push((part, is_word));
        rest = after;
    }
    parts
}

/// A word, or a run of letters of a script without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WordToken {
    /// A word as written, and folded.
    Word(String, String),
    /// A folded run of letters.
    Run(String),
}

/// Splits a text into words and runs.
pub(super) fn pieces(text: &str) -> Vec<WordToken> {
    let mut pieces = Vec::new();
    visit(text, &mut |found| pieces.push(found.to_piece()));
    pieces
}

/// A borrowed piece of a text, passed to a visitor.
#[derive(Clone, Copy, Debug)]
enum Met<'a> {
    Word { written: &'a str, folded: &'a str },
    Run(&'a str),
}

impl Met<'_> {
    fn to_piece(self) -> WordToken {
        match self {
            Self::Word { written, folded } => {
                WordToken::Word(written.to_owned(), folded.to_owned())
            }
            Self::Run(run) => WordToken::Run(run.to_owned()),
        }
    }
}

/// Visits the words and runs of a text in order.
fn visit(text: &str, met: &mut dyn FnMut(Met<'_>)) {
    let mut lower = String::new();
    for (part, _) in parts(text).into_iter().filter(|(_, is_word)| *is_word) {
        if part.is_ascii() {
            lower.clear();
            lower.push_str(part);
            lower.make_ascii_lowercase();
            met(Met::Word { written: &lower, folded: &lower });
            continue;
        }
        let all = words(part);
        let mut written = Some(part.nfc().flat_map(char::to_lowercase).collect::<String>())
            .filter(|_| all.len() == 1);
        for word in all {
            if !word.contains(is_unspaced) {
                let written = written.take().unwrap_or_else(|| word.clone());
                met(Met::Word { written: &written, folded: &word });
                continue;
            }
            let mut rest = word.as_str();
            while let Some(first) = rest.chars().next() {
                let is_run = is_unspaced(first);
                let end = rest.find(|c| is_unspaced(c) != is_run).unwrap_or(rest.len());
                let (run, after) = rest.split_at(end);
                met(if is_run { Met::Run(run) } else { Met::Word { written: run, folded: run } });
                rest = after;
            }
        }
    }
}

/// Tokens of a run: its letter pairs, and the last letter.
pub(super) fn tokens(run: &str) -> Vec<String> {
    let letters: Vec<char> = run.chars().collect();
    let token = |at: usize| letters.iter().skip(at).take(2).collect::<String>();
    (0..letters.len()).map(token).collect()
}

fn stemmed(word: &str, tongue: usize) -> String {
    static STEMMERS: LazyLock<[TextAnalyzer; 3]> = LazyLock::new(|| {
        TONGUES.map(|(_, tongue)| {
            TextAnalyzer::builder(WhitespaceTokenizer::default())
                .filter(Stemmer::new(tongue))
                .build()
        })
    });
    let Some(mut stemmer) = STEMMERS.get(tongue).cloned() else { return word.to_owned() };
    let mut tokens = stemmer.token_stream(word);
    if tokens.advance() { tokens.token().text.clone() } else { word.to_owned() }
}

/// A folded word and its stems in one language, from the written and from the folded form, without repeats.
fn stems_in(written: &str, folded: &str, tongue: usize) -> Vec<String> {
    let mut all = vec![folded.to_owned()];
    let own = (written != folded).then(|| fold(&stemmed(written, tongue)));
    for stem in std::iter::once(stemmed(folded, tongue)).chain(own) {
        if !all.contains(&stem) {
            all.push(stem);
        }
    }
    all
}

/// Functions that map a folded word to its token: one for each stemmed language, and the identity.
pub(super) fn in_tongues() -> [fn(&str) -> String; 4] {
    [|word| stemmed(word, 0), |word| stemmed(word, 1), |word| stemmed(word, 2), str::to_owned]
}

/// A folded word and its stems in every language, without repeats.
pub(super) fn stems(written: &str, folded: &str) -> Vec<String> {
    let mut all = Vec::new();
    for stem in (0..TONGUES.len()).flat_map(|tongue| stems_in(written, folded, tongue)) {
        if !all.contains(&stem) {
            all.push(stem);
        }
    }
    all
}

/// Maximum number of words in the stem cache of each language.
const REMEMBERED: usize = 100_000;

/// Stem cache: descriptions repeat the same words, and stemming is slow.
#[derive(Debug, Default)]
pub(super) struct Stems([HashMap<String, Arc<[String]>>; TONGUES.len()]);

impl Stems {
    fn of(&mut self, written: &str, folded: &str, tongue: usize) -> Arc<[String]> {
        let Some(known) = self.0.get_mut(tongue) else { return [folded.to_owned()].into() };
        if let Some(stems) = known.get(written) {
            return stems.clone();
        }
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let stems: Arc<[String]> = stems_in(written, folded, tongue).into();
        known.insert(written.to_owned(), stems.clone());
        stems
    }
}

/// Tokenizer of the fields of the index.
///
/// A text to be stemmed begins with the [`mark`] of its language, which is not part of the text.
#[derive(Debug)]
pub(super) struct Cutter {
    is_stemmed: bool,
    stems: Stems,
    cut: TokenCursor,
}

impl Cutter {
    /// Tokenizer for unstemmed words.
    pub(super) fn plain() -> Self {
        Self { is_stemmed: false, stems: Stems::default(), cut: TokenCursor::default() }
    }

    /// Tokenizer for stems.
    pub(super) fn stemmed() -> Self {
        Self { is_stemmed: true, ..Self::plain() }
    }
}

impl Clone for Cutter {
    /// Creates a tokenizer of the same kind with an empty cache.
    fn clone(&self) -> Self {
        Self { is_stemmed: self.is_stemmed, ..Self::plain() }
    }
}

/// Marker that begins a text to be stemmed in its language; words of other languages are not stemmed.
pub(super) fn mark(language: Language) -> char {
    let digit = tongue(language).and_then(|tongue| u32::try_from(tongue).ok());
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or('-')
}

impl Tokenizer for Cutter {
    type TokenStream<'a> = &'a mut TokenCursor;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> &'a mut TokenCursor {
        let Self { is_stemmed, stems, cut } = self;
        let (mark, text) = match text.chars().next().filter(|_| *is_stemmed) {
            Some(mark) => (mark.to_digit(10), text.split_at(mark.len_utf8()).1),
            None => (None, text),
        };
        let tongue = mark.and_then(|digit| usize::try_from(digit).ok());
        cut.begin();
        visit(text, &mut |met| match (met, tongue) {
            (Met::Word { written, folded }, Some(tongue)) => {
                let stems = stems.of(written, folded, tongue);
                cut.add(stems.iter().map(String::as_str));
            }
            (Met::Word { folded, .. }, None) => cut.add([folded]),
            (Met::Run(run), _) => tokens(run).iter().for_each(|token| cut.add([token.as_str()])),
        });
        cut
    }
}

/// Iterates over the tokens of one text.
#[derive(Debug, Default)]
pub(super) struct TokenCursor {
    letters: String,
    /// End of each token in `letters`, and its position in the text.
    ends: Vec<(usize, usize)>,
    places: usize,
    next: usize,
    token: Token,
}

impl TokenCursor {
    fn begin(&mut self) {
        self.letters.clear();
        self.ends.clear();
        (self.places, self.next) = (0, 0);
    }

    /// Adds tokens that share the next position.
    fn add<'a>(&mut self, tokens: impl IntoIterator<Item = &'a str>) {
        for token in tokens {
            self.letters.push_str(token);
            self.ends.push((self.letters.len(), self.places));
        }
        self.places += 1;
    }
}

impl TokenStream for &mut TokenCursor {
    fn advance(&mut self) -> bool {
        let before = self.next.checked_sub(1).and_then(|last| self.ends.get(last));
        let from = before.map_or(0, |(end, _)| *end);
        let Some((end, place)) = self.ends.get(self.next).copied() else { return false };
        self.next += 1;
        self.token.position = place;
        self.token.text.clear();
        let TokenCursor { letters, token, .. } = &mut **self;
        token.text.push_str(letters.get(from..end).unwrap_or_default());
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stemmed_with_and_without_accents() {
        let french = |word: &str| stems_in(word, &fold(word), 1);
        assert!(french("réfugiées").contains(&"refugi".to_owned()));
        assert!(french("réfugié").iter().any(|stem| french("réfugiées").contains(stem)));
        assert!(french("refugiees").iter().any(|stem| french("réfugiées").contains(stem)));
    }

    #[test]
    fn marks_belong_to_their_letters_and_runs_are_cut_into_pairs() {
        let decomposed = parts("Se\u{301}gou deep");
        assert_eq!(decomposed, [("Se\u{301}gou", true), (" ", false), ("deep", true)]);
        assert_eq!(tokens("饮用水"), ["饮用", "用水", "水"]);
        let mixed = pieces("苏丹WASH项目");
        assert!(
            matches!(&mixed[..], [WordToken::Run(_), WordToken::Word(..), WordToken::Run(_)]),
            "{mixed:?}"
        );
    }
}
