//! The service under more load than it can bear, and its end under load: `cargo bench --bench load`.
//!
//! The real binary answers a mix of questions over its embedded seed, none of them from its cache of answers. First as
//! many are asked as it answers, which is its capacity; then eight tenths of that, and then twice as many, by clients who
//! come when they come, whether others wait or not. Last it is killed under load, and started again. Fails when accepted
//! answers become more than twice as slow, when what is not accepted is told anything but 503 with `Retry-After`, or when
//! the next start gives other answers or takes much longer.
//!
//! Clients come from elsewhere: the server has one half of the processors, and they have the other. Each pair of loads is
//! tried some times, and the median of the ratios counts, since a stall of the machine in one of them says nothing of the
//! service. Then both share all processors: what is measured there are the clients, too, who are late to ask and late to
//! read; it is told, and counts where there is one processor alone.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and milliseconds for people; no money"
)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

#[expect(dead_code, reason = "each bench uses some of it")]
mod support;

use support::{CONNECTIONS, Result, Server};

/// What is asked, one after the other: saved queries that differ in what they cost.
const ASKED: [&str; 6] = [
    "icp-history",
    "mali-3d",
    "humanitarian-by-year",
    "programmes-of-an-agency",
    "missions-and-who-serves",
    "partner-countries",
];

/// How long each load lasts; `AIDGRAPH_BENCH_SECONDS` says otherwise.
const SPAN: Duration = Duration::from_secs(20);

/// How long a load lasts before it counts: overload is noticed once somebody has waited in vain.
const SETTLING: Duration = Duration::from_secs(4);

/// How often each pair of loads is tried.
const ROUNDS: usize = 3;

/// By how much accepted answers may be slower at twice the capacity than at eight tenths of it.
const SLOWER: f64 = 2.0;

/// By how much the start after a kill may be slower than the one before, beside a second for the noise of the machine.
const SLOWER_START: u32 = 2;

/// How long a server answers before it is killed.
const KILLED_AFTER: Duration = Duration::from_secs(2);

/// How long a connection may be idle; the service ends those that are for longer.
const IDLE: Duration = Duration::from_secs(5);

/// Each start is one without an answer in the cache.
const FLAGS: [&str; 2] = ["--response-cache-bytes", "0"];

fn main() -> Result<()> {
    let seconds = env::var("AIDGRAPH_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    let span = seconds.map_or(SPAN, Duration::from_secs_f64);
    let folder = tempfile::tempdir()?;
    Server::start(folder.path())?.stop()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut out = io::stdout().lock();
    let all = processors::mine()?;
    let (servers, clients) = all.split_at(all.len() / 2);
    let mut apart = None;
    if !servers.is_empty() {
        writeln!(
            out,
            "a server on {} of the processors, its clients on {}",
            servers.len(),
            clients.len()
        )?;
        processors::run_on(servers)?;
        let server = Server::start_with(folder.path(), &FLAGS)?;
        processors::run_on(clients)?;
        apart = Some(overload(&mut out, &server, &runtime, span)?.1);
        server.stop()?;
        processors::run_on(&all)?;
    }
    writeln!(out, "both on all processors")?;
    let server = Server::start_with(folder.path(), &FLAGS)?;
    let (capacity, together) = overload(&mut out, &server, &runtime, span)?;
    killed(&mut out, server, folder.path(), &runtime, capacity)?;
    // No number when nothing was accepted, which is too slow, too.
    let slower = apart.unwrap_or(together);
    if slower.is_nan() || slower > SLOWER {
        return Err("accepted answers became too slow".into());
    }
    Ok(())
}

/// Asks less than a server can bear, and more, some times: how many answers a second it can bear, and how much slower
/// those it accepts become.
fn overload(
    out: &mut impl io::Write,
    server: &Server,
    runtime: &Runtime,
    span: Duration,
) -> Result<(f64, f64)> {
    let asker = Arc::new(Asker::new(&server.address)?);
    let capacity = runtime.block_on(closed(&asker, span))?;
    writeln!(out, "capacity {capacity:.0} answers/s over {CONNECTIONS} connections")?;
    writeln!(
        out,
        "{:<12}{:>10}{:>12}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "of capacity", "asked/s", "accepted/s", "p50 ms", "p99 ms", "late ms", "503", "others"
    )?;
    let mut row = |share: f64| -> Result<Heard> {
        let heard = runtime.block_on(open(&asker, capacity * share, span))?;
        let counted = span.saturating_sub(SETTLING.min(span / 2)).as_secs_f64();
        writeln!(
            out,
            "{:<12}{:>10.0}{:>12.0}{:>10.2}{:>10.2}{:>10.2}{:>10}{:>10}",
            format!("{:.0} %", share * 100.0),
            heard.asked as f64 / counted,
            heard.accepted.len() as f64 / counted,
            heard.at(50),
            heard.at(99),
            milliseconds(&heard.late, 99),
            heard.refused,
            heard.others.len()
        )?;
        if let Some(other) = heard.others.first() {
            return Err(format!("an answer that should not be: {other}").into());
        }
        Ok(heard)
    };
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (easy, hard) = (row(0.8)?, row(2.0)?);
        ratios.push(hard.at(99) / easy.at(99));
    }
    ratios.sort_unstable_by(f64::total_cmp);
    let median = ratios.get(ROUNDS / 2).copied().unwrap_or(f64::NAN);
    writeln!(
        out,
        "p99 of what is accepted, twice the capacity to eight tenths of it: {median:.2} (of {ratios:.2?})"
    )?;
    Ok((capacity, median))
}

