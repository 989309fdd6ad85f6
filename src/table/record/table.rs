//! Record table: its facts, its fields, and the functions that write its rows.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::field::{Context, Field};
use super::figure::{Figure, Figures};
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::read::money::Monetary;
use crate::read::reader::{Readable, Reader};
use crate::read::total::TotalsQuery;
use crate::table::column::Column;
use crate::table::description::{Description, Parameter};
use crate::table::error::TableError;
use crate::table::names::Names;
use crate::table::output::Output;
use crate::table::selection::{self, Features, Selection};

/// Rows of a record table.
pub(super) trait RecordRows: Sized {
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
pub(super) struct Sheet<'a, 'w, R> {
    fields: Vec<Field<R>>,
    context: Context<'a>,
    output: &'a mut Output<'w>,
    /// True if rows without an open licence are left out.
    open_only: bool,
}

impl<'a, R> Sheet<'a, '_, R> {
    /// Writes one row; returns false when no further row is needed.
    pub(super) fn row(&mut self, row: &R, figure: &Figure) -> Result<bool, TableError> {
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

    pub(super) fn names(&mut self) -> &mut Names<'a> {
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
    features: Features,
    /// Chart of the rows, as one line; see [`draw::chart::Spec`](crate::draw::chart::Spec).
    chart: Option<&'static str>,
    columns: fn(Currency) -> Vec<Column>,
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
    pub(super) fn of<T: RecordRows>((name, title, question, key): Facts, kind: Kind) -> Self {
        fn columns<T: RecordRows>(currency: Currency) -> Vec<Column> {
            T::fields(currency).into_iter().flat_map(|field| field.columns).collect()
        }
        fn write<T: RecordRows>(
            selection: &Selection,
            reader: &Reader,
            output: &mut Output<'_>,
        ) -> Result<(), TableError> {
            let context = Context {
                names: Names::new(reader, &selection.languages),
                currency: selection.currency,
            };
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
            features: Features { is_one_row: true, ..Features::default() },
            chart: None,
            columns: columns::<T>,
            write: write::<T>,
            count: T::count,
        }
    }

    /// Creates the table of a noun without amounts.
    pub(super) fn plain<T: NounRows>(facts: Facts) -> Self {
        Self::of::<Plain<T>>(facts, T::KIND)
    }

    /// Creates the table of a noun with amounts.
    pub(super) fn counted<T: NounRows + Monetary>(facts: Facts) -> Self {
        Self::of::<Counted<T>>(facts, T::KIND).with_sums()
    }

    /// Marks a table whose records have several rows.
    pub(super) fn with_parts(self) -> Self {
        Self { features: Features { is_one_row: false, ..self.features }, ..self }
    }

    /// Marks a table with sums.
    pub(super) fn with_sums(self) -> Self {
        Self { features: Features { has_sums: true, ..self.features }, ..self }
    }

    /// Marks a table that may be restricted to a donor and a partner country.
    pub(super) fn with_pair(self) -> Self {
        Self { features: Features { has_pair: true, ..self.features }, ..self }
    }

    /// Sets the chart of the rows, as one line; see [`draw::chart::Spec`](crate::draw::chart::Spec).
    pub(super) fn drawn(self, chart: &'static str) -> Self {
        Self { chart: Some(chart), ..self }
    }

    /// Returns the parameters of the records.
    pub(in crate::table) fn parameters(&self) -> Vec<Parameter> {
        selection::parameters(self.kind, self.features)
    }

    /// Returns the description in a currency of the sums.
    pub fn description(&self, currency: Currency) -> Description {
        Description {
            name: self.name.into(),
            title: self.title.into(),
            question: self.question.into(),
            parameters: self.parameters(),
            columns: (self.columns)(currency),
            key: self.key.iter().map(|name| (*name).into()).collect(),
            chart: self.chart.and_then(|line| line.parse().ok()),
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
}

/// Noun with one row for each record.
pub(super) trait NounRows: Readable {
    /// Returns the fields, in the order of the columns. `currency` is the currency of the sums.
    fn fields(currency: Currency) -> Vec<Field<Arc<Self>>>;
}

/// Rows of a noun, without figures.
struct Plain<T>(PhantomData<T>);

impl<T: NounRows> RecordRows for Plain<T> {
    type Row = Arc<T>;

    fn fields(currency: Currency) -> Vec<Field<Arc<T>>> {
        T::fields(currency)
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Arc<T>>,
    ) -> Result<(), TableError> {
        let (none, from) = (Figure::default(), selection.from(reader, T::KIND));
        reader.each::<T, _>(&selection.filter, from, |record| sheet.row(&record, &none))
    }

    fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
        count_records(T::KIND, selection, reader)
    }
}

/// Rows of a noun, with the figures of their amounts.
struct Counted<T>(PhantomData<T>);

impl<T: NounRows + Monetary> RecordRows for Counted<T> {
    type Row = Arc<T>;

    fn fields(currency: Currency) -> Vec<Field<Arc<T>>> {
        T::fields(currency)
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Arc<T>>,
    ) -> Result<(), TableError> {
        let query = selection.totals(reader);
        let figures = Figures::of(reader.items::<T>(&query)?, selection.currency, reader);
        let from = selection.from(reader, T::KIND);
        reader.each::<T, _>(&selection.filter, from, |record| {
            sheet.row(&record, &figures.get(record.key()))
        })
    }

    fn count(selection: &Selection, reader: &Reader) -> Result<Option<u64>, TableError> {
        count_records(T::KIND, selection, reader)
    }
}

/// Counts the records of a noun.
pub(super) fn count_records(
    kind: Kind,
    selection: &Selection,
    reader: &Reader,
) -> Result<Option<u64>, TableError> {
    Ok(Some(reader.count_matching(kind, &selection.filter)?))
}

impl Selection {
    /// Returns the query of the totals of the selection.
    pub(in crate::table) fn totals<'a>(&'a self, reader: &'a Reader) -> TotalsQuery<'a> {
        TotalsQuery { filter: &self.filter, convert: Some((self.currency, reader.rates())) }
    }
}
