//! Published codes with their official meaning.

use async_graphql::Object;

use super::text::Text;
use crate::graphql::scalar::PartialDate;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;

/// Code as published, with its meaning in the official codelist.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    list: Option<Codelist>,
    code: String,
}

impl Code {
    /// Creates a code of an official codelist.
    pub(super) fn of(list: Codelist, code: impl Into<String>) -> Self {
        Self { list: Some(list), code: code.into() }
    }

    /// Creates a code of a vocabulary that has no official codelist here.
    pub(super) fn foreign(code: impl Into<String>) -> Self {
        Self { list: None, code: code.into() }
    }

    /// Creates an optional code of an official codelist.
    pub(super) fn maybe(list: Codelist, code: Option<&String>) -> Option<Self> {
        code.map(|code| Self::of(list, code))
    }
}

/// Code as published, with its meaning in the official codelist.
#[Object(serial)]
impl Code {
    /// Code as published.
    async fn code(&self) -> &str {
        &self.code
    }

    /// Official name; null when the code is not on the codelist.
    async fn name(&self) -> Option<Text> {
        self.list?.name(&self.code).map(Text::from)
    }

    /// Name of the official IATI codelist; null when the publisher uses another vocabulary.
    async fn codelist(&self) -> Option<&'static str> {
        self.list.map(Codelist::as_str)
    }

    /// Date of withdrawal from the codelist; null while the code is in use, or when it is not on the codelist.
    async fn withdrawn(&self) -> Option<PartialDate> {
        self.list?.withdrawn(&self.code)?.map(PartialDate)
    }

    /// True if the code is on that codelist.
    async fn on_codelist(&self) -> bool {
        self.list.is_some_and(|list| list.name(&self.code).is_some())
    }
}
