//! Differences between two generations, computed from the files and counts in their manifests.

use std::collections::BTreeMap;

use super::reader::Reader;
use crate::model::change::{Change, CountChange};
use crate::model::noun::Kind;

impl Reader {
    /// Compares this generation with an earlier one, or with none. Files are identified by name and
    /// digest.
    pub fn change_since(&self, before: Option<&Self>) -> Change {
        let digests = |reader: &Self| -> BTreeMap<String, String> {
            let files = reader.files().iter();
            files.map(|file| (file.name.clone(), file.sha256.clone())).collect()
        };
        let (old, new) = (before.map(digests).unwrap_or_default(), digests(self));
        let count = |kind: Kind| CountChange {
            kind,
            before: before.map_or(0, |before| before.count(kind)),
            after: self.count(kind),
        };
        let only_in = |these: &BTreeMap<String, String>, those: &BTreeMap<String, String>| {
            these.keys().filter(|name| !those.contains_key(*name)).cloned().collect()
        };
        let differs = |(name, digest): &(&String, &String)| {
            old.get(*name).is_some_and(|before| before != *digest)
        };
        Change {
            version: self.version().to_owned(),
            previous: before.map(|before| before.version().to_owned()),
            generation: self.generation_number(),
            counts: Kind::ALL
                .iter()
                .map(|kind| count(*kind))
                .filter(|change| change.before != change.after)
                .collect(),
            added: only_in(&new, &old),
            removed: only_in(&old, &new),
            changed: new.iter().filter(differs).map(|(name, _)| name.clone()).collect(),
        }
    }
}
