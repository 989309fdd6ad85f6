//! Oversized records and unnamed participants: bounds never exceed the data.

use std::path::Path;
use std::sync::Arc;

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::error::limit_of;
use aidgraph::graphql::limit::Limits;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use async_graphql::Request;
use serde_json::{Value, json};

use super::{Sandbox, xml};
use crate::support::server::{self, Server, aidgraph};

#[test]
fn money_of_an_oversized_transaction_counts_for_no_country() {
    let sandbox = Sandbox::new();
    let many = "<recipient-country code=\"ML\" percentage=\"1\"/>".repeat(20_000);
    let paid = format!(
        "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/><value value-date=\"2020-01-01\">100</value>{many}<recipient-country code=\"NE\"/></transaction>"
    );
    let (report, code) =
        sandbox.import(&sandbox.write("wide.xml", xml::file(&[xml::activity("X-1", "PP", &paid)])));
    assert_eq!(code, 0, "{report}");
    let data = sandbox.run_query(
        "{ ml: transactions(filter: { country: \"ML\" }) { ...sums } ne: transactions(filter: { country: \"NE\" }) { ...sums } }
         fragment sums on TransactionConnection { totalCount totals { lower upper excludedSums { reason } } }",
    );
    for country in ["ml", "ne"] {
        let found = &data[country];
        assert_eq!(found["totalCount"], 1, "{data}");
        let totals = &found["totals"][0];
        assert_eq!(
            (totals["lower"].as_str(), totals["upper"].as_str()),
            (Some("0"), Some("100")),
            "{data}"
        );
        assert_eq!(totals["excludedSums"][0]["reason"], "SHARED_WITH_OTHERS", "{data}");
    }
}

/// Returns the sums of the money that WFP implements in a file: counted, lower, upper and reasons of exclusion.
fn of_wfp(sandbox: &Sandbox, file: &str) -> Value {
    let data = sandbox.run_query(&format!(
        "{{ programmes(filter: {{ file: \"{file}\", agency: \"XM-DAC-41140\", role: IMPLEMENTING }}) {{
             totalCount totals {{ lower upper excludedSums {{ reason amount }} }}
             nodes {{ participations(role: IMPLEMENTING) {{ agency {{ identifier }} origin {{ line }} }} }} }}
           agencies {{ nodes {{ identifier }} }} }}"
    ));
    let agencies = data["agencies"]["nodes"].to_string();
    assert!(!agencies.contains("unnamed"), "{agencies}");
    data["programmes"].clone()
}

#[test]
fn an_unnamed_participant_is_a_separate_one_in_its_role() {
    let wfp = "<participating-org role=\"4\" ref=\"41140\"/>";
    let unnamed = "<participating-org role=\"4\"/>";
    for others in [format!("{wfp}{unnamed}"), format!("{unnamed}{wfp}{unnamed}")] {
        let sandbox = Sandbox::new();
        let inside = xml::budget("100", "2020-01-01", "2020-12-31", false) + &others;
        sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("X-1", "PP", &inside)])));
        let data = of_wfp(&sandbox, "a.xml");
        let totals = &data["totals"][0];
        assert_eq!(data["totalCount"], 1);
        assert_eq!((&totals["lower"], &totals["upper"]), (&json!("0"), &json!("100")), "{data}");
        assert_eq!(
            totals["excludedSums"],
            json!([{ "reason": "SHARED_WITH_OTHERS", "amount": "100" }])
        );
        let groups = sandbox.run_query(
            "{ programmes(filter: { file: \"a.xml\" }) { groups(by: [IMPLEMENTING_AGENCY]) { groups { keys { code absence } counted } } } }",
        );
        let groups = &groups["programmes"]["groups"]["groups"];
        assert_eq!(groups.as_array().map(Vec::len), Some(1), "{groups}");
        assert_eq!(groups[0]["keys"][0]["code"], Value::Null, "{groups}");
        let parts = data["nodes"][0]["participations"].as_array().unwrap();
        assert!(parts.iter().any(|part| part["agency"].is_null()), "{parts:?}");
    }
}

