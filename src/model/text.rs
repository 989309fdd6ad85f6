//! Names and titles in several languages, and how words are folded so that a search finds them.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// A language, by the two or three letters of its code, in capitals: `EN`. `UND` where the source does not say.
///
/// Regions and scripts are left off: `pt-BR` is `PT`. `Display` and `FromStr` are inverse but for case.
/// Source: ISO 639, IETF BCP 47 primary subtag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language([u8; 3]);

/// A text that is no language.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language; write the two letters of ISO 639-1, such as EN or FR")]
pub struct InvalidLanguage(pub String);

impl Language {
    /// English.
    pub const EN: Self = Self(*b"EN ");
    /// French.
    pub const FR: Self = Self(*b"FR ");
    /// Spanish.
    pub const ES: Self = Self(*b"ES ");
    /// Not said.
    pub const UND: Self = Self(*b"UND");

    /// The letters.
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

/// A name, title or longer text in one or more languages; at least one form is there, each language once.
///
/// English comes first, then French, then the others in the order in which the source has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    forms: Vec<(Language, String)>,
}

impl Text {
    /// A text from its two forms; empty forms count as absent, and `None` means that neither is there.
    pub fn new(en: Option<String>, fr: Option<String>) -> Option<Self> {
        let en = en.map(|text| (Language::EN, text));
        let fr = fr.map(|text| (Language::FR, text));
        Self::of(en.into_iter().chain(fr))
    }

    /// A text from its forms. Empty forms count as absent, of two in one language the first counts, and `None`
    /// means that there is none.
    pub fn of(forms: impl IntoIterator<Item = (Language, String)>) -> Option<Self> {
        let mut kept: Vec<(Language, String)> = Vec::new();
        for (language, text) in forms {
            if !text.trim().is_empty() && kept.iter().all(|(other, _)| *other != language) {
                kept.push((language, text));
            }
        }
        // Stable: the others keep the order of the source.
        kept.sort_by_key(|(language, _)| match *language {
            Language::EN => 0,
            Language::FR => 1,
            _ => 2,
        });
        (!kept.is_empty()).then_some(Self { forms: kept })
    }

    /// What stands where nothing else can.
    pub fn untitled() -> Self {
        Self { forms: vec![(Language::UND, "untitled".to_owned())] }
    }

    /// The form in one language, if there is one.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        self.forms().find(|(of, _)| *of == language).map(|(_, text)| text)
    }

    /// The first form in the order asked for, else the main one, with the language that it is in.
    pub fn prefer(&self, languages: &[Language]) -> (Language, &str) {
        let form = |language: &Language| Some((*language, self.in_language(*language)?));
        let wanted = languages.iter().find_map(form);
        wanted.or_else(|| self.forms().next()).unwrap_or((Language::UND, ""))
    }

    /// All forms that are there.
    pub fn forms(&self) -> impl Iterator<Item = (Language, &str)> {
        self.forms.iter().map(|(language, text)| (*language, text.as_str()))
    }

    /// The English form, else the French one, else the first: what lists are sorted by.
    pub fn main(&self) -> &str {
        self.prefer(&[]).1
    }
}

/// Folds a text for comparison: lower case, accents and other marks removed, ligatures opened.
///
/// `Ségou` and `SEGOU` fold to the same text. Source: Unicode normalisation form KD.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, |c| folded.push(c));
    folded
}

/// The words of a text, folded: runs of letters and digits.
pub fn words(text: &str) -> Vec<String> {
    spaced_words(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of a text, folded, with one space between them.
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

/// Hands on the folded letters of a text. Marks are dropped, so their order does not matter and each letter is decomposed by
/// itself.
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
    fn folding_takes_accents_and_case_away() {
        assert_eq!(fold("SÉGOU"), "segou");
        assert_eq!(words("Côte d'Ivoire: œuvres"), ["cote", "d", "ivoire", "oeuvres"]);
    }

    #[test]
    fn a_missing_language_gives_the_other_and_says_so() {
        let text = Text::new(Some("Mali".into()), None).unwrap();
        assert_eq!(text.prefer(&[Language::FR]), (Language::EN, "Mali"));
        assert!(Text::new(Some(" ".into()), None).is_none());
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
