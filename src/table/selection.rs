//! Selection: the parameters of a URL as the filter, currency and page of a table.
//!
//! The filter has the names of the GraphQL filter of the same noun. One differs: `currency` is the currency of the sums, and
//! `publishedCurrency` the filter by the currency of an amount.

use std::collections::HashMap;

use super::description::Parameter;
use super::error::TableError;
use super::key;
use crate::graphql::flat_filter::FlatFilter;
use crate::graphql::saved::variables::InvalidParameter;
use crate::model::country::CountryCode;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::model::text::Language;
use crate::read::filter::Filter;
use crate::read::groups::GroupDimension;
use crate::read::reader::Reader;

/// Parameter of the filter that the schema calls `currency`.
const PUBLISHED_CURRENCY: &str = "publishedCurrency";

/// Selection of the rows of a table.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Filter of the rows.
    pub filter: Filter,
    /// Currency of the sums.
    pub currency: Currency,
    /// Languages of names and texts, in order of preference.
    pub languages: Vec<Language>,
    /// Number of rows to skip.
    pub offset: u64,
    /// Largest number of rows; `None` for all.
    pub limit: Option<u64>,
    /// Identifier after which the rows begin.
    pub after: Option<String>,
    /// Donor and partner country of a timeline.
    pub pair: Option<(CountryCode, CountryCode)>,
    /// True if rows without an open licence are left out.
    pub open_only: bool,
    /// Dimensions of groups.
    pub by: Vec<GroupDimension>,
    /// True if every year or month between the first and the last has a row.
    pub fill: bool,
    /// True if amounts left out of all groups have rows.
    pub with_left_out: bool,
    /// Warnings about codes that the data does not contain.
    pub warnings: Vec<String>,
}

fn parameter(name: &'static str, r#type: &'static str, about: &'static str) -> Parameter {
    Parameter {
        name: name.into(),
        r#type: r#type.into(),
        description: about.into(),
        values: Vec::new(),
        is_list: false,
        is_required: false,
        default: None,
    }
}

/// Returns the name of a filter field as a parameter.
pub fn public_name(field: &str) -> &str {
    if field == "currency" { PUBLISHED_CURRENCY } else { field }
}

/// Returns the parameters of the filter of a noun.
pub(super) fn filter_parameters(kind: Kind) -> Vec<Parameter> {
    let fields = FlatFilter::of(kind).fields().iter();
    let filter = fields.map(|field| Parameter {
        name: public_name(field.name()).to_owned().into(),
        r#type: field.type_name().into(),
        description: field.description.clone().into(),
        values: field.values.iter().map(|value| value.clone().into()).collect(),
        is_list: field.is_list(),
        is_required: false,
        default: None,
    });
    filter.collect()
}

/// Returns the parameters that page a table.
pub(super) fn page_parameters(with_after: bool) -> Vec<Parameter> {
    let mut parameters = vec![
        parameter("limit", "Int", "Largest number of rows. Without it the table has all its rows."),
        parameter("offset", "Int", "Number of rows to skip."),
        parameter("page", "Int", "Page of `limit` rows; the first is 1."),
    ];
    if with_after {
        parameters.push(parameter(
            "after",
            "String",
            "Identifier of a record: the rows begin after it.",
        ));
    }
    parameters
}

/// Returns the parameter of the currency of the sums.
pub(super) fn currency_parameter() -> Parameter {
    let about = "Currency of the converted amounts and of `counted`. ISO 4217.";
    Parameter { default: Some("EUR".into()), ..parameter("currency", "String", about) }
}

/// Returns the parameter of the languages of names and texts.
pub(super) fn language_parameter() -> Parameter {
    let about = "Languages of names and texts, in order of preference: `fr`. A text without any of them is in English, \
                 French, or the first language of the source, in that order. ISO 639-1.";
    Parameter { is_list: true, ..parameter("language", "Language", about) }
}

/// Properties of a record table that add parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Features {
    /// Each record is one row, so that a page can begin after a record.
    pub(super) is_one_row: bool,
    /// The table has amounts in a currency of the client's choice.
    pub(super) has_sums: bool,
    /// The table may be the timeline of a donor and a partner country.
    pub(super) has_pair: bool,
}

