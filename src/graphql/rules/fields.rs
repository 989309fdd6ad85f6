//! Validation of fields, selections and fragment types. Source: GraphQL, September 2025, 5.2.4, 5.3 and 5.5.

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentSpread, OperationDefinition, Selection, SelectionSet, Type,
};
use async_graphql::{Name, Pos, Positioned};

use super::near;
use super::walk::Walk;
use crate::graphql::schema::{FieldShape, Schema, TYPENAME, TypeShape, innermost};

impl<'a> Walk<'a, '_> {
    /// Looks up a field of a type; reports an unknown one. `None` also for `__typename`, which needs no further checks.
    pub(super) fn find(
        &mut self,
        on: &'a str,
        field: &'a Positioned<Field>,
    ) -> Option<&'a FieldShape> {
        let (name, pos) = (field.node.name.node.as_str(), field.node.name.pos);
        if name == TYPENAME {
            self.typename(field);
            return None;
        }
        let schema = self.schema;
        let composite = schema.composite(on)?;
        let found = composite.fields.get(name);
        if found.is_none() {
            let hint = if schema.is_open { unknown_hint(schema, on, name) } else { String::new() };
            self.errors.add(pos, format!("`{on}` has no field `{name}`{hint}"));
        }
        found
    }

    /// Checks that `__typename` has no arguments and no selection.
    fn typename(&mut self, field: &Positioned<Field>) {
        if !field.node.arguments.is_empty() {
            self.errors.add(field.pos, "`__typename` takes no arguments");
        }
        if !field.node.selection_set.node.items.is_empty() {
            self.errors.add(
                field.pos,
                "`__typename` is a `String!`, which has no fields: remove the selection",
            );
        }
    }

    /// Checks that composite fields have a selection and leaf fields none; returns the type of the selection.
    pub(super) fn check_selection(
        &mut self,
        field: &'a Positioned<Field>,
        ty: &'a Type,
    ) -> Option<&'a str> {
        let of = innermost(ty);
        let is_composite = self.schema.composite(of).is_some();
        let (name, is_empty) = (&field.node.name, field.node.selection_set.node.items.is_empty());
        if is_composite && is_empty {
            let first = self.schema.composite(of).and_then(|of| of.fields.keys().next());
            let shown = first.filter(|_| self.schema.is_open).map_or("…", String::as_str);
            let message =
                format!("`{0}` is a `{ty}`: select fields of it: `{0} {{ {shown} }}`", name.node);
            self.errors.add(name.pos, message);
        } else if !is_composite && !is_empty {
            let message =
                format!("`{}` is a `{ty}`, which has no fields: remove the selection", name.node);
            self.errors.add(name.pos, message);
        }
        is_composite.then_some(of)
    }

    /// Looks up the type condition of a fragment; reports an unsuitable one.
    pub(super) fn composite(&mut self, name: &'a Name, pos: Pos) -> Option<&'a str> {
        let schema = self.schema;
        match schema.shape(name) {
            Some(_) if schema.composite(name).is_some() => Some(name.as_str()),
            Some(_) => {
                self.errors
                    .add(pos, format!("a fragment cannot be on `{name}`, which has no fields"));
                None
            }
            None => {
                let fits = |shape: &TypeShape| {
                    matches!(
                        shape,
                        TypeShape::Object(_) | TypeShape::Interface(_) | TypeShape::Union(_)
                    )
                };
                let hint = if schema.is_open {
                    near::hint(name, schema.names(fits))
                } else {
                    String::new()
                };
                self.errors.add(pos, format!("unknown type `{name}`{hint}"));
                None
            }
        }
    }

    /// Checks that a spread fragment exists and can apply to the parent type.
    pub(super) fn spread(&mut self, on: Option<&'a str>, spread: &'a Positioned<FragmentSpread>) {
        let name = &spread.node.fragment_name;
        if let Some(fragment) = self.document.fragments.get(&name.node) {
            let narrowed = fragment.node.type_condition.node.on.node.as_str();
            self.check_overlap(on, Some(narrowed), name.pos);
        } else {
            let known = self.document.fragments.keys().map(Name::as_str);
            let hint = near::hint(&name.node, known);
            self.errors.add(name.pos, format!("unknown fragment `{}`{hint}", name.node));
        }
    }

    /// Reports a fragment whose type never occurs at its location.
    pub(super) fn check_overlap(&mut self, on: Option<&str>, narrowed: Option<&str>, pos: Pos) {
        let (Some(on), Some(narrowed)) = (on, narrowed) else { return };
        let schema = self.schema;
        let possible = |name: &str| schema.composite(name).map(|of| &of.possible);
        let (Some(here), Some(there)) = (possible(on), possible(narrowed)) else { return };
        if here.is_disjoint(there) {
            self.errors
                .add(pos, format!("a `{on}` is never a `{narrowed}`: the fragment never applies"));
        }
    }

    /// Checks that a subscription has exactly one root field, and no introspection field. Source: GraphQL, 5.2.4.1.
    pub(super) fn one_root_field(&mut self, operation: &Positioned<OperationDefinition>) {
        let mut roots =
            Roots { document: self.document, passed: Vec::new(), fields: Vec::new(), varies: None };
        roots.add(&operation.node.selection_set.node);
        let Roots { fields, varies, .. } = roots;
        let mut keys: Vec<&str> =
            fields.iter().map(|field| field.response_key().node.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() > 1 {
            self.errors.add(
                operation.pos,
                "a subscription must have one root field: send one subscription per field",
            );
        }
        if fields.iter().any(|field| field.name.node.starts_with("__")) {
            self.errors.add(operation.pos, "a subscription must not select an introspection field");
        }
        if let Some(pos) = varies {
            self.errors
                .add(pos, "`@skip` and `@include` are not allowed at the root of a subscription");
        }
    }
}

/// Suggests fields of the type, otherwise a type that has the field, otherwise the `nodes` of a connection.
fn unknown_hint(schema: &Schema, on: &str, name: &str) -> String {
    let Some(composite) = schema.composite(on) else { return String::new() };
    let has = |of: &str| schema.composite(of).is_some_and(|of| of.fields.contains_key(name));
    let mut narrower = composite.possible.iter().filter(|of| *of != on && has(of));
    if let Some(of) = narrower.next() {
        return format!("; write `... on {of} {{ {name} }}`");
    }
    if let Some(nodes) = composite.fields.get("nodes")
        && has(innermost(&nodes.ty))
    {
        return format!("; its nodes have it: write `nodes {{ {name} }}`");
    }
    near::hint(name, composite.fields.keys().map(String::as_str))
}

/// Root fields with fragments expanded, each fragment once.
struct Roots<'a> {
    document: &'a ExecutableDocument,
    passed: Vec<&'a Name>,
    fields: Vec<&'a Field>,
    /// Positions of selections that depend on variables.
    varies: Option<Pos>,
}

impl<'a> Roots<'a> {
    fn add(&mut self, set: &'a SelectionSet) {
        for item in &set.items {
            let directives = match &item.node {
                Selection::Field(field) => &field.node.directives,
                Selection::InlineFragment(inline) => &inline.node.directives,
                Selection::FragmentSpread(spread) => &spread.node.directives,
            };
            let mut names = directives.iter().map(|directive| directive.node.name.node.as_str());
            if names.any(|name| name == "skip" || name == "include") {
                self.varies.get_or_insert(item.pos);
            }
            match &item.node {
                Selection::Field(field) => self.fields.push(&field.node),
                Selection::InlineFragment(inline) => self.add(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    self.add_fragment(&spread.node.fragment_name.node);
                }
            }
        }
    }

    fn add_fragment(&mut self, name: &'a Name) {
        if !self.passed.contains(&name)
            && let Some(fragment) = self.document.fragments.get(name)
        {
            self.passed.push(name);
            self.add(&fragment.node.selection_set.node);
        }
    }
}
