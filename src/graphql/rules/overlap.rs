//! Overlapping fields: fields of one response key must be equal and of one shape. Source: GraphQL, September 2025,
//! 5.3.2; the method is that of Simon Adameit's "GraphQL Overlapping Fields Can Be Merged fast".
//!
//! Fields of one response key form a group. Each is checked against the first; then their selections are merged and
//! checked in turn. Pairwise comparison would take quadratic time. Objects of different types can still combine in many
//! ways, so steps are limited.

use std::collections::HashSet;

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, Selection, SelectionSet, Type,
};

use super::Errors;
use crate::graphql::error::ApiError;
use crate::graphql::schema::{FieldShape, Schema, innermost, narrowed};

/// Maximum number of selections visited.
const STEPS: usize = 50_000;

/// Selected field with its parent type.
#[derive(Clone, Copy)]
struct Chosen<'a> {
    on: &'a str,
    field: &'a Positioned<Field>,
    shape: &'a FieldShape,
}

/// Selection with its parent type.
type Set<'a> = (&'a str, &'a SelectionSet);

/// Requirement on fields of one response key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Rule {
    /// Equal shape, for any parent types.
    Shape,
    /// Equal name and arguments, where the parents may be one object.
    Meaning,
}

struct Overlap<'a, 'e> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    errors: &'e mut Errors,
    passed: HashSet<(Rule, Vec<usize>)>,
    left: usize,
}

/// Validates all operations.
///
/// # Errors
/// `LIMIT_EXCEEDED` if the fragments of the document combine in too many ways.
pub(super) fn check(
    schema: &Schema,
    document: &ExecutableDocument,
    errors: &mut Errors,
) -> Result<(), ApiError> {
    let mut overlap = Overlap { schema, document, errors, passed: HashSet::new(), left: STEPS };
    for (_, operation) in document.operations.iter() {
        let Some(root) = schema.root(operation.node.ty) else { continue };
        for rule in [Rule::Shape, Rule::Meaning] {
            let done = overlap.check(rule, &[(root, &operation.node.selection_set.node)]);
            let message = format!(
                "the fragments of the query combine in more than {STEPS} ways: select the same fields of each type, or split the request"
            );
            done.ok_or_else(|| ApiError::limit(message))?;
        }
    }
    Ok(())
}

