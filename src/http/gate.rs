//! What stands before the parser: documents that would overflow its stack, or keep its checks busy for minutes.
//!
//! The parser recurses on nested brackets without bound, and the checks after it walk every fragment spread anew; four
//! kilobytes end the process, one kilobyte hangs it. No limit on the schema comes early enough.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;

/// How deep brackets of all kinds may be nested.
const NESTING: usize = 64;

/// How many fields a document may have once its fragments are written out.
const FIELDS: usize = 5_000;

/// Refuses a text that the parser cannot stand.
pub(super) fn before_parsing(query: &str) -> Result<(), Refusal> {
    if nesting(query) > NESTING {
        let message = format!("brackets may be nested {NESTING} deep");
        return Err(Refusal::new(ErrorCode::LimitExceeded, message));
    }
    Ok(())
}

/// Refuses a document that is short because its fragments hold fragments that hold fragments.
pub(super) fn after_parsing(document: &ExecutableDocument) -> Result<(), Refusal> {
    let mut sizes = Sizes { document, known: HashMap::new() };
    let total = document
        .operations
        .iter()
        .map(|(_, operation)| sizes.of(&operation.node.selection_set.node))
        .fold(0, usize::saturating_add);
    if total > FIELDS {
        let message = format!("a request may select {FIELDS} fields, fragments written out");
        return Err(Refusal::new(ErrorCode::LimitExceeded, message));
    }
    Ok(())
}

/// How deep the brackets of a text are nested; those in strings and comments do not count.
fn nesting(text: &str) -> usize {
    let (mut deepest, mut depth) = (0_usize, 0_usize);
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = match byte {
            b'#' => skip_to(after, |rest| rest.starts_with(b"\n") || rest.starts_with(b"\r"), 1),
            b'"' if after.starts_with(b"\"\"") => skip_block(after.get(2..).unwrap_or_default()),
            b'"' => skip_string(after),
            b'{' | b'[' | b'(' => {
                depth += 1;
                deepest = deepest.max(depth);
                after
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                after
            }
            _ => after,
        };
    }
    deepest
}

/// What comes after the first place where `found` holds and `length` bytes of it.
fn skip_to(mut rest: &[u8], found: impl Fn(&[u8]) -> bool, length: usize) -> &[u8] {
    while !rest.is_empty() && !found(rest) {
        rest = rest.get(1..).unwrap_or_default();
    }
    rest.get(length..).unwrap_or_default()
}

fn skip_string(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest {
            [b'\\', _, after @ ..] | [_, after @ ..]
                if !matches!(rest, [b'"' | b'\n' | b'\r', ..]) =>
            {
                rest = after;
            }
            [_, after @ ..] => return after,
            [] => return rest,
        }
    }
}

fn skip_block(mut rest: &[u8]) -> &[u8] {
    loop {
        match rest {
            [b'"', b'"', b'"', after @ ..] => return after,
            [b'\\', b'"', b'"', b'"', after @ ..] | [_, after @ ..] => rest = after,
            [] => return rest,
        }
    }
}

/// The sizes of fragments, each counted once.
struct Sizes<'a> {
    document: &'a ExecutableDocument,
    known: HashMap<&'a Name, usize>,
}

impl<'a> Sizes<'a> {
    fn of(&mut self, set: &'a SelectionSet) -> usize {
        set.items.iter().map(|item| self.of_selection(&item.node)).fold(0, usize::saturating_add)
    }

    fn of_selection(&mut self, selection: &'a Selection) -> usize {
        match selection {
            Selection::Field(field) => self.of(&field.node.selection_set.node).saturating_add(1),
            Selection::InlineFragment(fragment) => self.of(&fragment.node.selection_set.node),
            Selection::FragmentSpread(spread) => self.of_fragment(&spread.node.fragment_name.node),
        }
    }

    fn of_fragment(&mut self, name: &'a Name) -> usize {
        if let Some(size) = self.known.get(name) {
            return *size;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return 1 };
        // A fragment that holds itself is as large as can be.
        self.known.insert(name, FIELDS + 1);
        let size = self.of(&fragment.node.selection_set.node).saturating_add(1);
        self.known.insert(name, size);
        size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn brackets_count_outside_strings_and_comments() {
        assert_eq!(nesting("{ a(b: [{c: 1}]) }"), 4);
        assert_eq!(
            nesting("{ a(b: \"[[[\\\"[[\", c: \"\"\"{{ \\\"\"\" {{\"\"\") # ((((\n { b } }"),
            2
        );
        assert_eq!(nesting("\"unclosed [[[["), 0);
        assert_eq!(nesting("}}}} {"), 1);
    }

    #[test]
    fn a_tower_of_brackets_never_reaches_the_parser() {
        let tower = format!("{{node(id:{})}}", "[".repeat(5_000));
        assert!(before_parsing(&tower).is_err());
        assert!(before_parsing("{ programmes { nodes { id } } }").is_ok());
    }

    #[test]
    fn a_bomb_of_fragments_is_counted_without_being_lit() {
        let link = |at: usize| format!("fragment f{at} on Query {{ ...f{0} ...f{0} }} ", at + 1);
        let links: Vec<String> = (0..28).map(link).collect();
        let last = "fragment f28 on Query { __typename }";
        let bomb = format!("{{ ...f0 }} {}{last}", links.concat());
        assert!(after_parsing(&parse_query(bomb).unwrap()).is_err());
        let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert!(after_parsing(&parse_query(circle).unwrap()).is_err());
        let honest = "{ ...a ...a } fragment a on Query { b { c } }";
        assert!(after_parsing(&parse_query(honest).unwrap()).is_ok());
    }
}
