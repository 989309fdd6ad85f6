//! Division of a row: among the cells of its places and sectors, and between the selection of a
//! filtered list and the rest.
//!
//! Shares of places and shares of sectors do not state how much is for both. Their product is
//! counted, as the standard reads percentages. The least is their necessary overlap, the most is
//! the smaller of the two. The humanitarian part by purpose follows from the sectors: both are on
//! one side, and nothing is multiplied.

use std::collections::BTreeMap;

use super::GroupDimension;
use super::axis::Axis;
use super::claim::{self, Share};
use super::narrow::{Lens, Narrowed};
use super::scan::Scan;
use crate::model::humanitarian::is_purpose;
use crate::model::share::WHOLE;
use crate::store::columns::{NO_SHARE, NOT_STATED, UNDIVIDED};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) places: u32,
    pub(super) sectors: u32,
    /// Humanitarian part, see [`Heads::relief`](crate::store::columns::Heads::relief).
    pub(super) relief: u32,
}

/// Key of a division: the lens, true if the claims cover all money of the programme, and the marks.
type RowDivision = (usize, bool, Marks);

/// Division of rows with the same places and sectors.
#[derive(Debug, Default)]
pub(super) struct PartTable {
    /// Key of this division; `None` if it is valid for one programme only.
    of: Option<RowDivision>,
    pub(super) counted: Vec<CellPart>,
    /// Share that does not count.
    pub(super) others: i64,
    /// Cells that may hold undivided money: addend and largest share.
    pub(super) open: Vec<(u64, i64)>,
}

impl PartTable {
    /// Returns true if no part needs bounds of its own.
    pub(super) fn is_plain(&self) -> bool {
        self.open.is_empty() && self.counted.iter().all(CellPart::is_known)
    }

    /// Leaves out all parts: it is unknown how much of them counts.
    fn open_all(&mut self, unit: i64) {
        self.open.extend(self.counted.iter().map(|part| (part.step, part.most)));
        self.counted.clear();
        self.others = unit;
    }
}

/// One side of a division, places or sectors: counted shares by addend, and the largest shares that
/// other addends may have.
#[derive(Debug, Default)]
struct DividedSide {
    whole: i64,
    counted: BTreeMap<u64, i64>,
    open: BTreeMap<u64, i64>,
}

/// A share of a row: its code, its number on the humanitarian axis, and its size.
type DividedSlice = (u32, u32, u32);

/// Numbers on the humanitarian axis, beside [`UNDIVIDED`].
const NO: u32 = 2;
const YES: u32 = 3;

impl DividedSide {
    /// Returns the side of sums that do not use this dimension.
    fn unused() -> Self {
        Self { whole: 1, counted: BTreeMap::from([(0, 1)]), open: BTreeMap::new() }
    }

    fn new(
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
                *side.counted.entry(step(code, mark)).or_default() += i64::from(share);
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

/// Returns true if a set of shares names any code.
fn is_named(shares: &[(u32, u32)]) -> bool {
    !matches!(shares, [] | [(NOT_STATED, _)])
}

impl Scan<'_> {
    /// Returns the marks of a programme.
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

    /// Splits a share of a set of sectors into its humanitarian and other part. A partly
    /// humanitarian amount is so by its purpose alone, so its sectors decide. If it names no
    /// sector, only the size of the part is known.
    fn slices(
        &self,
        (code, share): (u32, u32),
        is_named: bool,
        relief: u32,
    ) -> [Option<DividedSlice>; 2] {
        let one = |mark| [Some((code, mark, share)), None];
        match relief {
            _ if !self.by_relief => one(NOT_STATED),
            0 => one(NO),
            WHOLE => one(YES),
            NO_SHARE => one(UNDIVIDED),
            part if !is_named => {
                [Some((code, NO, WHOLE.saturating_sub(part))), Some((code, YES, part))]
            }
            _ => {
                let sector = self.columns.sectors.get(code as usize).and_then(Option::as_ref);
                one(if sector.is_some_and(is_purpose) { YES } else { NO })
            }
        }
    }

    /// Divides a row by places under a lens.
    fn place_side(&self, marks: Marks, lens: &Lens, step: impl Fn(u32) -> u64) -> DividedSide {
        if !self.by_place {
            return DividedSide::unused();
        }
        let shares = self.columns.place_shares.of(marks.places);
        let slices = shares.iter().map(|(code, share)| (*code, NOT_STATED, *share));
        DividedSide::new(slices, is_named(shares), &lens.places, None, |code, _| step(code))
    }

    /// Divides a row by sectors and their humanitarian part under a lens.
    fn sector_side(
        &self,
        marks: Marks,
        lens: &Lens,
        step: impl Fn(u32, u32) -> u64,
    ) -> DividedSide {
        if !self.by_sector {
            return DividedSide::unused();
        }
        let shares = self.columns.sector_shares.of(marks.sectors);
        let named = is_named(shares);
        let slices = shares.iter().flat_map(|one| self.slices(*one, named, marks.relief));
        DividedSide::new(slices.flatten(), named, &lens.sectors, lens.relief, step)
    }

    /// Divides a programme or row by its marks.
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
        // With alternative conditions the division can differ for the next programme.
        parts.of = Some(of).filter(|_| lens.either.is_empty());
        parts.counted.clear();
        parts.open.clear();
        combine(parts, &place, &sector);
        if !is_decided {
            parts.open_all(self.unit);
        }
    }

    /// Returns true if all money of the current programme fulfils a lens.
    fn holds(&self, lens: &Lens, marks: Marks) -> bool {
        let is_all = |side: &DividedSide| side.sum() == side.whole;
        let programme = self.current.programme;
        is_all(&self.place_side(marks, lens, |_| 0))
            && is_all(&self.sector_side(marks, lens, |_, _| 0))
            && claim::share(&lens.claims, programme, self.columns) == Share::Whole
            && lens.either.iter().all(|choice| choice.iter().any(|lens| self.holds(lens, marks)))
    }
}

fn combine(parts: &mut PartTable, place: &DividedSide, sector: &DividedSide) {
    let whole = place.whole * sector.whole;
    let open = &mut parts.open;
    for (step, share) in &place.counted {
        for (other_step, other) in &sector.counted {
            let (mine, theirs) = (share * sector.whole, other * place.whole);
            parts.counted.push(CellPart {
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
