//! Totals of lists: money that several records report counts once.

use serde_json::{Value, json};

use super::{Sandbox, xml};

/// Returns the counted budgets of a country, and the exclusions with their reasons.
fn budgets(sandbox: &Sandbox, country: &str, more: &str) -> (Value, Value) {
    let data = sandbox.run_query(&format!(
        "{{ programmes(filter: {{ country: \"{country}\" }}) {{ totals{more} {{ currency counted naive excludedSums {{ reason amount }} }} }} }}"
    ));
    let totals = &data["programmes"]["totals"];
    let of = |field: &str| {
        let all = totals.as_array().unwrap().iter();
        Value::Array(all.map(|total| total[field].clone()).collect())
    };
    (of("counted"), of("excludedSums"))
}

#[test]
fn a_child_named_only_by_its_parent_is_a_child() {
    let sandbox = Sandbox::new();
    let euros = |euros: &str| {
        xml::country("UG", "") + &xml::budget(euros, "2020-01-01", "2020-12-31", false)
    };
    let activity = |id: &str, more: String| xml::activity(id, "PP", &more);
    let all = [
        // Its child precedes it, follows it, or is in another file.
        activity(
            "P",
            euros("100") + &xml::related("A", 2) + &xml::related("Z", 2) + &xml::related("F", 2),
        ),
        activity("A", euros("30")),
        activity("Z", euros("40")),
        // The child's own statement takes precedence, and no programme is below a descendant.
        activity("Q", euros("100") + &xml::related("C", 2) + &xml::related("Q", 2)),
        activity("C", euros("50") + &xml::related("P", 1) + &xml::related("Q", 2)),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    sandbox.import(&sandbox.write("b.xml", xml::file(&[activity("F", euros("20"))])));
    let left_out = json!([[{ "reason": "CHILD_OF_COUNTED_PARENT", "amount": "240" }]]);
    assert_eq!(budgets(&sandbox, "UG", ""), (json!(["100"]), left_out));
    let data = sandbox.run_query("{ programmes(filter: { parent: \"P\" }, first: 9) { nodes { identifier parent { identifier } } } }");
    let child = |id: &str| json!({ "identifier": id, "parent": { "identifier": "P" } });
    assert_eq!(
        data["programmes"]["nodes"],
        json!([child("A"), child("C"), child("F"), child("Z")])
    );
}

#[test]
fn a_child_is_contained_in_its_parent_only_if_the_parent_counts_at_least_as_much() {
    let sandbox = Sandbox::new();
    let year = |euros: &str, year: u16| {
        xml::budget(euros, &format!("{year}-01-01"), &format!("{year}-12-31"), false)
    };
    let pair = |name: &str, parent: String, child: String| {
        let (p, c) = (format!("{name}-P"), format!("{name}-C"));
        let of = xml::related(&p, 1);
        [xml::activity(&p, "PP", &parent), xml::activity(&c, "PP", &(child + &of))].concat()
    };
    let for_country = |code: &str| xml::country(code, "");
    let all = [
        // No source divides the parent: it counts nothing in a list of one country.
        pair(
            "P1",
            for_country("BW") + &for_country("NA") + &year("100", 2020),
            for_country("BW") + &year("50", 2020),
        ),
        // A small part of it is for the country.
        pair(
            "P2",
            xml::country("LS", "1") + &xml::country("SZ", "99") + &year("1000", 2020),
            for_country("LS") + &year("500", 2020),
        ),
        // It is for another period.
        pair("P3", for_country("MW") + &year("100", 2010), for_country("MW") + &year("50", 2020)),
        pair("P4", for_country("ZM") + &year("0", 2020), for_country("ZM") + &year("50", 2020)),
        pair("P5", for_country("UG") + &year("100", 2020), for_country("UG") + &year("50", 2020)),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    let shared = json!([[{ "reason": "SHARED_WITH_OTHERS", "amount": "100" }]]);
    assert_eq!(budgets(&sandbox, "BW", ""), (json!(["50"]), shared));
    assert_eq!(budgets(&sandbox, "LS", "").0, json!(["510"]));
    assert_eq!(budgets(&sandbox, "MW", ""), (json!(["150"]), json!([[]])));
    assert_eq!(budgets(&sandbox, "ZM", ""), (json!(["50"]), json!([[]])));
    let child = json!([[{ "reason": "CHILD_OF_COUNTED_PARENT", "amount": "50" }]]);
    assert_eq!(budgets(&sandbox, "UG", ""), (json!(["100"]), child));
}

#[test]
fn money_counts_at_the_level_of_programmes_or_projects() {
    let sandbox = Sandbox::new();
    let euros = |euros: &str, code: &str| {
        xml::budget(euros, "2020-01-01", "2020-12-31", false)
            + &format!("<sector vocabulary=\"1\" code=\"{code}\"/>")
    };
    let child = |of: &str, more: String| more + &xml::related(of, 1);
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            xml::activity("P", "PP", &euros("100", "11110")),
            xml::activity("A", "PP", &child("P", euros("30", "12110"))),
            xml::activity("B", "PP", &child("P", euros("20", "13010"))),
            xml::activity("B-1", "PP", &child("B", euros("15", "13010"))),
            xml::activity("S", "PP", &euros("7", "14010")),
        ]),
    ));
    let at = |level: &str| {
        let data = sandbox.run_query(&format!(
            "{{ programmes(filter: {{ reporter: \"PP\", {level} }}) {{ nodes {{ identifier }} totals {{ counted naive }} \
             groups(by: [SECTOR]) {{ groups {{ keys {{ code }} counted }} }} }} }}"
        ));
        let list = &data["programmes"];
        let ids = list["nodes"].as_array().unwrap().iter();
        let ids: Vec<&str> = ids.map(|node| node["identifier"].as_str().unwrap()).collect();
        let groups = list["groups"]["groups"].as_array().unwrap().iter();
        let mut groups: Vec<String> = groups
            .filter(|group| !group["counted"].is_null())
            .map(|group| {
                format!("{} {}", group["keys"][0]["code"], group["counted"]).replace('"', "")
            })
            .collect();
        groups.sort();
        let total = &list["totals"][0];
        (ids.join(" "), total["counted"].clone(), total["naive"].clone(), groups.join(", "))
    };
    let whole = (json!("107"), json!("172"));
    let (ids, counted, naive, groups) = at("");
    assert_eq!((ids.as_str(), (counted, naive)), ("A B B-1 P S", whole));
    assert_eq!(groups, "11110 100, 14010 7");
    let (ids, counted, naive, groups) = at("level: PROGRAMME");
    assert_eq!((ids.as_str(), counted, naive), ("P S", json!("107"), json!("107")));
    assert_eq!(groups, "11110 100, 14010 7");
    let (ids, counted, naive, groups) = at("level: PROJECT");
    assert_eq!((ids.as_str(), counted, naive), ("A B-1 S", json!("52"), json!("52")));
    assert_eq!(groups, "12110 30, 13010 15, 14010 7");
    // A level combines with other conditions and their negations.
    assert_eq!(at("not: { level: PROJECT }").0, "B P");
    assert_eq!(at("level: PROJECT, parent: \"P\"").0, "A");
}

