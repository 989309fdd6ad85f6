//! What the benches have in common: a server of the real binary, and questions asked over many connections.

use std::error::Error;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

#[path = "../../tests/it/support/http.rs"]
pub(crate) mod http;

use http::Client;

/// How many connections ask at a time.
pub(crate) const CONNECTIONS: usize = 16;

/// How long each question is asked.
const SPAN: Duration = Duration::from_secs(5);

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A server that is ready, and how long that took.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    pub(crate) took: Duration,
}

impl Server {
    pub(crate) fn start(data: &Path) -> Result<Self> {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: &Path, arguments: &[&str]) -> Result<Self> {
        let begin = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_aidgraph"))
            .args(["serve", "--log", "json", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
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
    pub(crate) fn resident(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// The processor time that it has taken, of all its threads. Source: proc(5), `utime` and `stime`, in hundredths of
    /// a second.
    pub(crate) fn busy(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The name of the process stands in brackets, and may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut ticks = || fields.next()?.parse::<u64>().ok();
        Some(Duration::from_millis((ticks()? + ticks()?) * 10))
    }

    /// Returns the CPU time of its threads. Source: the kernel's `sched-stats.rst`, first field of `schedstat`, in
    /// nanoseconds.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let Ok(stat) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            let busy: u64 = stat.split_whitespace().next().unwrap_or_default().parse()?;
            nanoseconds += busy;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Ends it at once, as a failure of the machine would.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop as an operator would, so that the next start is an ordinary one.
    pub(crate) fn stop(mut self) -> Result<()> {
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
pub(crate) struct Load {
    pub(crate) per_second: f64,
    pub(crate) middle: Duration,
    pub(crate) slowest: Duration,
    pub(crate) bytes: usize,
}

/// Asks one question over all connections for the usual span.
pub(crate) fn load(address: &str, body: &str) -> Result<Load> {
    load_for(SPAN, address, body)
}

/// Asks one question over all connections for the whole span.
pub(crate) fn load_for(span: Duration, address: &str, body: &str) -> Result<Load> {
    let begin = Instant::now();
    let asked: Vec<Result<(Vec<Duration>, usize)>> = thread::scope(|scope| {
        let askers: Vec<_> =
            (0..CONNECTIONS).map(|_| scope.spawn(|| ask(address, body, begin, span))).collect();
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

/// Asks again and again over one connection. The first answer is read with care; every other has as many bytes, so that
/// little of the time is the asker's own.
fn ask(
    address: &str,
    body: &str,
    begin: Instant,
    span: Duration,
) -> Result<(Vec<Duration>, usize)> {
    let mut client = Client::connect(address)?;
    let request = client.request("POST", "/graphql", &[("content-type", "application/json")], body);
    client.write(request.as_bytes())?;
    let first = client.read(false)?;
    if first.status != 200 || first.body.starts_with("{\"errors\"") {
        return Err(first.body.into());
    }
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.write_all(request.as_bytes())?;
    let mut buffer = vec![0; whole(&mut stream, first.bytes.len())?];
    let mut spans = Vec::new();
    while begin.elapsed() < span {
        let asked = Instant::now();
        stream.write_all(request.as_bytes())?;
        stream.read_exact(&mut buffer)?;
        spans.push(asked.elapsed());
        if !buffer.starts_with(b"HTTP/1.1 200 ") || !buffer.ends_with(&first.bytes) {
            return Err(String::from_utf8_lossy(&buffer).into());
        }
    }
    Ok((spans, first.bytes.len()))
}

/// Reads an answer with a body of so many bytes; how many it has in all.
fn whole(stream: &mut TcpStream, body: usize) -> Result<usize> {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        read.extend(byte);
    }
    let head = read.len();
    stream.read_exact(&mut vec![0; body])?;
    Ok(head + body)
}

pub(crate) fn median(mut spans: Vec<Duration>) -> Duration {
    spans.sort_unstable();
    spans.get(spans.len() / 2).copied().unwrap_or_default()
}
