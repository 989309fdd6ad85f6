//! Files that come in over HTTP.

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
use crate::support::http::Answer;
use crate::support::server::{Server, code, json, run};
use crate::support::socket::Flow;

/// A server that takes files, and the token for them.
struct Desk {
    server: Server,
    token: String,
    _folder: TempDir,
}

impl Desk {
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

    /// A file on its way.
    fn send(&self, query: &str, content: &str) -> Flow {
        let request = self.head(query, content.len()) + content;
        Flow::begin(&self.server.address, &request)
    }

    /// The lines about a file, to the last.
    fn told(&self, query: &str, content: &str) -> Vec<Value> {
        let whole = self.send(query, content).whole();
        assert!(whole.starts_with("HTTP/1.1 200"), "{whole}");
        assert!(whole.contains("content-type: application/x-ndjson"), "{whole}");
        let lines = whole.lines().filter(|line| line.starts_with('{'));
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn refused(&self, query: &str, content: &str) -> Answer {
        let claimed = format!("Bearer {}", self.token);
        let headers = [("authorization", claimed.as_str())];
        let path = format!("/admin/import?{query}");
        self.server.client().send("POST", &path, &headers, content).unwrap()
    }

    fn label(&self, identifier: &str) -> Value {
        let query =
            format!("{{ programme(identifier: \"{identifier}\") {{ title {{ value }} }} }}");
        let answer = json(&self.server.post(&json!({ "query": query }), &[]));
        answer["data"]["programme"]["title"]["value"].clone()
    }

    fn generation(&self) -> u64 {
        self.server.json("/health/ready")["generation"].as_u64().unwrap()
    }
}

#[test]
fn a_file_is_brought_in_with_its_progress_and_its_ledger() {
    let desk = Desk::open(&[]);
    assert_eq!(desk.label("XX-1"), Value::Null);
    let content = file(&[WELLS]);
    let told = desk.told("name=wells.xml", &content);
    let events: Vec<&str> = told.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!((events[0], *events.last().unwrap()), ("received", "done"), "{events:?}");
    assert!(events.contains(&"read") && events.contains(&"building"), "{events:?}");
    assert_eq!(told[0]["bytes"], content.len());
    let done = told.last().unwrap();
    // Answers come from it as soon as that is said.
    assert_eq!(done["inForce"], true, "{done}");
    assert_eq!(desk.label("XX-1"), "Wells in Ségou");
    let file = &done["report"]["files"][0];
    assert_eq!((&file["name"], &file["fate"]), (&json!("wells.xml"), &json!("ADDED")), "{done}");
    let ledger = &file["ledger"];
    assert_eq!((&ledger["rows_read"], &ledger["accepted"]), (&json!(1), &json!(1)), "{done}");
    assert_eq!(done["report"]["generation"], desk.generation());

    let again = desk.told("name=wells.xml&format=iati", &content);
    assert_eq!(again.last().unwrap()["report"]["files"][0]["fate"], "UNCHANGED");
    // What cannot be taken is refused by its ledger, as on the command line.
    let words = desk.told("name=words.xml", "just words");
    assert_eq!(words.last().unwrap()["report"]["files"][0]["fate"], "REFUSED");
}

#[test]
fn a_query_table_that_is_read_while_files_come_in_holds_rows_of_one_version() {
    const QUERY: &str = "query($first: Int = 2, $after: String) { programmes(first: $first, after: $after, \
        filter: { text: \"flood\" }) { pageInfo { hasNextPage endCursor } nodes { identifier title { value } } } }";
    let desk = Desk::open(&[]);
    let version = |number: usize| {
        let (title, updated) = (format!("Flood {number}"), format!("2020-01-{:02}", number + 1));
        let ids: Vec<String> = (0..40).map(|id| format!("XX-{id}")).collect();
        let activity = |id| Activity { id, title: &title, updated: &updated, ..WELLS };
        let all: Vec<_> = ids.iter().map(|id| activity(id)).collect();
        desk.told("name=floods.xml", &file(&all));
    };
    version(0);
    let path = format!("/q.json?query={}", crate::support::address::encoded(QUERY));
    let (is_over, path) = (AtomicBool::new(false), path.as_str());
    let seen = thread::scope(|scope| {
        let read = || {
            let mut seen = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                seen.push(desk.server.get(path));
            }
            seen.push(desk.server.get(path));
            seen
        };
        let reading = scope.spawn(read);
        (1..8).for_each(version);
        is_over.store(true, Ordering::Relaxed);
        reading.join().unwrap()
    });
    let mut titles = Vec::new();
    for answer in seen {
        // A table whose data changes again and again is given up, never mixed.
        if answer.status == 503 {
            continue;
        }
        let rows = json(&answer)["rows"].as_array().unwrap_or_else(|| panic!("{answer:?}")).clone();
        assert_eq!(rows.len(), 40);
        assert!(rows.iter().all(|row| row["title_value"] == rows[0]["title_value"]), "{rows:?}");
        titles.push(rows[0]["title_value"].clone());
    }
    titles.dedup();
    assert!(titles.len() > 1, "{titles:?}");
    assert_eq!(titles.last(), Some(&json!("Flood 7")));
}

