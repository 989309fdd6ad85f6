//! Choice of a view: filter, order, columns, keys, currency and page, from the address and back to it.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::noun::{Column, Noun, Order, variable};
use crate::graphql::flat_filter::{FlatField, FlatFilter};
use crate::graphql::saved::variables::InvalidParameter;
use crate::model::code::Code as _;
use crate::read::groups::GroupDimension;
use crate::site::address::Address;
use crate::table::selection::public_name;

/// Number of records of a page.
pub(super) const ROWS: u64 = 50;

/// Number of values of a facet, and with `more`.
const VALUES: (u64, u64) = (8, 200);

/// Largest number of keys of a group.
const KEYS: usize = 2;

/// Keys of the groups unless the address states others.
const USUAL_KEYS: [GroupDimension; 1] = [GroupDimension::Year];

/// Currency of sums unless the address states one.
const CURRENCY: &str = "EUR";

/// Parameters beside the filter.
const OF_LISTS: [&str; 7] = ["sort", "columns", "more", "after", "before", "lang", "embed"];
const OF_MONEY: [&str; 3] = ["by", "chart", "currency"];

/// Position in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Start,
    After(String),
    Before(String),
}

/// Choice of a view.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) noun: &'static Noun,
    /// Values of the filter by parameter, in the order of the schema.
    pub(super) filter: Vec<(&'static str, Vec<String>)>,
    pub(super) order: Order,
    /// Keys of the columns, in the order of the noun; `None` for the usual ones.
    pub(super) columns: Option<Vec<&'static str>>,
    /// Keys of the groups; `None` for the usual one, empty for no groups.
    pub(super) by: Option<Vec<GroupDimension>>,
    /// True for a panel for each second key, instead of stacks.
    pub(super) is_panels: bool,
    pub(super) currency: String,
    pub(super) place: Place,
    /// True if facets list more values.
    pub(super) has_more: bool,
}

/// Texts of the parameters, by name.
type Given<'a> = HashMap<&'a str, Vec<&'a str>>;

fn fields(noun: &Noun) -> &'static [FlatField] {
    FlatFilter::of(noun.kind).fields()
}

/// Lists the parameters of a noun.
fn known(noun: &Noun) -> Vec<&'static str> {
    let filter = fields(noun).iter().map(|field| public_name(field.name()));
    let of_money = noun.amounts().map_or(&[][..], |_| &OF_MONEY);
    filter.chain(of_money.iter().copied()).chain(OF_LISTS).collect()
}

fn invalid(name: &str, text: &str, wanted: String) -> String {
    let (name, text) = (name.to_owned(), text.to_owned());
    InvalidParameter::Mistyped { name, text, wanted }.to_string()
}

/// Groups parameters by name. Those that begin with `_` are ignored, as in tables.
fn given<'a>(noun: &Noun, address: &'a Address) -> Result<Given<'a>, String> {
    let known = known(noun);
    let mut given = Given::new();
    for (name, text) in address.parameters().filter(|(name, _)| !name.starts_with('_')) {
        if !known.contains(&name) {
            return Err(InvalidParameter::unknown(name, known.into_iter()).to_string());
        }
        given.entry(name).or_default().push(text.trim());
    }
    Ok(given)
}

/// Takes the only text of a parameter; `None` if it is absent or empty.
fn one<'a>(given: &Given<'a>, name: &str) -> Result<Option<&'a str>, String> {
    let texts: Vec<&str> = given.get(name).into_iter().flatten().copied().collect();
    match texts.as_slice() {
        [] | [""] => Ok(None),
        [text] => Ok(Some(text)),
        _ => Err(InvalidParameter::Repeated { name: name.to_owned() }.to_string()),
    }
}

/// Returns the items of a parameter, which may be repeated or have commas; `None` if it is absent.
fn items<'a>(given: &'a Given<'_>, name: &str) -> Option<Vec<&'a str>> {
    let texts = given.get(name)?;
    let items = texts.iter().flat_map(|text| text.split(',')).map(str::trim);
    Some(items.filter(|item| !item.is_empty()).collect())
}

impl Choice {
    /// Reads the parameters of an address.
    ///
    /// # Errors
    /// The message for the client: an unknown parameter with the known ones, or a value that does not fit.
    pub(super) fn read(noun: &'static Noun, address: &Address) -> Result<Self, String> {
        let given = given(noun, address)?;
        let mut filter = Vec::new();
        for field in fields(noun) {
            let name = public_name(field.name());
            let texts = given.get(name).map_or(&[][..], Vec::as_slice);
            let texts: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
            if !texts.is_empty() {
                filter.push((name, field.items(&texts)));
            }
        }
        let choice = Self {
            noun,
            filter,
            order: order(noun, &given)?,
            columns: columns(noun, &given)?,
            by: keys(noun, &given)?,
            is_panels: is_panels(&given)?,
            currency: one(&given, "currency")?.unwrap_or(CURRENCY).to_uppercase(),
            place: place(&given)?,
            has_more: one(&given, "more")?.is_some(),
        };
        choice.filter_beside("")?;
        Ok(choice)
    }

