//! Fields of a record table: each has its columns and writes one cell for each.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::figure::Figure;
use crate::model::code::Code;
use crate::model::codelist::Codelist;
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::id::{AgencyId, MissionId};
use crate::model::licence;
use crate::model::mission::Mission;
use crate::model::money::{Currency, Money};
use crate::model::noun::Record;
use crate::model::origin::{Citation, Origin};
use crate::model::text::{Language, Text};
use crate::read::error::Error;
use crate::read::groups::GroupDimension;
use crate::read::label::label;
use crate::table::batch::{Batch, Cell};
use crate::table::column::{Column, ColumnType};
use crate::table::key;
use crate::table::names::{Names, SourceFacts};

/// One of several values: tables have no joined cells, so several leave the cell empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Single<T> {
    /// The value, if there is exactly one.
    pub(super) value: Option<T>,
    /// Number of values.
    pub(super) count: usize,
}

impl<T> Single<T> {
    /// Takes the only value of a list.
    pub(super) fn of(mut values: impl ExactSizeIterator<Item = T>) -> Self {
        let count = values.len();
        Self { value: values.next().filter(|_| count == 1), count }
    }
}

/// Provenance of a record: its line and its citations.
pub(super) type Evidence<'r> = (&'r Origin, &'r [Citation]);

/// Cells of a field.
pub(super) enum Cells<T> {
    Text(fn(&T) -> Option<&str>),
    Owned(fn(&T) -> Option<String>),
    Name(fn(&T) -> Option<&Text>),
    /// Label of a record.
    Label(fn(&T) -> &Record),
    /// Text, its language, and true for a translation of the editors.
    Title(fn(&T) -> Option<&Text>),
    Integer(fn(&T) -> Option<i64>),
    Decimal(fn(&T) -> Option<Decimal>),
    Boolean(fn(&T) -> Option<bool>),
    /// First day, and precision.
    Day(fn(&T) -> Option<PartialDate>),
    /// First day, precision, and year.
    Date(fn(&T) -> Option<PartialDate>),
    /// Identifier, and name.
    Agency(fn(&T) -> Option<&AgencyId>),
    /// Identifier, and title.
    Programme(fn(&T) -> Option<&str>),
    /// Two letters, three letters, and name.
    Country(fn(&T) -> Option<CountryCode>),
    /// As [`Cells::Country`], and the number of countries.
    Countries(fn(&T) -> Single<CountryCode>),
    /// Identifier, name, and number of agencies.
    Agencies(fn(&T) -> Single<&AgencyId>),
    /// Code, name, and number of sectors.
    Sectors(fn(&T) -> Single<&str>),
    /// Code and name.
    Sector(fn(&T) -> Option<&str>),
    /// Identifier, name, and number of missions, and their host country as [`Cells::Countries`].
    Missions(fn(&T) -> &[MissionId]),
    /// Code and name of a list.
    Code(Codelist, fn(&T) -> Option<&str>),
    /// Amount as published.
    Money(fn(&T) -> Option<&Money>),
    /// Amount in the currency of the sums, and what counts of it.
    Counted(fn(&T) -> Option<&Money>),
    /// Sums of several amounts, and what counts of them.
    Summed,
    /// Key of a share.
    Key(usize, GroupDimension),
    /// Share of an amount.
    Share,
    /// Source, address, file, line and licence.
    Provenance(fn(&T) -> Evidence<'_>),
}

/// Field of a record table.
pub(super) struct Field<T> {
    pub(super) columns: Vec<Column>,
    pub(super) cells: Cells<T>,
}

/// State while rows are written.
pub(super) struct Context<'a> {
    pub(super) names: Names<'a>,
    pub(super) currency: Currency,
}

