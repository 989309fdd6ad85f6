//! `/graphql` by GET and by POST.

use serde_json::json;

use crate::support::address::encoded;
use crate::support::server::{Server, code, json};

type Headers<'a> = &'a [(&'a str, &'a str)];

/// Accepts the media type that tells request errors by their status.
const STRICT: (&str, &str) =
    ("accept", "application/graphql-response+json, application/json;q=0.9");

#[test]
fn get_and_post_give_the_same_answer() {
    let server = Server::shared();
    let get = server.get("/graphql?query=%7B__typename%7D");
    let post = server.post(&json!({ "query": "{__typename}" }), &[]);
    assert_eq!((get.status, post.status), (200, 200));
    assert_eq!(get.body, "{\"data\":{\"__typename\":\"Query\"}}");
    assert_eq!(get.body, post.body);
    assert_eq!(post.header("content-type"), Some("application/json; charset=utf-8"));
    assert!(post.header("vary").is_some_and(|vary| vary.contains("accept")));
}

#[test]
fn the_media_type_is_the_one_asked_for() {
    let server = Server::shared();
    let strict = server.post(&json!({ "query": "{__typename}" }), &[STRICT]);
    let graphql = Some("application/graphql-response+json; charset=utf-8");
    assert_eq!(strict.header("content-type"), graphql);
    let none = server.post(&json!({ "query": "{__typename}" }), &[("accept", "text/html")]);
    assert_eq!((none.status, code(&none).as_str()), (406, "NOT_ACCEPTABLE"));
}

#[test]
fn a_batch_is_answered_in_its_order_each_for_itself() {
    let server = Server::shared();
    let batch = json!([
        { "query": "{ a: __typename }" },
        { "query": "{ nonsense }" },
        { "query": "query ($code: String!) { country(code: $code) { code } }", "variables": { "code": "ML" } },
    ]);
    let answer = server.post(&batch, &[STRICT]);
    assert_eq!(answer.status, 200);
    let answers = json(&answer);
    assert_eq!(answers[0]["data"]["a"], "Query");
    assert_eq!(answers[1]["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(answers[2]["data"]["country"]["code"], "ML");
    let many = vec![json!({ "query": "{ __typename }" }); 11];
    let refused = server.post(&json!(many), &[]);
    assert_eq!((refused.status, code(&refused).as_str()), (400, "LIMIT_EXCEEDED"));
    let error = &json(&refused)["errors"][0]["extensions"];
    assert_eq!(
        (&error["limit"], &error["allowed"], &error["found"]),
        (&json!("max-batch"), &json!(10), &json!(11))
    );
    assert!(!json(&refused)["errors"][0]["message"].to_string().contains("max-batch"));
    assert_eq!(code(&server.post(&json!([]), &[])), "BAD_USER_INPUT");
}

#[test]
fn a_request_keeps_the_name_that_it_came_with() {
    let server = Server::shared();
    let named = |id: &str| {
        let answer = server.post(&json!({ "query": "{__typename}" }), &[("x-request-id", id)]);
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(named("01890a5d-ac96-774b"), "01890a5d-ac96-774b");
    for strange in ["two words", &"x".repeat(200), "<script>"] {
        assert_ne!(named(strange), *strange);
        assert_eq!(named(strange).len(), 32);
    }
}

#[test]
fn what_a_request_costs_is_told_to_who_asks() {
    let server = Server::shared();
    let query = "{ countries(first: 10) { nodes { code } } }";
    let by_extension =
        json(&server.post(&json!({ "query": query, "extensions": { "cost": true } }), &[]));
    let by_header = json(&server.post(&json!({ "query": query }), &[("aidgraph-cost", "1")]));
    assert_eq!(by_extension, by_header);
    let cost = &by_header["extensions"]["cost"];
    assert_eq!(cost["limit"], 500_000);
    let (requested, left) = (cost["requested"].as_u64().unwrap(), cost["left"].as_u64().unwrap());
    assert!(requested >= 10 && requested + left == 500_000, "{cost}");
    assert!(json(&server.post(&json!({ "query": query }), &[])).get("extensions").is_none());
    let dear = "{ countries { nodes { programmes { nodes { participations { agency { programmes { nodes { participations { agency {
        programmes { nodes { participations { agency { id } } } } } } } } } } } } } } }";
    let refused = server.post(&json!({ "query": dear }), &[]);
    assert_eq!((refused.status, code(&refused).as_str()), (400, "LIMIT_EXCEEDED"));
    let error = &json(&refused)["errors"][0];
    assert_eq!(error["extensions"]["limit"], "max-complexity");
    assert!(error["extensions"]["found"].as_u64().unwrap() > 500_000, "{error}");
    assert!(error["message"].as_str().unwrap().contains("`first`"), "{error}");
}

