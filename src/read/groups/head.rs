//! Part of a cell number that comes from the programme, or from the row itself if it names its own
//! implementing agency.

use super::GroupDimension;
use super::axis::Axis;
use super::scan::Scan;
use crate::store::columns::{NO_ORDINAL, beside};

impl Scan<'_> {
    /// Returns the addend of a programme on one axis.
    pub(super) fn head_step(&self, axis: &Axis, programme: u32) -> u64 {
        let heads = &self.columns.heads;
        let at = programme as usize;
        let ordinal = |column: &[u32]| axis.ordinal(column.get(at).copied().unwrap_or(NO_ORDINAL));
        match axis.dimension {
            GroupDimension::Programme => axis.ordinal(programme),
            GroupDimension::Reporter => ordinal(&heads.reporter),
            GroupDimension::FundingAgency => ordinal(&heads.funding),
            GroupDimension::AccountableAgency => ordinal(&heads.accountable),
            GroupDimension::ExtendingAgency => ordinal(&heads.extending),
            GroupDimension::ImplementingAgency => ordinal(&heads.implementing),
            GroupDimension::Channel => {
                axis.step(heads.channel.get(at).copied().unwrap_or(0).into())
            }
            GroupDimension::Donor => axis.step(heads.donor.get(at).copied().unwrap_or(0).into()),
            GroupDimension::Status => axis.step(heads.status.get(at).copied().unwrap_or(0).into()),
            // A pillar is always known; a row without a programme has none.
            GroupDimension::Pillar => {
                axis.step(heads.pillar.get(at).map_or(0, |pillar| usize::from(*pillar) + 1))
            }
            _ => 0,
        }
    }

    /// Returns true if some of these rows name their own implementing agency and the sums use it.
    pub(super) fn have_carriers(&self, from: u32, to: u32) -> bool {
        let rows = &self.rows.carrier;
        let at = rows.partition_point(|(row, _)| *row < from);
        self.by_carrier && rows.get(at).is_some_and(|(row, _)| *row < to)
    }

    /// Returns the addend of a row's programme, unless the row names its own implementing agency.
    pub(super) fn head_of(&mut self, row: u32) -> u64 {
        self.own_head = None;
        if self.have_carriers(row, row.saturating_add(1)) {
            let step = |axis: &Axis| {
                let own = match axis.dimension {
                    GroupDimension::ImplementingAgency => {
                        beside(&self.rows.carrier, row).map(|agency| axis.ordinal(agency))
                    }
                    GroupDimension::Channel => {
                        beside(&self.rows.channel, row).map(|way| axis.step(way as usize))
                    }
                    _ => None,
                };
                own.unwrap_or_else(|| self.head_step(axis, self.current.programme))
            };
            self.own_head = Some(self.axes.pick(&self.axes.of_head).map(step).sum());
        }
        self.own_head.unwrap_or(self.current.base)
    }

    /// Returns the cells that may hold undivided money, without the shares of places and sectors.
    pub(super) fn open_bases(&self, base: u64) -> Vec<u64> {
        if let Some(own) = self.own_head {
            // A row of an agency outside the selection is in no cell.
            let is_open = self.current.open.is_empty() || self.current.open.contains(&own);
            return if is_open { vec![base] } else { Vec::new() };
        }
        if self.current.open.is_empty() {
            return vec![base];
        }
        let of_row = base - self.current.base;
        self.current.open.iter().map(|head| head + of_row).collect()
    }
}
