//! Cost of a large table over HTTP: rows per CPU second of CSV and Parquet beside `DuckDB`, memory, and the first byte.
//!
//! `cargo bench --bench tables -- FOLDER` takes a folder of IATI activity files; 100,000 activities have about a million
//! transactions. `benches/tables_partner.py` measures `DuckDB` on one thread over the same rows in the same run. Compare the
//! ratios, not the absolute figures, across machines.

#![expect(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "rates and ratios for people; no money"
)]

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

#[expect(dead_code, reason = "each bench uses some of it")]
mod support;

use support::{Result, Server};

/// Time between two looks at the memory of the server.
const LOOK: Duration = Duration::from_millis(10);

/// Bytes that are read of a response at once.
const CHUNK: usize = 256 * 1024;

/// Options that let one response take as long, and be as large, as it needs.
const OPTIONS: [&str; 4] = ["--request-timeout", "600s", "--max-spool", "8000000000"];

/// Limit of the CPU time until the first byte of CSV.
const FIRST_BYTE: Duration = Duration::from_millis(50);

/// Limit of the memory beyond that of the idle server, in kB.
const MEMORY: u64 = 64 * 1024;

/// Lower limit of the rows per CPU second, as a share of those of `DuckDB`.
const SHARE: f64 = 0.5;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let mut out = io::stdout().lock();
    let Some(folder) = words.first().map(PathBuf::from) else {
        return Ok(writeln!(out, "tables: no folder of IATI files named; see benches/tables.rs")?);
    };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    let work = tempfile::Builder::new()
        .prefix("aidgraph-tables")
        .tempdir_in(parent.unwrap_or(Path::new(".")))?;
    let data = work.path().join("data");
    import(&data, &folder)?;
    let tables = ["csv", "parquet"].map(|format| table(&data, work.path(), format));
    let [csv, parquet] = tables.map(|table| table.map_err(|err| err.to_string()));
    let (csv, parquet) = (csv?, parquet?);
    if csv.rows != parquet.rows || csv.rows == 0 {
        return Err(format!("{} rows as CSV, {} as Parquet", csv.rows, parquet.rows).into());
    }
    let partner = partner(&parquet.file)?;
    writeln!(
        out,
        "{:<10}{:>12}{:>10}{:>16}{:>14}{:>14}{:>16}",
        "table", "rows", "MB", "rows/CPU s", "of DuckDB", "memory MB", "first byte ms"
    )?;
    for (table, partner) in
        [(&csv, partner.map(|[csv, _]| csv)), (&parquet, partner.map(|[_, p]| p))]
    {
        table.print(&mut out, partner)?;
    }
    writeln!(
        out,
        "limits: {SHARE} of DuckDB, {} MB beyond the idle server, {} ms of CPU to the first byte of CSV",
        MEMORY / 1024,
        FIRST_BYTE.as_millis()
    )?;
    Ok(())
}

fn import(data: &Path, folder: &Path) -> Result<()> {
    let status = Command::new(env!("CARGO_BIN_EXE_aidgraph"))
        .arg("import")
        .arg("--data")
        .arg(data)
        .arg(folder)
        .stdout(Stdio::null())
        .status()?;
    if matches!(status.code(), Some(0 | 3)) {
        Ok(())
    } else {
        Err(format!("the import ended with {status}").into())
    }
}

/// Cost of one table.
struct Table {
    format: &'static str,
    file: PathBuf,
    rows: u64,
    bytes: u64,
    cpu: Duration,
    /// CPU time until the first byte of the body.
    first: Duration,
    /// Memory beyond that of the idle server, in kB.
    memory: u64,
}

impl Table {
    fn per_second(&self) -> f64 {
        self.rows as f64 / self.cpu.as_secs_f64()
    }

