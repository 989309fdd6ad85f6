//! `/mcp`: tools for assistants.

use serde_json::{Value, json};

use crate::support::http::Response;
use crate::support::server::{Server, code, json, run};

const STATELESS: &str = "2026-07-28";
const HANDSHAKE: &str = "2025-11-25";

fn send(server: &Server, headers: &[(&str, &str)], body: &str) -> Response {
    let accept = ("accept", "application/json, text/event-stream");
    let mut all = vec![("content-type", "application/json"), accept];
    all.extend(headers);
    server.client().send("POST", "/mcp", &all, body).unwrap()
}

/// Calls a method in a revision with a handshake.
fn call_method(server: &Server, method: &str, params: Value) -> Value {
    let mut body = json!({ "jsonrpc": "2.0", "id": 7, "method": method });
    body["params"] = params;
    let response = send(server, &[("mcp-protocol-version", HANDSHAKE)], &body.to_string());
    assert_eq!(response.header("content-type"), Some("application/json"));
    let response = json(&response);
    assert_eq!((&response["jsonrpc"], &response["id"]), (&json!("2.0"), &json!(7)));
    response
}

fn call(server: &Server, name: &str, arguments: Value) -> Value {
    let mut params = json!({ "name": name });
    params["arguments"] = arguments;
    let response = call_method(server, "tools/call", params);
    let result = response["result"].clone();
    assert!(result.is_object(), "{response}");
    result
}

/// Returns the data of a tool, which its text repeats.
fn data(server: &Server, name: &str, arguments: Value) -> Value {
    let result = call(server, name, arguments);
    assert_eq!(result["isError"], false, "{result}");
    let text = result["content"][0]["text"].as_str().unwrap();
    let read: Value = serde_json::from_str(text).unwrap();
    assert_eq!(read, result["structuredContent"]);
    read
}

