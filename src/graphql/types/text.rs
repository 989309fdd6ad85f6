//! Names and titles in the languages that are known.

use async_graphql::{Object, SimpleObject};

use crate::graphql::plain::PlainList;
use crate::graphql::scalar::Tag;
use crate::model::text::{Language, Text as Words};

/// A name or title in the languages that are known.
#[derive(Clone, Debug)]
pub(crate) struct Text(pub(in crate::graphql) Words);

impl From<&Words> for Text {
    fn from(words: &Words) -> Self {
        Self(words.clone())
    }
}

fn preferred(languages: Option<Vec<Tag>>) -> Vec<Language> {
    languages.unwrap_or_default().into_iter().map(|tag| tag.0).collect()
}

/// A name or title in the languages that are known.
#[Object(serial)]
impl Text {
    /// The text in the first of these languages that is known, else in English, else in French, else in the first that the source gives.
    async fn value(
        &self,
        #[graphql(desc = "Languages in the order of preference.")] languages: Option<Vec<Tag>>,
    ) -> &str {
        self.0.prefer(&preferred(languages)).1
    }

    /// The language that `value` uses for the same preference.
    async fn language(
        &self,
        #[graphql(desc = "Languages in the order of preference.")] languages: Option<Vec<Tag>>,
    ) -> Tag {
        Tag(self.0.prefer(&preferred(languages)).0)
    }

    /// The English text, where it is known.
    async fn en(&self) -> Option<&str> {
        self.0.in_language(Language::EN)
    }

    /// The French text, where it is known.
    async fn fr(&self) -> Option<&str> {
        self.0.in_language(Language::FR)
    }

    /// The text in every language that the source gives.
    #[graphql(complexity = "3 * child_complexity")]
    async fn forms(&self) -> PlainList<Form> {
        let form = |(language, text): (Language, &str)| Form {
            language: Tag(language),
            text: text.to_owned(),
        };
        self.0.forms().map(form).collect()
    }
}

/// A text in one language.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial, name = "TextForm")]
pub(crate) struct Form {
    /// The language; `UND` where the source does not say.
    language: Tag,
    /// The text.
    text: String,
}
