//! Dictionary encoding: numbers for values that occur many times.

use std::collections::HashMap;
use std::hash::Hash;

use super::{NOT_STATED, ShareTable, UNDIVIDED};
use crate::model::share::WHOLE;

/// Assigns a number to each distinct value.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    /// Values by number.
    pub(super) values: Vec<T>,
    numbers: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Dictionary<T> {
    /// Creates a dictionary with initial values; of equal ones only the last is found.
    pub(super) fn new(values: Vec<T>) -> Self {
        let numbers = values.iter().cloned().zip(0..).collect();
        Self { values, numbers }
    }

    /// Looks up the number of a known value.
    pub(super) fn get(&self, value: &T) -> Option<u32> {
        self.numbers.get(value).copied()
    }

    /// Returns the number of a value, assigning one to a new value.
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

/// Assigns a number to each distinct set of shares.
#[derive(Debug)]
pub(super) struct ShareSets(Dictionary<Vec<(u32, u32)>>);

impl ShareSets {
    pub(super) fn new() -> Self {
        Self(Dictionary::new(vec![vec![(NOT_STATED, WHOLE)], vec![(UNDIVIDED, WHOLE)]]))
    }

    /// Returns the number of a set; a remainder of the whole is added as not stated.
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

    pub(super) fn finish(self) -> ShareTable {
        let mut shares = ShareTable::default();
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
    fn equal_sets_are_stored_once_and_complete() {
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
