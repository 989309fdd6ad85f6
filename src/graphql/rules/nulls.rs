//! Null propagation of failed fields: null at the field, or at its nearest nullable parent. Source: GraphQL,
//! September 2025, 6.4.4.
//!
//! The library omits failed fields from the response. This module restores them by the paths of the errors.

use std::collections::HashSet;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type,
};
use async_graphql::{Name, PathSegment, Response, Value};

use crate::graphql::schema::{Schema, innermost, narrowed};

/// Sets each failed field, or its nearest nullable parent, to null.
pub(super) fn propagate(
    schema: &Schema,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    response: &mut Response,
) {
    let failed = response.errors.iter().filter(|error| !error.path.is_empty());
    let paths: Vec<Vec<PathSegment>> = failed.map(|error| error.path.clone()).collect();
    let Some(root) = schema.root(operation.ty).filter(|_| !paths.is_empty()) else { return };
    unpack(&mut response.data);
    let nulls = Nulls { schema, document };
    let scopes = [NullScope { on: root, set: &operation.selection_set.node }];
    for path in paths {
        if !nulls.object(&mut response.data, &scopes, &path) {
            response.data = Value::Null;
        }
    }
}

/// Parses parts of the response that are already serialized.
fn unpack(value: &mut Value) {
    match value {
        Value::Binary(written) => {
            // Text written by this service parses.
            *value = serde_json::from_slice(written).unwrap_or_default();
        }
        Value::List(items) => items.iter_mut().for_each(unpack),
        Value::Object(fields) => fields.values_mut().for_each(unpack),
        _ => {}
    }
}

/// Selection with its parent type.
#[derive(Clone, Copy)]
struct NullScope<'a> {
    on: &'a str,
    set: &'a SelectionSet,
}

/// Selected field with its parent type.
#[derive(Clone, Copy)]
struct SelectedField<'a> {
    on: &'a str,
    field: &'a Field,
}

impl<'a> SelectedField<'a> {
    fn key(&self) -> &'a Name {
        &self.field.response_key().node
    }
}

struct Nulls<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
}

impl<'a> Nulls<'a> {
    /// Propagates null below an object; returns false if the object itself must become null.
    fn object(&self, value: &mut Value, scopes: &[NullScope<'a>], path: &[PathSegment]) -> bool {
        let (Some((PathSegment::Field(key), rest)), Value::Object(fields)) =
            (path.split_first(), value)
        else {
            // The whole response is already null because of an earlier error.
            return true;
        };
        let all = self.selected(scopes);
        // Fields of one response key have one shape.
        let named = || all.iter().filter(|one| one.key() == key.as_str());
        let Some(ty) = named().find_map(|one| self.type_of(one)) else { return true };
        let inside: Vec<NullScope<'a>> = named()
            .filter_map(|one| {
                let on = innermost(self.type_of(one)?);
                Some(NullScope { on, set: &one.field.selection_set.node })
            })
            .collect();
        let below = fields.get_mut(key.as_str()).filter(|_| !rest.is_empty());
        if below.is_some_and(|below| self.item(below, ty, &inside, rest)) {
            return true;
        }
        if ty.nullable {
            put_null(fields, key, &all);
        }
        ty.nullable
    }

    /// Propagates null below a value of a type, which may be a list.
    fn item(
        &self,
        value: &mut Value,
        ty: &'a Type,
        scopes: &[NullScope<'a>],
        path: &[PathSegment],
    ) -> bool {
        if *value == Value::Null {
            // Already null because of an earlier error, or because nothing is left in it.
            return ty.nullable;
        }
        let (Some((PathSegment::Index(at), rest)), BaseType::List(of)) =
            (path.split_first(), &ty.base)
        else {
            return self.object(value, scopes, path);
        };
        let Value::List(items) = value else { return true };
        let Some(item) = items.get_mut(*at) else { return false };
        if !rest.is_empty() && self.item(item, of, scopes, rest) {
            return true;
        }
        if of.nullable {
            *item = Value::Null;
        }
        of.nullable
    }

    fn type_of(&self, selected: &SelectedField<'a>) -> Option<&'a Type> {
        Some(&self.schema.field(selected.on, &selected.field.name.node)?.ty)
    }

    /// Collects the fields of selections in order, with each fragment expanded once.
    fn selected(&self, scopes: &[NullScope<'a>]) -> Vec<SelectedField<'a>> {
        let (mut all, mut passed) = (Vec::new(), HashSet::new());
        for scope in scopes {
            self.add(*scope, &mut passed, &mut all);
        }
        all
    }

    fn add(
        &self,
        NullScope { on, set }: NullScope<'a>,
        passed: &mut HashSet<&'a Name>,
        all: &mut Vec<SelectedField<'a>>,
    ) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => all.push(SelectedField { on, field: &field.node }),
                Selection::InlineFragment(inline) => {
                    let on = narrowed(on, &inline.node);
                    self.add(NullScope { on, set: &inline.node.selection_set.node }, passed, all);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && passed.insert(name)
                    {
                        let fragment = &fragment.node;
                        let on = fragment.type_condition.node.on.node.as_str();
                        self.add(NullScope { on, set: &fragment.selection_set.node }, passed, all);
                    }
                }
            }
        }
    }
}

/// Inserts null under a response key, in the order of the selection.
fn put_null(fields: &mut IndexMap<Name, Value>, key: &str, all: &[SelectedField<'_>]) {
    if let Some(value) = fields.get_mut(key) {
        *value = Value::Null;
        return;
    }
    let before = all.iter().map(SelectedField::key).take_while(|name| *name != key);
    let places = before.filter_map(|name| fields.get_index_of(name.as_str()));
    let at = places.max().map_or(0, |at| at + 1);
    fields.shift_insert(at, Name::new(key), Value::Null);
}
