//! Real files compared with numbers computed by other programs. Runs if `AIDGRAPH_CORPUS` names the corpus folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use aidgraph::ingest::Entry;
use aidgraph::model::agency::Agency;
use aidgraph::model::ledger::Ledger;
use aidgraph::model::money::Money;
use aidgraph::model::noun::Record;
use aidgraph::model::programme::Programme;
use aidgraph::model::transaction::{Transaction, TransactionType};
use rust_decimal::Decimal;
use serde_json::Value;

use super::read;

/// Folder of the corpus; `None` if the variable is not set.
#[expect(clippy::print_stderr, reason = "tests that did not run must be reported")]
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("AIDGRAPH_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("NOT RUN: AIDGRAPH_CORPUS names no folder with the corpus of real files");
    }
    folder
}

/// Accepted differences from the expected numbers, with the reason.
const ACCEPTED: &[(&str, &str, &str)] = &[
    (
        "invalid-leading-whitespace.xml",
        "*",
        "white space before the declaration harms nothing: the file is read",
    ),
    (
        "encoding-valid-windows-1252.xml",
        "*",
        "bytes that are no UTF-8 are read as Windows-1252, with a warning, not refused",
    ),
    (
        "invalid-usg-millenniumchallenge-xk.xml",
        "*",
        "control characters are left out with a warning; compared with what is expected without them",
    ),
    ("encoding-valid-UTF-16BE.xml", "*", "UTF-16 is read without its byte order mark, too"),
    (
        "dportal-CA-3.xml",
        "activities_with_luxembourg_org",
        "bare channels such as 22501 are XM-DAC-22501 here; the expectation takes what begins so for Luxembourg",
    ),
    (
        "dportal-mixed-publishers-shared.xml",
        "distinct_participating_org_refs",
        "41140 and 46004 stand there with XM-DAC- before them and without: 63 organisations for 65 refs",
    ),
    (
        "dportal-ukraine-2023-shared.xml",
        "distinct_participating_org_refs",
        "41119 stands there with XM-DAC- before it and without: 48 organisations for 49 refs",
    ),
];

/// Number of organisations per file without a ref that an official list identifies by name or acronym. The
/// expectation counts refs only.
const NAMED: &[(&str, u64)] = &[
    ("aiddata-senegal-1.04.xml", 12),
    ("aiddata-senegal-2.03.xml", 14),
    ("dportal-DE-1.xml", 5),
    ("dportal-FR-3.xml", 2),
    ("dportal-GB-GOV-1.xml", 2),
    ("dportal-XI-IATI-EC_ECHO.xml", 2),
    ("dportal-XM-DAC-41121.xml", 1),
    ("dportal-XM-DAC-928.xml", 7),
    ("dportal-XM-OCHA-CBPF.xml", 13),
    ("draft2010-worldbank.xml", 1),
    ("pwyf-worldbank-tz.xml", 1),
    ("usg-state-mali.xml", 4),
    ("usg-usda-mali.xml", 1),
    ("v1-finland-998.xml", 1),
    ("v1-ngo-GB-CHC-272465-missing-dates.xml", 2),
    ("v1-twb-africa.xml", 2),
];

/// Numbers of one file by name.
type Numbers = BTreeMap<String, String>;