fn column(name: String, r#type: ColumnType, about: &str) -> Column {
    Column::new(name, r#type, about.to_owned())
}

/// Creates a field of one column.
pub(super) fn one<T>(name: &'static str, about: &'static str, cells: Cells<T>) -> Field<T> {
    let r#type = match cells {
        Cells::Integer(_) => ColumnType::Integer,
        Cells::Decimal(_) => ColumnType::Decimal,
        Cells::Boolean(_) => ColumnType::Boolean,
        _ => ColumnType::Text,
    };
    Field { columns: vec![Column::new(name, r#type, about)], cells }
}

pub(super) fn text<T>(
    name: &'static str,
    about: &'static str,
    of: fn(&T) -> Option<&str>,
) -> Field<T> {
    one(name, about, Cells::Text(of))
}

/// Creates a field of one text in the requested language.
pub(super) fn phrase<T>(
    name: &'static str,
    about: &'static str,
    of: fn(&T) -> Option<&Text>,
) -> Field<T> {
    one(name, about, Cells::Name(of))
}

/// Creates the main name or title of a record: `title`, `title_language` and `title_translated`.
pub(super) fn title<T>(name: &str, about: &str, of: fn(&T) -> Option<&Text>) -> Field<T> {
    let language = format!("Language of `{name}`. `UND` if the source states none.");
    let translated = format!("True if `{name}` is a translation by the editors of the dataset.");
    let columns = vec![
        column(name.to_owned(), ColumnType::Text, about),
        column(format!("{name}_language"), ColumnType::Text, &language).with_codes("ISO 639-1"),
        column(format!("{name}_translated"), ColumnType::Boolean, &translated),
    ];
    Field { columns, cells: Cells::Title(of) }
}

/// Creates a field with a code of a list of this service, such as `OUTGOING_COMMITMENT`.
pub(super) fn word<T>(
    name: &'static str,
    about: &'static str,
    of: fn(&T) -> Option<&str>,
) -> Field<T> {
    let mut field = text(name, about, of);
    field.columns = field.columns.into_iter().map(|c| c.with_codes("schema.graphql")).collect();
    field
}

/// Creates the columns of a day: `start` and `start_precision`.
fn day_columns(name: &str, about: &str) -> Vec<Column> {
    let precision = format!("Precision of `{name}`: DAY, MONTH or YEAR.");
    vec![
        column(
            name.to_owned(),
            ColumnType::Date,
            &format!("{about} First day of the period if only its month or year is known."),
        ),
        column(format!("{name}_precision"), ColumnType::Text, &precision),
    ]
}

pub(super) fn day<T>(name: &str, about: &str, of: fn(&T) -> Option<PartialDate>) -> Field<T> {
    Field { columns: day_columns(name, about), cells: Cells::Day(of) }
}

/// Creates the main date of a record: `date`, `date_precision` and `year`.
pub(super) fn date<T>(about: &str, of: fn(&T) -> Option<PartialDate>) -> Field<T> {
    let mut columns = day_columns("date", about);
    columns.push(column("year".to_owned(), ColumnType::Integer, "Year of `date`."));
    Field { columns, cells: Cells::Date(of) }
}

fn agency_columns(name: &str, about: &str) -> Vec<Column> {
    vec![
        column(name.to_owned(), ColumnType::Text, &format!("{about} Identifier.")),
        column(format!("{name}_name"), ColumnType::Text, &format!("Name of `{name}`.")),
    ]
}

pub(super) fn agency<T>(name: &str, about: &str, of: fn(&T) -> Option<&AgencyId>) -> Field<T> {
    Field { columns: agency_columns(name, about), cells: Cells::Agency(of) }
}

fn count_column(name: &str, plural: &str) -> Column {
    let about = format!("Number of {plural}. If there are several, `{name}` is empty.");
    column(plural.to_owned(), ColumnType::Integer, &about)
}

pub(super) fn agencies<T>(
    name: &str,
    plural: &str,
    about: &str,
    of: fn(&T) -> Single<&AgencyId>,
) -> Field<T> {
    let mut columns = agency_columns(name, about);
    columns.push(count_column(name, plural));
    Field { columns, cells: Cells::Agencies(of) }
}

pub(super) fn programme<T>(of: fn(&T) -> Option<&str>) -> Field<T> {
    let columns = vec![
        column("programme".to_owned(), ColumnType::Text, "Programme. Identifier."),
        column("programme_title".to_owned(), ColumnType::Text, "Title of `programme`."),
    ];
    Field { columns, cells: Cells::Programme(of) }
}

pub(super) fn country<T>(name: &str, about: &str, of: fn(&T) -> Option<CountryCode>) -> Field<T> {
    Field { columns: key::country_columns(name, about), cells: Cells::Country(of) }
}

pub(super) fn countries<T>(about: &str, of: fn(&T) -> Single<CountryCode>) -> Field<T> {
    let mut columns = key::country_columns("country", about);
    columns.push(count_column("country_code", "countries"));
    Field { columns, cells: Cells::Countries(of) }
}

pub(super) fn sectors<T>(of: fn(&T) -> Single<&str>) -> Field<T> {
    let mut columns = key::columns(GroupDimension::Sector);
    columns.push(count_column("sector_code", "sectors"));
    Field { columns, cells: Cells::Sectors(of) }
}

/// Creates the columns of the missions that benefit, and of their host country.
pub(super) fn missions<T>(of: fn(&T) -> &[MissionId]) -> Field<T> {
    let mut columns = vec![
        column("mission".to_owned(), ColumnType::Text, "Mission that benefits. Identifier."),
        column("mission_name".to_owned(), ColumnType::Text, "Name of `mission`."),
        count_column("mission", "missions"),
    ];
    columns.extend(key::country_columns("country", "Host country of the missions."));
    columns.push(count_column("country_code", "countries"));
    Field { columns, cells: Cells::Missions(of) }
}

pub(super) fn code<T>(
    name: &str,
    about: &str,
    list: Codelist,
    of: fn(&T) -> Option<&str>,
) -> Field<T> {
    let code = column(format!("{name}_code"), ColumnType::Text, about);
    let columns = vec![
        code.with_codes(list.as_str()),
        column(format!("{name}_name"), ColumnType::Text, &format!("Name of `{name}_code`.")),
    ];
    Field { columns, cells: Cells::Code(list, of) }
}

/// Creates the columns of an amount as published.
pub(super) fn money<T>(of: fn(&T) -> Option<&Money>) -> Field<T> {
    let text = |name: &str, about: &str| column(name.to_owned(), ColumnType::Text, about);
    let columns = vec![
        column(
            "value".to_owned(),
            ColumnType::Decimal,
            "Amount as published, in major units of `currency`. Empty if no number is published.",
        ),
        text("value_text", "Exact decimal text of `value`."),
        text("currency", "Currency of `value`.").with_codes("ISO 4217"),
        text("qualifier", "Reading of `value`: EXACT, AT_LEAST, AT_MOST or ABOUT.")
            .with_codes("schema.graphql"),
        text(
            "absence",
            "Reason for a missing number: NOT_STATED, NOT_APPLICABLE, WITHHELD or ZERO.",
        )
        .with_codes("schema.graphql"),
    ];
    Field { columns, cells: Cells::Money(of) }
}

/// Returns the column of amounts in the currency of the sums: `value_eur`.
pub(in crate::table) fn converted_column(currency: Currency, about: &str) -> Column {
    let name = format!("value_{}", currency.as_str().to_lowercase());
    column(name, ColumnType::Decimal, about).in_unit(currency.to_string())
}

/// Returns the column of what counts.
pub(in crate::table) fn counted_column(currency: Currency, about: &str) -> Column {
    column("counted".to_owned(), ColumnType::Decimal, about).in_unit(currency.to_string())
}

/// Returns the column of reasons.
pub(in crate::table) fn left_out_column(about: &str) -> Column {
    column("left_out".to_owned(), ColumnType::Text, about).with_codes("schema.graphql")
}

fn counted_columns(currency: Currency) -> [Column; 3] {
    [
        counted_column(
            currency,
            "Part of the amount that counts once in the selected list. The sum of this column is the total to quote.",
        ),
        column(
            "counted_currency".to_owned(),
            ColumnType::Text,
            "Currency of `counted`; empty if nothing counts.",
        )
        .with_codes("ISO 4217"),
        left_out_column("Reason for which the amount, or a part of it, does not count."),
    ]
}

/// Creates the columns of a converted amount, and of what counts of it.
pub(super) fn counted<T>(currency: Currency, of: fn(&T) -> Option<&Money>) -> Field<T> {
    let mut columns = vec![
        converted_column(
            currency,
            "Amount converted at the rate of its own date. The sum of this column counts money repeatedly: add up `counted`.",
        ),
        column(
            "rate".to_owned(),
            ColumnType::Decimal,
            "Units of the target currency for one unit of `currency`, to 12 decimals. 1 without a conversion.",
        ),
        column(
            "rate_date".to_owned(),
            ColumnType::Date,
            "First day of the month or year of the rate.",
        ),
        column("rate_source".to_owned(), ColumnType::Text, "Source of the rate.")
            .with_codes("schema.graphql"),
    ];
    columns.extend(counted_columns(currency));
    Field { columns, cells: Cells::Counted(of) }
}

/// Creates the columns of a sum of several amounts.
pub(super) fn summed<T>(currency: Currency) -> Field<T> {
    let mut columns = vec![converted_column(
        currency,
        "Sum of the amounts, converted at the rates of their own dates. It counts money repeatedly: add up `counted`.",
    )];
    columns.extend(counted_columns(currency));
    Field { columns, cells: Cells::Summed }
}

pub(super) fn key<T>(at: usize, dimension: GroupDimension) -> Field<T> {
    Field { columns: key::columns(dimension), cells: Cells::Key(at, dimension) }
}

pub(super) fn share<T>() -> Field<T> {
    let about = "Share of the amount, from 0 to 1. Empty if a source states the part as an amount.";
    Field {
        columns: vec![column("share".to_owned(), ColumnType::Decimal, about)],
        cells: Cells::Share,
    }
}

/// Creates the columns of the provenance: the last ones of every table.
pub(super) fn provenance<T>(of: fn(&T) -> Evidence<'_>) -> Field<T> {
    let text = |name: &str, about: &str| column(name.to_owned(), ColumnType::Text, about);
    let columns = vec![
        text("source", "First publication that supports the row. Identifier of `sources`."),
        text("source_url", "Address of `source`."),
        text("file", "File that the row was read from."),
        column("line".to_owned(), ColumnType::Integer, "Line in `file`; the first is 1."),
        text(
            "licence",
            "Licence of the data, as stated by `source` or at the import of `file`. Empty if unknown.",
        ),
    ];
    Field { columns, cells: Cells::Provenance(of) }
}

/// Appends a partial date: its first day, and its precision.
fn push_day(batch: &mut Batch, date: Option<PartialDate>) {
    push_or_empty(batch, date, |date| Cell::Date(date.first_day()));
    batch.push_some(date.map(|date| date.precision().as_str()));
}

fn push_or_empty<V>(batch: &mut Batch, value: Option<V>, cell: impl FnOnce(V) -> Cell) {
    batch.push(value.map_or(Cell::Empty, cell));
}

/// Decimals of a rate in tables, which every format can hold.
const RATE_DECIMALS: u32 = 12;

fn push_count(batch: &mut Batch, count: usize) {
    batch.push(Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX)));
}

impl<T> Field<T> {
    /// Returns true if the provenance of a row states an open licence; false for other fields.
    pub(super) fn is_open(&self, row: &T, context: &mut Context<'_>) -> Result<bool, Error> {
        let Cells::Provenance(of) = &self.cells else { return Ok(false) };
        let licence = context.facts(of(row))?.licence;
        Ok(licence.is_some_and(|licence| licence::is_open(&licence)))
    }

    /// Appends the cells of one row.
    pub(super) fn push(
        &self,
        row: &T,
        figure: &Figure,
        context: &mut Context<'_>,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        match &self.cells {
            Cells::Text(of) => batch.push_some(of(row)),
            Cells::Owned(of) => batch.push_some(of(row).as_deref()),
            Cells::Name(of) => batch.push_some(of(row).map(|text| context.names.form(text))),
            Cells::Label(of) => {
                let names = &context.names;
                batch.push_text(&label(of(row), names.languages(), names.reader)?);
            }
            Cells::Title(of) => push_title(batch, of(row), context.names.languages()),
            Cells::Integer(of) => push_or_empty(batch, of(row), Cell::Integer),
            Cells::Decimal(of) => push_or_empty(batch, of(row), Cell::Decimal),
            Cells::Boolean(of) => push_or_empty(batch, of(row), Cell::Boolean),
            Cells::Day(of) => push_day(batch, of(row)),
            Cells::Date(of) => {
                let date = of(row);
                push_day(batch, date);
                push_or_empty(batch, date, |date| Cell::Integer(date.year().into()));
            }
            Cells::Agency(of) => context.push_agency(batch, of(row))?,
            Cells::Agencies(of) => {
                let agencies = of(row);
                context.push_agency(batch, agencies.value)?;
                push_count(batch, agencies.count);
            }
            Cells::Programme(of) => context.push_programme(batch, of(row))?,
            Cells::Country(of) => key::push_country(batch, &mut context.names, of(row))?,
            Cells::Countries(of) => {
                let countries = of(row);
                key::push_country(batch, &mut context.names, countries.value)?;
                push_count(batch, countries.count);
            }
            Cells::Sector(of) => context.push_sector(batch, of(row))?,
            Cells::Sectors(of) => {
                let sectors = of(row);
                context.push_sector(batch, sectors.value)?;
                push_count(batch, sectors.count);
            }
            Cells::Missions(of) => context.push_missions(batch, of(row))?,
            Cells::Code(list, of) => {
                let code = of(row);
                batch.push_some(code);
                let name = code.and_then(|code| list.name(code));
                batch.push_some(name.map(|name| context.names.form(name)));
            }
            Cells::Money(of) => push_money(batch, of(row)),
            Cells::Counted(of) => context.push_counted(batch, of(row), figure),
            Cells::Summed => context.push_sums(batch, figure),
            Cells::Key(at, dimension) => {
                let code = figure.keys.get(*at).map(|key| key.code.as_deref().map_err(|e| *e));
                key::push(batch, &mut context.names, *dimension, code)?;
            }
            Cells::Share => push_or_empty(batch, figure.share, Cell::Decimal),
            Cells::Provenance(of) => context.push_provenance(batch, of(row))?,
        }
        Ok(())
    }
}

