//! Columns of codes: the keys of groups, and countries with both codes and their name.

use std::borrow::Cow;

use time::{Date, Month};

use super::batch::{Batch, Cell};
use super::column::{Column, ColumnType};
use super::names::Names;
use crate::model::code::Code as _;
use crate::model::country::CountryCode;
use crate::read::error::Error;
use crate::read::groups::{GroupDimension, KeyAbsence};

/// Returns the columns of a country: `country_code`, `country_code3` and `country_name`.
pub(super) fn country_columns(name: &str, about: &str) -> Vec<Column> {
    let text = |name: String, about: String| Column::new(name, ColumnType::Text, about);
    vec![
        text(format!("{name}_code"), format!("{about} Two letters."))
            .with_codes("ISO 3166-1 alpha-2"),
        text(
            format!("{name}_code3"),
            format!("Three letters of `{name}_code`, since some programs read NA as missing."),
        )
        .with_codes("ISO 3166-1 alpha-3"),
        text(format!("{name}_name"), format!("Name of `{name}_code`.")),
    ]
}

/// Appends the cells of a country.
pub(super) fn push_country(
    batch: &mut Batch,
    names: &mut Names<'_>,
    code: Option<CountryCode>,
) -> Result<(), Error> {
    push_country_code(batch, names, code.as_ref().map(CountryCode::as_str))
}

fn push_country_code(
    batch: &mut Batch,
    names: &mut Names<'_>,
    code: Option<&str>,
) -> Result<(), Error> {
    batch.push_some(code);
    batch.push_some(code.and_then(Names::alpha3));
    let name = code.map(|code| names.country(code)).transpose()?.flatten();
    batch.push_some(name.as_deref());
    Ok(())
}

/// Returns the word of a dimension in column names: `transaction_type`.
pub(super) fn word(dimension: GroupDimension) -> String {
    dimension.as_str().to_lowercase()
}

/// Parses a dimension: `country`, `transactionType` or `TRANSACTION_TYPE`.
pub(super) fn dimension(text: &str) -> Option<GroupDimension> {
    let letters = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let wanted = letters(text);
    GroupDimension::VALUES.iter().copied().find(|value| letters(value.as_str()) == wanted)
}

/// Returns the columns of a key: code and name, for countries also the three letters, for years and months the first day.
pub(super) fn columns(dimension: GroupDimension) -> Vec<Column> {
    let name = word(dimension);
    let column = |name: String, r#type, about: Cow<'static, str>| Column::new(name, r#type, about);
    let missing = "Empty if it is not stated or not divided.";
    match dimension {
        GroupDimension::Country => country_columns(&name, &format!("Recipient country. {missing}")),
        GroupDimension::Donor => country_columns(&name, &format!("Donor country. {missing}")),
        GroupDimension::Year | GroupDimension::Month => {
            let r#type = match dimension {
                GroupDimension::Year => ColumnType::Integer,
                _ => ColumnType::Text,
            };
            vec![
                column(
                    name.clone(),
                    r#type,
                    Cow::Owned(format!("{name} of the amount. {missing}")),
                ),
                column(
                    format!("{name}_start"),
                    ColumnType::Date,
                    Cow::Owned(format!("First day of `{name}`.")),
                ),
            ]
        }
        _ => {
            let code = match dimension {
                GroupDimension::Region
                | GroupDimension::Sector
                | GroupDimension::SectorCategory
                | GroupDimension::FlowType
                | GroupDimension::FinanceType
                | GroupDimension::AidType => format!("{name}_code"),
                _ => name.clone(),
            };
            let doc = Cow::Owned(format!("{} {missing}", meaning(dimension)));
            let label =
                Cow::Owned(format!("Name of `{code}`; `not stated` or `not divided` without one."));
            vec![
                column(code, ColumnType::Text, doc).with_codes(codes(dimension)),
                column(format!("{name}_name"), ColumnType::Text, label),
            ]
        }
    }
}

/// Returns the name of the column by which people know a key: its name, or the year or month itself.
pub(super) fn shown(dimension: GroupDimension) -> String {
    let name = word(dimension);
    match dimension {
        GroupDimension::Year | GroupDimension::Month => name,
        _ => format!("{name}_name"),
    }
}

/// Returns the meaning of a dimension, from the model.
fn meaning(dimension: GroupDimension) -> String {
    let at = GroupDimension::VALUES.iter().position(|value| *value == dimension);
    let lines = at.and_then(|at| GroupDimension::MEANINGS.get(at)).copied().unwrap_or_default();
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

fn codes(dimension: GroupDimension) -> &'static str {
    match dimension {
        GroupDimension::Sector => "OECD DAC purpose codes",
        GroupDimension::SectorCategory => "OECD DAC sector categories",
        GroupDimension::Region => "IATI Region",
        GroupDimension::FlowType => "IATI FlowType",
        GroupDimension::FinanceType => "IATI FinanceType",
        GroupDimension::AidType => "IATI AidType",
        GroupDimension::Currency => "ISO 4217",
        GroupDimension::Provider
        | GroupDimension::Receiver
        | GroupDimension::Reporter
        | GroupDimension::FundingAgency
        | GroupDimension::AccountableAgency
        | GroupDimension::ExtendingAgency
        | GroupDimension::ImplementingAgency
        | GroupDimension::SendingBody => "agencies",
        GroupDimension::Mission => "missions",
        GroupDimension::Plan => "OCHA FTS response plans",
        GroupDimension::Crisis | GroupDimension::Cluster => "names as published",
        GroupDimension::Programme => "programmes",
        _ => "schema.graphql",
    }
}

/// Appends the cells of a key; `None` for a part without keys.
pub(super) fn push(
    batch: &mut Batch,
    names: &mut Names<'_>,
    dimension: GroupDimension,
    code: Option<Result<&str, KeyAbsence>>,
) -> Result<(), Error> {
    let known = code.and_then(Result::ok);
    match dimension {
        GroupDimension::Country | GroupDimension::Donor if code.is_none() || known.is_some() => {
            push_country_code(batch, names, known)?;
        }
        GroupDimension::Country | GroupDimension::Donor => {
            batch.push_empty();
            batch.push_empty();
            batch.push_some(code.and_then(Result::err).map(absence));
        }
        GroupDimension::Year => {
            let year = known.and_then(|code| code.parse::<i64>().ok());
            batch.push(year.map_or(Cell::Empty, Cell::Integer));
            batch.push(first_day(known).map_or(Cell::Empty, Cell::Date));
        }
        GroupDimension::Month => {
            batch.push_some(known);
            batch.push(first_day(known).map_or(Cell::Empty, Cell::Date));
        }
        _ => {
            batch.push_some(known);
            match code {
                Some(Ok(code)) => batch.push_some(names.key(dimension, code)?.as_deref()),
                Some(Err(reason)) => batch.push_text(absence(reason)),
                None => batch.push_empty(),
            }
        }
    }
    Ok(())
}

/// Returns the name of a key without a code.
fn absence(reason: KeyAbsence) -> &'static str {
    match reason {
        KeyAbsence::NotStated => "not stated",
        KeyAbsence::Undivided => "not divided",
    }
}

/// Returns the first day of a year or month: of `2015` or `2015-03`.
fn first_day(code: Option<&str>) -> Option<Date> {
    let code = code?;
    let (year, month) = code.split_once('-').unwrap_or((code, "1"));
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, 1).ok()
}
