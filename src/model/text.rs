//! Multilingual texts, and word folding for search.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Language code of two or three capital letters: `EN`. `UND` where the source states none.
///
/// Regions and scripts are dropped: `pt-BR` is `PT`. `Display` and `FromStr` are inverse, apart from case. Source: ISO
/// 639, IETF BCP 47 primary subtag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 3]);

/// Error for a text that is not a language code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language code; write two letters of ISO 639-1, such as EN or FR")]
pub struct InvalidLanguage(pub String);

impl Language {
    /// English.
    pub const EN: Self = Self(*b"EN ");
    /// French.
    pub const FR: Self = Self(*b"FR ");
    /// Spanish.
    pub const ES: Self = Self(*b"ES ");
    /// Undetermined: the source states no language.
    pub const UND: Self = Self(*b"UND");

    /// Returns the letters of the code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("UND").trim_end()
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = InvalidLanguage;

    fn from_str(text: &str) -> Result<Self, InvalidLanguage> {
        let primary = text.split(['-', '_']).next().unwrap_or_default();
        let mut letters = [b' '; 3];
        if !matches!(primary.len(), 2 | 3) || !primary.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(InvalidLanguage(text.to_owned()));
        }
        for (letter, b) in letters.iter_mut().zip(primary.bytes()) {
            *letter = b.to_ascii_uppercase();
        }
        Ok(Self(letters))
    }
}

/// Name, title or longer text in at least one language, with one form per language.
///
/// English comes first, then French, then the others in source order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    forms: Vec<Form>,
}

/// Text in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    language: Language,
    text: String,
    /// True for a translation by the editors of the dataset.
    is_translated: bool,
}

impl Text {
    /// Builds a text from its English and French forms. Empty forms are ignored; `None` if both are absent.
    pub fn new(en: Option<String>, fr: Option<String>) -> Option<Self> {
        let en = en.map(|text| (Language::EN, text));
        let fr = fr.map(|text| (Language::FR, text));
        Self::of(en.into_iter().chain(fr))
    }

    /// Builds a text from its forms. Empty forms are ignored, the first of several forms in one language counts, and `None`
    /// means that no form is left.
    pub fn of(forms: impl IntoIterator<Item = (Language, String)>) -> Option<Self> {
        let mut kept: Vec<Form> = Vec::new();
        for (language, text) in forms {
            if !text.trim().is_empty() && kept.iter().all(|other| other.language != language) {
                kept.push(Form { language, text, is_translated: false });
            }
        }
        // A stable sort: other languages keep their source order.
        kept.sort_by_key(|form| match form.language {
            Language::EN => 0,
            Language::FR => 1,
            _ => 2,
        });
        (!kept.is_empty()).then_some(Self { forms: kept })
    }

    /// Returns the placeholder for a missing title.
    pub fn untitled() -> Self {
        Self::in_unknown_language("untitled".to_owned())
    }

    /// Returns a text whose source states no language.
    pub fn in_unknown_language(text: String) -> Self {
        Self { forms: vec![Form { language: Language::UND, text, is_translated: false }] }
    }

    /// Marks the form in one language as a translation by the editors of the dataset.
    #[must_use]
    pub fn with_translated(mut self, language: Language) -> Self {
        for form in self.forms.iter_mut().filter(|form| form.language == language) {
            form.is_translated = true;
        }
        self
    }

    /// Returns true if the form in one language is a translation by the editors of the dataset. A text as published and an
    /// established name are not.
    pub fn is_translated(&self, language: Language) -> bool {
        self.forms.iter().any(|form| form.language == language && form.is_translated)
    }

