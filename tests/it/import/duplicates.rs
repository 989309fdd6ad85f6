//! One activity in several files.

use serde_json::json;

use super::Sandbox;

/// Builds a file with one activity and its transactions, updated on a date.
fn file(updated: &str, amounts: &[&str]) -> String {
    let movement = |amount: &&str| {
        format!(
            "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/>\
             <value value-date=\"2020-01-01\">{amount}</value></transaction>\n"
        )
    };
    let movements: String = amounts.iter().map(movement).collect();
    format!(
        "<iati-activities version=\"2.03\">\n<iati-activity default-currency=\"EUR\" last-updated-datetime=\"{updated}\">\n\
         <iati-identifier>XX-1-1</iati-identifier><reporting-org ref=\"XX-1\" type=\"10\"><narrative>R</narrative></reporting-org>\n\
         <title><narrative>Wells</narrative></title>\n{movements}</iati-activity></iati-activities>\n"
    )
}

const SUM: &str =
    "{ transactions(filter: { programme: \"XX-1-1\" }) { totals { currency counted } } }";

fn counted(sandbox: &Sandbox) -> String {
    sandbox.run_query(SUM)["transactions"]["totals"][0]["counted"].as_str().unwrap().to_owned()
}

#[test]
fn the_latest_version_counts_and_superseded_money_is_reported() {
    let sandbox = Sandbox::new();
    let (_, code) =
        sandbox.import(&sandbox.write("in/old.xml", file("2020-01-01", &["100", "7.5"])));
    assert_eq!(code, 0);
    // Records of an earlier file are superseded: the import reports it.
    let (report, code) =
        sandbox.import(&sandbox.write("in/new.xml", file("2021-01-01", &["100", "30"])));
    assert_eq!((code, counted(&sandbox)), (3, "130".to_owned()));
    assert_eq!(report["superseded"], json!([{ "name": "old.xml", "records": 1 }]));
    let status = sandbox.status();
    let files = status["generation"]["files"].as_array().unwrap();
    let old = files.iter().find(|file| file["name"] == "old.xml").unwrap();
    let problem = &old["ledger"]["problems"][0];
    assert_eq!(
        (problem["code"].as_str(), problem["line"].as_u64()),
        (Some("DUPLICATE_DIFFERS"), Some(2))
    );
    let message = problem["message"].as_str().unwrap();
    assert!(
        message.contains("new.xml:2")
            && message.contains("1 movement that the later version lacks: 7.5 EUR"),
        "{message}"
    );
    // The same content under another name is superseded without loss.
    let again = file("2019-01-01", &["100", "30"]);
    let (report, code) = sandbox.import(&sandbox.write("in/same.xml", again));
    assert_eq!(code, 0, "{report}");
    assert_eq!(report["files"][0]["ledger"]["counts"], json!({ "DUPLICATE_IDENTIFIER": 1 }));
}

#[test]
fn united_versions_keep_the_transactions_of_both_and_equal_ones_once() {
    let old = file("2020-01-01", &["100", "7.5", "7.5"]);
    let new = file("2021-01-01", &["100", "30", "7.5"]);
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("in/old.xml", &old));
    let path = sandbox.write("in/new.xml", &new);
    let unite = |option: &str| {
        let mut command = sandbox.command(&["import", "--json", "--duplicates", option]);
        command.arg(&path).output().unwrap().status.code()
    };
    assert_eq!(unite("unite"), Some(0));
    assert_eq!(counted(&sandbox), "145");
    let data = sandbox.run_query(
        "{ transactions(filter: { programme: \"XX-1-1\" }) { nodes { money { display } origin { file line } } } }",
    );
    let nodes = data["transactions"]["nodes"].as_array().unwrap();
    let of_old: Vec<_> = nodes.iter().filter(|n| n["origin"]["file"] == "old.xml").collect();
    assert_eq!((nodes.len(), of_old.len(), of_old[0]["origin"]["line"].as_u64()), (4, 1, Some(7)));
    // The same bytes with another option: only the counted records change, and the option is kept.
    assert_eq!(unite("latest"), Some(3));
    assert_eq!(counted(&sandbox), "137.5");
    assert_eq!(unite("sometimes"), Some(2));
}
