//! How a row is divided: among the cells of its places and sectors, and between what a narrowed list is about and the rest.
//!
//! Shares of places and shares of sectors say nothing of how much is for both: their product is counted, since the standard
//! reads percentages so, but the least is what they must have in common and the most is the smaller of the two. What is humanitarian by its purpose is so by
//! its sectors: the two stand on one side, and nothing is multiplied.

use std::collections::BTreeMap;

use super::GroupDimension;
use super::axis::Axis;
use super::claim::{self, Share};
use super::narrow::{Lens, Narrowed};
use super::scan::Scan;
use crate::model::humanitarian::is_purpose;
use crate::model::share::WHOLE;
use crate::store::columns::{NOBODY, NOT_STATED, UNDIVIDED};

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

/// What a programme or a row is for: a set of places, a set of sectors, and how much of it is humanitarian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) places: u32,
    pub(super) sectors: u32,
    /// As [`Heads::relief`](crate::store::columns::Heads::relief).
    pub(super) relief: u32,
}

/// What the parts depend on: the lens, whether the programme's money is all that of its claims, and what it is for.
type Division = (usize, bool, Marks);

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

/// The places or the sectors of a row: what is counted by step, and the most that other steps may have.
#[derive(Debug, Default)]
struct Side {
    whole: i64,
    counted: BTreeMap<u64, i64>,
    open: BTreeMap<u64, i64>,
}

/// A share of a row: its code, its number on the axis of what is humanitarian, and how much of the whole it is.
type Slice = (u32, u32, u32);

/// The numbers on the axis of what is humanitarian, beside [`UNDIVIDED`].
const NO: u32 = 2;
const YES: u32 = 3;

impl Side {
    /// The side of sums that do not ask for it.
    fn unasked() -> Self {
        Self { whole: 1, counted: BTreeMap::from([(0, 1)]), open: BTreeMap::new() }
    }

    fn new(
        slices: impl Iterator<Item = Slice>,
        is_named: bool,
        narrowed: &Narrowed,
        relief: Option<[bool; 2]>,
        step: impl Fn(u32, u32) -> u64,
    ) -> Self {
        let mut side = Self { whole: i64::from(WHOLE), ..Self::default() };
        let is_asked = |code: u32| {
            narrowed.as_ref().is_none_or(|codes| codes.get(code as usize).copied().unwrap_or(false))
        };
        let asked_marks = |[no, yes]: [bool; 2]| {
            [(no, NO), (yes, YES)].into_iter().filter(|(asked, _)| *asked).map(|(_, mark)| mark)
        };
        let may_be_any = |code: u32| code == UNDIVIDED || (code == NOT_STATED && !is_named);
        for (code, mark, share) in slices {
            let is_it = is_asked(code);
            let fits = relief.is_none_or(|asked| asked_marks(asked).any(|asked| asked == mark));
            let fits = fits || relief == Some([true; 2]);
            if is_it && fits {
                *side.counted.entry(step(code, mark)).or_default() += i64::from(share);
                continue;
            }
            // What names nothing at all may be for any: its transactions can still name what is asked for.
            let codes: Vec<u32> = if is_it {
                vec![code]
            } else if may_be_any(code) {
                let all = (0..).zip(narrowed.iter().flatten());
                all.filter(|(_, asked)| **asked).map(|(code, _)| code).collect()
            } else {
                continue;
            };
            let marks: Vec<u32> = if fits {
                vec![mark]
            } else if mark == UNDIVIDED {
                relief.into_iter().flat_map(asked_marks).collect()
            } else {
                continue;
            };
            for (code, mark) in codes.iter().flat_map(|code| marks.iter().map(|m| (*code, *m))) {
                let most = side.open.entry(step(code, mark)).or_default();
                *most = (*most + i64::from(share)).min(side.whole);
            }
        }
        side
    }

    fn sum(&self) -> i64 {
        self.counted.values().sum()
    }
}

/// Whether a set of shares names anything.
fn is_named(shares: &[(u32, u32)]) -> bool {
    !matches!(shares, [] | [(NOT_STATED, _)])
}

