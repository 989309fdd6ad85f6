//! The reader of seeds: whatever stands in the files, every row is accounted for, and what is left out is told. A line
//! `== NAME` begins a file.
#![no_main]

use aidgraph::ingest::check;
use aidgraph::ingest::seed::SeedFiles;
use libfuzzer_sys::fuzz_target;

/// The files of an input: names and bytes.
fn files(input: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(b"== "), files.last_mut()) {
            (Some(name), _) => {
                let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
                files.push((format!("seed/{name}"), Vec::new()));
            }
            (None, Some((_, bytes))) => bytes.extend_from_slice(line),
            (None, None) => {}
        }
    }
    files
}

fuzz_target!(|input: &[u8]| {
    let checked = check(&SeedFiles::from_bytes(files(input)));
    for file in &checked.files {
        let ledger = &file.ledger;
        assert!(ledger.adds_up(), "{}: {ledger:?}", file.name);
        assert!(ledger.quarantined == 0 || !ledger.problems.is_empty(), "{}", file.name);
    }
});
