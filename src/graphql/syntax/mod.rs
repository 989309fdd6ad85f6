//! Parser of GraphQL documents.
//!
//! The parser of the library reads no escapes beyond the basic multilingual plane (`\uD83D\uDE00`, `\u{1F600}`). It also
//! keeps the last of two equal input fields, and accepts a fragment called `on`. No later check can detect what it drops.
//! This parser therefore builds the document type of the library itself. Sources: GraphQL, June 2018 and September 2025, chapter 2 and appendix B.

mod lexer;
mod parser;
mod text;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Pos, ServerError};

/// Syntax error in a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse the query: {message}")]
pub struct SyntaxError {
    /// Position: line and column, both from 1.
    pub pos: Pos,
    /// Message, without the position.
    pub message: String,
}

impl SyntaxError {
    fn new(pos: Pos, message: impl Into<String>) -> Self {
        Self { pos, message: message.into() }
    }
}

impl From<SyntaxError> for ServerError {
    fn from(err: SyntaxError) -> Self {
        Self::new(err.to_string(), Some(err.pos))
    }
}

/// Parses a document. Recursion follows the nesting of brackets, up to 250.
///
/// # Errors
/// [`SyntaxError`] for input outside the grammar, and for duplicate operations, fragments and input fields, one of which
/// would be lost.
pub fn parse(text: &str) -> Result<ExecutableDocument, SyntaxError> {
    parser::Parser::new(text)?.document()
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::types::Selection;
    use async_graphql_value::Value;

    use super::*;

    fn argument(value: &str) -> Result<Value, SyntaxError> {
        let document = parse(&format!("{{ a(b: {value}) }}"))?;
        let (_, operation) = document.operations.iter().next().unwrap();
        let Selection::Field(field) = &operation.node.selection_set.node.items[0].node else {
            panic!("no field")
        };
        Ok(field.node.arguments[0].1.node.clone())
    }

    fn text(value: &str) -> String {
        match argument(value) {
            Ok(Value::String(text)) => text,
            other => panic!("{value}: {other:?}"),
        }
    }

    #[test]
    fn escapes_of_every_plane_are_decoded() {
        for (written, read) in [
            (r#""\uD83D\uDE00 mali""#, "😀 mali"),
            (r#""\u{1F600}\u{e9}\u{000041}""#, "😀éA"),
            (r#""\u00e9\t\n\r\b\f\/\\\"""#, "é\t\n\r\u{8}\u{c}/\\\""),
            (r#""😀""#, "😀"),
            (r#""""#, ""),
            (
                "\"\"\"\n    one\n      two \\\"\"\" \\u{41}\n\n  \"\"\"",
                "one\n  two \"\"\" \\u{41}",
            ),
            ("\"\"\"a\r\n  b\r  c\"\"\"", "a\nb\nc"),
            ("\"\"\"\"\"\"", ""),
        ] {
            assert_eq!(text(written), read, "{written}");
        }
    }

    #[test]
    fn escapes_of_non_characters_are_rejected() {
        for written in [
            r#""\uD83D""#,
            r#""\uDE00""#,
            r#""\uD83D\u0041""#,
            r#""\u{110000}""#,
            r#""\u{D83D}""#,
            r#""\u{}""#,
            r#""\u{12"#,
            r#""\u12""#,
            r#""\x""#,
            r#""\u{00000000000041}x"#,
            "\"a\nb\"",
            "\"open",
            "\"\"\"open",
        ] {
            assert!(argument(written).is_err(), "{written}");
        }
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for number in ["0", "-0", "12", "1.5", "-1e5", "1E+2", "1.0e-3", "9223372036854775808"] {
            assert!(matches!(argument(number), Ok(Value::Number(_))), "{number}");
        }
        for number in
            ["01", "-", "1.", ".5", "1e", "+1", "1a", "1.5.2", "0x1", "1e999", "--1", "1_0"]
        {
            assert!(argument(number).is_err(), "{number}");
        }
    }

    #[test]
    fn duplicate_keys_and_definitions_are_rejected() {
        for query in [
            "{ a(b: { c: 1, c: 2 }) }",
            "query A { a } query A { b }",
            "query A { a } subscription A { b }",
            "{ a } query A { b }",
            "{ a } { b }",
            "{ ...on } fragment on on Query { a }",
            "{ ...F } fragment F on Query { a } fragment F on Query { b }",
        ] {
            assert!(parse(query).is_err(), "{query}");
        }
    }

    #[test]
    fn the_grammar_is_enforced_strictly() {
        for query in [
            "",
            "#",
            "{",
            "{}",
            "{ a",
            "{ a } }",
            "query",
            "query A",
            "query A() { a }",
            "query ($a) { a }",
            "query ($a: [Int) { a }",
            "query ($a: Int!!) { a }",
            "query ($a: Int = $b) { a }",
            "query ($a: Int @x(y: $a)) { a }",
            "{ a() }",
            "{ a(b) }",
            "{ a(b:) }",
            "{ a { } }",
            "{ a: }",
            "{ a: b: c }",
            "{ ... }",
            "{ ... on }",
            "{ ... on T }",
            "{ ...F }}",
            "fragment F { a }",
            "fragment F on T",
            "{ a @ }",
            "{ a(b: $) }",
            "{ a(b: {c}) }",
            "type T { a: Int }",
            "schema { query: Q }",
            "{ a ? }",
            "{ a & b }",
            "query A { a } b",
            "{ a(true: true, b: [1 2) }",
            "{ ..a }",
            "extend type T { a: Int }",
            "\"lonely\"",
            "\"x\" { a }",
            "mutation { }",
        ] {
            assert!(parse(query).is_err(), "{query}");
        }
        for query in [
            "\u{feff}{ a }",
            "{ a,,, b # c\r\n}",
            "{ on: query fragment: on true null }",
            "query on { a }",
            "query ($on: [[Int!]!]! = [[1]] @x) @y { a @z }",
            "{ ... { a } ... @include(if: true) { b } ... on T @skip(if: $x) { c } ...F @d }",
            "{ ...F } fragment F on T @x { a }",
            "{ a(b: [], c: {}, d: [1, \"x\" E $v null true]) }",
            "\"what it is\" query A(\"why\" $a: Int) { a } \"\"\"more\"\"\" fragment F on T { a }",
        ] {
            assert!(parse(query).is_ok(), "{query}: {:?}", parse(query).err());
        }
    }

    #[test]
    fn places_are_lines_and_characters() {
        let err = parse("{\r\n  é ?\n}").unwrap_err();
        assert_eq!((err.pos.line, err.pos.column), (2, 3), "{err}");
        let err = parse("{ a(b: \"\\uD83D\\uDE00\") ? }").unwrap_err();
        assert_eq!((err.pos.line, err.pos.column), (1, 24), "{err}");
    }
}