impl Scan<'_> {
    /// What a programme is for.
    pub(super) fn marks(&self, programme: u32) -> Marks {
        let heads = &self.columns.heads;
        let of = |column: &[u32], otherwise| {
            column.get(programme as usize).copied().unwrap_or(otherwise)
        };
        Marks {
            places: of(&heads.places, NOT_STATED),
            sectors: of(&heads.sectors, NOT_STATED),
            relief: of(&heads.relief, 0),
        }
    }

    /// A share of a set of sectors, in what of it is humanitarian and what is not. A part of the whole is humanitarian by its
    /// purpose alone: then the sectors say which; of a set that names none the part is known only.
    fn slices(&self, (code, share): (u32, u32), is_named: bool, relief: u32) -> [Option<Slice>; 2] {
        let one = |mark| [Some((code, mark, share)), None];
        match relief {
            _ if !self.by_relief => one(NOT_STATED),
            0 => one(NO),
            WHOLE => one(YES),
            NOBODY => one(UNDIVIDED),
            part if !is_named => {
                [Some((code, NO, WHOLE.saturating_sub(part))), Some((code, YES, part))]
            }
            _ => {
                let sector = self.columns.sectors.get(code as usize).and_then(Option::as_ref);
                one(if sector.is_some_and(is_purpose) { YES } else { NO })
            }
        }
    }

    /// The places of a row, as a lens sees them.
    fn place_side(&self, marks: Marks, lens: &Lens, step: impl Fn(u32) -> u64) -> Side {
        if !self.by_place {
            return Side::unasked();
        }
        let shares = self.columns.place_shares.of(marks.places);
        let slices = shares.iter().map(|(code, share)| (*code, NOT_STATED, *share));
        Side::new(slices, is_named(shares), &lens.places, None, |code, _| step(code))
    }

    /// The sectors of a row, and what of them is humanitarian, as a lens sees them.
    fn sector_side(&self, marks: Marks, lens: &Lens, step: impl Fn(u32, u32) -> u64) -> Side {
        if !self.by_sector {
            return Side::unasked();
        }
        let shares = self.columns.sector_shares.of(marks.sectors);
        let named = is_named(shares);
        let slices = shares.iter().flat_map(|one| self.slices(*one, named, marks.relief));
        Side::new(slices.flatten(), named, &lens.sectors, lens.relief, step)
    }

    /// Divides what a programme or its row is for.
    pub(super) fn divide_by(&mut self, marks: Marks) {
        let marks = Marks {
            places: if self.by_place { marks.places } else { NOT_STATED },
            sectors: if self.by_sector { marks.sectors } else { NOT_STATED },
            relief: if self.by_relief { marks.relief } else { 0 },
        };
        let is_whole = self.current.claim == Share::Whole;
        let of = (self.lens, is_whole, marks);
        if self.parts.of == Some(of) {
            return;
        }
        let Some(lens) = self.lenses.get(self.lens) else { return };
        let axes = &self.axes;
        let place = self.place_side(marks, lens, |code| {
            axes.pick(&axes.of_place).map(|axis| axis.step(code as usize)).sum()
        });
        let sector = self.sector_side(marks, lens, |code, mark| {
            let number = |axis: &Axis| match axis.dimension {
                GroupDimension::Humanitarian => mark,
                _ => code,
            };
            axes.pick(&axes.of_sector).map(|axis| axis.step(number(axis) as usize)).sum()
        });
        let is_decided = is_whole
            && lens.either.iter().all(|choice| choice.iter().any(|lens| self.holds(lens, marks)));
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
    fn holds(&self, lens: &Lens, marks: Marks) -> bool {
        let is_all = |side: &Side| side.sum() == side.whole;
        let programme = self.current.programme;
        is_all(&self.place_side(marks, lens, |_| 0))
            && is_all(&self.sector_side(marks, lens, |_, _| 0))
            && claim::share(&lens.claims, programme, self.columns) == Share::Whole
            && lens.either.iter().all(|choice| choice.iter().any(|lens| self.holds(lens, marks)))
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
        let most = |most: i64| (share * sector.whole).min(most * place.whole);
        open.extend(sector.open.iter().map(|(other, share)| (step + other, most(*share))));
    }
    for (step, share) in &place.open {
        let most = |most: i64| (share * sector.whole).min(most * place.whole);
        let others = sector.counted.iter().chain(&sector.open);
        open.extend(others.map(|(other, share)| (step + other, most(*share))));
    }
    parts.others = whole - place.sum() * sector.sum();
}
