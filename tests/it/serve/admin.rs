//! Import of files over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aidgraph::store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;
use zip::CompressionMethod;

use crate::import::archive::zip;
use crate::import::{Activity, WELLS, file};
use crate::support::http::Response;
use crate::support::server::{Server, code, json, run};
use crate::support::socket::StreamedResponse;

/// A server that accepts files, and the token to send them.
struct Uploader {
    server: Server,
    token: String,
    _folder: TempDir,
}

impl Uploader {
    fn open(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tokens = folder.path().join("tokens").to_str().unwrap().to_owned();
        let output = run(&["token", "loader", "--role", "import", "--auth-file", &tokens]);
        let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        let flags = [&["--auth-file", &tokens, "--open-reading"], flags].concat();
        Self { server: Server::start(&flags), token, _folder: folder }
    }

    fn head(&self, query: &str, length: usize) -> String {
        format!(
            "POST /admin/import?{query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\ncontent-length: {length}\r\n\r\n",
            self.token
        )
    }

    /// Starts an upload.
    fn send(&self, query: &str, content: &str) -> StreamedResponse {
        let request = self.head(query, content.len()) + content;
        StreamedResponse::begin(&self.server.address, &request)
    }

    /// Uploads a file, and returns all lines of the response.
    fn upload(&self, query: &str, content: &str) -> Vec<Value> {
        let whole = self.send(query, content).read_to_end();
        assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
        assert!(whole.contains("content-type: application/x-ndjson"), "{whole}");
        let lines = whole.lines().filter(|line| line.starts_with('{'));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn rejected(&self, query: &str, content: &str) -> Response {
        let claimed = format!("Bearer {}", self.token);
        let headers = [("authorization", claimed.as_str())];
        let path = format!("/admin/import?{query}");
        self.server.client().send("POST", &path, &headers, content).unwrap()
    }

    fn label(&self, identifier: &str) -> Value {
        let query =
            format!("{{ programme(identifier: \"{identifier}\") {{ title {{ value }} }} }}");
        let response = json(&self.server.post(&json!({ "query": query }), &[]));
        response["data"]["programme"]["title"]["value"].clone()
    }

    fn generation(&self) -> u64 {
        self.server.json("/health/ready")["generation"].as_u64().unwrap()
    }
}

#[test]
fn a_file_is_imported_with_progress_and_ledger() {
    let uploader = Uploader::open(&[]);
    assert_eq!(uploader.label("XX-1"), Value::Null);
    let content = file(&[WELLS]);
    let upload = uploader.upload("name=wells.xml", &content);
    let events: Vec<&str> = upload.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!((events[0], *events.last().unwrap()), ("received", "done"), "{events:?}");
    assert!(events.contains(&"read") && events.contains(&"building"), "{events:?}");
    assert_eq!(upload[0]["bytes"], content.len());
    let done = upload.last().unwrap();
    // The new data is current when the last line is sent.
    assert_eq!(done["inForce"], true, "{done}");
    assert_eq!(uploader.label("XX-1"), "Wells in Ségou");
    let file = &done["report"]["files"][0];
    assert_eq!((&file["name"], &file["fate"]), (&json!("wells.xml"), &json!("ADDED")), "{done}");
    let ledger = &file["ledger"];
    assert_eq!((&ledger["rows_read"], &ledger["accepted"]), (&json!(1), &json!(1)), "{done}");
    assert_eq!(done["report"]["generation"], uploader.generation());

    let again = uploader.upload("name=wells.xml&format=iati", &content);
    assert_eq!(again.last().unwrap()["report"]["files"][0]["fate"], "UNCHANGED");
    // Unusable files are rejected with their ledger, as on the command line.
    let words = uploader.upload("name=words.xml", "just words");
    assert_eq!(words.last().unwrap()["report"]["files"][0]["fate"], "REFUSED");
}

#[test]
fn a_query_table_read_during_imports_has_rows_of_one_version() {
    const QUERY: &str = "query($first: Int = 2, $after: String) { programmes(first: $first, after: $after, \
        filter: { text: \"flood\" }) { pageInfo { hasNextPage endCursor } nodes { identifier title { value } } } }";
    let uploader = Uploader::open(&[]);
    let version = |number: usize| {
        let (title, updated) = (format!("Flood {number}"), format!("2020-01-{:02}", number + 1));
        let ids: Vec<String> = (0..40).map(|id| format!("XX-{id}")).collect();
        let activity = |id| Activity { id, title: &title, updated: &updated, ..WELLS };
        let all: Vec<_> = ids.iter().map(|id| activity(id)).collect();
        uploader.upload("name=floods.xml", &file(&all));
    };
    version(0);
    let path = format!("/q.json?query={}", crate::support::address::encoded(QUERY));
    let (is_over, path) = (AtomicBool::new(false), path.as_str());
    let seen = thread::scope(|scope| {
        let read = || {
            let mut seen = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                seen.push(uploader.server.get(path));
            }
            seen.push(uploader.server.get(path));
            seen
        };
        let reading = scope.spawn(read);
        (1..8).for_each(version);
        is_over.store(true, Ordering::Relaxed);
        reading.join().unwrap()
    });
    let mut titles = Vec::new();
    for response in seen {
        // A table whose data changes repeatedly is aborted, never mixed.
        if response.status == 503 {
            continue;
        }
        let rows =
            json(&response)["rows"].as_array().unwrap_or_else(|| panic!("{response:?}")).clone();
        assert_eq!(rows.len(), 40);
        assert!(rows.iter().all(|row| row["title_value"] == rows[0]["title_value"]), "{rows:?}");
        titles.push(rows[0]["title_value"].clone());
    }
    titles.dedup();
    assert!(titles.len() > 1, "{titles:?}");
    assert_eq!(titles.last(), Some(&json!("Flood 7")));
}

