//! The figures of the service: how fast it starts, how large it is, how fast it answers. `cargo bench` prints one table.
//!
//! The real binary serves its embedded seed; requests come from this process, over 16 connections that are kept alive,
//! on the same machine. Compare the ratios, not the absolute figures, across machines.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and ratios for people; no money"
)]

use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[path = "../tests/it/support/http.rs"]
mod http;

use http::Client;

/// How many connections ask at a time.
const CONNECTIONS: usize = 16;

/// How long each question is asked.
const SPAN: Duration = Duration::from_secs(5);

/// How often a start is timed; the middle one counts.
const STARTS: usize = 5;

/// The saved queries that are asked.
const QUESTIONS: [&str; 3] = ["icp-history", "humanitarian-by-year", "mali-3d"];

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A server that is ready, and how long that took.
struct Server {
    child: Child,
    address: String,
    took: Duration,
}

impl Server {
    fn start(data: &Path) -> Result<Self> {
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_aidgraph"))
            .args(["serve", "--log", "json", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stderr(Stdio::piped())
            .spawn()?;
        let log = child.stderr.take().ok_or("the server has no log")?;
        let mut lines = BufReader::new(log).lines();
        let mut address = String::new();
        for line in lines.by_ref() {
            let line: Value = serde_json::from_str(&line?)?;
            if let Some(told) = line.get("address").and_then(Value::as_str) {
                told.clone_into(&mut address);
            }
            if line.get("message").is_some_and(|said| said == "ready") {
                let took = begin.elapsed();
                // The log goes on, and somebody has to read it.
                thread::spawn(move || lines.for_each(drop));
                return Ok(Self { child, address, took });
            }
        }
        Err("the server ended before it was ready".into())
    }

    /// The memory that it holds, in kB. Source: proc(5), `VmRSS`.
    fn resident(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Asks it to stop as an operator would, so that the next start is an ordinary one.
    fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Fails when it has ended already, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a question cost.
struct Load {
    per_second: f64,
    middle: Duration,
    slowest: Duration,
    bytes: usize,
}

fn main() -> Result<()> {
    let mut out = io::stdout().lock();
    let binary = fs::metadata(env!("CARGO_BIN_EXE_aidgraph"))?.len();
    let folder = tempfile::tempdir()?;

    let mut empty = Vec::new();
    for run in 0..STARTS {
        let server = Server::start(&folder.path().join(run.to_string()))?;
        empty.push(server.took);
        server.stop()?;
    }
    let data = folder.path().join("0");
    let mut existing = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(&data)?;
        existing.push(server.took);
        server.stop()?;
    }

    writeln!(out, "{:<44}{:>10} kB", "binary", binary.div_ceil(1000))?;
    writeln!(out, "{:<44}{:>10} ms", "start, empty folder to ready", median(empty).as_millis())?;
    writeln!(
        out,
        "{:<44}{:>10} ms",
        "start, existing generation to ready",
        median(existing).as_millis()
    )?;

    let server = Server::start(&data)?;
    thread::sleep(Duration::from_secs(1));
    if let Some(kilobytes) = server.resident() {
        writeln!(out, "{:<44}{kilobytes:>10} kB", "resident memory, idle")?;
    }
    writeln!(
        out,
        "\n{:<24}{:>10}{:>10}{:>10}{:>12}{:>10}",
        "16 connections", "req/s", "p50 ms", "p99 ms", "answer kB", "ratio"
    )?;
    let trivial = load(&server.address, &json!({ "query": "{__typename}" }).to_string())?;
    row(&mut out, "{__typename}", &trivial, &trivial)?;
    for (name, body) in questions(&server.address)? {
        row(&mut out, &name, &load(&server.address, &body)?, &trivial)?;
    }
    if let Some(kilobytes) = server.resident() {
        writeln!(out, "\n{:<44}{kilobytes:>10} kB", "resident memory, after the load")?;
    }
    server.stop()
}

fn row(out: &mut impl io::Write, name: &str, load: &Load, trivial: &Load) -> io::Result<()> {
    let milliseconds = |span: Duration| span.as_secs_f64() * 1000.0;
    writeln!(
        out,
        "{name:<24}{:>10.0}{:>10.2}{:>10.2}{:>12.1}{:>10.3}",
        load.per_second,
        milliseconds(load.middle),
        milliseconds(load.slowest),
        load.bytes as f64 / 1000.0,
        load.per_second / trivial.per_second,
    )
}

/// The saved queries as requests, from where the playground takes them.
fn questions(address: &str) -> Result<Vec<(String, String)>> {
    let examples = Client::connect(address)?.get("/playground/queries.json")?;
    let examples: Vec<Value> = serde_json::from_str(&examples.body)?;
    QUESTIONS
        .into_iter()
        .map(|name| {
            let is_it = |example: &&Value| example.get("name").is_some_and(|given| given == name);
            let example = examples.iter().find(is_it);
            let example = example.ok_or_else(|| format!("there is no saved query `{name}`"))?;
            let body =
                json!({ "query": example.get("query"), "variables": example.get("variables") });
            Ok((name.to_owned(), body.to_string()))
        })
        .collect()
}

/// Asks one question over all connections for the whole span.
fn load(address: &str, body: &str) -> Result<Load> {
    let begin = Instant::now();
    let asked: Vec<Result<(Vec<Duration>, usize)>> = thread::scope(|scope| {
        let askers: Vec<_> =
            (0..CONNECTIONS).map(|_| scope.spawn(|| ask(address, body, begin))).collect();
        let failed = |_| Err("a connection failed".into());
        askers.into_iter().map(|asker| asker.join().unwrap_or_else(failed)).collect()
    });
    let took = begin.elapsed();
    let (mut spans, mut bytes) = (Vec::new(), 0);
    for asked in asked {
        let (some, size) = asked?;
        spans.extend(some);
        bytes = size;
    }
    spans.sort_unstable();
    let at = |share: usize| spans.get(spans.len() * share / 100).copied().unwrap_or_default();
    Ok(Load {
        per_second: spans.len() as f64 / took.as_secs_f64(),
        middle: at(50),
        slowest: at(99),
        bytes,
    })
}

fn ask(address: &str, body: &str, begin: Instant) -> Result<(Vec<Duration>, usize)> {
    let mut client = Client::connect(address)?;
    let request = client.request("POST", "/graphql", &[("content-type", "application/json")], body);
    let (mut spans, mut bytes) = (Vec::new(), 0);
    while begin.elapsed() < SPAN {
        let asked = Instant::now();
        client.write(request.as_bytes())?;
        let answer = client.read(false)?;
        spans.push(asked.elapsed());
        if answer.status != 200 || answer.body.starts_with("{\"errors\"") {
            return Err(answer.body.into());
        }
        bytes = answer.body.len();
    }
    Ok((spans, bytes))
}

fn median(mut spans: Vec<Duration>) -> Duration {
    spans.sort_unstable();
    spans.get(spans.len() / 2).copied().unwrap_or_default()
}
