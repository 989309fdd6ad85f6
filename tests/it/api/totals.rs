//! Totals count each amount once, list exclusions, and never guess.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::run_query;

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap_or_else(|| panic!("not a decimal: {value}")).parse().unwrap()
}

const TOTAL: &str = "currency lower upper counted naive items notStated approximate convertedShare excluded { record part reason money { value currency absence } }";

/// Asserts that counted and excluded amounts equal the naive sum exactly.
fn assert_adds_up(total: &Value) {
    let excluded: Decimal = total["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|e| e["money"]["currency"] == total["currency"])
        .map(|e| decimal(&e["money"]["value"]))
        .sum();
    let counted = total["counted"].as_str().map_or(Decimal::ZERO, |t| t.parse().unwrap());
    if !total["naive"].is_null() {
        assert_eq!(counted + excluded, decimal(&total["naive"]), "{total:#}");
    }
}

#[test]
fn every_list_of_money_adds_up_in_every_country_and_currency() {
    for list in [
        "programmes",
        "humanitarianContributions",
        "missionContributions",
        "transactions",
        "odaFigures",
    ] {
        let data = run_query(&format!("{{ list: {list} {{ totals {{ {TOTAL} }} }} }}"));
        let totals = data["list"]["totals"].as_array().unwrap();
        assert!(!totals.is_empty(), "{list}");
        totals.iter().for_each(assert_adds_up);
    }
    for country in ["ML", "NE", "SN", "BF", "CV", "LA", "NI", "VN"] {
        let data = run_query(&format!(
            "{{ programmes(filter: {{ country: \"{country}\" }}) {{ totals {{ {TOTAL} }} }} }}"
        ));
        data["programmes"]["totals"].as_array().unwrap().iter().for_each(assert_adds_up);
    }
}

#[test]
fn a_revised_envelope_replaces_the_first() {
    let data = run_query(&format!(
        "{{ programme(identifier: \"ICP-MLI-3\") {{ budgetTotals {{ {TOTAL} }} }} }}"
    ));
    let total = &data["programme"]["budgetTotals"][0];
    assert_eq!(total["counted"], "76000000", "61 as revised, and 15 for the year after");
    let reasons: Vec<_> = total["excluded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["part"].clone(), e["reason"].clone()))
        .collect();
    assert!(reasons.contains(&(json!("ICP-MLI-3-BUDGET"), json!("SUPERSEDED"))));
    assert!(reasons.contains(&(json!("ICP-MLI-3-TOPUP-2017"), json!("PART_OF_COUNTED_TOTAL"))));
    assert_adds_up(total);
}

#[test]
fn a_child_of_a_counted_parent_is_excluded_and_counts_alone() {
    let both = run_query(&format!(
        "{{ programmes(filter: {{ identifier: [\"ICP-MLI-3\", \"MLI/021\"] }}) {{ totals {{ {TOTAL} }} }} }}"
    ));
    let total = &both["programmes"]["totals"][0];
    assert_eq!(total["counted"], "76000000");
    assert!(
        total["excluded"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["record"] == "MLI/021" && e["reason"] == "CHILD_OF_COUNTED_PARENT")
    );
    let alone =
        run_query("{ programmes(filter: { identifier: \"MLI/021\" }) { totals { counted } } }");
    assert_eq!(alone["programmes"]["totals"][0]["counted"], "47440199");
}

#[test]
fn a_published_yearly_total_contains_crises_and_a_list_by_country_counts_them() {
    let mali = run_query(&format!(
        "{{ humanitarianContributions(filter: {{ country: \"ML\", year: 2015 }}) {{ totals {{ {TOTAL} }} }} }}"
    ));
    let total = &mali["humanitarianContributions"]["totals"][0];
    assert_eq!((&total["lower"], &total["upper"]), (&json!("2600000"), &Value::Null));
    assert_eq!(total["items"], 1);
    assert_eq!(total["notStated"], 0, "the three shares are inside the total");
    let year = run_query(&format!(
        "{{ humanitarianContributions(filter: {{ year: 2015 }}) {{ totals {{ {TOTAL} }} }} }}"
    ));
    let total = &year["humanitarianContributions"]["totals"][0];
    assert_eq!(total["counted"], "40295000");
    assert!(
        total["excluded"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["record"] == "HUM-2015-TOTAL-FR" && e["reason"] == "ALTERNATIVE_FIGURE")
    );
    assert_adds_up(total);
}

#[test]
fn unstated_amounts_leave_the_total_without_bounds() {
    let data = run_query(&format!(
        "{{ missionContributions(filter: {{ mission: \"EUCAP-SAHEL-MALI\", source: \"GOV-MALI-EN\" }}) {{ totals {{ {TOTAL} }} }} }}"
    ));
    let total = &data["missionContributions"]["totals"][0];
    assert_eq!(
        (&total["currency"], &total["lower"], &total["upper"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(total["notStated"], 2);
}

#[test]
fn a_conversion_reports_the_converted_share() {
    let data = run_query(&format!(
        "{{ programmes(filter: {{ identifier: [\"ICP-MLI-1\", \"ICP-MLI-2\"] }}) {{ totals(currency: \"EUR\") {{ {TOTAL} }} separate: totals {{ currency counted }} }} }}"
    ));
    let total = &data["programmes"]["totals"][0];
    assert_eq!(total["convertedShare"], "1");
    assert_eq!(total["approximate"], 1);
    let francs = Decimal::from(12_700_000_000_i64) / "655.957".parse::<Decimal>().unwrap();
    let expected = (francs.round_dp(2) + Decimal::from(55_200_000)).normalize();
    assert_eq!(decimal(&total["counted"]), expected);
    assert_eq!(
        data["programmes"]["separate"].as_array().unwrap().len(),
        2,
        "currencies are not added without a conversion"
    );
}

#[test]
fn exchange_rates_apply_to_the_valuation_date() {
    let data = run_query(
        "{ a: convert(value: \"1000\", from: \"USD\", to: \"EUR\", on: \"2008-07\") { value rate rateDate rateSource }
           b: convert(value: \"1000\", from: \"USD\", to: \"EUR\", on: \"2015-03-10\") { value rateDate rateSource }
           c: convert(value: \"1000\", from: \"USD\", to: \"EUR\", on: \"2009\") { rateSource rateDate }
           d: convert(value: \"1000\", from: \"USD\", to: \"EUR\", on: \"1989\") { value reasonIfNull }
           e: convert(value: \"1000\", from: \"USD\", to: \"EUR\") { value reasonIfNull }
           f: convert(value: \"655957\", from: \"XAF\", to: \"XOF\") { value rate rateSource } }",
    );
    assert_ne!(data["a"]["value"], data["b"]["value"]);
    assert_eq!(data["a"]["rateDate"], "2008-07");
    assert_eq!(data["b"]["rateDate"], "2015-03");
    assert_eq!(data["c"]["rateSource"], "ECB_ANNUAL_MEAN");
    assert_eq!(
        (&data["d"]["value"], &data["d"]["reasonIfNull"]),
        (&Value::Null, &json!("NO_RATE"))
    );
    assert_eq!(
        (&data["e"]["value"], &data["e"]["reasonIfNull"]),
        (&Value::Null, &json!("NO_DATE"))
    );
    assert_eq!(data["f"]["value"], "655957");
}

#[test]
fn shared_money_is_not_counted_for_each_recipient() {
    let data = run_query(&format!(
        "{{ mali: humanitarianContributions(filter: {{ country: \"ML\" }}) {{ totals {{ {TOTAL} }} }}
            all: humanitarianContributions(filter: {{ identifier: \"HUM-2020-SAHEL\" }}) {{ totals {{ {TOTAL} }} }}
            eutm: missionContributions(filter: {{ mission: \"EUTM-MALI\" }}) {{ totals {{ {TOTAL} }} }}
            missions: missionContributions {{ totals {{ {TOTAL} }} }} }}"
    ));
    let left_out = |list: &str, record: &str| {
        let totals = data[list]["totals"].as_array().unwrap();
        totals
            .iter()
            .flat_map(|t| t["excluded"].as_array().unwrap())
            .find(|e| e["record"] == record)
            .map(|e| e["reason"].clone())
    };
    assert_eq!(left_out("mali", "HUM-2020-SAHEL"), Some(json!("SHARED_WITH_OTHERS")));
    assert_eq!(data["all"]["totals"][0]["counted"], "8858000", "by itself it counts");
    assert_eq!(left_out("eutm", "MC-EUTM-MALI-2021-2"), Some(json!("SHARED_WITH_OTHERS")));
    assert_eq!(left_out("missions", "MC-EUTM-MALI-2021-2"), None);
    let mali =
        data["mali"]["totals"].as_array().unwrap().iter().find(|t| t["currency"] == "EUR").unwrap();
    assert_eq!(mali["upper"], Value::Null, "some of the shared money may be Mali's");
    for list in ["mali", "eutm", "missions"] {
        data[list]["totals"].as_array().unwrap().iter().for_each(assert_adds_up);
    }
}

#[test]
fn pledges_count_only_in_a_list_of_pledges() {
    let data = run_query(&format!(
        "{{ syria: humanitarianContributions(filter: {{ country: \"SY\", year: 2013 }}) {{ totals {{ {TOTAL} }} }}
            pledges: humanitarianContributions(filter: {{ country: \"SY\", year: 2013, status: PLEDGE }}) {{ totals {{ {TOTAL} }} }}
            y2016: humanitarianContributions(filter: {{ year: 2016 }}) {{ totals {{ {TOTAL} }} }} }}"
    ));
    assert_eq!(data["syria"]["totals"][0]["counted"], "5629358.24");
    assert_eq!(data["syria"]["totals"][0]["excluded"][0]["reason"], "PLEDGE");
    assert_eq!(data["pledges"]["totals"][0]["counted"], "3000000");
    assert_eq!(
        data["y2016"]["totals"][0]["counted"], "48000000",
        "the year's total holds its crises"
    );
}

#[test]
fn budgets_of_all_funders_do_not_count_for_the_donor() {
    let data = run_query(&format!(
        "{{ programmes(filter: {{ identifier: [\"BKF/025\", \"BKF/022\"] }}) {{ totals {{ {TOTAL} }} nodes {{ budgets {{ element leftOut }} participations(role: FUNDING) {{ agency {{ identifier }} money {{ value }} }} }} }} }}"
    ));
    let total = &data["programmes"]["totals"][0];
    assert_eq!(total["counted"], Value::Null);
    assert!(
        total["excluded"].as_array().unwrap().iter().all(|e| e["reason"] == "ALL_FUNDERS"),
        "{total:#}"
    );
    assert_adds_up(total);
}
