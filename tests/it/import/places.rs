//! Places and sectors that only the transactions of an activity state.

use serde_json::{Value, json};

use super::{Sandbox, xml};

/// Builds a disbursement with places and sectors of its own.
fn paid(euros: &str, inside: &str) -> String {
    xml::paid(3, euros, "AA", "BB").replace("</transaction>", &format!("{inside}</transaction>"))
}

fn sector(code: &str, vocabulary: &str) -> String {
    format!("<sector code=\"{code}\" vocabulary=\"{vocabulary}\"/>")
}

/// Imports an activity without places whose payments are for Tuvalu, for a region of the DAC, and without a recipient.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let inside = [
        xml::budget("1000", "2020-01-01", "2020-12-31", false),
        paid("30", &(xml::country("TV", "") + &sector("14031", "1"))),
        paid(
            "5",
            &("<recipient-region code=\"889\" vocabulary=\"1\"/>".to_owned() + &sector("720", "2")),
        ),
        paid("200", ""),
    ];
    let other = xml::country("NR", "") + &paid("7", "");
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            xml::activity("TX-1", "AA", &inside.concat()),
            xml::activity("TX-2", "AA", &other),
        ]),
    ));
    sandbox
}

fn found(sandbox: &Sandbox, list: &str) -> Value {
    let data = sandbox.run_query(&format!("{{ list: {list} {{ nodes {{ identifier }} }} }}"));
    data["list"]["nodes"].clone()
}

#[test]
fn programmes_match_places_and_sectors_of_their_transactions() {
    let sandbox = sandbox();
    let one = json!([{ "identifier": "TX-1" }]);
    for filter in [
        "country: \"TV\"",
        "region: \"889\"",
        "sector: \"14031\", country: \"TV\"",
        "sectorCategory: \"140\", country: \"TV\"",
        "sectorCategory: \"720\", region: \"889\"",
    ] {
        assert_eq!(
            found(&sandbox, &format!("programmes(filter: {{ {filter} }})")),
            one,
            "{filter}"
        );
        assert_eq!(
            found(&sandbox, &format!("programmes(filter: {{ {filter}, text: \"TX-1\" }})")),
            one,
            "{filter}"
        );
    }
    let data = sandbox.run_query(
        "{ sector(code: \"14031\") { programmes(filter: { country: \"TV\" }) { nodes { identifier } } }
           search(text: \"TX-1\", country: \"TV\") { nodes { __typename } } }",
    );
    assert_eq!(data["sector"]["programmes"]["nodes"], one);
    assert_eq!(data["search"]["nodes"], json!([{ "__typename": "Programme" }]));
}

#[test]
fn a_list_filtered_by_place_counts_only_its_money() {
    let sandbox = sandbox();
    let data = sandbox.run_query(
        "{ programmes(filter: { country: \"TV\" }, first: 2) {
             totals { counted lower excludedSums { reason amount } }
             nodes { transactions(filter: { country: \"TV\" }) { totals { counted } } } }
           transactions(filter: { country: \"TV\" }) { totals { counted lower upper } } }",
    );
    assert_eq!(
        data["programmes"]["totals"][0]["excludedSums"],
        json!([{ "reason": "SHARED_WITH_OTHERS", "amount": "1000" }])
    );
    assert_eq!(data["programmes"]["totals"][0]["counted"], Value::Null);
    let thirty = json!([{ "counted": "30" }]);
    assert_eq!(data["programmes"]["nodes"][0]["transactions"]["totals"], thirty);
    assert_eq!(
        data["transactions"]["totals"],
        json!([{ "counted": "30", "lower": "30", "upper": "30" }])
    );
    let data = sandbox.run_query(
        "{ transactions(filter: { programme: \"TX-1\" }) { groups(by: [COUNTRY]) { groups { keys { code absence } counted } } } }",
    );
    assert_eq!(
        data["transactions"]["groups"]["groups"],
        json!([
            { "keys": [{ "code": null, "absence": "NOT_STATED" }], "counted": "205" },
            { "keys": [{ "code": "TV", "absence": null }], "counted": "30" },
        ])
    );
}