#[test]
fn real_files_match_independently_computed_numbers() {
    let Some(folder) = folder() else { return };
    let mut differing = Vec::new();
    let mut compared = 0;
    for path in files(&folder.join("iati/activities")) {
        let name = path.file_name().unwrap().to_string_lossy().trim_end_matches(".zst").to_owned();
        let expected = fs::read(folder.join(format!("expected/{name}.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let (entries, ledger) = read_file(&path, &name);
        assert!(ledger.adds_up(), "{name}");
        let ours = numbers(&entries, &ledger);
        for (number, mut expected) in expectation(&expected) {
            compared += 1;
            let named = NAMED.iter().find(|(file, _)| *file == name);
            if let Some((_, more)) = named.filter(|_| number == "distinct_participating_org_refs") {
                expected = (expected.parse::<u64>().unwrap() + more).to_string();
            }
            let found = ours.get(&number).map_or("0", String::as_str);
            // The expectation counts placeholders and generic codes (`XM-DAC-22000` starts with Luxembourg's code). They
            // identify no organisation here.
            let has_ambiguous_references = ["PLACEHOLDER_REFERENCE", "KIND_AS_REFERENCE"]
                .iter()
                .any(|code| ledger.counts.contains_key(*code));
            let is_counted_by_reference =
                ["distinct_participating_org_refs", "activities_with_luxembourg_org"]
                    .contains(&number.as_str());
            let is_accepted = (has_ambiguous_references && is_counted_by_reference)
                || ACCEPTED
                    .iter()
                    .any(|(file, which, _)| *file == name && (*which == "*" || *which == number));
            if found != expected && !is_accepted {
                differing.push(format!("{name}: {number} is {found}, expected {expected}"));
            }
        }
    }
    assert!(compared > 1_300, "only {compared} numbers were compared");
    assert!(
        differing.is_empty(),
        "{} of {compared} differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[test]
fn real_organisation_files_have_the_expected_organisations() {
    let Some(folder) = folder() else { return };
    for path in files(&folder.join("iati/organisations")) {
        let name = path.file_name().unwrap().to_string_lossy().trim_end_matches(".zst").to_owned();
        let expected = fs::read(folder.join(format!("expected/{name}.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        let (_, ledger) = read_file(&path, &name);
        assert!(ledger.adds_up(), "{name}");
        assert_eq!(Some(ledger.rows_read), expected["organisations"].as_u64(), "{name}");
    }
}

#[test]
fn control_characters_do_not_change_the_numbers() {
    let Some(folder) = folder() else { return };
    let name = "invalid-usg-millenniumchallenge-xk.xml";
    let path = files(&folder.join("iati/activities"))
        .into_iter()
        .find(|path| path.to_string_lossy().contains(name))
        .unwrap();
    let expected = fs::read(folder.join(format!("expected/{name}.json"))).unwrap();
    let expected: Value = serde_json::from_slice(&expected).unwrap();
    let expected = &expected["if_forbidden_control_characters_are_removed"];
    let (entries, ledger) = read_file(&path, name);
    let ours = numbers(&entries, &ledger);
    for number in ["activities", "transactions"] {
        assert_eq!(ours[number], expected[number].to_string(), "{number}");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn read_file(path: &Path, name: &str) -> (Vec<Entry>, Ledger) {
    let bytes = fs::read(path).unwrap();
    if path.extension().is_some_and(|end| end == "zst") {
        let mut plain = Vec::new();
        zstd::Decoder::new(&bytes[..]).unwrap().read_to_end(&mut plain).unwrap();
        return read(name, &plain);
    }
    read(name, &bytes)
}

/// Returns the numbers of our records under the names of the expected ones.
fn numbers(entries: &[Entry], ledger: &Ledger) -> Numbers {
    let mut numbers = Numbers::new();
    let mut put = |name: &str, value: u64| {
        numbers.insert(name.to_owned(), value.to_string());
    };
    let programmes: Vec<(&Programme, &[Transaction])> =
        entries.iter().filter_map(programme).collect();
    let agencies: BTreeMap<&str, &Agency> = entries
        .iter()
        .filter_map(|entry| match &entry.record {
            Record::Agency(agency) => Some((agency.id.as_str(), agency)),
            _ => None,
        })
        .collect();
    let transactions = || programmes.iter().flat_map(|(_, transactions)| transactions.iter());
    put("activities", ledger.rows_read);
    put("transactions", transactions().count() as u64);
    let count = |fits: &dyn Fn(&Programme, &[Transaction]) -> bool| {
        programmes.iter().filter(|(p, t)| fits(p, t)).count() as u64
    };
    put(
        "activities_humanitarian",
        count(&|p, _| p.report.as_ref().unwrap().humanitarian == Some(true)),
    );
    let mali = |p: &Programme| p.recipients.iter().any(|r| r.country.as_str() == "ML");
    let mali_too = |t: &Transaction| t.report.recipients.iter().any(|r| r.country.as_str() == "ML");
    put("activities_recipient_country_ML", count(&|p, _| mali(p)));
    put("activities_ML_at_any_level", count(&|p, t| mali(p) || t.iter().any(mali_too)));
    put("transactions_recipient_country_ML", transactions().filter(|t| mali_too(t)).count() as u64);
    put(
        "humanitarian_transactions",
        transactions().filter(|t| t.report.humanitarian == Some(true)).count() as u64,
    );
    put("budgets", programmes.iter().map(|(p, _)| p.budgets.len() as u64).sum());
    let elements = programmes.iter().map(|(p, _)| p.participations.len() as u64).sum::<u64>();
    put("participating_org_elements", elements);
    let orgs: BTreeSet<&str> =
        programmes.iter().flat_map(|(p, _)| &p.participations).map(|p| p.agency.as_str()).collect();
    put(
        "distinct_participating_org_refs",
        orgs.iter().filter(|o| !o.starts_with("name:") && !o.starts_with("unnamed:")).count()
            as u64,
    );
    let luxembourg = |id: &str| {
        id.starts_with("LU-")
            || id.starts_with("XM-DAC-22")
            || agencies.get(id).is_some_and(|agency| {
                let names = agency.name.forms().map(|(_, form)| form);
                let mut names = names.chain(agency.aliases.iter().map(String::as_str));
                names.any(|name| name.contains("uxembourg") || name.contains("LuxDev"))
            })
    };
    let of_luxembourg = |p: &Programme, transactions: &[Transaction]| {
        let reporter = p.report.as_ref().unwrap().reporter.iter();
        let ends = transactions.iter().flat_map(|t| t.provider.iter().chain(&t.receiver));
        let parts = p.participations.iter().map(|p| &p.agency);
        reporter.chain(parts).chain(ends).any(|id| luxembourg(id.as_str()))
    };
    put("activities_with_luxembourg_org", count(&of_luxembourg));
    let mut sums: BTreeMap<String, (u64, Decimal)> = BTreeMap::new();
    for transaction in transactions() {
        let key = format!("type {} {}", type_number(transaction), currency(&transaction.money));
        add(sums.entry(key).or_default(), &transaction.money);
    }
    for budget in programmes.iter().flat_map(|(p, _)| &p.budgets) {
        let key = format!("budgets {}", currency(&budget.money));
        add(sums.entry(key).or_default(), &budget.money);
    }
    for (key, (count, sum)) in sums {
        numbers.insert(format!("{key} count"), count.to_string());
        numbers.insert(format!("{key} sum"), sum.normalize().to_string());
    }
    numbers
}

fn programme(entry: &Entry) -> Option<(&Programme, &[Transaction])> {
    match &entry.record {
        Record::Programme(programme) => {
            Some((programme, &entry.details.as_ref().unwrap().transactions))
        }
        _ => None,
    }
}

fn type_number(transaction: &Transaction) -> String {
    let position = |t: TransactionType| {
        use aidgraph::model::code::Code as _;
        TransactionType::VALUES.iter().position(|v| *v == t).unwrap() + 1
    };
    let published = transaction.report.type_as_published.clone().unwrap_or_default();
    transaction.r#type.map_or(published, |t| position(t).to_string())
}

/// Currency of an amount. Unstated amounts have no currency and add nothing to a sum.
fn currency(money: &Money) -> String {
    money.currency().map_or_else(|| "not stated".into(), |c| c.to_string().replace("XXX", ""))
}

fn add((count, sum): &mut (u64, Decimal), money: &Money) {
    *count += 1;
    *sum += money.value().unwrap_or_default();
}

/// Returns the expected numbers under our names. Only sums are compared by currency: amounts without a usable value
/// have a currency there and are not stated here.
fn expectation(expected: &Value) -> Numbers {
    let mut numbers = Numbers::new();
    for name in [
        "activities",
        "transactions",
        "activities_humanitarian",
        "activities_recipient_country_ML",
        "activities_ML_at_any_level",
        "transactions_recipient_country_ML",
        "humanitarian_transactions",
        "budgets",
        "distinct_participating_org_refs",
        "activities_with_luxembourg_org",
    ] {
        numbers.insert(name.to_owned(), expected[name].to_string());
    }
    let sum = |group: &Value| {
        group["sum"].as_str().unwrap().parse::<Decimal>().unwrap().normalize().to_string()
    };
    let word = |group: &Value, key: &str| group[key].as_str().unwrap().to_owned();
    for group in expected["transaction_sums_by_v2_type"].as_array().into_iter().flatten() {
        let key = format!("type {} {} sum", word(group, "type"), word(group, "currency"));
        numbers.insert(key, sum(group));
    }
    for group in expected["budget_sums"].as_array().into_iter().flatten() {
        numbers.insert(format!("budgets {} sum", word(group, "currency")), sum(group));
    }
    numbers
}
