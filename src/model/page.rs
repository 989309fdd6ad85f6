//! Pagination: the algebra of `first`, `after`, `last` and `before`, independent of data.
//!
//! A [`Page`] is a validated request. A [`Slice`] is the result that a list returns. Positions are opaque: a list
//! assigns one to each item, and the item's cursor encodes it.

/// Maximum number of items of a page.
pub const MAX_PAGE: usize = 1_000;
/// Number of items of a page when the request gives no count.
pub const DEFAULT_PAGE: usize = 100;

/// End of the list from which a page counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `first`: from the beginning, or after `after`.
    Front,
    /// `last`: from the end, or before `before`.
    Back,
}

/// Requested window of a list. `after` and `before` are positions, both exclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<P> {
    limit: usize,
    end: End,
    after: Option<P>,
    before: Option<P>,
}

/// Reason why the arguments of a page are invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// Both counts together have no agreed meaning.
    #[error("`first` and `last` cannot be used together; use one of them")]
    FirstAndLast,
    /// A negative number of items.
    #[error("`{argument}` must be 0 or more, not {value}")]
    Negative {
        /// `first` or `last`.
        argument: &'static str,
        /// Requested count.
        value: i64,
    },
    /// More than [`MAX_PAGE`].
    #[error(
        "`{argument}` must be at most {MAX_PAGE}, not {value}; request further pages with `after` or `before`"
    )]
    TooLarge {
        /// `first` or `last`.
        argument: &'static str,
        /// Requested count.
        value: i64,
    },
}

impl<P> Page<P> {
    /// Builds a page from the four arguments of a Relay connection. Without `first` and `last` it has [`DEFAULT_PAGE`]
    /// items.
    ///
    /// # Errors
    /// [`InvalidPage`] for `first` with `last`, a negative count, or one above [`MAX_PAGE`].
    pub fn new(
        first: Option<i64>,
        after: Option<P>,
        last: Option<i64>,
        before: Option<P>,
    ) -> Result<Self, InvalidPage> {
        let count = |argument: &'static str, value: i64| {
            let limit =
                usize::try_from(value).map_err(|_| InvalidPage::Negative { argument, value })?;
            if limit > MAX_PAGE {
                Err(InvalidPage::TooLarge { argument, value })
            } else {
                Ok(limit)
            }
        };
        let (limit, end) = match (first, last) {
            (Some(_), Some(_)) => return Err(InvalidPage::FirstAndLast),
            (Some(first), None) => (count("first", first)?, End::Front),
            (None, Some(last)) => (count("last", last)?, End::Back),
            (None, None) => (DEFAULT_PAGE, End::Front),
        };
        Ok(Self { limit, end, after, before })
    }

    /// Returns the maximum number of items.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Returns the end of the list from which the page counts.
    pub fn end(&self) -> End {
        self.end
    }

    /// Returns the position after which the page begins, exclusive.
    pub fn after(&self) -> Option<&P> {
        self.after.as_ref()
    }

    /// Returns the position before which the page ends, exclusive.
    pub fn before(&self) -> Option<&P> {
        self.before.as_ref()
    }
}

impl<P: Ord + Copy> Page<P> {
    /// Selects the page from unique positions in any order. Sorts only the positions of the page.
    pub fn select(&self, mut positions: Vec<P>) -> Slice<P> {
        let total = positions.len();
        let is_before = |p: &P| self.after.is_some_and(|after| *p <= after);
        let is_behind = |p: &P| self.before.is_some_and(|before| *p >= before);
        let skipped = positions.iter().filter(|p| is_before(p)).count();
        let behind = positions.iter().filter(|p| is_behind(p) && !is_before(p)).count();
        positions.retain(|p| !is_before(p) && !is_behind(p));
        let cut = positions.len().saturating_sub(self.limit);
        if self.limit == 0 {
            positions.clear();
        } else if cut > 0 && self.end == End::Front {
            positions.select_nth_unstable(self.limit);
            positions.truncate(self.limit);
        } else if cut > 0 {
            positions.select_nth_unstable(cut);
            positions.drain(..cut);
        }
        positions.sort_unstable();
        let (cut_front, cut_back) = if self.end == End::Front { (0, cut) } else { (cut, 0) };
        Slice {
            items: positions,
            has_previous: skipped + cut_front > 0,
            has_next: behind + cut_back > 0,
            total,
        }
    }

