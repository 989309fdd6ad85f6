//! Names and titles in several languages, and how words are folded so that a search finds them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

super::code::codes! {
    /// A language that names are kept in. Source: ISO 639-1.
    pub enum Language {
        /// English.
        En = "EN",
        /// French.
        Fr = "FR",
    }
}

/// A name or title in English, French or both; at least one is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    en: Option<String>,
    fr: Option<String>,
}

impl Text {
    /// A text from its two forms; empty forms count as absent, and `None` means that neither is there.
    pub fn new(en: Option<String>, fr: Option<String>) -> Option<Self> {
        let en = en.filter(|text| !text.trim().is_empty());
        let fr = fr.filter(|text| !text.trim().is_empty());
        (en.is_some() || fr.is_some()).then_some(Self { en, fr })
    }

    /// The form in one language, if there is one.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        match language {
            Language::En => self.en.as_deref(),
            Language::Fr => self.fr.as_deref(),
        }
    }

    /// The first form in the order asked for, then English, then French, with the language that it is in.
    pub fn prefer(&self, languages: &[Language]) -> (Language, &str) {
        let mut wanted = languages.iter().copied().chain([Language::En, Language::Fr]);
        let form = |language| Some((language, self.in_language(language)?));
        wanted.find_map(form).unwrap_or((Language::En, ""))
    }

    /// All forms that are there.
    pub fn forms(&self) -> impl Iterator<Item = (Language, &str)> {
        [Language::En, Language::Fr]
            .into_iter()
            .filter_map(|l| self.in_language(l).map(|text| (l, text)))
    }

    /// The English form, or the French one where there is no other: what lists are sorted by.
    pub fn main(&self) -> &str {
        self.prefer(&[]).1
    }
}

/// Folds a text for comparison: lower case, accents and other marks removed, ligatures opened.
///
/// `Ségou` and `SEGOU` fold to the same text. Source: Unicode normalisation form KD.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'œ' | 'Œ' => folded.push_str("oe"),
            'æ' | 'Æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' => folded.push('d'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// The words of a text, folded: runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_takes_accents_and_case_away() {
        assert_eq!(fold("SÉGOU"), "segou");
        assert_eq!(words("Côte d'Ivoire: œuvres"), ["cote", "d", "ivoire", "oeuvres"]);
    }

    #[test]
    fn a_missing_language_gives_the_other_and_says_so() {
        let text = Text::new(Some("Mali".into()), None).unwrap();
        assert_eq!(text.prefer(&[Language::Fr]), (Language::En, "Mali"));
        assert!(Text::new(Some(" ".into()), None).is_none());
    }
}
