//! Validation of literals in a document, and of variable types. Source: GraphQL, September 2025, 5.6 and 5.8.2.

use std::fmt;

use async_graphql::parser::types::{BaseType, Type, VariableDefinition};
use async_graphql::{Name, Pos, Positioned, Value as Constant};
use async_graphql_value::Value;

use super::near;
use super::walk::Walk;
use crate::graphql::scalar;
use crate::graphql::schema::{InputShape, Schema, Slot, TypeShape, innermost};

/// Path to a value, such as `filter.country[0]`.
#[derive(Clone, Copy, Debug)]
pub(super) enum ValuePath<'p> {
    /// Argument.
    Argument(&'p str),
    /// Variable.
    Variable(&'p str),
    /// Field of an input object.
    Field(&'p ValuePath<'p>, &'p str),
    /// Item of a list.
    Item(&'p ValuePath<'p>, usize),
}

impl fmt::Display for ValuePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => f.write_str(name),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Field(of, name) => write!(f, "{of}.{name}"),
            Self::Item(of, at) => write!(f, "{of}[{at}]"),
        }
    }
}

/// Checks a value against a scalar; returns the error message. `is_written` marks literals of a document, where `1.0` is
/// not an `Int`; in JSON it is.
pub(super) fn scalar(name: &str, value: &Constant, is_written: bool) -> Result<(), String> {
    let is_so = match (name, value) {
        ("Int", Constant::Number(number)) => whole(number, is_written).is_some(),
        ("ID", Constant::Number(number)) => digits(number, is_written).is_some(),
        ("Float", Constant::Number(_))
        | ("String" | "ID", Constant::String(_))
        | ("Boolean", Constant::Boolean(_)) => true,
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => false,
        _ => return scalar::check(name, value),
    };
    let wanted = match name {
        "Int" => "a whole number from -2147483648 to 2147483647",
        "Float" => "a number",
        "Boolean" => "`true` or `false`",
        "ID" => "a string or a whole number",
        _ => "a string in quotation marks",
    };
    if is_so {
        Ok(())
    } else {
        Err(format!("{} is not a valid `{name}`; expected {wanted}", shown(value)))
    }
}

/// Reads an `Int`; JSON may write it as `1.0`.
pub(super) fn whole(number: &async_graphql::Number, is_written: bool) -> Option<i32> {
    digits(number, is_written)?.parse().ok()
}

/// Reads an integer of any size as text; JSON may write it as `1.0`.
pub(super) fn digits(number: &async_graphql::Number, is_written: bool) -> Option<String> {
    let mut text = number.to_string();
    if !is_written && text.ends_with(".0") {
        text.truncate(text.len() - 2);
    }
    let digits = text.strip_prefix('-').unwrap_or(&text);
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
}

/// Formats a value for an error message, shortened to one line.
pub(super) fn shown(value: &impl fmt::Display) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("`{}…`", text.get(..at).unwrap_or_default()),
        None => format!("`{text}`"),
    }
}

/// Returns the error for an unknown enum value.
pub(super) fn no_such_value(schema: &Schema, of: &str, word: &str, words: &[String]) -> String {
    if schema.is_open {
        format!(
            "`{of}` has no value {}; its values are {}",
            shown(&word),
            near::listed(word, words)
        )
    } else {
        format!("`{of}` has no value {}", shown(&word))
    }
}

/// Returns the error for an unknown input field.
pub(super) fn no_such_field(schema: &Schema, of: &str, name: &str, input: &InputShape) -> String {
    let known = input.fields.keys().map(String::as_str).filter(|_| schema.is_open);
    format!("`{of}` has no field {}{}", shown(&name), near::hint(name, known))
}

