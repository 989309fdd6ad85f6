//! `aidgraph import` and `aidgraph remove`: add and remove publishers' files, with a report of every row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::error::{CommandError, LEFT_OUT};
use super::output;
use super::progress::ProgressReporter;
use crate::config::Config;
use crate::ingest;
use crate::ingest::format::bare_name;
use crate::ingest::import::{FileOutcome, How, ImportChange, Imported, Input};
use crate::model::ledger::{Ledger, Problem, Severity};
use crate::model::printable;
use crate::service::import::{ImportService, report};
use crate::service::problem;

/// Maximum errors of one code that the report lists per file; `status --problems` lists all.
const LISTED: usize = 5;

/// Arguments of `aidgraph import`.
#[derive(Debug)]
pub(super) struct ImportArgs {
    pub(super) paths: Vec<PathBuf>,
    pub(super) name: Option<String>,
    pub(super) how: How,
    pub(super) json: bool,
}

/// Imports files.
pub(super) fn run(config: &Config, wish: &ImportArgs) -> Result<ExitCode, CommandError> {
    let (inputs, paths) = inputs(wish)?;
    let progress = ProgressReporter::new(inputs.len() as u64);
    let change = change(config, inputs, &[], &wish.how, &progress);
    progress.finish();
    print_report(&change?, &paths, wish.json)
}

/// Removes files.
pub(super) fn remove(
    config: &Config,
    names: &[String],
    json: bool,
) -> Result<ExitCode, CommandError> {
    let progress = ProgressReporter::new(0);
    let change = change(config, Vec::new(), names, &How::default(), &progress);
    progress.finish();
    print_report(&change?, &Paths::new(), json)
}

/// Imports files and removes others.
pub(super) fn change(
    config: &Config,
    inputs: Vec<Input<'_>>,
    remove: &[String],
    how: &How,
    progress: &ProgressReporter,
) -> Result<ImportChange, CommandError> {
    let service = ImportService::new(super::data_options(config));
    service.change(inputs, remove, how, progress).map_err(|err| CommandError::because(&err))
}

/// Paths as given on the command line, keyed by stored file name.
pub(super) type Paths = BTreeMap<String, PathBuf>;

/// Resolves the arguments to files.
fn inputs(wish: &ImportArgs) -> Result<(Vec<Input<'static>>, Paths), CommandError> {
    if let Some(name) = &wish.name {
        check_name(name)?;
    }
    let mut found = FolderContents::default();
    let mut inputs = Vec::new();
    for path in &wish.paths {
        if path == Path::new("-") {
            let Some(name) = wish.name.clone() else {
                let message = "standard input needs a file name: set --name";
                return Err(CommandError::Usage(message.to_owned()));
            };
            let open = || Ok(Box::new(io::stdin()) as Box<dyn Read + Send>);
            let name = bare_name(&name).to_owned();
            inputs.push(Input { name, bytes: 0, open: Box::new(open) });
        } else if path.is_dir() {
            found.walk(path, &mut Vec::new(), path)?;
        } else if let Some(pattern) =
            path.to_str().filter(|text| is_pattern(text) && !path.exists())
        {
            matching(pattern, &mut found.files)?;
        } else {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = wish.name.clone().unwrap_or(name);
            check_name(bare_name(&name))?;
            found.files.push((name, path.clone()));
        }
    }
    for reason in &found.skipped {
        output::message(&format!("aidgraph: {reason}"));
    }
    if wish.name.is_some() && found.files.len() + inputs.len() > 1 {
        let message = "--name requires exactly one file";
        return Err(CommandError::Usage(message.to_owned()));
    }
    let mut paths = Paths::new();
    let is_alone = found.files.len() == 1;
    for (name, path) in found.files {
        // Among several files, an unreadable one is rejected and the others are imported.
        if let Err(err) = fs::metadata(&path)
            && is_alone
        {
            return Err(CommandError::Failed(format!("cannot read {}: {err}", path.display())));
        }
        paths.insert(bare_name(&name).to_owned(), path.clone());
        inputs.push(input(&name, path));
    }
    if inputs.is_empty() {
        return Err(CommandError::Failed("no files to import in the given paths".to_owned()));
    }
    Ok((inputs, paths))
}

