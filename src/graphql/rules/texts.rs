//! Strings that an operation passes to arguments and input fields, including those in variables.

use std::collections::HashSet;
use std::convert::Infallible;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};

use crate::graphql::schema::{Schema, Slot, TypeShape, innermost, narrowed};

/// String value with its position.
#[derive(Clone, Copy, Debug)]
pub(in crate::graphql) struct TextArgument<'g> {
    /// Type of the parent object, or of the input object.
    pub(in crate::graphql) owner: &'g str,
    /// Name of the field; empty in an input object.
    pub(in crate::graphql) field: &'g str,
    /// Name of the argument or input field.
    pub(in crate::graphql) slot: &'g str,
    /// Path, such as `programmes.filter.country`.
    pub(in crate::graphql) place: &'g str,
    /// Value of the string.
    pub(in crate::graphql) text: &'g str,
}

/// Traversal of one operation; visits each fragment once.
pub(super) struct Texts<'a, 'v> {
    pub(super) schema: &'a Schema,
    pub(super) document: &'a ExecutableDocument,
    pub(super) variables: &'a Variables,
    pub(super) passed: HashSet<&'a Name>,
    pub(super) visit: &'v mut dyn FnMut(TextArgument<'_>),
}

impl<'a> Texts<'a, '_> {
    pub(super) fn operation(&mut self, operation: &'a OperationDefinition) {
        if let Some(root) = self.schema.root(operation.ty) {
            self.selection(root, &operation.selection_set.node);
        }
    }

    fn selection(&mut self, on: &'a str, set: &'a SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) if self.is_included(&field.node.directives) => {
                    let field = &field.node;
                    let name = field.name.node.as_str();
                    let found = self.schema.composite(on).and_then(|on| on.fields.get(name));
                    let Some(shape) = found else { continue };
                    for (argument, value) in &field.arguments {
                        let value = self.constant(&value.node);
                        let (key, slot) = (&field.response_key().node, argument.node.as_str());
                        let given = TextArgument {
                            owner: on,
                            field: name,
                            slot,
                            place: &format!("{key}.{slot}"),
                            text: "",
                        };
                        if let Some(slot) = shape.arguments.get(slot) {
                            self.value(given, slot, &value);
                        }
                    }
                    self.selection(innermost(&shape.ty), &field.selection_set.node);
                }
                Selection::InlineFragment(inline) if self.is_included(&inline.node.directives) => {
                    let on = narrowed(on, &inline.node);
                    self.selection(on, &inline.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) if self.is_included(&spread.node.directives) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.passed.insert(name)
                    {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.selection(on, &fragment.node.selection_set.node);
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns true unless `@skip` or `@include` excludes the selection.
    fn is_included(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let leaves_out = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => return true,
            };
            let value = directive.node.get_argument("if").map(|value| self.constant(&value.node));
            value != Some(Value::Boolean(leaves_out))
        })
    }

    fn constant(&self, value: &async_graphql_value::Value) -> Value {
        let known = |name: Name| {
            Ok::<_, Infallible>(self.variables.get(&name).cloned().unwrap_or_default())
        };
        value.clone().into_const_with(known).unwrap_or_default()
    }

    fn value(&mut self, given: TextArgument<'_>, slot: &Slot, value: &Value) {
        match value {
            Value::List(items) => items.iter().for_each(|item| self.value(given, slot, item)),
            Value::String(text) => (self.visit)(TextArgument { text, ..given }),
            Value::Object(fields) => {
                let owner = innermost(&slot.ty);
                let Some(TypeShape::Input(input)) = self.schema.shape(owner) else { return };
                for (name, value) in fields {
                    let Some(slot) = input.fields.get(name.as_str()) else { continue };
                    let place = format!("{}.{name}", given.place);
                    let inside =
                        TextArgument { owner, field: "", slot: name, place: &place, text: "" };
                    self.value(inside, slot, value);
                }
            }
            _ => {}
        }
    }
}
