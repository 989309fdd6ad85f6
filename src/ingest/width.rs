//! How much one record may hold, so that no record of a file costs more than an answer may.
//!
//! What is more is not read into the record and is counted in the ledger (`SURPLUS`); the source file keeps it. `docs/limits.md` says
//! what that means for money.

/// The most countries, regions or sectors of one list in an activity or a transaction, and the most items of one list of a flow.
pub(super) const MOST_SHARES: usize = 1_000;

/// The most lists of regions or sectors that one activity or transaction uses, the DAC's apart.
pub(super) const MOST_LISTS: usize = 20;

/// The most elements of one name in one element, budgets of one activity, and rows of the CRS that are one activity.
pub(super) const MOST_ITEMS: usize = 10_000;
