//! The dataset: its version, its counts, and the files that it was built from.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::search::NodeKind;
use crate::graphql::request::note_cut;
use crate::graphql::scalar::{DateTime, Decimal};
use crate::model::ledger;
use crate::model::noun::Kind;
use crate::read::reader::Reader;

/// The data that this service answers from.
#[derive(Clone, Debug)]
pub(crate) struct Dataset(pub(in crate::graphql) Arc<Reader>);

/// The data that this service answers from.
#[Object(serial)]
impl Dataset {
    /// Digest of the files that it was built from: the same files give the same version and the same answers.
    async fn version(&self) -> &str {
        self.0.version()
    }

    /// The number of the build in its folder; it grows with each.
    async fn generation(&self) -> Decimal {
        Decimal(self.0.generation_number().into())
    }

    /// When it was built.
    async fn built_at(&self) -> Option<DateTime> {
        self.0.built_at().map(DateTime)
    }

    /// How many records it has, by noun.
    async fn counts(&self) -> Vec<Count> {
        Kind::ALL
            .iter()
            .map(|kind| Count { kind: (*kind).into(), records: self.0.count(*kind) })
            .collect()
    }

    /// The files that it was built from, by name, with what became of their rows.
    #[graphql(complexity = "30 * child_complexity")]
    async fn sources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these files.")] name: Option<Vec<String>>,
        #[graphql(desc = "The most files to list, at most 1000.", default = 100)] first: u32,
        #[graphql(desc = "Only files whose names come after this one.")] after: Option<String>,
    ) -> Vec<SourceFile> {
        let first = usize::try_from(first.min(1_000)).unwrap_or(1_000);
        let fits = |file: &&ledger::SourceFile| {
            name.as_ref().is_none_or(|names| names.contains(&file.name))
                && after.as_ref().is_none_or(|after| file.name > *after)
        };
        let mut found = self.0.files().iter().filter(fits);
        let files = found.by_ref().take(first).cloned().map(SourceFile).collect();
        if after.is_some() || found.next().is_some() {
            note_cut(ctx, &[]);
        }
        files
    }

    /// How many files it was built from.
    async fn source_count(&self) -> usize {
        self.0.files().len()
    }
}

/// How many records a noun has.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Count {
    /// The noun.
    kind: NodeKind,
    /// How many records.
    records: u32,
}

/// A file that the dataset was built from.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile(ledger::SourceFile);

/// A file that the dataset was built from.
#[Object(serial)]
impl SourceFile {
    /// Its name: `seed/programmes.csv`.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Digest of its bytes, in hexadecimal.
    async fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// How many bytes it has.
    async fn bytes(&self) -> Decimal {
        Decimal(self.0.bytes.into())
    }

    /// How it was read.
    async fn format(&self) -> &str {
        &self.0.format
    }

    /// What became of its rows.
    async fn ledger(&self) -> Ledger {
        Ledger(self.0.ledger.clone())
    }
}

/// What became of the rows of a file: rowsRead = accepted + quarantined + duplicate, always.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(ledger::Ledger);

/// What became of the rows of a file: rowsRead = accepted + quarantined + duplicate, always.
#[Object(serial)]
impl Ledger {
    /// Rows that the file holds.
    async fn rows_read(&self) -> Decimal {
        Decimal(self.0.rows_read.into())
    }

    /// Rows that are in the dataset.
    async fn accepted(&self) -> Decimal {
        Decimal(self.0.accepted.into())
    }

    /// Rows that were left out, each with a problem.
    async fn quarantined(&self) -> Decimal {
        Decimal(self.0.quarantined.into())
    }

    /// Rows that were left out because an equal one, or a later version of the same record, is in the dataset.
    async fn duplicate(&self) -> Decimal {
        Decimal(self.0.duplicate.into())
    }

    /// How many problems there are of each kind, also of those that are too many to be listed; empty when all are.
    async fn counts(&self) -> Vec<ProblemCount> {
        let count = |(code, problems): (&String, &u64)| ProblemCount {
            code: code.clone(),
            problems: Decimal((*problems).into()),
        };
        self.0.counts.iter().map(count).collect()
    }

    /// The problems of the file, in its order; of each kind the first thousand are kept, and `counts` has all.
    async fn problems(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The most problems to list, at most 1000.", default = 50)] first: u32,
        #[graphql(desc = "How many to pass over.", default = 0)] offset: u32,
        #[graphql(desc = "Only problems of this gravity.")] severity: Option<Severity>,
        #[graphql(desc = "Only problems of these kinds.")] code: Option<Vec<String>>,
    ) -> Vec<Problem> {
        let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let severity = severity.map(ledger::Severity::from);
        let fits = |problem: &&ledger::Problem| {
            severity.is_none_or(|severity| problem.severity == severity)
                && code.as_ref().is_none_or(|codes| codes.contains(&problem.code))
        };
        let mut found = self.0.problems.iter().filter(fits).skip(size(offset));
        let first = size(first.min(1_000));
        let problems = found.by_ref().take(first).cloned().map(Problem::from).collect();
        if offset > 0 || found.next().is_some() {
            note_cut(ctx, &[]);
        }
        problems
    }
}

/// How many problems there are of one kind.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ProblemCount {
    /// A stable word for the kind of problem.
    code: String,
    /// How many.
    problems: Decimal,
}

/// How grave a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "ledger::Severity")]
pub(crate) enum Severity {
    /// The row is left out.
    Error,
    /// The row is taken; somebody should look.
    Warning,
}

/// One thing that is wrong with a file.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Problem {
    /// How grave it is.
    severity: Severity,
    /// A stable word for the kind of problem.
    code: String,
    /// Name of the file.
    file: String,
    /// Line of the file; null when the file as a whole is meant.
    line: Option<u32>,
    /// Name of the column.
    column: Option<String>,
    /// Identifier of the row.
    identifier: Option<String>,
    /// The value as found, cut to a short length.
    value: Option<String>,
    /// What is wrong.
    message: String,
    /// What would be right.
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
