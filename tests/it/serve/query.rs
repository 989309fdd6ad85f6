//! `query` and `status` on new, shared, damaged and invalid folders.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::server::{aidgraph, rejected};

const QUERY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/queries/icp-history.graphql");

fn query(data: &Path) -> Command {
    let mut command = aidgraph();
    command.args(["query", QUERY, "--data"]).arg(data);
    command
}

fn status(data: &Path) -> Output {
    aidgraph().args(["status", "--json", "--data"]).arg(data).output().unwrap()
}

#[test]
fn concurrent_first_queries_all_succeed() {
    let folder = tempfile::tempdir().unwrap();
    let start = |_| query(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let children: Vec<_> = (0..3).map(start).collect::<Result<_, _>>().unwrap();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), message.as_ref()), (Some(0), ""));
    }
}

#[test]
fn undeclared_variables_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let run_query = |variables: &str| {
        let output = query(folder.path()).args(["--variables", variables]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(run_query("{\"country\": [\"ML\"]}"), "");
    let message = run_query("{\"contry\": [\"ML\"], \"x\": 1}");
    assert_eq!(message, "warning: undeclared variables `contry`, `x`\n");
}

#[test]
fn a_missing_seed_creates_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    let (message, code) = rejected(&query(&data).args(["--seed", "/nope"]).output().unwrap());
    assert!(message.contains("/nope") && code == 1, "{message}");
    assert!(!data.exists());
}

#[test]
fn a_file_is_rejected_as_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    for output in [query(&file).output().unwrap(), status(&file)] {
        let (message, code) = rejected(&output);
        assert!(message.contains("is a file, not a folder") && code == 1, "{message}");
    }
}

#[test]
fn damage_is_reported_by_status_and_repaired_by_a_query() {
    let folder = tempfile::tempdir().unwrap();
    assert!(query(folder.path()).output().unwrap().status.success());
    fs::write(folder.path().join("gen-000001/MANIFEST"), "{}").unwrap();
    let output = status(folder.path());
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(json["problem"].as_str().unwrap().contains("MANIFEST"), "{json}");
    assert!(json["diskUse"]["generations"].as_u64().unwrap() > 0, "{json}");
    assert!(query(folder.path()).output().unwrap().status.success());
    let output = status(folder.path());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success() && json["problem"].is_null(), "{json}");
}

/// Runs a query from standard input, and returns standard output and standard error.
fn run_query(data: &Path, text: &str, arguments: &[&str]) -> (String, String) {
    let mut command = aidgraph();
    command.args(["query", "-", "--data"]).arg(data).args(arguments);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

const REFUND: &str = r#"<iati-activities version="2.03">
  <iati-activity default-currency="USD">
    <iati-identifier>RF-1</iati-identifier>
    <reporting-org ref="RF" type="10"><narrative>Reporter</narrative></reporting-org>
    <title><narrative>=1+1</narrative></title>
    <recipient-country code="ML"/>
    <transaction><transaction-type code="3"/><transaction-date iso-date="2020-01-01"/><value value-date="2020-01-01">-1234.5</value></transaction>
  </iati-activity>
</iati-activities>"#;

#[test]
fn negative_numbers_are_numbers_in_csv_and_formulas_are_escaped() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("refund.xml"));
    fs::write(&file, REFUND).unwrap();
    let imported = aidgraph().args(["import", "--data"]).arg(&data).arg(&file).output().unwrap();
    assert!(imported.status.success(), "{imported:?}");
    let (csv, _) = run_query(
        &data,
        "# rows: transactions.nodes\n{ transactions(filter: { file: \"refund.xml\" }) { nodes { programme { identifier title { value } } money { value } } } }",
        &["--format", "csv"],
    );
    assert!(csv.lines().any(|line| line == "RF-1,'=1+1,-1234.5"), "{csv}");
}

#[test]
fn truncated_lists_and_unknown_codes_are_reported_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in [
        ("{ programmes(first: 1) { nodes { label } } }", "a part of `programmes`"),
        ("{ programmes(last: 1) { edges { cursor } } }", "a part of `programmes`"),
        (
            "{ c: countries(first: 1000) { nodes { t: programmes(first: 1) { nodes { id } } } } }",
            "a part of `c.nodes.t`",
        ),
        ("{ dataset { sources(first: 1) { name } } }", "a part of `dataset.sources`"),
        (
            "{ programmes { groups(by: [COUNTRY], first: 1) { groups { items } } } }",
            "a part of `programmes.groups`",
        ),
        ("{ search(text: \"mali\", first: 1) { nodes { __typename } } }", "a part of `search`"),
        ("{ programmes(filter: { country: \"ZZ\" }) { totalCount } }", "no country `ZZ`"),
    ] {
        let (_, message) = run_query(folder.path(), text, &["--format", "json"]);
        assert!(message.contains(expected), "{text}: {message:?}");
    }
    for text in [
        "{ programmes(first: 1) { totalCount } }",
        "{ trustFunds(first: 1000) { nodes { label } } }",
        "{ dataset { sources(first: 1000) { name } } }",
        "{ programmes { groups(by: [COUNTRY], first: 1) { totalCount } } }",
    ] {
        assert_eq!(run_query(folder.path(), text, &[]).1, "", "{text}");
    }
}

#[test]
fn a_table_on_the_command_line_is_complete_or_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.graphql");
    let table = |text: &str, format: &str| {
        fs::write(&file, text).unwrap();
        let mut command = aidgraph();
        command.arg("query").arg(&file).args(["--format", format, "--data"]);
        let output = command.arg(folder.path().join("data")).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), output.stdout, message)
    };
    let paged = "query Q($n: Int = 7, $to: String) { programmes(first: $n, after: $to) { pageInfo { hasNextPage endCursor } nodes { identifier } } }";
    let (code, csv, message) = table(paged, "csv");
    assert_eq!((code, message.as_str()), (Some(0), ""));
    let rows = String::from_utf8(csv).unwrap().lines().count() - 1;
    assert!(rows > 100, "{rows}");
    let (code, lines, _) = table(paged, "ndjson");
    assert_eq!((code, String::from_utf8(lines).unwrap().lines().count()), (Some(0), rows));
    for (text, words) in [
        ("{ programmes { nodes { identifier } } }", "programmes.csv"),
        ("query Q($n: Int = 7) { programmes(first: $n) { nodes { identifier } } }", "`n`"),
        (
            "{ programmes(first: 5) { nodes { identifier sectors { sector { code } } } } }",
            "# join: list",
        ),
    ] {
        let (code, csv, message) = table(text, "csv");
        assert_eq!((code, csv.len()), (Some(1), 0), "{text}: {message}");
        assert!(message.starts_with("aidgraph: ") && message.contains(words), "{text}: {message}");
    }
    // The page that the text requests.
    let (code, csv, _) = table("{ programmes(first: 5) { nodes { identifier } } }", "csv");
    assert_eq!((code, String::from_utf8(csv).unwrap().lines().count()), (Some(0), 6));
}
