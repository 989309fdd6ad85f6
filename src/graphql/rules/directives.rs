//! Validation of directives: existence, location and repetition. Source: GraphQL, September 2025, 5.7.

use std::collections::HashSet;

use async_graphql::Positioned;
use async_graphql::parser::types::{Directive, DirectiveLocation};

use super::near;
use super::walk::Walk;

impl<'a> Walk<'a, '_> {
    /// Validates the directives at one location.
    pub(super) fn directives(
        &mut self,
        directives: &'a [Positioned<Directive>],
        location: DirectiveLocation,
    ) {
        let mut seen = HashSet::new();
        for directive in directives {
            let (name, pos) = (directive.node.name.node.as_str(), directive.pos);
            let Some(shape) = self.schema.directive(name) else {
                let known = self.schema.directive_names().filter(|_| self.schema.is_open);
                let hint = near::hint(name, known);
                self.errors.add(pos, format!("unknown directive `@{name}`{hint}"));
                directive.node.arguments.iter().for_each(|(_, value)| self.unknown_value(value));
                continue;
            };
            if !shape.locations.contains(&location) {
                let place = place(location);
                self.errors.add(pos, format!("`@{name}` is not allowed on {place}"));
            }
            if !seen.insert(name) && !shape.is_repeatable {
                self.errors.add(pos, format!("`@{name}` is allowed only once per location"));
            }
            let what = format!("`@{name}`");
            self.check_arguments(&what, pos, &directive.node.arguments, &shape.arguments);
        }
    }
}

/// Describes a location for an error message.
fn place(location: DirectiveLocation) -> &'static str {
    match location {
        DirectiveLocation::Query => "a query",
        DirectiveLocation::Mutation => "a mutation",
        DirectiveLocation::Subscription => "a subscription",
        DirectiveLocation::Field => "a field",
        DirectiveLocation::FragmentDefinition => "a fragment",
        DirectiveLocation::FragmentSpread => "a fragment spread",
        DirectiveLocation::InlineFragment => "an inline fragment",
        DirectiveLocation::VariableDefinition => "a variable",
        _ => "this location",
    }
}