#[test]
fn invalid_currencies_are_marked_in_every_query() {
    let sandbox = Sandbox::new();
    let inside = "<budget><period-start iso-date=\"2020-01-01\"/><period-end iso-date=\"2020-12-31\"/><value currency=\"$\">5</value></budget>\
        <transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/><value currency=\"CFA\">6</value></transaction>\
        <planned-disbursement><period-start iso-date=\"2020-01-01\"/><value currency=\"ITL\">7</value></planned-disbursement>";
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("X-1", "PP", inside)])));
    let data = sandbox.run_query(
        "{ programme(identifier: \"X-1\") { budgets { money { ...all } } plannedDisbursements { money { ...all } } transactions { nodes { money { ...all } } } } }
         fragment all on Money { value currency currencyOnCodelist currencyAsPublished }",
    );
    let programme = &data["programme"];
    let money = |value: &str, currency: &str, known: bool, words: Value| json!({ "value": value, "currency": currency, "currencyOnCodelist": known, "currencyAsPublished": words });
    assert_eq!(programme["budgets"][0]["money"], money("5", "XXX", false, json!("$")), "{data}");
    let paid = &programme["transactions"]["nodes"][0]["money"];
    assert_eq!(*paid, money("6", "CFA", false, Value::Null), "{data}");
    let planned = &programme["plannedDisbursements"][0]["money"];
    assert_eq!(*planned, money("7", "ITL", true, Value::Null), "{data}");
}

/// Builds an activity with a payment of 1 EUR in each of 5,000 months, interleaved with those of another activity.
fn payments(id: &str) -> String {
    let payment = |number: u32| {
        let (year, month) = (2000 + number % 20, number % 12 + 1);
        format!(
            "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"{year}-{month:02}-01\"/><value value-date=\"2020-01-01\">1</value></transaction>"
        )
    };
    xml::activity(id, "PP", &(0..5_000).map(payment).collect::<String>())
}

/// Returns the limit that rejects a page of transactions if a response may hold only so many values.
fn limit_of_values(folder: &Path, values: usize) -> String {
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(Store::open(folder).unwrap().current().unwrap().unwrap()));
    let limits = Limits { values, ..Limits::default() };
    let service = Service::new(live, Library::embedded(), Options { limits, ..Options::default() });
    let query = "{ transactions(filter: { file: \"many.xml\" }, first: 500) { nodes { identifier label date type \
                 origin { file line } assertion money { value } } } }";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let rejected = runtime.block_on(service.execute(Request::new(query)));
    limit_of(&rejected.errors[0]).unwrap()
}

#[test]
fn an_activity_with_many_transactions_is_paged_within_the_limits() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let source = data.path().join("many.xml");
    std::fs::write(&source, xml::file(&[payments("X-1"), payments("X-2")])).unwrap();
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut import = aidgraph();
    import.arg("import").arg("--data").arg(folder.path()).arg(&source);
    assert!(import.output().unwrap().status.success());
    assert_eq!(limit_of_values(folder.path(), 3_000), "max-values");
    let server = Server::start_on(&folder, &["--max-records", "600"]);
    let run_query = |inside: &str| {
        let query = format!("{{ transactions(filter: {{ file: \"many.xml\" }}, {inside} }}");
        server.post(&json!({ "query": query }), &[])
    };
    // Sums scan the columns of all rows; a page reads its own rows only.
    let sums = "totals { counted } groups(by: [YEAR]) { groups { counted } }";
    let response = server::json(&run_query(&format!(
        "orderBy: DATE, first: 500) {{ totalCount {sums} nodes {{ identifier date }} }}"
    )));
    let list = &response["data"]["transactions"];
    assert_eq!(
        (&list["totalCount"], &list["totals"][0]["counted"]),
        (&json!(10_000), &json!("10000"))
    );
    let groups = list["groups"]["groups"].as_array().unwrap();
    assert!(
        groups.len() == 20 && groups.iter().all(|group| group["counted"] == "500"),
        "{groups:?}"
    );
    let nodes = list["nodes"].as_array().unwrap();
    let text = |node: &Value, field: &str| node[field].as_str().unwrap().to_owned();
    let dates: Vec<String> = nodes.iter().map(|node| text(node, "date")).collect();
    assert!(nodes.len() == 500 && dates.is_sorted(), "{dates:?}");
    for id in ["X-1#", "X-2#"] {
        assert!(nodes.iter().any(|node| text(node, "identifier").starts_with(id)), "{id}");
    }
    for (inside, limit) in [
        ("first: 700) { nodes { identifier } }", "max-records"),
        ("first: 10000) { nodes { identifier } }", "1000"),
    ] {
        let response = run_query(inside);
        assert!(
            response.body.contains(limit) && !response.body.contains("X-1#"),
            "{:.300}",
            response.body
        );
    }
}
