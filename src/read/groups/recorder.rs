//! Recorder of a scan: the parts of its rows, as they enter cells or are left out.

use rust_decimal::Decimal;

use crate::read::total::ExclusionReason;

/// Part as the scan records it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) row: u32,
    /// Cell, and share in units; `None` where the part has none.
    pub(super) cell: Option<u64>,
    pub(super) share: Option<i64>,
    pub(super) value: Option<Decimal>,
    pub(super) left_out: Option<ExclusionReason>,
}

/// Record of the parts of rows; disabled in totals and groups.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    entries: Option<Vec<Entry>>,
}

impl Recorder {
    /// Enables the recorder.
    pub(super) fn turn_on(&mut self) {
        self.entries = Some(Vec::new());
    }

    /// Returns true if rows must take the slow path, which records them.
    pub(super) fn is_on(&self) -> bool {
        self.entries.is_some()
    }

    /// Records a counted part. `value` is computed only if the recorder is on.
    pub(super) fn count(
        &mut self,
        row: u32,
        cell: u64,
        share: Option<i64>,
        value: impl FnOnce() -> Option<Decimal>,
    ) {
        if let Some(entries) = &mut self.entries {
            entries.push(Entry { row, cell: Some(cell), share, value: value(), left_out: None });
        }
    }

    pub(super) fn leave_out(&mut self, entry: Entry) {
        if let Some(entries) = &mut self.entries {
            entries.push(entry);
        }
    }

    /// Takes the parts recorded since the last call.
    pub(super) fn take(&mut self) -> Vec<Entry> {
        self.entries.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