    /// Returns the form in one language, if there is one.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        self.forms().find(|(of, _)| *of == language).map(|(_, text)| text)
    }

    /// Returns the first available form in the order of `languages`, otherwise the main form, with its language.
    pub fn prefer(&self, languages: &[Language]) -> (Language, &str) {
        let form = |language: &Language| Some((*language, self.in_language(*language)?));
        let wanted = languages.iter().find_map(form);
        wanted.or_else(|| self.forms().next()).unwrap_or((Language::UND, ""))
    }

    /// Iterates over all forms.
    pub fn forms(&self) -> impl Iterator<Item = (Language, &str)> {
        self.forms.iter().map(|form| (form.language, form.text.as_str()))
    }

    /// Returns the main form: the English one, otherwise the French one, otherwise the first. Lists sort by it.
    pub fn main(&self) -> &str {
        self.prefer(&[]).1
    }
}

/// Folds a text for comparison: lower case, without accents and other marks, ligatures expanded.
///
/// `Ségou` and `SEGOU` fold to the same text. Source: Unicode normalisation form KD.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, |c| folded.push(c));
    folded
}

/// Returns the folded words of a text: runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    spaced_words(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Returns the folded words of a text, separated by single spaces.
pub fn spaced_words(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    fold_into(text, |c| {
        if c.is_alphanumeric() {
            spaced.push(c);
        } else if !spaced.is_empty() && !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    });
    spaced.truncate(spaced.trim_end().len());
    spaced
}

/// Passes on the folded letters of a text. Marks are dropped, so their order is irrelevant and each letter is
/// decomposed separately.
fn fold_into(text: &str, mut push: impl FnMut(char)) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Most text is ASCII, which decomposes into itself.
        let plain = rest.bytes().take_while(u8::is_ascii).count();
        let (run, after) = rest.split_at(if plain > 0 { plain } else { c.len_utf8() });
        rest = after;
        if plain > 0 {
            run.bytes().for_each(|byte| push(char::from(byte.to_ascii_lowercase())));
            continue;
        }
        decompose_compatible(c, |part| match part {
            'œ' | 'Œ' => ['o', 'e'].into_iter().for_each(&mut push),
            'æ' | 'Æ' => ['a', 'e'].into_iter().for_each(&mut push),
            'ß' => ['s', 's'].into_iter().for_each(&mut push),
            'ø' | 'Ø' => push('o'),
            'ł' | 'Ł' => push('l'),
            'đ' | 'Đ' => push('d'),
            part if is_combining_mark(part) => {}
            part => part.to_lowercase().for_each(&mut push),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_accents_and_case() {
        assert_eq!(fold("SÉGOU"), "segou");
        assert_eq!(words("Côte d'Ivoire: œuvres"), ["cote", "d", "ivoire", "oeuvres"]);
    }

    #[test]
    fn a_missing_language_falls_back_and_is_marked() {
        let text = Text::new(Some("Mali".into()), None).unwrap();
        assert_eq!(text.prefer(&[Language::FR]), (Language::EN, "Mali"));
        assert!(Text::new(Some(" ".into()), None).is_none());
    }

    #[test]
    fn only_the_marked_form_is_a_translation() {
        let text = Text::new(Some("Timbuktu".into()), Some("Tombouctou".into())).unwrap();
        assert!(!text.is_translated(Language::FR));
        let text = text.with_translated(Language::FR).with_translated(Language::ES);
        assert!(text.is_translated(Language::FR) && !text.is_translated(Language::EN));
        assert!(!text.is_translated(Language::ES));
    }

    #[test]
    fn english_and_french_come_first_and_each_language_once() {
        let form = |tag: &str, text: &str| (tag.parse().unwrap(), text.to_owned());
        let text = Text::of([
            form("es", "uno"),
            form("fr-CA", "un"),
            form("es", "otro"),
            form("EN", "one"),
        ]);
        let text = text.unwrap();
        let forms: Vec<_> = text.forms().map(|(l, t)| (l.to_string(), t.to_owned())).collect();
        assert_eq!(
            forms,
            [("EN", "one"), ("FR", "un"), ("ES", "uno")].map(|(l, t)| (l.into(), t.into()))
        );
        assert!("x".parse::<Language>().is_err() && "engl".parse::<Language>().is_err());
    }
}
