//! Document cache: each query text is parsed and validated once.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition,
    OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned, ServerError, Variables};
use async_graphql_value::Value;

use super::json::UNWRITTEN;
use crate::graphql::MAX_RECURSION;
use crate::graphql::cache::{Cache, CacheLimit, CacheStats};
use crate::graphql::error::ApiError;
use crate::graphql::limit::Limits;
use crate::graphql::rejected::Rejected;
use crate::graphql::rules::{Invalid, Rules};
use crate::graphql::{prevalidation, syntax};

/// Upper bound of the parsed bytes per token: the densest document is a list of fields.
const BYTES_PER_TOKEN: usize = size_of::<Positioned<Selection>>();

/// Parsed and validated document.
pub(in crate::graphql) struct ParsedDocument {
    /// Text of the document.
    pub(in crate::graphql) text: Arc<str>,
    pub(in crate::graphql) parsed: ExecutableDocument,
    /// True if the duration depends on variables or on the chosen operation.
    varies: bool,
    /// True if each field has a response path of its own; computed at the first execution.
    is_apart: OnceLock<bool>,
    /// Moving average of the execution time, in microseconds; 0 before the first execution.
    took: AtomicU64,
}

impl ParsedDocument {
    fn new(text: &str, parsed: ExecutableDocument) -> Self {
        let operations = || parsed.operations.iter().map(|(_, operation)| &operation.node);
        let varies = operations().count() > 1
            || operations().any(|operation| !operation.variable_definitions.is_empty());
        Self {
            text: text.into(),
            parsed,
            varies,
            is_apart: OnceLock::new(),
            took: AtomicU64::new(0),
        }
    }