/// The message of a query that a limit refuses.
fn refused_by(server: &Server, query: &str, limit: &str, allowed: usize) -> String {
    let answer = server.post(&json!({ "query": query }), &[]);
    assert_eq!(code(&answer), "LIMIT_EXCEEDED", "{limit}: {:.300}", answer.body);
    let error = &json(&answer)["errors"][0];
    assert_eq!(error["extensions"]["limit"], limit, "{error}");
    assert_eq!(error["extensions"]["allowed"], allowed, "{error}");
    assert!(error["extensions"]["found"].as_u64().unwrap() > allowed as u64, "{error}");
    let honest = server.post(&json!({ "query": "{a:__typename}" }), &[]);
    assert_eq!(honest.status, 200, "{limit}: {}", honest.body);
    error["message"].as_str().unwrap().to_owned()
}

#[test]
fn every_limit_is_the_operator_s_and_says_itself() {
    let query =
        "query A { x: countries(first: 3) { nodes { code @skip(if: false) } } y: __typename }";
    for (limit, value) in
        [("max-aliases", 1), ("max-depth", 2), ("max-complexity", 3), ("max-page", 2)]
    {
        let server = Server::start(&[&format!("--{limit}"), &value.to_string()]);
        let said = refused_by(&server, query, limit, value);
        assert!(said.contains(&format!("({limit})")), "{said}");
    }
}

#[test]
fn limits_that_nobody_tunes_hold_at_their_size() {
    let server = Server::shared();
    let inside = |times: usize, text: &str| format!("{{ {} }}", text.repeat(times));
    let numbered = |times: usize, text: &str| -> String {
        let fields: Vec<String> = (0..times).map(|at| format!("r{at}: {text}")).collect();
        inside(1, &fields.join(" "))
    };
    let search = |at| format!("r{at}: search(text: \"a{at}\") {{ totalCount }} ");
    let searches = inside(1, &(0..21).map(search).collect::<String>());
    let types = "fields { type { ".repeat(3) + "name" + &" } }".repeat(3);
    let texts = (0..21).map(|at| format!("{{ text: \"a{at}\" }}")).collect::<Vec<_>>().join(", ");
    let cases: [(&str, usize, String); 11] = [
        ("max-query-length", 32_768, format!("{{__typename}}#{}", "x".repeat(32_756))),
        ("max-tokens", 4_000, inside(3_999, "a ")),
        ("max-nesting", 64, format!("{{ node(id: {}{}) }}", "[".repeat(63), "]".repeat(63))),
        ("max-alias-length", 64, inside(1, &format!("{}: __typename", "a".repeat(65)))),
        ("max-root-fields", 30, numbered(31, "__typename")),
        ("max-directives", 30, inside(31, "countries { totalCount @skip(if: false) } ")),
        (
            "max-fields",
            5_000,
            format!(
                "{{ countries {{ nodes {} }} }} fragment F on Country {}",
                inside(51, "...F "),
                inside(100, "code ")
            ),
        ),
        (
            "max-introspection",
            2,
            format!("{{ __schema {{ types {{ ...t }} }} }} fragment t on __Type {{ {types} }}"),
        ),
        ("max-schemas", 2, numbered(3, "__schema { description }")),
        ("max-texts", 20, searches),
        (
            "max-texts",
            20,
            format!("{{ programmes(filter: {{ or: [{texts}] }}) {{ totalCount }} }}"),
        ),
    ];
    for (limit, allowed, query) in cases {
        let said = refused_by(&server, &query, limit, allowed);
        // No flag sets it, so none is named.
        assert!(!said.contains("(max-"), "{said}");
    }
    // The last length that passes.
    let long = format!("{{__typename}}#{}", "x".repeat(32_755));
    assert_eq!(server.post(&json!({ "query": long }), &[]).status, 200);
}

