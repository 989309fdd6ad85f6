//! Parts of a row: the shares that its cells receive, and the selection of a filtered list.
//!
//! Shares of places and shares of sectors do not state how much is for both. Their product is
//! counted, as the standard reads percentages. The least is their necessary overlap, the most is
//! the smaller of the two. The humanitarian part by purpose follows from the sectors: both are on
//! one side, and nothing is multiplied.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::mix::Mix;
use super::narrow::Narrowed;
use crate::model::share::WHOLE;
use crate::store::columns::{NOT_STATED, UNDIVIDED};

/// A cell that receives a share of a row, relative to the cell determined by programme and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CellPart {
    pub(super) step: u64,
    /// Counted share.
    pub(super) share: i64,
    /// Least possible share.
    pub(super) least: i64,
    /// Largest possible share.
    pub(super) most: i64,
}

impl CellPart {
    /// Returns true if the share is known exactly.
    pub(super) fn is_known(&self) -> bool {
        self.least == self.share && self.most == self.share
    }
}

/// Marks of a programme or row: its set of places, its set of sectors and its humanitarian part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Marks {
    pub(super) places: u32,
    pub(super) sectors: u32,
    /// Humanitarian part, see [`Heads::relief`](crate::store::columns::Heads::relief).
    pub(super) relief: u32,
}

/// Key of a division: the lens, true if the claims cover all money of the programme, and the marks.
pub(super) type RowDivision = (usize, bool, Marks);

/// Division of rows with the same places and sectors.
#[derive(Debug, Default)]
pub(super) struct PartTable {
    pub(super) counted: Vec<CellPart>,
    /// Share that does not count.
    pub(super) others: i64,
    /// Cells that may hold undivided money: addend and largest share.
    pub(super) open: Vec<(u64, i64)>,
}

impl PartTable {
    /// Replaces the parts by the products of two sides.
    pub(super) fn combine(&mut self, place: &DividedSide, sector: &DividedSide) {
        let whole = place.whole * sector.whole;
        let Self { counted, open, others, .. } = self;
        counted.clear();
        open.clear();
        for (step, share) in &place.counted {
            for (other_step, other) in &sector.counted {
                let (mine, theirs) = (share * sector.whole, other * place.whole);
                counted.push(CellPart {
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
            let slices = sector.counted.iter().chain(&sector.open);
            open.extend(slices.map(|(other, share)| (step + other, most(*share))));
        }
        *others = whole - place.sum() * sector.sum();
    }

    /// Leaves out all parts: it is unknown how much of them counts.
    pub(super) fn open_all(&mut self, unit: i64) {
        self.open.extend(self.counted.iter().map(|part| (part.step, part.most)));
        self.counted.clear();
        self.others = unit;
    }
}

/// Maximum number of divisions that a scan keeps; the sets of most programmes are among them.
const MAX_DIVISIONS: usize = 1 << 12;

/// Divisions of a scan: the current one, and those to come back to.
#[derive(Debug)]
pub(super) struct Divisions {
    /// The first is overwritten by each division that is not kept.
    list: Vec<PartTable>,
    known: HashMap<RowDivision, usize, BuildHasherDefault<Mix>>,
    /// Key of the current division; `None` if it is valid for one programme only.
    of: Option<RowDivision>,
    /// Index of the current division.
    at: usize,
}

impl Default for Divisions {
    fn default() -> Self {
        Self { list: vec![PartTable::default()], known: HashMap::default(), of: None, at: 0 }
    }
}

impl Divisions {
    /// Returns the current division.
    pub(super) fn current(&self) -> &PartTable {
        const NONE: &PartTable = &PartTable { counted: Vec::new(), others: 0, open: Vec::new() };
        self.list.get(self.at).unwrap_or(NONE)
    }

    /// Makes a known division the current one; returns false if it is unknown.
    pub(super) fn find(&mut self, of: RowDivision) -> bool {
        if self.of == Some(of) {
            return true;
        }
        let Some(at) = self.known.get(&of) else { return false };
        (self.at, self.of) = (*at, Some(of));
        true
    }

    /// Makes a new division the current one. It is kept under its key, if it has one.
    pub(super) fn add(&mut self, of: Option<RowDivision>, fill: impl FnOnce(&mut PartTable)) {
        (self.at, self.of) = (0, of);
        if let Some(of) = of.filter(|_| self.known.len() < MAX_DIVISIONS) {
            self.at = self.list.len();
            self.list.push(PartTable::default());
            self.known.insert(of, self.at);
        }
        if let Some(parts) = self.list.get_mut(self.at) {
            fill(parts);
        }
    }
}

/// One side of a division, places or sectors: counted shares by addend, and the largest shares that
/// other addends may have.
#[derive(Debug, Default)]
pub(super) struct DividedSide {
    pub(super) whole: i64,
    /// Sorted by addend, like `open`.
    counted: Vec<(u64, i64)>,
    open: Vec<(u64, i64)>,
}

/// Sorts shares by addend, and adds up those with the same addend.
fn merge(shares: &mut Vec<(u64, i64)>) {
    shares.sort_unstable_by_key(|(step, _)| *step);
    shares.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        kept.1 += if is_same { next.1 } else { 0 };
        is_same
    });
}

/// A share of a row: its code, its number on the humanitarian axis, and its size.
pub(super) type DividedSlice = (u32, u32, u32);

/// Numbers on the humanitarian axis, beside [`UNDIVIDED`].
pub(super) const NO: u32 = 2;
pub(super) const YES: u32 = 3;

impl DividedSide {
    /// Returns the side of sums that do not use this dimension.
    pub(super) fn unused() -> Self {
        Self { whole: 1, counted: vec![(0, 1)], open: Vec::new() }
    }