impl Desk {
    /// Sends bytes that may be no text, as a type; gives the report.
    fn bring(&self, query: &str, r#type: &str, content: &[u8]) -> Value {
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

    fn ask(&self, query: &str) -> Value {
        json(&self.server.post(&json!({ "query": query }), &[]))["data"].clone()
    }
}

#[test]
fn an_archive_over_http_is_taken_like_a_folder_whatever_its_type() {
    let desk = Desk::open(&[]);
    let member = |id: &str| file(&[Activity { id, ..WELLS }]);
    let (a, b) = (member("A-1"), member("A-2"));
    let content = zip(
        CompressionMethod::Deflated,
        &[("a.xml", a.as_bytes()), ("sub/b.xml", b.as_bytes()), ("bad.xml", b"just words")],
    );
    for (name, r#type) in
        [("all.zip", "application/zip"), ("all", "text/xml"), ("x.xml", "application/octet-stream")]
    {
        let report = desk.bring(&format!("name={name}"), r#type, &content);
        let files = report["files"].as_array().unwrap();
        let names: Vec<_> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
        let expected = ["a.xml", "bad.xml", "sub/b.xml"].map(|member| format!("{name}/{member}"));
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected, "{report}");
        let refused = files.iter().find(|file| file["fate"] == "REFUSED").unwrap();
        assert_eq!(refused["name"], format!("{name}/bad.xml"));
    }
    let data = desk.ask("{ programmes(filter: { file: \"all.zip/sub/b.xml\" }) { nodes { identifier origin { file line } } } }");
    assert_eq!(
        data["programmes"]["nodes"],
        json!([{ "identifier": "A-2", "origin": { "file": "all.zip/sub/b.xml", "line": 3 } }])
    );
    // Limits hold as for a file that lies there.
    let bomb = zip(CompressionMethod::Deflated, &[("zeros.xml", &vec![b' '; 80 << 20])]);
    let report = desk.bring("name=bomb.zip", "application/zip", &bomb);
    assert_eq!(report["files"][0]["fate"], "REFUSED", "{report}");
}

#[test]
fn what_counts_of_several_versions_can_be_said_over_http() {
    let desk = Desk::open(&[]);
    let version = |updated, paid| file(&[Activity { updated, paid, ..WELLS }]);
    let old = version("2020-01-01", &["100", "7.5"]);
    let new = version("2021-01-01", &["100", "30"]);
    let sum = "{ transactions(filter: { programme: \"XX-1\" }) { totals { counted } } }";
    let counted = || desk.ask(sum)["transactions"]["totals"][0]["counted"].clone();
    desk.bring("name=old.xml", "text/xml", old.as_bytes());
    let report = desk.bring("name=new.xml&duplicates=latest", "text/xml", new.as_bytes());
    assert_eq!(report["superseded"], json!([{ "name": "old.xml", "records": 1 }]), "{report}");
    assert_eq!(counted(), "130");
    desk.bring("name=new.xml&duplicates=unite", "text/xml", new.as_bytes());
    assert_eq!(counted(), "137.5");
    // The word stays with the file until another one is said.
    desk.bring("name=new.xml", "text/xml", new.as_bytes());
    assert_eq!(counted(), "137.5");
    desk.bring("name=new.xml&duplicates=latest", "text/xml", new.as_bytes());
    assert_eq!(counted(), "130");
    let answer = desk.refused("name=new.xml&duplicates=both", &new);
    assert_eq!((answer.status, code(&answer).as_str()), (400, "BAD_USER_INPUT"));
}

#[test]
fn the_licence_of_a_file_can_be_stated_over_http() {
    let desk = Desk::open(&[]);
    let content = file(&[WELLS]);
    let licence = || {
        let query = "{ dataset { sources(name: [\"a.xml\"]) { licence } version } }";
        let dataset = desk.ask(query)["dataset"].clone();
        (dataset["sources"][0]["licence"].clone(), dataset["version"].clone())
    };
    let told = desk.told("name=a.xml&licence=CC-BY-4.0", &content);
    assert_eq!(told.last().unwrap()["report"]["files"][0]["licence"], "CC-BY-4.0");
    let (stated, version) = licence();
    assert_eq!(stated, "CC-BY-4.0");
    let told = desk.told("name=a.xml", &content);
    assert_eq!(told.last().unwrap()["report"]["files"][0]["licence"], "CC-BY-4.0");
    assert_eq!(licence(), (json!("CC-BY-4.0"), version.clone()));
    desk.told("name=a.xml&licence=", &content);
    let (unknown, later) = licence();
    assert!(unknown.is_null() && later != version, "{unknown} {later}");
    for bad in ["a%0Ab".to_owned(), "x".repeat(201)] {
        let answer = desk.refused(&format!("name=a.xml&licence={bad}"), &content);
        assert_eq!((answer.status, code(&answer).as_str()), (400, "BAD_USER_INPUT"));
    }
}

#[test]
fn what_cannot_be_brought_in_is_refused_with_a_status() {
    let desk = Desk::open(&["--max-import", "5000"]);
    let generation = desk.generation();
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
        let answer = desk.refused(query, content);
        assert_eq!((answer.status, code(&answer).as_str()), (status, expected), "{query}");
    }
    // Also without saying before how much will come.
    let head =
        desk.head("name=a.xml", 0).replace("content-length: 0", "transfer-encoding: chunked");
    let piece = "x".repeat(4_000);
    let body = format!("fa0\r\n{piece}\r\nfa0\r\n{piece}\r\n0\r\n\r\n");
    let mut flow = Flow::begin(&desk.server.address, &(head + &body));
    flow.until("413 Payload Too Large");
    assert_eq!(desk.generation(), generation);
    assert_eq!(desk.server.get("/admin/import").status, 405);
}

#[test]
fn only_the_role_lets_a_file_in() {
    let desk = Desk::open(&[]);
    let content = file(&[WELLS]);
    let sent = |server: &Server| {
        server.client().send("POST", "/admin/import?name=a.xml", &[], &content).unwrap()
    };
    assert_eq!(
        (sent(&desk.server).status, code(&sent(&desk.server)).as_str()),
        (401, "UNAUTHENTICATED")
    );
    // Where there are no tokens, nobody has it.
    assert_eq!(sent(&Server::shared()).status, 401);
}

#[test]
fn files_come_beside_one_another_and_are_brought_in_one_at_a_time() {
    let desk = Desk::open(&[]);
    let content = file(&[WELLS]);
    let mut first = TcpStream::connect(&desk.server.address).unwrap();
    let head = desk.head("name=a.xml", content.len()).replace("connection: close\r\n", "");
    let head = head.replace("\r\n\r\n", "\r\nexpect: 100-continue\r\n\r\n");
    first.write_all(head.as_bytes()).unwrap();
    // Said when the body is waited for.
    let mut said = [0; 12];
    std::io::Read::read_exact(&mut first, &mut said).unwrap();
    assert_eq!(&said, b"HTTP/1.1 100");
    first.write_all(&content.as_bytes()[..20]).unwrap();
    // A file that is coming holds up no other.
    let told = desk.send("name=b.xml", &content).whole();
    assert!(told.starts_with("HTTP/1.1 200") && told.contains("\"ADDED\""), "{told}");
    // A sender who goes away leaves nothing.
    drop(first);
    let files = desk
        .server
        .post(&json!({ "query": "{ dataset { sources(first: 200) { nodes { name } } } }" }), &[]);
    assert!(!files.body.contains("a.xml"), "{}", files.body);

    let store = Store::open(desk.server.data().path()).unwrap();
    let writer = store.writer().unwrap();
    let refused = desk.refused("name=c.xml", &content);
    assert_eq!((refused.status, code(&refused).as_str()), (409, "CONFLICT"));
    drop(writer);
}

#[test]
fn a_file_that_comes_too_slowly_is_refused() {
    let desk = Desk::open(&["--body-timeout", "1s"]);
    let head = desk.head("name=slow.xml", 1_000_000);
    let mut slow = TcpStream::connect(&desk.server.address).unwrap();
    slow.write_all(head.as_bytes()).unwrap();
    let mut reader = slow.try_clone().unwrap();
    let told = thread::spawn(move || {
        let mut told = Vec::new();
        let _ = std::io::Read::read_to_end(&mut reader, &mut told);
        String::from_utf8_lossy(&told).into_owned()
    });
    let begin = Instant::now();
    while !told.is_finished() && slow.write_all(b" ").is_ok() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it may go on");
        thread::sleep(Duration::from_millis(100));
    }
    let told = told.join().unwrap();
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("slower than 1024 bytes"), "{told}");
}

