//! OECD DAC CRS: real files if available, and small files of every irregular kind.

mod corpus;
mod layout;
mod parsing;

use aidgraph::ingest::{Entry, crs};
use aidgraph::model::activity::Details;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::noun::Record;
use aidgraph::model::programme::Programme;

/// Reads a file from bytes.
fn read(name: &str, bytes: &[u8]) -> (Vec<Entry>, Ledger) {
    let mut entries = Vec::new();
    let ledger = crs::read(name, &mut &bytes[..], &mut entries).unwrap();
    (entries, ledger)
}

/// Returns the programmes of a file with their details.
fn programmes(entries: &[Entry]) -> Vec<(&Programme, &Details)> {
    let programme = |entry| match entry {
        &Entry { record: Record::Programme(ref programme), details: Some(ref details), .. } => {
            Some((programme, &**details))
        }
        _ => None,
    };
    entries.iter().filter_map(programme).collect()
}
