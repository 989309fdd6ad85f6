//! Record tables: one row for each record, streamed from the reader without GraphQL.

mod activity;
mod actor;
mod diplomacy;
mod field;
mod figure;
mod mission;
mod relief;
mod transaction;

use std::fmt;
use std::sync::Arc;

use super::description::Description;
use super::error::TableError;
use super::names::Names;
use super::output::Output;
use super::selection::Selection;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Noun};
use crate::read::money::Monetary;
use crate::read::reader::{Readable, Reader};
use crate::read::total::TotalsQuery;
use field::{Context, Field};
pub(super) use field::{converted_column, left_out_column};
use figure::{Figure, Figures};

/// Rows of a record table.
trait RecordRows: Sized {
    /// Row: a record, or a part of one.
    type Row;

    /// Returns the fields, in the order of the columns. `currency` is the currency of the sums.
    fn fields(currency: Currency) -> Vec<Field<Self::Row>>;

    /// Passes every row of the selection to the sheet, in the order of the identifiers.
    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Self::Row>,
    ) -> Result<(), TableError>;

    /// Returns the number of rows, if it is known without reading them.
    fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError>;
}

/// Sheet that rows are written to.
struct Sheet<'a, 'w, R> {
    fields: Vec<Field<R>>,
    context: Context<'a>,
    output: &'a mut Output<'w>,
    /// True if rows without an open licence are left out.
    open_only: bool,
}

impl<'a, R> Sheet<'a, '_, R> {
    /// Writes one row; returns false when no further row is needed.
    fn row(&mut self, row: &R, figure: &Figure) -> Result<bool, TableError> {
        if self.open_only && !self.is_open(row)? {
            return Ok(true);
        }
        if let Some(batch) = self.output.row() {
            for field in &self.fields {
                field.push(row, figure, &mut self.context, batch)?;
            }
            self.output.pass()?;
        }
        Ok(!self.output.is_full())
    }

    fn is_open(&mut self, row: &R) -> Result<bool, TableError> {
        let provenance = self.fields.last();
        let is_open = provenance.map(|field| field.is_open(row, &mut self.context)).transpose()?;
        Ok(is_open.unwrap_or(false))
    }

    fn names(&mut self) -> &mut Names<'a> {
        &mut self.context.names
    }
}

/// Record table: its facts, and the functions of its rows.
#[derive(Clone, Copy)]
pub struct RecordTable {
    /// Name in URLs.
    pub name: &'static str,
    /// Title, in a few words.
    pub title: &'static str,
    /// Question that it answers.
    pub question: &'static str,
    /// Noun whose filter selects the rows.
    pub kind: Kind,
    /// Columns that identify a row.
    key: &'static [&'static str],
    /// True if each record is one row, so that a page can begin after a record.
    pub(super) is_one_row: bool,
    /// True if the table has amounts in a currency of the client's choice.
    pub(super) has_sums: bool,
    /// True if the table may be the timeline of a donor and a partner country.
    pub(super) has_pair: bool,
    columns: fn(Currency) -> Vec<super::column::Column>,
    write: WriteRows,
    count: fn(&Selection, &Reader) -> Result<Option<u64>, TableError>,
}

type WriteRows = fn(&Selection, &Reader, &mut Output<'_>) -> Result<(), TableError>;

impl fmt::Debug for RecordTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordTable({})", self.name)
    }
}

