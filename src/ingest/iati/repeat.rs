//! Identifiers that several activities of one file have.
//!
//! Two activities of one file with one identifier and different content are two: nothing tells which of them is meant, and no money
//! is lost. The later one gets an identifier of its own, `X~2`. The same content again is one activity.

use std::collections::HashMap;

/// The activities of a file by their published identifiers, with digests of their content.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    seen: HashMap<String, Vec<[u8; 16]>>,
}

/// What an activity is beside those before it in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The first of its identifier.
    First,
    /// The content of an earlier one.
    Same,
    /// An identifier that is taken, with other content: it is the activity of this number under it.
    Another(usize),
}

impl Repeats {
    /// Takes note of an activity.
    pub(super) fn note(&mut self, identifier: &str, digest: [u8; 16]) -> Standing {
        let Some(before) = self.seen.get_mut(identifier) else {
            self.seen.insert(identifier.to_owned(), vec![digest]);
            return Standing::First;
        };
        if before.contains(&digest) {
            return Standing::Same;
        }
        before.push(digest);
        Standing::Another(before.len())
    }

    /// An identifier for the activity of a number under a published one, which no activity before it has.
    pub(super) fn free(&mut self, identifier: &str, number: usize, digest: [u8; 16]) -> String {
        let mut number = number;
        loop {
            let own = format!("{identifier}~{number}");
            if self.note(&own, digest) == Standing::First {
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
    fn other_content_is_another_activity_and_the_same_is_the_same() {
        let mut repeats = Repeats::default();
        assert_eq!(repeats.note("X", [1; 16]), Standing::First);
        assert_eq!(repeats.note("X", [1; 16]), Standing::Same);
        assert_eq!(repeats.note("X~2", [7; 16]), Standing::First);
        assert_eq!(repeats.note("X", [2; 16]), Standing::Another(2));
        assert_eq!(repeats.free("X", 2, [2; 16]), "X~3");
    }
}
