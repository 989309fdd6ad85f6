//! Effects of an import on the current data.

use std::fs;
use std::io::Write as _;

use serde_json::{Value, json};

use super::{Activity, Sandbox, WELLS, file};

const PROGRAMME: &str =
    "{ programme(identifier: \"XX-1\") { title { value } report { transactionCount } } }";

#[test]
fn an_imported_activity_has_all_its_parts() {
    let sandbox = Sandbox::new();
    let (report, code) = sandbox.import(&sandbox.write("in/a.xml", file(&[WELLS])));
    assert_eq!(code, 0, "{report}");
    assert_eq!(report["files"][0]["fate"], "ADDED");
    let data = sandbox.run_query(
        "{ programme(identifier: \"XX-1\") { kind status origin { file line }
             report { standard reporter { label } } descriptions { text { value } origin { line } }
             country { code } sectors { code { code name { value(languages: [FR]) } } sector { code } }
             transactions(orderBy: DATE) { totalCount nodes { identifier type money { value currency } receiver { identifier name { value } aliases } origin { file line } programme { identifier } } }
           }
           transactions(filter: { country: \"ML\", sectorCategory: \"140\", receiver: \"XM-DAC-41140\" }) { totalCount nodes { identifier } }
           programmes(filter: { reporter: \"XX\", file: \"a.xml\" }) { nodes { identifier } }
           transaction(identifier: \"XX-1#2\") { money { value } } }",
    );
    let programme = &data["programme"];
    assert_eq!(programme["kind"], "ACTIVITY");
    assert_eq!(programme["origin"], json!({ "file": "a.xml", "line": 3 }));
    assert_eq!(programme["report"]["reporter"]["label"], "Reporter");
    assert_eq!(programme["descriptions"][0]["text"]["value"], "Deep ones.");
    assert_eq!(programme["descriptions"][0]["origin"]["line"], 7);
    assert_eq!(programme["sectors"][0]["sector"]["code"], "14031");
    assert!(programme["sectors"][0]["code"]["name"]["value"].is_string());
    let first = &programme["transactions"]["nodes"][0];
    assert_eq!(first["identifier"], "XX-1#1");
    assert_eq!(first["money"], json!({ "value": "100.50", "currency": "EUR" }));
    assert_eq!(first["origin"], json!({ "file": "a.xml", "line": 10 }));
    assert_eq!(first["programme"]["identifier"], "XX-1");
    // The agency is in the seed; its name in the file becomes an alias.
    assert_eq!(first["receiver"]["name"]["value"], "World Food Programme");
    assert!(first["receiver"]["aliases"].as_array().unwrap().contains(&json!("WFP Mali")));
    let found: Vec<&Value> = data["transactions"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["identifier"])
        .collect();
    assert_eq!(found, ["XX-1#1", "XX-1#2"]);
    assert_eq!(data["programmes"]["nodes"], json!([{ "identifier": "XX-1" }]));
    assert_eq!(data["transaction"]["money"]["value"], "50");
}

#[test]
fn importing_the_same_bytes_again_changes_nothing() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("in/a.xml", file(&[WELLS]));
    let (first, _) = sandbox.import(&path);
    let (again, code) = sandbox.import(&path);
    assert_eq!((again["files"][0]["fate"].as_str(), code), (Some("UNCHANGED"), 0));
    assert_eq!(again["dataVersion"], first["dataVersion"]);
    assert_eq!(again["generation"], first["generation"]);
    let (other, _) = sandbox.import(&sandbox.write("in/b.xml", file(&[WELLS])));
    assert_eq!(other["files"][0]["fate"], "KNOWN");
    assert_eq!(other["files"][0]["knownAs"], "a.xml");
    assert_eq!(other["generation"], first["generation"]);
}

#[test]
fn a_newer_version_replaces_the_older_and_a_removal_drops_it() {
    let sandbox = Sandbox::new();
    let (before, _) = sandbox.import(&sandbox.write("in/a.xml", file(&[WELLS])));
    let (report, _) = sandbox.import(
        &sandbox.write("in/a.xml", file(&[Activity { title: "Pumps", paid: &["1"], ..WELLS }])),
    );
    assert_eq!(report["files"][0]["fate"], "REPLACED");
    let programme = &sandbox.run_query(PROGRAMME)["programme"];
    assert_eq!(programme["title"]["value"], "Pumps");
    assert_eq!(programme["report"]["transactionCount"], 1);
    assert_eq!(
        fs::read_dir(sandbox.data().join("parsed")).unwrap().count(),
        1,
        "the old version is dropped"
    );
    let output = sandbox.run(&["remove", "--json", "a.xml"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(sandbox.run_query(PROGRAMME)["programme"], Value::Null);
    let output = sandbox.run(&["remove", "a.xml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no file called a.xml"));
    // The first version again gives the first data again.
    let (again, _) = sandbox.import(&sandbox.write("in/a.xml", file(&[WELLS])));
    assert_eq!(again["dataVersion"], before["dataVersion"]);
}

#[test]
fn the_later_of_two_versions_counts_in_any_import_order() {
    for names in [["a.xml", "b.xml"], ["b.xml", "a.xml"]] {
        let sandbox = Sandbox::new();
        sandbox.import(&sandbox.write(
            &format!("in/{}", names[0]),
            file(&[Activity { title: "Later", updated: "2021-01-01", ..WELLS }]),
        ));
        let (report, _) =
            sandbox.import(&sandbox.write(&format!("in/{}", names[1]), file(&[WELLS])));
        assert_eq!(sandbox.run_query(PROGRAMME)["programme"]["title"]["value"], "Later");
        assert_eq!(
            report["counts"]["Transaction"].as_u64().unwrap() - 14,
            2,
            "those of the other do not count"
        );
        let status = sandbox.status();
        let files = status["generation"]["files"].as_array().unwrap();
        let older = files.iter().find(|f| f["name"] == names[1]).unwrap();
        assert_eq!(
            (older["ledger"]["accepted"].as_u64(), older["ledger"]["duplicate"].as_u64()),
            (Some(0), Some(1))
        );
        assert_eq!(older["ledger"]["problems"][0]["code"], "DUPLICATE_DIFFERS");
        // The report and `status` have the same ledger.
        assert_eq!(report["files"][0]["ledger"], older["ledger"]);
        // After removal of the later version the other one counts.
        sandbox.run(&["remove", names[0]]);
        assert_eq!(sandbox.run_query(PROGRAMME)["programme"]["title"]["value"], "Wells in Ségou");
    }
}

#[test]
fn folders_compressed_files_and_standard_input_are_imported() {
    let sandbox = Sandbox::new();
    let activity = |id| file(&[Activity { id, ..WELLS }]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(activity("XX-2").as_bytes()).unwrap();
    sandbox.write("in/deep/b.xml.gz", gzip.finish().unwrap());
    sandbox.write("in/c.xml.zst", zstd::encode_all(activity("XX-3").as_bytes(), 1).unwrap());
    sandbox.write("in/.hidden", "nothing");
    sandbox.write("in/a.xml", activity("XX-1"));
    let (report, code) = sandbox.import(&sandbox.path("in"));
    let names: Vec<&str> =
        report["files"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
    assert_eq!((names, code), (vec!["a.xml", "c.xml", "deep/b.xml"], 0));

    let mut command = sandbox.command(&["import", "--name", "piped.xml", "-"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(activity("XX-4").as_bytes()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    let data = sandbox.run_query("{ programmes(filter: { reporter: \"XX\" }) { totalCount } }");
    assert_eq!(data["programmes"]["totalCount"], 4);
}

#[test]
fn quoted_patterns_match_files_and_literal_names_take_precedence() {
    let sandbox = Sandbox::new();
    for (name, id) in [("a.xml", "XX-1"), ("b.xml", "XX-2"), ("[c].xml", "XX-3")] {
        sandbox.write(&format!("in/{name}"), file(&[Activity { id, ..WELLS }]));
    }
    let names = |report: &Value| -> Vec<String> {
        let files = report["files"].as_array().unwrap().iter();
        files.map(|file| file["name"].as_str().unwrap().to_owned()).collect()
    };
    let (report, code) = sandbox.import(&sandbox.path("in/[ab].x*"));
    assert_eq!((names(&report), code), (vec!["a.xml".to_owned(), "b.xml".to_owned()], 0));
    let (report, code) = sandbox.import(&sandbox.path("in/[c].xml"));
    assert_eq!((names(&report), code), (vec!["[c].xml".to_owned()], 0));
    let output = sandbox.run(&["import", sandbox.path("in/*.json").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("no file matches the pattern"), "{message}");
}

#[test]
fn a_lost_or_damaged_segment_is_written_again() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("in/a.xml", file(&[WELLS])));
    let parsed = sandbox.data().join("parsed");
    let segment = fs::read_dir(&parsed).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[40] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let (_, code) =
        sandbox.import(&sandbox.write("in/b.xml", file(&[Activity { id: "XX-2", ..WELLS }])));
    assert_eq!(code, 0);
    assert_eq!(sandbox.run_query(PROGRAMME)["programme"]["title"]["value"], "Wells in Ségou");
    fs::remove_dir_all(&parsed).unwrap();
    let (report, code) =
        sandbox.import(&sandbox.write("in/c.xml", file(&[Activity { id: "XX-3", ..WELLS }])));
    assert_eq!((report["counts"]["Transaction"].as_u64(), code), (Some(14 + 6), 0));
}

#[test]
fn a_receipt_that_matches_a_payment_is_not_counted_again() {
    let sandbox = Sandbox::new();
    let receipt = "<transaction><transaction-type code=\"1\"/><transaction-date iso-date=\"2020-03-01\"/>\
        <value value-date=\"2020-03-01\">50</value><provider-org ref=\"XX\"/><receiver-org ref=\"YY\"/></transaction>";
    let paid = file(&[WELLS]).replace("XM-DAC-41140", "YY");
    let reported = file(&[Activity { id: "YY-1", paid: &[], ..WELLS }])
        .replace("ref=\"XX\" type", "ref=\"YY\" type")
        .replace("</iati-activity>", &format!("{receipt}</iati-activity>"));
    sandbox.import(&sandbox.write("a.xml", paid));
    sandbox.import(&sandbox.write("b.xml", reported));
    let data = sandbox.run_query(
        "{ yy: flows(boundary: { agencies: [\"YY\"] }) { incoming { currency counted naive excludedSums { reason amount items } } }
           xx: flows(boundary: { agencies: [\"XX\"] }, currency: \"EUR\") { outgoing { counted excludedSums { reason amount } } incoming { counted } } }",
    );
    let incoming = &data["yy"]["incoming"][0];
    assert_eq!(
        (incoming["counted"].as_str(), incoming["naive"].as_str()),
        (Some("150.5"), Some("200.5"))
    );
    assert_eq!(
        incoming["excludedSums"],
        json!([{ "reason": "RECEIPT_OF_COUNTED_DISBURSEMENT", "amount": "50", "items": 1 }])
    );
    assert_eq!(data["xx"]["outgoing"][0]["counted"], "150.5");
    sandbox.run(&["remove", "a.xml"]);
    let data =
        sandbox.run_query("{ flows(boundary: { agencies: [\"YY\"] }) { incoming { counted } } }");
    assert_eq!(data["flows"]["incoming"][0]["counted"], "50", "alone it counts");
}

#[test]
fn reports_of_secondary_reporters_do_not_count_as_flows() {
    let sandbox = Sandbox::new();
    let reported =
        file(&[WELLS]).replace("ref=\"XX\" type", "ref=\"XX\" secondary-reporter=\"1\" type");
    sandbox.import(&sandbox.write("a.xml", reported));
    let data = sandbox.run_query(
        "{ flows(boundary: { agencies: [\"XX\"] }) { outgoing { counted naive excludedSums { reason amount } } } }",
    );
    let outgoing = &data["flows"]["outgoing"][0];
    assert_eq!((outgoing["counted"].as_str(), outgoing["naive"].as_str()), (None, Some("150.5")));
    assert_eq!(
        outgoing["excludedSums"],
        json!([{ "reason": "SECONDARY_REPORTER", "amount": "150.5" }])
    );
}

#[test]
fn an_empty_boundary_is_rejected() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    let path =
        sandbox.write("query.graphql", "{ flows(boundary: { years: [2020] }) { net { amount } } }");
    let output = sandbox.run(&["query", path.to_str().unwrap()]);
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(response["errors"][0]["message"], "`boundary` needs `agencies` or `countries`");
}
