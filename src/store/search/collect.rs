//! Top hits of a query, in an order that does not depend on the segments of the index.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocSet as _, Score, Searcher, SegmentReader, TERMINATED, TantivyError};

/// Score of a name that equals the query.
pub(super) const WHOLE: f32 = 1_000.0;

/// Score of a name that equals the query except for typing errors.
pub(super) const NEARLY: f32 = 100.0;

/// Score at the middle of the scale: lower scores use its lower half.
const MIDDLE: f32 = 12.0;

/// Maps a score to the scale from 1 to 1,000.
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

/// Collects the number of hits and the best of them.
pub(super) struct Best<'a> {
    pub(super) limit: usize,
    pub(super) allowed: &'a (dyn Fn(u64) -> bool + Sync),
    /// Returns true once the deadline has passed.
    pub(super) is_over: &'a dyn Fn() -> bool,
}

/// Number of documents between two checks of the deadline.
const LOOK: u32 = 1_024;

/// Visits the hits in a segment until the deadline, whereas the engine itself would continue to the end. After the
/// deadline the caller discards the partial result.
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

/// A hit; the greatest is the worst, so that a max-heap evicts it first.
#[derive(Clone, Copy, Debug, PartialEq)]
struct RankedHit {
    score: f32,
    at: u64,
}

impl Eq for RankedHit {}

impl Ord for RankedHit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.at.cmp(&other.at))
    }
}

impl PartialOrd for RankedHit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Returns the number of hits, and the best with their scores and document numbers, best first.
pub(super) fn best(
    searcher: &Searcher,
    query: &dyn Query,
    asked: &Best<'_>,
) -> Result<(u64, Vec<(f32, u64)>), TantivyError> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
    let mut heap: BinaryHeap<RankedHit> = BinaryHeap::with_capacity(asked.limit + 1);
    let mut total = 0;
    for segment in searcher.segment_readers() {
        let places = segment.fast_fields().u64("at")?.first_or_default_col(0);
        walk(&*weight, segment, asked.is_over, &mut |document, score| {
            let at = places.get_val(document);
            if !(asked.allowed)(at) {
                return;
            }
            total += 1;
            let fit = RankedHit { score: score(), at };
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

/// Returns the document numbers of all hits.
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
