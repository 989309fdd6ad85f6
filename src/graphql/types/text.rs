//! Multilingual texts: names, titles and descriptions.

use async_graphql::{Context, Object, SimpleObject};

use crate::graphql::context::reader;
use crate::graphql::error::ApiResult;
use crate::graphql::execution::serial::SerialList;
use crate::graphql::scalar::Tag;
use crate::model::text::{Language, Text as Words};
use crate::read::label::{self, Labelled};

/// Text in one or more languages.
#[derive(Clone, Debug)]
pub(crate) struct Text(pub(in crate::graphql) Words);

impl From<&Words> for Text {
    fn from(words: &Words) -> Self {
        Self(words.clone())
    }
}

/// Returns the languages of an argument, in order of preference.
pub(super) fn preferred(languages: Option<Vec<Tag>>) -> Vec<Language> {
    languages.unwrap_or_default().into_iter().map(|tag| tag.0).collect()
}

/// Returns the label of a record in the preferred language.
pub(in crate::graphql) fn label(
    ctx: &Context<'_>,
    record: &impl Labelled,
    languages: Option<Vec<Tag>>,
) -> ApiResult<String> {
    Ok(label::label(record, &preferred(languages), reader(ctx)?)?)
}

/// Text in one or more languages.
#[Object(serial)]
impl Text {
    /// Text in the first available language of `languages`; otherwise in English, French, or the first language of the
    /// source, in that order.
    async fn value(
        &self,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> &str {
        self.0.prefer(&preferred(languages)).1
    }

    /// Language of `value` for the same preference.
    async fn language(
        &self,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> Tag {
        Tag(self.0.prefer(&preferred(languages)).0)
    }

    /// True if `value` for the same preference is a translation by the editors of the dataset. False for a text as
    /// published, and for an established name.
    async fn translated(
        &self,
        #[graphql(desc = "Languages, in order of preference.")] languages: Option<Vec<Tag>>,
    ) -> bool {
        self.0.is_translated(self.0.prefer(&preferred(languages)).0)
    }

    /// English text; null when there is none.
    async fn en(&self) -> Option<&str> {
        self.0.in_language(Language::EN)
    }

    /// French text; null when there is none.
    async fn fr(&self) -> Option<&str> {
        self.0.in_language(Language::FR)
    }

    /// Text in every language.
    #[graphql(complexity = "3 * child_complexity")]
    async fn forms(&self) -> SerialList<Form> {
        let form = |(language, text): (Language, &str)| Form {
            language: Tag(language),
            text: text.to_owned(),
            translated: self.0.is_translated(language),
        };
        self.0.forms().map(form).collect()
    }
}

/// Text in one language.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial, name = "TextForm")]
pub(crate) struct Form {
    /// Language; `UND` when the source does not state it.
    language: Tag,
    /// Text.
    text: String,
    /// True if the text is a translation by the editors of the dataset.
    translated: bool,
}
