//! Published words that are kept: names, dates, levels and former countries.

use serde_json::json;

use super::{Sandbox, xml};

#[test]
fn activities_are_filtered_by_planned_and_actual_dates_and_unknown_dates_never_match() {
    let sandbox = Sandbox::new();
    let date =
        |number: u8, day: &str| format!("<activity-date type=\"{number}\" iso-date=\"{day}\"/>");
    let all = [
        xml::activity("A", "PP", &(date(1, "2011-01-11") + &date(2, "2012-02-02"))),
        xml::activity("B", "PP", &(date(1, "2015-05-05") + &date(3, "2016-06-06"))),
        xml::activity("C", "PP", &date(1, "2011")),
        xml::activity("D", "PP", ""),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    let found = sandbox.run_query(
        "{ from: programmes(filter: { file: \"a.xml\", plannedStart: { from: \"2011-01-01\", to: \"2011-12-31\" } }) { nodes { identifier } }
           part: programmes(filter: { file: \"a.xml\", plannedStart: { from: \"2011-01-02\" } }) { nodes { identifier } }
           known: programmes(filter: { file: \"a.xml\", plannedStart: {} }) { totalCount }
           actual: programmes(filter: { file: \"a.xml\", actualStart: { to: \"2020-01-01\" } }) { nodes { identifier report { planned { start } actual { start end } } } }
           ends: programmes(filter: { file: \"a.xml\", plannedEnd: { from: \"2016-06-06\" }, not: { actualEnd: {} } }) { nodes { identifier } } }",
    );
    assert_eq!(found["from"]["nodes"], json!([{ "identifier": "A" }, { "identifier": "C" }]));
    // A date that is only a year matches only if the whole year does.
    assert_eq!(found["part"]["nodes"], json!([{ "identifier": "A" }, { "identifier": "B" }]));
    assert_eq!(found["known"]["totalCount"], 3);
    let report = json!({ "planned": { "start": "2011-01-11" }, "actual": { "start": "2012-02-02", "end": null } });
    assert_eq!(found["actual"]["nodes"], json!([{ "identifier": "A", "report": report }]));
    assert_eq!(found["ends"]["nodes"], json!([{ "identifier": "B" }]));
}

#[test]
fn a_former_country_is_kept_with_its_name_and_reported() {
    let sandbox = Sandbox::new();
    let all = [
        xml::activity("A", "PP", "<recipient-country code=\"AN\"/>"),
        xml::activity("B", "PP", "<recipient-country code=\"YUG\"/>"),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    let data = sandbox.run_query(
        "{ programmes(filter: { country: [\"AN\", \"YU\"] }) { nodes { recipients { country { code name { value } withdrawn successors { code } } } } }
           mali: country(code: \"ML\") { withdrawn successors { code } }
           dataset { sources(name: [\"a.xml\"]) { ledger { problems { code value } } } } }",
    );
    let nodes = &data["programmes"]["nodes"];
    let successors =
        |codes: &[&str]| codes.iter().map(|code| json!({ "code": code })).collect::<Vec<_>>();
    let country = |at: usize| &nodes[at]["recipients"][0]["country"];
    assert_eq!(
        country(0),
        &json!({ "code": "AN", "name": { "value": "Netherlands Antilles" }, "withdrawn": "2010",
                 "successors": successors(&["BQ", "CW", "SX"]) })
    );
    assert_eq!((&country(1)["code"], &country(1)["withdrawn"]), (&json!("YU"), &json!("2003")));
    assert_eq!(data["mali"], json!({ "withdrawn": null, "successors": [] }));
    let problems = data["dataset"]["sources"][0]["ledger"]["problems"].as_array().unwrap();
    let problems_found: Vec<_> =
        problems.iter().filter(|problem| problem["code"] == "WITHDRAWN_CODE").collect();
    assert_eq!(problems_found.len(), 2, "{problems:?}");
}

#[test]
fn organisations_keep_the_name_of_each_activity() {
    let sandbox = Sandbox::new();
    let inside = "<participating-org ref=\"XX-9\" role=\"1\"><narrative>The Fund of ours</narrative></participating-org>\
        <participating-org ref=\"XX-8\" role=\"4\"/>\
        <transaction><transaction-type code=\"3\"/><transaction-date iso-date=\"2020-01-01\"/><value currency=\"EUR\">1</value>\
        <provider-org ref=\"XX-9\"><narrative>The same fund</narrative><narrative xml:lang=\"fr\">Le même fonds</narrative></provider-org><receiver-org ref=\"XX-8\"/></transaction>";
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("A", "PP", inside)])));
    let data = sandbox.run_query(
        "{ programme(identifier: \"A\") { participations { role nameAsPublished { value } }
             transactions { nodes { providerNameAsPublished { value forms { text } } receiverNameAsPublished { value } } } } }",
    );
    let parts = data["programme"]["participations"].as_array().unwrap();
    let name = |role: &str| &parts.iter().find(|p| p["role"] == role).unwrap()["nameAsPublished"];
    assert_eq!(name("FUNDING"), &json!({ "value": "The Fund of ours" }));
    assert!(name("IMPLEMENTING").is_null());
    let paid = &data["programme"]["transactions"]["nodes"][0];
    assert_eq!(paid["providerNameAsPublished"]["value"], "The same fund");
    assert_eq!(paid["providerNameAsPublished"]["forms"].as_array().unwrap().len(), 2);
    assert!(paid["receiverNameAsPublished"].is_null());
}

#[test]
fn budgets_of_organisations_keep_the_printed_recipient() {
    let sandbox = Sandbox::new();
    let budget = |kind: &str, inside: &str| {
        format!(
            "<{kind}><period-start iso-date=\"2020-01-01\"/>{inside}<value currency=\"EUR\">1</value></{kind}>"
        )
    };
    let budgets = budget(
        "recipient-org-budget",
        "<recipient-org ref=\"41140\"><narrative>WFP, as we say</narrative></recipient-org>",
    ) + &budget(
        "recipient-country-budget",
        "<recipient-country code=\"ML\"><narrative>Malian Republic</narrative></recipient-country>",
    ) + &budget(
        "recipient-region-budget",
        "<recipient-region vocabulary=\"99\" code=\"S1\"><narrative>Our Sahel</narrative></recipient-region>",
    ) + &budget("total-budget", "");
    let text = format!(
        "<iati-organisations version=\"2.03\"><iati-organisation xml:lang=\"en\"><organisation-identifier>XX-7</organisation-identifier>\
         <name><narrative>Seven</narrative></name>{budgets}</iati-organisation></iati-organisations>"
    );
    sandbox.import(&sandbox.write("o.xml", text));
    let data = sandbox.run_query(
        "{ agency(identifier: \"XX-7\") { budgets { kind recipient recipientNameAsPublished { value } } } }",
    );
    let mut found: Vec<_> = data["agency"]["budgets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| (b["recipient"].as_str(), b["recipientNameAsPublished"]["value"].as_str()))
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (None, None),
            (Some("41140"), Some("WFP, as we say")),
            (Some("ML"), Some("Malian Republic")),
            (Some("S1"), Some("Our Sahel"))
        ]
    );
}

#[test]
fn the_hierarchy_defaults_to_1_since_version_2_01_and_is_unknown_before() {
    let sandbox = Sandbox::new();
    for (name, version) in [("new.xml", "2.01"), ("old.xml", "1.05")] {
        let text = format!(
            "<iati-activities version=\"{version}\"><iati-activity default-currency=\"EUR\"><iati-identifier>{name}</iati-identifier></iati-activity>\
             <iati-activity hierarchy=\"2\"><iati-identifier>two-{name}</iati-identifier></iati-activity></iati-activities>"
        );
        sandbox.import(&sandbox.write(name, text));
    }
    let data = sandbox.run_query(
        "{ first: programmes(filter: { hierarchy: 1 }) { nodes { identifier report { hierarchy } } }
           second: programmes(filter: { hierarchy: 2 }) { totalCount }
           old: programme(identifier: \"old.xml\") { report { hierarchy } } }",
    );
    assert_eq!(
        data["first"]["nodes"],
        json!([{ "identifier": "new.xml", "report": { "hierarchy": 1 } }])
    );
    assert_eq!(data["second"]["totalCount"], 2);
    assert!(data["old"]["report"]["hierarchy"].is_null());
}