/// Returns the parameters of a record table.
pub(super) fn parameters(kind: Kind, features: Features) -> Vec<Parameter> {
    let mut parameters = filter_parameters(kind);
    if features.has_sums {
        parameters.push(currency_parameter());
    }
    if features.has_pair {
        parameters.push(parameter(
            "donor",
            "String",
            "Donor of a timeline: all dated records of the donor and `partner`. ISO 3166-1 code.",
        ));
        parameters.push(parameter(
            "partner",
            "String",
            "Partner country of a timeline. ISO 3166-1 code.",
        ));
    }
    parameters.push(language_parameter());
    parameters.push(Parameter {
        values: vec!["open".into()],
        ..parameter(
            "licence",
            "String",
            "`open` leaves out rows whose licence is unknown or does not conform to the Open Definition.",
        )
    });
    parameters.extend(page_parameters(features.is_one_row));
    parameters
}

/// Texts given for parameters, by name.
pub(super) type Given<'a> = HashMap<&'a str, Vec<&'a str>>;

/// Groups parameters by name. Parameters that begin with `_` are ignored: dashboards add them.
///
/// # Errors
/// [`TableError::Parameter`] for an unknown name.
pub(super) fn given<'a>(
    pairs: &'a [(String, String)],
    known: &[Parameter],
) -> Result<Given<'a>, TableError> {
    let mut given: Given<'a> = HashMap::new();
    for (name, text) in pairs {
        if name.starts_with('_') {
            continue;
        }
        if !known.iter().any(|parameter| parameter.name == name.as_str()) {
            let known = known.iter().map(|parameter| parameter.name.as_ref());
            return Err(InvalidParameter::unknown(name, known).into());
        }
        if !text.trim().is_empty() {
            given.entry(name).or_default().push(text);
        }
    }
    Ok(given)
}

fn invalid(name: &str, text: &str, wanted: &str) -> TableError {
    let (name, text, wanted) = (name.to_owned(), text.to_owned(), wanted.to_owned());
    InvalidParameter::Mistyped { name, text, wanted }.into()
}

/// Takes the only text of a parameter.
pub(super) fn one<'a>(given: &mut Given<'a>, name: &str) -> Result<Option<&'a str>, TableError> {
    match given.remove(name).as_deref() {
        None => Ok(None),
        Some([text]) => Ok(Some(text.trim())),
        Some(_) => Err(InvalidParameter::Repeated { name: name.to_owned() }.into()),
    }
}

fn number(given: &mut Given<'_>, name: &str) -> Result<Option<u64>, TableError> {
    let Some(text) = one(given, name)? else { return Ok(None) };
    let wanted = "a whole number, 0 or more";
    text.parse().map(Some).map_err(|_| invalid(name, text, wanted))
}

fn flag(given: &mut Given<'_>, name: &str) -> Result<bool, TableError> {
    match one(given, name)? {
        None | Some("0" | "false") => Ok(false),
        Some("1" | "true") => Ok(true),
        Some(text) => Err(invalid(name, text, "true or false")),
    }
}

fn country(given: &mut Given<'_>, name: &str) -> Result<Option<CountryCode>, TableError> {
    let Some(text) = one(given, name)? else { return Ok(None) };
    let wanted = "two letters of ISO 3166-1";
    text.to_uppercase().parse().map(Some).map_err(|_| invalid(name, text, wanted))
}

impl Selection {
    /// Parses the parameters of a table, whose known parameters are given.
    ///
    /// # Errors
    /// [`TableError::Parameter`].
    pub(super) fn parse(
        kind: Kind,
        known: &[Parameter],
        pairs: &[(String, String)],
        reader: &Reader,
    ) -> Result<Self, TableError> {
        let mut given = given(pairs, known)?;
        let is_known = |name: &str| known.iter().any(|parameter| parameter.name == name);
        let currency = currency(&mut given, reader)?;
        let languages = languages(&mut given)?;
        let (offset, limit) = page(&mut given)?;
        let after = one(&mut given, "after")?.map(str::to_owned);
        if let Some(key) = after.as_ref().filter(|key| reader.ordinal(kind, key).is_none()) {
            return Err(invalid("after", key, "the identifier of a record"));
        }
        let pair = if is_known("partner") { pair(&mut given)? } else { None };
        let by = known.iter().find(|parameter| parameter.name == "by");
        let by = by.map_or(Ok(Vec::new()), |by| dimensions(&mut given, by))?;
        let fill = fill(&mut given)?;
        let open_only = open_only(&mut given)?;
        let with_left_out = flag(&mut given, "leftOut")?;
        if let Some(texts) = given.remove(PUBLISHED_CURRENCY) {
            given.insert("currency", texts);
        }
        let flat = FlatFilter::of(kind);
        let filter = flat.parse(&given).map_err(TableError::Parameter)?;
        let warnings = flat.warnings(&given, reader);
        Ok(Self {
            filter,
            currency,
            languages,
            offset,
            limit,
            after,
            pair,
            open_only,
            by,
            fill,
            with_left_out,
            warnings,
        })
    }

