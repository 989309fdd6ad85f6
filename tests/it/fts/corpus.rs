//! Real files compared with numbers computed by other programs, and with totals published by FTS.

use std::fs;
use std::path::{Path, PathBuf};

use aidgraph::model::humanitarian_contribution::FlowStatus;
use rust_decimal::Decimal;
use serde_json::Value;

use super::{contributions, read};
use crate::iati::corpus::folder;
use crate::import::Sandbox;

/// Files of the corpus with their expected numbers.
fn files(folder: &Path) -> Vec<(PathBuf, String, Value)> {
    let mut files = Vec::new();
    for part in ["hdx-2021", "hdx-2026", "api-flat", "api-2020"] {
        for entry in fs::read_dir(folder.join("fts").join(part)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if let Ok(expected) = fs::read(folder.join(format!("expected/{name}.json"))) {
                files.push((path, name, serde_json::from_slice(&expected).unwrap()));
            }
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    files
}

#[test]
fn real_files_match_independently_computed_numbers() {
    let Some(folder) = folder() else { return };
    let mut compared = 0;
    for (path, name, expected) in files(&folder) {
        let (entries, ledger) = read(&name, &fs::read(path).unwrap());
        let found = contributions(&entries);
        assert!(ledger.adds_up(), "{name}");
        assert_eq!(Some(ledger.rows_read), expected["records"].as_u64(), "{name}");
        if ledger.counts.contains_key("TOTALS_ONLY") {
            assert_eq!(ledger.quarantined, ledger.rows_read, "{name}");
            compared += 1;
            continue;
        }
        assert_eq!(ledger.quarantined, 0, "{name}");
        let dollars: Decimal = found.iter().filter_map(|f| f.money.value()).sum();
        // −1 means no amount. The ledger reports each; the other program's sum contains them.
        let placeholders = ledger.counts.get("PLACEHOLDER").copied().unwrap_or(0);
        let sum = expected["sum_amountUSD_one_row_per_flow_id"].as_str();
        let sum = sum.or_else(|| expected["sum_amountUSD"].as_str()).unwrap();
        assert_eq!((dollars - Decimal::from(placeholders)).to_string(), sum, "{name}");
        compared += 2;
        if let Some(flows) = expected["distinct_flow_ids"].as_u64() {
            assert_eq!(found.len() as u64, flows, "{name}");
            compared += 1;
        }
        if let Some(flows) = expected["flows_destLocations_MLI"].as_u64() {
            let mali = |f: &&&_| {
                let f: &aidgraph::model::humanitarian_contribution::HumanitarianContribution = f;
                f.countries.iter().any(|c| c.as_str() == "ML")
            };
            assert_eq!(found.iter().filter(mali).count() as u64, flows, "{name}");
            let only: Vec<_> =
                found.iter().filter(mali).filter(|f| f.countries.len() == 1).collect();
            assert_eq!(Some(only.len() as u64), expected["flows_only_MLI"].as_u64(), "{name}");
            let sum: Decimal = only.iter().filter_map(|f| f.money.value()).sum();
            assert_eq!(
                Some(sum.to_string().as_str()),
                expected["sum_amountUSD_flows_only_MLI"].as_str()
            );
            let luxembourg: Vec<_> =
                found.iter().filter(|f| f.donor.is_some_and(|d| d.as_str() == "LU")).collect();
            assert_eq!(Some(luxembourg.len() as u64), expected["flows_src_Luxembourg"].as_u64());
            // The other program adds −1 for each unknown amount here, too.
            let sum: Decimal =
                luxembourg.iter().map(|f| f.money.value().unwrap_or(Decimal::NEGATIVE_ONE)).sum();
            let expected = expected["sum_amountUSD_flows_src_Luxembourg"].as_str();
            assert_eq!(Some(sum.to_string().as_str()), expected, "{name}");
            compared += 5;
        }
        if ledger.duplicate == 0
            && let Some(by_status) = expected["records_by_status"].as_object()
        {
            for (word, records) in by_status {
                let status: FlowStatus = word.to_uppercase().parse().unwrap();
                let ours = found.iter().filter(|f| f.status == Some(status)).count() as u64;
                assert_eq!(Some(ours), records.as_u64(), "{name}: {word}");
                compared += 1;
            }
        }
    }
    assert!(compared > 70, "only {compared} numbers were compared");
}

#[test]
fn a_flow_of_the_real_export_keeps_its_original_money() {
    let Some(folder) = folder() else { return };
    let path = folder.join("fts/hdx-2026/fts_incoming_funding_global.csv");
    let (entries, _) = read("incoming.csv", &fs::read(path).unwrap());
    let found = contributions(&entries);
    let flow = found.iter().find(|f| f.id.as_str() == "FTS-385805").unwrap();
    assert_eq!(flow.money.to_string(), "347625 USD");
    assert_eq!(flow.flow.as_ref().unwrap().original.unwrap().to_string(), "300000 EUR");
    assert_eq!(flow.countries.len(), 1);
}

/// The sum over the flows of these pages is the incoming total that FTS publishes for Afghanistan in 2020.
#[test]
fn the_sum_of_incoming_flows_is_the_total_that_fts_publishes() {
    let Some(folder) = folder() else { return };
    let sandbox = Sandbox::new();
    let mut published = None;
    for page in ["", "-page-2", "-page-3"] {
        let name = format!("custom-search-locationid-1-year-2020{page}.json");
        let text = fs::read(folder.join("fts/api-2020").join(&name)).unwrap();
        let response: Value = serde_json::from_slice(&text).unwrap();
        published = response["data"]["incoming"]["fundingTotal"].as_u64();
        sandbox.import(&sandbox.write(&format!("pages/{name}"), text));
    }
    let data = sandbox.run_query(
        "{ humanitarianContributions(filter: { country: \"AF\", year: 2020, channel: [DIRECT, UN, RED_CROSS, NGO, POOLED_FUND, MIXED, NOT_STATED, OTHER, MULTILATERAL], file: [\"custom-search-locationid-1-year-2020.json\", \"custom-search-locationid-1-year-2020-page-2.json\", \"custom-search-locationid-1-year-2020-page-3.json\"] }) { totalCount totals { counted } } }",
    );
    let list = &data["humanitarianContributions"];
    assert_eq!(list["totalCount"], 484);
    assert_eq!(list["totals"][0]["counted"].as_str().unwrap(), published.unwrap().to_string());
    // Two banks pay from inside the country: FTS counts them as incoming, the boundary as originating inside.
    let data = sandbox.run_query(
        "{ flows(boundary: { countries: [\"AF\"], years: [2020] }, scope: HUMANITARIAN) { incoming { counted } countedOnce { counted } } }",
    );
    assert_eq!(data["flows"]["incoming"][0]["counted"], "715391299");
    assert_eq!(
        data["flows"]["countedOnce"][0]["counted"].as_str().unwrap(),
        published.unwrap().to_string()
    );
}
