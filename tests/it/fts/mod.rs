//! OCHA FTS: real files if available, and small files of every irregular kind.

mod corpus;
mod parsing;

use aidgraph::ingest::{Entry, fts};
use aidgraph::model::humanitarian_contribution::HumanitarianContribution;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::noun::Record;

/// Reads a file from bytes.
fn read(name: &str, bytes: &[u8]) -> (Vec<Entry>, Ledger) {
    let mut entries = Vec::new();
    let ledger = fts::read(name, &mut &bytes[..], &mut entries).unwrap();
    (entries, ledger)
}

/// Returns the contributions of a file.
fn contributions(entries: &[Entry]) -> Vec<&HumanitarianContribution> {
    let contribution = |entry| match entry {
        &Entry { record: Record::HumanitarianContribution(ref contribution), .. } => {
            Some(contribution)
        }
        _ => None,
    };
    entries.iter().filter_map(contribution).collect()
}
