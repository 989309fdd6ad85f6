//! An hour of everything at once: `cargo bench --bench soak`, or as many minutes as `AIDGRAPH_BENCH_MINUTES` says.
//!
//! The real binary answers clients of every kind while files are brought in and taken out beside it, so that three
//! versions of the data take turns. Whatever a version has answered to a question once, it has to answer each time, byte
//! for byte. Fails when any answer is another one, when a subscriber is told less or more than there was, or when memory
//! is not flat within 5 %.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "shares and minutes for people; no money"
)]

use std::collections::HashMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

#[path = "../tests/it/support/address.rs"]
mod address;
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the tests' own, which use more of it"
)]
#[path = "../tests/it/support/socket.rs"]
mod socket;
#[expect(dead_code, reason = "each bench uses some of it")]
mod support;

use address::encoded;
use socket::Socket;
use support::http::{Client, Response};
use support::{Result, Server, median};

/// How long it goes on, in minutes.
const MINUTES: f64 = 60.0;

/// Between two versions of the data.
const SWAP: Duration = Duration::from_secs(20);

/// Between two requests of one client.
const PAUSE: Duration = Duration::from_millis(10);

/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(2);

/// By how much memory may differ between the second and the last quarter, in hundredths.
const FLAT: f64 = 5.0;

/// How many failures are shown.
const SHOWN: usize = 5;

const JSON: (&str, &str) = ("content-type", "application/json");

fn main() -> Result<()> {
    let minutes = env::var("AIDGRAPH_BENCH_MINUTES").ok().and_then(|text| text.parse().ok());
    let span = Duration::from_secs_f64(minutes.unwrap_or(MINUTES) * 60.0);
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let server = Server::start(&data)?;
    let soak = Soak {
        address: server.address.clone(),
        begin: Instant::now(),
        span,
        known: Mutex::default(),
        failures: Mutex::default(),
        counts: Default::default(),
        swapped: AtomicBool::new(false),
        swaps: AtomicU64::new(0),
    };
    let clients: [(&str, OneRequest); KINDS] = [
        ("by POST", Soak::post),
        ("by POST, again", Soak::post),
        ("by GET, compressed", Soak::get),
        ("tables", Soak::tables),
        ("questions of their own", Soak::own),
        ("what is refused", Soak::refused),
        ("sockets", Soak::sockets),
    ];
    let mut memory = Vec::new();
    let swaps = thread::scope(|scope| {
        for (at, (_, client)) in clients.iter().enumerate() {
            let soak = &soak;
            scope.spawn(move || soak.go_on(at, *client));
        }
        let subscriber = scope.spawn(|| soak.subscribe());
        let swaps = scope.spawn(|| {
            let swapped = soak.swap(&data, folder.path());
            soak.swapped.store(true, Ordering::Relaxed);
            swapped
        });
        while soak.goes_on() {
            thread::sleep(LOOK);
            memory.push(server.resident().unwrap_or_default());
        }
        swaps.join().map_err(|_| "the swaps failed")??;
        let received = subscriber.join().map_err(|_| "the subscriber failed")?;
        let swaps = soak.swaps.load(Ordering::Relaxed);
        if received != swaps {
            return Err(format!("of {swaps} swaps a subscriber heard {received}").into());
        }
        Ok::<u64, Box<dyn std::error::Error + Send + Sync>>(swaps)
    })?;
    report(&soak, &clients.map(|(name, _)| name), swaps, &memory)?;
    server.stop()
}

/// What a soak has come to; fails where it should.
fn report(soak: &Soak, kinds: &[&str], swaps: u64, memory: &[u64]) -> Result<()> {
    let mut out = io::stdout().lock();
    for (kind, count) in kinds.iter().zip(&soak.counts) {
        writeln!(out, "{kind:<28}{:>12}", count.load(Ordering::Relaxed))?;
    }
    let quarter = memory.len().div_ceil(4).max(1);
    let middles: Vec<u64> = memory.chunks(quarter).map(middle).collect();
    let (known, failures) = (soak.known().len(), soak.failures());
    let minutes = soak.begin.elapsed().as_secs_f64() / 60.0;
    writeln!(
        out,
        "{minutes:.0} minutes, {swaps} swaps, {known} answers known by version and question"
    )?;
    writeln!(out, "resident memory by quarters, kB: {middles:?}")?;
    for failure in failures.iter().take(SHOWN) {
        writeln!(out, "{failure}")?;
    }
    if !failures.is_empty() {
        return Err(format!("{} answers were not what they should be", failures.len()).into());
    }
    let (Some(second), Some(last)) = (middles.get(1), middles.get(3)) else {
        return Err("it was too short to say anything of memory".into());
    };
    let grown = (*last as f64 / *second as f64 - 1.0) * 100.0;
    writeln!(out, "memory, the last quarter to the second: {grown:+.1} %")?;
    if grown.abs() > FLAT { Err("memory is not flat".into()) } else { Ok(()) }
}

