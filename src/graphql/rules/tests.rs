//! Tests of each rule with valid and invalid documents.

use std::fmt::Write as _;

use async_graphql::Variables;
use serde_json::{Value, json};

use super::*;
use crate::graphql::syntax;

const SDL: &str = "
    directive @often(n: Int) repeatable on FIELD
    directive @root on QUERY | VARIABLE_DEFINITION
    scalar Date
    enum Word { ONE TWO THREE }
    input Filter { and: [Filter!] word: [Word!] text: String year: Int! = 7 day: Date floats: [[Float]] }
    input Pick @oneOf { a: Int b: String }
    interface Named { name: String! friend: Named }
    type Cat implements Named { name: String! lives: Int! kind: Word child: Cat friend: Named toys: [String!]! }
    type Dog implements Named { name: String! lives: String kind: Word! child: Dog friend: Named toys: [String] }
    type Stone { weight: Float! }
    union Pet = Cat | Dog
    type Query {
        pets(filter: Filter, first: Int, order: Word! = ONE): [Pet!]!
        named(id: ID!): Named
        cat: Cat
        stone: Stone
        pick(by: Pick!): Int
        many(ids: [ID!]!, on: Boolean = true, ratio: Float): Int
    }
    type Subscription { news: Int more: Int }
    schema { query: Query subscription: Subscription }
";

fn rules() -> Rules {
    Rules::of(SDL, true)
}

/// Returns the errors of a document; empty for a valid one.
fn errors_of(query: &str) -> String {
    let document = match syntax::parse(query) {
        Ok(document) => document,
        Err(err) => return err.to_string(),
    };
    match rules().check(&document) {
        Ok(()) => String::new(),
        Err(Invalid::Broken(errors)) => errors.iter().fold(String::new(), |mut all, error| {
            let _ = writeln!(all, "{}", error.message);
            all
        }),
        Err(Invalid::TooMuch(error)) => error.message().to_owned(),
    }
}