    /// Returns the filter without one field, as the value of a variable.
    fn filter_beside(&self, field: &str) -> Result<Value, String> {
        let named = |name: &str| {
            fields(self.noun).iter().map(FlatField::name).find(|own| public_name(own) == name)
        };
        let others = self.filter.iter().filter(|(name, _)| *name != field);
        let others = others.filter_map(|(name, values)| {
            Some((named(name)?, values.iter().map(String::as_str).collect()))
        });
        FlatFilter::of(self.noun.kind).variable(&others.collect())
    }

    /// Values of a field of the filter.
    pub(super) fn values(&self, field: &str) -> &[String] {
        let own = self.filter.iter().find(|(name, _)| *name == field);
        own.map_or(&[], |(_, values)| values)
    }

    /// Columns to show.
    pub(super) fn shown(&self) -> impl Iterator<Item = &'static Column> {
        self.noun.columns.iter().filter(|column| self.shows(column))
    }

    /// Returns true if a column is shown.
    pub(super) fn shows(&self, column: &Column) -> bool {
        match &self.columns {
            None => column.is_usual,
            Some(keys) => column.fields.is_empty() || keys.contains(&column.key),
        }
    }

    /// Keys of the groups; empty for none.
    pub(super) fn keys(&self) -> &[GroupDimension] {
        match (&self.by, self.noun.amounts()) {
            (_, None) => &[],
            (Some(by), _) => by,
            (None, _) => &USUAL_KEYS,
        }
    }

    /// Returns the variables of the query. A list that is too long has no sums; without its size it has none.
    pub(super) fn variables(&self, size: Option<u64>) -> Map<String, Value> {
        let mut variables = Map::new();
        let mut set = |name: &str, value: Value| variables.insert(name.to_owned(), value);
        let beside = |field: &str| self.filter_beside(field).unwrap_or_default();
        set("filter", beside(""));
        set("orderBy", json!(self.order.as_str()));
        let (first, last, after, before) = match &self.place {
            Place::Start => (Some(ROWS), None, None, None),
            Place::After(cursor) => (Some(ROWS), None, Some(cursor), None),
            Place::Before(cursor) => (None, Some(ROWS), None, Some(cursor)),
        };
        for (name, size) in [("first", first), ("last", last)] {
            set(name, json!(size));
        }
        for (name, cursor) in [("after", after), ("before", before)] {
            set(name, json!(cursor));
        }
        set("values", json!(if self.has_more { VALUES.1 } else { VALUES.0 }));
        for column in self.noun.columns {
            set(&variable("show", column.key), json!(self.shows(column)));
        }
        for facet in self.noun.facets {
            set(&variable("beside", facet.field), beside(facet.field));
            set(&variable("chosen", facet.field), json!(self.values(facet.field)));
        }
        let by: Vec<&str> = self.keys().iter().map(|key| key.as_str()).collect();
        let has_keys = !by.is_empty();
        let limits = self.noun.limits();
        let is_within = |limit: u64| has_keys && size.is_some_and(|size| size <= limit);
        set("isSummed", json!(is_within(limits.summed)));
        set("isMetered", json!(is_within(limits.metered)));
        set("by", json!(by));
        set("currency", json!(self.currency));
        variables
    }

    /// Filter as parameters of a table.
    pub(super) fn table_filter(&self) -> Vec<(&'static str, String)> {
        let filter = self.filter.iter().map(|(name, values)| (*name, values.join(",")));
        let mut parameters: Vec<_> = filter.collect();
        if self.noun.amounts().is_some() && self.currency != CURRENCY {
            parameters.push(("currency", self.currency.clone()));
        }
        parameters
    }

    /// Keys as a parameter: `country,year`.
    pub(super) fn by_text(&self) -> String {
        let keys = self.keys().iter().map(|key| key.as_str().to_lowercase());
        keys.collect::<Vec<_>>().join(",")
    }

    /// Parameters of the choice, beside the position in the list.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let filter = self.filter.iter().map(|(name, values)| (*name, values.join(",")));
        let mut parameters: Vec<_> = filter.collect();
        if self.order != self.noun.order {
            parameters.push(("sort", self.order.text()));
        }
        if let Some(columns) = &self.columns {
            parameters.push(("columns", columns.join(",")));
        }
        if self.by.is_some() {
            parameters.push(("by", self.by_text()));
        }
        if self.is_panels {
            parameters.push(("chart", "panels".to_owned()));
        }
        if self.currency != CURRENCY {
            parameters.push(("currency", self.currency.clone()));
        }
        if self.has_more {
            parameters.push(("more", "1".to_owned()));
        }
        parameters
    }

    /// Address of the choice.
    pub(super) fn link(&self, address: &Address) -> String {
        let mut parameters = self.parameters();
        match &self.place {
            Place::Start => {}
            Place::After(cursor) => parameters.push(("after", cursor.clone())),
            Place::Before(cursor) => parameters.push(("before", cursor.clone())),
        }
        let parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        address.page(self.noun.path, &parameters)
    }

    /// Returns the choice with other settings, at the start of its list.
    pub(super) fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self { place: Place::Start, ..self.clone() };
        change(&mut other);
        other
    }

    /// Adds a value to a field of the filter, or removes it.
    pub(super) fn toggled(&self, field: &'static str, value: &str) -> Self {
        let is_on = self.values(field).iter().any(|own| own == value);
        self.changed(|choice| {
            if !choice.filter.iter().any(|(name, _)| *name == field) {
                choice.filter.push((field, Vec::new()));
            }
            for (_, values) in choice.filter.iter_mut().filter(|(name, _)| *name == field) {
                if is_on {
                    values.retain(|own| own != value);
                } else {
                    values.push(value.to_owned());
                }
            }
            choice.filter.retain(|(_, values)| !values.is_empty());
            // One choice has one address: fields are in the order of the schema.
            let place =
                |name: &str| fields(choice.noun).iter().position(|f| public_name(f.name()) == name);
            choice.filter.sort_by_key(|(name, _)| place(name));
        })
    }
}

