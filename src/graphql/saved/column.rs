//! Column of a table: name and type of the cells.

/// Column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name, joined from response keys: `money_value`.
    pub name: String,
    /// Type of the cells.
    pub kind: ColumnType,
    /// Description of the field in the schema.
    pub description: String,
    /// True if a cell holds the joined items of a list beside the rows.
    pub is_joined: bool,
}

/// Type of the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text, codes, identifiers, and lists with their items joined by " | ".
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers that may have been rounded.
    Number,
    /// Exact decimal numbers, as text.
    Decimal,
    /// Booleans.
    Boolean,
    /// Full days: `2015-03-05`.
    Day,
    /// Dates as precise as published: `2015`, `2015-03` or `2015-03-05`.
    Date,
    /// Timestamps: `2026-11-23T20:30:00Z`.
    DateTime,
}

impl ColumnType {
    /// Returns the column type of a named leaf type.
    pub(super) fn of(type_name: &str) -> Self {
        match type_name {
            "Int" => Self::Integer,
            "Float" => Self::Number,
            "Decimal" => Self::Decimal,
            "Boolean" => Self::Boolean,
            "Date" => Self::Day,
            "PartialDate" => Self::Date,
            "DateTime" => Self::DateTime,
            _ => Self::Text,
        }
    }
}

impl Column {
    /// Returns the name of the exact text beside a rounded number.
    pub fn text_name(&self) -> Option<String> {
        matches!(self.kind, ColumnType::Decimal).then(|| format!("{}_text", self.name))
    }

    /// Returns the name of the timestamp beside a date, for plots.
    pub fn moment_name(&self) -> Option<String> {
        matches!(self.kind, ColumnType::Day | ColumnType::Date | ColumnType::DateTime)
            .then(|| format!("{}_ms", self.name))
    }

    /// Returns true for the end of a period, whose timestamp is the last moment of its date.
    pub fn is_end(&self) -> bool {
        let last = self.name.rsplit('_').next().unwrap_or_default();
        last == "end" || last == "until" || last.ends_with("Until")
    }

    /// Returns the name of the column, and those that JSON adds beside it.
    pub fn names(&self) -> impl Iterator<Item = String> {
        [Some(self.name.clone()), self.text_name(), self.moment_name()].into_iter().flatten()
    }
}