    /// Returns the operation of a name, or the only one.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` if there is no such operation, or several and no name.
    pub(in crate::graphql) fn operation(
        &self,
        name: Option<&str>,
    ) -> Result<&Positioned<OperationDefinition>, ApiError> {
        let unknown =
            |name: &str| ApiError::input(format!("the query has no operation called `{name}`"));
        match (&self.parsed.operations, name) {
            (DocumentOperations::Single(only), None) => Ok(only),
            (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
            (DocumentOperations::Multiple(several), Some(name)) => {
                several.get(name).ok_or_else(|| unknown(name))
            }
            (DocumentOperations::Multiple(several), None) => {
                let mut operations = several.values();
                match (operations.next(), operations.next()) {
                    (Some(only), None) => Ok(only),
                    _ => Err(ApiError::input(
                        "the query has several operations; say which with `operationName`",
                    )),
                }
            }
        }
    }

    /// Copies one operation for one request, with names of its own. Drops arguments and input fields whose variables are
    /// absent, so that their defaults apply. Names are reference-counted, and each response field clones its name. Shared
    /// names would make executions on several threads contend for the counters.
    pub(super) fn for_one_request(
        &self,
        operation: &Positioned<OperationDefinition>,
        variables: &Variables,
    ) -> ExecutableDocument {
        let (mut only, mut fragments) = (operation.clone(), self.parsed.fragments.clone());
        let definitions = &operation.node.variable_definitions;
        let is_absent = |name: &Name| !variables.contains_key(name);
        let some_absent = definitions.iter().any(|variable| is_absent(&variable.node.name.node));
        let adapt = |set: &mut SelectionSet| {
            rename(set);
            fill(set);
            if some_absent {
                drop_absent(set, &is_absent);
            }
        };
        adapt(&mut only.node.selection_set.node);
        if only.node.ty == OperationType::Query {
            add_filling(&mut only.node.selection_set.node);
        }
        for fragment in fragments.values_mut() {
            adapt(&mut fragment.node.selection_set.node);
        }
        ExecutableDocument { operations: DocumentOperations::Single(only), fragments }
    }

    /// Returns true if each field has a response path of its own, so that no selections merge.
    pub(in crate::graphql) fn keeps_apart(&self) -> bool {
        *self.is_apart.get_or_init(|| {
            let scopes = FlattenedSelections(&self.parsed.fragments);
            let mut operations = self.parsed.operations.iter();
            operations.all(|(_, operation)| scopes.are_apart(&operation.node.selection_set.node, 0))
        })
    }

    /// Estimates the execution time, in microseconds: the moving average, or the estimate before the first execution. The
    /// larger of both if the time depends on variables.
    pub(in crate::graphql) fn estimate(&self, estimate: impl FnOnce() -> u64) -> u64 {
        match self.took.load(Ordering::Relaxed) {
            0 => estimate(),
            took if self.varies => took.max(estimate()),
            took => took,
        }
    }

    /// Updates the moving average, in microseconds. Concurrent updates may lose one value.
    pub(in crate::graphql) fn took(&self, took: u64) {
        let before = self.took.load(Ordering::Relaxed);
        let mean = if before == 0 { took } else { before / 4 * 3 + took / 4 };
        self.took.store(mean.max(1), Ordering::Relaxed);
    }
}

/// Replaces the names of fields by unshared copies. Recursion is bounded by the checked nesting of brackets.
fn rename(set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                let field = &mut field.node;
                for name in [Some(&mut field.name), field.alias.as_mut()].into_iter().flatten() {
                    name.node = Name::new(&name.node);
                }
                rename(&mut field.selection_set.node);
            }
            Selection::InlineFragment(fragment) => rename(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Adds a filler to selections that may turn out empty through `@skip`, `@include` or fragments: the library returns null
/// for an object without selected fields. The filler is never written to the response.
fn fill(set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                let set = &mut field.node.selection_set.node;
                fill(set);
                if !set.items.is_empty() {
                    add_filling(set);
                }
            }
            Selection::InlineFragment(inline) => fill(&mut inline.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Adds the filler, unless a field is selected unconditionally.
fn add_filling(set: &mut SelectionSet) {
    let is_certain = |item: &Positioned<Selection>| matches!(&item.node, Selection::Field(field) if field.node.directives.is_empty());
    if set.items.iter().any(is_certain) {
        return;
    }
    let field = Field {
        alias: Some(Positioned::new(Name::new(UNWRITTEN), Pos::default())),
        name: Positioned::new(Name::new("__typename"), Pos::default()),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    let field = Positioned::new(field, Pos::default());
    set.items.push(Positioned::new(Selection::Field(field), Pos::default()));
}

/// Drops arguments and input fields whose variables are absent. Source: GraphQL, September 2025, 6.4.1.
fn drop_absent(set: &mut SelectionSet, is_absent: &impl Fn(&Name) -> bool) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                drop_arguments(&mut field.node.arguments, is_absent);
                drop_in_directives(&mut field.node.directives, is_absent);
                drop_absent(&mut field.node.selection_set.node, is_absent);
            }
            Selection::InlineFragment(inline) => {
                drop_in_directives(&mut inline.node.directives, is_absent);
                drop_absent(&mut inline.node.selection_set.node, is_absent);
            }
            Selection::FragmentSpread(spread) => {
                drop_in_directives(&mut spread.node.directives, is_absent);
            }
        }
    }
}

fn drop_in_directives(
    directives: &mut [Positioned<Directive>],
    is_absent: &impl Fn(&Name) -> bool,
) {
    for directive in directives {
        drop_arguments(&mut directive.node.arguments, is_absent);
    }
}

fn drop_arguments(
    arguments: &mut Vec<(Positioned<Name>, Positioned<Value>)>,
    is_absent: &impl Fn(&Name) -> bool,
) {
    arguments.retain_mut(|(_, value)| keeps(&mut value.node, is_absent));
}

/// Returns false for an absent variable; drops absent fields inside the value. An absent list item becomes null.
fn keeps(value: &mut Value, is_absent: &impl Fn(&Name) -> bool) -> bool {
    match value {
        Value::Variable(name) => return !is_absent(name),
        Value::Object(fields) => fields.retain(|_, value| keeps(value, is_absent)),
        Value::List(items) => {
            for item in items {
                if !keeps(item, is_absent) {
                    *item = Value::Null;
                }
            }
        }
        _ => {}
    }
    true
}

/// Selections with fragments expanded, up to `MAX_RECURSION`: pre-validation counts the contents of fragments, but not the
/// paths through them.
struct FlattenedSelections<'a>(&'a HashMap<Name, Positioned<FragmentDefinition>>);

impl<'a> FlattenedSelections<'a> {
    /// Returns true if no selection, nested ones included, contains two fields of one response key.
    fn are_apart(&self, set: &'a SelectionSet, depth: usize) -> bool {
        self.add(set, depth, &mut HashSet::new())
    }

