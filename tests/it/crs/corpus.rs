//! Real files compared with numbers computed by other programs.

use std::fs;

use aidgraph::ingest::Entry;
use aidgraph::model::noun::Record;
use aidgraph::model::transaction::{Transaction, TransactionType};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{programmes, read};
use crate::iati::corpus::folder;

#[test]
fn real_files_match_independently_computed_numbers() {
    let Some(folder) = folder() else { return };
    let mut compared = 0;
    for entry in fs::read_dir(folder.join("crs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (entries, ledger) = read(&name, &fs::read(&path).unwrap());
        assert!(ledger.adds_up(), "{name}");
        if name.starts_with("dportal-crs-totals") {
            assert!(entries.is_empty() && ledger.counts.contains_key("TOTALS_ONLY"), "{name}");
            continue;
        }
        let expected = fs::read(folder.join(format!("expected/{name}.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        assert_eq!(Some(ledger.rows_read), expected["records"].as_u64(), "{name}");
        assert_eq!(ledger.accepted, ledger.rows_read, "{name}: {:?}", ledger.problems.first());
        // The layout determines the unit: donors' own files of the older layout are in dollars.
        let is_old = name.contains("finland") || name.contains("denmark");
        let unit = if is_old { Decimal::ONE } else { Decimal::from(1_000_000) };
        let found = programmes(&entries);
        let sum = |kinds: &[TransactionType], in_mali: bool| -> Decimal {
            let is_mali = |t: &Transaction, whole: bool| {
                let own = &t.report;
                let expected_text = !own.recipients.is_empty() || !own.regions.is_empty();
                if expected_text {
                    own.recipients.iter().any(|r| r.country.as_str() == "ML")
                } else {
                    whole
                }
            };
            let of = found.iter().flat_map(|(programme, details)| {
                let whole = programme.recipients.iter().any(|r| r.country.as_str() == "ML");
                details.transactions.iter().filter(move |t| !in_mali || is_mali(t, whole))
            });
            let of = of.filter(|t| kinds.contains(&t.r#type.unwrap()));
            of.filter_map(|t| t.money.value()).sum()
        };
        let received = [TransactionType::LoanRepayment, TransactionType::SaleOfEquity];
        for (number, kinds, in_mali) in [
            ("sum_usd_commitment", &[TransactionType::OutgoingCommitment][..], false),
            ("sum_usd_disbursement", &[TransactionType::Disbursement], false),
            ("sum_usd_received", &received, false),
            ("sum_usd_commitment_Mali", &[TransactionType::OutgoingCommitment], true),
            ("sum_usd_disbursement_Mali", &[TransactionType::Disbursement], true),
        ] {
            let Some(expected) = expected[number]["sum"].as_str() else { continue };
            let expected: Decimal = expected.parse().unwrap();
            assert_eq!(
                sum(kinds, in_mali).normalize(),
                (expected * unit).normalize(),
                "{name}: {number}"
            );
            compared += 1;
        }
        for (donor, _) in expected["records_by_donor"].as_object().unwrap() {
            let is_called = |entry: &Entry| match &entry.record {
                Record::Agency(agency) => {
                    agency.name.main() == donor || agency.aliases.iter().any(|alias| alias == donor)
                }
                _ => false,
            };
            let is_there = entries.iter().any(is_called);
            assert!(is_there, "{name}: {donor}");
            compared += 1;
        }
    }
    assert!(compared > 150, "only {compared} numbers were compared");
}