impl Uploader {
    /// Uploads bytes with a content type, and returns the report.
    fn import(&self, query: &str, r#type: &str, content: &[u8]) -> Value {
        let head = self.head(query, content.len());
        let head = head.replace("\r\n\r\n", &format!("\r\ncontent-type: {type}\r\n\r\n"));
        let mut stream = TcpStream::connect(&self.server.address).unwrap();
        stream.write_all(&[head.as_bytes(), content].concat()).unwrap();
        let mut whole = String::new();
        stream.read_to_string(&mut whole).unwrap();
        let last =
            whole.lines().rfind(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{whole}"));
        serde_json::from_str::<Value>(last).unwrap()["report"].clone()
    }

    fn run_query(&self, query: &str) -> Value {
        json(&self.server.post(&json!({ "query": query }), &[]))["data"].clone()
    }
}

#[test]
fn an_archive_over_http_is_imported_with_any_content_type() {
    let uploader = Uploader::open(&[]);
    let member = |id: &str| file(&[Activity { id, ..WELLS }]);
    let (a, b) = (member("A-1"), member("A-2"));
    let content = zip(
        CompressionMethod::Deflated,
        &[("a.xml", a.as_bytes()), ("sub/b.xml", b.as_bytes()), ("bad.xml", b"just words")],
    );
    for (name, r#type) in
        [("all.zip", "application/zip"), ("all", "text/xml"), ("x.xml", "application/octet-stream")]
    {
        let report = uploader.import(&format!("name={name}"), r#type, &content);
        let files = report["files"].as_array().unwrap();
        let names: Vec<_> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
        let expected = ["a.xml", "bad.xml", "sub/b.xml"].map(|member| format!("{name}/{member}"));
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected, "{report}");
        let rejected = files.iter().find(|file| file["fate"] == "REFUSED").unwrap();
        assert_eq!(rejected["name"], format!("{name}/bad.xml"));
    }
    let data = uploader.run_query("{ programmes(filter: { file: \"all.zip/sub/b.xml\" }) { nodes { identifier origin { file line } } } }");
    assert_eq!(
        data["programmes"]["nodes"],
        json!([{ "identifier": "A-2", "origin": { "file": "all.zip/sub/b.xml", "line": 3 } }])
    );
    // Limits are those of local files.
    let bomb = zip(CompressionMethod::Deflated, &[("zeros.xml", &vec![b' '; 80 << 20])]);
    let report = uploader.import("name=bomb.zip", "application/zip", &bomb);
    assert_eq!(report["files"][0]["fate"], "REFUSED", "{report}");
}

#[test]
fn the_duplicates_option_is_accepted_over_http() {
    let uploader = Uploader::open(&[]);
    let version = |updated, paid| file(&[Activity { updated, paid, ..WELLS }]);
    let old = version("2020-01-01", &["100", "7.5"]);
    let new = version("2021-01-01", &["100", "30"]);
    let sum = "{ transactions(filter: { programme: \"XX-1\" }) { totals { counted } } }";
    let counted = || uploader.run_query(sum)["transactions"]["totals"][0]["counted"].clone();
    uploader.import("name=old.xml", "text/xml", old.as_bytes());
    let report = uploader.import("name=new.xml&duplicates=latest", "text/xml", new.as_bytes());
    assert_eq!(report["superseded"], json!([{ "name": "old.xml", "records": 1 }]), "{report}");
    assert_eq!(counted(), "130");
    uploader.import("name=new.xml&duplicates=unite", "text/xml", new.as_bytes());
    assert_eq!(counted(), "137.5");
    // The option stays with the file until another one is set.
    uploader.import("name=new.xml", "text/xml", new.as_bytes());
    assert_eq!(counted(), "137.5");
    uploader.import("name=new.xml&duplicates=latest", "text/xml", new.as_bytes());
    assert_eq!(counted(), "130");
    let response = uploader.rejected("name=new.xml&duplicates=both", &new);
    assert_eq!((response.status, code(&response).as_str()), (400, "BAD_USER_INPUT"));
}

#[test]
fn the_licence_option_is_accepted_over_http() {
    let uploader = Uploader::open(&[]);
    let content = file(&[WELLS]);
    let licence = || {
        let query = "{ dataset { sources(name: [\"a.xml\"]) { licence } version } }";
        let dataset = uploader.run_query(query)["dataset"].clone();
        (dataset["sources"][0]["licence"].clone(), dataset["version"].clone())
    };
    let upload = uploader.upload("name=a.xml&licence=CC-BY-4.0", &content);
    assert_eq!(upload.last().unwrap()["report"]["files"][0]["licence"], "CC-BY-4.0");
    let (stated, version) = licence();
    assert_eq!(stated, "CC-BY-4.0");
    let upload = uploader.upload("name=a.xml", &content);
    assert_eq!(upload.last().unwrap()["report"]["files"][0]["licence"], "CC-BY-4.0");
    assert_eq!(licence(), (json!("CC-BY-4.0"), version.clone()));
    uploader.upload("name=a.xml&licence=", &content);
    let (missing, later) = licence();
    assert!(missing.is_null() && later != version, "{missing} {later}");
    for bad in ["a%0Ab".to_owned(), "x".repeat(201)] {
        let response = uploader.rejected(&format!("name=a.xml&licence={bad}"), &content);
        assert_eq!((response.status, code(&response).as_str()), (400, "BAD_USER_INPUT"));
    }
}

#[test]
fn invalid_uploads_are_rejected_with_a_status() {
    let uploader = Uploader::open(&["--max-import", "5000"]);
    let generation = uploader.generation();
    let content = file(&[WELLS]);
    for (query, content, status, expected) in [
        ("", content.as_str(), 400, "BAD_USER_INPUT"),
        ("name=", &content, 400, "BAD_USER_INPUT"),
        ("name=seed%2Fmissions.csv", &content, 400, "BAD_USER_INPUT"),
        ("name=a%0Ab.xml", &content, 400, "BAD_USER_INPUT"),
        ("name=a.xml&format=word", &content, 400, "BAD_USER_INPUT"),
        ("name=a.xml&nmae=b.xml", &content, 400, "BAD_USER_INPUT"),
        ("name=a.xml", "", 400, "BAD_USER_INPUT"),
        ("name=a.xml", &"x".repeat(5_001), 413, "PAYLOAD_TOO_LARGE"),
    ] {
        let response = uploader.rejected(query, content);
        assert_eq!((response.status, code(&response).as_str()), (status, expected), "{query}");
    }
    // Also without a declared length.
    let head =
        uploader.head("name=a.xml", 0).replace("content-length: 0", "transfer-encoding: chunked");
    let piece = "x".repeat(4_000);
    let body = format!("fa0\r\n{piece}\r\nfa0\r\n{piece}\r\n0\r\n\r\n");
    let mut flow = StreamedResponse::begin(&uploader.server.address, &(head + &body));
    flow.read_until("413 Payload Too Large");
    assert_eq!(uploader.generation(), generation);
    assert_eq!(uploader.server.get("/admin/import").status, 405);
}

#[test]
fn only_the_import_role_may_upload() {
    let uploader = Uploader::open(&[]);
    let content = file(&[WELLS]);
    let sent = |server: &Server| {
        server.client().send("POST", "/admin/import?name=a.xml", &[], &content).unwrap()
    };
    assert_eq!(
        (sent(&uploader.server).status, code(&sent(&uploader.server)).as_str()),
        (401, "UNAUTHENTICATED")
    );
    // Without tokens no client has the role.
    assert_eq!(sent(&Server::shared()).status, 401);
}

#[test]
fn uploads_are_concurrent_and_imports_sequential() {
    let uploader = Uploader::open(&[]);
    let content = file(&[WELLS]);
    let mut first = TcpStream::connect(&uploader.server.address).unwrap();
    let head = uploader.head("name=a.xml", content.len()).replace("connection: close\r\n", "");
    let head = head.replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    first.write_all(head.as_bytes()).unwrap();
    // Sent when the server waits for the body.
    let mut interim = [0; 12];
    std::io::Read::read_exact(&mut first, &mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100");
    first.write_all(&content.as_bytes()[..20]).unwrap();
    // An upload in progress does not block others.
    let upload = uploader.send("name=b.xml", &content).read_to_end();
    assert!(upload.starts_with("HTTP/1.1 200") && upload.contains("\"ADDED\""), "{upload}");
    // An aborted upload leaves nothing.
    drop(first);
    let files = uploader
        .server
        .post(&json!({ "query": "{ dataset { sources(first: 200) { nodes { name } } } }" }), &[]);
    assert!(!files.body.contains("a.xml"), "{}", files.body);

    let store = Store::open(uploader.server.data().path()).unwrap();
    let writer = store.writer().unwrap();
    let rejected = uploader.rejected("name=c.xml", &content);
    assert_eq!((rejected.status, code(&rejected).as_str()), (409, "CONFLICT"));
    drop(writer);
}

#[test]
fn a_slow_upload_is_rejected() {
    let uploader = Uploader::open(&["--body-timeout", "1s"]);
    let head = uploader.head("name=slow.xml", 1_000_000);
    let mut slow = TcpStream::connect(&uploader.server.address).unwrap();
    slow.write_all(head.as_bytes()).unwrap();
    let mut reader = slow.try_clone().unwrap();
    let upload = thread::spawn(move || {
        let mut upload = Vec::new();
        let _ = std::io::Read::read_to_end(&mut reader, &mut upload);
        String::from_utf8_lossy(&upload).into_owned()
    });
    let begin = Instant::now();
    while !upload.is_finished() && slow.write_all(b" ").is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it may go on");
        thread::sleep(Duration::from_millis(100));
    }
    let upload = upload.join().unwrap();
    assert!(
        upload.starts_with("HTTP/1.1 408") && upload.contains("slower than 1024 bytes"),
        "{upload}"
    );
}

#[test]
fn an_import_continues_after_its_client_disconnects() {
    let uploader = Uploader::open(&[]);
    let many: Vec<String> = (0..500).map(|n| format!("XX-{n}")).collect();
    let many: Vec<Activity> = many.iter().map(|id| Activity { id, ..WELLS }).collect();
    let mut flow = uploader.send("name=many.xml", &file(&many));
    flow.read_until("received");
    drop(flow);
    uploader.server.wait_for_log("import finished");
    uploader.server.wait_for_log("generation published");
    assert_eq!(
        (uploader.label("XX-0"), uploader.label("XX-499")),
        (json!("Wells in Ségou"), json!("Wells in Ségou"))
    );
}

#[test]
fn shutdown_leaves_the_old_data_or_the_new() {
    let mut uploader = Uploader::open(&["--shutdown-timeout", "30s"]);
    let many: Vec<String> = (0..2_000).map(|n| format!("XX-{n}")).collect();
    let many: Vec<Activity> = many.iter().map(|id| Activity { id, ..WELLS }).collect();
    let mut flow = uploader.send("name=many.xml", &file(&many));
    flow.read_until("received");
    uploader.server.signal("TERM");
    let upload = flow.read_to_end();
    assert!(upload.contains("\"done\"") || upload.contains("\"failed\""), "{upload}");
    assert_eq!(uploader.server.wait_for_exit().code(), Some(0));
    let again = Server::start_on(uploader.server.data(), &[]);
    let query = json!({ "query": "{ programmes(filter: { reporter: \"XX\" }) { totalCount } }" });
    let count = json(&again.post(&query, &[]))["data"]["programmes"]["totalCount"].clone();
    assert!(count == 0 || count == 2_000, "{count}: {upload}");
    assert_eq!(count == 2_000, upload.contains("\"done\""), "{upload}");
}

#[test]
fn responses_neither_fail_nor_mix_versions_during_imports() {
    let uploader = Uploader::open(&[]);
    let query = r#"{ a: programmes(filter: { reporter: "XX" }) { totalCount } b: transactions(filter: { agency: "XM-DAC-41140", year: 2020 }) { totalCount } }"#;
    let (query, done) = (json!({ "query": query }), Arc::new(AtomicBool::new(false)));
    thread::scope(|scope| {
        let (uploader, query) = (&uploader, &query);
        let in_flight: Vec<_> = (0..2)
            .map(|_| {
                let done = Arc::clone(&done);
                scope.spawn(move || {
                    let mut last = 0;
                    while !done.load(Ordering::Relaxed) {
                        let response = uploader.server.post(query, &[]);
                        assert_eq!(response.status, 200, "{}", response.body);
                        let data = &json(&response)["data"];
                        let count = |name: &str| data[name]["totalCount"].as_u64().unwrap();
                        assert_eq!(count("a") * 2, count("b"), "{data}");
                        last = count("a");
                    }
                    last
                })
            })
            .collect();
        for n in 1..=3_usize {
            let id = format!("XX-{n}");
            let upload =
                uploader.upload(&format!("name={n}.xml"), &file(&[Activity { id: &id, ..WELLS }]));
            assert_eq!(upload.last().unwrap()["event"], "done");
        }
        thread::sleep(Duration::from_millis(200));
        done.store(true, Ordering::Relaxed);
        for request in in_flight {
            assert!(request.join().unwrap() > 0);
        }
    });
}
