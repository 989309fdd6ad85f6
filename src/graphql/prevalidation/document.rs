//! Size of a parsed document, as written and with fragments expanded.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use crate::graphql::error::ApiError;

/// Counts over a document as written, each fragment once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WrittenSize {
    pub(super) aliases: usize,
    pub(super) longest_alias: usize,
    pub(super) directives: usize,
    /// Number of directives at the node that has the most.
    pub(super) most_directives: usize,
}

impl WrittenSize {
    pub(super) fn of(document: &ExecutableDocument) -> Self {
        let mut written = Self::default();
        for operation in super::operations(document) {
            written.count_directives(operation.directives.len());
            for variable in &operation.variable_definitions {
                written.count_directives(variable.node.directives.len());
            }
            written.add(&operation.selection_set.node);
        }
        for fragment in document.fragments.values() {
            written.count_directives(fragment.node.directives.len());
            written.add(&fragment.node.selection_set.node);
        }
        written
    }

    /// Counts the directives at one node.
    fn count_directives(&mut self, directives: usize) {
        self.directives += directives;
        self.most_directives = self.most_directives.max(directives);
    }

    /// Recursion is bounded by the nesting of brackets, which is checked on the text.
    fn add(&mut self, set: &SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    if let Some(alias) = &field.node.alias {
                        self.aliases += 1;
                        self.longest_alias = self.longest_alias.max(alias.node.len());
                    }
                    self.count_directives(field.node.directives.len());
                    self.add(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    self.count_directives(fragment.node.directives.len());
                    self.add(&fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    self.count_directives(spread.node.directives.len());
                }
            }
        }
    }
}

/// Size of a selection with fragments expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Number of fields on all levels.
    pub(super) fields: usize,
    /// Nesting depth of fields.
    pub(super) depth: usize,
    /// Number of fields on the first level.
    pub(super) width: usize,
    /// Nesting depth of fields, fragments and spreads: the recursion depth of a traversal.
    pub(super) recursion: usize,
    /// Maximum nesting depth of schema lists in `__schema` and `__type`.
    pub(super) introspection: usize,
    /// Number of `__schema` fields.
    pub(super) schemas: usize,
    /// Nesting depth of schema lists, in case this selection is part of an introspection query.
    lists: usize,
}

/// Introspection fields that list types with such lists again. Source: GraphQL, schema introspection.
const LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

impl Size {
    /// Adds the fields of all operations; takes the depth and width of the largest.
    pub(super) fn of(document: &ExecutableDocument) -> Result<Self, ApiError> {
        let mut sizes = FragmentSizes { document, known: HashMap::new() };
        let mut whole = Self::default();
        for operation in super::operations(document) {
            let size = sizes.of(&operation.selection_set.node)?;
            whole.fields = whole.fields.saturating_add(size.fields);
            whole.depth = whole.depth.max(size.depth);
            whole.width = whole.width.max(size.width);
            whole.recursion = whole.recursion.max(size.recursion);
            whole.introspection = whole.introspection.max(size.introspection);
            whole.schemas = whole.schemas.max(size.schemas);
        }
        Ok(whole)
    }

    /// Combines two sibling selections.
    fn with_sibling(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            width: self.width.saturating_add(other.width),
            recursion: self.recursion.max(other.recursion),
            introspection: self.introspection.max(other.introspection),
            schemas: self.schemas.saturating_add(other.schemas),
            lists: self.lists.max(other.lists),
        }
    }

    /// Wraps the selection in a fragment.
    fn in_fragment(self) -> Self {
        Self { recursion: self.recursion.saturating_add(1), ..self }
    }

    /// Wraps the selection in a field.
    fn in_field(self, field: &str) -> Self {
        let is_introspection = field == "__schema" || field == "__type";
        Self {
            fields: self.fields.saturating_add(1),
            depth: self.depth.saturating_add(1),
            width: 1,
            recursion: self.recursion.saturating_add(1),
            introspection: if is_introspection {
                self.introspection.max(self.lists)
            } else {
                self.introspection
            },
            schemas: self.schemas.saturating_add(usize::from(field == "__schema")),
            lists: self.lists.saturating_add(usize::from(LISTS.contains(&field))),
        }
    }
}

/// Sizes of fragments, each computed once; `None` while in progress.
struct FragmentSizes<'a> {
    document: &'a ExecutableDocument,
    known: HashMap<&'a Name, Option<Size>>,
}

impl<'a> FragmentSizes<'a> {
    fn of(&mut self, set: &'a SelectionSet) -> Result<Size, ApiError> {
        let mut whole = Size::default();
        for item in &set.items {
            whole = whole.with_sibling(self.of_selection(&item.node)?);
        }
        Ok(whole)
    }

    fn of_selection(&mut self, selection: &'a Selection) -> Result<Size, ApiError> {
        match selection {
            Selection::Field(field) => {
                Ok(self.of(&field.node.selection_set.node)?.in_field(&field.node.name.node))
            }
            Selection::InlineFragment(fragment) => {
                Ok(self.of(&fragment.node.selection_set.node)?.in_fragment())
            }
            Selection::FragmentSpread(spread) => {
                let size = self.of_fragment(&spread.node.fragment_name.node)?;
                // A spread counts as a field even if its fragment is empty: later checks take one step for it.
                Ok(Size { fields: size.fields.max(1), ..size }.in_fragment())
            }
        }
    }

    fn of_fragment(&mut self, name: &'a Name) -> Result<Size, ApiError> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let message = format!("fragment `{name}` contains itself: remove the cycle");
                return Err(ApiError::input(message));
            }
            None => {}
        }
        // Validation reports a missing fragment.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.of(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}
