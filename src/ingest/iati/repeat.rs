//! Detection of identifiers that several activities of a file share.
//!
//! Two activities with the same identifier and different content are both kept: neither is known to be wrong, and no
//! money is lost. The later one gets its own identifier, `X~2`. Repeated content counts as one activity.

use std::collections::HashMap;

/// Published identifiers of a file, each with the content digests of its activities.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    seen: HashMap<String, Vec<[u8; 16]>>,
}

/// Relation of an activity to the earlier ones of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Repetition {
    /// The identifier is new.
    First,
    /// An earlier activity has the same identifier and content.
    Same,
    /// The identifier is taken by other content; holds the ordinal of this activity under it, from 2.
    Another(usize),
}

impl Repeats {
    /// Records an activity and classifies it.
    pub(super) fn note(&mut self, identifier: &str, digest: [u8; 16]) -> Repetition {
        let Some(before) = self.seen.get_mut(identifier) else {
            self.seen.insert(identifier.to_owned(), vec![digest]);
            return Repetition::First;
        };
        if before.contains(&digest) {
            return Repetition::Same;
        }
        before.push(digest);
        Repetition::Another(before.len())
    }

    /// Returns and records an unused identifier, derived from a published one and the first free number from
    /// `number` on.
    pub(super) fn free(&mut self, identifier: &str, number: usize, digest: [u8; 16]) -> String {
        let mut number = number;
        loop {
            let own = format!("{identifier}~{number}");
            if self.note(&own, digest) == Repetition::First {
                return own;
            }
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_is_a_duplicate_and_other_content_another_activity() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.note("X", [1; 16]), Repetition::First);
        assert_eq!(repeats.note("X", [1; 16]), Repetition::Same);
        assert_eq!(repeats.note("X~2", [7; 16]), Repetition::First);
        assert_eq!(repeats.note("X", [2; 16]), Repetition::Another(2));
        assert_eq!(repeats.free("X", 2, [2; 16]), "X~3");
    }
}
