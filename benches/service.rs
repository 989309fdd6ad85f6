//! The figures of the service: how fast it starts, how large it is, how fast it answers. `cargo bench` prints one table.
//!
//! The real binary serves its embedded seed; requests come from this process, over 16 connections that are kept alive,
//! on the same machine. Compare the ratios, not the absolute figures, across machines.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and ratios for people; no money"
)]

use std::fs;
use std::io::{self, Write as _};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

#[expect(dead_code, reason = "each bench uses some of it")]
mod support;

use support::http::Client;
use support::{Load, Result, Server, load, median};

/// How often a start is timed; the middle one counts.
const STARTS: usize = 5;

/// The saved queries that are asked.
const QUESTIONS: [&str; 3] = ["icp-history", "humanitarian-by-year", "mali-3d"];

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
