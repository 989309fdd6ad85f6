//! Hostile documents, each with the code of its rejection.

use super::{Hostile, INPUT, LIMIT, tower};

/// Returns all hostile documents.
pub(crate) fn all() -> Vec<Hostile> {
    [
        values(),
        selections(),
        fragments(),
        repetitions(),
        lengths(),
        amplifications(),
        costs(),
        syntax(),
        arguments(),
    ]
    .concat()
}

/// A document above a limit.
fn excessive(name: &'static str, query: impl Into<String>) -> Hostile {
    Hostile { name, query: query.into(), code: LIMIT }
}

/// An invalid document.
fn invalid(name: &'static str, query: impl Into<String>) -> Hostile {
    Hostile { name, query: query.into(), code: INPUT }
}

/// Joins the items of the numbers below a bound.
fn numbered(times: usize, item: impl Fn(usize) -> String) -> String {
    (0..times).map(item).collect::<Vec<_>>().join(" ")
}

/// A chain of fragments, each of which spreads the next one twice.
fn bomb(links: usize, last: &str) -> String {
    let link = |at: usize| format!("fragment f{at} on Query {{ ...f{0} ...f{0} }}", at + 1);
    let chain = numbered(links, link);
    format!("{{ ...f0 }} {chain} fragment f{links} on Query {{ {last} }}")
}

/// Short queries whose responses are long.
fn amplifications() -> Vec<Hostile> {
    let schema = "types { fields { type { fields { name } } } }";
    let again = numbered(29, |at| format!("r{at}: __schema {{ ...s }}"));
    let long = "A".repeat(20_000);
    vec![
        excessive(
            "the whole schema many times",
            format!("{{ {again} }} fragment s on __Schema {{ {schema} }}"),
        ),
        excessive(
            "a long alias at each item",
            format!("{{ programmes {{ nodes {{ {long}: identifier }} }} }}"),
        ),
        excessive(
            "a text in each of a hundred conditions",
            format!(
                "{{ programmes(filter: {{ or: [{}] }}) {{ totalCount }} }}",
                numbered(100, |at| format!("{{ text: \"zzyzx{at} quux\" }}"))
            ),
        ),
    ]
}

/// Nested values.
fn values() -> Vec<Hostile> {
    let lists = |depth| tower(depth, "[", "1", "]");
    let objects = |depth| tower(depth, "{a:", "1", "}");
    vec![
        excessive("lists in an argument", format!("{{node(id:{}){{id}}}}", lists(1_500))),
        excessive("unclosed lists", format!("{{node(id:{}", "[".repeat(3_000))),
        excessive("objects in an argument", format!("{{node(id:{}){{id}}}}", objects(1_000))),
        excessive(
            "alternating lists and objects",
            format!("{{node(id:{}){{id}}}}", tower(1_000, "[{a:", "1", "}]")),
        ),
        excessive("lists in a default", format!("query($a:[Int]={}){{__typename}}", lists(1_500))),
        excessive("lists in a directive", format!("{{__typename @skip(if:{})}}", lists(100))),
        excessive(
            "a type of lists of lists",
            format!("query($a:{}){{__typename}}", tower(500, "[", "Int", "]")),
        ),
    ]
}

/// Nested selections.
fn selections() -> Vec<Hostile> {
    vec![
        excessive("selections", tower(100, "{a", "", "}")),
        excessive("unclosed selections", "{a".repeat(4_000)),
        excessive("inline fragments", format!("{{{}}}", tower(100, "...{", "__typename", "}"))),
        excessive("nested fields", tower(30, "{a", "", "}")),
        excessive(
            "depth hidden in fragments",
            format!(
                "{{...f0}} {}",
                numbered(30, |n| format!("fragment f{n} on Query{{a{{...f{}}}}}", n + 1))
            ),
        ),
    ]
}

/// Fragments that multiply or contain cycles.
fn fragments() -> Vec<Hostile> {
    vec![
        excessive("exponential fragments", bomb(28, "__typename")),
        excessive("exponential fragments without fields", bomb(28, "...nothing")),
        excessive(
            "exponential inline fragments",
            format!("{{{}}}", tower(12, "...{", "__typename", "} ...{__typename}").repeat(80)),
        ),
        excessive(
            "a chain of fragments",
            format!(
                "{{...f0}} {}",
                numbered(1_500, |n| format!("fragment f{n} on Query{{...f{}}}", n + 1))
            ),
        ),
        excessive(
            "a maze of fragments",
            format!(
                "{} {} fragment c480 on Query{{...nowhere}}",
                bomb(11, "...c0 ...c0"),
                numbered(480, |n| format!("fragment c{n} on Query{{...c{}}}", n + 1))
            ),
        ),
        invalid("a recursive fragment", "{...a} fragment a on Query{...a}"),
        invalid(
            "a cycle of fragments",
            "{...a} fragment a on Query{...b} fragment b on Query{x{...a}}",
        ),
        invalid("an unused fragment", "{__typename} fragment a on Query{...a}"),
        invalid(
            "a subscription in a circle",
            "subscription{...a} fragment a on Subscription{datasetChanged{version} ...a}",
        ),
    ]
}