fn middle(part: &[u64]) -> u64 {
    let spans = part.iter().map(|kilobytes| Duration::from_millis(*kilobytes)).collect();
    u64::try_from(median(spans).as_millis()).unwrap_or(u64::MAX)
}

/// How many kinds of clients there are.
const KINDS: usize = 7;

/// One request of a client, and what was wrong with it.
type OneRequest = fn(&Soak, &mut Client, u64) -> Result<()>;

struct Soak {
    address: String,
    begin: Instant,
    span: Duration,
    /// What each version has answered to each question.
    known: Mutex<HashMap<String, Vec<u8>>>,
    failures: Mutex<Vec<String>>,
    counts: [AtomicU64; KINDS],
    /// Whether the last swap is over.
    swapped: AtomicBool,
    /// How many versions came into force.
    swaps: AtomicU64,
}

impl Soak {
    fn goes_on(&self) -> bool {
        self.begin.elapsed() < self.span || !self.swapped.load(Ordering::Relaxed)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failures(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks to the end, each time with another number.
    fn go_on(&self, kind: usize, client: OneRequest) {
        let mut connection = Client::connect(&self.address);
        let mut turn = 0;
        while self.goes_on() {
            let asked = match &mut connection {
                Ok(connection) => client(self, connection, turn),
                Err(err) => Err(err.to_string().into()),
            };
            if let Err(err) = asked {
                self.failures().push(format!("kind {kind}, turn {turn}: {err}"));
                connection = Client::connect(&self.address);
            }
            turn += 1;
            if let Some(count) = self.counts.get(kind) {
                count.fetch_add(1, Ordering::Relaxed);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Holds an answer against what the same version has answered before.
    fn same(&self, version: &str, question: &str, answer: &Response) -> Result<()> {
        let name = format!("{version} {question}");
        let mut known = self.known();
        match known.get(&name) {
            Some(before) if *before == answer.bytes => Ok(()),
            Some(_) => Err(format!("another answer than before to {name}").into()),
            None => {
                known.insert(name, answer.bytes.clone());
                Ok(())
            }
        }
    }

    fn post(&self, client: &mut Client, turn: u64) -> Result<()> {
        let question = question(turn);
        let body = json!({ "query": question }).to_string();
        let answer = client.send("POST", "/graphql", &[JSON], &body)?;
        let version = good(&answer)?;
        // The answer says itself which version it is of.
        if !answer.body.contains(&format!("\"version\":\"{version}\"")) {
            return Err(format!("an answer of two versions: {}", answer.body).into());
        }
        self.same(&version, &question, &answer)
    }

    fn get(&self, client: &mut Client, turn: u64) -> Result<()> {
        let question = question(turn);
        let coding =
            ["br", "gzip", "zstd"].get(usize::try_from(turn % 3)?).copied().unwrap_or("br");
        let path = format!("/graphql?query={}", encoded(&question));
        let answer = client.send("GET", &path, &[("accept-encoding", coding)], "")?;
        let version = good(&answer)?;
        self.same(&version, &format!("{question} {coding}"), &answer)?;
        let tag = answer.header("etag").ok_or("no tag")?.to_owned();
        let again = client.send(
            "GET",
            &path,
            &[("accept-encoding", coding), ("if-none-match", &tag)],
            "",
        )?;
        match again.status {
            304 => Ok(()),
            // Other data came into force meanwhile.
            200 if again.header("etag") != Some(&tag) => Ok(()),
            status => Err(format!("{status} to a tag").into()),
        }
    }

    fn tables(&self, client: &mut Client, turn: u64) -> Result<()> {
        let tables = ["icp-history.csv", "humanitarian-by-year.json", "partner-countries.csv"];
        let table = tables.get(usize::try_from(turn % 3)?).copied().unwrap_or_default();
        let answer = client.get(&format!("/q/{table}"))?;
        if answer.status != 200 {
            return Err(format!("{}: {}", answer.status, answer.body).into());
        }
        self.same(answer.header("etag").ok_or("no tag")?, table, &answer)
    }

    /// Something that nobody has asked before: caches fill, and let go.
    fn own(_: &Self, client: &mut Client, turn: u64) -> Result<()> {
        let query = format!(
            "{{ n{turn}: search(text: \"water {turn}\", first: 5) {{ nodes {{ id }} }} programmes(first: {}) {{ nodes {{ id label }} }} }}",
            1 + turn % 50
        );
        let answer =
            client.send("POST", "/graphql", &[JSON], &json!({ "query": query }).to_string())?;
        good(&answer).map(drop)
    }

    fn refused(_: &Self, client: &mut Client, turn: u64) -> Result<()> {
        let deep = "{a".repeat(40) + &"}".repeat(40);
        let documents = [deep.as_str(), "{ nothing }", "{", "query($a:[X!]=[1]){__typename}"];
        let document = documents.get(usize::try_from(turn % 4)?).copied().unwrap_or_default();
        let headers = [JSON, ("accept", "application/graphql-response+json")];
        let body = json!({ "query": document }).to_string();
        let answer = client.send("POST", "/graphql", &headers, &body)?;
        match answer.status {
            400 => Ok(()),
            status => Err(format!("{status} to {document}").into()),
        }
    }

    /// Opens a socket, asks over it, and goes.
    fn sockets(&self, _: &mut Client, turn: u64) -> Result<()> {
        let mut socket = Socket::ready(&self.address, "graphql-transport-ws");
        let query = json!({ "query": question(turn) });
        socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": query }));
        let received = socket.receive();
        let next = received.get("payload").is_some_and(|payload| payload.get("errors").is_none());
        if next { Ok(()) } else { Err(received.to_string().into()) }
    }

    /// How many swaps a subscriber is told, the missed ones too.
    fn subscribe(&self) -> u64 {
        let mut socket = Socket::ready(&self.address, "graphql-transport-ws");
        let query = json!({ "query": "subscription { datasetChanged { missed version } }" });
        socket.send_json(&json!({ "id": "1", "type": "subscribe", "payload": query }));
        let mut received = 0;
        // The last swap is waited for; pings keep the socket from being silent.
        while self.goes_on() || received < self.swaps.load(Ordering::Relaxed) {
            let told = socket.receive();
            let missed = told.pointer("/payload/data/datasetChanged/missed").map(|missed| {
                let text = missed.as_str().map_or_else(|| missed.to_string(), str::to_owned);
                text.parse::<u64>().unwrap_or(u64::MAX / 2)
            });
            received += missed.map_or(0, |missed| missed + 1);
        }
        received
    }

    /// Brings files in and takes them out, by turns, to the end.
    fn swap(&self, data: &Path, folder: &Path) -> Result<()> {
        let (few, many) = (folder.join("a.xml"), folder.join("b.xml"));
        fs::write(&few, activities(10))?;
        fs::write(&many, activities(500))?;
        let few = few.to_string_lossy().into_owned();
        let many = many.to_string_lossy().into_owned();
        let steps: [&[&str]; 4] =
            [&["import", &few], &["import", &many], &["remove", "a.xml"], &["remove", "b.xml"]];
        while self.begin.elapsed() < self.span {
            for step in steps {
                thread::sleep(SWAP);
                let status = Command::new(env!("CARGO_BIN_EXE_aidgraph"))
                    .args(step)
                    .arg("--data")
                    .arg(data)
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .status()?;
                if !status.success() {
                    return Err(format!("{step:?}: {status}").into());
                }
                self.swaps.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }
}

/// The version of the data that gave a good answer.
fn good(answer: &Response) -> Result<String> {
    if answer.status != 200 || answer.body.starts_with("{\"errors\"") {
        return Err(format!("{}: {}", answer.status, answer.body).into());
    }
    Ok(answer.header("aidgraph-data-version").ok_or("no version is told")?.to_owned())
}

/// One of some questions, all of which ask for the version of the data too.
fn question(turn: u64) -> String {
    let countries = ["ML", "NE", "BF", "SN", "LA", "CV"];
    let country = usize::try_from(turn / 4).ok().and_then(|at| countries.get(at % countries.len()));
    let country = country.unwrap_or(&"ML");
    let inside = match turn % 4 {
        0 => format!(
            "programmes(filter: {{ country: [\"{country}\"] }}, first: 40) {{ totalCount nodes {{ id label budgets {{ money {{ display }} }} }} totals {{ currency lower items }} }}"
        ),
        1 => format!(
            "engagement(donor: \"LU\", partner: \"{country}\") {{ timeline {{ on label }} }}"
        ),
        2 => "agencies(first: 50) { totalCount nodes { id label } }".to_owned(),
        _ => format!(
            "humanitarianContributions(filter: {{ country: [\"{country}\"] }}, first: 50) {{ totalCount nodes {{ id }} totals {{ currency lower }} }}"
        ),
    };
    format!("{{ dataset {{ version }} {inside} }}")
}

/// A file of so many activities.
fn activities(count: u32) -> String {
    let mut file = String::from("<iati-activities version=\"2.03\">");
    for at in 0..count {
        // Writing to a string cannot fail.
        let _ = write!(
            file,
            "<iati-activity default-currency=\"EUR\"><iati-identifier>XX-SOAK-{at}</iati-identifier>\
             <reporting-org ref=\"XX-SOAK\" type=\"10\"><narrative>Soak</narrative></reporting-org>\
             <title><narrative>Water {at}</narrative></title><activity-status code=\"2\"/>\
             <recipient-country code=\"ML\"/><transaction><transaction-type code=\"3\"/>\
             <transaction-date iso-date=\"2020-03-05\"/><value value-date=\"2020-03-05\">{at}.50</value>\
             </transaction></iati-activity>"
        );
    }
    file + "</iati-activities>"
}
