//! Flat filters: the filter of a list as plain parameters of a URL, with the names and types of the schema.
//!
//! `and`, `or` and `not` are left out. A range of days becomes two parameters, `plannedStartFrom` and `plannedStartTo`.

use std::collections::HashMap;
use std::sync::LazyLock;

use async_graphql::indexmap::IndexMap;
use async_graphql::{InputType, Name, Value};

use super::input;
use super::rules::TextArgument;
use super::saved::variables::{InvalidParameter, Variable};
use super::schema::{Schema, TypeShape, innermost};
use super::unknown;
use crate::model::noun::Kind;
use crate::read::filter::Filter;
use crate::read::reader::Reader;

/// Field of a flat filter.
#[derive(Clone, Debug)]
pub struct FlatField {
    variable: Variable,
    /// Meaning, from the schema.
    pub description: String,
    /// Values of an enum; empty for other types.
    pub values: Vec<String>,
    /// Input field, and its part for a range of days.
    path: (String, Option<&'static str>),
}

impl FlatField {
    /// Returns the name of the parameter.
    pub fn name(&self) -> &str {
        self.variable.name()
    }

    /// Returns the type of one value: `TransactionType`.
    pub fn type_name(&self) -> String {
        self.variable.item_type()
    }

    /// Returns true if several values may be given; a record matches any of them.
    pub fn is_list(&self) -> bool {
        self.variable.is_list()
    }

    /// Splits the given texts into values.
    pub fn items(&self, texts: &[&str]) -> Vec<String> {
        self.variable.items(texts).map(str::to_owned).collect()
    }
}

/// Flat filter of a noun.
#[derive(Debug)]
pub struct FlatFilter {
    kind: Kind,
    fields: Vec<FlatField>,
}

/// Filters by noun, read from the schema on first use.
static FILTERS: LazyLock<HashMap<Kind, FlatFilter>> = LazyLock::new(|| {
    let schema = Schema::parse(&super::sdl(), false).unwrap_or_default();
    Kind::ALL.iter().map(|kind| (*kind, FlatFilter::read(&schema, *kind))).collect()
});

/// Input fields that combine filters.
const COMBINATIONS: [&str; 3] = ["and", "or", "not"];

/// Input type of a range of days, and its fields.
const DAYS: &str = "Days";
const ENDS: [(&str, &str); 2] = [("From", "from"), ("To", "to")];

impl FlatFilter {
    /// Returns the flat filter of a noun.
    pub fn of(kind: Kind) -> &'static Self {
        static NONE: FlatFilter = FlatFilter { kind: Kind::Event, fields: Vec::new() };
        FILTERS.get(&kind).unwrap_or(&NONE)
    }

    fn read(schema: &Schema, kind: Kind) -> Self {
        let Some(TypeShape::Input(input)) = schema.shape(&format!("{kind}Filter")) else {
            return Self { kind, fields: Vec::new() };
        };
        let mut fields = Vec::new();
        for (name, slot) in &input.fields {
            if COMBINATIONS.contains(&name.as_str()) {
                continue;
            }
            let mut add = |parameter: String, slot: &super::schema::Slot, end| {
                let values = match schema.shape(innermost(&slot.ty)) {
                    Some(TypeShape::Enum(words)) => words.clone(),
                    _ => Vec::new(),
                };
                let variable = Variable::of_slot(schema, &parameter, slot);
                fields.extend(variable.map(|variable| FlatField {
                    variable,
                    description: slot.description.clone().unwrap_or_default(),
                    values,
                    path: (name.clone(), end),
                }));
            };
            match schema.shape(DAYS) {
                Some(TypeShape::Input(days)) if innermost(&slot.ty) == DAYS => {
                    for (suffix, end) in ENDS {
                        if let Some(slot) = days.fields.get(end) {
                            add(format!("{name}{suffix}"), slot, Some(end));
                        }
                    }
                }
                _ => add(name.clone(), slot, None),
            }
        }
        Self { kind, fields }
    }

    /// Lists the fields in the order of the schema.
    pub fn fields(&self) -> &[FlatField] {
        &self.fields
    }

