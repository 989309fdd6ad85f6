//! Groups divide exactly, list exclusions with a reason, and add up to the naive sum.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::ingest;
use aidgraph::ingest::import::{How, ImportObserver, Input, import};
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::execute;

struct Unobserved;
impl ImportObserver for Unobserved {}

/// Two fictitious publishers: shares, own places, loans, an intermediary, a parent and its child.
const WORLD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03">
<iati-activity default-currency="EUR" hierarchy="1"><iati-identifier>XX-A-1</iati-identifier>
  <reporting-org ref="XX-A" type="10"><narrative>Agency A</narrative></reporting-org>
  <title><narrative>Wells</narrative></title><activity-status code="2"/>
  <recipient-country code="ML" percentage="60"/><recipient-country code="NE" percentage="40"/>
  <sector vocabulary="1" code="14030" percentage="33.3"/><sector vocabulary="1" code="12220" percentage="66.7"/>
  <budget><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/><value currency="EUR" value-date="2015-01-01">1000</value></budget>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2015-03-05"/><value value-date="2015-03-05">100.01</value>
    <provider-org ref="XX-A"/><receiver-org ref="XX-B"/></transaction>
  <transaction><transaction-type code="2"/><transaction-date iso-date="2015-01-05"/><value value-date="2015-01-05">5000</value></transaction>
  <transaction><transaction-type code="4"/><transaction-date iso-date="2016-03-05"/><value currency="USD" value-date="2016-03-05">7.125</value>
    <recipient-country code="SN"/><sector vocabulary="1" code="15110"/></transaction>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2016-04-05"/><value currency="ZZZ" value-date="2016-04-05">50</value></transaction>
</iati-activity>
<iati-activity default-currency="EUR" hierarchy="2"><iati-identifier>XX-A-1-1</iati-identifier>
  <reporting-org ref="XX-A" type="10"><narrative>Agency A</narrative></reporting-org>
  <title><narrative>Wells, first part</narrative></title><activity-status code="4"/>
  <recipient-country code="ML"/><recipient-country code="BF"/>
  <sector vocabulary="1" code="14030"/>
  <budget><period-start iso-date="2015-01-01"/><period-end iso-date="2015-12-31"/><value currency="EUR" value-date="2015-01-01">400</value></budget>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2015-07-01"/><value value-date="2015-07-01">-20</value></transaction>
</iati-activity>
<iati-activity default-currency="USD"><iati-identifier>XX-B-1</iati-identifier>
  <reporting-org ref="XX-B" type="21"><narrative>Agency B</narrative></reporting-org>
  <title><narrative>Relief</narrative></title><activity-status code="2"/>
  <recipient-region code="298" percentage="50"/><recipient-country code="ML" percentage="30"/>
  <transaction humanitarian="1"><transaction-type code="1"/><transaction-date iso-date="2015-03-10"/><value currency="EUR" value-date="2015-03-10">100.01</value>
    <provider-org ref="XX-A"/><receiver-org ref="XX-B"/></transaction>
  <transaction><transaction-type code="3"/><transaction-date iso-date="2015-05-01"/><value value-date="2015-05-01">10</value>
    <provider-org ref="XX-B"/><receiver-org ref="XX-C"/></transaction>
</iati-activity>
</iati-activities>"#;

static WORLD_SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap().keep();
    let store = Store::open(&folder).unwrap();
    let seed = ingest::seed::SeedFiles::embedded();
    ingest::prepare(&store, Some(&seed), &mut |_| {}).unwrap();
    let open = || Ok(Box::new(WORLD.as_bytes()) as Box<dyn std::io::Read + Send>);
    let input = Input { name: "world.xml".into(), bytes: 0, open: Box::new(open) };
    import(&store, Some(&seed), vec![input], &[], &How::default(), &Unobserved).unwrap();
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(store.current().unwrap().unwrap()));
    Service::new(live, Library::embedded(), Options::default())
});

fn run_query(query: &str) -> Value {
    let response = execute(&WORLD_SERVICE, query, Value::Null);
    assert!(response.get("errors").is_none(), "{query}\n{response:#}");
    response["data"].clone()
}

const FILE: &str = "programme: [\"XX-A-1\", \"XX-A-1-1\", \"XX-B-1\"]";

fn number(value: &Value) -> Decimal {
    value.as_str().map_or(Decimal::ZERO, |text| text.parse().unwrap())
}

/// Counted amounts by keys and currency.
fn counted(groups: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let key = |key: &Value| {
        let code = &key["code"];
        if code.is_null() { text(&key["absence"]) } else { text(code) }
    };
    let row = |group: &Value| {
        let keys: Vec<String> = group["keys"].as_array().unwrap().iter().map(key).collect();
        (format!("{} {}", keys.join(" "), text(&group["currency"])), text(&group["counted"]))
    };
    groups["groups"].as_array().unwrap().iter().map(row).collect()
}

