//! IATI: real files if available, and small files of every irregular kind.

pub(crate) mod corpus;
mod identity;
mod irregular;
mod names;
mod oversized;
mod parsing;
mod wrapped;

use aidgraph::ingest::{Entry, iati};
use aidgraph::model::ledger::Ledger;

/// Reads a file from bytes.
fn read(name: &str, bytes: &[u8]) -> (Vec<Entry>, Ledger) {
    let mut entries = Vec::new();
    let ledger = iati::read(name, &mut &bytes[..], &mut entries).unwrap();
    (entries, ledger)
}
