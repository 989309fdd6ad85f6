//! `/graphql` over GET and POST.

use serde_json::json;

use crate::support::address::encoded;
use crate::support::server::{Server, code, json};

type Headers<'a> = &'a [(&'a str, &'a str)];

/// Accepts the media type whose status reports request errors.
const STRICT: (&str, &str) =
    ("accept", "application/graphql-response+json, application/json;q=0.9");

#[test]
fn get_and_post_give_the_same_response() {
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
fn the_media_type_is_negotiated() {
    let server = Server::shared();
    let strict = server.post(&json!({ "query": "{__typename}" }), &[STRICT]);
    let graphql = Some("application/graphql-response+json; charset=utf-8");
    assert_eq!(strict.header("content-type"), graphql);
    let none = server.post(&json!({ "query": "{__typename}" }), &[("accept", "text/html")]);
    assert_eq!((none.status, code(&none).as_str()), (406, "NOT_ACCEPTABLE"));
}

#[test]
fn a_batch_is_answered_in_order_and_errors_stay_separate() {
    let server = Server::shared();
    let batch = json!([
        { "query": "{ a: __typename }" },
        { "query": "{ nonsense }" },
        { "query": "query ($code: String!) { country(code: $code) { code } }", "variables": { "code": "ML" } },
    ]);
    let response = server.post(&batch, &[STRICT]);
    assert_eq!(response.status, 200);
    let responses = json(&response);
    assert_eq!(responses[0]["data"]["a"], "Query");
    assert_eq!(responses[1]["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert_eq!(responses[2]["data"]["country"]["code"], "ML");
    let many = vec![json!({ "query": "{ __typename }" }); 11];
    let rejected = server.post(&json!(many), &[]);
    assert_eq!((rejected.status, code(&rejected).as_str()), (400, "LIMIT_EXCEEDED"));
    let error = &json(&rejected)["errors"][0]["extensions"];
    assert_eq!(
        (&error["limit"], &error["allowed"], &error["found"]),
        (&json!("max-batch"), &json!(10), &json!(11))
    );
    assert!(!json(&rejected)["errors"][0]["message"].to_string().contains("max-batch"));
    assert_eq!(code(&server.post(&json!([]), &[])), "BAD_USER_INPUT");
}

#[test]
fn valid_request_ids_are_kept() {
    let server = Server::shared();
    let named = |id: &str| {
        let response = server.post(&json!({ "query": "{__typename}" }), &[("x-request-id", id)]);
        response.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(named("01890a5d-ac96-774b"), "01890a5d-ac96-774b");
    for strange in ["two words", &"x".repeat(200), "<script>"] {
        assert_ne!(named(strange), *strange);
        assert_eq!(named(strange).len(), 32);
    }
}

#[test]
fn the_cost_of_a_query_is_reported_on_request() {
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
    let costly = "{ countries { nodes { programmes { nodes { participations { agency { programmes { nodes { participations { agency {
        programmes { nodes { participations { agency { id } } } } } } } } } } } } } } }";
    let rejected = server.post(&json!({ "query": costly }), &[]);
    assert_eq!((rejected.status, code(&rejected).as_str()), (400, "LIMIT_EXCEEDED"));
    let error = &json(&rejected)["errors"][0];
    assert_eq!(error["extensions"]["limit"], "max-complexity");
    assert!(error["extensions"]["found"].as_u64().unwrap() > 500_000, "{error}");
    assert!(error["message"].as_str().unwrap().contains("`first`"), "{error}");
}

/// Returns the message of the error for a query above a limit.
fn refused_by(server: &Server, query: &str, limit: &str, allowed: usize) -> String {
    let response = server.post(&json!({ "query": query }), &[]);
    assert_eq!(code(&response), "LIMIT_EXCEEDED", "{limit}: {:.300}", response.body);
    let error = &json(&response)["errors"][0];
    assert_eq!(error["extensions"]["limit"], limit, "{error}");
    assert_eq!(error["extensions"]["allowed"], allowed, "{error}");
    assert!(error["extensions"]["found"].as_u64().unwrap() > allowed as u64, "{error}");
    let valid = server.post(&json!({ "query": "{a:__typename}" }), &[]);
    assert_eq!(valid.status, 200, "{limit}: {}", valid.body);
    error["message"].as_str().unwrap().to_owned()
}

#[test]
fn configurable_limits_are_named_in_errors() {
    let query =
        "query A { x: countries(first: 3) { nodes { code @skip(if: false) } } y: __typename }";
    for (limit, value) in
        [("max-aliases", 1), ("max-depth", 2), ("max-complexity", 3), ("max-page", 2)]
    {
        let server = Server::start(&[&format!("--{limit}"), &value.to_string()]);
        let message = refused_by(&server, query, limit, value);
        assert!(message.contains(&format!("({limit})")), "{message}");
    }
}

