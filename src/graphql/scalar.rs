//! Scalars: exact decimals, languages, days, times, and dates as precise as their source.

use std::time::SystemTime;

use async_graphql::{InputType, InputValueError, InputValueResult, Pos, Scalar, ScalarType, Value};
use time::format_description::well_known::Rfc3339;
use time::{Date as Day, OffsetDateTime};

use crate::model::date::{PartialDate as Partial, Precision};
use crate::model::text::Language;

/// Checks that a value can be of a scalar of this schema, by the scalar's name.
///
/// # Errors
/// The reason why the value is invalid, for the client.
pub(super) fn check(name: &str, value: &Value) -> Result<(), String> {
    fn parsed<T: ScalarType + InputType>(value: &Value) -> Result<(), String> {
        let parsed = <T as ScalarType>::parse(value.clone());
        parsed.map(drop).map_err(|err| err.into_server_error(Pos::default()).message)
    }
    match name {
        "Date" => parsed::<Date>(value),
        "DateTime" => parsed::<DateTime>(value),
        "Decimal" => parsed::<Decimal>(value),
        "Language" => parsed::<Tag>(value),
        "PartialDate" => parsed::<PartialDate>(value),
        _ => Ok(()),
    }
}

/// Exact decimal number, sent as a string to prevent rounding by clients: `"42514905.62"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(pub rust_decimal::Decimal);

/// Exact decimal number, sent as a string to prevent rounding by clients: `"42514905.62"`. Input may also be a number.
#[Scalar(name = "Decimal", specified_by_url = "https://en.wikipedia.org/wiki/Decimal_data_type")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            Value::Number(number) => Ok(Self(number.to_string().parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Language code: `EN`, `fr`, `pt-BR`. Only the first part is significant. Source: ISO 639.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(pub Language);

/// Language code: `EN`, `fr`, `pt-BR`. Only the first part is significant. Source: ISO 639.
#[Scalar(name = "Language", specified_by_url = "https://www.rfc-editor.org/rfc/rfc5646")]
impl ScalarType for Tag {
    fn parse(value: Value) -> InputValueResult<Self> {
        let word = match &value {
            Value::Enum(word) => word.as_str(),
            Value::String(word) => word.as_str(),
            _ => return Err(InputValueError::expected_type(value)),
        };
        Ok(Self(word.parse()?))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Calendar day: `2015-03-05`. Source: ISO 8601-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date(pub Day);

/// Calendar day: `2015-03-05`. Source: ISO 8601-1.
#[Scalar(name = "Date", specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        match text.parse::<Partial>() {
            Ok(date) if date.precision() == Precision::Day => Ok(Self(date.first_day())),
            _ => Err(InputValueError::custom(format!(
                "`{text}` is not a calendar day: use YYYY-MM-DD"
            ))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(Partial::from(self.0).to_string())
    }
}

/// Date as precise as its source: `2015`, `2015-03` or `2015-03-05`. Source: ISO 8601-1, reduced precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartialDate(pub Partial);

/// Date as precise as its source: `2015`, `2015-03` or `2015-03-05`. Source: ISO 8601-1, reduced precision.
#[Scalar(
    name = "PartialDate",
    specified_by_url = "https://www.iso.org/iso-8601-date-and-time-format.html"
)]
impl ScalarType for PartialDate {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            Value::Number(year) => Ok(Self(year.to_string().parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Time in UTC: `2026-11-23T20:30:00Z`. Source: RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime(pub SystemTime);

/// Time in UTC: `2026-11-23T20:30:00Z`. Source: RFC 3339.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time.html"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        Ok(Self(OffsetDateTime::parse(text, &Rfc3339)?.into()))
    }

    fn to_value(&self) -> Value {
        let moment = OffsetDateTime::from(self.0);
        let moment = moment.replace_nanosecond(0).unwrap_or(moment);
        Value::String(moment.format(&Rfc3339).unwrap_or_default())
    }
}
