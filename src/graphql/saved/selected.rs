//! Response fields of a query, with its fragments expanded.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationType, Selection, SelectionSet, Type,
};
use async_graphql_value::Value;

use super::defect::Defect;
use crate::graphql::schema::{FieldShape, Schema, innermost, narrowed};

/// Maximum nesting of fragments and fields; bounds fragments that spread themselves.
const DEPTH: usize = 32;

/// Response field, merged from all its selections.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) arguments: Vec<(String, Value)>,
    pub(super) description: String,
    pub(super) children: Vec<Selected>,
}

/// Returns the response fields of a query.
///
/// # Errors
/// A [`Defect`] if a field or fragment is unknown, or fields nest too deeply.
pub(super) fn selected(
    schema: &Schema,
    document: &ExecutableDocument,
    selection: &SelectionSet,
) -> Result<Vec<Selected>, Defect> {
    let mut fields = Vec::new();
    let root = schema.root(OperationType::Query).unwrap_or_default();
    Collector { schema, document }.collect(root, selection, DEPTH, &mut fields)?;
    Ok(fields)
}

struct Collector<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
}

impl Collector<'_> {
    fn collect(
        &self,
        on: &str,
        set: &SelectionSet,
        depth: usize,
        into: &mut Vec<Selected>,
    ) -> Result<(), Defect> {
        let depth = depth.checked_sub(1).ok_or(Defect::TooDeep)?;
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = field.node.name.node.as_str();
                    let unknown =
                        || Defect::UnknownField { on: on.to_owned(), field: name.to_owned() };
                    let shape = self.schema.field(on, name).ok_or_else(unknown)?;
                    let selected = merged(into, &field.node, shape);
                    let children = &field.node.selection_set.node;
                    self.collect(innermost(&shape.ty), children, depth, &mut selected.children)?;
                }
                Selection::InlineFragment(fragment) => {
                    let on = narrowed(on, &fragment.node);
                    self.collect(on, &fragment.node.selection_set.node, depth, into)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let unknown = || Defect::UnknownFragment(name.to_string());
                    let fragment = &self.document.fragments.get(name).ok_or_else(unknown)?.node;
                    let on = fragment.type_condition.node.on.node.as_str();
                    self.collect(on, &fragment.selection_set.node, depth, into)?;
                }
            }
        }
        Ok(())
    }
}

/// Returns the field of a response key; adds it if it is new.
fn merged<'a>(into: &'a mut Vec<Selected>, field: &Field, shape: &FieldShape) -> &'a mut Selected {
    let key = field.response_key().node.as_str();
    let at = into.iter().position(|field| field.key == key).unwrap_or_else(|| {
        let arguments = field.arguments.iter();
        into.push(Selected {
            key: key.to_owned(),
            name: field.name.node.to_string(),
            ty: shape.ty.clone(),
            arguments: arguments
                .map(|(name, value)| (name.node.to_string(), value.node.clone()))
                .collect(),
            description: shape.description.clone().unwrap_or_default(),
            children: Vec::new(),
        });
        into.len() - 1
    });
    // `at` was found, or pushed, in this very list.
    #[expect(clippy::indexing_slicing, reason = "the position was found in this list")]
    &mut into[at]
}