#[test]
fn fixed_limits_apply_at_their_exact_size() {
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
        let message = refused_by(&server, &query, limit, allowed);
        // No flag sets the limit, so none is named.
        assert!(!message.contains("(max-"), "{message}");
    }
    // The maximum length is accepted.
    let long = format!("{{__typename}}#{}", "x".repeat(32_755));
    assert_eq!(server.post(&json!({ "query": long }), &[]).status, 200);
}

#[test]
fn disabled_introspection_hides_the_schema() {
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
fn requests_above_capacity_are_rejected_with_retry_after() {
    let server = Server::start(&["--max-requests", "0"]);
    let response = server.post(&json!({ "query": "{__typename}" }), &[]);
    assert_eq!((response.status, code(&response).as_str()), (503, "OVERLOADED"));
    assert!(response.header("retry-after").is_some());
    let table = server.get("/q/icp-history.csv");
    assert_eq!((table.status, code(&table).as_str()), (503, "OVERLOADED"));
    assert_eq!(server.get("/health/ready").status, 200);
}

#[test]
fn other_methods_are_rejected_with_an_allow_header() {
    let server = Server::shared();
    for method in ["PUT", "DELETE", "PATCH"] {
        let response = server.client().send(method, "/graphql", &[], "").unwrap();
        assert_eq!((response.status, code(&response).as_str()), (405, "METHOD_NOT_ALLOWED"));
        let allowed = response.header("allow").unwrap();
        assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    }
    let head = server.client().send("HEAD", "/graphql?query=%7B__typename%7D", &[], "").unwrap();
    assert_eq!(head.status, 200);
}

#[test]
fn variables_and_operation_name_are_read_from_get_and_post() {
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
fn invalid_requests_get_a_json_error_with_a_code() {
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
        let response = server.post(&body, &[STRICT]);
        assert_eq!((response.status, code(&response).as_str()), (400, expected), "{body}");
        assert!(json(&response).get("data").is_none());
        assert!(!json(&response)["errors"][0]["message"].as_str().unwrap().contains('\n'));
    }
}

#[test]
fn request_errors_have_status_200_for_application_json() {
    let response = Server::shared().post(&json!({ "query": "{ nonsense }" }), &[]);
    assert_eq!((response.status, code(&response).as_str()), (200, "BAD_USER_INPUT"));
}

#[test]
fn invalid_bodies_are_rejected() {
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
        let response = server.client().send("POST", "/graphql", headers, body).unwrap();
        let start: String = body.chars().take(60).collect();
        assert_eq!((response.status, code(&response).as_str()), (status, expected), "{start}");
    }
}

#[test]
fn invalid_get_requests_are_rejected() {
    let server = Server::shared();
    for address in [
        "/graphql",
        "/graphql?query=",
        "/graphql?query=%7Ba%7D&variables=1",
        "/graphql?query=a&query=b",
    ] {
        let response = server.get(address);
        assert_eq!(
            (response.status, code(&response).as_str()),
            (400, "BAD_USER_INPUT"),
            "{address}"
        );
    }
}

#[test]
fn get_accepts_queries_only() {
    let server = Server::shared();
    for operation in ["mutation { x }", "subscription { datasetChanged { version } }"] {
        let response = server.get(&format!("/graphql?query={}", encoded(operation)));
        assert_eq!((response.status, response.header("allow")), (405, Some("POST")), "{operation}");
        assert_eq!(code(&response), "METHOD_NOT_ALLOWED");
    }
}

#[test]
fn members_of_a_request_must_have_their_types() {
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
        let response = server.client().send("POST", "/graphql", &headers, &body).unwrap();
        assert_eq!(response.status, status, "{body}: {}", response.body);
        if status == 400 {
            assert_eq!(code(&response), "BAD_USER_INPUT", "{body}");
            assert!(json(&response).get("data").is_none(), "{body}");
        }
    }
}

#[test]
fn query_parameters_are_equivalent_to_a_body() {
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
        let response = server.client().send("GET", &path, &[STRICT], "").unwrap();
        assert_eq!(response.status, status, "{more}: {}", response.body);
    }
}

#[test]
fn only_the_selected_operation_must_be_a_query_for_get() {
    let server = Server::shared();
    let text = encoded("query A { __typename } subscription S { datasetChanged { version } }");
    let status_of =
        |name: &str| server.get(&format!("/graphql?query={text}&operationName={name}")).status;
    assert_eq!((status_of("A"), status_of("S")), (200, 405));
}

#[test]
fn execution_errors_are_not_request_errors() {
    let server = Server::shared();
    let request =
        json!({ "query": "{ convert(value: \"1\", from: \"EUR\", to: \"ZZZ\") { value } }" });
    for headers in [&[][..], &[STRICT]] {
        let response = server.post(&request, headers);
        let body = json(&response);
        assert_eq!(response.status, 200, "{body}");
        assert!(body.as_object().unwrap().contains_key("data") && body["data"].is_null(), "{body}");
        assert_eq!(body["errors"][0]["path"], json!(["convert"]));
    }
}
