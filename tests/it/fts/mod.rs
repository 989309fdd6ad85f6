//! Flows of OCHA FTS: real files where they are, and every awkward kind of them in small.

mod corpus;
mod kind;

use aidgraph::ingest::{Entry, fts};
use aidgraph::model::humanitarian_contribution::HumanitarianContribution;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::noun::Record;

/// Reads the bytes of a file.
fn read(name: &str, bytes: &[u8]) -> (Vec<Entry>, Ledger) {
    let mut entries = Vec::new();
    let ledger = fts::read(name, &mut &bytes[..], &mut entries).unwrap();
    (entries, ledger)
}

/// The contributions of a file.
fn contributions(entries: &[Entry]) -> Vec<&HumanitarianContribution> {
    let contribution = |entry| match entry {
        &Entry { record: Record::HumanitarianContribution(ref contribution), .. } => {
            Some(contribution)
        }
        _ => None,
    };
    entries.iter().filter_map(contribution).collect()
}
