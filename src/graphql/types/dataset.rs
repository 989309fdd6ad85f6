//! The dataset: its version, its record counts and its source files.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::graphql::context::note_cut;
use crate::graphql::node_kind::NodeKind;
use crate::graphql::scalar::{DateTime, Decimal};
use crate::model::ledger;
use crate::model::licence::Licence;
use crate::model::noun::Kind;
use crate::read::reader::Reader;

/// Data that this service answers from.
#[derive(Clone, Debug)]
pub(crate) struct Dataset(pub(in crate::graphql) Arc<Reader>);

/// Data that this service answers from.
#[Object(serial)]
impl Dataset {
    /// Digest of the source files. The same files give the same version and the same answers.
    async fn version(&self) -> &str {
        self.0.version()
    }

    /// Number of the current generation; it grows with each build.
    async fn generation(&self) -> Decimal {
        Decimal(self.0.generation_number().into())
    }

    /// Time of the build.
    async fn built_at(&self) -> Option<DateTime> {
        self.0.built_at().map(DateTime)
    }

    /// Number of records of each noun.
    async fn counts(&self) -> Vec<Count> {
        Kind::ALL
            .iter()
            .map(|kind| Count { kind: (*kind).into(), records: self.0.count(*kind) })
            .collect()
    }

    /// Source files by name, each with the outcome of its rows.
    #[graphql(complexity = "30 * child_complexity")]
    async fn sources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only files with these names.")] name: Option<Vec<String>>,
        #[graphql(desc = "Maximum number of files, at most 1000.", default = 100)] first: u32,
        #[graphql(desc = "Only files whose names sort after this one.")] after: Option<String>,
    ) -> Vec<SourceFile> {
        let first = usize::try_from(first.min(1_000)).unwrap_or(1_000);
        let fits = |file: &&ledger::SourceFile| {
            name.as_ref().is_none_or(|names| names.contains(&file.name))
                && after.as_ref().is_none_or(|after| file.name > *after)
        };
        let mut found = self.0.files().iter().filter(fits);
        let files: Vec<SourceFile> = found.by_ref().take(first).cloned().map(SourceFile).collect();
        let rest = found.count();
        if after.is_some() || rest > 0 {
            note_cut(ctx, &[], files.len().saturating_add(rest), files.len());
        }
        files
    }

    /// Number of source files.
    async fn source_count(&self) -> usize {
        self.0.files().len()
    }
}

/// Number of records of a noun.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Count {
    /// Noun.
    kind: NodeKind,
    /// Number of records.
    records: u32,
}

/// File that the dataset was built from.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile(ledger::SourceFile);

/// File that the dataset was built from.
#[Object(serial)]
impl SourceFile {
    /// Name: `seed/programmes.csv`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// SHA-256 digest of the bytes, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// Size in bytes.
    async fn bytes(&self) -> Decimal {
        Decimal(self.0.bytes.into())
    }

    /// Name of the reader that parsed the file: `seed-csv`.
    async fn format(&self) -> &str {
        &self.0.format
    }

    /// Licence of an imported file, as stated at its import: an SPDX identifier, a short name or a web address. Null if unknown.
    /// Seed files have none: each record has the licence of the publications that it cites.
    async fn licence(&self) -> Option<&str> {
        self.0.licence.as_ref().map(Licence::as_str)
    }

    /// Outcome of the rows.
    async fn ledger(&self) -> Ledger {
        Ledger(self.0.ledger.clone())
    }
}

/// Outcome of the rows of a file. Always rowsRead = accepted + quarantined + duplicate.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(ledger::Ledger);

/// Outcome of the rows of a file. Always rowsRead = accepted + quarantined + duplicate.
#[Object(serial)]
impl Ledger {
    /// Number of rows in the file.
    async fn rows_read(&self) -> Decimal {
        Decimal(self.0.rows_read.into())
    }

    /// Number of rows that are in the dataset.
    async fn accepted(&self) -> Decimal {
        Decimal(self.0.accepted.into())
    }

    /// Number of rows left out because of an error, each with a problem.
    async fn quarantined(&self) -> Decimal {
        Decimal(self.0.quarantined.into())
    }

    /// Number of rows left out because an equal row, or a later version of the same record, is in the dataset.
    async fn duplicate(&self) -> Decimal {
        Decimal(self.0.duplicate.into())
    }

    /// Number of problems of each kind, including those beyond the stored list; empty when the list is complete.
    async fn counts(&self) -> Vec<ProblemCount> {
        let count = |(code, problems): (&String, &u64)| ProblemCount {
            code: code.clone(),
            problems: Decimal((*problems).into()),
        };
        self.0.counts.iter().map(count).collect()
    }

    /// Problems of the file, in file order. At most 1000 of each kind are stored; `counts` has the full numbers.
    async fn problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of problems, at most 1000.", default = 50)] first: u32,
        #[graphql(desc = "Number of problems to skip.", default = 0)] offset: u32,
        #[graphql(desc = "Only problems of this severity.")] severity: Option<Severity>,
        #[graphql(desc = "Only problems with these codes.")] code: Option<Vec<String>>,
    ) -> Vec<Problem> {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let severity = severity.map(ledger::Severity::from);
        let fits = |problem: &&ledger::Problem| {
            severity.is_none_or(|severity| problem.severity == severity)
                && code.as_ref().is_none_or(|codes| codes.contains(&problem.code))
        };
        let mut found = self.0.problems.iter().filter(fits).skip(size(offset));
        let first = size(first.min(1_000));
        let problems: Vec<Problem> =
            found.by_ref().take(first).cloned().map(Problem::from).collect();
        let rest = found.count();
        if offset > 0 || rest > 0 {
            let all = size(offset).saturating_add(problems.len()).saturating_add(rest);
            note_cut(ctx, &[], all, problems.len());
        }
        problems
    }
}

/// Number of problems of one kind.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ProblemCount {
    /// Stable code of the kind of problem.
    code: String,
    /// Number of problems.
    problems: Decimal,
}

/// Severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ledger::Severity")]
pub(crate) enum Severity {
    /// The row is left out.
    Error,
    /// The row is accepted but needs a review.
    Warning,
}

/// Problem found in a file.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Problem {
    /// Severity.
    severity: Severity,
    /// Stable code of the kind of problem.
    code: String,
    /// Name of the file.
    file: String,
    /// Line of the file, from 1; null when the problem concerns the whole file.
    line: Option<u32>,
    /// Name of the column.
    column: Option<String>,
    /// Identifier of the row.
    identifier: Option<String>,
    /// Value as found, truncated.
    value: Option<String>,
    /// Description of the problem.
    message: String,
    /// Advice on how to fix it.
    help: Option<String>,
}

impl From<ledger::Problem> for Problem {
    fn from(problem: ledger::Problem) -> Self {
        Self {
            severity: problem.severity.into(),
            code: problem.code,
            file: problem.file,
            line: problem.line,
            column: problem.column,
            identifier: problem.id,
            value: problem.value,
            message: problem.message,
            help: problem.help,
        }
    }
}