/// Name, title, question and key of a table.
type Facts = (&'static str, &'static str, &'static str, &'static [&'static str]);

impl RecordTable {
    fn of<T: RecordRows>((name, title, question, key): Facts, kind: Kind) -> Self {
        fn columns<T: RecordRows>(currency: Currency) -> Vec<super::column::Column> {
            T::fields(currency).into_iter().flat_map(|field| field.columns).collect()
        }
        fn write<T: RecordRows>(
            selection: &Selection,
            reader: &Reader,
            output: &mut Output<'_>,
        ) -> Result<(), TableError> {
            let context = Context { names: Names::new(reader), currency: selection.currency };
            let fields = T::fields(selection.currency);
            let mut sheet = Sheet { fields, context, output, open_only: selection.open_only };
            T::write(selection, reader, &mut sheet)
        }
        Self {
            name,
            title,
            question,
            kind,
            key,
            is_one_row: true,
            has_sums: false,
            has_pair: false,
            columns: columns::<T>,
            write: write::<T>,
            count: T::count,
        }
    }

    /// Marks a table whose records have several rows.
    fn with_parts(self) -> Self {
        Self { is_one_row: false, ..self }
    }

    /// Marks a table with sums.
    fn with_sums(self) -> Self {
        Self { has_sums: true, ..self }
    }

    /// Marks a table that may be restricted to a donor and a partner country.
    fn with_pair(self) -> Self {
        Self { has_pair: true, ..self }
    }

    /// Returns the description in a currency of the sums.
    pub fn description(&self, currency: Currency) -> Description {
        Description {
            name: self.name.into(),
            title: self.title.into(),
            question: self.question.into(),
            parameters: super::selection::parameters(self),
            columns: (self.columns)(currency),
            key: self.key.iter().map(|name| (*name).into()).collect(),
        }
    }

    /// Writes the rows of a selection.
    ///
    /// # Errors
    /// [`TableError`], from reading or writing.
    pub fn write(
        &self,
        selection: &Selection,
        reader: &Reader,
        output: &mut Output<'_>,
    ) -> Result<(), TableError> {
        (self.write)(selection, reader, output)
    }

    /// Returns the number of rows of a selection without offset and limit; `None` if only reading them gives it.
    ///
    /// # Errors
    /// [`TableError`], from reading.
    pub fn count(&self, selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
        (self.count)(selection, reader)
    }

    /// Lists all record tables, by name.
    pub fn all() -> Vec<Self> {
        let mut tables = vec![
            transaction::transactions(),
            transaction::shares(),
            activity::programmes(),
            activity::budgets(),
            activity::participations(),
            relief::contributions(),
            relief::trust_funds(),
            relief::oda_figures(),
            mission::missions(),
            mission::contributions(),
            diplomacy::agreements(),
            diplomacy::dialogues(),
            diplomacy::events(),
            diplomacy::partnerships(),
            actor::agencies(),
            actor::countries(),
            actor::locations(),
            actor::sectors(),
            actor::sources(),
        ];
        tables.sort_by_key(|table| table.name);
        tables
    }
}

/// Writes one row for each record of a noun, without figures.
fn write_plain<T: Readable>(
    selection: &Selection,
    reader: &Reader,
    sheet: &mut Sheet<'_, '_, Arc<T>>,
) -> Result<(), TableError> {
    let none = Figure::default();
    reader.each::<T, TableError>(&selection.filter, selection.from(reader, T::KIND), |record| {
        sheet.row(&record, &none)
    })
}

/// Writes one row for each record of a noun, with the figures of its amount.
fn write_counted<T: Monetary + Noun>(
    selection: &Selection,
    reader: &Reader,
    sheet: &mut Sheet<'_, '_, Arc<T>>,
) -> Result<(), TableError> {
    let query = selection.totals(reader);
    let figures = Figures::of(reader.items::<T>(&query)?, selection.currency, reader);
    reader.each::<T, TableError>(&selection.filter, selection.from(reader, T::KIND), |record| {
        let figure = figures.get(record.key());
        sheet.row(&record, &figure)
    })
}

/// Counts the records of a noun.
fn count_records<T: Readable>(
    selection: &Selection,
    reader: &Reader,
) -> Result<Option<u64>, TableError> {
    Ok(Some(reader.count_matching(T::KIND, &selection.filter)?))
}

impl Selection {
    /// Returns the query of the totals of the selection.
    pub(super) fn totals<'a>(&'a self, reader: &'a Reader) -> TotalsQuery<'a> {
        TotalsQuery { filter: &self.filter, convert: Some((self.currency, reader.rates())) }
    }
}
