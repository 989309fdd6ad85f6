//! A small valid seed that tests modify.

use std::collections::BTreeMap;
use std::path::Path;

use aidgraph::ingest::seed::SeedFiles;
use aidgraph::ingest::{Checked, check};
use aidgraph::model::ledger::{Problem, Severity};

/// Files of `tests/it/check/good`, possibly modified.
#[derive(Clone, Debug)]
pub(super) struct Seed {
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Seed {
    /// Returns the valid seed.
    pub(super) fn valid() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/good");
        let files = SeedFiles::from_dir(&folder).unwrap();
        Self { files: files.iter().map(|(n, b)| (n.to_owned(), b.to_vec())).collect() }
    }

    fn bytes(&mut self, file: &str) -> &mut Vec<u8> {
        self.files.get_mut(&format!("seed/{file}.csv")).unwrap_or_else(|| panic!("no {file}"))
    }

    fn text(&mut self, file: &str) -> String {
        String::from_utf8(self.bytes(file).clone()).unwrap()
    }

    /// Replaces the bytes of a file.
    pub(super) fn with(mut self, file: &str, bytes: impl AsRef<[u8]>) -> Self {
        *self.bytes(file) = bytes.as_ref().to_vec();
        self
    }

    /// Removes a file.
    pub(super) fn without(mut self, file: &str) -> Self {
        self.files.remove(&format!("seed/{file}.csv")).unwrap();
        self
    }

    /// Changes one cell. No cell of the valid seed is quoted.
    pub(super) fn cell(mut self, file: &str, line: usize, column: &str, value: &str) -> Self {
        let text = self.text(file);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let at = header.iter().position(|name| *name == column);
        let at = at.unwrap_or_else(|| panic!("no column {column}"));
        let mut cells: Vec<&str> = lines[line - 1].split(',').collect();
        cells[at] = value;
        lines[line - 1] = cells.join(",");
        self.with(file, lines.join("\n") + "\n")
    }

    /// Changes a whole line.
    pub(super) fn line(
        mut self,
        file: &str,
        line: usize,
        change: impl FnOnce(&str) -> String,
    ) -> Self {
        let text = self.text(file);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[line - 1] = change(&lines[line - 1]);
        self.with(file, lines.join("\n") + "\n")
    }

    /// Appends a line.
    pub(super) fn add(mut self, file: &str, line: &str) -> Self {
        let text = self.text(file);
        self.with(file, format!("{text}{line}\n"))
    }

    /// Converts to the input of the library.
    pub(super) fn files(&self) -> SeedFiles {
        SeedFiles::from_bytes(self.files.clone())
    }

    /// Checks the seed.
    pub(super) fn check(&self) -> Checked {
        let checked = check(&self.files());
        super::consistent::assert_consistent(&checked);
        checked
    }

    /// Asserts that a problem is found, and returns it.
    #[track_caller]
    pub(super) fn finds(&self, severity: Severity, code: &str, at: &str, help: &str) -> Problem {
        let checked = self.check();
        let all: Vec<String> = checked.problems().map(describe).collect();
        let found = checked.problems().find(|p| p.code == code && place(p) == at);
        let found = found.unwrap_or_else(|| panic!("no {code} at {at}, but {all:#?}"));
        assert_eq!(found.severity, severity, "{found:?}");
        assert!(describe(found).contains(help), "no `{help}` in {}", describe(found));
        found.clone()
    }

    /// Asserts that an error is found at `file:line:column` whose message or help contains a text.
    #[track_caller]
    pub(super) fn fails(&self, code: &str, at: &str, help: &str) -> Problem {
        self.finds(Severity::Error, code, at, help)
    }

    /// Asserts that no problem is found.
    #[track_caller]
    pub(super) fn passes(&self) {
        let checked = self.check();
        assert_eq!(checked.problems().map(describe).collect::<Vec<_>>(), Vec::<String>::new());
    }

    /// Asserts that a warning is found and no row is rejected.
    #[track_caller]
    pub(super) fn warns(&self, code: &str, at: &str, help: &str) -> Problem {
        assert_eq!(self.check().errors(), 0);
        self.finds(Severity::Warning, code, at, help)
    }
}

/// Formats the position of a problem: `programmes:3:start`.
fn place(problem: &Problem) -> String {
    let name = problem.file.trim_start_matches("seed/").trim_end_matches(".csv");
    let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = problem.column.iter().map(|column| format!(":{column}"));
    format!("{name}{line}{}", column.collect::<String>())
}

fn describe(problem: &Problem) -> String {
    format!(
        "{} {}: {} (help: {})",
        problem.code,
        place(problem),
        problem.message,
        problem.help.as_deref().unwrap_or_default()
    )
}