/// Appends a text, its language, and whether the editors translated it.
fn push_title(batch: &mut Batch, text: Option<&Text>, languages: &[Language]) {
    let form = text.map(|text| (text, text.prefer(languages)));
    batch.push_some(form.map(|(_, (_, form))| form));
    batch.push_some(form.as_ref().map(|(_, (language, _))| language.as_str()));
    push_or_empty(batch, form, |(text, (language, _))| Cell::Boolean(text.is_translated(language)));
}

fn push_money(batch: &mut Batch, money: Option<&Money>) {
    let value = money.and_then(Money::value);
    push_or_empty(batch, value, Cell::Decimal);
    match value {
        Some(value) => batch.push_display(value),
        None => batch.push_empty(),
    }
    match money.and_then(Money::currency) {
        Some(currency) => batch.push_text(currency.as_str()),
        None => batch.push_empty(),
    }
    batch.push_some(money.and_then(Money::qualifier).map(Code::as_str));
    batch.push_some(money.and_then(Money::absence).map(Code::as_str));
}

impl Context<'_> {
    fn push_agency(&mut self, batch: &mut Batch, id: Option<&AgencyId>) -> Result<(), Error> {
        let id = id.map(AgencyId::as_str);
        batch.push_some(id);
        let name = id.map(|id| self.names.agency(id)).transpose()?.flatten();
        batch.push_some(name.as_deref());
        Ok(())
    }

    fn push_programme(&mut self, batch: &mut Batch, id: Option<&str>) -> Result<(), Error> {
        batch.push_some(id);
        let found = id.map(|id| self.names.programme(id)).transpose()?.flatten();
        batch.push_some(found.as_ref().map(|programme| self.names.form(&programme.title)));
        Ok(())
    }

    fn push_sector(&mut self, batch: &mut Batch, code: Option<&str>) -> Result<(), Error> {
        batch.push_some(code);
        let name = code.map(|code| self.names.sector(code)).transpose()?.flatten();
        batch.push_some(name.as_deref());
        Ok(())
    }

    fn push_missions(&mut self, batch: &mut Batch, ids: &[MissionId]) -> Result<(), Error> {
        let mut missions = Vec::new();
        for id in ids {
            missions.extend(self.names.reader.get::<Mission>(id.as_str())?);
        }
        let id = Single::of(ids.iter());
        batch.push_some(id.value.map(MissionId::as_str));
        let name = Single::of(missions.iter()).value.filter(|_| id.count == 1);
        batch.push_some(name.map(|mission| self.names.form(&mission.name)));
        push_count(batch, id.count);
        let hosts: BTreeSet<CountryCode> =
            missions.iter().flat_map(|mission| &mission.countries).copied().collect();
        let host = Single::of(hosts.iter().copied());
        key::push_country(batch, &mut self.names, host.value)?;
        push_count(batch, host.count);
        Ok(())
    }

    /// Appends the converted amount, its rate, and what counts.
    fn push_counted(&mut self, batch: &mut Batch, money: Option<&Money>, figure: &Figure) {
        push_or_empty(batch, figure.value, Cell::Decimal);
        let rates = self.names.reader.rates();
        let converted = money.and_then(|money| rates.convert(money, self.currency, None).ok());
        match converted {
            Some(converted) => {
                batch.push(Cell::Decimal(converted.rate.rate.round_dp(RATE_DECIMALS).normalize()));
                let date = converted.rate.date;
                push_or_empty(batch, date, |date| Cell::Date(date.first_day()));
                batch.push_display(converted.rate.source);
            }
            None => (0..3).for_each(|_| batch.push_empty()),
        }
        self.push_count_of(batch, figure);
    }

    fn push_sums(&mut self, batch: &mut Batch, figure: &Figure) {
        push_or_empty(batch, figure.value, Cell::Decimal);
        self.push_count_of(batch, figure);
    }

    fn push_count_of(&mut self, batch: &mut Batch, figure: &Figure) {
        push_or_empty(batch, figure.counted, Cell::Decimal);
        batch.push_some(figure.counted.map(|_| self.currency.as_str()));
        batch.push_some(figure.left_out.map(Code::as_str));
    }

    fn push_provenance(
        &mut self,
        batch: &mut Batch,
        (origin, citations): Evidence<'_>,
    ) -> Result<(), Error> {
        let source = citations.first().map(|citation| citation.source.as_str());
        let facts = self.facts((origin, citations))?;
        batch.push_some(source);
        batch.push_some(facts.url.as_deref());
        batch.push_text(&origin.file);
        batch.push(Cell::Integer(origin.line.into()));
        batch.push_some(facts.licence.as_deref());
        Ok(())
    }

    /// Returns the address of the first source of a row, and its licence, otherwise that of the file.
    fn facts(&mut self, (origin, citations): Evidence<'_>) -> Result<SourceFacts, Error> {
        let source = citations.first().map(|citation| citation.source.as_str());
        let facts = source.map(|id| self.names.source(id)).transpose()?.unwrap_or_default();
        let of_file = || self.names.reader.licence_of_file(&origin.file).map(Into::into);
        let licence = facts.licence.or_else(of_file);
        Ok(SourceFacts { licence, ..facts })
    }
}
