//! Catalogue: all tables by name, and a table with its selection, ready to be written.

use std::borrow::Cow;

use super::description::{Description, Parameter};
use super::error::TableError;
use super::format::{Format, Options, Provenance};
use super::group;
use super::output::Output;
use super::record::{self, RecordTable};
use super::selection::Selection;
use crate::graphql::saved::variables::nearest_of;
use crate::model::money::Currency;
use crate::read::groups::Amounts;
use crate::read::reader::Reader;

/// Tables of the records, by name.
#[derive(Clone, Debug)]
pub struct Catalogue {
    tables: Vec<RecordTable>,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self { tables: record::all() }
    }
}

impl Catalogue {
    /// Lists the tables by name.
    pub fn tables(&self) -> &[RecordTable] {
        &self.tables
    }

    /// Looks up a table by name.
    pub fn get(&self, name: &str) -> Option<&RecordTable> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Finds a table by name.
    ///
    /// # Errors
    /// [`TableError::Unknown`], with the name of a table that is spelt alike.
    pub fn find(&self, name: &str) -> Result<RecordTable, TableError> {
        let hint = || self.nearest(name).map(str::to_owned);
        let unknown = || TableError::Unknown { name: name.to_owned(), hint: hint() };
        self.get(name).copied().ok_or_else(unknown)
    }

    /// Returns the name of a table that is spelt alike.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest_of(name, self.tables.iter().map(|table| table.name))
    }
}

/// Table with its selection, for one generation.
#[derive(Debug)]
pub struct Prepared {
    table: RecordTable,
    selection: Selection,
    /// Amounts to group; `None` for the records themselves.
    groups: Option<Amounts>,
    /// Description, with the columns of this selection.
    pub description: Description,
}

impl RecordTable {
    /// Returns the description of the table with all of its parameters, those of groups included.
    pub fn listed(&self) -> Description {
        Description { parameters: self.all_parameters(), ..self.description(Currency::EUR) }
    }

    /// Returns the parameters of the records, then those of groups alone.
    fn all_parameters(&self) -> Vec<Parameter> {
        let mut all = self.parameters();
        let of_groups = group::amounts(self).map(|amounts| group::parameters(self.kind, amounts));
        for parameter in of_groups.into_iter().flatten() {
            if all.iter().all(|known| known.name != parameter.name) {
                all.push(parameter);
            }
        }
        all
    }

    /// Reads the parameters of a URL.
    ///
    /// # Errors
    /// [`TableError::Parameter`].
    pub fn prepare(
        &self,
        parameters: &[(String, String)],
        reader: &Reader,
    ) -> Result<Prepared, TableError> {
        let amounts = group::amounts(self);
        let is_given = |name: &str| {
            parameters.iter().any(|(given, text)| given == name && !text.trim().is_empty())
        };
        let groups = amounts.filter(|_| is_given("by"));
        let known = match groups {
            Some(amounts) => group::parameters(self.kind, amounts),
            None if is_given("fill") || is_given("leftOut") => self.parameters(),
            None => self.all_parameters(),
        };
        let of_records = ["after", "licence"].into_iter().find(|name| is_given(name));
        if let (Some(_), Some(name)) = (groups, of_records) {
            let message = format!("`{name}` does not apply to groups: leave out `{name}` or `by`");
            return Err(TableError::Parameter(message));
        }
        let selection = Selection::parse(self.kind, &known, parameters, reader)?;
        let groups = groups.filter(|_| !selection.by.is_empty());
        let description = match groups {
            Some(amounts) => group::description(self, amounts, &selection),
            None => self.description(selection.currency),
        };
        Ok(Prepared { table: *self, selection, groups, description })
    }
}

impl Prepared {
    /// Warnings about codes that the data does not contain.
    pub fn warnings(&self) -> &[String] {
        &self.selection.warnings
    }

    /// Returns the number of rows, if it is known without reading them.
    ///
    /// # Errors
    /// [`TableError`], from reading.
    pub fn count(&self, reader: &Reader) -> Result<Option<u64>, TableError> {
        if self.groups.is_some() || self.selection.open_only {
            return Ok(None);
        }
        let all = self.table.count(&self.selection, reader)?;
        let page = |all: u64| {
            let left = all.saturating_sub(self.selection.offset);
            self.selection.limit.map_or(left, |limit| left.min(limit))
        };
        Ok(all.filter(|_| self.selection.after.is_none()).map(page))
    }

    /// Returns true if the rows are groups.
    pub(super) fn is_grouped(&self) -> bool {
        self.groups.is_some()
    }

    /// Restricts the rows to a page.
    pub(super) fn paged(mut self, offset: u64, limit: u64) -> Self {
        (self.selection.offset, self.selection.limit) = (offset, Some(limit));
        self
    }

    /// Begins the rows at a record instead of the first one. Returns false without a record of this identifier.
    pub(super) fn begin_at(&mut self, id: &str, reader: &Reader) -> bool {
        let Some(ordinal) = reader.ordinal(self.table.kind, id) else { return false };
        let before = ordinal.checked_sub(1).and_then(|last| reader.key(self.table.kind, last));
        self.selection.after = before.map(Cow::into_owned);
        true
    }

    /// Writes the table in a format; returns the number of rows.
    ///
    /// # Errors
    /// [`TableError`], from reading or writing. A table beyond a limit of the format is refused before its first row if its
    /// number of rows is known.
    pub fn write<'w>(
        &'w self,
        format: Format,
        options: &Options,
        provenance: &'w Provenance,
        reader: &Reader,
        output: Box<dyn std::io::Write + Send + 'w>,
    ) -> Result<u64, TableError> {
        if format.max_rows().is_some()
            && let Some(found) = self.count(reader)?
        {
            format.check_row_count(found)?;
        }
        let writer = format.writer(options, &self.description, provenance, output)?;
        let width = self.description.columns.len();
        let (offset, limit) = (self.selection.offset, self.selection.limit);
        let mut output = Output::new(writer, width, offset, limit);
        match self.groups {
            Some(amounts) => group::write(amounts, &self.selection, reader, &mut output)?,
            None => self.table.write(&self.selection, reader, &mut output)?,
        }
        output.finish()
    }

    /// Returns the provenance of the table.
    ///
    /// # Errors
    /// [`TableError`], from reading.
    pub fn provenance(&self, reader: &Reader) -> Result<Provenance, TableError> {
        Ok(Provenance {
            data_version: Some(reader.version().to_owned()),
            licences: reader.all_licences()?.iter().cloned().collect(),
            warnings: self.selection.warnings.clone(),
        })
    }
}
