//! Flows across a boundary in files of publishers.

use serde_json::{Value, json};

use super::{Sandbox, xml};

/// Returns incoming, internal and once counted money of a country.
fn counted(sandbox: &Sandbox, country: &str, more: &str) -> [Option<String>; 3] {
    let data = sandbox.run_query(&format!(
        "{{ flows(boundary: {{ countries: [\"{country}\"] }}, {more}) {{
             incoming {{ counted }} internal {{ counted }} countedOnce {{ counted }} }} }}"
    ));
    ["incoming", "internal", "countedOnce"].map(|way| {
        let counted = &data["flows"][way][0]["counted"];
        counted.as_str().map(str::to_owned)
    })
}

fn texts(values: [&str; 3]) -> [Option<String>; 3] {
    values.map(|text| (!text.is_empty()).then(|| text.to_owned()))
}

#[test]
fn money_passed_on_within_a_country_is_not_incoming_again() {
    let sandbox = Sandbox::new();
    let chain = [
        xml::activity("AA-1", "AA", &(xml::country("TG", "") + &xml::paid(3, "100", "AA", "BB"))),
        xml::activity("BB-1", "BB", &(xml::country("TG", "") + &xml::paid(3, "100", "BB", "CC"))),
        // An implementer reports its receipts and expenditure.
        xml::activity(
            "WW-1",
            "WW",
            &(xml::country("GH", "")
                + &xml::paid(1, "100", "DD", "WW")
                + &xml::paid(4, "100", "WW", "")),
        ),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&chain)));
    assert_eq!(counted(&sandbox, "TG", "currency: \"EUR\""), texts(["100", "100", "100"]));
    assert_eq!(counted(&sandbox, "GH", "currency: \"EUR\""), texts(["100", "100", "100"]));
}

#[test]
fn partial_receipts_in_another_currency_match_the_payment() {
    let sandbox = Sandbox::new();
    let reports = [
        xml::activity("AA-1", "AA", &(xml::country("BJ", "") + &xml::paid(3, "100", "AA", "WW"))),
        xml::activity(
            "WW-1",
            "WW",
            &(xml::country("BJ", "")
                + &xml::paid(1, "60", "AA", "WW")
                + &xml::paid(1, "40", "AA", "WW")),
        ),
        // The receiver has no identifier there; its own activity names that of the payer.
        xml::activity(
            "CC-1",
            "CC",
            &(xml::country("SK", "") + &xml::paid(3, "100", "CC", "-Beta")),
        ),
        xml::activity(
            "BB-1",
            "BB",
            &(xml::country("SK", "")
                + &xml::paid(1, "100", "CC", "BB")
                    .replace("<provider-org ", "<provider-org provider-activity-id=\"CC-1\" ")),
        ),
        xml::activity("EE-1", "EE", &(xml::country("NE", "") + &xml::paid(3, "100", "EE", "WW"))),
        xml::activity(
            "WW-2",
            "WW",
            &(xml::country("NE", "")
                + &xml::paid(1, "100", "EE", "WW").replace("<value ", "<value currency=\"USD\" ")),
        ),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&reports)));
    assert_eq!(counted(&sandbox, "BJ", "currency: \"EUR\"")[0].as_deref(), Some("100"));
    assert_eq!(counted(&sandbox, "SK", "currency: \"EUR\"")[0].as_deref(), Some("100"));
    assert_eq!(
        counted(&sandbox, "NE", "currency: \"EUR\"")[0].as_deref(),
        Some("100"),
        "100 USD are less"
    );
    let apart = sandbox.run_query(
        "{ flows(boundary: { countries: [\"NE\"] }) { incoming { currency counted } } }",
    );
    assert_eq!(
        apart["flows"]["incoming"],
        json!([{ "currency": "EUR", "counted": "100" }, { "currency": "USD", "counted": "100" }]),
        "nothing is converted without a currency"
    );
}

/// Asserts that counted and excluded amounts equal the naive sum in the currency of the total.
fn adds_up(total: &Value) {
    let number =
        |value: &Value| value.as_str().map_or(rust_decimal::Decimal::ZERO, |t| t.parse().unwrap());
    let own = total["excludedSums"].as_array().unwrap().iter();
    let own = own.filter(|sum| sum["currency"] == total["currency"]);
    let left_out: rust_decimal::Decimal = own.map(|sum| number(&sum["amount"])).sum();
    assert_eq!(number(&total["counted"]) + left_out, number(&total["naive"]), "{total:#}");
}

#[test]
fn a_payment_for_several_countries_is_incoming_with_its_share() {
    let sandbox = Sandbox::new();
    let both = xml::country("TD", "60") + &xml::country("CF", "40");
    let undivided = xml::country("TD", "") + &xml::country("CF", "");
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            xml::activity("AA-1", "AA", &(both + &xml::paid(3, "100.01", "AA", "BB"))),
            xml::activity("AA-2", "AA", &(undivided + &xml::paid(3, "7", "AA", "BB"))),
        ]),
    ));
    for currency in ["", ", currency: \"USD\""] {
        let data = sandbox.run_query(&format!(
            "{{ flows(boundary: {{ countries: [\"TD\"] }}{currency}) {{ incoming {{ currency counted naive excludedSums {{ reason currency amount items }} }} }} }}"
        ));
        let total = &data["flows"]["incoming"][0];
        adds_up(total);
        if currency.is_empty() {
            assert_eq!(total["counted"], "60.006");
            assert_eq!(
                total["excludedSums"],
                json!([{ "reason": "SHARED_WITH_OTHERS", "currency": "EUR", "amount": "47.004", "items": 2 }])
            );
        }
    }
}