/// Kills a server that answers as much as it can, and starts it again.
fn killed(
    out: &mut impl io::Write,
    server: Server,
    data: &std::path::Path,
    runtime: &Runtime,
    capacity: f64,
) -> Result<()> {
    let (took, asker) = (server.took, Arc::new(Asker::new(&server.address)?));
    let before = runtime.block_on(asker.all())?;
    let load = async {
        let load = open(&asker, capacity * 0.8, 2 * KILLED_AFTER);
        let kill = async {
            sleep(KILLED_AFTER).await;
            server.kill()
        };
        // What was under way fails, as it must.
        let (_, killed) = tokio::join!(load, kill);
        killed
    };
    runtime.block_on(load)?;
    let server = Server::start_with(data, &FLAGS)?;
    let again = Asker::new(&server.address)?;
    let after = runtime.block_on(again.all())?;
    writeln!(
        out,
        "started in {took:.2?}; killed under load; started again in {:.2?}",
        server.took
    )?;
    if before != after {
        return Err("the killed server gave other answers than its successor".into());
    }
    if server.took > took * SLOWER_START + Duration::from_secs(1) {
        return Err("the start after a kill takes longer".into());
    }
    server.stop()
}

/// What was heard of a load, once it had settled.
#[derive(Default)]
struct Heard {
    asked: usize,
    /// How long accepted answers took, in order once all are there.
    accepted: Vec<Duration>,
    /// How much later than they should the clients asked, in order once all are there.
    late: Vec<Duration>,
    /// How many were told to come back.
    refused: usize,
    /// What else was answered.
    others: Vec<String>,
}

impl Heard {
    /// Milliseconds within which a share of the accepted was answered.
    fn at(&self, share: usize) -> f64 {
        milliseconds(&self.accepted, share)
    }
}

/// Milliseconds that a share of some spans is within.
fn milliseconds(spans: &[Duration], share: usize) -> f64 {
    let at = spans.get(spans.len() * share / 100);
    at.map_or(f64::NAN, |span| span.as_secs_f64() * 1000.0)
}

/// An answer: its status, whether it says when to come back, its body.
type Answer = (u16, bool, Vec<u8>);

/// Asks the questions by turns, over connections that it keeps.
struct Asker {
    address: String,
    requests: Vec<Vec<u8>>,
    /// Connections, and since when they are idle.
    free: Mutex<Vec<(TcpStream, Instant)>>,
}

