//! Pre-validation of queries: rejects documents that would overflow a stack, keep validation busy for minutes, or select too
//! much.
//!
//! The parser of the library recurses on nested brackets without bound, and its validation expands every fragment spread
//! anew. Four kilobytes can crash the process, and one kilobyte can block it. Limits in the schema apply too late. Every
//! transport passes through here, since a [`super::Service`] accepts requests in no other way.

mod document;
mod text;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};

use super::error::ApiError;
use super::limit::{Exceeded, Limit, Limits};
use super::{MAX_DIRECTIVES, MAX_RECURSION};

/// Checks the text of a query before parsing. Returns the number of tokens.
///
/// # Errors
/// `LIMIT_EXCEEDED` for a text that is too long, too deeply nested, or has too many tokens.
pub(super) fn before_parsing(query: &str, limits: &Limits) -> Result<usize, ApiError> {
    Exceeded::check(Limit::Length, limits.length, query.len())?;
    let shape = text::TextShape::of(query);
    Exceeded::check(Limit::Nesting, limits.nesting, shape.nesting)?;
    Exceeded::check(Limit::Tokens, limits.tokens, shape.tokens)?;
    Ok(shape.tokens)
}

/// Checks a parsed document before validation.
///
/// # Errors
/// `LIMIT_EXCEEDED` for a document that selects too much; `BAD_USER_INPUT` for a fragment that contains itself.
pub(super) fn after_parsing(
    document: &ExecutableDocument,
    limits: &Limits,
) -> Result<(), ApiError> {
    let written = document::WrittenSize::of(document);
    Exceeded::check(Limit::Aliases, limits.aliases, written.aliases)?;
    Exceeded::check(Limit::AliasLength, limits.alias_length, written.longest_alias)?;
    Exceeded::check(Limit::Directives, limits.directives, written.directives)?;
    check_fixed("directives at one node", MAX_DIRECTIVES, written.most_directives)?;
    let size = document::Size::of(document)?;
    Exceeded::check(Limit::Fields, limits.fields, size.fields)?;
    Exceeded::check(Limit::RootFields, limits.root_fields, size.width)?;
    Exceeded::check(Limit::Depth, limits.depth, size.depth)?;
    Exceeded::check(Limit::Introspection, limits.introspection, size.introspection)?;
    Exceeded::check(Limit::Schemas, limits.schemas, size.schemas)?;
    check_fixed("levels of nested fields and fragments", MAX_RECURSION + 1, size.recursion)
}

/// Checks a fixed limit, far above ordinary use, that has no flag.
fn check_fixed(counted: &str, allowed: usize, found: usize) -> Result<(), ApiError> {
    if found <= allowed {
        return Ok(());
    }
    Err(ApiError::limit(format!(
        "{found} {counted}, above the limit of {allowed}: split the request"
    )))
}

/// Returns the operations in the order of the text, so that the first error is reported. The document stores them unordered.
fn operations(document: &ExecutableDocument) -> impl Iterator<Item = &OperationDefinition> {
    let mut operations: Vec<_> =
        document.operations.iter().map(|(_, operation)| operation).collect();
    operations.sort_unstable_by_key(|operation| operation.pos);
    operations.into_iter().map(|operation| &operation.node)
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    type Lower = fn(&mut Limits);

    fn rejected(query: &str, limits: &Limits) -> Option<Limit> {
        let before = before_parsing(query, limits);
        let passed = before.and_then(|_| after_parsing(&parse_query(query).unwrap(), limits));
        passed.err().map(|error| error.exceeded().expect("a limit").limit)
    }

    #[test]
    fn deep_nesting_never_reaches_the_parser() {
        let tower = format!("{{node(id:{})}}", "[".repeat(5_000));
        assert!(before_parsing(&tower, &Limits::default()).is_err());
        assert_eq!(rejected("{ programmes { nodes { id } } }", &Limits::default()), None);
    }

    #[test]
    fn exponential_fragments_are_counted_without_expansion() {
        let link = |at: usize| format!("fragment f{at} on Query {{ ...f{0} ...f{0} }} ", at + 1);
        let links: Vec<String> = (0..28).map(link).collect();
        let last = "fragment f28 on Query { __typename }";
        let bomb = format!("{{ ...f0 }} {}{last}", links.concat());
        assert_eq!(rejected(&bomb, &Limits::default()), Some(Limit::Fields));
        // The same document with an undefined fragment at the end.
        let hollow = bomb.replace("__typename", "...nothing");
        assert_eq!(rejected(&hollow, &Limits::default()), Some(Limit::Fields));
        let ordinary = "{ ...a ...a } fragment a on Query { b { c } }";
        assert_eq!(rejected(ordinary, &Limits::default()), None);
    }

    #[test]
    fn cyclic_fragments_are_named() {
        let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        let error = after_parsing(&parse_query(circle).unwrap(), &Limits::default()).unwrap_err();
        assert!(error.message().contains("`a`"), "{}", error.message());
    }

    #[test]
    fn introspection_does_not_multiply() {
        let circle = |turns: usize| {
            let inside = "fields { type { ".repeat(turns) + "name" + &" } }".repeat(turns);
            format!("{{ __schema {{ types {{ ...t }} }} }} fragment t on __Type {{ {inside} }}")
        };
        assert_eq!(rejected(&circle(2), &Limits::default()), None);
        assert_eq!(rejected(&circle(3), &Limits::default()), Some(Limit::Introspection));
        let often = |times: usize| {
            let introspection = (0..times).map(|at| format!("r{at}: __schema {{ ...s }} "));
            format!(
                "{{ {} }} fragment s on __Schema {{ description }}",
                introspection.collect::<String>()
            )
        };
        assert_eq!(rejected(&often(2), &Limits::default()), None);
        assert_eq!(rejected(&often(3), &Limits::default()), Some(Limit::Schemas));
        // Outside introspection these field names have no special meaning.
        let own = "{ fields { fields { fields { fields { a } } } } }";
        assert_eq!(rejected(own, &Limits::default()), None);
    }

    #[test]
    fn limits_are_inclusive() {
        let query = "{ x: a @skip(if: false) { b } ...f } fragment f on Query { c { d { e } } }";
        let exact = Limits {
            length: query.len(),
            tokens: 30,
            nesting: 3,
            aliases: 1,
            alias_length: 1,
            root_fields: 2,
            directives: 1,
            fields: 5,
            depth: 3,
            ..Limits::default()
        };
        assert_eq!(rejected(query, &exact), None);
        let less: [(Limit, Lower); 9] = [
            (Limit::Length, |limits| limits.length -= 1),
            (Limit::Tokens, |limits| limits.tokens -= 1),
            (Limit::Nesting, |limits| limits.nesting -= 1),
            (Limit::Aliases, |limits| limits.aliases -= 1),
            (Limit::AliasLength, |limits| limits.alias_length -= 1),
            (Limit::RootFields, |limits| limits.root_fields -= 1),
            (Limit::Directives, |limits| limits.directives -= 1),
            (Limit::Fields, |limits| limits.fields -= 1),
            (Limit::Depth, |limits| limits.depth -= 1),
        ];
        for (limit, lower) in less {
            let mut limits = exact;
            lower(&mut limits);
            assert_eq!(rejected(query, &limits), Some(limit));
        }
    }
}
