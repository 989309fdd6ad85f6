//! Organisations with several identifiers.

use std::fmt::Write as _;

use serde_json::json;

use super::Sandbox;

/// Builds an activity with a reporter and implementers; `before` is the former identifier of the reporter.
fn activity(id: &str, reporter: &str, before: Option<&str>, implementing: &[&str]) -> String {
    let mut xml = format!(
        "<iati-activity default-currency=\"EUR\" xml:lang=\"en\"><iati-identifier>{id}</iati-identifier>\
         <reporting-org ref=\"{reporter}\" type=\"10\"><narrative>The reporter {reporter}</narrative></reporting-org>\
         <title><narrative>Wells</narrative></title>"
    );
    if let Some(before) = before {
        let _ = write!(xml, "<other-identifier ref=\"{before}\" type=\"B1\"/>");
    }
    for agency in implementing {
        let _ = write!(
            xml,
            "<participating-org role=\"4\" type=\"40\" ref=\"{agency}\"><narrative>WFP {id}</narrative></participating-org>"
        );
    }
    xml.push_str(
        "<transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-02-03\"/>\
         <value value-date=\"2020-02-03\">10</value></transaction></iati-activity>\n",
    );
    xml
}

fn file(activities: &[String]) -> String {
    format!("<iati-activities version=\"2.03\">\n{}</iati-activities>\n", activities.concat())
}

#[test]
fn a_reporter_and_its_former_identifier_are_one_agency() {
    let sandbox = Sandbox::new();
    // The former agency declares its successor, too: both reported under their identifiers.
    let old = |after| file(&[activity("A-1", "GB-1", after, &["41140"])]);
    let new = file(&[activity("B-1", "GB-GOV-1", Some("GB-1"), &["XM-DAC-41140", "XX-9"])]);
    sandbox.import(&sandbox.write("in/old.xml", old(None)));
    let apart = sandbox.run_query("{ agency(identifier: \"GB-1\") { identifier } }");
    assert_eq!(apart["agency"]["identifier"], "GB-1");
    sandbox.import(&sandbox.write("in/new.xml", new));
    let apart = sandbox.run_query("{ agency(identifier: \"GB-1\") { identifier name { value } } }");
    assert_eq!(
        apart["agency"],
        json!({ "identifier": "GB-1", "name": { "value": "The reporter GB-1" } }),
        "a claim does not take over a reporter"
    );
    sandbox.import(&sandbox.write("in/old.xml", old(Some("GB-GOV-1"))));
    let data = sandbox.run_query(
        "{ agency(identifier: \"GB-1\") { identifier identifiers aliases name { value } }
           programmes(filter: { reporter: \"GB-1\" }) { nodes { identifier } }
           search(text: \"GB-1\", kinds: [AGENCY]) { nodes { label } } }",
    );
    assert_eq!(
        data["agency"],
        json!({ "identifier": "GB-1", "identifiers": ["GB-GOV-1"], "aliases": ["The reporter GB-GOV-1"], "name": { "value": "The reporter GB-1" } })
    );
    assert_eq!(
        data["programmes"]["nodes"],
        json!([{ "identifier": "A-1" }, { "identifier": "B-1" }])
    );
    assert_eq!(data["search"]["nodes"], json!([{ "label": "The reporter GB-1" }]));
}

#[test]
fn groups_divide_by_agency_and_channel() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write(
        "in/a.xml",
        file(&[
            activity("A-1", "XX", None, &["41140"]),
            activity("A-2", "XX", None, &["XM-DAC-41140"]),
            activity("A-3", "XX", None, &["XM-DAC-41140", "XX-9"]),
            activity("A-4", "XX", None, &[]),
        ]),
    ));
    let data = sandbox.run_query(
        "{ transactions(filter: { programme: [\"A-1\", \"A-2\", \"A-3\", \"A-4\"] }) {
             agency: groups(by: [IMPLEMENTING_AGENCY], orderBy: KEY) { groups { keys { code absence name { value } } total: lower } }
             channel: groups(by: [CHANNEL], orderBy: KEY) { groups { keys { code absence } total: lower } }
             funding: groups(by: [FUNDING_AGENCY], orderBy: KEY) { groups { keys { code absence } total: lower } } } }",
    );
    let list = &data["transactions"];
    // Codes and published identifiers of a channel are one agency; undivided money is shared.
    assert_eq!(
        list["agency"]["groups"],
        json!([
            { "keys": [{ "code": "XM-DAC-41140", "absence": null, "name": { "value": "World Food Programme" } }], "total": "20" },
            { "keys": [{ "code": null, "absence": "UNDIVIDED", "name": null }], "total": "10" },
            { "keys": [{ "code": null, "absence": "NOT_STATED", "name": null }], "total": "10" },
        ])
    );
    assert_eq!(
        list["channel"]["groups"],
        json!([
            { "keys": [{ "code": "MULTILATERAL", "absence": null }], "total": "30" },
            { "keys": [{ "code": null, "absence": "NOT_STATED" }], "total": "10" },
        ])
    );
    assert_eq!(
        list["funding"]["groups"],
        json!([{ "keys": [{ "code": null, "absence": "NOT_STATED" }], "total": "40" }])
    );
}

/// Builds an activity whose reporter has a name and names another organisation.
fn naming(id: &str, reporter: &str, own: &str, other: (&str, &str)) -> String {
    let (reference, name) = other;
    format!(
        "<iati-activity default-currency=\"EUR\"><iati-identifier>{id}</iati-identifier>\
         <reporting-org ref=\"{reporter}\" type=\"40\"><narrative>{own}</narrative></reporting-org>\
         <title><narrative>Wells</narrative></title>\
         <participating-org role=\"4\" ref=\"{reference}\"><narrative>{name}</narrative></participating-org></iati-activity>\n"
    )
}

#[test]
fn an_organisation_has_its_own_name_or_the_most_frequent_one() {
    let others = |name: &str, number: u32| {
        naming(&format!("A-{number}"), "XX-8", "Donor", ("XX-7", name))
            + &naming(&format!("B-{number}"), "XX-8", "Donor", ("XX-9", name))
    };
    let files = [
        ("in/a.xml", file(&[others("nan", 1), others("A short name", 2)])),
        ("in/b.xml", file(&[naming("C-1", "XX-7", "Test bank", ("XX-8", "Donor"))])),
        ("in/c.xml", file(&[others("Long name", 3), others("Long name", 4)])),
    ];
    let question = "{ itself: agency(identifier: \"XX-7\") { label aliases } most: agency(identifier: \"XX-9\") { label } }";
    for order in [[0, 1, 2], [2, 1, 0]] {
        let sandbox = Sandbox::new();
        for at in order {
            sandbox.import(&sandbox.write(files[at].0, &files[at].1));
        }
        assert_eq!(
            sandbox.run_query(question),
            json!({
                "itself": { "label": "Test bank", "aliases": ["Long name", "A short name"] },
                "most": { "label": "Long name" },
            })
        );
    }
}