    /// Parses a filter from the given texts of each field.
    ///
    /// # Errors
    /// The message for the client: a value that does not fit its type, or a filter beyond the limits of the schema.
    pub fn parse(&self, given: &HashMap<&str, Vec<&str>>) -> Result<Filter, String> {
        let filter = self.convert(self.object(given)?)?;
        input::checked(filter).map_err(|err| err.message().to_owned())
    }

    /// Returns a filter as the value of a variable of GraphQL, from the given texts of each field.
    ///
    /// # Errors
    /// Same errors as [`FlatFilter::parse`].
    pub fn variable(&self, given: &HashMap<&str, Vec<&str>>) -> Result<serde_json::Value, String> {
        self.parse(given)?;
        self.object(given)?.into_json().map_err(|err| err.to_string())
    }

    /// Returns the input object of the given texts of each field.
    fn object(&self, given: &HashMap<&str, Vec<&str>>) -> Result<Value, String> {
        let mut object: IndexMap<Name, Value> = IndexMap::new();
        for field in &self.fields {
            let Some(texts) = given.get(field.name()) else { continue };
            let value = field.variable.value(texts);
            let value = value.map_err(|err: InvalidParameter| err.to_string())?;
            let Some(value) = value else { continue };
            match field.path.1 {
                None => {
                    object.insert(Name::new(&field.path.0), value);
                }
                Some(end) => {
                    let days = object.entry(Name::new(&field.path.0));
                    let days = days.or_insert_with(|| Value::Object(IndexMap::new()));
                    if let Value::Object(days) = days {
                        days.insert(Name::new(end), value);
                    }
                }
            }
        }
        Ok(Value::Object(object))
    }

    fn convert(&self, value: Value) -> Result<Filter, String> {
        fn parsed<T: InputType + Into<Filter>>(value: Value) -> Result<Filter, String> {
            let parsed = <T as InputType>::parse(Some(value));
            parsed
                .map(Into::into)
                .map_err(|err| err.into_server_error(async_graphql::Pos::default()).message)
        }
        match self.kind {
            Kind::Source => parsed::<input::SourceFilter>(value),
            Kind::Country => parsed::<input::CountryFilter>(value),
            Kind::Partnership => parsed::<input::PartnershipFilter>(value),
            Kind::Agency => parsed::<input::AgencyFilter>(value),
            Kind::Location => parsed::<input::LocationFilter>(value),
            Kind::Sector => parsed::<input::SectorFilter>(value),
            Kind::Programme => parsed::<input::ProgrammeFilter>(value),
            Kind::Agreement => parsed::<input::AgreementFilter>(value),
            Kind::Dialogue => parsed::<input::DialogueFilter>(value),
            Kind::Mission => parsed::<input::MissionFilter>(value),
            Kind::MissionContribution => parsed::<input::MissionContributionFilter>(value),
            Kind::TrustFund => parsed::<input::TrustFundFilter>(value),
            Kind::Transaction => parsed::<input::TransactionFilter>(value),
            Kind::HumanitarianContribution => {
                parsed::<input::HumanitarianContributionFilter>(value)
            }
            Kind::Event => parsed::<input::EventFilter>(value),
            Kind::OdaFigure => parsed::<input::OdaFigureFilter>(value),
            Kind::Gap => parsed::<input::GapFilter>(value),
        }
    }

    /// Returns warnings for codes and identifiers that the data does not contain.
    pub fn warnings(&self, given: &HashMap<&str, Vec<&str>>, reader: &Reader) -> Vec<String> {
        let owner = format!("{}Filter", self.kind);
        let mut warnings = Vec::new();
        for field in &self.fields {
            let texts = given.get(field.name()).map_or(&[][..], Vec::as_slice);
            for text in field.variable.items(texts) {
                let argument = TextArgument {
                    owner: &owner,
                    field: "",
                    slot: &field.path.0,
                    place: field.name(),
                    text,
                };
                warnings.extend(unknown::warning(&argument, reader));
            }
        }
        warnings.truncate(unknown::MOST);
        warnings
    }
}
