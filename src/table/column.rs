//! Columns: name, type, unit, description and code list. They depend on the description of a table, never on its rows.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// Type of the cells of a column. Any cell may be empty, which means unknown or not applicable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text; also codes, so that `00123` keeps its zeros.
    Text,
    /// Whole number.
    Integer,
    /// Exact decimal. Formats without decimals write a number, rounded only beyond their precision.
    Decimal,
    /// True or false.
    Boolean,
    /// Full day: `2015-03-01`.
    Date,
}

impl ColumnType {
    /// Returns the name of the type in the Table Schema of Frictionless Data.
    /// Source: Table Schema, version 1.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Integer => "integer",
            Self::Decimal => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
        }
    }
}

impl Serialize for ColumnType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name in lower case with underscores: valid in SQL and R without quotes.
    pub name: Cow<'static, str>,
    /// Type of its cells.
    pub r#type: ColumnType,
    /// Meaning of its cells, in one or two sentences.
    pub description: Cow<'static, str>,
    /// Unit of its numbers, such as `EUR` or `percent`; `None` without one.
    pub unit: Option<Cow<'static, str>>,
    /// Code list that its codes are from, such as `ISO 3166-1` or `OECD DAC purpose codes`.
    pub codes: Option<Cow<'static, str>>,
}

impl Column {
    /// Creates a column without unit or code list.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        r#type: ColumnType,
        description: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name: name.into(), r#type, description: description.into(), unit: None, codes: None }
    }

    /// Sets the unit.
    #[must_use]
    pub fn in_unit(self, unit: impl Into<Cow<'static, str>>) -> Self {
        Self { unit: Some(unit.into()), ..self }
    }

    /// Sets the code list.
    #[must_use]
    pub fn with_codes(self, codes: impl Into<Cow<'static, str>>) -> Self {
        Self { codes: Some(codes.into()), ..self }
    }
}
