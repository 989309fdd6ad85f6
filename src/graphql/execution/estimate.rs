//! Estimates the execution time of an operation from its document.
//!
//! The estimate orders executions and separates large ones from small ones. The cost, not the estimate, decides which
//! requests are allowed.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};

use crate::graphql::MAX_RECURSION;
use crate::model::page::{DEFAULT_PAGE, MAX_PAGE};

/// Estimated microseconds per field, filter condition, text search and scan of a whole list. Rough, and on the high side.
const FIELD: u64 = 1;
const CONDITION: u64 = 5;
const TEXT: u64 = 500;
const SCAN: u64 = 2_000;

/// Fields that scan a whole list.
const SCANS: [&str; 6] = ["totals", "groups", "flows", "timeline", "engagement", "engagements"];

/// Estimates the execution time of an operation, in microseconds.
pub(in crate::graphql) fn estimate(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> u64 {
    let known = variables.iter().map(|(name, value)| {
        let page = if let Value::Number(number) = value { number.as_u64() } else { None };
        (name, Known { page, conditions: conditions(value) })
    });
    let estimate = Estimate { fragments: &document.fragments, variables: known.collect() };
    estimate.set(&operation.selection_set.node, 0)
}

struct Estimate<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    variables: HashMap<&'a Name, Known>,
}

/// Effect of a variable when used as an argument.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// Page size, if the variable is a number.
    page: Option<u64>,
    /// Estimated microseconds of its conditions.
    conditions: u64,
}

impl Estimate<'_> {
    fn set(&self, set: &SelectionSet, depth: usize) -> u64 {
        if depth > MAX_RECURSION {
            return 0;
        }
        let items = set.items.iter().map(|item| match &item.node {
            Selection::Field(field) => self.field(&field.node, depth),
            Selection::InlineFragment(inline) => {
                self.set(&inline.node.selection_set.node, depth + 1)
            }
            Selection::FragmentSpread(spread) => {
                let fragment = self.fragments.get(&spread.node.fragment_name.node);
                fragment.map_or(0, |f| self.set(&f.node.selection_set.node, depth + 1))
            }
        });
        items.fold(0, u64::saturating_add)
    }

    fn field(&self, field: &Field, depth: usize) -> u64 {
        let set = &field.selection_set.node;
        let is_scan = SCANS.contains(&field.name.node.as_str());
        let is_list = field.arguments.iter().any(|(name, _)| is_page(&name.node))
            || set.items.iter().any(|item| is_items(&item.node));
        let mut page = DEFAULT_PAGE as u64;
        let mut own = FIELD + if is_scan { SCAN } else { 0 };
        for (name, value) in &field.arguments {
            let mut known = Known::default();
            let literal = value.node.clone().into_const_with(|name| {
                known = self.variables.get(&name).copied().unwrap_or_default();
                own = own.saturating_add(known.conditions);
                Ok::<_, std::convert::Infallible>(Value::Null)
            });
            let Ok(literal) = literal;
            own = own.saturating_add(conditions(&literal));
            if is_page(&name.node) {
                let number = if let Value::Number(n) = literal { n.as_u64() } else { known.page };
                page = number.unwrap_or(page);
            }
        }
        let items = if is_list { page.clamp(1, MAX_PAGE as u64) } else { 1 };
        own.saturating_add(self.set(set, depth + 1).saturating_mul(items))
    }
}

/// Estimates the conditions of an argument, in microseconds.
fn conditions(value: &Value) -> u64 {
    match value {
        Value::List(items) => items.iter().map(conditions).sum(),
        Value::Object(fields) => fields.iter().map(|(name, v)| named(name) + conditions(v)).sum(),
        Value::Null => 0,
        _ => CONDITION,
    }
}

fn named(name: &Name) -> u64 {
    if name == "text" { TEXT } else { 0 }
}

fn is_page(name: &Name) -> bool {
    matches!(name.as_str(), "first" | "last")
}

fn is_items(selection: &Selection) -> bool {
    matches!(selection, Selection::Field(f) if matches!(f.node.name.node.as_str(), "nodes" | "edges"))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::json;

    use super::*;

    fn of(query: &str, variables: serde_json::Value) -> u64 {
        let document = parse_query(query).unwrap();
        let variables = Variables::from_json(variables);
        document.operations.iter().map(|(_, op)| estimate(&document, &op.node, &variables)).sum()
    }

    #[test]
    fn larger_queries_have_larger_estimates() {
        let small = of("{ country(code: \"ML\") { label } }", json!({}));
        let page = of("{ programmes(first: 10) { nodes { label } } }", json!({}));
        let usual = of("{ programmes { nodes { label } } }", json!({}));
        let nested = of(
            "{ agencies(first: 1000) { nodes { programmes(first: 1) { totalCount } } } }",
            json!({}),
        );
        assert!(small < page && page < usual && usual < nested, "{small} {page} {usual} {nested}");
        let estimated = |n| {
            of("query($n: Int) { programmes(first: $n) { nodes { label } } }", json!({ "n": n }))
        };
        assert!(estimated(10) < estimated(500));
        let filter = |f| {
            of(
                "query($f: ProgrammeFilter) { programmes(filter: $f) { totalCount } }",
                json!({ "f": f }),
            )
        };
        assert!(
            filter(json!({ "year": [2020] }))
                < filter(json!({ "or": [{ "year": [2019] }, { "text": "water" }] }))
        );
    }

    #[test]
    fn recursive_fragments_terminate() {
        assert!(of("{ ...a } fragment a on Query { ...a }", json!({})) < 10);
    }
}
