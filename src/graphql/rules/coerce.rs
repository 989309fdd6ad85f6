//! Coercion of variables to their declared types. Source: GraphQL, September 2025, 6.1.2 and 3.5 to 3.12.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Number, Value, Variables};

use super::Errors;
use super::values::{
    ValuePath, digits, incomplete, no_such_field, no_such_value, not_one, scalar, shown, whole,
};
use crate::graphql::schema::{InputShape, Schema, TypeShape};

/// Coerces the variables that an operation declares; absent ones have no entry.
pub(super) fn variables(
    schema: &Schema,
    operation: &OperationDefinition,
    mut given: Variables,
    errors: &mut Errors,
) -> Variables {
    let mut coerced = Variables::default();
    for variable in &operation.variable_definitions {
        let (name, ty) = (&variable.node.name.node, &variable.node.var_type.node);
        let default = variable.node.default_value.as_ref().map(|default| &default.node);
        let value = given.remove(name).or_else(|| default.cloned());
        let found = match value {
            Some(value) => value_of(schema, &ValuePath::Variable(name), value, ty),
            None if ty.nullable => continue,
            None => Err(format!("the variable `${name}` of type `{ty}` is required")),
        };
        match found {
            Ok(value) => {
                coerced.insert(name.clone(), value);
            }
            Err(message) => errors.add(variable.pos, message),
        }
    }
    coerced
}

fn value_of(
    schema: &Schema,
    place: &ValuePath<'_>,
    value: Value,
    ty: &Type,
) -> Result<Value, String> {
    match (value, &ty.base) {
        (Value::Null, _) if ty.nullable => Ok(Value::Null),
        (Value::Null, _) => Err(null(place, ty)),
        (Value::List(items), BaseType::List(of)) => {
            let item = |(at, item)| value_of(schema, &ValuePath::Item(place, at), item, of);
            let items = items.into_iter().enumerate().map(item);
            Ok(Value::List(items.collect::<Result<_, _>>()?))
        }
        (single, BaseType::List(of)) => Ok(Value::List(vec![value_of(schema, place, single, of)?])),
        (value, BaseType::Named(of)) => named(schema, place, value, of, ty),
    }
}

fn null(place: &ValuePath<'_>, ty: &Type) -> String {
    format!("the variable `{place}` must not be null: its type is `{ty}`")
}

fn wrong(place: &ValuePath<'_>, ty: &Type, message: &str) -> String {
    format!("the variable `{place}` of type `{ty}`: {message}")
}

fn named(
    schema: &Schema,
    place: &ValuePath<'_>,
    value: Value,
    of: &str,
    ty: &Type,
) -> Result<Value, String> {
    let here = |message: String| wrong(place, ty, &message);
    match (schema.shape(of), value) {
        (Some(TypeShape::Input(input)), Value::Object(fields)) => {
            object(schema, place, fields, of, input, ty)
        }
        (Some(TypeShape::Input(_)), other) => {
            Err(here(format!("{} is not a valid `{of}`; expected an object", shown(&other))))
        }
        (Some(TypeShape::Enum(words)), Value::String(word)) => {
            enumerated(schema, of, &word, words).map_err(here)
        }
        (Some(TypeShape::Enum(words)), Value::Enum(word)) => {
            enumerated(schema, of, &word, words).map_err(here)
        }
        (Some(TypeShape::Enum(words)), other) => {
            Err(here(no_such_value(schema, of, &other.to_string(), words)))
        }
        (_, value) => {
            scalar(of, &value, false).map_err(here)?;
            Ok(plain(of, value))
        }
    }
}

/// Normalises a scalar to the form that resolvers expect.
fn plain(of: &str, value: Value) -> Value {
    match (of, value) {
        ("Int", Value::Number(number)) => {
            Value::Number(whole(&number, false).map_or(number, Number::from))
        }
        ("ID", Value::Number(number)) => {
            Value::String(digits(&number, false).unwrap_or_else(|| number.to_string()))
        }
        (_, value) => value,
    }
}

fn enumerated(schema: &Schema, of: &str, word: &str, words: &[String]) -> Result<Value, String> {
    if words.iter().any(|known| known == word) {
        Ok(Value::Enum(Name::new(word)))
    } else {
        Err(no_such_value(schema, of, word, words))
    }
}

fn object(
    schema: &Schema,
    place: &ValuePath<'_>,
    given: IndexMap<Name, Value>,
    of: &str,
    input: &InputShape,
    ty: &Type,
) -> Result<Value, String> {
    let (count, has_null) = (given.len(), given.values().any(|value| *value == Value::Null));
    let mut fields = IndexMap::with_capacity(count);
    for (name, value) in given {
        let Some(slot) = input.fields.get(name.as_str()) else {
            return Err(wrong(place, ty, &no_such_field(schema, of, &name, input)));
        };
        let value = value_of(schema, &ValuePath::Field(place, &name), value, &slot.ty)?;
        fields.insert(name, value);
    }
    for (name, slot) in &input.fields {
        if let (false, Some(default)) = (fields.contains_key(name.as_str()), &slot.default) {
            fields.insert(Name::new(name), default.clone());
        }
    }
    let lacks = incomplete(of, input, |name| fields.contains_key(name));
    match lacks.or_else(|| not_one(of, input, count, has_null)) {
        Some(message) => Err(wrong(place, ty, &message)),
        None => Ok(Value::Object(fields)),
    }
}
