//! Validation of whole operations: use of variables and fragments. Source: GraphQL, September 2025,
//! 5.5.1.4, 5.5.2.2 and 5.8.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{BaseType, ExecutableDocument, Type, VariableDefinition};
use async_graphql::{Name, Positioned, Value};

use super::walk::{Usage, Usages, Use};
use super::{Errors, near};
use crate::graphql::schema::{Schema, innermost};

/// Validates variables and fragments of all operations.
pub(super) fn check(
    schema: &Schema,
    document: &ExecutableDocument,
    scopes: &Usages<'_>,
    errors: &mut Errors,
) {
    let mut reached = HashSet::new();
    for (name, operation, own) in &scopes.operations {
        let fragments = reachable(scopes, own);
        let inside = fragments.iter().filter_map(|name| scopes.fragments.get(name));
        let of = name.map_or_else(String::new, |name| format!(" in `{name}`"));
        let uses = own.uses.iter().chain(inside.flat_map(|scope| &scope.uses));
        variables(schema, &operation.node.variable_definitions, uses, &of, errors);
        reached.extend(fragments);
    }
    for (name, fragment) in &document.fragments {
        if !reached.contains(name) && !errors.is_full() {
            let message = format!("the fragment `{name}` is never used: remove it");
            errors.add(fragment.pos, message);
        }
    }
}

/// Returns the fragments reachable from an operation or fragment.
fn reachable<'a>(scopes: &Usages<'a>, own: &Usage<'a>) -> HashSet<&'a Name> {
    let (mut reached, mut rest) = (HashSet::new(), own.spreads.clone());
    while let Some(name) = rest.pop() {
        if let Some(scope) = scopes.fragments.get(name)
            && reached.insert(name)
        {
            rest.extend(&scope.spreads);
        }
    }
    reached
}

fn variables<'a>(
    schema: &Schema,
    definitions: &'a [Positioned<VariableDefinition>],
    uses: impl Iterator<Item = &'a Use<'a>>,
    of: &str,
    errors: &mut Errors,
) {
    let mut declared = HashMap::new();
    for variable in definitions {
        let name = &variable.node.name.node;
        if declared.insert(name, &variable.node).is_some() {
            errors.add(variable.pos, format!("the variable `${name}` is declared twice"));
        }
    }
    let mut read = HashSet::new();
    for usage in uses {
        let Some(variable) = declared.get(usage.name) else {
            let hint = near::hint(usage.name, declared.keys().map(|name| name.as_str()));
            let message = format!("the variable `${}` is not declared{of}{hint}", usage.name);
            errors.add(usage.pos, message);
            continue;
        };
        read.insert(usage.name);
        if let Some(message) = misplaced(schema, variable, usage) {
            errors.add(usage.pos, message);
        }
    }
    for variable in definitions.iter().filter(|variable| !read.contains(&variable.node.name.node)) {
        let name = &variable.node.name.node;
        errors.add(variable.pos, format!("the variable `${name}` is never used{of}"));
    }
}

/// Returns the error for a variable whose type does not fit its position. Source: GraphQL, 5.8.5.
fn misplaced(schema: &Schema, variable: &VariableDefinition, usage: &Use<'_>) -> Option<String> {
    let (given, wanted) = (&variable.var_type.node, usage.wanted?);
    // The unknown type has been reported.
    if !schema.is_input(innermost(given)) {
        return None;
    }
    let name = usage.name;
    if usage.is_one_of && given.nullable {
        return Some(format!(
            "the variable `${name}` must not be null here; declare it as `{given}!`"
        ));
    }
    let default = variable.default_value.as_ref().map(|default| &default.node);
    let has_default = default.is_some_and(|default| *default != Value::Null) || usage.has_default;
    let fits = if given.nullable && !wanted.nullable {
        has_default && is_within(&given.base, &wanted.base)
    } else {
        fits(given, wanted)
    };
    (!fits).then(|| {
        format!("the variable `${name}` of type `{given}` is used where `{wanted}` is expected")
    })
}

fn fits(given: &Type, wanted: &Type) -> bool {
    (wanted.nullable || !given.nullable) && is_within(&given.base, &wanted.base)
}

fn is_within(given: &BaseType, wanted: &BaseType) -> bool {
    match (given, wanted) {
        (BaseType::Named(given), BaseType::Named(wanted)) => given == wanted,
        (BaseType::List(given), BaseType::List(wanted)) => fits(given, wanted),
        _ => false,
    }
}