    /// Adds the response keys of a selection; returns false at the first duplicate.
    fn add(&self, set: &'a SelectionSet, depth: usize, names: &mut HashSet<&'a Name>) -> bool {
        let inside = depth + 1;
        depth <= MAX_RECURSION
            && set.items.iter().all(|item| match &item.node {
                Selection::Field(field) => {
                    names.insert(&field.node.response_key().node)
                        && self.are_apart(&field.node.selection_set.node, inside)
                }
                Selection::InlineFragment(inline) => {
                    self.add(&inline.node.selection_set.node, inside, names)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.0.get(&spread.node.fragment_name.node);
                    fragment.is_none_or(|fragment| {
                        self.add(&fragment.node.selection_set.node, inside, names)
                    })
                }
            })
    }
}

/// Cache of valid documents, keyed by text. Clones share one cache.
#[derive(Clone)]
pub(in crate::graphql) struct Documents {
    limits: Limits,
    rules: Rules,
    known: Arc<Mutex<Cache<Arc<str>, Arc<ParsedDocument>>>>,
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Documents {
    pub(in crate::graphql) fn new(limits: Limits, rules: Rules, bound: CacheLimit) -> Self {
        Self { limits, rules, known: Arc::new(Mutex::new(Cache::new(bound))) }
    }

    /// Returns the validation rules.
    pub(in crate::graphql) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Returns the statistics of the cache.
    pub(in crate::graphql) fn tally(&self) -> CacheStats {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).tally()
    }

    /// Returns the document of a text, from the cache or by parsing and validating it.
    ///
    /// # Errors
    /// [`Rejected`] if the text exceeds a limit, does not parse, or breaks a validation rule of the specification.
    pub(in crate::graphql) fn read(&self, text: &str) -> Result<Arc<ParsedDocument>, Rejected> {
        // The cache stays consistent after a panic.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = known().get(text) {
            return Ok(document);
        }
        let tokens = prevalidation::before_parsing(text, &self.limits)?;
        let parsed = syntax::parse(text).map_err(ServerError::from)?;
        prevalidation::after_parsing(&parsed, &self.limits)?;
        self.rules.check(&parsed).map_err(|invalid| match invalid {
            Invalid::Broken(errors) => Rejected::from(errors),
            Invalid::TooMuch(error) => Rejected::from(error),
        })?;
        let document = Arc::new(ParsedDocument::new(text, parsed));
        let bytes = size_of::<ParsedDocument>() + text.len() + tokens * BYTES_PER_TOKEN;
        known().put(Arc::clone(&document.text), Arc::clone(&document), bytes);
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn fields_are_separate_unless_two_share_a_response_key() {
        for (text, apart) in [
            ("{ a { b c } d { b } }", true),
            ("{ a { ...F } d { ...F } } fragment F on T { b }", true),
            ("{ a { b ... on T { c ...F } } } fragment F on T { d }", true),
            ("{ a ...Nothing }", true),
            ("query A { a } query B { a }", true),
            ("{ a: b b: a }", true),
            ("{ a a }", false),
            ("{ a: b a: c }", false),
            ("{ b a: b ...F } fragment F on Query { a { c } }", false),
            ("{ a { ... on T { b } ... on U { b } } }", false),
            ("{ a { ...F b } } fragment F on T { b }", false),
            ("query A { a } query B { a { b b } }", false),
        ] {
            let document = ParsedDocument::new(text, parse_query(text).unwrap());
            assert_eq!(document.keeps_apart(), apart, "{text}");
        }
    }

    #[test]
    fn the_walk_through_fragments_is_bounded() {
        // Thirty forks with two branches and no duplicate field: only the depth limit ends the search.
        let chain = |from: &str, links: usize, twice: bool| -> String {
            let link = |at: usize| {
                let next = format!("...{from}{}", at + 1);
                let again = if twice { &next } else { "" };
                format!("fragment {from}{at} on Query {{ {next} {again} }} ")
            };
            (0..links).map(link).collect()
        };
        let end = "fragment b30 on Query { ...c0 } ";
        let text = format!("{{ ...b0 }} {}{end}{}", chain("b", 30, true), chain("c", 10, false));
        let document = ParsedDocument::new(&text, parse_query(&text).unwrap());
        assert!(!document.keeps_apart());
        let text = format!("{{ ...c0 }} {}", chain("c", 10, false));
        assert!(ParsedDocument::new(&text, parse_query(&text).unwrap()).keeps_apart());
    }
}
