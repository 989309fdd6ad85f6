//! Goes once through everything that is written in a document, each fragment once, and knows the type of each place.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DirectiveLocation, ExecutableDocument, Field, InlineFragment, OperationDefinition,
    OperationType, Selection, SelectionSet, Type, TypeCondition,
};
use async_graphql::{Name, Pos, Positioned};

use super::Errors;
use super::schema::{Schema, Slot};

/// A variable where it is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'a> {
    pub(super) name: &'a Name,
    pub(super) pos: Pos,
    /// The type that is wanted there; `None` where the place itself is an error.
    pub(super) wanted: Option<&'a Type>,
    /// Whether the place has a default of its own.
    pub(super) has_default: bool,
    /// Whether it is a field of an input object of which exactly one is given.
    pub(super) is_one_of: bool,
}

/// What an operation or a fragment uses by itself.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    pub(super) uses: Vec<Use<'a>>,
    pub(super) spreads: Vec<&'a Name>,
}

/// What the operations, in the order of the text, and the fragments of a document use.
#[derive(Debug, Default)]
pub(super) struct Scopes<'a> {
    pub(super) operations: Vec<(Option<&'a Name>, &'a Positioned<OperationDefinition>, Scope<'a>)>,
    pub(super) fragments: HashMap<&'a Name, Scope<'a>>,
}

/// The walk.
pub(super) struct Walk<'a, 'e> {
    pub(super) schema: &'a Schema,
    pub(super) document: &'a ExecutableDocument,
    pub(super) errors: &'e mut Errors,
    pub(super) scope: Scope<'a>,
}

impl<'a, 'e> Walk<'a, 'e> {
    /// Goes through a document.
    pub(super) fn through(
        schema: &'a Schema,
        document: &'a ExecutableDocument,
        errors: &'e mut Errors,
    ) -> Scopes<'a> {
        let mut walk = Self { schema, document, errors, scope: Scope::default() };
        let mut scopes = Scopes::default();
        let mut operations: Vec<_> = document.operations.iter().collect();
        operations.sort_unstable_by_key(|(_, operation)| operation.pos);
        for (name, operation) in operations {
            walk.operation(operation);
            scopes.operations.push((name, operation, std::mem::take(&mut walk.scope)));
        }
        let mut fragments: Vec<_> = document.fragments.iter().collect();
        fragments.sort_unstable_by_key(|(_, fragment)| fragment.pos);
        for (name, fragment) in fragments {
            let fragment = &fragment.node;
            walk.directives(&fragment.directives, DirectiveLocation::FragmentDefinition);
            let on = walk.condition(&fragment.type_condition);
            walk.selection(on, &fragment.selection_set.node);
            scopes.fragments.insert(name, std::mem::take(&mut walk.scope));
        }
        scopes
    }

    fn operation(&mut self, operation: &'a Positioned<OperationDefinition>) {
        let OperationDefinition { ty, variable_definitions, directives, selection_set } =
            &operation.node;
        let location = match ty {
            OperationType::Query => DirectiveLocation::Query,
            OperationType::Mutation => DirectiveLocation::Mutation,
            OperationType::Subscription => DirectiveLocation::Subscription,
        };
        for variable in variable_definitions {
            self.definition(variable);
            self.directives(&variable.node.directives, DirectiveLocation::VariableDefinition);
        }
        self.directives(directives, location);
        // An operation of a kind that the schema has not is valid, and refused when it is to be executed: by then the transport
        // may have said that its method takes none.
        let root = self.schema.root(*ty);
        if *ty == OperationType::Subscription {
            self.one_root_field(operation);
        }
        self.selection(root, &selection_set.node);
    }

    /// Goes through a selection; on a type that there is not, only its shape is looked at.
    pub(super) fn selection(&mut self, on: Option<&'a str>, set: &'a SelectionSet) {
        for item in &set.items {
            if self.errors.is_full() {
                return;
            }
            match &item.node {
                Selection::Field(field) => self.field(on, field),
                Selection::InlineFragment(inline) => self.inline(on, inline),
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives, DirectiveLocation::FragmentSpread);
                    self.scope.spreads.push(&spread.node.fragment_name.node);
                    self.spread(on, spread);
                }
            }
        }
    }

    fn field(&mut self, on: Option<&'a str>, field: &'a Positioned<Field>) {
        self.directives(&field.node.directives, DirectiveLocation::Field);
        let found = on.and_then(|on| self.find(on, field));
        if let Some(found) = found {
            self.arguments(on.unwrap_or_default(), field, &found.arguments);
            let on = self.check_selection(field, &found.ty);
            self.selection(on, &field.node.selection_set.node);
        } else {
            for (_, value) in &field.node.arguments {
                self.unknown_value(value);
            }
            self.selection(None, &field.node.selection_set.node);
        }
    }

    fn inline(&mut self, on: Option<&'a str>, inline: &'a Positioned<InlineFragment>) {
        self.directives(&inline.node.directives, DirectiveLocation::InlineFragment);
        let narrowed = match &inline.node.type_condition {
            None => on,
            Some(condition) => {
                let narrowed = self.condition(condition);
                self.check_overlap(on, narrowed, inline.pos);
                narrowed
            }
        };
        self.selection(narrowed, &inline.node.selection_set.node);
    }

    /// The type that a fragment is on.
    fn condition(&mut self, condition: &'a Positioned<TypeCondition>) -> Option<&'a str> {
        let on = &condition.node.on;
        self.composite(&on.node, on.pos)
    }

    /// Takes note of a variable.
    pub(super) fn uses(
        &mut self,
        name: &'a Name,
        pos: Pos,
        slot: Option<&'a Slot>,
        is_one_of: bool,
    ) {
        let (wanted, has_default) =
            slot.map_or((None, false), |slot| (Some(&slot.ty), slot.default.is_some()));
        self.scope.uses.push(Use { name, pos, wanted, has_default, is_one_of });
    }
}
