//! The figures of the world's data: how fast files come in, what they take, and how fast lists, sums and searches answer.
//!
//! `cargo bench --bench world -- FOLDER…` takes one or more folders of IATI activity files, the smallest first, and prints
//! one table for each; where there are several, the last column of a later table is the ratio to the first. Where `expected.json`
//! stands beside the files, as the maker of a corpus writes it, the answers are compared with it. With
//! `--partners`, `benches/partner.py` measures `lxml`, `SQLite` and `DuckDB` over the first folder in the same run.
//! Compare the ratios, not the absolute figures, across machines.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and ratios for people; no money"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use aidgraph::ingest::{Entry, Sink, iati};
use aidgraph::store;
use serde_json::{Value, json};

#[path = "corpus/expected.rs"]
mod expected;
#[expect(dead_code, reason = "each bench uses some of it")]
mod support;

use support::http::Client;
use support::{Result, Server, load, median};

/// How often a start is timed; the middle one counts.
const STARTS: usize = 3;

/// How many wrong answers are shown.
const DIFFERING: usize = 10;

/// How often a running import is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What is asked: a name and a query. `$CURSOR` is a cursor in the middle of the list by name.
const QUESTIONS: [(&str, &str); 12] = [
    ("first page", "{ programmes(first: 20) { totalCount nodes { identifier title { value } } } }"),
    (
        "deep page",
        "{ programmes(first: 20, orderBy: NAME, after: \"$CURSOR\") { totalCount nodes { identifier title { value } } } }",
    ),
    (
        "filtered page",
        "{ programmes(first: 20, filter: { country: \"ML\", sectorCategory: \"122\" }) \
         { totalCount nodes { identifier title { value } } } }",
    ),
    (
        "transactions page",
        "{ transactions(first: 20, orderBy: DATE, filter: { country: \"ML\" }) { totalCount nodes { identifier date } } }",
    ),
    (
        "groups, all transactions",
        "{ transactions { groups(by: [COUNTRY, YEAR], first: 10) { totalCount } } }",
    ),
    (
        "groups in euros, all transactions",
        "{ transactions { groups(by: [COUNTRY, YEAR], currency: \"EUR\", first: 10) { totalCount } } }",
    ),
    (
        "types in euros, all transactions",
        "{ transactions { groups(by: [TRANSACTION_TYPE, YEAR], currency: \"EUR\", first: 10) { totalCount } } }",
    ),
    (
        "split groups in euros",
        "{ transactions { groups(by: [SECTOR_CATEGORY, COUNTRY, YEAR], currency: \"EUR\", first: 10000) \
         { totalCount groups { keys { code } counted } } } }",
    ),
    (
        "flows of a country",
        "{ flows(boundary: { countries: [\"ML\"] }, currency: \"EUR\") { incoming { counted } countedOnce { counted } } }",
    ),
    (
        "full text, 20 hits",
        "{ programmes(filter: { text: \"water health\" }, first: 20) { nodes { identifier } } }",
    ),
    (
        "groups, one sector",
        "{ transactions(filter: { sectorCategory: \"122\" }) { groups(by: [COUNTRY, YEAR], first: 10) { totalCount } } }",
    ),
    ("search", "{ search(text: \"drinking water schools\", first: 10) { nodes { __typename } } }"),
];

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let partners = words.iter().any(|word| word == "--partners");
    let folders: Vec<PathBuf> =
        words.iter().filter(|word| !word.starts_with("--")).map(PathBuf::from).collect();
    let mut out = io::stdout().lock();
    let Some(first) = folders.first() else {
        return Ok(writeln!(out, "world: no folder of IATI files named; see benches/world.rs")?);
    };
    reading(&mut out, first)?;
    let mut before = BTreeMap::new();
    for folder in &folders {
        corpus(&mut out, folder, &mut before)?;
    }
    if partners {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/partner.py");
        out.flush()?;
        Command::new("python3").arg(script).arg(first).status()?;
    }
    Ok(())
}