    pub(super) fn new(
        slices: impl Iterator<Item = DividedSlice>,
        is_named: bool,
        narrowed: &Narrowed,
        relief: Option<[bool; 2]>,
        step: impl Fn(u32, u32) -> u64,
    ) -> Self {
        let mut side = Self { whole: i64::from(WHOLE), ..Self::default() };
        let is_selected = |code: u32| {
            narrowed.as_ref().is_none_or(|codes| codes.get(code as usize).copied().unwrap_or(false))
        };
        let selected_marks = |[no, yes]: [bool; 2]| {
            [(no, NO), (yes, YES)]
                .into_iter()
                .filter(|(selected, _)| *selected)
                .map(|(_, mark)| mark)
        };
        let may_be_any = |code: u32| code == UNDIVIDED || (code == NOT_STATED && !is_named);
        for (code, mark, share) in slices {
            let code_fits = is_selected(code);
            let fits = relief
                .is_none_or(|selected| selected_marks(selected).any(|selected| selected == mark));
            let fits = fits || relief == Some([true; 2]);
            if code_fits && fits {
                side.counted.push((step(code, mark), i64::from(share)));
                continue;
            }
            // A row that names no code may be for any: its transactions can still name a selected
            // one.
            let codes: Vec<u32> = if code_fits {
                vec![code]
            } else if may_be_any(code) {
                let all = (0..).zip(narrowed.iter().flatten());
                all.filter(|(_, selected)| **selected).map(|(code, _)| code).collect()
            } else {
                continue;
            };
            let marks: Vec<u32> = if fits {
                vec![mark]
            } else if mark == UNDIVIDED {
                relief.into_iter().flat_map(selected_marks).collect()
            } else {
                continue;
            };
            for (code, mark) in codes.iter().flat_map(|code| marks.iter().map(|m| (*code, *m))) {
                side.open.push((step(code, mark), i64::from(share)));
            }
        }
        merge(&mut side.counted);
        merge(&mut side.open);
        side.open.iter_mut().for_each(|(_, most)| *most = (*most).min(side.whole));
        side
    }

    pub(super) fn sum(&self) -> i64 {
        self.counted.iter().map(|(_, share)| share).sum()
    }
}

/// Returns true if a set of shares names any code.
pub(super) fn is_named(shares: &[(u32, u32)]) -> bool {
    !matches!(shares, [] | [(NOT_STATED, _)])
}