#[test]
fn the_last_of_several_revisions_counts() {
    let sandbox = Sandbox::new();
    let (from, to) = ("2020-01-01", "2020-12-31");
    let revisions = xml::budget("100", from, to, false)
        + &xml::budget("120", from, to, true)
        + &xml::budget("130", from, to, true);
    let other_end =
        xml::budget("100", from, to, false) + &xml::budget("120", from, "2021-06-30", true);
    let apart =
        xml::budget("100", from, to, false) + &xml::budget("120", "2022-01-01", "2022-12-31", true);
    sandbox.import(&sandbox.write(
        "a.xml",
        xml::file(&[
            xml::activity("TH-1", "TH", &(xml::country("BS", "") + &revisions)),
            xml::activity("TH-2", "TH", &(xml::country("MT", "") + &other_end)),
            xml::activity("TH-3", "TH", &(xml::country("CY", "") + &apart)),
        ]),
    ));
    let superseded = |amount: &str| json!([[{ "reason": "SUPERSEDED", "amount": amount }]]);
    assert_eq!(budgets(&sandbox, "BS", ""), (json!(["130"]), superseded("220")));
    assert_eq!(budgets(&sandbox, "MT", ""), (json!(["120"]), superseded("100")));
    assert_eq!(budgets(&sandbox, "CY", ""), (json!(["220"]), json!([[]])));
}

#[test]
fn a_budget_without_an_exchange_rate_excludes_none_in_a_conversion() {
    let sandbox = Sandbox::new();
    let (from, to) = ("2020-01-01", "2020-12-31");
    let revised = xml::budget("110", from, to, true).replace("<value ", "<value currency=\"XDR\" ");
    let both = xml::country("EE", "") + &xml::budget("100", from, to, false) + &revised;
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("XD-1", "XD", &both)])));
    let (counted, left_out) = budgets(&sandbox, "EE", "(currency: \"EUR\")");
    assert_eq!(counted, json!(["100"]));
    assert_eq!(left_out, json!([[{ "reason": "NO_RATE", "amount": "110" }]]));
    assert_eq!(budgets(&sandbox, "EE", "").0, json!([null, "110"]));
}

