//! Records of the OECD DAC's CRS: real files where they are, and every awkward kind of them in small.

mod corpus;
mod kind;
mod layout;

use aidgraph::ingest::{Entry, crs};
use aidgraph::model::activity::Details;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::noun::Record;
use aidgraph::model::programme::Programme;

/// Reads the bytes of a file.
fn read(name: &str, bytes: &[u8]) -> (Vec<Entry>, Ledger) {
    let mut entries = Vec::new();
    let ledger = crs::read(name, &mut &bytes[..], &mut entries).unwrap();
    (entries, ledger)
}

/// The programmes of a file with their details.
fn programmes(entries: &[Entry]) -> Vec<(&Programme, &Details)> {
    let programme = |entry| match entry {
        &Entry { record: Record::Programme(ref programme), details: Some(ref details), .. } => {
            Some((programme, &**details))
        }
        _ => None,
    };
    entries.iter().filter_map(programme).collect()
}
