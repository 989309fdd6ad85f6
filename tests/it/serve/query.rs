//! `query` and `status` on folders that are new, shared, damaged or none.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::server::{aidgraph, refused};

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
fn first_queries_at_once_are_all_answered() {
    let folder = tempfile::tempdir().unwrap();
    let start = |_| query(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let children: Vec<_> = (0..3).map(start).collect::<Result<_, _>>().unwrap();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""));
    }
}

#[test]
fn a_variable_that_the_query_does_not_declare_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |variables: &str| {
        let output = query(folder.path()).args(["--variables", variables]).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(ask("{\"country\": [\"ML\"]}"), "");
    let said = ask("{\"contry\": [\"ML\"], \"x\": 1}");
    assert_eq!(said, "warning: undeclared variables `contry`, `x`\n");
}

#[test]
fn a_seed_that_is_not_there_makes_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    let (said, code) = refused(&query(&data).args(["--seed", "/nope"]).output().unwrap());
    assert!(said.contains("/nope") && code == 1, "{said}");
    assert!(!data.exists());
}

#[test]
fn a_file_is_no_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    for output in [query(&file).output().unwrap(), status(&file)] {
        let (said, code) = refused(&output);
        assert!(said.contains("is a file, not a folder") && code == 1, "{said}");
    }
}

#[test]
fn damage_is_told_by_status_and_healed_by_a_query() {
    let folder = tempfile::tempdir().unwrap();
    assert!(query(folder.path()).output().unwrap().status.success());
    fs::write(folder.path().join("gen-000001/MANIFEST"), "{}").unwrap();
    let told = status(folder.path());
    assert_eq!(told.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert!(json["problem"].as_str().unwrap().contains("MANIFEST"), "{json}");
    assert!(json["diskUse"]["generations"].as_u64().unwrap() > 0, "{json}");
    assert!(query(folder.path()).output().unwrap().status.success());
    let told = status(folder.path());
    let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert!(told.status.success() && json["problem"].is_null(), "{json}");
}

/// The answer to a query of the standard input, with what is said beside it.
fn ask(data: &Path, text: &str, arguments: &[&str]) -> (String, String) {
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
fn a_negative_number_is_a_number_in_csv_and_a_formula_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("refund.xml"));
    fs::write(&file, REFUND).unwrap();
    let imported = aidgraph().args(["import", "--data"]).arg(&data).arg(&file).output().unwrap();
    assert!(imported.status.success(), "{imported:?}");
    let (csv, _) = ask(
        &data,
        "# rows: transactions.nodes\n{ transactions(filter: { file: \"refund.xml\" }) { nodes { programme { identifier title { value } } money { value } } } }",
        &["--format", "csv"],
    );
    assert!(csv.lines().any(|line| line == "RF-1,'=1+1,-1234.5"), "{csv}");
}

#[test]
fn what_is_cut_or_unknown_is_told_beside_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    for (text, says) in [
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
        let (_, said) = ask(folder.path(), text, &["--format", "json"]);
        assert!(said.contains(says), "{text}: {said:?}");
    }
    for text in [
        "{ programmes(first: 1) { totalCount } }",
        "{ trustFunds(first: 1000) { nodes { label } } }",
        "{ dataset { sources(first: 1000) { name } } }",
        "{ programmes { groups(by: [COUNTRY], first: 1) { totalCount } } }",
    ] {
        assert_eq!(ask(folder.path(), text, &[]).1, "", "{text}");
    }
}

#[test]
fn a_table_of_the_command_line_is_whole_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.graphql");
    let table = |text: &str, format: &str| {
        fs::write(&file, text).unwrap();
        let mut command = aidgraph();
        command.arg("query").arg(&file).args(["--format", format, "--data"]);
        let output = command.arg(folder.path().join("data")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), output.stdout, said)
    };
    let paged = "query Q($n: Int = 7, $to: String) { programmes(first: $n, after: $to) { pageInfo { hasNextPage endCursor } nodes { identifier } } }";
    let (code, csv, said) = table(paged, "csv");
    assert_eq!((code, said.as_str()), (Some(0), ""));
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
        let (code, csv, said) = table(text, "csv");
        assert_eq!((code, csv.len()), (Some(1), 0), "{text}: {said}");
        assert!(said.starts_with("aidgraph: ") && said.contains(words), "{text}: {said}");
    }
    // The part that the text asks for.
    let (code, csv, _) = table("{ programmes(first: 5) { nodes { identifier } } }", "csv");
    assert_eq!((code, String::from_utf8(csv).unwrap().lines().count()), (Some(0), 6));
}