#[test]
fn reports_of_secondary_reporters_count_only_in_their_own_list() {
    let sandbox = Sandbox::new();
    let inside = xml::country("KE", "")
        + &xml::paid(3, "100", "FF", "GG")
        + &xml::budget("70", "2020-01-01", "2020-12-31", false);
    let second = xml::activity("SS-1", "SS", &inside)
        .replace("<reporting-org ", "<reporting-org secondary-reporter=\"1\" ");
    sandbox.import(
        &sandbox.write("a.xml", xml::file(&[xml::activity("FF-1", "FF", &inside), second])),
    );
    let counted = |list: &str, filter: &str| {
        let data = sandbox.run_query(&format!(
            "{{ {list}(filter: {{ country: \"KE\", {filter} }}) {{ totals {{ counted naive excludedSums {{ reason amount }} }} groups(by: REPORTER) {{ totalCount excluded {{ reason amount }} }} }} }}"
        ));
        let total = data[list]["totals"][0].clone();
        assert_eq!(total["excludedSums"], data[list]["groups"]["excluded"]);
        (total["counted"].clone(), total["excludedSums"].clone())
    };
    let left_out = |amount: &str| json!([{ "reason": "SECONDARY_REPORTER", "amount": amount }]);
    assert_eq!(counted("transactions", ""), (json!("100"), left_out("100")));
    assert_eq!(counted("programmes", ""), (json!("70"), left_out("70")));
    assert_eq!(counted("transactions", "reporter: \"SS\""), (json!("100"), json!([])));
    assert_eq!(counted("programmes", "reporter: \"SS\""), (json!("70"), json!([])));
    assert_eq!(counted("transactions", "reporter: [\"FF\", \"SS\"]").0, json!("100"));
}

#[test]
fn a_list_is_narrowed_by_all_its_conditions() {
    let sandbox = Sandbox::new();
    let both =
        xml::country("PT", "50") + &xml::country("ES", "50") + &xml::paid(3, "100", "AA", "BB");
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("AA-1", "AA", &both)])));
    let counted = |filter: &str| {
        let data = sandbox.run_query(&format!(
            "{{ transactions(filter: {{ {filter} }}) {{ totals {{ counted }} }} }}"
        ));
        data["transactions"]["totals"][0]["counted"].clone()
    };
    for filter in [
        "country: \"PT\"",
        "country: \"PT\", and: [{ country: [\"ES\", \"PT\"] }]",
        "country: [\"ES\", \"PT\"], and: [{ country: \"PT\" }]",
        "or: [{ country: \"PT\" }]",
    ] {
        assert_eq!(counted(filter), "50", "{filter}");
    }
    assert_eq!(counted("or: [{ country: \"PT\" }, { country: \"ES\" }]"), "100");
}

#[test]
fn regions_of_another_vocabulary_do_not_divide_again() {
    let sandbox = Sandbox::new();
    let region = |code: &str, list: &str| {
        format!("<recipient-region code=\"{code}\" vocabulary=\"{list}\" percentage=\"100\"/>")
    };
    let inside = region("X1", "99") + &region("298", "1") + &xml::paid(3, "100", "AA", "BB");
    sandbox.import(&sandbox.write("a.xml", xml::file(&[xml::activity("MX-7", "AA", &inside)])));
    let data = sandbox.run_query(
        "{ transactions(filter: { programme: \"MX-7\" }) { groups(by: REGION) { groups { keys { code } counted } } } }",
    );
    assert_eq!(
        data["transactions"]["groups"]["groups"],
        json!([{ "keys": [{ "code": "298" }], "counted": "100" }])
    );
}

#[test]
fn transactions_are_filtered_by_properties_of_their_programme() {
    let sandbox = Sandbox::new();
    let part = "<participating-org role=\"4\" ref=\"NGO-1\"/>";
    sandbox.import(&sandbox.write(
        "in/a.xml",
        xml::file(&[
            xml::activity("AA-1", "AA", &(part.to_owned() + &xml::paid(3, "1", "AA", "BB"))),
            xml::activity("BB-1", "BB", &xml::paid(3, "20", "BB", "CC")),
        ]),
    ));
    let counted = |filter: &str| {
        let data = sandbox.run_query(&format!(
            "{{ transactions(filter: {{ programme: [\"AA-1\", \"BB-1\"], {filter} }}) {{ totals {{ counted }} }} }}"
        ));
        data["transactions"]["totals"][0]["counted"].clone()
    };
    assert_eq!(counted("reporter: \"BB\""), "20");
    assert_eq!(counted("participant: \"NGO-1\", role: IMPLEMENTING"), "1");
    assert_eq!(counted("participant: \"NGO-1\", role: FUNDING"), Value::Null);
    assert_eq!(counted("pillar: DEVELOPMENT, programmeStatus: ACTIVE"), "21");
    assert_eq!(counted("donor: \"LU\""), Value::Null);
    assert_eq!(
        counted("file: \"in/a.xml\"").as_str().or(counted("file: \"a.xml\"").as_str()),
        Some("21")
    );
}