/// Repeated elements.
fn repetitions() -> Vec<Hostile> {
    let aliases = numbered(61, |n| format!("a{n}:__typename"));
    vec![
        excessive("aliases", format!("{{{aliases}}}")),
        excessive(
            "thousands of aliases",
            format!("{{{}}}", numbered(1_500, |n| format!("a{n}:a"))),
        ),
        excessive("aliases in fragments", format!("{{...f}} fragment f on Query{{{aliases}}}")),
        excessive(
            "aliases over several operations",
            numbered(61, |n| format!("query q{n}{{a:__typename}}")),
        ),
        excessive(
            "directives on one field",
            format!("{{__typename {}}}", "@skip(if:false)".repeat(31)),
        ),
        excessive(
            "some directives on one field",
            format!("{{__typename {}}}", "@skip(if:false)".repeat(6)),
        ),
        excessive(
            "directives on many fields",
            format!("{{{}}}", "__typename @skip(if:false) ".repeat(31)),
        ),
        excessive(
            "directives on fragments",
            format!("{{{}}}", "...@skip(if:true){__typename} ".repeat(31)),
        ),
        excessive(
            "directives that do not exist",
            format!("{{__typename {}}}", numbered(31, |n| format!("@d{n}"))),
        ),
        excessive("fields at the root", format!("{{{}}}", "__typename ".repeat(31))),
        excessive(
            "roots in fragments",
            format!("{{{}}} fragment f on Query{{__typename __typename}}", "...f ".repeat(16)),
        ),
        excessive("thousands of fields", format!("{{{}}}", "__typename ".repeat(2_500))),
    ]
}

/// Long documents.
fn lengths() -> Vec<Hostile> {
    vec![
        excessive("tokens", format!("{{a(b:[{}])}}", "1 ".repeat(5_000))),
        excessive(
            "thousands of variables",
            format!("query({}){{__typename}}", numbered(2_000, |n| format!("$v{n}:Int"))),
        ),
        excessive("commas only", format!("{{__typename{}}}", ",".repeat(40_000))),
        excessive("a long comment", format!("{{__typename}} #{}", "x".repeat(40_000))),
        excessive("a long text", format!("{{node(id:\"{}\"){{id}}}}", "x".repeat(40_000))),
    ]
}

/// Programmes of agencies of programmes: above the cost limit even with short lists.
fn nested_relations(first: &str) -> String {
    let relation = |inside: &str| {
        format!("programmes(first:{first}){{nodes{{participations{{agency{{{inside}}}}}}}}}")
    };
    format!("countries(first:{first}){{nodes{{{}}}}}", relation(&relation(&relation("id"))))
}

/// Short documents with a high cost.
fn costs() -> Vec<Hostile> {
    let circle = |turns| tower(turns, "{fields{type", "{name}", "}}");
    vec![
        excessive("above the cost limit", format!("{{{}}}", nested_relations("1000"))),
        excessive(
            "above the cost limit, in fragments",
            format!("{{...f}} fragment f on Query{{{}}}", nested_relations("1000")),
        ),
        excessive(
            "above the cost limit, by a variable",
            format!("query($n:Int=1000){{{}}}", nested_relations("$n")),
        ),
        excessive(
            "recursive introspection of the schema",
            format!("{{__schema{{types{}}}}}", circle(5)),
        ),
        excessive(
            "recursive introspection of a type",
            format!("{{__type(name:\"Query\"){}}}", circle(5)),
        ),
    ]
}

/// Texts that are not valid documents.
fn syntax() -> Vec<Hostile> {
    vec![
        invalid("an empty selection", "{}"),
        invalid("an unclosed selection", "{ programmes { nodes "),
        invalid("closing braces only", "}}}}"),
        invalid("an error on a line of three digits", "\n".repeat(120) + "{ a( }"),
        invalid("an unclosed string", "{node(id:\"x"),
        invalid("an unclosed block string", "{node(id:\"\"\"x"),
        invalid("an invalid escape", "{node(id:\"\\ud800\"){id}}"),
        invalid("a null byte", "{__type\u{0}name}"),
        invalid("an emoji as name", "{ 🦀 }"),
        invalid("homoglyphs in a name", "{ __tуpename }"),
        invalid("two operations with one name", "query A{__typename} query A{__typename}"),
        invalid(
            "several operations without a selected one",
            "query A{__typename} query B{__typename}",
        ),
        invalid("a type definition", "type A { b: Int }"),
        invalid("an unknown mutation", "mutation{drop}"),
        invalid(
            "a variable of unknown type with a default",
            "query($a:Nothing=1){__typename @skip(if:$a)}",
        ),
        invalid(
            "a variable with a list of an output type",
            "query($a:[Programme!]=[1]){__typename}",
        ),
        invalid("a variable of unknown type", "query($a:Nothing){__typename @skip(if:$a)}"),
    ]
}

/// Invalid arguments.
fn arguments() -> Vec<Hostile> {
    vec![
        invalid("a negative page size", "{countries(first:-1){totalCount}}"),
        invalid("a page size above 64 bits", "{countries(first:99999999999999999999){totalCount}}"),
        invalid("a page size above the limit", "{countries(first:2147483647){totalCount}}"),
        invalid("first and last together", "{countries(first:1,last:1){totalCount}}"),
        invalid("an invalid cursor", "{countries(after:\"\\u0000\\uffff\"){totalCount}}"),
        invalid("an overflowing number", "{countries(first:1e999){totalCount}}"),
        invalid(
            "a search with too many words",
            format!("{{search(text:\"{}\"){{totalCount}}}}", "a ".repeat(150)),
        ),
    ]
}
