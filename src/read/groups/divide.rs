//! Division of the rows of a scan by their places, their sectors and their humanitarian part.

use super::GroupDimension;
use super::axis::Axis;
use super::claim::{self, Share};
use super::narrow::Lens;
use super::part::{DividedSide, DividedSlice, Marks, NO, YES, is_named};
use super::scan::Scan;
use crate::model::humanitarian::is_purpose;
use crate::model::share::WHOLE;
use crate::store::columns::{NO_SHARE, NOT_STATED, UNDIVIDED};

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
        if self.parts.find(of) {
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
        // With alternative conditions the division can differ for the next programme.
        let of = Some(of).filter(|_| lens.either.is_empty());
        self.parts.add(of, |parts| {
            parts.combine(&place, &sector);
            if !is_decided {
                parts.open_all(self.unit);
            }
        });
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
