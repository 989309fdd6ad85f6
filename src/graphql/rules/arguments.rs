//! Validation of arguments: known, unique, complete and of the right type. Source: GraphQL, September 2025, 5.4 and 5.6.

use std::collections::HashSet;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::Field;
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::Value;

use super::near;
use super::walk::Walk;
use crate::graphql::schema::{Slot, TypeShape, innermost};

type Argument = (Positioned<Name>, Positioned<Value>);

impl<'a> Walk<'a, '_> {
    /// Validates the arguments of a field.
    pub(super) fn arguments(
        &mut self,
        on: &str,
        field: &'a Positioned<Field>,
        slots: &'a IndexMap<String, Slot>,
    ) {
        let name = &field.node.name;
        let what = format!("`{on}.{}`", name.node);
        self.check_arguments(&what, name.pos, &field.node.arguments, slots);
    }

    /// Validates the arguments of a field or a directive.
    pub(super) fn check_arguments(
        &mut self,
        what: &str,
        pos: Pos,
        given: &'a [Argument],
        slots: &'a IndexMap<String, Slot>,
    ) {
        let mut seen = HashSet::new();
        for (name, value) in given {
            if !seen.insert(name.node.as_str()) {
                self.errors.add(name.pos, format!("{what} has the argument `{}` twice", name.node));
            }
            if let Some(slot) = slots.get(name.node.as_str()) {
                self.slot(&name.node, value, slot);
            } else {
                let hint = self.unknown_argument(&name.node, slots);
                self.errors.add(name.pos, format!("{what} has no argument `{}`{hint}", name.node));
                self.unknown_value(value);
            }
        }
        for (name, slot) in slots.iter().filter(|(_, slot)| slot.is_required()) {
            if !seen.contains(name.as_str()) {
                let ty = &slot.ty;
                self.errors
                    .add(pos, format!("{what} requires the argument `{name}` of type `{ty}`"));
            }
        }
    }

    /// Suggests a place for an unknown argument: inside an input object, or under another name.
    fn unknown_argument(&self, name: &str, slots: &IndexMap<String, Slot>) -> String {
        if !self.schema.is_open {
            return String::new();
        }
        let inputs = slots.iter().filter_map(|(slot, shape)| {
            match self.schema.shape(innermost(&shape.ty)) {
                Some(TypeShape::Input(input)) => Some((slot, input)),
                _ => None,
            }
        });
        for (slot, input) in inputs {
            if input.fields.contains_key(name) {
                return format!("; write `{slot}: {{ {name}: … }}`");
            }
            let inside = near::nearest(name, input.fields.keys().map(String::as_str));
            if let [near, ..] = inside.as_slice()
                && near::nearest(name, slots.keys().map(String::as_str)).is_empty()
            {
                return format!("; did you mean `{slot}: {{ {near}: … }}`?");
            }
        }
        near::hint(name, slots.keys().map(String::as_str))
    }
}
