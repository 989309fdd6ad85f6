//! Enums of the model as GraphQL enums, by one generic implementation.
//!
//! `#[derive(Enum)]` would repeat every enum with the meaning of each value; this module reads both from [`Code`].

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContextSelectionSet, InputType, InputValueError, InputValueResult, Name, OutputType,
    Positioned, ServerResult, Value,
};

use crate::model::code::Code;

/// Value of a model enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodeEnum<T: Code>(pub T);

/// Joins the lines of a doc comment into one description.
fn description(lines: &[&str]) -> Option<String> {
    let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then_some(text)
}

fn meta_type<T: Code>() -> MetaType {
    let values = T::WORDS.iter().zip(T::MEANINGS).map(|(word, meaning)| {
        let value = MetaEnumValue {
            name: (*word).to_owned(),
            description: description(meaning),
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        ((*word).to_owned(), value)
    });
    MetaType::Enum {
        name: T::NAME.to_owned(),
        description: description(T::DOC),
        enum_values: values.collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<CodeEnum<T>>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

impl<T: Code> InputType for CodeEnum<T> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_input_type::<Self, _>(MetaTypeId::Enum, |_| meta_type::<T>())
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let value = value.unwrap_or_default();
        let word = match &value {
            Value::Enum(word) => word.as_str(),
            Value::String(word) => word.as_str(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        T::parse(word).map(Self).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::Enum(Name::new(self.0.as_str()))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl<T: Code> OutputType for CodeEnum<T> {
    fn type_name() -> Cow<'static, str> {
        T::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Enum, |_| meta_type::<T>())
    }

    async fn resolve(
        &self,
        _: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        Ok(self.to_value())
    }
}