/// Returns the message of a failed tool.
fn failure(server: &Server, name: &str, arguments: Value) -> String {
    let result = call(server, name, arguments);
    assert_eq!(result["isError"], true, "{result}");
    assert!(result.get("structuredContent").is_none(), "{result}");
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

fn stateless(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": STATELESS,
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    json!({ "jsonrpc": "2.0", "id": "a", "method": method, "params": params }).to_string()
}

#[test]
fn a_handshake_negotiates_the_revision() {
    let server = Server::shared();
    for (requested, given) in
        [(HANDSHAKE, HANDSHAKE), ("2025-06-18", "2025-06-18"), ("2024-11-05", HANDSHAKE)]
    {
        let params = json!({ "protocolVersion": requested, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
        let response = json(&send(&server, &[], &body.to_string()));
        assert_eq!(response["result"]["protocolVersion"], given, "{response}");
        assert_eq!(response["result"]["capabilities"], json!({ "tools": {} }));
        assert_eq!(response["result"]["serverInfo"]["name"], "aidgraph");
        assert!(response["result"]["instructions"].as_str().unwrap().contains("never 0"));
    }
    let notice = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let response = send(&server, &[("mcp-protocol-version", HANDSHAKE)], &notice.to_string());
    assert_eq!((response.status, response.body.as_str()), (202, ""));
    assert_eq!(call_method(&server, "ping", json!({}))["result"], json!({}));
}

#[test]
fn a_request_without_handshake_states_its_revision() {
    let server = Server::shared();
    let version = ("mcp-protocol-version", STATELESS);
    let body = stateless("server/discover", json!({}));
    let response = send(&server, &[version, ("mcp-method", "server/discover")], &body);
    let found = json(&response);
    assert_eq!(response.status, 200, "{found}");
    assert_eq!(found["id"], "a");
    assert_eq!(found["result"]["resultType"], "complete");
    assert_eq!(found["result"]["supportedVersions"], json!([STATELESS, HANDSHAKE, "2025-06-18"]));
    let server_info = &found["result"]["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!(server_info["name"], "aidgraph");
    let body = stateless("tools/call", json!({ "name": "list_tables", "arguments": {} }));
    for name in ["list_tables", "=?base64?bGlzdF90YWJsZXM=?="] {
        let headers = [version, ("mcp-method", "tools/call"), ("mcp-name", name)];
        let response = json(&send(&server, &headers, &body));
        assert_eq!(response["result"]["isError"], false, "{response}");
    }
    for headers in [
        &[version, ("mcp-method", "tools/call")][..],
        &[version, ("mcp-method", "tools/call"), ("mcp-name", "graphql")],
        &[version, ("mcp-method", "tools/list"), ("mcp-name", "list_tables")],
        &[version, ("mcp-name", "list_tables")],
        &[("mcp-method", "tools/call"), ("mcp-name", "list_tables")],
        &[version, version, ("mcp-method", "tools/call"), ("mcp-name", "list_tables")],
        &[("mcp-protocol-version", HANDSHAKE), ("mcp-method", "tools/call")],
    ] {
        let response = send(&server, headers, &body);
        let error = json(&response)["error"].clone();
        assert_eq!(
            (response.status, &error["code"]),
            (400, &json!(-32020)),
            "{headers:?}: {error}"
        );
    }
    let bare = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let response = send(&server, &[version, ("mcp-method", "tools/list")], &bare);
    assert_eq!((response.status, &json(&response)["error"]["code"]), (400, &json!(-32602)));
    let body = stateless("initialize", json!({}));
    let response = send(&server, &[version, ("mcp-method", "initialize")], &body);
    assert_eq!((response.status, &json(&response)["error"]["code"]), (404, &json!(-32601)));
}

#[test]
fn another_revision_is_rejected_with_those_supported() {
    let server = Server::shared();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let notice = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled" }).to_string();
    let modern = stateless("tools/list", json!({})).replace(STATELESS, "2199-01-01");
    for body in [&body, &notice, &modern] {
        let headers = [("mcp-protocol-version", "2199-01-01"), ("mcp-method", "tools/list")];
        let response = send(&server, &headers, body);
        let error = json(&response)["error"].clone();
        assert_eq!((response.status, &error["code"]), (400, &json!(-32022)), "{error}");
        assert_eq!(error["data"]["requested"], "2199-01-01");
        assert!(error["data"]["supported"].as_array().unwrap().contains(&json!(HANDSHAKE)));
    }
    // A request without a revision is read as one with a handshake.
    assert!(json(&send(&server, &[], &body))["result"]["tools"].is_array());
}

#[test]
fn the_list_of_tools_is_short_and_strict() {
    let response = call_method(&Server::shared(), "tools/list", json!({}));
    let tools = response["result"]["tools"].as_array().unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["list_tables", "describe_table", "read_table", "explain_figure", "search", "graphql"]
    );
    for tool in tools {
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        let annotations = &tool["annotations"];
        assert_eq!(annotations["readOnlyHint"], true);
        assert_eq!(annotations["idempotentHint"], true);
        assert_eq!(annotations["openWorldHint"], false);
    }
    assert!(response["result"].to_string().len() < 20_000);
}

#[test]
fn tables_are_listed_described_and_read_by_the_page() {
    let server = Server::shared();
    let list = data(&server, "list_tables", json!({}));
    assert!(list["dataVersion"].is_string());
    let tables = list["tables"].as_array().unwrap();
    assert!(tables.len() >= 19, "{list}");
    for table in tables {
        let name = table["name"].as_str().unwrap();
        let about = data(&server, "describe_table", json!({ "table": name }));
        let columns = about["columns"].as_array().unwrap();
        let page = data(&server, "read_table", json!({ "table": name, "limit": 2, "offset": 1 }));
        let total = page["totalRows"].as_u64().unwrap_or_else(|| panic!("{page}"));
        let rows = page["rows"].as_array().unwrap();
        assert_eq!(rows.len() as u64, total.saturating_sub(1).min(2), "{name}");
        assert_eq!(page["hasMore"], total > 3, "{page}");
        for row in rows {
            assert_eq!(row.as_object().unwrap().len(), columns.len(), "{name}");
        }
    }
    let page = data(&server, "read_table", json!({ "table": "budgets" }));
    let total = page["totalRows"].as_u64().unwrap();
    assert_eq!(page["rowCount"], total.min(100));
    let words = page["page"].as_str().unwrap();
    assert!(words.starts_with("rows 1 to ") && words.contains(&format!("of {total}")), "{words}");
    let rows = page["rows"].as_array().unwrap();
    let absent: Vec<&Value> = rows.iter().filter(|row| row["absence"] == "NOT_STATED").collect();
    assert!(!absent.is_empty());
    assert!(
        absent.iter().all(|row| row["value"] == "not stated" && row["value_text"] == "not stated")
    );
}

#[test]
fn parameters_and_columns_select() {
    let server = Server::shared();
    let arguments = json!({
        "table": "humanitarian-contributions",
        "parameters": { "country": ["ML", "NE"], "year": 2015, "currency": "USD" },
        "columns": ["id", "value_usd", "counted"],
    });
    let page = data(&server, "read_table", arguments);
    let rows = page["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row.as_object().unwrap().len() == 3), "{page}");
    let arguments = json!({ "table": "budgets", "parameters": { "by": ["country", "year"] } });
    let page = data(&server, "read_table", arguments);
    assert!(page["totalRows"].as_u64().unwrap() > 1, "{page}");
    for (arguments, named) in [
        (json!({ "table": "budget" }), "did you mean `budgets`"),
        (json!({ "table": "budgets", "limit": 0 }), "`limit` is from 1 to 1000"),
        (json!({ "table": "budgets", "limit": 1001 }), "`limit` is from 1 to 1000"),
        (json!({ "table": "budgets", "columns": ["nothing"] }), "unknown column `nothing`"),
        (
            json!({ "table": "budgets", "parameters": { "colour": "red" } }),
            "unknown parameter `colour`",
        ),
        (json!({ "table": "budgets", "parameters": { "limit": 5 } }), "give `offset` and `limit`"),
        (
            json!({ "table": "budgets", "parameters": { "country": { "a": 1 } } }),
            "parameter `country`",
        ),
        (json!({ "table": "budgets", "parameters": { "currency": "ABC" } }), "currency"),
        (json!({ "table": "budgets", "colour": "red" }), "unknown argument `colour`"),
        (json!({ "limit": 5 }), "missing argument `table`"),
        (json!({ "table": 5 }), "invalid type"),
    ] {
        let message = failure(&server, "read_table", arguments);
        assert!(message.starts_with("BAD_USER_INPUT: ") && message.contains(named), "{message}");
    }
    for name in ["list_tables", "describe_table", "explain_figure", "search", "graphql"] {
        let message = failure(&server, name, json!({ "colour": "red" }));
        assert!(message.contains("unknown argument `colour`"), "{name}: {message}");
    }
}

#[test]
fn a_figure_is_explained_with_source_line_and_reason() {
    let server = Server::shared();
    let arguments = json!({ "table": "budgets", "id": "ICP-MLI-3" });
    let found = data(&server, "explain_figure", arguments);
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4, "{found}");
    let superseded = rows.iter().find(|row| row["figure"]["left_out"] == "SUPERSEDED").unwrap();
    let figure = &superseded["figure"];
    assert_eq!((&figure["value_text"], &figure["currency"]), (&json!("55000000"), &json!("EUR")));
    assert_eq!((&figure["file"], &figure["line"]), (&json!("seed/budgets.csv"), &json!(6)));
    assert!(figure["source"].is_string() && figure["source_url"].is_string(), "{figure}");
    assert_eq!(superseded["citations"][0]["asPublished"], "55 million euros");
    let reason = "Replaced by later budgets, which can be counted themselves.";
    assert_eq!(superseded["meanings"]["left_out"], reason);
    let words = superseded["explanation"].as_str().unwrap();
    for part in ["55000000 EUR. The exact amount.", reason, "seed/budgets.csv, line 6"] {
        assert!(words.contains(part), "{words}");
    }
    let id = &figure["id"];
    let arguments =
        json!({ "table": "budgets", "id": "ICP-MLI-3", "part": id, "column": "element" });
    let one = data(&server, "explain_figure", arguments);
    assert_eq!(one["rows"].as_array().unwrap().len(), 1);
    assert!(one["rows"][0]["figure"]["element"].is_string(), "{one}");
    for (arguments, named) in [
        (json!({ "table": "budgets", "id": "nothing" }), "no such row `nothing`"),
        (json!({ "table": "budgets", "id": "ICP-MLI-3", "part": "x" }), "no such row"),
        (json!({ "table": "budgets", "id": "ICP-MLI-3", "column": "x" }), "unknown column `x`"),
        (json!({ "table": "events", "id": "x" }), "has no amounts"),
        (json!({ "table": "budgets", "id": "x", "parameters": { "by": "country" } }), "`by`"),
    ] {
        let message = failure(&server, "explain_figure", arguments);
        assert!(message.contains(named), "{message}");
    }
}

#[test]
fn every_figure_of_the_seed_is_the_same_explained_and_listed() {
    let server = Server::shared();
    for name in ["humanitarian-contributions", "mission-contributions", "oda-figures", "programmes"]
    {
        let page = data(&server, "read_table", json!({ "table": name, "limit": 25, "offset": 3 }));
        let rows = page["rows"].as_array().unwrap();
        for row in rows {
            let arguments = json!({ "table": name, "id": row["id"] });
            let found = data(&server, "explain_figure", arguments);
            let figure = &found["rows"][0]["figure"];
            for column in
                ["id", "value", "value_eur", "rate", "counted", "left_out", "file", "line"]
            {
                assert_eq!(figure[column], row[column], "{name} {} {column}", row["id"]);
            }
        }
    }
}

#[test]
fn search_finds_records_with_their_tables() {
    let server = Server::shared();
    let kinds = call_method(&server, "tools/list", json!({}))["result"]["tools"][4]["inputSchema"]
        ["properties"]["kinds"]["items"]["enum"]
        .clone();
    let arguments = json!({ "text": "Mali", "kinds": kinds, "first": 50 });
    let found = data(&server, "search", arguments);
    let results = found["edges"].as_array().unwrap();
    assert!(results.len() == 50 && found["totalCount"].as_u64().unwrap() >= 50, "{found}");
    let nodes: Vec<&Value> = results.iter().map(|result| &result["node"]).collect();
    assert!(nodes.iter().all(|node| node["table"].is_string() && node["id"].is_string()));
    let programme = nodes.iter().find(|node| node["noun"] == "Programme").unwrap();
    assert_eq!(programme["table"], "programmes");
    for arguments in [
        json!({ "text": "x", "kinds": ["NOTHING"] }),
        json!({ "text": "x", "country": ["?"] , "first": 5000 }),
    ] {
        let message = failure(&server, "search", arguments);
        assert!(message.starts_with("BAD_USER_INPUT: "), "{message}");
    }
}

#[test]
fn graphql_answers_queries_alone() {
    let server = Server::shared();
    let query = "query($id: String!) { programme(identifier: $id) { label } }";
    let found =
        data(&server, "graphql", json!({ "query": query, "variables": { "id": "ICP-MLI-3" } }));
    assert!(found["data"]["programme"]["label"].is_string(), "{found}");
    let found = data(&server, "graphql", json!({ "savedQuery": "icp-history" }));
    assert!(found["data"].is_object());
    for (arguments, named) in [
        (json!({}), "give either `query` or `savedQuery`"),
        (json!({ "query": "{ __typename }", "savedQuery": "icp-history" }), "give either"),
        (json!({ "savedQuery": "nothing" }), "icp-history"),
        (json!({ "query": "{ nothing }" }), "nothing"),
        (json!({ "query": "{" }), "BAD_USER_INPUT"),
        (json!({ "query": "subscription { dataVersionChanged { __typename } }" }), ""),
    ] {
        let message = failure(&server, "graphql", arguments);
        assert!(message.contains(named), "{message}");
    }
}

#[test]
fn trusted_queries_alone_may_be_allowed_and_the_schema_hidden() {
    let server = Server::start(&["--trusted-only", "true", "--introspection", "false"]);
    let message = failure(&server, "graphql", json!({ "query": "{ __typename }" }));
    assert!(message.starts_with("NOT_TRUSTED: ") && message.contains("icp-history"), "{message}");
    assert!(data(&server, "graphql", json!({ "savedQuery": "icp-history" }))["data"].is_object());
    assert!(data(&server, "search", json!({ "text": "Mali" }))["edges"].is_array());
    assert!(data(&server, "read_table", json!({ "table": "missions" }))["rows"].is_array());
}

#[test]
fn a_tool_or_method_that_does_not_exist_is_an_error_of_the_protocol() {
    let server = Server::shared();
    for (method, params, code) in [
        ("tools/call", json!({ "name": "drop_table" }), -32602),
        ("tools/call", json!({}), -32602),
        ("tools/call", json!({ "name": "list_tables", "arguments": [] }), -32602),
        ("tools/list", json!({ "cursor": "x" }), -32602),
        ("resources/list", json!({}), -32601),
        ("server/discover", json!({}), -32601),
    ] {
        let response = call_method(&server, method, params);
        assert_eq!(response["error"]["code"], code, "{response}");
    }
}

#[test]
fn hostile_bodies_are_rejected() {
    let server = Server::shared();
    let deep = "[".repeat(100_000);
    let deep_arguments = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{{\"name\":\"graphql\",\"arguments\":{{\"variables\":{}",
        "{\"a\":".repeat(10_000)
    );
    for (body, number) in [
        ("not json", -32700),
        ("", -32700),
        ("{\"jsonrpc\":\"2.0\"", -32700),
        (&deep, -32700),
        (&deep_arguments, -32700),
        ("[]", -32600),
        ("[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]", -32600),
        ("7", -32600),
        ("null", -32600),
        ("{}", -32600),
        ("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}", -32600),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", -32600),
    ] {
        let response = send(&server, &[], body);
        let error = json(&response)["error"].clone();
        let start: String = body.chars().take(60).collect();
        assert_eq!((response.status, &error["code"]), (400, &json!(number)), "{start}: {error}");
        assert!(response.body.len() < 1_200);
    }
    let large = format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{}\"}}", "x".repeat(300_000));
    let response = send(&server, &[], &large);
    assert_eq!((response.status, code(&response).as_str()), (413, "PAYLOAD_TOO_LARGE"));
    let long = json!({ "table": "x".repeat(100_000) });
    assert!(failure(&server, "read_table", long).len() < 1_200);
    let long = call_method(&server, &"m".repeat(100_000), json!({}));
    assert!(long.to_string().len() < 1_200);
    let long = json!({ "table": "budgets", "id": "x".repeat(100_000) });
    assert!(failure(&server, "explain_figure", long).len() < 1_200);
}

#[test]
fn only_posts_of_json_by_allowed_pages_are_answered() {
    let server = Server::shared();
    for method in ["GET", "DELETE"] {
        let response =
            server.client().send(method, "/mcp", &[("accept", "text/event-stream")], "").unwrap();
        assert_eq!((response.status, code(&response).as_str()), (405, "METHOD_NOT_ALLOWED"));
    }
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    let send =
        |headers: &[(&str, &str)]| server.client().send("POST", "/mcp", headers, &body).unwrap();
    let json_type = ("content-type", "application/json");
    let status = |response: Response| (response.status, code(&response));
    assert_eq!(status(send(&[])), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    let accept = ("accept", "text/event-stream");
    assert_eq!(status(send(&[json_type, accept])), (406, "NOT_ACCEPTABLE".to_owned()));
    let foreign = ("origin", "https://evil.example");
    assert_eq!(status(send(&[json_type, foreign])), (403, "FORBIDDEN".to_owned()));
    let own = format!("http://{}", server.address);
    assert_eq!(send(&[json_type, ("origin", &own)]).status, 200);
}

#[test]
fn tools_need_the_role_of_readers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens").to_str().unwrap().to_owned();
    let make = |name: &str, role: &str| {
        let output = run(&["token", name, "--role", role, "--auth-file", &file]);
        format!("Bearer {}", String::from_utf8(output.stdout).unwrap().trim())
    };
    let (reader, importer) = (make("assistant", "read"), make("loader", "import"));
    let server = Server::start(&["--auth-file", &file]);
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }).to_string();
    let response = send(&server, &[], &body);
    assert_eq!((response.status, code(&response).as_str()), (401, "UNAUTHENTICATED"));
    assert!(response.header("www-authenticate").unwrap().starts_with("Bearer"));
    assert_eq!(send(&server, &[("authorization", &importer)], &body).status, 403);
    assert_eq!(send(&server, &[("authorization", &reader)], &body).status, 200);
}
