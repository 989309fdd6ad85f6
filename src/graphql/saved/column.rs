//! A column of a table: its name, and what its cells hold.

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, made of response keys: `money_value`.
    pub name: String,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, codes, identifiers, and lists with their items joined by " | ".
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers that may have been rounded.
    Number,
    /// Exact decimal numbers, as text.
    Decimal,
    /// Yes or no.
    Boolean,
    /// Dates as precise as published: `2015`, `2015-03` or `2015-03-05`.
    Date,
    /// Moments: `2026-11-23T20:30:00Z`.
    DateTime,
}

impl Kind {
    /// What values of a named leaf type are.
    pub(super) fn of(type_name: &str) -> Self {
        match type_name {
            "Int" => Self::Integer,
            "Float" => Self::Number,
            "Decimal" => Self::Decimal,
            "Boolean" => Self::Boolean,
            "Date" | "PartialDate" => Self::Date,
            "DateTime" => Self::DateTime,
            _ => Self::Text,
        }
    }

    /// Its name for clients.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "dateTime",
        }
    }
}

impl Column {
    /// The exact text beside a number that a client may round.
    pub(super) fn text_name(&self) -> Option<String> {
        matches!(self.kind, Kind::Decimal).then(|| format!("{}_text", self.name))
    }

    /// The moment beside a date, for the axis of a plot.
    pub(super) fn moment_name(&self) -> Option<String> {
        matches!(self.kind, Kind::Date | Kind::DateTime).then(|| format!("{}_ms", self.name))
    }

    /// Whether it is the end of a time, so that its moment is the last one of its date.
    pub(super) fn is_end(&self) -> bool {
        let last = self.name.rsplit('_').next().unwrap_or_default();
        last == "end" || last == "until" || last.ends_with("Until")
    }

    /// Its name and those of what JSON adds beside it.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        [Some(self.name.clone()), self.text_name(), self.moment_name()].into_iter().flatten()
    }
}