fn groups(list: &str, arguments: &str) -> Value {
    let query = format!(
        "{{ list: {list} {{ totals {{ currency counted naive excludedSums {{ reason currency amount items }} }}
            groups({arguments}) {{ totalCount groups {{ keys {{ dimension code name {{ value }} absence }} currency items programmes counted lower upper notStated convertedShare }}
            excluded {{ reason currency amount items }} }} }} }}"
    );
    run_query(&query)["list"].clone()
}

fn map(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
    rows.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn shares_of_countries_divide_exactly() {
    let list = groups(&format!("transactions(filter: {{ {FILE} }})"), "by: COUNTRY");
    let expected = map(&[
        ("ML EUR", "60.006"),
        ("NE EUR", "40.004"),
        ("UNDIVIDED EUR", "-20"),
        ("SN USD", "7.125"),
        ("ML USD", "3"),
        ("NOT_STATED USD", "7"),
        ("ML ZZZ", "30"),
        ("NE ZZZ", "20"),
    ]);
    assert_eq!(counted(&list["groups"]), expected);
    let names: Vec<_> = list["groups"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| &g["keys"][0]["name"]["value"])
        .collect();
    assert!(names.contains(&&json!("Mali")), "{names:?}");
}

#[test]
fn countries_and_sectors_divide_together() {
    let list = groups(
        &format!("transactions(filter: {{ {FILE}, year: 2015, currency: \"EUR\" }})"),
        "by: [COUNTRY, SECTOR_CATEGORY], orderBy: KEY",
    );
    let found = counted(&list["groups"]);
    assert_eq!(found["ML 140 EUR"], "19.981998", "100.01 × 60 % × 33.3 %");
    assert_eq!(found["UNDIVIDED 140 EUR"], "-20");
    let sum: Decimal = found.values().map(|text| text.parse::<Decimal>().unwrap()).sum();
    assert_eq!(sum, "80.01".parse().unwrap());
}

#[test]
fn only_spending_counts_unless_types_are_requested() {
    let all = format!("transactions(filter: {{ {FILE} }})");
    let list = groups(&all, "by: YEAR");
    let euros = list["totals"].as_array().unwrap().iter().find(|t| t["currency"] == "EUR").unwrap();
    assert_eq!(euros["counted"], "80.01");
    assert_eq!(euros["naive"], "5180.02");
    assert_eq!(
        euros["excludedSums"],
        json!([{ "reason": "OTHER_TRANSACTION_TYPE", "currency": "EUR", "amount": "5100.01", "items": 2 }])
    );
    let by_kind = counted(&groups(&all, "by: [TRANSACTION_TYPE, REPORTER]")["groups"]);
    assert_eq!(by_kind["OUTGOING_COMMITMENT XX-A EUR"], "5000");
    assert_eq!(by_kind["INCOMING_FUNDS XX-B EUR"], "100.01");
    let commitments = groups(
        &format!("transactions(filter: {{ {FILE}, type: OUTGOING_COMMITMENT }})"),
        "by: YEAR",
    );
    assert_eq!(counted(&commitments["groups"]), map(&[("2015 EUR", "5000")]));
}

#[test]
fn a_list_of_a_country_counts_its_share_and_excludes_the_others() {
    let list = groups("transactions(filter: { country: \"ML\" })", "by: [COUNTRY, YEAR]");
    let found = counted(&list["groups"]);
    assert_eq!(found["ML 2015 EUR"], "60.006");
    assert!(
        found.keys().all(|key| key.starts_with("ML ") || key.starts_with("UNDIVIDED ")),
        "{found:?}"
    );
    for total in list["totals"].as_array().unwrap() {
        let excluded: Decimal = total["excludedSums"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|e| e["currency"] == total["currency"])
            .map(|e| number(&e["amount"]))
            .sum();
        assert_eq!(number(&total["counted"]) + excluded, number(&total["naive"]), "{total:#}");
    }
    let euros = list["totals"].as_array().unwrap().iter().find(|t| t["currency"] == "EUR").unwrap();
    let shared = euros["excludedSums"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["reason"] == "SHARED_WITH_OTHERS")
        .unwrap();
    assert_eq!(
        (&shared["amount"], &shared["items"]),
        (&json!("20.004"), &json!(2)),
        "40.004 for Niger, and an undivided -20"
    );
}

#[test]
fn a_group_converts_each_amount_separately() {
    let all = format!("transactions(filter: {{ {FILE} }})");
    let list = groups(&all, "by: [], currency: \"USD\"");
    let group = &list["groups"]["groups"][0];
    let nodes = run_query(&format!(
        "{{ transactions(filter: {{ {FILE}, type: [DISBURSEMENT, EXPENDITURE] }}) {{ nodes {{ money {{ convert(to: \"USD\") {{ value reasonIfNull }} }} }} }} }}"
    ));
    let sum: Decimal = nodes["transactions"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| number(&n["money"]["convert"]["value"]))
        .sum();
    assert_eq!(number(&group["counted"]), sum);
    assert_eq!(group["convertedShare"], "0.8", "no rate for ZZZ");
    assert_eq!(group["upper"], Value::Null);
    let excluded = list["groups"]["excluded"].as_array().unwrap();
    assert!(
        excluded.contains(
            &json!({ "reason": "NO_RATE", "currency": "ZZZ", "amount": "50", "items": 1 })
        ),
        "{excluded:?}"
    );
}

#[test]
fn groups_of_programmes_count_budgets_and_programmes() {
    let list = groups(
        "programmes(filter: { identifier: [\"XX-A-1\", \"XX-A-1-1\", \"XX-B-1\"] })",
        "by: [COUNTRY, YEAR], orderBy: KEY",
    );
    let found = counted(&list["groups"]);
    assert_eq!(found["ML 2015 EUR"], "600");
    assert_eq!(found["NE 2015 EUR"], "400");
    assert_eq!(found["UNDIVIDED 2015 EUR"], "400", "no parent is named: both count");
    assert_eq!(found["ML NOT_STATED -"], "-", "a programme without a budget is counted as one");
    let status = groups(
        "programmes(filter: { identifier: [\"XX-A-1\", \"XX-A-1-1\", \"XX-B-1\"] })",
        "by: STATUS",
    );
    let programmes: BTreeMap<_, _> = status["groups"]["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| {
            (
                g["keys"][0]["code"].to_string() + &g["currency"].to_string(),
                g["programmes"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        programmes,
        BTreeMap::from([
            ("\"ACTIVE\"\"EUR\"".into(), 1),
            ("\"ACTIVE\"null".into(), 1),
            ("\"CLOSED\"\"EUR\"".into(), 1)
        ])
    );
}

#[test]
fn groups_of_the_seed_add_up_to_its_totals() {
    let contributions = ["humanitarianContributions", "missionContributions"];
    for list in contributions {
        for by in ["YEAR", "[COUNTRY, MONTH]", "[DONOR, CURRENCY]", "[]"] {
            assert_groups_are_totals(list, by);
        }
    }
    assert_groups_are_totals(contributions[0], "[CHANNEL, RECEIVER, PROVIDER]");
    assert_groups_are_totals(contributions[0], "[SCOPE, FLOW_STATUS, CRISIS, PLAN, CLUSTER]");
    assert_groups_are_totals(contributions[1], "[MISSION, KIND, SENDING_BODY, DEPLOYMENT]");
    for list in ["programmes", "transactions"] {
        for by in [
            "YEAR",
            "[STATUS, PILLAR]",
            "[COUNTRY, REGION, SECTOR]",
            "[PROGRAMME, HUMANITARIAN]",
            "[FLOW_TYPE, AID_TYPE, FINANCE_TYPE]",
            "[MONTH, DONOR, REPORTER]",
            "[CURRENCY, PROVIDER, RECEIVER]",
        ] {
            if list == "programmes" && by.contains("PROVIDER") {
                continue;
            }
            assert_groups_are_totals(list, by);
        }
    }
}

fn assert_groups_are_totals(list: &str, by: &str) {
    let found = groups(list, &format!("by: {by}, first: 10000"));
    for total in found["totals"].as_array().unwrap().iter().filter(|t| !t["counted"].is_null()) {
        let of_groups: Decimal = found["groups"]["groups"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|g| g["currency"] == total["currency"])
            .map(|g| number(&g["counted"]))
            .sum();
        assert_eq!(of_groups, number(&total["counted"]), "{list} by {by}: {total:#}");
    }
}

fn assert_dimensions_are_named(list: &str, dimension: &str, own: &[&str], others: &[&str]) {
    let query = format!("{{ {list} {{ groups(by: {dimension}) {{ totalCount }} }} }}");
    let response = execute(&WORLD_SERVICE, &query, Value::Null);
    let error = &response["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{query}");
    let message = error["message"].as_str().unwrap();
    let (problem, advice) = message.split_once("; they have ").unwrap();
    assert!(problem.contains(dimension), "{message}");
    let words: Vec<&str> = advice.split(", ").collect();
    assert!(own.iter().all(|word| words.contains(word)), "{message}");
    assert!(!others.iter().any(|word| words.contains(word)), "{message}");
}

#[test]
fn a_dimension_without_data_in_the_list_is_rejected_by_name() {
    let shared = ["COUNTRY", "YEAR", "MONTH", "DONOR", "CURRENCY"];
    for (list, dimension) in [
        ("humanitarianContributions", "SECTOR"),
        ("humanitarianContributions", "MISSION"),
        ("missionContributions", "CHANNEL"),
        ("missionContributions", "PROGRAMME"),
        ("transactions", "CRISIS"),
        ("programmes", "PROVIDER"),
    ] {
        assert_dimensions_are_named(list, dimension, &shared, &[dimension]);
    }
    assert_dimensions_are_named("missionContributions", "SCOPE", &["MISSION", "KIND"], &["PLAN"]);
    assert_dimensions_are_named("humanitarianContributions", "KIND", &["PLAN"], &["MISSION"]);
}

#[test]
fn groups_of_contributions_name_their_keys() {
    let list = groups("missionContributions", "by: [MISSION, KIND], orderBy: KEY");
    let found = counted(&list["groups"]);
    assert_eq!(found["UNDIVIDED FINANCIAL EUR"], "18900000", "three missions, not divided");
    let groups_of_missions = list["groups"]["groups"].as_array().unwrap().iter();
    let names: Vec<_> =
        groups_of_missions.map(|group| group["keys"][0]["name"]["value"].clone()).collect();
    assert!(names.iter().any(Value::is_string), "{names:?}");

    let list = groups("humanitarianContributions(filter: { year: 2012 })", "by: [YEAR, CHANNEL]");
    let found = counted(&list["groups"]);
    assert!(found.keys().all(|key| key.starts_with("2012 ")), "{found:?}");
    assert!(found.contains_key("2012 MIXED EUR"), "{found:?}");
}

#[test]
fn money_for_several_countries_bounds_the_group_of_the_selected_one() {
    let list = "humanitarianContributions(filter: { identifier: \"HUM-2020-SAHEL\" })";
    assert_eq!(
        counted(&groups(list, "by: COUNTRY")["groups"]),
        map(&[("UNDIVIDED EUR", "8858000")])
    );
    let list =
        "humanitarianContributions(filter: { identifier: \"HUM-2020-SAHEL\", country: \"NE\" })";
    let list = groups(list, "by: COUNTRY");
    let group = &list["groups"]["groups"][0];
    assert_eq!(group["keys"][0]["code"], "NE");
    assert_eq!((&group["items"], &group["counted"]), (&json!(0), &Value::Null));
    assert_eq!(
        list["groups"]["excluded"],
        json!([{ "reason": "SHARED_WITH_OTHERS", "currency": "EUR", "amount": "8858000", "items": 1 }])
    );
}

#[test]
fn the_first_groups_are_the_largest_and_bounds_are_checked() {
    let all = format!("transactions(filter: {{ {FILE} }})");
    let list = groups(&all, "by: COUNTRY, first: 1");
    assert_eq!(list["groups"]["totalCount"], 8);
    assert_eq!(counted(&list["groups"]).len(), 1);
    for arguments in [
        "by: YEAR, first: 10001",
        "by: YEAR, first: -1",
        "by: [YEAR, MONTH, COUNTRY, REGION, SECTOR, DONOR, STATUS]",
        "by: YEAR, currency: \"XXX\"",
        "by: YEAR, offset: -1",
    ] {
        let query = format!("{{ transactions {{ groups({arguments}) {{ totalCount }} }} }}");
        let response = execute(&WORLD_SERVICE, &query, Value::Null);
        assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{arguments}");
    }
}

#[test]
fn groups_are_paged_by_an_offset() {
    let all = format!("transactions(filter: {{ {FILE} }})");
    let keys = |arguments: &str| {
        let list = groups(&all, arguments);
        let keys = list["groups"]["groups"].as_array().unwrap().iter();
        keys.map(|group| group["keys"].to_string() + &group["currency"].to_string()).collect()
    };
    for order in ["VALUE", "KEY"] {
        let whole: Vec<String> = keys(&format!("by: COUNTRY, orderBy: {order}"));
        let page: Vec<String> =
            keys(&format!("by: COUNTRY, orderBy: {order}, first: 3, offset: 2"));
        assert_eq!(page, whole[2..5]);
        assert!(keys(&format!("by: COUNTRY, orderBy: {order}, offset: 100")).is_empty());
    }
}

#[test]
fn budgets_have_no_provider_receiver_or_type() {
    for dimension in ["PROVIDER", "RECEIVER", "TRANSACTION_TYPE"] {
        let query = format!("{{ programmes {{ groups(by: {dimension}) {{ totalCount }} }} }}");
        let response = execute(&WORLD_SERVICE, &query, Value::Null);
        assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{dimension}");
    }
}

#[test]
fn groups_without_a_counted_amount_are_omitted() {
    let list = groups("transactions(filter: { country: \"ML\" })", "by: [SECTOR, COUNTRY]");
    for group in list["groups"]["groups"].as_array().unwrap() {
        assert_ne!(group["items"], 0, "{group:#}");
    }
}