/// Rejects an invalid name of an imported file.
fn check_name(name: &str) -> Result<(), CommandError> {
    let Some(reason) = ingest::bad_name(name) else { return Ok(()) };
    let name = name.escape_debug();
    Err(CommandError::Usage(format!(
        "invalid file name `{name}`: {reason}; choose another with --name"
    )))
}

/// Returns true if the text contains wildcards.
fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Finds the files of a pattern, sorted by name, for shells that do not expand patterns.
fn matching(pattern: &str, found: &mut Vec<(String, PathBuf)>) -> Result<(), CommandError> {
    let paths =
        glob::glob(pattern).map_err(|err| CommandError::Usage(format!("{pattern}: {err}")))?;
    let before = found.len();
    for path in paths {
        let path = path.map_err(|err| CommandError::Failed(err.to_string()))?;
        if path.is_file() {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            found.push((name, path));
        }
    }
    if found.len() == before {
        return Err(CommandError::Failed(format!("no file matches the pattern {pattern}")));
    }
    Ok(())
}

/// Creates an import input from a file; its name drops the suffix of a compression.
pub(super) fn input(name: &str, path: PathBuf) -> Input<'static> {
    let bytes = fs::metadata(&path).map_or(0, |meta| meta.len());
    let open = move || Ok(Box::new(File::open(path)?) as Box<dyn Read + Send>);
    Input { name: bare_name(name).to_owned(), bytes, open: Box::new(open) }
}

/// Contents of a folder.
#[derive(Debug, Default)]
pub(super) struct FolderContents {
    /// Files with their names: paths relative to the folder.
    pub(super) files: Vec<(String, PathBuf)>,
    /// Messages about entries that are skipped.
    pub(super) skipped: Vec<String>,
}

impl FolderContents {
    /// Finds the files in a folder, recursively. Skips hidden files, and links that lead back to a parent folder.
    /// `above` holds the canonical paths of the parent folders.
    pub(super) fn walk(
        &mut self,
        root: &Path,
        above: &mut Vec<PathBuf>,
        folder: &Path,
    ) -> Result<(), CommandError> {
        let unreadable = |err| {
            CommandError::Failed(format!("cannot read the folder {}: {err}", folder.display()))
        };
        let itself = fs::canonicalize(folder).map_err(unreadable)?;
        if above.contains(&itself) {
            let folder = folder.display();
            self.skipped.push(format!("skipped {folder}: the link leads back to a parent folder"));
            return Ok(());
        }
        above.push(itself);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            paths.push(entry.map_err(unreadable)?.path());
        }
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            match fs::metadata(&path) {
                Ok(meta) if meta.is_dir() => self.walk(root, above, &path)?,
                Ok(meta) if !meta.is_file() => {
                    let path = path.display();
                    self.skipped.push(format!("skipped {path}: not a regular file"));
                }
                // The import reports files that cannot be read.
                Ok(_) | Err(_) => {
                    let below = path.strip_prefix(root).unwrap_or(&path);
                    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
                    self.files.push((parts.join("/"), path.clone()));
                }
            }
        }
        above.pop();
        Ok(())
    }
}

/// Prints the report of a change. Returns the exit code: success, rows left out, or failure if every file was rejected.
pub(super) fn print_report(
    change: &ImportChange,
    paths: &Paths,
    json: bool,
) -> Result<ExitCode, CommandError> {
    if json {
        output::print_json(&format!("{:#}\n", report(change)))?;
    } else {
        output::print(&as_text(change, paths))?;
    }
    let is = |fate: FileOutcome| change.files.iter().any(|file| file.fate == fate);
    let rejected = is(FileOutcome::Refused);
    let all_rejected =
        rejected && change.files.iter().all(|file| file.fate == FileOutcome::Refused);
    let is_error = |problem: &Problem| problem.severity == Severity::Error;
    let left_out = change
        .files
        .iter()
        .any(|file| file.ledger.quarantined > 0 || file.ledger.problems.iter().any(is_error));
    let left_out = left_out || !change.superseded.is_empty();
    Ok(match (all_rejected, rejected || left_out) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(LEFT_OUT),
        (false, false) => ExitCode::SUCCESS,
    })
}

