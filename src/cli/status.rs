//! `aidgraph status`: contents of a data folder, read without opening the database, so also beside a server.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::error::CommandError;
use super::{import, output};
use crate::model::printable;
use crate::model::printable::sentence;
use crate::service::problem;
use crate::store::{DiskUse, Manifest, Store};

/// Manifest of the current generation, if any, or the reason why it is unusable.
type GenerationStatus = Result<Option<Manifest>, String>;

/// Prints the contents of the folder; fails if it is unusable, and prints what is readable.
pub(super) fn run(
    data: &Path,
    problems: Option<&str>,
    json: bool,
) -> Result<ExitCode, CommandError> {
    // A query must not create the folder.
    if !data.exists() {
        return Err(CommandError::Failed(format!(
            "no data folder {}: `aidgraph serve` creates it, --data selects another",
            data.display()
        )));
    }
    let store = Store::open(data).map_err(|err| CommandError::because(&err))?;
    let manifest = store.manifest().map_err(|err| sentence(&err));
    if let Some(name) = problems {
        return list(&manifest, name, json);
    }
    let disk = store.disk_use().map_err(|err| CommandError::because(&err))?;
    let text = if json { as_json(data, &manifest, &disk) } else { as_text(data, &manifest, &disk) };
    let written = if json { output::print_json(&text)? } else { output::print(&text)? };
    Ok(if manifest.is_err() { ExitCode::FAILURE } else { written })
}

/// Lists the recorded problems of one file.
fn list(manifest: &GenerationStatus, name: &str, json: bool) -> Result<ExitCode, CommandError> {
    let files = manifest.iter().flatten().flat_map(|manifest| &manifest.files);
    let Some(file) = files.into_iter().find(|file| file.name == name) else {
        return Err(CommandError::Failed(format!("no imported file named {name}")));
    };
    if json {
        return output::print_json(&format!("{:#}\n", json!(file.ledger)));
    }
    let lines: Vec<String> = file.ledger.problems.iter().map(problem::line).collect();
    let more = import::problems(&file.ledger).saturating_sub(lines.len() as u64);
    let mut text = lines.join("\n");
    if !lines.is_empty() {
        text.push('\n');
    }
    if more > 0 {
        let _ = writeln!(text, "and {more} more: only the first thousand of each code are stored");
    }
    output::print(&text)
}

fn as_json(data: &Path, manifest: &GenerationStatus, disk: &DiskUse) -> String {
    let found = manifest.as_ref().ok().and_then(Option::as_ref);
    let generation = found.map(|manifest| {
        let files: Vec<Value> = manifest.files.iter().map(|file| json!(file)).collect();
        json!({
            "number": manifest.generation,
            "dataVersion": manifest.data_version,
            "digest": manifest.digest,
            "counts": manifest.counts,
            "files": files,
        })
    });
    let status = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "data": data,
        "generation": generation,
        "problem": manifest.as_ref().err(),
        "diskUse": { "sources": disk.sources, "parsed": disk.parsed, "journal": disk.journal, "generations": disk.generations },
    });
    format!("{status:#}\n")
}

fn as_text(data: &Path, manifest: &GenerationStatus, disk: &DiskUse) -> String {
    // Writing to a string cannot fail.
    let mut text = String::new();
    let _ =
        writeln!(text, "aidgraph {}, data folder {}", env!("CARGO_PKG_VERSION"), data.display());
    match manifest {
        Err(problem) => {
            let _ = writeln!(text, "{problem}");
        }
        Ok(None) => text.push_str("no current generation; `aidgraph serve` builds one\n"),
        Ok(Some(manifest)) => {
            let _ = writeln!(text, "generation    {}", manifest.generation);
            let _ = writeln!(text, "data version  {}", manifest.data_version);
            text.push_str("\nrecords\n");
            for (noun, count) in &manifest.counts {
                let _ = writeln!(text, "{count:>10}  {noun}");
            }
            text.push_str("\n      read  accepted  left out duplicate  problems  file\n");
            for file in &manifest.files {
                let ledger = &file.ledger;
                let licence = file.licence.as_ref().map(|licence| format!(", licence {licence}"));
                let _ = writeln!(
                    text,
                    "{:>10}{:>10}{:>10}{:>10}{:>10}  {}{}",
                    ledger.rows_read,
                    ledger.accepted,
                    ledger.quarantined,
                    ledger.duplicate,
                    import::problems(ledger),
                    printable::line(&file.name),
                    printable::line(&licence.unwrap_or_default())
                );
            }
        }
    }
    let _ = writeln!(
        text,
        "\ndisk          {} kB sources, {} kB parsed, {} kB journal, {} kB generations",
        disk.sources.div_ceil(1000),
        disk.parsed.div_ceil(1000),
        disk.journal.div_ceil(1000),
        disk.generations.div_ceil(1000)
    );
    text
}