#[test]
fn without_introspection_nothing_of_the_schema_is_told() {
    let server = Server::start(&["--introspection", "false"]);
    let schema = server.post(&json!({ "query": "{ __schema { types { name } } }" }), &[]);
    assert!(!schema.body.contains("Programme"), "{}", schema.body);
    let wrong = server.post(&json!({ "query": "{ programes { totalCount } }" }), &[]);
    assert_eq!(code(&wrong), "BAD_USER_INPUT");
    assert!(!wrong.body.contains("programmes"), "{}", wrong.body);
    for path in ["/schema.graphql", "/schema.graphql?x=1"] {
        let file = server.get(path);
        assert_eq!((file.status, code(&file).as_str()), (403, "FORBIDDEN"), "{path}");
        assert!(!file.body.contains("Programme"), "{path}: {}", file.body);
    }
    assert_eq!(Server::shared().get("/schema.graphql").status, 200);
    let open = Server::shared().post(&json!({ "query": "{ programes { totalCount } }" }), &[]);
    assert!(open.body.contains("programmes"), "{}", open.body);
}

#[test]
fn more_than_the_service_can_do_is_told_to_come_back() {
    let server = Server::start(&["--max-requests", "0"]);
    let answer = server.post(&json!({ "query": "{__typename}" }), &[]);
    assert_eq!((answer.status, code(&answer).as_str()), (503, "OVERLOADED"));
    assert!(answer.header("retry-after").is_some());
    let table = server.get("/q/icp-history.csv");
    assert_eq!((table.status, code(&table).as_str()), (503, "OVERLOADED"));
    assert_eq!(server.get("/health/ready").status, 200);
}

#[test]
fn other_methods_are_told_which_are_taken() {
    let server = Server::shared();
    for method in ["PUT", "DELETE", "PATCH"] {
        let answer = server.client().send(method, "/graphql", &[], "").unwrap();
        assert_eq!((answer.status, code(&answer).as_str()), (405, "METHOD_NOT_ALLOWED"));
        let allowed = answer.header("allow").unwrap();
        assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    }
    let head = server.client().send("HEAD", "/graphql?query=%7B__typename%7D", &[], "").unwrap();
    assert_eq!(head.status, 200);
}

