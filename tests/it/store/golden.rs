//! Golden bytes: one record of every noun, in hexadecimal. They change only together with the schema number.

use std::path::PathBuf;

use aidgraph::model::noun::Record;
use aidgraph::store::{Invalid, Store, Stored};

use super::{dataset, sample};

fn encode(record: &Record) -> Result<Vec<u8>, Invalid> {
    match record {
        Record::Source(r) => r.encode(),
        Record::Country(r) => r.encode(),
        Record::Partnership(r) => r.encode(),
        Record::Agency(r) => r.encode(),
        Record::Location(r) => r.encode(),
        Record::Sector(r) => r.encode(),
        Record::Programme(r) => r.encode(),
        Record::Agreement(r) => r.encode(),
        Record::Dialogue(r) => r.encode(),
        Record::Mission(r) => r.encode(),
        Record::MissionContribution(r) => r.encode(),
        Record::TrustFund(r) => r.encode(),
        Record::Transaction(r) => r.encode(),
        Record::HumanitarianContribution(r) => r.encode(),
        Record::Event(r) => r.encode(),
        Record::OdaFigure(r) => r.encode(),
        Record::Gap(r) => r.encode(),
    }
}

/// Formats bytes in hexadecimal, in lines of 48 bytes.
fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for line in bytes.chunks(48) {
        text.push_str(&dataset::hex(line));
        text.push('\n');
    }
    text
}

fn golden() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/store/golden")
}

#[test]
fn every_noun_is_encoded_as_its_golden_bytes() {
    let folder = golden();
    let mut checked = 0;
    for record in sample::records(1) {
        let path = folder.join(format!("{}.hex", record.kind()));
        let found = hex(&encode(&record).unwrap());
        if std::env::var_os("AIDGRAPH_RENEW_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &found).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap();
        assert!(
            golden == found,
            "the layout of {} has changed: raise SCHEMA in src/store/record/mod.rs, then renew the golden bytes \
             with AIDGRAPH_RENEW_GOLDEN=1 cargo test",
            record.kind()
        );
        checked += 1;
    }
    assert_eq!(checked, 17);
}

/// Postings, orders, days and rates have no golden bytes of their own: the digest of a small dataset covers them.
#[test]
fn the_digest_of_a_dataset_is_stable() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let manifest = dataset::Dataset::new(1, 3).install(&store).unwrap();
    let found: String = manifest
        .trees
        .iter()
        .map(|(name, sum)| [name, " ", &sum.entries.to_string(), " ", &sum.sha256, "\n"].concat())
        .collect();
    let path = golden().join("digest.txt");
    if std::env::var_os("AIDGRAPH_RENEW_GOLDEN").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == found,
        "the encoding of the same records has changed: raise SCHEMA in src/store/record/mod.rs, then renew \
         the golden bytes with AIDGRAPH_RENEW_GOLDEN=1 cargo test\n{found}"
    );
}