fn order(noun: &Noun, given: &Given<'_>) -> Result<Order, String> {
    let Some(text) = one(given, "sort")? else { return Ok(noun.order) };
    let found = noun.orders().find(|order| order.text() == text.to_lowercase());
    let wanted = || noun.orders().map(Order::text).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| invalid("sort", text, format!("one of {}", wanted())))
}

fn columns(noun: &Noun, given: &Given<'_>) -> Result<Option<Vec<&'static str>>, String> {
    let Some(wanted) = items(given, "columns").filter(|items| !items.is_empty()) else {
        return Ok(None);
    };
    let known = || noun.columns.iter().map(|column| column.key);
    if let Some(text) = wanted.iter().find(|text| !known().any(|key| key == **text)) {
        let known: Vec<&str> = known().collect();
        return Err(invalid("columns", text, format!("one or more of {}", known.join(", "))));
    }
    let chosen: Vec<&str> = known().filter(|key| wanted.contains(key)).collect();
    let usual = noun.columns.iter().filter(|column| column.is_usual && !column.fields.is_empty());
    // A form sends every column; the usual ones need no parameter.
    let is_usual =
        usual.map(|column| column.key).eq(chosen.iter().copied().filter(|key| *key != "label"));
    Ok((!is_usual).then_some(chosen))
}

fn keys(noun: &Noun, given: &Given<'_>) -> Result<Option<Vec<GroupDimension>>, String> {
    let Some((amounts, wanted)) = noun.amounts().zip(items(given, "by")) else { return Ok(None) };
    let mut keys = Vec::new();
    for text in wanted {
        let word = text.to_uppercase().replace('-', "_");
        let key = GroupDimension::parse(&word).ok().filter(|key| amounts.have(*key));
        let known = || amounts.dimensions().map(|key| key.as_str().to_lowercase());
        let wanted = || format!("one or two of {}", known().collect::<Vec<_>>().join(", "));
        let key = key.ok_or_else(|| invalid("by", text, wanted()))?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if keys.len() > KEYS {
        return Err("`by` takes one or two keys".to_owned());
    }
    Ok(Some(keys).filter(|keys| *keys != USUAL_KEYS))
}

fn is_panels(given: &Given<'_>) -> Result<bool, String> {
    match one(given, "chart")? {
        None | Some("stacked") => Ok(false),
        Some("panels") => Ok(true),
        Some(text) => Err(invalid("chart", text, "stacked or panels".to_owned())),
    }
}

fn place(given: &Given<'_>) -> Result<Place, String> {
    match (one(given, "after")?, one(given, "before")?) {
        (Some(_), Some(_)) => Err("give `after` or `before`, not both".to_owned()),
        (Some(cursor), None) => Ok(Place::After(cursor.to_owned())),
        (None, Some(cursor)) => Ok(Place::Before(cursor.to_owned())),
        (None, None) => Ok(Place::Start),
    }
}
