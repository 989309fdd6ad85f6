//! Folder of saved queries of the operator.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Library;
use crate::graphql::rejected::Rejected;

/// Problem of a file of the folder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line}: {reason}", file.display())]
pub struct FileProblem {
    /// The file, or the folder.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Reason, with what to do.
    pub reason: String,
}

impl FileProblem {
    fn new(file: &Path, line: usize, reason: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, reason: reason.into() }
    }
}

impl Library {
    /// Returns this library with the queries of a folder, `NAME.graphql` each; a query replaces one with the same name.
    /// `validate` applies the rules and limits of a request. `reserved` are the names of other tables.
    ///
    /// # Errors
    /// All problems of all files.
    pub fn with_folder(
        &self,
        folder: &Path,
        reserved: &[&str],
        validate: impl Fn(&str) -> Result<(), Rejected>,
    ) -> Result<Self, Vec<FileProblem>> {
        let files = files(folder).map_err(|err| {
            vec![FileProblem::new(folder, 1, format!("cannot read the folder: {err}"))]
        })?;
        let (mut library, mut problems) = (self.clone(), Vec::new());
        for file in files {
            problems.extend(library.add_file(&file, reserved, &validate));
        }
        if problems.is_empty() { Ok(library) } else { Err(problems) }
    }

    /// Adds a file; returns its problems.
    fn add_file(
        &mut self,
        file: &Path,
        reserved: &[&str],
        validate: impl Fn(&str) -> Result<(), Rejected>,
    ) -> Vec<FileProblem> {
        let problem =
            |line, reason: &dyn ToString| vec![FileProblem::new(file, line, reason.to_string())];
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if let Some(reason) = invalid_name(name, reserved) {
            return problem(1, &reason);
        }
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(err) => return problem(1, &format!("cannot read the file: {err}")),
        };
        if let Err(rejected) = validate(&text) {
            let of = |error: &async_graphql::ServerError| {
                let line = error.locations.first().map_or(1, |at| at.line);
                FileProblem::new(file, line, error.message.as_str())
            };
            return rejected.errors().iter().map(of).collect();
        }
        match self.put(name, &text) {
            Ok(()) => Vec::new(),
            Err(invalid) => problem(invalid.defect.line(&text), &invalid.defect),
        }
    }
}

/// Returns the reason against a name.
fn invalid_name(name: &str, reserved: &[&str]) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(is_plain) {
        return Some(
            "the name of the file may have letters, digits, `-` and `_`: rename it".to_owned(),
        );
    }
    let is_reserved = reserved.contains(&name);
    is_reserved.then(|| format!("another table is called `{name}`: rename the file"))
}

/// Lists the files of a folder by name.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "graphql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