/// Takes everything and keeps nothing.
struct Nowhere(u64);

impl Sink for Nowhere {
    fn take(&mut self, _: Entry) -> std::result::Result<(), store::Error> {
        self.0 += 1;
        Ok(())
    }
}

/// Our reader against quick-xml alone, over the same bytes on one thread.
fn reading(out: &mut impl io::Write, folder: &Path) -> Result<()> {
    let (mut bytes, mut alone, mut ours) = (0_u64, Duration::ZERO, Duration::ZERO);
    for path in xml_files(folder)? {
        bytes += fs::metadata(&path)?.len();
        let begin = Instant::now();
        walk(&path)?;
        alone += begin.elapsed();
        let begin = Instant::now();
        let mut file = BufReader::with_capacity(1 << 18, File::open(&path)?);
        iati::read("bench.xml", &mut file, &mut Nowhere(0))?;
        ours += begin.elapsed();
    }
    let rate = |span: Duration| bytes as f64 / 1e6 / span.as_secs_f64();
    writeln!(out, "{:<34}{:>10.0} MB/s", "quick-xml alone, unescaping", rate(alone))?;
    writeln!(
        out,
        "{:<34}{:>10.0} MB/s{:>10.3} of quick-xml alone",
        "XML to model",
        rate(ours),
        rate(ours) / rate(alone)
    )?;
    Ok(())
}

/// Walks a file as quick-xml gives it, with all text and attributes unescaped.
fn walk(path: &Path) -> Result<()> {
    use quick_xml::escape::unescape;
    use quick_xml::events::Event;
    let mut reader =
        quick_xml::Reader::from_reader(BufReader::with_capacity(1 << 18, File::open(path)?));
    let mut buffer = Vec::new();
    let mut length = 0;
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(tag) | Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    length += unescape(&attribute?.value)?.len();
                }
            }
            Event::Text(text) => length += text.len(),
            Event::GeneralRef(reference) => length += usize::from(reference.is_char_ref()),
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    std::hint::black_box(length);
    Ok(())
}

fn corpus(
    out: &mut impl io::Write,
    folder: &Path,
    before: &mut BTreeMap<String, f64>,
) -> Result<()> {
    let bytes: u64 =
        xml_files(folder)?.iter().filter_map(|path| fs::metadata(path).ok()).map(|m| m.len()).sum();
    writeln!(out, "\n{} ({:.1} MB of XML)", folder.display(), bytes as f64 / 1e6)?;
    let data = tempfile::Builder::new().prefix("aidgraph-world").tempdir_in(
        folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")),
    )?;
    let cost = import(data.path(), folder)?;
    let megabytes = bytes as f64 / 1e6;
    writeln!(out, "{:<34}{:>10.1} s wall{:>8.1} MB/s", "import", cost.wall, megabytes / cost.wall)?;
    writeln!(
        out,
        "{:<34}{:>10.1} s CPU{:>9.1} MB/s a busy core",
        "",
        cost.cpu,
        megabytes / cost.cpu
    )?;
    writeln!(out, "{:<34}{:>10.0} MB", "peak memory of the import", cost.peak as f64 / 1e3)?;
    let disk = bytes_in(data.path())?;
    writeln!(
        out,
        "{:<34}{:>10.0} MB{:>10.3} of the XML",
        "disk, kept sources included",
        disk as f64 / 1e6,
        disk as f64 / bytes as f64
    )?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = Server::start(data.path())?;
        starts.push(server.took);
        server.stop()?;
    }
    writeln!(out, "{:<34}{:>10} ms", "start, existing generation", median(starts).as_millis())?;
    // Each answer is worked out anew: one that is kept ready says nothing of the data.
    let server = Server::start_with(data.path(), &["--response-cache-bytes", "0"])?;
    thread::sleep(Duration::from_secs(1));
    if let Some(kilobytes) = server.resident() {
        writeln!(out, "{:<34}{:>10.0} MB", "resident, idle", kilobytes as f64 / 1e3)?;
    }
    if let Some(compared) = expected::compare(folder, &server.address)? {
        let right = compared.numbers - compared.differing.len();
        writeln!(
            out,
            "{:<34}{right:>10} of {}",
            "answers that the corpus expects", compared.numbers
        )?;
        for line in compared.differing.iter().take(DIFFERING) {
            writeln!(out, "  {line}")?;
        }
    }
    let cursor = middle(&server.address)?;
    writeln!(
        out,
        "{:<34}{:>10}{:>10}{:>10}{:>10}",
        "16 connections", "req/s", "p50 ms", "p99 ms", "p99 ratio"
    )?;
    for (name, query) in QUESTIONS {
        let body = json!({ "query": query.replace("$CURSOR", &cursor) }).to_string();
        match load(&server.address, &body) {
            Ok(found) => {
                let p99 = found.slowest.as_secs_f64() * 1e3;
                let ratio = p99 / *before.entry(name.to_owned()).or_insert(p99);
                let p50 = found.middle.as_secs_f64() * 1e3;
                writeln!(
                    out,
                    "{name:<34}{:>10.0}{p50:>10.2}{p99:>10.2}{ratio:>10.2}",
                    found.per_second
                )?;
            }
            Err(error) => writeln!(
                out,
                "{name:<34} not measured: {}",
                error.to_string().chars().take(120).collect::<String>()
            )?,
        }
    }
    if let Some(kilobytes) = server.resident() {
        writeln!(out, "{:<34}{:>10.0} MB", "resident, after the load", kilobytes as f64 / 1e3)?;
    }
    server.stop()
}