fn as_text(change: &ImportChange, paths: &Paths) -> String {
    // Writing to a string cannot fail.
    let mut text = String::new();
    if !change.files.is_empty() {
        text.push_str("      rows  accepted  left out duplicate  problems  file\n");
    }
    for file in &change.files {
        let ledger = &file.ledger;
        let fate = match (file.fate, &file.known_as) {
            (FileOutcome::Known, Some(other)) => {
                format!("same content as {other}; available under both names")
            }
            (FileOutcome::Unchanged, _) => "unchanged".to_owned(),
            (FileOutcome::Refused, _) => {
                "rejected: no rows accepted; `status` does not list it".to_owned()
            }
            (FileOutcome::Replaced, _) => "replaced".to_owned(),
            (FileOutcome::Added | FileOutcome::Known, _) => "added".to_owned(),
        };
        let from = file.archive.as_ref().map(|archive| format!(" (from zip archive {archive})"));
        let licence = file.licence.as_ref().map(|licence| format!(", licence {licence}"));
        let _ = writeln!(
            text,
            "{:>10}{:>10}{:>10}{:>10}{:>10}  {}: {fate}{}{}",
            ledger.rows_read,
            ledger.accepted,
            ledger.quarantined,
            ledger.duplicate,
            problems(ledger),
            printable::line(&file.name),
            printable::line(&from.unwrap_or_default()),
            printable::line(&licence.unwrap_or_default()),
        );
    }
    for name in &change.removed {
        let _ = writeln!(text, "removed {}", printable::line(name));
    }
    for (name, count) in &change.superseded {
        let _ = writeln!(
            text,
            "{name}: {count} records superseded by a later version and left out; `aidgraph status --problems {name}` lists them"
        );
    }
    for file in &change.files {
        problems_of(file, paths.get(&file.name).map(PathBuf::as_path), &mut text);
    }
    let manifest = &change.manifest;
    let counts: Vec<String> = manifest
        .counts
        .iter()
        .filter(|(noun, _)| matches!(noun.as_str(), "Programme" | "Transaction" | "Agency"))
        .map(|(noun, count)| format!("{noun} {count}"))
        .collect();
    let _ = writeln!(
        text,
        "\ngeneration {} is current: {}; `aidgraph status` shows all counts and files",
        manifest.generation,
        counts.join(", ")
    );
    text
}

/// Number of problems of a file, including those that its ledger does not list.
pub(super) fn problems(ledger: &Ledger) -> u64 {
    if ledger.counts.is_empty() {
        ledger.problems.len() as u64
    } else {
        ledger.counts.values().sum()
    }
}

/// Writes the problems of a file: the count of each code, the first errors, and one warning each.
fn problems_of(file: &Imported, path: Option<&Path>, text: &mut String) {
    if file.ledger.problems.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", printable::line(&file.name));
    let mut kinds: BTreeMap<(Severity, &str), Vec<&Problem>> = BTreeMap::new();
    for problem in &file.ledger.problems {
        kinds.entry((problem.severity, &problem.code)).or_default().push(problem);
    }
    for ((severity, code), problems) in kinds {
        let count = file.ledger.counts.get(code).copied().unwrap_or(problems.len() as u64);
        let word = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let listed = if severity == Severity::Error { LISTED } else { 1 };
        let _ = writeln!(text, "  {word}[{code}] {count}");
        for problem in problems.iter().take(listed) {
            let _ = writeln!(text, "    {}", problem::line_at(problem, path));
        }
    }
}
