//! Ledger builder: records the problems and row counts of a file in bounded memory, however bad the file is.

use std::collections::BTreeMap;

use super::personal;
use super::problem::{ProblemCode, shown};
use crate::model::code::Code;
use crate::model::ledger::{Ledger, Problem, Severity};

/// Maximum number of problems of one code that are stored in full; all are counted.
const KEPT: u64 = 1_000;

/// Ledger of a file in progress. Each row is counted once, as accepted or quarantined, so the ledger adds up by
/// construction. Merging finds duplicates across files.
#[derive(Debug)]
pub(crate) struct LedgerBuilder {
    file: String,
    ledger: Ledger,
    counts: BTreeMap<&'static str, u64>,
    /// Names and codes that are reported once: index of their problem in the ledger, and number of occurrences.
    named: BTreeMap<(&'static str, String, String), NamedCounts>,
}

#[derive(Debug)]
struct NamedCounts {
    at: usize,
    count: u64,
}

/// Location of a problem, with the value.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProblemSite<'a> {
    /// Line of the file; the first is 1.
    pub(crate) line: Option<u32>,
    /// Element, attribute or column: `transaction/value`.
    pub(crate) field: Option<&'a str>,
    /// Identifier of the row.
    pub(crate) id: Option<&'a str>,
    /// Value as found.
    pub(crate) value: Option<&'a str>,
}

impl LedgerBuilder {
    /// Creates the ledger of a file that has not been read.
    pub(crate) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ledger: Ledger::default(),
            counts: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    /// Returns the name of the file.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Counts an accepted row.
    pub(crate) fn accept(&mut self) {
        self.ledger.rows_read += 1;
        self.ledger.accepted += 1;
    }

    /// Counts a row that repeats an earlier one of the file.
    pub(crate) fn repeat(&mut self) {
        self.ledger.rows_read += 1;
        self.ledger.duplicate += 1;
    }

    /// Quarantines rows for one reason, which is reported once.
    pub(crate) fn set_aside(&mut self, rows: u64, code: ProblemCode, message: &str, help: &str) {
        self.ledger.rows_read += rows;
        self.ledger.quarantined += rows;
        self.note(Severity::Error, code, &ProblemSite::default(), message, Some(help));
    }

    /// Quarantines a row, with the reason.
    pub(crate) fn quarantine(
        &mut self,
        code: ProblemCode,
        place: &ProblemSite<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        self.ledger.rows_read += 1;
        self.ledger.quarantined += 1;
        self.note(Severity::Error, code, place, message, help);
    }

    /// Reports a problem of an accepted row, or a part of it that is left out.
    pub(crate) fn warn(
        &mut self,
        code: ProblemCode,
        place: &ProblemSite<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        self.note(Severity::Warning, code, place, message, help);
    }

    /// Reports a problem with a name or code, which occurs `times` in this row. It is reported once for the whole file, at its
    /// first location, keyed by field and value; all occurrences are counted.
    pub(crate) fn warn_of_name(
        &mut self,
        code: ProblemCode,
        place: &ProblemSite<'_>,
        times: u64,
        message: &str,
        help: Option<&str>,
    ) {
        let own = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let name = (code.as_str(), own(place.field), own(place.value.map(told).as_deref()));
        let more = if let Some(named) = self.named.get_mut(&name) {
            named.count += times;
            times
        } else {
            let at = self.ledger.problems.len();
            self.note(Severity::Warning, code, place, message, help);
            if self.ledger.problems.len() > at {
                self.named.insert(name, NamedCounts { at, count: times });
            }
            times.saturating_sub(1)
        };
        *self.counts.entry(code.as_str()).or_default() += more;
    }

    /// Reports a problem with the file as a whole, or with everything behind a location.
    pub(crate) fn fail(
        &mut self,
        code: ProblemCode,
        place: &ProblemSite<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        self.note(Severity::Error, code, place, message, help);
    }

