//! What a subscriber hears when other data comes into force.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};

use super::search::NodeKind;
use crate::graphql::plain::{Plain, PlainList};
use crate::graphql::scalar::Decimal;
use crate::model::change;

/// The most names of files that are listed.
const LISTED: u32 = 1_000;

/// Other data has come into force: which, and how it differs from what was in force before.
#[derive(Clone, Debug)]
pub(crate) struct DatasetChanged {
    pub(in crate::graphql) change: Arc<change::Change>,
    pub(in crate::graphql) missed: u64,
}

/// Other data has come into force: which, and how it differs from what was in force before.
#[Object(serial)]
impl DatasetChanged {
    /// The version in force: a digest of the files that the data was built from.
    async fn version(&self) -> &str {
        &self.change.version
    }

    /// The version that was in force before; null for the first after the service has started.
    async fn previous_version(&self) -> Option<&str> {
        self.change.previous.as_deref()
    }

    /// The number of the build in its folder; it grows with each.
    async fn generation(&self) -> Decimal {
        Decimal(self.change.generation.into())
    }

    /// How many changes before this one the subscriber was too slow to be sent. What they were is in none of the fields
    /// here, which compare with the data that was in force just before: ask again for whatever you keep.
    async fn missed(&self) -> Decimal {
        Decimal(self.missed.into())
    }

    /// Nouns of which there are more or fewer records than before.
    async fn counts(&self) -> PlainList<CountChange> {
        self.change.counts.iter().copied().map(CountChange::from).collect()
    }

    /// Files that were not there before.
    async fn added(&self) -> Plain<ChangedFiles> {
        ChangedFiles::of(&self.change, |change| &change.added)
    }

    /// Files that are no longer there.
    async fn removed(&self) -> Plain<ChangedFiles> {
        ChangedFiles::of(&self.change, |change| &change.removed)
    }

    /// Files of which the bytes have changed.
    async fn changed(&self) -> Plain<ChangedFiles> {
        ChangedFiles::of(&self.change, |change| &change.changed)
    }
}

/// Files that have come, changed or gone.
#[derive(Clone, Debug)]
pub(crate) struct ChangedFiles {
    change: Arc<change::Change>,
    of: fn(&change::Change) -> &[String],
}

impl ChangedFiles {
    fn of(change: &Arc<change::Change>, of: fn(&change::Change) -> &[String]) -> Plain<Self> {
        Plain(Self { change: Arc::clone(change), of })
    }
}

/// Files that have come, changed or gone.
#[Object(serial)]
impl ChangedFiles {
    /// How many.
    async fn count(&self) -> usize {
        (self.of)(&self.change).len()
    }

    /// Their names, in their order.
    async fn names(
        &self,
        #[graphql(desc = "The most names to list, at most 1000.", default = 100)] first: u32,
    ) -> &[String] {
        let names = (self.of)(&self.change);
        let first = usize::try_from(first.min(LISTED)).unwrap_or(usize::MAX);
        names.get(..first.min(names.len())).unwrap_or_default()
    }
}

/// How many records of a noun there were, and are.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct CountChange {
    /// The noun.
    kind: NodeKind,
    /// How many records there were.
    before: u32,
    /// How many records there are.
    after: u32,
}

impl From<change::CountChange> for CountChange {
    fn from(change: change::CountChange) -> Self {
        Self { kind: change.kind.into(), before: change.before, after: change.after }
    }
}
