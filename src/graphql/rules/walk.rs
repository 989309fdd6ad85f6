//! Typed traversal of a document; visits each fragment once.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DirectiveLocation, ExecutableDocument, Field, InlineFragment, OperationDefinition,
    OperationType, Selection, SelectionSet, Type, TypeCondition,
};
use async_graphql::{Name, Pos, Positioned};

use super::Errors;
use crate::graphql::schema::{Schema, Slot};

/// Use of a variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Use<'a> {
    pub(super) name: &'a Name,
    pub(super) pos: Pos,
    /// Expected type; `None` if the position itself is invalid.
    pub(super) wanted: Option<&'a Type>,
    /// True if the position has a default.
    pub(super) has_default: bool,
    /// True if the position is a field of a `@oneOf` input object.
    pub(super) is_one_of: bool,
}

/// Variables and fragments that an operation or a fragment uses directly.
#[derive(Debug, Default)]
pub(super) struct Usage<'a> {
    pub(super) uses: Vec<Use<'a>>,
    pub(super) spreads: Vec<&'a Name>,
}

/// Usages of all operations, in document order, and of all fragments.
#[derive(Debug, Default)]
pub(super) struct Usages<'a> {
    pub(super) operations: Vec<(Option<&'a Name>, &'a Positioned<OperationDefinition>, Usage<'a>)>,
    pub(super) fragments: HashMap<&'a Name, Usage<'a>>,
}

/// State of the traversal.
pub(super) struct Walk<'a, 'e> {
    pub(super) schema: &'a Schema,
    pub(super) document: &'a ExecutableDocument,
    pub(super) errors: &'e mut Errors,
    pub(super) scope: Usage<'a>,
}

impl<'a, 'e> Walk<'a, 'e> {
    /// Traverses a document.
    pub(super) fn through(
        schema: &'a Schema,
        document: &'a ExecutableDocument,
        errors: &'e mut Errors,
    ) -> Usages<'a> {
        let mut walk = Self { schema, document, errors, scope: Usage::default() };
        let mut scopes = Usages::default();
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
        // An operation type without a root is rejected at execution, so that the transport can first reject its method.
        let root = self.schema.root(*ty);
        if *ty == OperationType::Subscription {
            self.one_root_field(operation);
        }
        self.selection(root, &selection_set.node);
    }

    /// Traverses a selection; on an unknown type, only its structure is checked.
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

    /// Returns the type condition of a fragment.
    fn condition(&mut self, condition: &'a Positioned<TypeCondition>) -> Option<&'a str> {
        let on = &condition.node.on;
        self.composite(&on.node, on.pos)
    }

    /// Records the use of a variable.
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
