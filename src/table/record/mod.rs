//! Record tables: one row for each record, streamed from the reader without GraphQL.

mod activity;
mod actor;
mod beneficiary;
mod citation;
mod diplomacy;
mod field;
mod figure;
mod gap;
mod mission;
mod relief;
mod table;
mod transaction;

pub(super) use field::{converted_column, left_out_column};
pub use table::RecordTable;

/// Lists all record tables, by name.
pub fn all() -> Vec<RecordTable> {
    let mut tables = vec![
        transaction::transactions(),
        transaction::shares(),
        activity::programmes(),
        activity::budgets(),
        activity::participations(),
        relief::contributions(),
        relief::trust_funds(),
        relief::oda_figures(),
        mission::missions(),
        mission::contributions(),
        beneficiary::beneficiaries(),
        citation::citations(),
        diplomacy::agreements(),
        diplomacy::dialogues(),
        diplomacy::events(),
        diplomacy::partnerships(),
        gap::gaps(),
        actor::agencies(),
        actor::countries(),
        actor::locations(),
        actor::sectors(),
        actor::sources(),
    ];
    tables.sort_by_key(|table| table.name);
    tables
}