#[test]
fn development_and_humanitarian_money_are_added_only_on_request() {
    let sandbox = Sandbox::new();
    let relief =
        xml::activity("HU-2", "HU", &(xml::country("LI", "") + &xml::paid(3, "50", "HU", "RR")));
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            xml::activity(
                "HU-1",
                "HU",
                &(xml::country("LI", "") + &xml::paid(3, "100", "HU", "RR")),
            ),
            relief.replace("<iati-activity ", "<iati-activity humanitarian=\"1\" "),
        ]),
    ));
    let counted = |scope: &str| {
        let data = sandbox.run_query(&format!(
            "{{ flows(boundary: {{ countries: [\"LI\"] }}{scope}) {{ scope incoming {{ currency counted naive excludedSums {{ reason currency amount }} }} }} }}"
        ));
        adds_up(&data["flows"]["incoming"][0]);
        data["flows"].clone()
    };
    let development = counted("");
    assert_eq!(development["scope"], "DEVELOPMENT");
    let total = &development["incoming"][0];
    assert_eq!((&total["counted"], &total["naive"]), (&json!("100"), &json!("150")));
    assert_eq!(
        total["excludedSums"],
        json!([{ "reason": "OTHER_SCOPE", "currency": "EUR", "amount": "50" }])
    );
    assert_eq!(counted(", scope: HUMANITARIAN")["incoming"][0]["counted"], "50");
    assert_eq!(counted(", scope: ALL")["incoming"][0]["counted"], "150");
}

#[test]
fn a_boundary_with_an_unknown_agency_is_rejected() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("AA-1", "AA", "")])));
    let path = sandbox.write(
        "query.graphql",
        "{ flows(boundary: { agencies: [\"AA\", \"unknown-agency\"] }) { net { amount } } }",
    );
    let output = sandbox.run(&["query", path.to_str().unwrap()]);
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(response["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    assert!(
        response["errors"][0]["message"].as_str().unwrap().contains("unknown-agency"),
        "{response}"
    );
}

/// Returns incoming, outgoing and once counted money around one agency, by currency.
fn around(sandbox: &Sandbox, boundary: &str, more: &str) -> Value {
    let data = sandbox.run_query(&format!(
        "{{ flows(boundary: {{ {boundary} }}{more}) {{ incoming {{ currency counted }} outgoing {{ currency counted }} countedOnce {{ currency counted naive excludedSums {{ reason currency amount }} }} }} }}"
    ));
    for total in data["flows"]["countedOnce"].as_array().unwrap() {
        adds_up(total);
    }
    let counted = |way: &str| -> Value {
        let totals = data["flows"][way].as_array().unwrap().iter();
        totals.map(|total| json!([total["currency"], total["counted"]])).collect()
    };
    json!([counted("incoming"), counted("outgoing"), counted("countedOnce")])
}

#[test]
fn an_agency_originates_what_it_spends_beyond_its_receipts() {
    let sandbox = Sandbox::new();
    let charity = xml::country("ER", "")
        + &xml::paid(1, "10", "DN", "CH")
        + &xml::paid(4, "100", "CH", "")
        + &xml::paid(4, "5", "CH", "").replace("<value ", "<value currency=\"USD\" ");
    let rich =
        xml::country("DJ", "") + &xml::paid(1, "100", "DN", "RC") + &xml::paid(3, "10", "RC", "XX");
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            xml::activity("CH-1", "CH", &charity),
            xml::activity("RC-1", "RC", &rich),
            // The donor reports the same payment, which counts once.
            xml::activity(
                "DN-1",
                "DN",
                &(xml::country("ER", "") + &xml::paid(3, "10", "DN", "CH")),
            ),
        ]),
    ));
    assert_eq!(
        around(&sandbox, "agencies: [\"CH\"]", ""),
        json!([[["EUR", "10"]], [["EUR", "100"], ["USD", "5"]], [["EUR", "100"], ["USD", "5"]],])
    );
    assert_eq!(
        around(&sandbox, "agencies: [\"RC\"]", ""),
        json!([[["EUR", "100"]], [["EUR", "10"]], [["EUR", "100"]]])
    );
    assert_eq!(
        around(&sandbox, "agencies: [\"CH\", \"RC\"], years: [2020]", ""),
        json!([[["EUR", "110"]], [["EUR", "110"], ["USD", "5"]], [["EUR", "200"], ["USD", "5"]],])
    );
    let once = &around(&sandbox, "agencies: [\"CH\"]", ", currency: \"EUR\"")[2];
    let once: rust_decimal::Decimal = once[0][1].as_str().unwrap().parse().unwrap();
    assert!(
        once > 100.into() && once < 110.into(),
        "5 USD are spent beyond what was received: {once}"
    );
}
