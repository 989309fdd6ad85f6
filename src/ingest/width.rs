//! Limits on the lists of one record, so that no record costs more than a response may.
//!
//! Surplus items are not read into the record and are counted in the ledger (`SURPLUS`); the source file keeps them.
//! `docs/limits.md` describes the effect on money.

/// Maximum number of countries, regions or sectors of one list in an activity or a transaction, and of items in one list of
/// a flow.
pub(super) const MOST_SHARES: usize = 1_000;

/// Maximum number of region or sector vocabularies of one activity or transaction, apart from the DAC's.
pub(super) const MOST_LISTS: usize = 20;

/// Maximum number of same-named elements in one element, budgets of one activity, and CRS rows of one activity.
pub(super) const MOST_ITEMS: usize = 10_000;
