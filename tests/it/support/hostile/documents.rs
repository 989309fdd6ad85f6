//! Documents that hurt, or try to, each with the code that it is refused with.

use super::{Hostile, INPUT, LIMIT, tower};

/// All of them.
pub(crate) fn all() -> Vec<Hostile> {
    [
        values(),
        selections(),
        fragments(),
        repetitions(),
        lengths(),
        swellings(),
        costs(),
        syntax(),
        arguments(),
    ]
    .concat()
}

/// One that asks for more than it may.
fn excessive(name: &'static str, query: impl Into<String>) -> Hostile {
    Hostile { name, query: query.into(), code: LIMIT }
}

/// One that makes no sense.
fn senseless(name: &'static str, query: impl Into<String>) -> Hostile {
    Hostile { name, query: query.into(), code: INPUT }
}

/// What a number becomes, for the first so many.
fn numbered(times: usize, item: impl Fn(usize) -> String) -> String {
    (0..times).map(item).collect::<Vec<_>>().join(" ")
}

/// A chain of fragments, each of which holds the next one twice.
fn bomb(links: usize, last: &str) -> String {
    let link = |at: usize| format!("fragment f{at} on Query {{ ...f{0} ...f{0} }}", at + 1);
    let chain = numbered(links, link);
    format!("{{ ...f0 }} {chain} fragment f{links} on Query {{ {last} }}")
}

/// What is short in the query and long in the answer.
fn swellings() -> Vec<Hostile> {
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
            "a text in each of a hundred questions",
            format!(
                "{{ programmes(filter: {{ or: [{}] }}) {{ totalCount }} }}",
                numbered(100, |at| format!("{{ text: \"zzyzx{at} quux\" }}"))
            ),
        ),
    ]
}

/// Values inside each other.
fn values() -> Vec<Hostile> {
    let lists = |depth| tower(depth, "[", "1", "]");
    let objects = |depth| tower(depth, "{a:", "1", "}");
    vec![
        excessive("lists in an argument", format!("{{node(id:{}){{id}}}}", lists(1_500))),
        excessive("lists that never end", format!("{{node(id:{}", "[".repeat(3_000))),
        excessive("objects in an argument", format!("{{node(id:{}){{id}}}}", objects(1_000))),
        excessive(
            "lists and objects by turns",
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

/// Selections inside each other.
fn selections() -> Vec<Hostile> {
    vec![
        excessive("selections", tower(100, "{a", "", "}")),
        excessive("selections that never end", "{a".repeat(4_000)),
        excessive("inline fragments", format!("{{{}}}", tower(100, "...{", "__typename", "}"))),
        excessive("fields inside each other", tower(30, "{a", "", "}")),
        excessive(
            "depth hidden in fragments",
            format!(
                "{{...f0}} {}",
                numbered(30, |n| format!("fragment f{n} on Query{{a{{...f{}}}}}", n + 1))
            ),
        ),
    ]
}

/// Fragments that multiply, and that lead back to themselves.
fn fragments() -> Vec<Hostile> {
    vec![
        excessive("a bomb of fragments", bomb(28, "__typename")),
        excessive("a hollow bomb of fragments", bomb(28, "...nothing")),
        excessive(
            "a bomb of inline fragments",
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
        senseless("a fragment that holds itself", "{...a} fragment a on Query{...a}"),
        senseless(
            "fragments in a circle",
            "{...a} fragment a on Query{...b} fragment b on Query{x{...a}}",
        ),
        senseless("a fragment that nobody asks for", "{__typename} fragment a on Query{...a}"),
        senseless(
            "a subscription in a circle",
            "subscription{...a} fragment a on Subscription{datasetChanged{version} ...a}",
        ),
    ]
}

/// The same again and again.
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

/// Long texts.
fn lengths() -> Vec<Hostile> {
    vec![
        excessive("tokens", format!("{{a(b:[{}])}}", "1 ".repeat(5_000))),
        excessive(
            "thousands of variables",
            format!("query({}){{__typename}}", numbered(2_000, |n| format!("$v{n}:Int"))),
        ),
        excessive("commas and nothing else", format!("{{__typename{}}}", ",".repeat(40_000))),
        excessive("a long comment", format!("{{__typename}} #{}", "x".repeat(40_000))),
        excessive("a long text", format!("{{node(id:\"{}\"){{id}}}}", "x".repeat(40_000))),
    ]
}

/// Programmes of agencies of programmes: more than any limit allows, however short each list is.
fn in_rings(first: &str) -> String {
    let ring = |inside: &str| {
        format!("programmes(first:{first}){{nodes{{participations{{agency{{{inside}}}}}}}}}")
    };
    format!("countries(first:{first}){{nodes{{{}}}}}", ring(&ring(&ring("id"))))
}

/// Short texts with long answers.
fn costs() -> Vec<Hostile> {
    let circle = |turns| tower(turns, "{fields{type", "{name}", "}}");
    vec![
        excessive("more than is affordable", format!("{{{}}}", in_rings("1000"))),
        excessive(
            "more than is affordable, in fragments",
            format!("{{...f}} fragment f on Query{{{}}}", in_rings("1000")),
        ),
        excessive(
            "more than is affordable, by a variable",
            format!("query($n:Int=1000){{{}}}", in_rings("$n")),
        ),
        excessive("the schema in circles", format!("{{__schema{{types{}}}}}", circle(5))),
        excessive("one type in circles", format!("{{__type(name:\"Query\"){}}}", circle(5))),
    ]
}

/// Texts that are no documents.
fn syntax() -> Vec<Hostile> {
    vec![
        senseless("nothing", "{}"),
        senseless("what does not end", "{ programmes { nodes "),
        senseless("what does not begin", "}}}}"),
        senseless("an error on a line of three digits", "\n".repeat(120) + "{ a( }"),
        senseless("a text that does not end", "{node(id:\"x"),
        senseless("a block that does not end", "{node(id:\"\"\"x"),
        senseless("an escape that is none", "{node(id:\"\\ud800\"){id}}"),
        senseless("a null byte", "{__type\u{0}name}"),
        senseless("names of no letters", "{ 🦀 }"),
        senseless("letters that look like others", "{ __tуpename }"),
        senseless("two operations of one name", "query A{__typename} query A{__typename}"),
        senseless("operations without a choice", "query A{__typename} query B{__typename}"),
        senseless("definitions of types", "type A { b: Int }"),
        senseless("a mutation of nothing", "mutation{drop}"),
        senseless(
            "a variable of no type with a default",
            "query($a:Nothing=1){__typename @skip(if:$a)}",
        ),
        senseless(
            "a variable that is a list of what is no input",
            "query($a:[Programme!]=[1]){__typename}",
        ),
        senseless("a variable of no type", "query($a:Nothing){__typename @skip(if:$a)}"),
    ]
}

/// Arguments that no field takes.
fn arguments() -> Vec<Hostile> {
    vec![
        senseless("a page of no size", "{countries(first:-1){totalCount}}"),
        senseless("a page of every size", "{countries(first:99999999999999999999){totalCount}}"),
        senseless("a page too large", "{countries(first:2147483647){totalCount}}"),
        senseless("both ends of a list", "{countries(first:1,last:1){totalCount}}"),
        senseless("a cursor of nonsense", "{countries(after:\"\\u0000\\uffff\"){totalCount}}"),
        senseless("a number beyond all numbers", "{countries(first:1e999){totalCount}}"),
        senseless(
            "a search of everything",
            format!("{{search(text:\"{}\"){{totalCount}}}}", "a ".repeat(150)),
        ),
    ]
}
