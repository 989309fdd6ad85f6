//! What fits a query: the best, in an order that does not depend on how the index happens to be cut into parts.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocSet as _, Score, Searcher, SegmentReader, TERMINATED, TantivyError};

/// What a name has that is just what was asked for.
pub(super) const WHOLE: f32 = 1_000.0;

/// What a name has that is what was asked for but for an error of typing.
pub(super) const NEARLY: f32 = 100.0;

/// Half of the scale is for fits below this.
const MIDDLE: f32 = 12.0;

/// A score on the scale from 1 to 1,000.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is within 1 to 1,000"
)]
#[expect(clippy::float_arithmetic, reason = "a rank is no money")]
pub(super) fn shown(score: f32) -> u32 {
    if score >= WHOLE {
        return 1_000;
    }
    let share = score.max(0.0) / (score.max(0.0) + MIDDLE);
    (share * 999.0).clamp(1.0, 999.0) as u32
}

/// The question of how many and which.
pub(super) struct Best<'a> {
    pub(super) limit: usize,
    pub(super) allowed: &'a (dyn Fn(u64) -> bool + Sync),
    /// Whether the time is over.
    pub(super) is_over: &'a dyn Fn() -> bool,
}

/// Documents between two looks at the clock.
const LOOK: u32 = 1_024;

/// Goes through what fits in a segment until the time is over; the engine itself would go to the end. Whoever asked takes nothing
/// of what was found when it is.
fn walk(
    weight: &dyn Weight,
    segment: &SegmentReader,
    is_over: &dyn Fn() -> bool,
    each: &mut dyn FnMut(u32, &mut dyn FnMut() -> Score),
) -> Result<(), TantivyError> {
    if is_over() {
        return Ok(());
    }
    let mut scorer = weight.scorer(segment, 1.0)?;
    let mut document = scorer.doc();
    let mut until_look = LOOK;
    while document != TERMINATED {
        until_look -= 1;
        if until_look == 0 {
            if is_over() {
                return Ok(());
            }
            until_look = LOOK;
        }
        each(document, &mut || scorer.score());
        document = scorer.advance();
    }
    Ok(())
}

/// One that fits; the greatest is the worst, so that a heap gives it up first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fit {
    score: f32,
    at: u64,
}

impl Eq for Fit {}

impl Ord for Fit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.at.cmp(&other.at))
    }
}

impl PartialOrd for Fit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many fit, and the best with their scores and places, best first.
pub(super) fn best(
    searcher: &Searcher,
    query: &dyn Query,
    asked: &Best<'_>,
) -> Result<(u64, Vec<(f32, u64)>), TantivyError> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
    let mut heap: BinaryHeap<Fit> = BinaryHeap::with_capacity(asked.limit + 1);
    let mut total = 0;
    for segment in searcher.segment_readers() {
        let places = segment.fast_fields().u64("at")?.first_or_default_col(0);
        walk(&*weight, segment, asked.is_over, &mut |document, score| {
            let at = places.get_val(document);
            if !(asked.allowed)(at) {
                return;
            }
            total += 1;
            let fit = Fit { score: score(), at };
            if heap.len() < asked.limit {
                heap.push(fit);
            } else if let Some(mut worst) = heap.peek_mut()
                && fit < *worst
            {
                *worst = fit;
            }
        })?;
    }
    let best = heap.into_sorted_vec();
    Ok((total, best.into_iter().map(|fit| (fit.score, fit.at)).collect()))
}

/// The places of all that fit.
pub(super) fn all(
    searcher: &Searcher,
    query: &dyn Query,
    is_over: &dyn Fn() -> bool,
) -> Result<Vec<u64>, TantivyError> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut all = Vec::new();
    for segment in searcher.segment_readers() {
        let places = segment.fast_fields().u64("at")?.first_or_default_col(0);
        walk(&*weight, segment, is_over, &mut |document, _| all.push(places.get_val(document)))?;
    }
    Ok(all)
}