#[test]
fn valid_documents_pass() {
    for query in [
        "{ __typename cat { __typename name lives } }",
        "{ __schema { types { name fields(includeDeprecated: true) { args { name } } } } __type(name: \"Cat\") { kind } }",
        "query Q($w: [Word!], $d: Date) @root { pets(filter: { word: $w, day: $d, and: [{ text: \"a\" }] }) { ... on Cat { lives } ...F } }
         fragment F on Dog { name toys }",
        "query ($o: Word, $f: Filter, $n: Int = 3) { pets(filter: $f, order: $o, first: $n) { ... on Named { name } } }",
        "{ pets(order: TWO, filter: { word: ONE, floats: [1, [2.5, null]] }) { __typename } }",
        "{ named(id: 7) { name ... on Cat { a: lives } ... on Dog { b: lives } } }",
        "{ named(id: \"x\") { ... on Cat { friend { name } } ... on Dog { friend { name } } } }",
        "query ($b: Boolean!, $i: ID!) { many(ids: [$i, 1]) @skip(if: $b) cat { name @often @often(n: 1) } }",
        "query ($a: Int!, $r: Float) { pick(by: { a: $a }) b: pick(by: { b: \"x\" }) many(ids: 1, ratio: $r) c: many(ids: [], ratio: 1) }",
        "subscription { news }",
        "subscription { ...S } fragment S on Subscription { news }",
        "query A { cat { ...F } } query B { cat { ...F } } fragment F on Cat { name }",
        "{ cat { name name name: name } cat { lives } }",
        "mutation { a }",
    ] {
        assert_eq!(errors_of(query), "", "{query}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn invalid_documents_are_rejected_with_help() {
    for (query, expected) in [
        // 5.2
        ("subscription { news more }", "one root field"),
        ("subscription { ...S } fragment S on Subscription { news more }", "one root field"),
        ("subscription { __typename }", "introspection field"),
        (
            "subscription ($b: Boolean!) { news @skip(if: $b) }",
            "`@skip` and `@include` are not allowed",
        ),
        // 5.3
        ("{ dog }", "`Query` has no field `dog`"),
        ("{ cats { name } }", "did you mean `cat`"),
        ("{ named(id: 1) { lives } }", "... on Cat { lives }"),
        ("{ pets { name } }", "... on Cat { name }"),
        ("{ cat }", "cat { name }"),
        ("{ cat { name { x } } }", "remove the selection"),
        ("{ cat { __typename { x } } }", "remove the selection"),
        ("{ cat { a: name a: lives } }", "a `String!` of `Cat` and a `Int!`"),
        ("{ cat { a: name a: kind } }", "another alias"),
        ("{ named(id: 1) { ... on Cat { a: lives } ... on Dog { a: name } } }", "another alias"),
        ("{ named(id: 1) { ... on Cat { toys } ... on Dog { toys } } }", "[String]"),
        (
            "{ named(id: 1) { ... on Cat { child { a: name } } ... on Dog { child { a: lives } } } }",
            "another alias",
        ),
        ("{ named(id: 1) { ... on Cat { a: kind } ... on Dog { a: kind } } }", "`Word!`"),
        ("{ a: named(id: 1) { name } a: named(id: 2) { name } }", "different arguments"),
        ("{ cat { ...F x: name } } fragment F on Cat { x: kind }", "another alias"),
        (
            "{ cat { ...F } } fragment F on Cat { child { x: name } ...G } fragment G on Cat { child { x: toys } }",
            "another alias",
        ),
        // 5.4
        ("{ cat(x: 1) { name } }", "`Query.cat` has no argument `x`"),
        ("{ pets(word: ONE) { __typename } }", "write `filter: { word: … }`"),
        ("{ pets(frist: 1) { __typename } }", "did you mean `first`"),
        ("{ named(id: 1, id: 2) { name } }", "`id` twice"),
        ("{ named { name } }", "requires the argument `id` of type `ID!`"),
        ("{ named(id: null) { name } }", "must not be null"),
        // 5.5
        ("{ cat { ...F } } fragment F on Cot { name }", "did you mean `Cat`"),
        ("{ cat { ...F } } fragment F on Word { name }", "a fragment cannot be on `Word`"),
        ("{ cat { ... on Filter { text } } }", "a fragment cannot be on"),
        ("{ cat { name } } fragment F on Cat { name }", "never used"),
        ("{ cat { ...G } }", "unknown fragment `G`"),
        ("{ cat { ... on Dog { name } } }", "never a `Dog`"),
        ("{ stone { ... on Named { name } } }", "never a `Named`"),
        ("{ cat { ...F } } fragment F on Stone { weight }", "never a `Stone`"),
        // 5.6
        ("{ pets(order: \"ONE\") { __typename } }", "without quotation marks"),
        ("{ pets(order: TOW) { __typename } }", "its values are TWO, ONE, THREE"),
        ("{ pets(order: null) { __typename } }", "must not be null"),
        ("{ pets(order: 1) { __typename } }", "has no value"),
        ("{ pets(first: 1.0) { __typename } }", "is not a valid `Int`"),
        ("{ pets(first: 3000000000) { __typename } }", "is not a valid `Int`"),
        ("{ pets(first: \"1\") { __typename } }", "is not a valid `Int`"),
        ("{ pets(filter: { text: 1 }) { __typename } }", "`filter.text`"),
        ("{ pets(filter: { text: WORD }) { __typename } }", "is not a valid `String`"),
        ("{ pets(filter: { txt: \"a\" }) { __typename } }", "did you mean `text`"),
        ("{ pets(filter: { first: 3 }) { __typename } }", "is an argument beside the filter"),
        (
            "{ pets(filter: { word: [ONE, null] }) { __typename } }",
            "`filter.word[1]` must not be null",
        ),
        ("{ pets(filter: { and: [{ year: null }] }) { __typename } }", "`filter.and[0].year`"),
        ("{ pets(filter: { day: \"2020-13-01\" }) { __typename } }", "YYYY-MM-DD"),
        ("{ pets(filter: { text: \"a\", text: \"b\" }) { __typename } }", "appears twice"),
        ("{ pets(filter: 1) { __typename } }", "is not a valid `Filter`"),
        ("{ pick(by: { a: 1, b: \"x\" }) }", "exactly one"),
        ("{ pick(by: {}) }", "exactly one"),
        ("{ pick(by: { a: null }) }", "exactly one"),
        ("query ($a: Int) { pick(by: { a: $a }) }", "must not be null here"),
        ("{ many(ids: [[1]]) }", "is not a valid `ID`"),
        ("{ many(ids: 1.5) }", "is not a valid `ID`"),
        ("{ many(ids: 1, on: 1) }", "is not a valid `Boolean`"),
        // 5.7
        ("query @skip(if: true) { cat { name } }", "is not allowed on a query"),
        ("query ($n: Int @foo) { pets(first: $n) { __typename } }", "unknown directive `@foo`"),
        (
            "query ($n: Int @skip(if: true)) { pets(first: $n) { __typename } }",
            "is not allowed on a variable",
        ),
        (
            "{ cat { ...F } } fragment F on Cat @include(if: true) { name }",
            "is not allowed on a fragment",
        ),
        ("{ cat { name @skip(if: true) @skip(if: true) } }", "only once"),
        ("{ cat { name @skip } }", "requires the argument `if`"),
        (
            "{ cat { name @inclde(if: true) } }",
            "unknown directive `@inclde`; did you mean `include`",
        ),
        ("{ cat { name @include(if: true, x: 1) } }", "no argument `x`"),
        ("{ cat { name @root } }", "is not allowed on a field"),
        // 5.8
        ("query ($a: Int, $a: Int) { pets(first: $a) { __typename } }", "`$a` is declared twice"),
        ("query ($a: Cat) { cat { name } }", "not an input type"),
        ("query ($a: Itn) { pets(first: $a) { __typename } }", "did you mean `Int`"),
        ("{ pets(first: $a) { __typename } }", "`$a` is not declared"),
        (
            "query A { ...F } query B($n: Int) { ...F } fragment F on Query { pets(first: $n) { __typename } }",
            "not declared in `A`",
        ),
        ("query ($a: Int) { cat { name } }", "never used"),
        ("query ($a: String) { pets(first: $a) { __typename } }", "where `Int` is expected"),
        ("query ($a: ID) { named(id: $a) { name } }", "where `ID!` is expected"),
        ("query ($a: ID = null) { named(id: $a) { name } }", "where `ID!` is expected"),
        ("query ($a: [ID]) { many(ids: $a) }", "where `[ID!]!` is expected"),
        ("query ($a: ID!) { many(ids: $a) }", "where `[ID!]!` is expected"),
        (
            "query ($a: [Word!]) { pets(filter: { word: [$a] }) { __typename } }",
            "where `Word!` is expected",
        ),
        ("query ($a: Int = \"x\") { pets(first: $a) { __typename } }", "is not a valid `Int`"),
        ("query ($a: Int! = null) { pets(first: $a) { __typename } }", "must not be null"),
        (
            "query ($a: Filter = { yeer: 1 }) { pets(filter: $a) { __typename } }",
            "has no field `yeer`",
        ),
    ] {
        let found = errors_of(query);
        assert!(found.contains(expected), "{query}: {found:?}");
    }
}

#[test]
fn a_closed_schema_reveals_no_names() {
    let closed = Rules::of(SDL, false);
    for query in [
        "{ cats { name } }",
        "{ pets(order: TOW) { __typename } }",
        "{ pets(filter: { txt: 1 }) { __typename } }",
        "{ pets(word: ONE) { __typename } }",
        "{ __schema { types { name } } }",
        "{ __type(name: \"Cat\") { name } }",
        "query ($a: Itn) { pets(first: $a) { __typename } }",
        "{ cat { ... on Dag { name } } }",
        "{ cat { name @inclde(if: true) } }",
        "{ cat }",
    ] {
        let Err(Invalid::Broken(errors)) = closed.check(&syntax::parse(query).unwrap()) else {
            panic!("{query} passes")
        };
        let errors_of = &errors[0].message;
        assert!(
            !errors_of.contains("did you mean") && !errors_of.contains("THREE"),
            "{query}: {errors_of}"
        );
        assert!(
            !errors_of.contains("filter:") && !errors_of.contains("{ name }"),
            "{query}: {errors_of}"
        );
    }
}

/// Returns the coerced variables of an operation, or the errors.
fn coerced(declared: &str, given: Value) -> Result<Value, String> {
    let document = syntax::parse(&format!("query ({declared}) {{ a }}")).unwrap();
    let (_, operation) = document.operations.iter().next().unwrap();
    let coerced = rules().coerce(&document, &operation.node, Variables::from_json(given));
    coerced
        .map(|variables| serde_json::to_value(variables).unwrap())
        .map_err(|errors| errors[0].message.clone())
}

#[test]
fn variables_are_coerced_to_their_types() {
    for (declared, given, becomes) in [
        ("$a: Int", json!({}), json!({})),
        ("$a: Int", json!({ "a": null }), json!({ "a": null })),
        ("$a: Int = 3", json!({}), json!({ "a": 3 })),
        ("$a: Int = 3", json!({ "a": null }), json!({ "a": null })),
        ("$a: Int! = 3", json!({}), json!({ "a": 3 })),
        ("$a: Int", json!({ "a": 1.0, "other": 2 }), json!({ "a": 1 })),
        ("$a: Float", json!({ "a": 1 }), json!({ "a": 1 })),
        ("$a: ID", json!({ "a": 12 }), json!({ "a": "12" })),
        ("$a: ID", json!({ "a": 12.0 }), json!({ "a": "12" })),
        ("$a: [Int]", json!({ "a": 1 }), json!({ "a": [1] })),
        ("$a: [[Int]]", json!({ "a": [1, [2]] }), json!({ "a": [[1], [2]] })),
        ("$a: [[Int]]", json!({ "a": 1 }), json!({ "a": [[1]] })),
        ("$a: [Int]", json!({ "a": [null] }), json!({ "a": [null] })),
        ("$a: Word", json!({ "a": "ONE" }), json!({ "a": "ONE" })),
        ("$a: [Word!] = TWO", json!({}), json!({ "a": ["TWO"] })),
        (
            "$a: Filter",
            json!({ "a": { "word": "ONE" } }),
            json!({ "a": { "word": ["ONE"], "year": 7 } }),
        ),
        ("$a: Pick!", json!({ "a": { "b": "x" } }), json!({ "a": { "b": "x" } })),
        ("$a: Date", json!({ "a": "2020-01-01" }), json!({ "a": "2020-01-01" })),
    ] {
        assert_eq!(coerced(declared, given.clone()), Ok(becomes), "{declared} {given}");
    }
}

#[test]
fn invalid_variables_are_named_with_their_types() {
    for (declared, given, expected) in [
        ("$a: Int!", json!({}), "`$a` of type `Int!` is required"),
        ("$a: Int!", json!({ "a": null }), "`$a` must not be null: its type is `Int!`"),
        ("$a: Int! = 3", json!({ "a": null }), "must not be null"),
        ("$a: [Int!]", json!({ "a": [1, null] }), "`$a[1]` must not be null"),
        ("$a: [Int!]", json!({ "a": null, "b": 1 }), ""),
        ("$a: Int", json!({ "a": "1" }), "is not a valid `Int`"),
        ("$a: Int", json!({ "a": 1.5 }), "is not a valid `Int`"),
        ("$a: Int", json!({ "a": 2_147_483_648_u64 }), "is not a valid `Int`"),
        ("$a: Int", json!({ "a": true }), "is not a valid `Int`"),
        ("$a: Int", json!({ "a": [1] }), "is not a valid `Int`"),
        ("$a: String", json!({ "a": 1 }), "is not a valid `String`"),
        ("$a: Boolean", json!({ "a": "true" }), "is not a valid `Boolean`"),
        ("$a: Float", json!({ "a": "1.5" }), "is not a valid `Float`"),
        ("$a: ID", json!({ "a": 1.5 }), "is not a valid `ID`"),
        ("$a: Word", json!({ "a": "TOW" }), "its values are TWO"),
        ("$a: Word", json!({ "a": 1 }), "has no value"),
        ("$a: [Word!]!", json!({ "a": ["ONE", "one"] }), "`$a[1]`"),
        ("$a: Filter", json!({ "a": { "txt": "x" } }), "did you mean `text`"),
        (
            "$a: Filter",
            json!({ "a": { "and": [{ "year": "x" }] } }),
            "`$a.and[0].year` of type `Int!`",
        ),
        ("$a: Filter", json!({ "a": [] }), "expected an object"),
        ("$a: Pick", json!({ "a": {} }), "exactly one"),
        ("$a: Pick", json!({ "a": { "a": null } }), "exactly one"),
        ("$a: Pick", json!({ "a": { "a": 1, "b": "x" } }), "exactly one"),
        ("$a: Date", json!({ "a": "tomorrow" }), "YYYY-MM-DD"),
        ("$a: Date", json!({ "a": {} }), "Date"),
    ] {
        match coerced(declared, given.clone()) {
            Ok(_) => assert_eq!(expected, "", "{declared} {given}"),
            Err(errors_of) => {
                assert!(
                    !expected.is_empty() && errors_of.contains(expected),
                    "{declared} {given}: {errors_of}"
                );
            }
        }
    }
}

#[test]
fn hostile_documents_are_validated_in_bounded_work() {
    // Each level has fields of an interface and of two objects, which could be combined in 2^18 ways.
    let mut inner = "name".to_owned();
    for at in 0..18 {
        inner = format!(
            "friend {{ {inner} ... on Cat {{ friend {{ x{at}: name }} }} ... on Dog {{ friend {{ y{at}: name }} }} }}"
        );
    }
    let deep = errors_of(&format!("{{ named(id: 1) {{ {inner} }} }}"));
    assert!(deep.is_empty() || deep.contains("combine in more than"), "{deep}");
    // Many fields of one name, and many fragments that all operations reach.
    assert_eq!(errors_of(&format!("{{ cat {{ {} }} }}", "name ".repeat(3_000))), "");
    let many: Vec<_> = (0..300).map(|at| format!("query Q{at} {{ ...F0 }}")).collect();
    let next = |at: u32| (at + 1).min(299);
    let fragment = |at| format!("fragment F{at} on Query {{ cat {{ name }} ...F{} }}", next(at));
    let chain: Vec<_> = (0..300).map(fragment).collect();
    let (many, chain) = (many.join(" "), chain.join(" "));
    let _ = errors_of(&format!("{many}{chain}"));
    // The number of errors is limited.
    let wrong = errors_of(&format!("{{ {} }}", "wrong ".repeat(3_000)));
    assert_eq!(wrong.lines().count(), MAX_ERRORS);
    let long = errors_of(&format!("{{ {} }}", "x".repeat(30_000)));
    assert_eq!(long.lines().count(), 1);
}
