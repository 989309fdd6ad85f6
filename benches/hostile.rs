//! What it costs to refuse what strangers send: processor time of each, on every transport, and the memory that is left.
//!
//! The real binary serves its embedded seed. Each document is sent several times on every transport, each body and
//! connection too; an honest request follows each. Fails when refusing one takes more than it may, or memory grows.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "milliseconds for people; no money"
)]

use std::io::{self, Write as _};
use std::time::Duration;

use serde_json::json;

#[path = "../tests/it/support/address.rs"]
mod address;
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "the tests' own: it may panic")]
#[path = "../tests/it/support/hostile/mod.rs"]
mod hostile;
#[expect(dead_code, clippy::unwrap_used, reason = "the tests' own, which use more of it")]
#[path = "../tests/it/support/http2.rs"]
mod http2;
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

use hostile::{Transport, bodies, codes, connections, documents, exchange};
use support::http::{self, Client};
use support::{Result, Server};

/// How often each is sent; processor time is counted in hundredths of a second.
const TIMES: u32 = 20;

/// How often those that wait are sent.
const FEW: u32 = 3;

/// The processor time that refusing one may take.
const MOST: Duration = Duration::from_millis(50);

/// The share by which memory may grow from the first round to the last, in hundredths.
const GROWTH: u64 = 10;

/// How short connections wait, so that the benchmark need not.
const WAITING: [&str; 4] = ["--header-timeout", "500ms", "--body-timeout", "500ms"];

fn main() -> Result<()> {
    let mut out = io::stdout().lock();
    let folder = tempfile::tempdir()?;
    let server = Server::start_with(folder.path(), &WAITING)?;
    let first = round(&server)?;
    let before = server.resident().unwrap_or_default();
    let second = round(&server)?;
    let after = server.resident().unwrap_or_default();
    writeln!(out, "{:<12}{:>8}{:>12}{:>12}  the worst", "by", "cases", "mean ms", "worst ms")?;
    for tally in first.iter().chain(&second) {
        tally.write(&mut out)?;
    }
    writeln!(out, "resident memory after one round {before} kB, after two {after} kB")?;
    let worst = first.iter().chain(&second).map(|tally| tally.worst).max().unwrap_or_default();
    server.stop()?;
    if worst > MOST {
        return Err(format!("refusing one took {worst:?}").into());
    }
    if after > before + before * GROWTH / 100 {
        return Err(format!("memory grew from {before} to {after} kB").into());
    }
    Ok(())
}

/// What the cases of one kind have taken.
#[derive(Default)]
struct Tally {
    by: String,
    cases: u32,
    all: Duration,
    worst: Duration,
    name: &'static str,
}

impl Tally {
    fn of(by: impl Into<String>) -> Self {
        Self { by: by.into(), ..Self::default() }
    }

    /// Does something several times, and counts what the server took for one.
    fn count(
        &mut self,
        server: &Server,
        name: &'static str,
        times: u32,
        mut once: impl FnMut() -> Result<()>,
    ) -> Result<()> {
        let before = server.busy().ok_or("no processor time is told")?;
        for _ in 0..times {
            once()?;
        }
        let took = server.busy().ok_or("no processor time is told")?.saturating_sub(before) / times;
        self.cases += 1;
        self.all += took;
        if took >= self.worst {
            (self.worst, self.name) = (took, name);
        }
        honest(server)
    }

    fn write(&self, out: &mut impl io::Write) -> io::Result<()> {
        let milliseconds = |span: Duration| span.as_secs_f64() * 1000.0;
        let (mean, worst) = (milliseconds(self.all / self.cases), milliseconds(self.worst));
        writeln!(out, "{:<12}{:>8}{mean:>12.2}{worst:>12.2}  {}", self.by, self.cases, self.name)
    }
}

fn honest(server: &Server) -> Result<()> {
    let body = json!({ "query": "{ honest: __typename }" }).to_string();
    let json = [("content-type", "application/json")];
    let answer = Client::connect(&server.address)?.send("POST", "/graphql", &json, &body)?;
    if answer.body.contains("\"honest\":\"Query\"") { Ok(()) } else { Err(answer.body.into()) }
}

/// Everything once.
fn round(server: &Server) -> Result<Vec<Tally>> {
    let mut tallies = Vec::new();
    for transport in Transport::ALL {
        let mut tally = Tally::of(format!("{transport:?}"));
        for document in documents() {
            if transport.send(&server.address, &document.query).is_none() {
                continue;
            }
            tally.count(server, document.name, TIMES, || {
                let answer = transport.send(&server.address, &document.query).unwrap_or_default();
                match codes(&answer).first() {
                    Some(code) if *code == document.code || *code == "METHOD_NOT_ALLOWED" => Ok(()),
                    _ => Err(format!("{}: {answer}", document.name).into()),
                }
            })?;
        }
        tallies.push(tally);
    }
    let mut tally = Tally::of("bodies");
    for body in bodies() {
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.bytes.len()
        );
        tally.count(server, body.name, TIMES, || {
            let mut client = Client::connect(&server.address)?;
            client.write(head.as_bytes())?;
            // The service may answer and close before it has read everything.
            let _ = client.write(&body.bytes);
            let answer = client.read(false)?;
            let is_refused = (answer.status, codes(&answer.body).first().copied())
                == (body.status, Some(body.code));
            if is_refused { Ok(()) } else { Err(format!("{}: {}", body.name, answer.body).into()) }
        })?;
    }
    tallies.push(tally);
    let mut tally = Tally::of("connections");
    for connection in connections() {
        tally.count(server, connection.name, FEW, || {
            let received = exchange(&server.address, &connection.pieces);
            let line = received.lines().next().unwrap_or_default();
            let told = |status: &&str| {
                if status.is_empty() { line.is_empty() } else { line.contains(*status) }
            };
            if connection.accepted.iter().any(told) {
                Ok(())
            } else {
                Err(format!("{}: {received:.300}", connection.name).into())
            }
        })?;
    }
    tallies.push(tally);
    Ok(tallies)
}
