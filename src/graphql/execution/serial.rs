//! Sequential resolution of objects and lists, with one allocation per object.
//!
//! async-graphql allocates one future per field before it resolves the first, each as large as the object's largest field:
//! half of the response time. Here each object allocates a single future. Its fields become values or JSON bytes, depending
//! on the request: see [`json`].

use std::borrow::Cow;
use std::pin::Pin;

use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{
    ContextSelectionSet, Name, ObjectType, OutputType, Positioned, ServerError, ServerResult, Value,
};

use super::json;
use crate::graphql::context::ExecutionProgress;

/// Object of the schema, resolved field by field.
#[derive(Clone, Debug)]
pub(crate) struct Serial<T>(pub(in crate::graphql) T);

impl<T: ObjectType> OutputType for Serial<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve(ctx, &self.0).await
    }
}

/// List of objects of the schema, resolved one after the other.
#[derive(Clone, Debug)]
pub(crate) struct SerialList<T>(Vec<T>);

impl<T> FromIterator<T> for SerialList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(objects: I) -> Self {
        Self(objects.into_iter().collect())
    }
}

impl<T: ObjectType> OutputType for SerialList<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T>>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T>>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T>>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        ExecutionProgress::of(ctx).count_values(self.0.len())?;
        let mut values = Vec::with_capacity(self.0.len());
        for (index, object) in self.0.iter().enumerate() {
            let ctx = ctx.with_index(index);
            values.push(resolve(&ctx, object).await?);
        }
        Ok(Value::List(values))
    }
}

type Resolving<'a> = Pin<Box<dyn Future<Output = ServerResult<Value>> + Send + 'a>>;

/// Resolves the selection of an object. Errors of fields are added to the response with their paths, unless one ends the
/// execution. Boxed because selections are recursive.
/// Source: GraphQL specification, October 2021, 6.3.2 and 6.4.3.
fn resolve<'a, T: ObjectType>(ctx: &'a ContextSelectionSet<'a>, object: &'a T) -> Resolving<'a> {
    Box::pin(async move {
        let set = &ctx.item.node;
        let mut fields = Vec::with_capacity(set.items.len());
        collect::<T>(ctx, set, &mut fields);
        let progress = ExecutionProgress::of(ctx);
        progress.count_values(fields.len())?;
        let mut found = PartialObject::of(progress, fields.len());
        for field in fields {
            let name = &field.node.response_key().node;
            if name.as_str() == json::UNWRITTEN {
                continue;
            }
            let ctx = ctx.with_field(field);
            let value = if field.node.name.node == "__typename" {
                Ok(Some(Value::String(T::type_name().into_owned())))
            } else {
                object.resolve_field(&ctx).await
            };
            let added = value.and_then(|value| found.add(name, value.unwrap_or_default()));
            if let Err(error) = added.and_then(|bytes| progress.count_bytes(bytes)) {
                progress.note(&error);
                progress.check_ended()?;
                ctx.add_error(error);
            }
        }
        Ok(found.into_value())
    })
}

/// Partial result of an object.
enum PartialObject {
    /// Values by field name.
    Values(IndexMap<Name, Value>),
    /// JSON bytes.
    Written(json::JsonObject),
}

impl PartialObject {
    /// Creates an empty result in the form that the request needs.
    fn of(progress: ExecutionProgress<'_>, fields: usize) -> Self {
        if progress.goes_out() {
            Self::Written(json::JsonObject::new())
        } else {
            Self::Values(IndexMap::with_capacity(fields))
        }
    }

    /// Adds a field. Returns the number of bytes that it newly wrote.
    fn add(&mut self, name: &Name, value: Value) -> ServerResult<usize> {
        match self {
            Self::Values(values) => {
                insert(values, name, value);
                Ok(0)
            }
            Self::Written(object) => object
                .add(name, &value)
                .map_err(|err| ServerError::new(format!("cannot write {name}: {err}"), None)),
        }
    }

    /// Returns the object, possibly without fields if all are skipped.
    fn into_value(self) -> Value {
        match self {
            Self::Values(values) => Value::Object(values),
            Self::Written(object) => object.into_value(),
        }
    }
}

/// Collects the fields of a selection that apply to an object, including those of fragments. Skipped selections have been
/// removed before, and the schema has no directives of its own.
fn collect<'a, T: ObjectType>(
    ctx: &ContextSelectionSet<'a>,
    set: &'a SelectionSet,
    fields: &mut Vec<&'a Positioned<Field>>,
) {
    for item in &set.items {
        let (condition, set) = match &item.node {
            Selection::Field(field) => {
                fields.push(field);
                continue;
            }
            Selection::InlineFragment(inline) => {
                (inline.node.type_condition.as_ref(), &inline.node.selection_set)
            }
            Selection::FragmentSpread(spread) => {
                // A missing fragment has been rejected by validation.
                let name = &spread.node.fragment_name.node;
                let Some(fragment) = ctx.query_env.fragments.get(name) else { continue };
                (Some(&fragment.node.type_condition), &fragment.node.selection_set)
            }
        };
        if condition.is_none_or(|condition| is_a::<T>(ctx, &condition.node.on.node)) {
            collect::<T>(ctx, &set.node, fields);
        }
    }
}

/// Returns true if `name` is the object's type or one of its interfaces.
fn is_a<T: ObjectType>(ctx: &ContextSelectionSet<'_>, name: &Name) -> bool {
    let own = T::type_name();
    let interfaces = ctx.schema_env.registry.implements.get(&*own);
    own == name.as_str() || interfaces.is_some_and(|interfaces| interfaces.contains(name.as_str()))
}

/// Inserts a value, or merges it into the existing value of the same field.
fn insert(values: &mut IndexMap<Name, Value>, name: &Name, value: Value) {
    match values.entry(name.clone()) {
        Entry::Vacant(place) => {
            place.insert(value);
        }
        Entry::Occupied(mut place) => merge(place.get_mut(), value),
    }
}

fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (name, value) in more {
                insert(into, &name, value);
            }
        }
        (Value::List(into), Value::List(more)) => {
            for (into, value) in into.iter_mut().zip(more) {
                merge(into, value);
            }
        }
        _ => {}
    }
}
