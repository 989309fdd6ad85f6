//! Variables of a saved query: parsing of URL parameters to typed values.

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Value};
use serde_json::Number;

use super::defect::Defect;
use crate::graphql::schema::{Schema, Slot, TypeShape, innermost, is_list};

/// Parameter names reserved by the endpoint.
const RESERVED: [&str; 3] = ["shape", "bom", "join"];

/// Value that dashboards of Grafana send for "all": no restriction.
const ALL: &str = "$__all";

/// Variable declared by a saved query.
#[derive(Clone, Debug)]
pub struct Variable {
    name: String,
    ty: Type,
    default: Option<Value>,
    scalar: Scalar,
}

/// Parser of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scalar {
    Int,
    Float,
    Boolean,
    Text,
    Enum(Vec<String>),
    /// Input object, written as JSON.
    Json,
}

/// Error of a parameter of a saved query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameter {
    /// The query declares no such variable.
    #[error("unknown parameter `{name}`{}; {}", nearest(.near.as_deref()), listed(.known))]
    Unknown {
        /// Parameter as given.
        name: String,
        /// Nearest known parameter, if any.
        near: Option<String>,
        /// All known parameters.
        known: Vec<String>,
    },
    /// A required parameter is missing.
    #[error("missing parameter `{name}` of type `{ty}`")]
    Missing {
        /// Name of the variable.
        name: String,
        /// Declared type.
        ty: String,
    },
    /// Several values for a parameter that takes one.
    #[error("parameter `{name}` given more than once")]
    Repeated {
        /// Name of the variable.
        name: String,
    },
    /// The text does not fit the type.
    #[error("invalid parameter `{name}`: expected {wanted}, got `{text}`")]
    Mistyped {
        /// Name of the variable.
        name: String,
        /// Parameter as given.
        text: String,
        /// Description of the expected value.
        wanted: String,
    },
}

fn nearest(near: Option<&str>) -> String {
    near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default()
}

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        "this query has no parameters".to_owned()
    } else {
        format!("parameters: {}", known.join(", "))
    }
}

/// Returns the known name that is at most two edits from another one.
pub fn nearest_of<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    similar(name, known, 2)
}

/// Returns the known name with the fewest edits from one, if there is one within `limit` edits.
pub(super) fn similar<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str>,
    limit: usize,
) -> Option<&'a str> {
    // A much longer name is not similar, and expensive to compare.
    known
        .filter(|known| name.len() <= known.len() + 4 * limit)
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, known)| known)
}

impl InvalidParameter {
    /// Creates the error of an unknown parameter.
    pub fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let known: Vec<String> = known.map(str::to_owned).collect();
        let near = similar(name, known.iter().map(String::as_str), 2).map(str::to_owned);
        Self::Unknown { name: name.to_owned(), near, known }
    }
}

/// Reads the variables that an operation declares.
pub(super) fn variables_from(
    schema: &Schema,
    operation: &OperationDefinition,
) -> Result<Vec<Variable>, Defect> {
    operation
        .variable_definitions
        .iter()
        .map(|definition| {
            let definition = &definition.node;
            let name = definition.name.node.to_string();
            if RESERVED.contains(&name.as_str()) || name.starts_with('_') {
                return Err(Defect::ReservedVariable(name));
            }
            let ty = definition.var_type.node.clone();
            let unknown = || Defect::UnknownType { variable: name.clone(), ty: ty.to_string() };
            let scalar = Scalar::of(schema, innermost(&ty)).ok_or_else(unknown)?;
            let default =
                definition.default_value().filter(|value| **value != Value::Null).cloned();
            Ok(Variable { name, ty, default, scalar })
        })
        .collect()
}

impl Variable {
    /// Creates an optional variable for an input field; `None` if a text cannot express its type.
    pub(in crate::graphql) fn of_slot(schema: &Schema, name: &str, slot: &Slot) -> Option<Self> {
        let scalar = Scalar::of(schema, innermost(&slot.ty)).filter(|of| *of != Scalar::Json)?;
        Some(Self { name: name.to_owned(), ty: slot.ty.clone(), default: None, scalar })
    }

    /// Returns the type of one value: `String` of `[String!]`.
    pub fn item_type(&self) -> String {
        innermost(&self.ty).to_owned()
    }

    /// Returns true if several values may be given.
    pub fn is_list(&self) -> bool {
        is_list(&self.ty)
    }