/// What an import cost.
struct Cost {
    wall: f64,
    cpu: f64,
    /// In kB.
    peak: u64,
}

/// Runs an import and looks at it until it ends. Source: proc(5), `VmHWM`, `utime`, `stime`.
fn import(data: &Path, folder: &Path) -> Result<Cost> {
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_aidgraph"))
        .arg("import")
        .arg("--data")
        .arg(data)
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()?;
    let (mut peak, mut ticks) = (0, 0);
    let status = loop {
        let of = |file: &str| fs::read_to_string(format!("/proc/{}/{file}", child.id()));
        if let Ok(status) = of("status") {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            peak = peak.max(kilobytes.unwrap_or(0));
        }
        if let Ok(stat) = of("stat") {
            let after = stat.rsplit(')').next().unwrap_or_default();
            let sum: u64 = after
                .split_whitespace()
                .skip(11)
                .take(2)
                .filter_map(|n| n.parse::<u64>().ok())
                .sum();
            ticks = ticks.max(sum);
        }
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(LOOK);
    };
    if !matches!(status.code(), Some(0 | 3)) {
        return Err(format!("the import ended with {status}").into());
    }
    // A tick is a hundredth of a second on every Linux that there is.
    Ok(Cost { wall: begin.elapsed().as_secs_f64(), cpu: ticks as f64 / 100.0, peak })
}

/// A cursor in the middle of the list by name: what comes before the last page of its second half.
fn middle(address: &str) -> Result<String> {
    let ask = |query: &str| -> Result<Value> {
        let mut client = Client::connect(address)?;
        let body = json!({ "query": query }).to_string();
        let request =
            client.request("POST", "/graphql", &[("content-type", "application/json")], &body);
        client.write(request.as_bytes())?;
        Ok(serde_json::from_str(&client.read(false)?.body)?)
    };
    let answer = ask("{ programmes(last: 1000, orderBy: NAME) { pageInfo { startCursor } } }")?;
    let cursor = answer.pointer("/data/programmes/pageInfo/startCursor").and_then(Value::as_str);
    Ok(cursor.ok_or_else(|| answer.to_string())?.to_owned())
}

fn xml_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "xml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn bytes_in(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() { bytes_in(&entry.path())? } else { meta.len() };
    }
    Ok(bytes)
}
