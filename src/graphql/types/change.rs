//! Events of the `datasetChanged` subscription.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use crate::graphql::execution::serial::{Serial, SerialList};
use crate::graphql::node_kind::NodeKind;
use crate::graphql::scalar::Decimal;
use crate::model::change;

/// Maximum number of file names in one list.
const LISTED: u32 = 1_000;

/// Change of the data: the new version and its differences from the previous one.
#[derive(Clone, Debug)]
pub(crate) struct DatasetChanged {
    pub(in crate::graphql) change: Arc<change::Change>,
    pub(in crate::graphql) missed: u64,
}

/// Change of the data: the new version and its differences from the previous one.
#[Object(serial)]
impl DatasetChanged {
    /// Current version: a digest of the files that the data was built from.
    async fn version(&self) -> &str {
        &self.change.version
    }

    /// Previous version; null for the first event after the service started.
    async fn previous_version(&self) -> Option<&str> {
        self.change.previous.as_deref()
    }

    /// Number of the current generation; it grows with each build.
    async fn generation(&self) -> Decimal {
        Decimal(self.change.generation.into())
    }

    /// Number of earlier changes that this subscriber missed because it read too slowly. The other fields compare with the
    /// version just before this one. Refetch any data that you cache.
    async fn missed(&self) -> Decimal {
        Decimal(self.missed.into())
    }

    /// Nouns whose number of records changed.
    async fn counts(&self) -> SerialList<CountChange> {
        self.change.counts.iter().copied().map(CountChange::from).collect()
    }

    /// Files that are new.
    async fn added(&self) -> Serial<ChangedFiles> {
        ChangedFiles::of(&self.change, |change| &change.added)
    }

    /// Files that were removed.
    async fn removed(&self) -> Serial<ChangedFiles> {
        ChangedFiles::of(&self.change, |change| &change.removed)
    }

    /// Files whose bytes changed.
    async fn changed(&self) -> Serial<ChangedFiles> {
        ChangedFiles::of(&self.change, |change| &change.changed)
    }
}

/// Files that were added, changed or removed.
#[derive(Clone, Debug)]
pub(crate) struct ChangedFiles {
    change: Arc<change::Change>,
    of: fn(&change::Change) -> &[String],
}

impl ChangedFiles {
    fn of(change: &Arc<change::Change>, of: fn(&change::Change) -> &[String]) -> Serial<Self> {
        Serial(Self { change: Arc::clone(change), of })
    }
}

/// Files that were added, changed or removed.
#[Object(serial)]
impl ChangedFiles {
    /// Number of files.
    async fn count(&self) -> usize {
        (self.of)(&self.change).len()
    }

    /// Names of the files, sorted.
    async fn names(
        &self,
        #[graphql(desc = "Maximum number of names, at most 1000.", default = 100)] first: u32,
    ) -> &[String] {
        let names = (self.of)(&self.change);
        let first = usize::try_from(first.min(LISTED)).unwrap_or(usize::MAX);
        names.get(..first.min(names.len())).unwrap_or_default()
    }
}

/// Number of records of a noun before and after the change.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct CountChange {
    /// Noun.
    kind: NodeKind,
    /// Number of records before.
    before: u32,
    /// Number of records after.
    after: u32,
}

impl From<change::CountChange> for CountChange {
    fn from(change: change::CountChange) -> Self {
        Self { kind: change.kind.into(), before: change.before, after: change.after }
    }
}