#[test]
fn variables_and_the_name_of_the_operation_arrive_both_ways() {
    let server = Server::shared();
    let query = "query A($type: String! = \"Query\") { __type(name: $type) { name } } query B { b: __typename }";
    for (name, variables, data) in [
        ("B", json!({}), json!({ "b": "Query" })),
        ("A", json!({}), json!({ "__type": { "name": "Query" } })),
        ("A", json!({ "type": "Money" }), json!({ "__type": { "name": "Money" } })),
    ] {
        let body = json!({ "query": query, "operationName": name, "variables": variables });
        let by_post = json(&server.post(&body, &[]));
        assert_eq!(by_post["data"], data);
        let address = format!(
            "/graphql?operationName={name}&variables={}&query={}",
            encoded(&variables.to_string()),
            encoded(query)
        );
        assert_eq!(server.json(&address), by_post);
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_in_json_with_a_code() {
    let server = Server::shared();
    let cases = [
        (json!({ "query": "{ nonsense }" }), "BAD_USER_INPUT"),
        (json!({ "query": "{ __typename " }), "BAD_USER_INPUT"),
        (
            json!({ "query": "query A { __typename } query B { __typename }", "operationName": "C" }),
            "BAD_USER_INPUT",
        ),
        (json!({ "query": format!("{{node(id:{}", "[".repeat(3000)) }), "LIMIT_EXCEEDED"),
    ];
    for (body, expected) in cases {
        let answer = server.post(&body, &[STRICT]);
        assert_eq!((answer.status, code(&answer).as_str()), (400, expected), "{body}");
        assert!(json(&answer).get("data").is_none());
        assert!(!json(&answer)["errors"][0]["message"].as_str().unwrap().contains('\n'));
    }
}

#[test]
fn an_error_of_the_request_stays_200_for_those_who_take_plain_json() {
    let answer = Server::shared().post(&json!({ "query": "{ nonsense }" }), &[]);
    assert_eq!((answer.status, code(&answer).as_str()), (200, "BAD_USER_INPUT"));
}

#[test]
fn a_body_that_is_no_request_is_refused() {
    let server = Server::shared();
    let json_type = [("content-type", "application/json; charset=utf-8")];
    let large = json!({ "query": format!("{{__typename}} #{}", "x".repeat(300_000)) }).to_string();
    let cases: [(Headers<'_>, &str, u16, &str); 9] = [
        (&json_type, "{\"query\": ", 400, "BAD_USER_INPUT"),
        (&json_type, "{}", 400, "BAD_USER_INPUT"),
        (&json_type, "{\"query\": 1}", 400, "BAD_USER_INPUT"),
        (&json_type, "{\"query\": \"{__typename}\", \"variables\": [1]}", 400, "BAD_USER_INPUT"),
        (&json_type, "[{\"query\": 1}]", 400, "BAD_USER_INPUT"),
        (&json_type, "", 400, "BAD_USER_INPUT"),
        (&json_type, &large, 413, "PAYLOAD_TOO_LARGE"),
        (
            &[("content-type", "text/plain")],
            "{\"query\": \"{__typename}\"}",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (&[], "{\"query\": \"{__typename}\"}", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ];
    for (headers, body, status, expected) in cases {
        let answer = server.client().send("POST", "/graphql", headers, body).unwrap();
        let start: String = body.chars().take(60).collect();
        assert_eq!((answer.status, code(&answer).as_str()), (status, expected), "{start}");
    }
}

#[test]
fn a_get_that_is_no_request_is_refused() {
    let server = Server::shared();
    for address in [
        "/graphql",
        "/graphql?query=",
        "/graphql?query=%7Ba%7D&variables=1",
        "/graphql?query=a&query=b",
    ] {
        let answer = server.get(address);
        assert_eq!((answer.status, code(&answer).as_str()), (400, "BAD_USER_INPUT"), "{address}");
    }
}

#[test]
fn only_queries_come_by_get() {
    let server = Server::shared();
    for operation in ["mutation { x }", "subscription { datasetChanged { version } }"] {
        let answer = server.get(&format!("/graphql?query={}", encoded(operation)));
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{operation}");
        assert_eq!(code(&answer), "METHOD_NOT_ALLOWED");
    }
}

#[test]
fn the_parts_of_a_request_have_their_shapes() {
    let server = Server::shared();
    let json_type = [("content-type", "application/json")];
    let query = "\"query\": \"{ __typename }\"";
    let several = "\"query\": \"query A { __typename } query B { __typename }\"";
    for (body, status) in [
        (
            format!(
                "{{ {query}, \"variables\": null, \"extensions\": null, \"operationName\": null }}"
            ),
            200,
        ),
        (format!("{{ {query}, \"variables\": {{}}, \"extensions\": {{}}, \"other\": [1] }}"), 200),
        (format!("\n [{{ {query} }}, {{ {query} }}]"), 200),
        (format!("{{ {several}, \"operationName\": \"B\" }}"), 200),
        (format!("{{ {several} }}"), 400),
        (format!("{{ {several}, \"operationName\": null }}"), 400),
        (format!("{{ {several}, \"operationName\": \"C\" }}"), 400),
        (format!("{{ {query}, \"operationName\": \"A\" }}"), 400),
        (format!("{{ {query}, \"operationName\": 1 }}"), 400),
        (format!("{{ {query}, \"variables\": \"{{}}\" }}"), 400),
        (format!("{{ {query}, \"variables\": [] }}"), 400),
        (format!("{{ {query}, \"variables\": 7 }}"), 400),
        (format!("{{ {query}, \"extensions\": [] }}"), 400),
        (format!("{{ {query}, \"extensions\": \"x\" }}"), 400),
        (format!("{{ {query}, {query} }}"), 400),
        ("{ \"query\": null }".to_owned(), 400),
        ("{ \"query\": \" \" }".to_owned(), 400),
        ("[]".to_owned(), 400),
        ("[1]".to_owned(), 400),
        (format!("[[{{ {query} }}]]"), 400),
        (format!("[{{ {query} }}, null]"), 400),
        ("null".to_owned(), 400),
        ("\"{ __typename }\"".to_owned(), 400),
        (format!("{{ {query} }} {{ {query} }}"), 400),
    ] {
        let headers = [&json_type[..], &[STRICT]].concat();
        let answer = server.client().send("POST", "/graphql", &headers, &body).unwrap();
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        if status == 400 {
            assert_eq!(code(&answer), "BAD_USER_INPUT", "{body}");
            assert!(json(&answer).get("data").is_none(), "{body}");
        }
    }
}

#[test]
fn an_address_says_the_same_as_a_body() {
    let server = Server::shared();
    let text = encoded(
        "query A { __typename } mutation M { x } subscription S { datasetChanged { version } }",
    );
    for (more, status) in [
        ("&operationName=A", 200),
        ("&operationName=A&variables=&extensions=", 200),
        ("&operationName=A&variables=null&extensions=null", 200),
        ("&operationName=A&variables=%7B%7D&extensions=%7B%7D", 200),
        ("", 400),
        ("&operationName=B", 400),
        ("&operationName=A&variables=%5B%5D", 400),
        ("&operationName=A&variables=%22x%22", 400),
        ("&operationName=A&extensions=%5B%5D", 400),
        ("&operationName=A&operationName=A", 400),
    ] {
        let path = format!("/graphql?query={text}{more}");
        let answer = server.client().send("GET", &path, &[STRICT], "").unwrap();
        assert_eq!(answer.status, status, "{more}: {}", answer.body);
    }
}

#[test]
fn only_what_is_executed_decides_whether_get_may_ask_it() {
    let server = Server::shared();
    let text = encoded("query A { __typename } subscription S { datasetChanged { version } }");
    let ask =
        |name: &str| server.get(&format!("/graphql?query={text}&operationName={name}")).status;
    assert_eq!((ask("A"), ask("S")), (200, 405));
}

#[test]
fn what_fails_while_it_is_executed_is_no_error_of_the_request() {
    let server = Server::shared();
    let asked =
        json!({ "query": "{ convert(value: \"1\", from: \"EUR\", to: \"ZZZ\") { value } }" });
    for headers in [&[][..], &[STRICT]] {
        let answer = server.post(&asked, headers);
        let told = json(&answer);
        assert_eq!(answer.status, 200, "{told}");
        assert!(told.as_object().unwrap().contains_key("data") && told["data"].is_null(), "{told}");
        assert_eq!(told["errors"][0]["path"], json!(["convert"]));
    }
}
