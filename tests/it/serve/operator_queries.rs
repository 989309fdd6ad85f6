//! A folder of saved queries of the operator.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::support::server::{Server, code, json as as_json, serve};

const CODES: &str = "# title: Codes\n# answers: Which countries are there?\n# rows: countries.nodes\nquery Codes { countries(first: 1000) { nodes { code } } }\n";

fn until(server: &Server, path: &str, words: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while !server.get(path).body.contains(words) {
        assert!(Instant::now() < end, "{path}: {}", server.get(path).body);
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn operator_queries_are_served_with_the_embedded_ones_and_reloaded() {
    let (folder, data) = (tempfile::tempdir().unwrap(), Arc::new(tempfile::tempdir().unwrap()));
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("codes.graphql", CODES);
    write("icp-history.graphql", &CODES.replace("Codes", "Replaced"));
    write("notes.txt", "not a query");
    let arguments = ["--trusted-only", "--queries", folder.path().to_str().unwrap()];
    let server = Server::start_on(&data, &arguments);
    assert!(server.get("/q/codes.csv").body.starts_with("code\r\n"));
    assert_eq!(server.json("/q/icp-history.json")["title"], "Replaced");
    assert_eq!(server.get("/q/mali-3d.csv").status, 200);
    assert!(server.get("/q").body.contains("/q/codes.ndjson"));
    assert!(server.get("/playground/queries.json").body.contains("query Codes"));
    let named = |id: &str| server.post(&json!({ "documentId": id }), &[]);
    assert!(as_json(&named("codes"))["data"]["countries"].is_object());

    let before = server.get("/q/codes.csv");
    write("codes.graphql", &CODES.replace("{ code }", "{ code name { value } }"));
    until(&server, "/q/codes.csv", "code,name_value");
    assert_ne!(server.get("/q/codes.csv").header("etag"), before.header("etag"));
    write("more.graphql", CODES);
    until(&server, "/q/more.csv", "code\r\n");
    assert!(as_json(&named("more"))["data"]["countries"].is_object());

    // With an error the previous version stays.
    write("codes.graphql", &CODES.replace("{ code }", "{ cod }"));
    let message = server.wait_for_log("codes.graphql:4: ");
    assert!(message["message"].as_str().unwrap().contains("`cod`"), "{message}");
    server.wait_for_log("edited queries rejected");
    assert!(server.get("/q/codes.csv").body.starts_with("code,name_value"));
    fs::remove_file(folder.path().join("more.graphql")).unwrap();
    write("codes.graphql", CODES);
    until(&server, "/q/more.csv", "NOT_FOUND");
    assert_eq!((named("more").status, code(&named("more")).as_str()), (403, "NOT_TRUSTED"));
}

#[test]
fn a_start_with_invalid_queries_reports_all_problems() {
    let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let rejected = |folder: &TempDir| {
        let output = serve(data.path()).arg("--queries").arg(folder.path()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let files = [
        ("a.graphql", CODES.replace("{ code }", "{ cod }"), 4),
        ("b.graphql", CODES.replace("# answers", "# asks"), 1),
        ("c.graphql", CODES.replace("countries.nodes\n", "countries.items\n"), 3),
        ("d.graphql", CODES.replace("} }\n", "}"), 4),
        (
            "e.graphql",
            CODES.replace("query Codes {", "query Codes($bom: Int) {").replace("1000", "$bom"),
            4,
        ),
        ("f g.graphql", CODES.to_owned(), 1),
        ("h.graphql", CODES.replace("# rows", "# chart: pie x=code y=code\n# rows"), 3),
        ("i.graphql", CODES.replace("# rows", "# chart: bar x=code y=total\n# rows"), 3),
        ("transactions.graphql", CODES.to_owned(), 1),
    ];
    for (name, text, _) in &files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let (code, message) = rejected(&folder);
    assert_eq!(code, Some(2), "{message}");
    for (name, _, line) in &files {
        assert!(message.contains(&format!("{name}:{line}: ")), "{name}: {message}");
    }
    assert!(message.contains("aidgraph: 9 problems"), "{message}");
    let none = tempfile::tempdir().unwrap();
    let gone = none.path().join("gone");
    let output = serve(data.path()).arg("--queries").arg(&gone).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot read the folder"));
}

#[test]
fn a_reload_signal_detects_a_change_with_equal_time_and_length() {
    let (folder, data) = (tempfile::tempdir().unwrap(), Arc::new(tempfile::tempdir().unwrap()));
    let path = folder.path().join("codes.graphql");
    fs::write(&path, CODES).unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let server = Server::start_on(&data, &["--queries", folder.path().to_str().unwrap()]);
    assert_eq!(server.json("/q/codes.json")["title"], "Codes");
    fs::write(&path, CODES.replace("# title: Codes", "# title: Coded")).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    server.signal("HUP");
    until(&server, "/q/codes.json", "\"Coded\"");
}
