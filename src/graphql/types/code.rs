//! Published codes with what they mean.

use async_graphql::Object;

use super::text::Text;
use crate::graphql::scalar::PartialDate;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;

/// A code as published, and what it means by the official list that it is from.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    list: Option<Codelist>,
    code: String,
}

impl Code {
    /// A code of a list.
    pub(super) fn of(list: Codelist, code: impl Into<String>) -> Self {
        Self { list: Some(list), code: code.into() }
    }

    /// A code of a list that is not among the official ones.
    pub(super) fn foreign(code: impl Into<String>) -> Self {
        Self { list: None, code: code.into() }
    }

    /// A code of a list, where there is one.
    pub(super) fn maybe(list: Codelist, code: Option<&String>) -> Option<Self> {
        code.map(|code| Self::of(list, code))
    }
}

/// A code as published, and what it means by the official list that it is from.
#[Object(serial)]
impl Code {
    /// The code as published.
    async fn code(&self) -> &str {
        &self.code
    }

    /// What it means; null when it is not on the list.
    async fn name(&self) -> Option<Text> {
        self.list?.name(&self.code).map(Text::from)
    }

    /// The name of the official IATI codelist; null when the publisher uses another list.
    async fn codelist(&self) -> Option<&'static str> {
        self.list.map(Codelist::as_str)
    }

    /// Since when that list has withdrawn the code; null while it is in use, or when it is not on the list.
    async fn withdrawn(&self) -> Option<PartialDate> {
        self.list?.withdrawn(&self.code)?.map(PartialDate)
    }

    /// Whether the code is on that list.
    async fn on_codelist(&self) -> bool {
        self.list.is_some_and(|list| list.name(&self.code).is_some())
    }
}