#[test]
fn a_sender_who_goes_away_when_all_has_come_is_not_waited_for() {
    let desk = Desk::open(&[]);
    let many: Vec<String> = (0..500).map(|n| format!("XX-{n}")).collect();
    let many: Vec<Activity> = many.iter().map(|id| Activity { id, ..WELLS }).collect();
    let mut flow = desk.send("name=many.xml", &file(&many));
    flow.until("received");
    drop(flow);
    desk.server.hear("import finished");
    desk.server.hear("generation published");
    assert_eq!(
        (desk.label("XX-0"), desk.label("XX-499")),
        (json!("Wells in Ségou"), json!("Wells in Ségou"))
    );
}

#[test]
fn the_end_of_the_service_leaves_the_old_data_or_the_new() {
    let mut desk = Desk::open(&["--shutdown-timeout", "30s"]);
    let many: Vec<String> = (0..2_000).map(|n| format!("XX-{n}")).collect();
    let many: Vec<Activity> = many.iter().map(|id| Activity { id, ..WELLS }).collect();
    let mut flow = desk.send("name=many.xml", &file(&many));
    flow.until("received");
    desk.server.signal("TERM");
    let told = flow.whole();
    assert!(told.contains("\"done\"") || told.contains("\"failed\""), "{told}");
    assert_eq!(desk.server.end().code(), Some(0));
    let again = Server::start_on(desk.server.data(), &[]);
    let query = json!({ "query": "{ programmes(filter: { reporter: \"XX\" }) { totalCount } }" });
    let count = json(&again.post(&query, &[]))["data"]["programmes"]["totalCount"].clone();
    assert!(count == 0 || count == 2_000, "{count}: {told}");
    assert_eq!(count == 2_000, told.contains("\"done\""), "{told}");
}

#[test]
fn no_answer_fails_or_mixes_while_files_come_in() {
    let desk = Desk::open(&[]);
    let query = r#"{ a: programmes(filter: { reporter: "XX" }) { totalCount } b: transactions(filter: { agency: "XM-DAC-41140", year: 2020 }) { totalCount } }"#;
    let (query, done) = (json!({ "query": query }), Arc::new(AtomicBool::new(false)));
    thread::scope(|scope| {
        let (desk, query) = (&desk, &query);
        let asking: Vec<_> = (0..2)
            .map(|_| {
                let done = Arc::clone(&done);
                scope.spawn(move || {
                    let mut last = 0;
                    while !done.load(Ordering::Relaxed) {
                        let answer = desk.server.post(query, &[]);
                        assert_eq!(answer.status, 200, "{}", answer.body);
                        let data = &json(&answer)["data"];
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
            let told = desk.told(&format!("name={n}.xml"), &file(&[Activity { id: &id, ..WELLS }]));
            assert_eq!(told.last().unwrap()["event"], "done");
        }
        thread::sleep(Duration::from_millis(200));
        done.store(true, Ordering::Relaxed);
        for asked in asking {
            assert!(asked.join().unwrap() > 0);
        }
    });
}