    /// Selects the page from unique positions that are sorted.
    pub fn take(&self, positions: &[P]) -> Slice<P> {
        let from = self.after.map_or(0, |after| positions.partition_point(|p| *p <= after));
        let to = self
            .before
            .map_or(positions.len(), |before| positions.partition_point(|p| *p < before));
        let window = positions.get(from..to.max(from)).unwrap_or(&[]);
        let skipped = window.len().saturating_sub(self.limit);
        let (items, cut_front, cut_back) = match self.end {
            End::Front => (window.get(..window.len() - skipped).unwrap_or(&[]), 0, skipped),
            End::Back => (window.get(skipped..).unwrap_or(&[]), skipped, 0),
        };
        Slice {
            has_previous: from + cut_front > 0,
            has_next: to.max(from) < positions.len() || cut_back > 0,
            items: items.to_vec(),
            total: positions.len(),
        }
    }
}

/// Page of a list. Items have the order of the list, regardless of the end that was counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice<T> {
    /// Items of the page, in list order.
    pub items: Vec<T>,
    /// True if the list has items before these.
    pub has_previous: bool,
    /// True if the list has items after these.
    pub has_next: bool,
    /// Number of items of the whole list, regardless of the page.
    pub total: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn invalid_pages_are_rejected() {
        assert_eq!(Page::<u32>::new(Some(1), None, Some(1), None), Err(InvalidPage::FirstAndLast));
        assert_eq!(
            Page::<u32>::new(Some(-1), None, None, None),
            Err(InvalidPage::Negative { argument: "first", value: -1 })
        );
        assert_eq!(
            Page::<u32>::new(None, None, Some(1_001), None),
            Err(InvalidPage::TooLarge { argument: "last", value: 1_001 })
        );
        assert_eq!(Page::<u32>::new(None, None, None, None).unwrap().limit(), DEFAULT_PAGE);
    }

    proptest! {
        #[test]
        fn forward_and_backward_pages_make_up_the_list(len in 0_u32..300, size in 1_i64..40) {
            let positions: Vec<u32> = (0..len).map(|n| n * 3).collect();
            let (mut forward, mut after) = (Vec::<u32>::new(), None);
            loop {
                let slice = Page::new(Some(size), after, None, None).unwrap().take(&positions);
                prop_assert_eq!(slice.has_previous, !forward.is_empty());
                forward.extend(&slice.items);
                after = slice.items.last().copied();
                if !slice.has_next { break; }
            }
            let (mut backward, mut before) = (Vec::<u32>::new(), None);
            loop {
                let slice = Page::new(None, None, Some(size), before).unwrap().take(&positions);
                prop_assert_eq!(slice.has_next, !backward.is_empty());
                backward.splice(0..0, slice.items.iter().copied());
                before = slice.items.first().copied();
                if !slice.has_previous { break; }
            }
            prop_assert_eq!(&forward, &positions);
            prop_assert_eq!(&backward, &positions);
        }

        #[test]
        fn unsorted_positions_give_the_same_page(
            positions in prop::collection::btree_set(0_u32..200, 0..60),
            after in prop::option::of(0_u32..200),
            before in prop::option::of(0_u32..200),
            size in 0_i64..70,
            from_the_end in any::<bool>(),
        ) {
            let (first, last) = if from_the_end { (None, Some(size)) } else { (Some(size), None) };
            let page = Page::new(first, after, last, before).unwrap();
            let sorted: Vec<u32> = positions.into_iter().collect();
            let mut mixed: Vec<u32> = sorted.iter().rev().copied().collect();
            mixed.rotate_left(sorted.len() / 3);
            prop_assert_eq!(page.select(mixed), page.take(&sorted));
        }

        #[test]
        fn windows_stay_within_bounds(after in 0_u32..100, before in 0_u32..100, size in 0_i64..50) {
            let positions: Vec<u32> = (0..100).collect();
            let slice = Page::new(Some(size), Some(after), None, Some(before)).unwrap().take(&positions);
            prop_assert!(slice.items.iter().all(|p| *p > after && *p < before));
            prop_assert_eq!(slice.total, 100);
        }
    }
}
