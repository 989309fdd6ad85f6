//! Numbers for values that are many times the same.

use std::collections::HashMap;
use std::hash::Hash;

use super::{NOT_STATED, Shares, UNDIVIDED};
use crate::model::share::WHOLE;

/// Gives each value a number.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    /// The values by number.
    pub(super) values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    /// A dictionary that begins with these values; only the last of equal ones is found.
    pub(super) fn new(values: Vec<T>) -> Self {
        let numbers = values.iter().cloned().zip(0..).collect();
        Self { values, numbers }
    }

    /// The number of a value that is known.
    pub(super) fn get(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// The number of a value.
    pub(super) fn number(&mut self, value: &T) -> u32 {
        if let Some(number) = self.numbers.get(value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.numbers.insert(value.clone(), number);
        number
    }
}

/// Gives each set of shares a number.
#[derive(Debug)]
pub(super) struct ShareSets(Dictionary<Vec<(u32, u32)>>);

impl ShareSets {
    pub(super) fn new() -> Self {
        Self(Dictionary::new(vec![vec![(NOT_STATED, WHOLE)], vec![(UNDIVIDED, WHOLE)]]))
    }

    /// The number of a set; what is missing from the whole is not stated.
    pub(super) fn number(&mut self, mut parts: Vec<(u32, u32)>) -> u32 {
        let given: u32 = parts.iter().map(|(_, share)| share).sum();
        parts.push((NOT_STATED, WHOLE.saturating_sub(given)));
        parts.sort_unstable();
        parts.dedup_by(|next, first| {
            let same = next.0 == first.0;
            if same {
                first.1 += next.1;
            }
            same
        });
        parts.retain(|(_, share)| *share > 0);
        self.0.number(&parts)
    }

    pub(super) fn finish(self) -> Shares {
        let mut shares = Shares::default();
        for set in self.0.values {
            shares.parts.extend(set);
            shares.ends.push(u32::try_from(shares.parts.len()).unwrap_or(u32::MAX));
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_sets_are_one_and_always_whole() {
        let mut sets = ShareSets::new();
        let half = sets.number(vec![(5, WHOLE / 4), (2, WHOLE / 4), (5, WHOLE / 4)]);
        assert_eq!(sets.number(vec![(2, WHOLE / 4), (5, WHOLE / 2)]), half);
        let shares = sets.finish();
        assert_eq!(shares.of(half), [(0, WHOLE / 4), (2, WHOLE / 4), (5, WHOLE / 2)]);
        assert_eq!(shares.of(0), [(NOT_STATED, WHOLE)]);
        assert_eq!(shares.of(1), [(UNDIVIDED, WHOLE)]);
        assert_eq!(shares.of(99), []);
    }
}
