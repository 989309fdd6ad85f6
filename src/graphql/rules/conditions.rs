//! Rejection of null variables in `@skip` and `@include`. A nullable variable with a default is allowed there, but an explicit
//! null replaces the default. Source: GraphQL, September 2025, 5.8.5 and 6.4.1.

use std::collections::HashSet;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, Value as Constant, Variables};
use async_graphql_value::Value;

use super::Errors;

/// Checks the conditions of an operation against its coerced variables.
pub(super) fn check(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
    errors: &mut Errors,
) {
    let nulls = variables.iter().filter(|(_, value)| **value == Constant::Null);
    let nulls: HashSet<&Name> = nulls.map(|(name, _)| name).collect();
    if nulls.is_empty() {
        return;
    }
    let mut conditions = Conditions { document, nulls, passed: HashSet::new(), errors };
    conditions.selection(&operation.selection_set.node);
}

struct Conditions<'a, 'e> {
    document: &'a ExecutableDocument,
    nulls: HashSet<&'a Name>,
    passed: HashSet<&'a Name>,
    errors: &'e mut Errors,
}

impl<'a> Conditions<'a, '_> {
    fn selection(&mut self, set: &'a SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    self.directives(item.pos, &field.node.directives);
                    self.selection(&field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => {
                    self.directives(item.pos, &inline.node.directives);
                    self.selection(&inline.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(item.pos, &spread.node.directives);
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.passed.insert(name)
                    {
                        self.selection(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, pos: Pos, directives: &[Positioned<Directive>]) {
        for directive in directives.iter().map(|directive| &directive.node) {
            let is_condition = matches!(directive.name.node.as_str(), "skip" | "include");
            for (_, value) in directive.arguments.iter().filter(|_| is_condition) {
                if let Value::Variable(name) = &value.node
                    && self.nulls.contains(name)
                {
                    let message = format!(
                        "the variable `${name}` must not be null: `@{}` requires a `Boolean!`",
                        directive.name.node
                    );
                    self.errors.add(pos, message);
                }
            }
        }
    }
}