    /// Returns the number of problems of a code so far.
    pub(crate) fn count(&self, code: ProblemCode) -> u64 {
        self.counts.get(code.as_str()).copied().unwrap_or_default()
    }

    /// Returns true if no row was read and no problem was reported.
    pub(crate) fn is_silent(&self) -> bool {
        self.ledger.rows_read == 0 && self.counts.is_empty()
    }

    /// Finishes the ledger.
    pub(crate) fn finish(mut self) -> Ledger {
        for NamedCounts { at, count } in self.named.into_values().filter(|named| named.count > 1) {
            if let Some(problem) = self.ledger.problems.get_mut(at) {
                let again = format!(" ({count} times in the file, the first here)");
                problem.message.push_str(&again);
            }
        }
        self.ledger.counts =
            self.counts.into_iter().map(|(code, n)| (code.to_owned(), n)).collect();
        self.ledger
    }

    fn note(
        &mut self,
        severity: Severity,
        code: ProblemCode,
        place: &ProblemSite<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        let count = self.counts.entry(code.as_str()).or_default();
        *count += 1;
        if *count > KEPT {
            return;
        }
        self.ledger.problems.push(Problem {
            severity,
            code: code.as_str().to_owned(),
            file: self.file.clone(),
            line: place.line,
            column: place.field.map(str::to_owned),
            id: place.id.map(told),
            value: place.value.map(told),
            message: message.to_owned(),
            help: help.map(str::to_owned),
        });
    }
}

/// Prepares a value for the ledger: truncated, and without personal data.
fn told(value: &str) -> String {
    // Redacted before truncation, since half an address would not be detected.
    match personal::without_addresses(value) {
        Some(left) => personal::without_persons(shown(&left)),
        None => personal::without_persons(shown(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_reported_without_addresses_and_telephone_numbers() {
        let mut tally = LedgerBuilder::new("a.xml");
        let long = format!("{}jane@example.org", "x ".repeat(55));
        for value in ["jane@example.org", "tel 247 82 478", &long] {
            let place = ProblemSite {
                value: Some(value),
                id: Some("jane@example.org"),
                ..ProblemSite::default()
            };
            tally.warn(ProblemCode::UnreadableAmount, &place, "no amount", None);
        }
        let reported = format!("{:?}", tally.finish());
        assert!(!reported.contains("jane") && !reported.contains("247"), "{reported}");
    }

    #[test]
    fn a_name_is_reported_once_and_counted_each_time() {
        let mut tally = LedgerBuilder::new("a.xml");
        for (line, value) in [(1, "a"), (2, "b"), (3, "a")] {
            let place = ProblemSite {
                line: Some(line),
                field: Some("x/@y"),
                value: Some(value),
                ..ProblemSite::default()
            };
            tally.warn_of_name(ProblemCode::OddCode, &place, 2, "on no list", None);
        }
        let ledger = tally.finish();
        let reported: Vec<_> =
            ledger.problems.iter().map(|p| (p.line.unwrap(), p.message.as_str())).collect();
        assert_eq!(
            reported,
            [
                (1, "on no list (4 times in the file, the first here)"),
                (2, "on no list (2 times in the file, the first here)")
            ]
        );
        assert_eq!(ledger.counts["ODD_CODE"], 6);
    }

    #[test]
    fn every_problem_is_counted_and_the_first_of_each_code_are_kept() {
        let mut tally = LedgerBuilder::new("a.xml");
        for line in 0..1_500 {
            let place = ProblemSite { line: Some(line), ..ProblemSite::default() };
            tally.quarantine(ProblemCode::BadId, &place, "no identifier", None);
        }
        tally.accept();
        let ledger = tally.finish();
        assert!(ledger.adds_up());
        assert_eq!((ledger.rows_read, ledger.quarantined), (1_501, 1_500));
        assert_eq!(ledger.problems.len(), 1_000);
        assert_eq!(ledger.counts.get("BAD_ID"), Some(&1_500));
    }
}
