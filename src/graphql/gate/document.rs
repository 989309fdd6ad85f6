//! The size of a document: what is written, and what it comes to once its fragments are written out.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use crate::graphql::error::ApiError;

/// What a document holds as it is written, each fragment once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) aliases: usize,
    pub(super) longest_alias: usize,
    pub(super) directives: usize,
    /// Directives at the place that has the most.
    pub(super) most_directives: usize,
}

impl Written {
    pub(super) fn of(document: &ExecutableDocument) -> Self {
        let mut written = Self::default();
        for operation in super::operations(document) {
            written.place(operation.directives.len());
            for variable in &operation.variable_definitions {
                written.place(variable.node.directives.len());
            }
            written.add(&operation.selection_set.node);
        }
        for fragment in document.fragments.values() {
            written.place(fragment.node.directives.len());
            written.add(&fragment.node.selection_set.node);
        }
        written
    }

    /// Counts the directives at one place.
    fn place(&mut self, directives: usize) {
        self.directives += directives;
        self.most_directives = self.most_directives.max(directives);
    }

    /// Recurses as deep as brackets are nested, which the text has been checked for.
    fn add(&mut self, set: &SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    if let Some(alias) = &field.node.alias {
                        self.aliases += 1;
                        self.longest_alias = self.longest_alias.max(alias.node.len());
                    }
                    self.place(field.node.directives.len());
                    self.add(&field.node.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    self.place(fragment.node.directives.len());
                    self.add(&fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    self.place(spread.node.directives.len());
                }
            }
        }
    }
}

/// What a selection comes to, fragments written out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Fields, all levels together.
    pub(super) fields: usize,
    /// Fields inside each other.
    pub(super) depth: usize,
    /// Fields of the first level.
    pub(super) width: usize,
    /// Fields, fragments and spreads inside each other: what a walk recurses through.
    pub(super) way: usize,
    /// Lists of the schema inside each other, wherever the schema is asked for.
    pub(super) introspection: usize,
    /// Questions for the whole schema.
    pub(super) schemas: usize,
    /// The same, if this is part of a question about the schema.
    lists: usize,
}

/// Fields of the schema's own types that list what has such lists again. Source: GraphQL, schema introspection.
const LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

impl Size {
    /// The fields of all operations together, the depth and width of the largest.
    pub(super) fn of(document: &ExecutableDocument) -> Result<Self, ApiError> {
        let mut sizes = Sizes { document, known: HashMap::new() };
        let mut whole = Self::default();
        for operation in super::operations(document) {
            let size = sizes.of(&operation.selection_set.node)?;
            whole.fields = whole.fields.saturating_add(size.fields);
            whole.depth = whole.depth.max(size.depth);
            whole.width = whole.width.max(size.width);
            whole.way = whole.way.max(size.way);
            whole.introspection = whole.introspection.max(size.introspection);
            whole.schemas = whole.schemas.max(size.schemas);
        }
        Ok(whole)
    }

    /// What stands beside each other.
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
            width: self.width.saturating_add(other.width),
            way: self.way.max(other.way),
            introspection: self.introspection.max(other.introspection),
            schemas: self.schemas.saturating_add(other.schemas),
            lists: self.lists.max(other.lists),
        }
    }

    /// A fragment around it.
    fn behind(self) -> Self {
        Self { way: self.way.saturating_add(1), ..self }
    }

    /// A field around it.
    fn inside(self, field: &str) -> Self {
        let asks_for_the_schema = field == "__schema" || field == "__type";
        Self {
            fields: self.fields.saturating_add(1),
            depth: self.depth.saturating_add(1),
            width: 1,
            way: self.way.saturating_add(1),
            introspection: if asks_for_the_schema {
                self.introspection.max(self.lists)
            } else {
                self.introspection
            },
            schemas: self.schemas.saturating_add(usize::from(field == "__schema")),
            lists: self.lists.saturating_add(usize::from(LISTS.contains(&field))),
        }
    }
}

/// The sizes of fragments, each found once; `None` while it is being found.
struct Sizes<'a> {
    document: &'a ExecutableDocument,
    known: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Sizes<'a> {
    fn of(&mut self, set: &'a SelectionSet) -> Result<Size, ApiError> {
        let mut whole = Size::default();
        for item in &set.items {
            whole = whole.beside(self.of_selection(&item.node)?);
        }
        Ok(whole)
    }

    fn of_selection(&mut self, selection: &'a Selection) -> Result<Size, ApiError> {
        match selection {
            Selection::Field(field) => {
                Ok(self.of(&field.node.selection_set.node)?.inside(&field.node.name.node))
            }
            Selection::InlineFragment(fragment) => {
                Ok(self.of(&fragment.node.selection_set.node)?.behind())
            }
            Selection::FragmentSpread(spread) => {
                let size = self.of_fragment(&spread.node.fragment_name.node)?;
                // A spread costs a step even where nothing is behind it: steps are what the checks after the gate take.
                Ok(Size { fields: size.fields.max(1), ..size }.behind())
            }
        }
    }

    fn of_fragment(&mut self, name: &'a Name) -> Result<Size, ApiError> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let message = format!("the fragment `{name}` holds itself; take it out of itself");
                return Err(ApiError::input(message));
            }
            None => {}
        }
        // That there is none is for the validation to say.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.of(&fragment.node.selection_set.node)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}
