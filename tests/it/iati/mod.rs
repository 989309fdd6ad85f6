//! IATI files: real ones where they are, and every awkward kind of them in small.

pub(crate) mod corpus;
mod identity;
mod kind;
mod names;
mod odd;
mod wide;
mod wrapped;

use aidgraph::ingest::{Entry, iati};
use aidgraph::model::ledger::Ledger;

/// Reads the bytes of a file.
fn read(name: &str, bytes: &[u8]) -> (Vec<Entry>, Ledger) {
    let mut entries = Vec::new();
    let ledger = iati::read(name, &mut &bytes[..], &mut entries).unwrap();
    (entries, ledger)
}