impl<'a> Walk<'a, '_> {
    /// Validates the type and the default of a variable.
    pub(super) fn definition(&mut self, variable: &'a Positioned<VariableDefinition>) {
        let VariableDefinition { name, var_type, default_value, .. } = &variable.node;
        let of = innermost(&var_type.node);
        if !self.schema.is_input(of) {
            let known = self.schema.names(|shape| {
                matches!(shape, TypeShape::Scalar | TypeShape::Enum(_) | TypeShape::Input(_))
            });
            let hint = near::hint(of, known.filter(|_| self.schema.is_open));
            let message = format!(
                "the variable `${}` has the type `{of}`, which is not an input type{hint}",
                name.node
            );
            return self.errors.add(var_type.pos, message);
        }
        if let Some(default) = default_value {
            let place = ValuePath::Variable(&name.node);
            self.literal(&place, default.pos, &default.node.clone().into_value(), &var_type.node);
        }
    }

    /// Validates the value of an argument.
    pub(super) fn slot(&mut self, name: &str, value: &'a Positioned<Value>, slot: &'a Slot) {
        match &value.node {
            Value::Variable(variable) => self.uses(variable, value.pos, Some(slot), false),
            literal => {
                self.variables_in(value.pos, literal, &slot.ty);
                self.literal(&ValuePath::Argument(name), value.pos, literal, &slot.ty);
            }
        }
    }

    /// Records the variables of a value in an unknown position.
    pub(super) fn unknown_value(&mut self, value: &'a Positioned<Value>) {
        let mut rest = vec![&value.node];
        while let Some(next) = rest.pop() {
            match next {
                Value::Variable(name) => self.uses(name, value.pos, None, false),
                Value::List(items) => rest.extend(items),
                Value::Object(fields) => rest.extend(fields.values()),
                _ => {}
            }
        }
    }

    /// Records the variables inside a value, each with the expected type.
    fn variables_in(&mut self, pos: Pos, value: &'a Value, ty: &'a Type) {
        match (value, &ty.base) {
            (Value::List(items), BaseType::List(of)) => {
                for item in items {
                    match item {
                        Value::Variable(name) => self.uses_at(name, pos, of),
                        item => self.variables_in(pos, item, of),
                    }
                }
            }
            (value, BaseType::List(of)) => self.variables_in(pos, value, of),
            (Value::Object(fields), BaseType::Named(of)) => {
                let Some(TypeShape::Input(input)) = self.schema.shape(of) else { return };
                for (name, value) in fields {
                    match (value, input.fields.get(name.as_str())) {
                        (Value::Variable(variable), slot) => {
                            self.uses(variable, pos, slot, input.is_one_of);
                        }
                        (value, Some(slot)) => self.variables_in(pos, value, &slot.ty),
                        (_, None) => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn uses_at(&mut self, name: &'a Name, pos: Pos, wanted: &'a Type) {
        let (wanted, has_default, is_one_of) = (Some(wanted), false, false);
        self.scope.uses.push(super::walk::Use { name, pos, wanted, has_default, is_one_of });
    }

    /// Validates a literal. Variables in it are checked by `scopes`.
    fn literal(&mut self, place: &ValuePath<'_>, pos: Pos, value: &Value, ty: &Type) {
        match (value, &ty.base) {
            _ if self.errors.is_full() => {}
            (Value::Variable(_), _) => {}
            (Value::Null, _) if ty.nullable => {}
            (Value::Null, _) => {
                self.errors.add(pos, format!("`{place}` must not be null: its type is `{ty}`"));
            }
            (Value::List(items), BaseType::List(of)) => {
                for (at, item) in items.iter().enumerate() {
                    self.literal(&ValuePath::Item(place, at), pos, item, of);
                }
            }
            (single, BaseType::List(of)) => self.literal(place, pos, single, of),
            (value, BaseType::Named(of)) => self.named(place, pos, value, of),
        }
    }

    fn named(&mut self, place: &ValuePath<'_>, pos: Pos, value: &Value, of: &str) {
        let schema = self.schema;
        let message = match (schema.shape(of), value) {
            (Some(TypeShape::Input(input)), Value::Object(fields)) => {
                for (name, value) in fields {
                    if let Some(slot) = input.fields.get(name.as_str()) {
                        self.literal(&ValuePath::Field(place, name), pos, value, &slot.ty);
                    } else {
                        let hint = misplaced(place, name);
                        let message = no_such_field(schema, of, name, input);
                        self.errors.add(pos, format!("`{place}`: {message}{hint}"));
                    }
                }
                let has = |name: &str| fields.contains_key(name);
                incomplete(of, input, has).or_else(|| {
                    let null = fields.values().any(|value| *value == Value::Null);
                    not_one(of, input, fields.len(), null)
                })
            }
            (Some(TypeShape::Enum(words)), Value::Enum(word)) => {
                let is_one = words.iter().any(|known| known == word.as_str());
                (!is_one).then(|| no_such_value(schema, of, word, words))
            }
            (Some(TypeShape::Enum(words)), Value::String(word)) if words.contains(word) => {
                Some(format!(
                    "\"{word}\" is a string; write the value `{word}` of `{of}` without quotation marks"
                ))
            }
            (Some(TypeShape::Enum(words)), other) => {
                Some(no_such_value(schema, of, other.to_string().trim_matches('"'), words))
            }
            (Some(TypeShape::Scalar), value) => match value.clone().into_const() {
                Some(constant) => scalar(of, &constant, true).err(),
                None => Some(format!("{} is not a valid `{of}`", shown(value))),
            },
            (_, other) => Some(format!(
                "{} is not a valid `{of}`; expected an object `{{ … }}`",
                shown(other)
            )),
        };
        if let Some(message) = message {
            self.errors.add(pos, format!("`{place}`: {message}"));
        }
    }
}

/// Hints that a paging argument belongs beside the filter, if it was written into it.
fn misplaced(place: &ValuePath<'_>, name: &str) -> &'static str {
    const PAGE: [&str; 5] = ["first", "after", "last", "before", "orderBy"];
    let is_argument = matches!(place, ValuePath::Argument(_)) && PAGE.contains(&name);
    if is_argument { "; it is an argument beside the filter" } else { "" }
}

/// Returns the error for a missing required input field.
pub(super) fn incomplete(
    of: &str,
    input: &InputShape,
    has: impl Fn(&str) -> bool,
) -> Option<String> {
    let missing = input.fields.iter().find(|(name, slot)| slot.is_required() && !has(name));
    missing.map(|(name, slot)| format!("`{of}` requires the field `{name}` of type `{}`", slot.ty))
}

/// Returns the error for a `@oneOf` input object without exactly one non-null field.
pub(super) fn not_one(
    of: &str,
    input: &InputShape,
    given: usize,
    has_null: bool,
) -> Option<String> {
    let is_wrong = input.is_one_of && (given != 1 || has_null);
    is_wrong.then(|| format!("`{of}` requires exactly one field, which must not be null"))
}
