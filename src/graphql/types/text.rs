//! Names and titles in the languages that are known.

use async_graphql::Object;

use crate::graphql::word::Word;
use crate::model::text::{Language, Text as Words};

/// A name or title in the languages that are known.
#[derive(Clone, Debug)]
pub(crate) struct Text(pub(in crate::graphql) Words);

impl From<&Words> for Text {
    fn from(words: &Words) -> Self {
        Self(words.clone())
    }
}

fn preferred(languages: Option<Vec<Word<Language>>>) -> Vec<Language> {
    languages.unwrap_or_default().into_iter().map(|word| word.0).collect()
}

/// A name or title in the languages that are known.
#[Object]
impl Text {
    /// The text in the first of these languages that is known, else in English, else in French.
    async fn value(
        &self,
        #[graphql(desc = "Languages in the order of preference.")] languages: Option<
            Vec<Word<Language>>,
        >,
    ) -> &str {
        self.0.prefer(&preferred(languages)).1
    }

    /// The language that `value` uses for the same preference.
    async fn language(
        &self,
        #[graphql(desc = "Languages in the order of preference.")] languages: Option<
            Vec<Word<Language>>,
        >,
    ) -> Word<Language> {
        Word(self.0.prefer(&preferred(languages)).0)
    }

    /// The English text, where it is known.
    async fn en(&self) -> Option<&str> {
        self.0.in_language(Language::En)
    }

    /// The French text, where it is known.
    async fn fr(&self) -> Option<&str> {
        self.0.in_language(Language::Fr)
    }
}