    /// Splits the given texts of a list into its items.
    pub(in crate::graphql) fn items<'a>(
        &self,
        texts: &'a [&'a str],
    ) -> impl Iterator<Item = &'a str> {
        let is_list = self.is_list();
        let items = texts.iter().flat_map(move |text| {
            let text = if is_list { unbraced(text) } else { text };
            text.split(move |c| is_list && c == ',')
        });
        items.map(str::trim).filter(|item| !item.is_empty() && *item != ALL)
    }

    /// Lists the words of an enum; empty for another type.
    pub fn words(&self) -> &[String] {
        match &self.scalar {
            Scalar::Enum(words) => words,
            _ => &[],
        }
    }

    /// Returns the name, without the `$`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the type as declared: `[String!]`.
    pub fn type_name(&self) -> String {
        self.ty.to_string()
    }

    /// Returns the default value, if any.
    pub fn default_value(&self) -> Option<&Value> {
        self.default.as_ref()
    }

    /// Returns true if a value is required.
    pub fn is_required(&self) -> bool {
        !self.ty.nullable && self.default.is_none()
    }

    /// Parses the value from the given texts; `None` means the default.
    pub(in crate::graphql) fn value(
        &self,
        texts: &[&str],
    ) -> Result<Option<Value>, InvalidParameter> {
        let items: Vec<Value> = if is_list(&self.ty) && self.scalar != Scalar::Json {
            self.items(texts).map(|item| self.item(item)).collect::<Result<_, _>>()?
        } else {
            // A blank field of a form is not given.
            let texts = texts.iter().filter(|text| !matches!(text.trim(), "" | ALL));
            texts.map(|text| self.item(text)).collect::<Result<_, _>>()?
        };
        match (items.len(), &self.ty.base) {
            (0, _) if self.is_required() => {
                Err(InvalidParameter::Missing { name: self.name.clone(), ty: self.type_name() })
            }
            (0, _) => Ok(None),
            (_, BaseType::List(_)) if self.scalar != Scalar::Json => Ok(Some(Value::List(items))),
            (1, _) => Ok(items.into_iter().next()),
            _ => Err(InvalidParameter::Repeated { name: self.name.clone() }),
        }
    }

    fn item(&self, text: &str) -> Result<Value, InvalidParameter> {
        self.scalar.read(text).map_err(|wanted| InvalidParameter::Mistyped {
            name: self.name.clone(),
            text: text.to_owned(),
            wanted,
        })
    }
}

/// Strips the braces of a Grafana multi-value, `{a,b}`.
fn unbraced(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text)
}

impl Scalar {
    fn of(schema: &Schema, name: &str) -> Option<Self> {
        Some(match (name, schema.shape(name)?) {
            ("Int", _) => Self::Int,
            ("Float", _) => Self::Float,
            ("Boolean", _) => Self::Boolean,
            (_, TypeShape::Scalar) => Self::Text,
            (_, TypeShape::Enum(words)) => Self::Enum(words.clone()),
            (_, TypeShape::Input(_)) => Self::Json,
            (_, TypeShape::Object(_) | TypeShape::Interface(_) | TypeShape::Union(_)) => {
                return None;
            }
        })
    }

    /// Parses the value of a text; the error describes the expected value.
    fn read(&self, text: &str) -> Result<Value, String> {
        match self {
            Self::Int => {
                let number = text.trim().parse::<i32>();
                number
                    .map(|n| Value::Number(n.into()))
                    .map_err(|_| "a whole number (Int)".to_owned())
            }
            Self::Float => {
                let number = text.trim().parse::<f64>().ok().and_then(Number::from_f64);
                number.map(Value::Number).ok_or_else(|| "a number (Float)".to_owned())
            }
            Self::Boolean => match text.trim() {
                "true" | "1" => Ok(Value::Boolean(true)),
                "false" | "0" => Ok(Value::Boolean(false)),
                _ => Err("true or false (Boolean)".to_owned()),
            },
            Self::Text => Ok(Value::String(text.to_owned())),
            Self::Enum(words) => {
                let word = words.iter().find(|word| word.eq_ignore_ascii_case(text.trim()));
                let wanted = || format!("one of {}", words.join(", "));
                word.map(|word| Value::Enum(Name::new(word))).ok_or_else(wanted)
            }
            Self::Json => {
                let json = serde_json::from_str(text).ok();
                let value = json.and_then(|json| Value::from_json(json).ok());
                value.ok_or_else(|| "an input object, written as JSON".to_owned())
            }
        }
    }
}