impl Asker {
    fn new(address: &str) -> Result<Self> {
        let mut requests = Vec::new();
        for name in ASKED {
            let path = format!("{}/queries/{name}.graphql", env!("CARGO_MANIFEST_DIR"));
            let body = json!({ "query": fs::read_to_string(path)? }).to_string();
            let length = body.len();
            let request = format!(
                "POST /graphql HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
            );
            requests.push(request.into_bytes());
        }
        Ok(Self { address: address.to_owned(), requests, free: Mutex::default() })
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<(TcpStream, Instant)>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to the question whose turn it is.
    async fn ask(&self, turn: usize) -> io::Result<Answer> {
        let free = self.free().pop();
        let mut stream = match free.filter(|(_, since)| since.elapsed() < IDLE) {
            Some((stream, _)) => stream,
            None => TcpStream::connect(&self.address).await?,
        };
        stream.set_nodelay(true)?;
        let request = self.requests.get(turn % self.requests.len().max(1));
        stream.write_all(request.map_or(&[], Vec::as_slice)).await?;
        let (answer, stays) = read(&mut stream).await?;
        if stays {
            self.free().push((stream, Instant::now()));
        }
        Ok(answer)
    }

    /// The answers to all questions.
    async fn all(&self) -> Result<BTreeMap<usize, Vec<u8>>> {
        let mut answers = BTreeMap::new();
        for turn in 0..self.requests.len() {
            let (status, _, body) = self.ask(turn).await?;
            if status != 200 {
                return Err(format!("{status} to question {turn}").into());
            }
            answers.insert(turn, body);
        }
        Ok(answers)
    }
}

/// An answer, and whether the connection stays.
async fn read(stream: &mut TcpStream) -> io::Result<(Answer, bool)> {
    let mut bytes = Vec::with_capacity(16 * 1024);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
    let header = |name: &str| {
        head.lines().find_map(|line| line.split_once(": ").filter(|(given, _)| *given == name))
    };
    let wrong = || io::Error::other(format!("not understood: {head}"));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(wrong)?;
    let length = header("content-length").and_then(|(_, length)| length.parse::<usize>().ok());
    let length = length.ok_or_else(wrong)?;
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let stays = header("connection").is_none_or(|(_, word)| word != "close");
    Ok(((status, header("retry-after").is_some(), body), stays))
}

/// How many are answered a second when each client asks again once it is answered.
async fn closed(asker: &Arc<Asker>, span: Duration) -> Result<f64> {
    let begin = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CONNECTIONS {
        let asker = Arc::clone(asker);
        clients.spawn(async move {
            let mut count = 0_usize;
            while begin.elapsed() < span {
                let (status, ..) = asker.ask(client + count).await?;
                if status != 200 {
                    return Err(io::Error::other(format!("{status} below the capacity")));
                }
                count += 1;
            }
            Ok(count)
        });
    }
    let mut count = 0;
    while let Some(client) = clients.join_next().await {
        count += client??;
    }
    Ok(count as f64 / begin.elapsed().as_secs_f64())
}

/// Asks so many a second, at moments that know nothing of each other.
async fn open(asker: &Arc<Asker>, rate: f64, span: Duration) -> Result<Heard> {
    let begin = Instant::now();
    let settled = begin + SETTLING.min(span / 2);
    let (mut moments, mut waiting) = (Moments(0), JoinSet::new());
    let (mut due, mut turn) = (begin, 0);
    while due < begin + span {
        sleep_until(due).await;
        let asker = Arc::clone(asker);
        // What nobody had time to ask in time waits all the same.
        waiting.spawn(async move {
            let late = due.elapsed();
            (due, late, asker.ask(turn).await, due.elapsed())
        });
        turn += 1;
        due += Duration::from_secs_f64(moments.next() / rate);
    }
    let mut heard = Heard::default();
    while let Some(answer) = waiting.join_next().await {
        let (due, late, answer, took) = answer?;
        if due < settled {
            continue;
        }
        heard.asked += 1;
        heard.late.push(late);
        match answer {
            Ok((200, ..)) => heard.accepted.push(took),
            Ok((503, true, _)) => heard.refused += 1,
            Ok((status, _, body)) => {
                heard.others.push(format!("{status} {}", String::from_utf8_lossy(&body)));
            }
            Err(err) => heard.others.push(err.to_string()),
        }
    }
    heard.accepted.sort_unstable();
    heard.late.sort_unstable();
    Ok(heard)
}

/// Spans between moments that know nothing of each other, 1 in the mean. Source: splitmix64, S. Vigna.
struct Moments(u64);

impl Moments {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let share = ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        -(1.0 - share).ln()
    }
}

/// Processors that this thread runs on, and what it starts.
#[cfg(target_os = "linux")]
mod processors {
    use std::io;

    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    pub(crate) fn mine() -> io::Result<Vec<usize>> {
        let set = sched_getaffinity(None)?;
        Ok((0..CpuSet::MAX_CPU).filter(|at| set.is_set(*at)).collect())
    }

    pub(crate) fn run_on(processors: &[usize]) -> io::Result<()> {
        let mut set = CpuSet::new();
        for at in processors {
            set.set(*at);
        }
        Ok(sched_setaffinity(None, &set)?)
    }
}

/// Elsewhere all run on all of them.
#[cfg(not(target_os = "linux"))]
mod processors {
    use std::io;

    pub(crate) fn mine() -> io::Result<Vec<usize>> {
        Ok(Vec::new())
    }

    pub(crate) fn run_on(_: &[usize]) -> io::Result<()> {
        Ok(())
    }
}
