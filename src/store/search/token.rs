//! Words as the index keeps them: folded, stemmed, and cut where a script has no spaces.
//!
//! A stem is taken of the word as it is written, since rules of French and Spanish look at accents, and is folded then; and of
//! the folded word, since people type without accents; and the word itself is kept, since an error of typing is not seen in a
//! stem. Those that differ stand in one place. Scripts that put no
//! spaces between words (Chinese, Japanese, Thai and their neighbours) are kept as pairs of letters that stand together, and
//! the last letter of a run alone: so each letter begins a token, and what is asked for is found wherever it stands.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use tantivy::tokenizer::{
    Language as Tongue, PreTokenizedString, Stemmer, TextAnalyzer, Token, WhitespaceTokenizer,
};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::model::text::{Language, fold, words};

/// The languages whose words are stemmed.
const TONGUES: [(Language, Tongue); 3] = [
    (Language::EN, Tongue::English),
    (Language::FR, Tongue::French),
    (Language::ES, Tongue::Spanish),
];

/// The place of a language among those that are stemmed. A text that does not say is most often English.
fn tongue(language: Language) -> Option<usize> {
    let language = if language == Language::UND { Language::EN } else { language };
    TONGUES.iter().position(|(own, _)| *own == language)
}

/// Whether a letter is of a script that puts no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF // Thai and Lao, Myanmar, Khmer
        | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x31F0..=0x31FF // Kana
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF) // Han
}

/// The parts of a text in turns: words, and what stands between them. Marks belong to the letter that they stand on.
pub fn parts(text: &str) -> Vec<(&str, bool)> {
    let is_of_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
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
pub(super) enum Piece {
    /// A word as it is written, and folded.
    Word(String, String),
    /// Letters, folded.
    Run(String),
}

/// The words and runs of a text.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (part, _) in parts(text).into_iter().filter(|(_, is_word)| *is_word) {
        if part.is_ascii() {
            let folded = part.to_ascii_lowercase();
            pieces.push(Piece::Word(folded.clone(), folded));
            continue;
        }
        let all = words(part);
        let mut written = Some(part.nfc().flat_map(char::to_lowercase).collect::<String>())
            .filter(|_| all.len() == 1);
        for word in all {
            if !word.contains(is_unspaced) {
                let written = written.take().unwrap_or_else(|| word.clone());
                pieces.push(Piece::Word(written, word));
                continue;
            }
            let mut rest = word.as_str();
            while let Some(first) = rest.chars().next() {
                let kind = is_unspaced(first);
                let end = rest.find(|c| is_unspaced(c) != kind).unwrap_or(rest.len());
                let (run, after) = rest.split_at(end);
                let run = run.to_owned();
                pieces.push(if kind { Piece::Run(run) } else { Piece::Word(run.clone(), run) });
                rest = after;
            }
        }
    }
    pieces
}

/// The tokens of a run: its pairs of letters, and the last letter.
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

/// A folded word and its stems in one tongue: as it is written, and without accents; each once.
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

/// What makes a folded word what the index keeps of it, in each tongue and in none.
pub(super) fn in_tongues() -> [fn(&str) -> String; 4] {
    [|word| stemmed(word, 0), |word| stemmed(word, 1), |word| stemmed(word, 2), str::to_owned]
}

/// A folded word and its stems in every tongue, each once.
pub(super) fn stems(written: &str, folded: &str) -> Vec<String> {
    let mut all = Vec::new();
    for stem in (0..TONGUES.len()).flat_map(|tongue| stems_in(written, folded, tongue)) {
        if !all.contains(&stem) {
            all.push(stem);
        }
    }
    all
}

/// The most words whose stems are remembered, of each tongue.
const REMEMBERED: usize = 100_000;

/// Stems that have been taken: descriptions say the same words over and over, and a stemmer is slow.
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

/// The tokens of a text with their places: words folded, and with a language their stems.
#[derive(Debug, Default)]
pub(super) struct Stream {
    tokens: Vec<Token>,
    place: usize,
}

impl Stream {
    fn push(&mut self, text: String) {
        self.tokens.push(Token { text, position: self.place, ..Token::default() });
    }

    /// Adds the words of a text as they are.
    pub(super) fn plain(&mut self, text: &str) {
        for piece in pieces(text) {
            match piece {
                Piece::Word(_, folded) => self.next([folded]),
                Piece::Run(run) => self.run(&run),
            }
        }
    }

    /// Adds the stems of a text in its language; words of a language that is not stemmed as they are.
    pub(super) fn stemmed(&mut self, text: &str, language: Language, stems: &mut Stems) {
        let tongue = tongue(language);
        for piece in pieces(text) {
            match (piece, tongue) {
                (Piece::Word(written, folded), Some(tongue)) => {
                    self.next(stems.of(&written, &folded, tongue).iter().cloned());
                }
                (Piece::Word(_, folded), None) => self.next([folded]),
                (Piece::Run(run), _) => self.run(&run),
            }
        }
    }

    fn run(&mut self, run: &str) {
        for token in tokens(run) {
            self.next([token]);
        }
    }

    fn next(&mut self, texts: impl IntoIterator<Item = String>) {
        for text in texts {
            self.push(text);
        }
        self.place += 1;
    }

    /// Ends a text: no phrase goes on into the next.
    pub(super) fn end(&mut self) {
        self.place += 1;
    }

    /// All of it.
    pub(super) fn finish(self) -> PreTokenizedString {
        PreTokenizedString { text: String::new(), tokens: self.tokens }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_of_words_as_they_are_written_and_as_they_are_typed() {
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
        assert!(matches!(&mixed[..], [Piece::Run(_), Piece::Word(..), Piece::Run(_)]), "{mixed:?}");
    }
}
