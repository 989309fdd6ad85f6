//! `aidgraph export`: writes tables to a folder.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest as _, Sha256};

use super::error::CommandError;
use super::generation::generation;
use super::output;
use crate::config::Config;
use crate::model::printable::sentence;
use crate::read::reader::Reader;
use crate::table::catalogue::{Catalogue, Prepared};
use crate::table::document::data_package::{ExportedFile, data_package};
use crate::table::document::text;
use crate::table::error::TableError;
use crate::table::format::{Format, LineEnd, Options};
use crate::table::record::RecordTable;

/// Arguments of `aidgraph export`.
#[derive(Debug)]
pub(super) struct ExportArgs {
    pub(super) dir: PathBuf,
    pub(super) tables: Vec<String>,
    pub(super) format: Format,
    pub(super) parameters: Vec<String>,
}

/// Parses the name of a format.
pub(super) fn format(name: &str) -> Result<Format, String> {
    let names = || {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.extension()).collect();
        names.join(", ")
    };
    let rows = Format::of_extension(name).filter(|format| *format != Format::Svg);
    rows.ok_or_else(|| format!("expected one of {}", names()))
}

/// Writes the tables. Files of an earlier export with the same names are replaced one by one.
pub(super) fn run(config: &Config, args: &ExportArgs) -> Result<ExitCode, CommandError> {
    let catalogue = Catalogue::default();
    let tables = selected(&catalogue, &args.tables)?;
    let parameters = pairs(&args.parameters)?;
    check(&tables, &parameters)?;
    let reader = Reader::new(generation(config)?);
    let prepared: Vec<Prepared> = tables
        .iter()
        .map(|table| prepare(table, &parameters, &reader))
        .collect::<Result<_, _>>()?;
    fs::create_dir_all(&args.dir).map_err(|err| failed("create", &args.dir, &err))?;
    let bar = io::stderr().is_terminal().then(|| bar(prepared.len()));
    let mut files = Vec::new();
    for table in &prepared {
        if let Some(bar) = &bar {
            bar.set_message(table.description.name.to_string());
            bar.tick();
        }
        files.push(write_table(&args.dir, args.format, table, &reader)?);
        if let Some(bar) = &bar {
            bar.inc(1);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    describe(args, &reader, &files)?;
    let mut lines = String::new();
    for file in &files {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{}: {} rows", file.path, file.rows);
    }
    output::print(&lines)
}

fn bar(tables: usize) -> ProgressBar {
    let bar = ProgressBar::new(tables as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
        bar.set_style(style);
    }
    bar
}

fn selected(catalogue: &Catalogue, names: &[String]) -> Result<Vec<RecordTable>, CommandError> {
    if names.is_empty() {
        return Ok(catalogue.tables().to_vec());
    }
    let mut tables: Vec<RecordTable> = Vec::new();
    for name in names {
        let hint = catalogue.nearest(name).map(str::to_owned);
        let unknown = || TableError::Unknown { name: name.clone(), hint };
        let table = catalogue.get(name).ok_or_else(unknown);
        let table = *table.map_err(|err| CommandError::Usage(err.to_string()))?;
        if tables.iter().all(|other| other.name != table.name) {
            tables.push(table);
        }
    }
    Ok(tables)
}

fn pairs(parameters: &[String]) -> Result<Vec<(String, String)>, CommandError> {
    let pair = |text: &String| {
        let malformed = || {
            CommandError::Usage(format!(
                "invalid --where `{text}`: expected NAME=VALUE, such as country=ML"
            ))
        };
        text.split_once('=')
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .ok_or_else(malformed)
    };
    parameters.iter().map(pair).collect()
}

/// Rejects a parameter that no selected table has, and the parameters of groups.
fn check(tables: &[RecordTable], parameters: &[(String, String)]) -> Result<(), CommandError> {
    for (name, _) in parameters {
        if ["by", "fill", "leftOut", "limit", "offset", "page", "after"].contains(&name.as_str()) {
            let message = format!("`{name}` does not apply to an export: its tables have all rows");
            return Err(CommandError::Usage(message));
        }
        if !tables.iter().any(|table| has(table, name)) {
            return Err(CommandError::Usage(format!("no selected table has a parameter `{name}`")));
        }
    }
    Ok(())
}

fn has(table: &RecordTable, name: &str) -> bool {
    table.listed().parameters.iter().any(|parameter| parameter.name == name)
}

fn prepare(
    table: &RecordTable,
    parameters: &[(String, String)],
    reader: &Reader,
) -> Result<Prepared, CommandError> {
    let own: Vec<_> = parameters.iter().filter(|(name, _)| has(table, name)).cloned().collect();
    let prepared = table.prepare(&own, reader);
    let prepared = prepared.map_err(|err| CommandError::Usage(sentence(&err)))?;
    for warning in prepared.warnings() {
        output::message(&format!("warning: {warning}"));
    }
    Ok(prepared)
}

/// Writes a file under a temporary name, syncs it and renames it.
fn write_table(
    dir: &Path,
    format: Format,
    table: &Prepared,
    reader: &Reader,
) -> Result<ExportedFile, CommandError> {
    let path = format!("{}.{}", table.description.name, format.extension());
    let (target, part) = (dir.join(&path), dir.join(format!("{path}.part")));
    let provenance = table.provenance(reader).map_err(|err| CommandError::because(&err))?;
    let options = Options { line_end: LineEnd::Lf, ..Options::default() };
    let written = File::create(&part).map_err(TableError::from).and_then(|file| {
        let mut summed = Summed { file: BufWriter::new(&file), digest: Sha256::new(), bytes: 0 };
        let rows = table.write(format, &options, &provenance, reader, Box::new(&mut summed))?;
        summed.flush()?;
        let (bytes, digest) = (summed.bytes, summed.digest);
        drop(summed.file);
        file.sync_all()?;
        fs::rename(&part, &target)?;
        Ok((rows, bytes, digest))
    });
    let (rows, bytes, digest) = written.map_err(|err: TableError| {
        // A partial file would only occupy space.
        let _ = fs::remove_file(&part);
        CommandError::Failed(format!("{}: {}", target.display(), sentence(&err)))
    })?;
    let mut sha256 = String::with_capacity(64);
    for byte in digest.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(sha256, "{byte:02x}");
    }
    Ok(ExportedFile { description: table.description.clone(), path, rows, bytes, sha256 })
}

/// File whose bytes are counted and digested.
struct Summed<'f> {
    file: BufWriter<&'f File>,
    digest: Sha256,
    bytes: u64,
}

impl Write for Summed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes the descriptions of the files.
fn describe(
    args: &ExportArgs,
    reader: &Reader,
    files: &[ExportedFile],
) -> Result<(), CommandError> {
    let (format, version) = (args.format, reader.version());
    let licences = reader.all_licences().map_err(|err| CommandError::because(&err))?;
    let licences: Vec<String> = licences.iter().cloned().collect();
    let package = format!("{:#}\n", data_package(version, &licences, format, files));
    let mut texts =
        vec![("datapackage.json", package), ("README.md", text::readme(version, format, files))];
    texts.extend(text::views(format, files).map(|views| ("views.sql", views)));
    for (name, text) in texts {
        let path = args.dir.join(name);
        fs::write(&path, text).map_err(|err| failed("write", &path, &err))?;
    }
    Ok(())
}

fn failed(action: &str, path: &Path, err: &io::Error) -> CommandError {
    CommandError::Failed(format!("cannot {action} {}: {err}", path.display()))
}
