//! Documents that have been read: each text is parsed and held against the limits once.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError};

use super::MAX_RECURSION;
use super::gate::{self, InputTypes};
use super::limit::Limits;
use super::prepared::Refused;
use super::shelf::{Bound, Shelf, Tally};

/// Bytes that a token takes once it is parsed: the shortest document of so many tokens is a list of fields.
const PARSED: usize = size_of::<Positioned<Selection>>();

/// A document that has passed.
pub(super) struct Document {
    /// Its text.
    pub(super) text: Arc<str>,
    pub(super) parsed: ExecutableDocument,
    /// Whether the schema has found it valid, and would each time.
    is_valid: AtomicBool,
    /// Whether it may be valid once and not the next time, since variables or the choice of an operation have a say.
    varies: bool,
    /// Whether each of its fields has a place of its own in the answer; found when it is first executed.
    is_apart: OnceLock<bool>,
    /// How long executions of it take, in microseconds; 0 before the first.
    took: AtomicU64,
}

impl Document {
    fn new(text: &str, parsed: ExecutableDocument) -> Self {
        let operations = || parsed.operations.iter().map(|(_, operation)| &operation.node);
        let varies = operations().count() > 1
            || operations().any(|operation| !operation.variable_definitions.is_empty());
        let is_valid = AtomicBool::new(false);
        Self {
            text: text.into(),
            parsed,
            is_valid,
            varies,
            is_apart: OnceLock::new(),
            took: AtomicU64::new(0),
        }
    }

    /// A copy for one request, with names of its own. Names are counted pointers, and every field of an answer counts the
    /// one that it is called by: executions on two threads would wait for each other at each of them.
    pub(super) fn for_one_request(&self) -> ExecutableDocument {
        let mut copy = self.parsed.clone();
        match &mut copy.operations {
            DocumentOperations::Single(only) => rename(&mut only.node.selection_set.node),
            DocumentOperations::Multiple(several) => {
                for operation in several.values_mut() {
                    rename(&mut operation.node.selection_set.node);
                }
            }
        }
        for fragment in copy.fragments.values_mut() {
            rename(&mut fragment.node.selection_set.node);
        }
        copy
    }

    /// Whether each of its fields has a place of its own in the answer: what is found there needs nothing added later.
    pub(super) fn keeps_apart(&self) -> bool {
        *self.is_apart.get_or_init(|| {
            let scopes = Scopes(&self.parsed.fragments);
            let mut operations = self.parsed.operations.iter();
            operations.all(|(_, operation)| scopes.are_apart(&operation.node.selection_set.node, 0))
        })
    }

    /// How long an execution will take, in microseconds: as long as those before, or what an estimate says; where variables
    /// have a say, the longer of both.
    pub(super) fn estimate(&self, estimate: impl FnOnce() -> u64) -> u64 {
        match self.took.load(Ordering::Relaxed) {
            0 => estimate(),
            took if self.varies => took.max(estimate()),
            took => took,
        }
    }

    /// Takes note of how long an execution took. Of two at once one may be lost.
    pub(super) fn took(&self, took: u64) {
        let before = self.took.load(Ordering::Relaxed);
        let mean = if before == 0 { took } else { before / 4 * 3 + took / 4 };
        self.took.store(mean.max(1), Ordering::Relaxed);
    }

    /// Whether the schema need not check it again.
    pub(super) fn is_valid(&self) -> bool {
        self.is_valid.load(Ordering::Relaxed)
    }

    /// Says that the schema has found it valid.
    pub(super) fn was_valid(&self) {
        if !self.varies {
            self.is_valid.store(true, Ordering::Relaxed);
        }
    }
}

/// Gives the fields of a selection names of their own, as deep as brackets are nested, which the text has been checked for.
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

/// Selections with their fragments written out. What is deeper than the schema goes is not followed: the gate counts what
/// stands in fragments, but not the way through them.
struct Scopes<'a>(&'a HashMap<Name, Positioned<FragmentDefinition>>);

impl<'a> Scopes<'a> {
    /// Whether no two fields of a selection, nor of one inside, go by the same name.
    fn are_apart(&self, set: &'a SelectionSet, depth: usize) -> bool {
        self.add(set, depth, &mut HashSet::new())
    }

    /// Adds the names of a selection, as long as there are no two of one.
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

/// The documents that have passed, by their text. Clones are the same.
#[derive(Clone)]
pub(super) struct Documents {
    limits: Limits,
    types: InputTypes,
    known: Arc<Mutex<Shelf<Arc<str>, Arc<Document>>>>,
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Documents").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Documents {
    pub(super) fn new(limits: Limits, types: InputTypes, bound: Bound) -> Self {
        Self { limits, types, known: Arc::new(Mutex::new(Shelf::new(bound))) }
    }

    /// How the documents that are kept are used.
    pub(super) fn tally(&self) -> Tally {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).tally()
    }

    /// The document of a text.
    ///
    /// # Errors
    /// [`Refused`] for what exceeds a limit, cannot be parsed, or has variables of no type.
    pub(super) fn read(&self, text: &str) -> Result<Arc<Document>, Refused> {
        // What a panic left behind is a shelf all the same.
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = known().get(text) {
            return Ok(document);
        }
        let tokens = gate::before_parsing(text, &self.limits)?;
        let parsed = parse_query(text).map_err(ServerError::from)?;
        gate::after_parsing(&parsed, &self.limits)?;
        self.types.check(&parsed)?;
        let document = Arc::new(Document::new(text, parsed));
        let (name, bytes) = (Arc::clone(&document.text), text.len() + tokens * PARSED);
        known().put(name, Arc::clone(&document), bytes);
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_valid_is_valid_until_variables_or_a_choice_have_a_say() {
        for (text, stays) in [
            ("{ a }", true),
            ("query A { a }", true),
            ("query A { a ...F } fragment F on Query { b }", true),
            ("query A($x: Int) { a(x: $x) }", false),
            ("query ($x: Int) { a(x: $x) }", false),
            ("query A { a } query B { b }", false),
        ] {
            let document = Document::new(text, parse_query(text).unwrap());
            assert!(!document.is_valid(), "{text}");
            document.was_valid();
            assert_eq!(document.is_valid(), stays, "{text}");
        }
    }

    #[test]
    fn fields_are_apart_until_two_lead_to_one_place() {
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
            let document = Document::new(text, parse_query(text).unwrap());
            assert_eq!(document.keeps_apart(), apart, "{text}");
        }
    }

    #[test]
    fn no_way_through_fragments_is_followed_for_ever() {
        // Two ways at each of thirty forks, and a field of another name nowhere: all that ends this is the depth.
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
        let document = Document::new(&text, parse_query(&text).unwrap());
        assert!(!document.keeps_apart());
        let text = format!("{{ ...c0 }} {}", chain("c", 10, false));
        assert!(Document::new(&text, parse_query(&text).unwrap()).keeps_apart());
    }
}