impl<'a> Overlap<'a, '_> {
    /// Checks merged selections; `None` if the step limit is exceeded.
    fn check(&mut self, rule: Rule, sets: &[Set<'a>]) -> Option<()> {
        let mut key: Vec<usize> =
            sets.iter().map(|(_, set)| std::ptr::from_ref(*set).addr()).collect();
        key.sort_unstable();
        key.dedup();
        if sets.is_empty() || self.errors.is_full() || !self.passed.insert((rule, key)) {
            return Some(());
        }
        let mut groups = IndexMap::new();
        let mut fragments = HashSet::new();
        let mut seen = HashSet::new();
        for (on, set) in sets.iter().filter(|(_, set)| seen.insert(std::ptr::from_ref(*set))) {
            self.collect(on, set, &mut fragments, &mut groups)?;
        }
        for group in groups.values() {
            match rule {
                Rule::Shape => self.one(rule, group)?,
                Rule::Meaning => {
                    for part in self.of_one_object(group)? {
                        self.one(rule, &part)?;
                    }
                }
            }
        }
        Some(())
    }

    /// Checks the fields of one response key, and their selections.
    fn one(&mut self, rule: Rule, group: &[Chosen<'a>]) -> Option<()> {
        self.left = self.left.checked_sub(group.len())?;
        let Some((first, others)) = group.split_first() else { return Some(()) };
        for other in others {
            let message = match rule {
                Rule::Shape => self.other_shape(first, other),
                Rule::Meaning => other_meaning(first, other),
            };
            if let Some(message) = message {
                self.errors.add(other.field.pos, message);
                return Some(());
            }
        }
        let sets: Vec<Set<'a>> = group
            .iter()
            .map(|chosen| (innermost(&chosen.shape.ty), &chosen.field.node.selection_set.node))
            .filter(|(_, set)| !set.items.is_empty())
            .collect();
        self.check(rule, &sets)
    }

    /// Groups the fields of a selection by response key, with each fragment expanded once.
    fn collect(
        &mut self,
        on: &'a str,
        set: &'a SelectionSet,
        fragments: &mut HashSet<&'a Name>,
        groups: &mut IndexMap<&'a str, Vec<Chosen<'a>>>,
    ) -> Option<()> {
        for item in &set.items {
            self.left = self.left.checked_sub(1)?;
            match &item.node {
                Selection::Field(field) => {
                    let schema = self.schema;
                    if let Some(shape) = schema.field(on, &field.node.name.node) {
                        let key = field.node.response_key().node.as_str();
                        groups.entry(key).or_default().push(Chosen { on, field, shape });
                    }
                }
                Selection::InlineFragment(inline) => {
                    let on = narrowed(on, &inline.node);
                    self.collect(on, &inline.node.selection_set.node, fragments, groups)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some(fragment) = self.document.fragments.get(name) else { continue };
                    if fragments.insert(name) {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.collect(on, &fragment.node.selection_set.node, fragments, groups)?;
                    }
                }
            }
        }
        Some(())
    }

    /// Splits a group by parent object: the fields of each object, with those of interfaces.
    fn of_one_object(&mut self, group: &[Chosen<'a>]) -> Option<Vec<Vec<Chosen<'a>>>> {
        let mut open = Vec::new();
        let mut objects: IndexMap<&str, Vec<Chosen<'a>>> = IndexMap::new();
        for chosen in group {
            if self.schema.is_object(chosen.on) {
                objects.entry(chosen.on).or_default().push(*chosen);
            } else {
                open.push(*chosen);
            }
        }
        if objects.is_empty() {
            return Some(vec![open]);
        }
        self.left = self.left.checked_sub(objects.len() * open.len())?;
        let with_open = |mut part: Vec<Chosen<'a>>| {
            part.extend(&open);
            part
        };
        Some(objects.into_values().map(with_open).collect())
    }

    fn other_shape(&self, first: &Chosen<'_>, other: &Chosen<'_>) -> Option<String> {
        (!self.is_one_shape(&first.shape.ty, &other.shape.ty)).then(|| {
            format!(
                "`{}` is a `{}` of `{}` and a `{}` of `{}`: give one of them another alias",
                other.field.node.response_key().node,
                first.shape.ty,
                first.on,
                other.shape.ty,
                other.on
            )
        })
    }

    fn is_one_shape(&self, one: &Type, other: &Type) -> bool {
        one.nullable == other.nullable
            && match (&one.base, &other.base) {
                (BaseType::List(one), BaseType::List(other)) => self.is_one_shape(one, other),
                (BaseType::Named(one), BaseType::Named(other)) => {
                    let is_leaf = |name: &str| self.schema.composite(name).is_none();
                    one == other || !(is_leaf(one) || is_leaf(other))
                }
                _ => false,
            }
    }
}

fn other_meaning(first: &Chosen<'_>, other: &Chosen<'_>) -> Option<String> {
    let (one, two) = (&first.field.node, &other.field.node);
    let key = &two.response_key().node;
    if one.name.node != two.name.node {
        return Some(format!(
            "`{key}` is both `{}` and `{}`: give one of them another alias",
            one.name.node, two.name.node
        ));
    }
    (!std::ptr::eq(one, two) && !has_same_arguments(one, two)).then(|| {
        format!("`{key}` is selected twice with different arguments: give one of them an alias")
    })
}

fn has_same_arguments(one: &Field, two: &Field) -> bool {
    let given = |name: &Name| {
        let mut arguments = two.arguments.iter();
        arguments.find(|(other, _)| other.node == *name).map(|(_, value)| &value.node)
    };
    one.arguments.len() == two.arguments.len()
        && one.arguments.iter().all(|(name, value)| given(&name.node) == Some(&value.node))
}