    fn print(&self, out: &mut impl io::Write, partner: Option<Duration>) -> Result<()> {
        let share = partner.map(|partner| partner.as_secs_f64() / self.cpu.as_secs_f64());
        let share = share.map_or_else(|| "not measured".to_owned(), |share| format!("{share:.2}"));
        writeln!(
            out,
            "{:<10}{:>12}{:>10.0}{:>16.0}{share:>14}{:>14.0}{:>16.1}",
            self.format,
            self.rows,
            self.bytes as f64 / 1e6,
            self.per_second(),
            self.memory as f64 / 1024.0,
            self.first.as_secs_f64() * 1e3,
        )?;
        Ok(())
    }
}

/// Requests a table of a server that has just started.
fn table(data: &Path, work: &Path, format: &'static str) -> Result<Table> {
    let server = Server::start_with(data, &OPTIONS)?;
    // The first request of a server pays for its threads and for names.
    body(&server.address, &format!("/q/transactions.{format}?limit=1"), &mut io::sink(), || ())?;
    thread::sleep(Duration::from_secs(1));
    let idle = server.resident().ok_or("no memory of the server")?;
    let begin = server.cpu()?;
    let file = work.join(format!("transactions.{format}"));
    let (is_over, peak) = (AtomicBool::new(false), AtomicU64::new(idle));
    let (mut first, mut rows, mut bytes) = (Duration::ZERO, 0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Acquire) {
                peak.fetch_max(server.resident().unwrap_or(0), Ordering::AcqRel);
                thread::sleep(LOOK);
            }
        });
        let mut target = File::create(&file)?;
        let path = format!("/q/transactions.{format}");
        let received = body(&server.address, &path, &mut target, || {
            first = server.cpu().unwrap_or_default().saturating_sub(begin);
        });
        is_over.store(true, Ordering::Release);
        (rows, bytes) = received?;
        Result::Ok(())
    })?;
    let cpu = server.cpu()?.saturating_sub(begin);
    server.stop()?;
    let memory = peak.load(Ordering::Acquire).saturating_sub(idle);
    Ok(Table { format, file, rows, bytes, cpu, first, memory })
}

/// Receives a body into `target`; `first` is called at its first bytes. Returns the number of rows that the headers state,
/// and the number of bytes. A request of HTTP/1.0 has a body without chunks.
fn body(
    address: &str,
    path: &str,
    target: &mut impl io::Write,
    mut first: impl FnMut(),
) -> Result<(u64, u64)> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.0\r\nhost: {address}\r\n\r\n")?;
    let mut reader = BufReader::with_capacity(CHUNK, stream);
    let (mut rows, mut line) = (0, String::new());
    reader.read_line(&mut line)?;
    if !line.contains(" 200 ") {
        reader.read_to_string(&mut line)?;
        return Err(line.into());
    }
    while line.trim_end() != "" {
        line.clear();
        reader.read_line(&mut line)?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("aidgraph-rows")
        {
            rows = value.trim().parse()?;
        }
    }
    let mut bytes = 0;
    loop {
        let chunk = reader.fill_buf()?;
        let length = chunk.len();
        if length == 0 {
            return Ok((rows, bytes));
        }
        if bytes == 0 {
            first();
        }
        target.write_all(chunk)?;
        bytes += length as u64;
        reader.consume(length);
    }
}

/// CPU time of `DuckDB` for CSV and Parquet; `None` if it is not installed.
fn partner(parquet: &Path) -> Result<Option<[Duration; 2]>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/tables_partner.py");
    let output = Command::new("python3").arg(script).arg(parquet).output()?;
    io::stderr().write_all(&output.stderr)?;
    let text = String::from_utf8(output.stdout)?;
    let mut seconds = text.split_whitespace().map(str::parse::<f64>);
    let (Some(csv), Some(columnar)) = (seconds.next(), seconds.next()) else { return Ok(None) };
    Ok(Some([Duration::from_secs_f64(csv?), Duration::from_secs_f64(columnar?)]))
}
