//! How a row is divided: among the cells of its places and sectors, and between what a narrowed list is about and the rest.
//!
//! Shares of places and shares of sectors say nothing of how much is for both: their product is counted, since the standard
//! reads percentages so, but the least is what they must have in common and the most is the smaller of the two.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{self, Share};
use super::narrow::{Lens, Narrowed};
use super::scan::Scan;
use crate::model::share::WHOLE;
use crate::store::columns::{NOT_STATED, Shares, UNDIVIDED};

/// A cell that a share of a row goes to, beside what programme and row decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) step: u64,
    /// The share that is counted.
    pub(super) share: i64,
    /// The least that it can be.
    pub(super) least: i64,
    /// The most that it can be.
    pub(super) most: i64,
}

impl Part {
    /// Whether the share is known.
    pub(super) fn is_known(&self) -> bool {
        self.least == self.share && self.most == self.share
    }
}

/// What the parts depend on: the lens, whether the programme's money is all that of its claims, places and sectors.
type Division = (usize, bool, u32, u32);

/// How rows of the same places and sectors are divided.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// What these are the parts of; `None` when they are good for one programme alone.
    of: Option<Division>,
    pub(super) counted: Vec<Part>,
    /// The share that does not count.
    pub(super) others: i64,
    /// Cells that may hold so much of what nobody divides: step and share.
    pub(super) open: Vec<(u64, i64)>,
}

impl Parts {
    /// Whether sums of it have no bounds of their own.
    pub(super) fn is_plain(&self) -> bool {
        self.open.is_empty() && self.counted.iter().all(Part::is_known)
    }

    /// Leaves all out: nobody knows how much of it counts.
    fn open_all(&mut self, unit: i64) {
        self.open.extend(self.counted.iter().map(|part| (part.step, part.most)));
        self.counted.clear();
        self.others = unit;
    }
}

/// The places or the sectors of a row: what is counted by step, and the steps that may have all of it.
#[derive(Debug, Default)]
struct Side {
    whole: i64,
    counted: BTreeMap<u64, i64>,
    open: BTreeSet<u64>,
}

impl Side {
    /// The side of sums that do not ask for it.
    fn unasked() -> Self {
        Self { whole: 1, counted: BTreeMap::from([(0, 1)]), open: BTreeSet::new() }
    }

    fn new(shares: &Shares, set: u32, narrowed: &Narrowed, step: impl Fn(u32) -> u64) -> Self {
        let mut side = Self { whole: i64::from(WHOLE), ..Self::default() };
        for (code, share) in shares.of(set) {
            let counts = narrowed
                .as_ref()
                .is_none_or(|codes| codes.get(*code as usize).copied().unwrap_or(false));
            if counts {
                *side.counted.entry(step(*code)).or_default() += i64::from(*share);
            } else if *code == UNDIVIDED || (*code == NOT_STATED && *share == WHOLE) {
                // What names nothing at all may be for any: its transactions can still name what is asked for.
                let asked = (0..).zip(narrowed.iter().flatten()).filter(|(_, counts)| **counts);
                side.open.extend(asked.map(|(code, _)| step(code)));
            }
        }
        side
    }

    fn sum(&self) -> i64 {
        self.counted.values().sum()
    }
}

impl Scan<'_> {
    /// Divides what a programme or its row is for.
    pub(super) fn divide_by(&mut self, places: u32, sectors: u32) {
        let places = if self.by_place { places } else { NOT_STATED };
        let sectors = if self.by_sector { sectors } else { NOT_STATED };
        let is_whole = self.current.claim == Share::Whole;
        let of = (self.lens, is_whole, places, sectors);
        if self.parts.of == Some(of) {
            return;
        }
        let Some(lens) = self.lenses.get(self.lens) else { return };
        let axes = &self.axes;
        let steps = |of: &[usize], code: u32| -> u64 {
            axes.pick(of).map(|axis| axis.step(code as usize)).sum()
        };
        let place = if self.by_place {
            let step = |code| steps(&axes.of_place, code);
            Side::new(&self.columns.place_shares, places, &lens.places, step)
        } else {
            Side::unasked()
        };
        let sector = if self.by_sector {
            let step = |code| steps(&axes.of_sector, code);
            Side::new(&self.columns.sector_shares, sectors, &lens.sectors, step)
        } else {
            Side::unasked()
        };
        let is_decided = is_whole
            && lens
                .either
                .iter()
                .all(|choice| choice.iter().any(|lens| self.holds(lens, places, sectors)));
        let parts = &mut self.parts;
        // What one of several conditions decides can be different for the next programme.
        parts.of = Some(of).filter(|_| lens.either.is_empty());
        parts.counted.clear();
        parts.open.clear();
        combine(parts, &place, &sector);
        if !is_decided {
            parts.open_all(self.unit);
        }
    }

    /// Whether all of the current programme's money fulfils a lens.
    fn holds(&self, lens: &Lens, places: u32, sectors: u32) -> bool {
        let is_all = |shares: &Shares, set: u32, narrowed: &Narrowed| {
            narrowed.is_none() || Side::new(shares, set, narrowed, |_| 0).sum() == i64::from(WHOLE)
        };
        let programme = self.current.programme;
        is_all(&self.columns.place_shares, places, &lens.places)
            && is_all(&self.columns.sector_shares, sectors, &lens.sectors)
            && claim::share(&lens.claims, programme, self.columns) == Share::Whole
            && lens
                .either
                .iter()
                .all(|choice| choice.iter().any(|lens| self.holds(lens, places, sectors)))
    }
}

fn combine(parts: &mut Parts, place: &Side, sector: &Side) {
    let whole = place.whole * sector.whole;
    let open = &mut parts.open;
    for (step, share) in &place.counted {
        for (other_step, other) in &sector.counted {
            let (mine, theirs) = (share * sector.whole, other * place.whole);
            parts.counted.push(Part {
                step: step + other_step,
                share: share * other,
                least: (mine + theirs - whole).max(0),
                most: mine.min(theirs),
            });
        }
        open.extend(sector.open.iter().map(|other| (step + other, share * sector.whole)));
    }
    for step in &place.open {
        let counted = sector.counted.iter();
        open.extend(counted.map(|(other, share)| (step + other, share * place.whole)));
        open.extend(sector.open.iter().map(|other| (step + other, whole)));
    }
    parts.others = whole - place.sum() * sector.sum();
}
