//! Keeps the ledger of a file while it is read, in bounded memory however bad the file is.

use std::collections::BTreeMap;

use super::personal;
use super::problem::{ProblemCode, shown};
use crate::model::code::Code;
use crate::model::ledger::{Ledger, Problem, Severity};

/// The most problems of one code that are kept in full; all are counted.
const KEPT: u64 = 1_000;

/// The ledger of a file that is being read. Each row is told once as accepted or quarantined; so the ledger adds
/// up by construction. Duplicates are found when files are merged.
#[derive(Debug)]
pub(crate) struct Tally {
    file: String,
    ledger: Ledger,
    counts: BTreeMap<&'static str, u64>,
    /// Names and codes that are reported once: where their problem is in the ledger, and how often they occur.
    named: BTreeMap<(&'static str, String, String), Named>,
}

#[derive(Debug)]
struct Named {
    at: usize,
    count: u64,
}

/// Where something is wrong, and with what.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place<'a> {
    /// Line of the file, the first is 1.
    pub(crate) line: Option<u32>,
    /// The element, attribute or column: `transaction/value`.
    pub(crate) field: Option<&'a str>,
    /// Identifier of the row.
    pub(crate) id: Option<&'a str>,
    /// The value as found.
    pub(crate) value: Option<&'a str>,
}

impl Tally {
    /// The ledger of a file of which nothing has been read.
    pub(crate) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            ledger: Ledger::default(),
            counts: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    /// Name of the file.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// A row is taken.
    pub(crate) fn accept(&mut self) {
        self.ledger.rows_read += 1;
        self.ledger.accepted += 1;
    }

    /// A row says what an earlier one of the file has said.
    pub(crate) fn repeat(&mut self) {
        self.ledger.rows_read += 1;
        self.ledger.duplicate += 1;
    }

    /// Rows are left out, all for one reason that is told once.
    pub(crate) fn set_aside(&mut self, rows: u64, code: ProblemCode, message: &str, help: &str) {
        self.ledger.rows_read += rows;
        self.ledger.quarantined += rows;
        self.note(Severity::Error, code, &Place::default(), message, Some(help));
    }

    /// A row is left out, for a reason.
    pub(crate) fn quarantine(
        &mut self,
        code: ProblemCode,
        place: &Place<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        self.ledger.rows_read += 1;
        self.ledger.quarantined += 1;
        self.note(Severity::Error, code, place, message, help);
    }

    /// Something of a row that is taken deserves a look, or a part of it is left out.
    pub(crate) fn warn(
        &mut self,
        code: ProblemCode,
        place: &Place<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        self.note(Severity::Warning, code, place, message, help);
    }

    /// One name or code of a row deserves a look, `times` over. It is reported once for the whole file, where it stands first, by
    /// its field and value; all are counted.
    pub(crate) fn warn_of_name(
        &mut self,
        code: ProblemCode,
        place: &Place<'_>,
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
                self.named.insert(name, Named { at, count: times });
            }
            times.saturating_sub(1)
        };
        *self.counts.entry(code.as_str()).or_default() += more;
    }

    /// Something is wrong with the file as a whole, or with what follows a place in it.
    pub(crate) fn fail(
        &mut self,
        code: ProblemCode,
        place: &Place<'_>,
        message: &str,
        help: Option<&str>,
    ) {
        self.note(Severity::Error, code, place, message, help);
    }

    /// How many problems of a code there are so far.
    pub(crate) fn count(&self, code: ProblemCode) -> u64 {
        self.counts.get(code.as_str()).copied().unwrap_or_default()
    }

    /// Whether nothing was read and nothing was wrong.
    pub(crate) fn is_silent(&self) -> bool {
        self.ledger.rows_read == 0 && self.counts.is_empty()
    }

    /// The ledger of what was read.
    pub(crate) fn finish(mut self) -> Ledger {
        for Named { at, count } in self.named.into_values().filter(|named| named.count > 1) {
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
        place: &Place<'_>,
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

/// A value as the ledger keeps it: short, and nothing about persons.
fn told(value: &str) -> String {
    // Before it is cut, since half an address would not be known for one.
    match personal::without_addresses(value) {
        Some(left) => personal::without_persons(shown(&left)),
        None => personal::without_persons(shown(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_without_addresses_and_telephone_numbers() {
        let mut tally = Tally::new("a.xml");
        let long = format!("{}jane@example.org", "x ".repeat(55));
        for value in ["jane@example.org", "tel 247 82 478", &long] {
            let place =
                Place { value: Some(value), id: Some("jane@example.org"), ..Place::default() };
            tally.warn(ProblemCode::UnreadableAmount, &place, "no amount", None);
        }
        let told = format!("{:?}", tally.finish());
        assert!(!told.contains("jane") && !told.contains("247"), "{told}");
    }

    #[test]
    fn a_name_is_told_once_and_counted_each_time() {
        let mut tally = Tally::new("a.xml");
        for (line, value) in [(1, "a"), (2, "b"), (3, "a")] {
            let place = Place {
                line: Some(line),
                field: Some("x/@y"),
                value: Some(value),
                ..Place::default()
            };
            tally.warn_of_name(ProblemCode::OddCode, &place, 2, "on no list", None);
        }
        let ledger = tally.finish();
        let told: Vec<_> =
            ledger.problems.iter().map(|p| (p.line.unwrap(), p.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "on no list (4 times in the file, the first here)"),
                (2, "on no list (2 times in the file, the first here)")
            ]
        );
        assert_eq!(ledger.counts["ODD_CODE"], 6);
    }

    #[test]
    fn every_problem_is_counted_and_the_first_of_each_code_are_kept() {
        let mut tally = Tally::new("a.xml");
        for line in 0..1_500 {
            let place = Place { line: Some(line), ..Place::default() };
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