    /// Returns the ordinal from which the rows begin.
    pub(super) fn from(&self, reader: &Reader, kind: Kind) -> u32 {
        let after = self.after.as_ref().and_then(|key| reader.ordinal(kind, key));
        after.map_or(0, |ordinal| ordinal.saturating_add(1))
    }
}

fn currency(given: &mut Given<'_>, reader: &Reader) -> Result<Currency, TableError> {
    let Some(text) = one(given, "currency")? else { return Ok(Currency::EUR) };
    let wanted = "a currency with exchange rates, such as EUR or USD";
    let currency = text.to_uppercase().parse().ok().filter(|code| reader.rates().knows(*code));
    currency.ok_or_else(|| invalid("currency", text, wanted))
}

fn languages(given: &mut Given<'_>) -> Result<Vec<Language>, TableError> {
    let texts = given.remove("language").unwrap_or_default();
    let texts = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    let language = |text: &str| {
        let wanted = "two letters of ISO 639-1, such as en or fr";
        text.parse().map_err(|_| invalid("language", text, wanted))
    };
    texts.map(language).collect()
}

fn page(given: &mut Given<'_>) -> Result<(u64, Option<u64>), TableError> {
    let (limit, offset) = (number(given, "limit")?, number(given, "offset")?);
    match (number(given, "page")?, offset, limit) {
        (None, offset, limit) => Ok((offset.unwrap_or(0), limit)),
        (Some(0), ..) => Err(invalid("page", "0", "a whole number, 1 or more")),
        (Some(page), None, Some(limit)) => Ok(((page - 1).saturating_mul(limit), Some(limit))),
        (Some(_), Some(_), _) => {
            Err(TableError::Parameter("give `page` or `offset`, not both".to_owned()))
        }
        (Some(_), _, None) => {
            Err(TableError::Parameter("`page` needs `limit`, the rows of a page".to_owned()))
        }
    }
}

fn pair(given: &mut Given<'_>) -> Result<Option<(CountryCode, CountryCode)>, TableError> {
    match (country(given, "donor")?, country(given, "partner")?) {
        (Some(donor), Some(partner)) => {
            if let Some(name) = given.keys().next() {
                let message = format!(
                    "`{name}` does not apply to a timeline: give `donor` and `partner` alone"
                );
                return Err(TableError::Parameter(message));
            }
            Ok(Some((donor, partner)))
        }
        (None, None) => Ok(None),
        _ => Err(TableError::Parameter("give both `donor` and `partner`, or neither".to_owned())),
    }
}

fn open_only(given: &mut Given<'_>) -> Result<bool, TableError> {
    match one(given, "licence")? {
        None => Ok(false),
        Some("open") => Ok(true),
        Some(text) => Err(invalid("licence", text, "open")),
    }
}

fn fill(given: &mut Given<'_>) -> Result<bool, TableError> {
    match one(given, "fill")? {
        None => Ok(false),
        Some(text) if ["year", "month"].contains(&text) => Ok(true),
        Some(text) => Err(invalid("fill", text, "year or month")),
    }
}

/// Parses the dimensions of groups: `country,year` or `TRANSACTION_TYPE`. Rejects those that the amounts of the table lack.
fn dimensions(given: &mut Given<'_>, known: &Parameter) -> Result<Vec<GroupDimension>, TableError> {
    let texts = given.remove("by").unwrap_or_default();
    let mut by = Vec::new();
    for text in texts.iter().flat_map(|text| text.trim_matches(['{', '}']).split(',')) {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let is_known = |dimension: &GroupDimension| {
            known.values.iter().any(|word| *word == key::word(*dimension))
        };
        let dimension = key::dimension(text).filter(is_known);
        let dimension = dimension.ok_or_else(|| {
            invalid("by", text, &format!("one or more of {}", known.values.join(", ")))
        })?;
        if !by.contains(&dimension) {
            by.push(dimension);
        }
    }
    Ok(by)
}
