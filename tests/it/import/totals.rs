//! Totals of lists: what counts once although several tell of it.

use serde_json::{Value, json};

use super::{Desk, xml};

/// What is counted of the budgets of a country, and what is left out and why.
fn budgets(desk: &Desk, country: &str, more: &str) -> (Value, Value) {
    let data = desk.ask(&format!(
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
fn a_child_that_only_its_parent_names_is_one() {
    let desk = Desk::new();
    let euros = |euros: &str| {
        xml::country("UG", "") + &xml::budget(euros, "2020-01-01", "2020-12-31", false)
    };
    let activity = |id: &str, more: String| xml::activity(id, "PP", &more);
    let all = [
        // Its child comes before it, or after, or in another file.
        activity(
            "P",
            euros("100") + &xml::related("A", 2) + &xml::related("Z", 2) + &xml::related("F", 2),
        ),
        activity("A", euros("30")),
        activity("Z", euros("40")),
        // The child's own word counts first, and nobody is under one of its own.
        activity("Q", euros("100") + &xml::related("C", 2) + &xml::related("Q", 2)),
        activity("C", euros("50") + &xml::related("P", 1) + &xml::related("Q", 2)),
    ];
    desk.import(&desk.write("a.xml", xml::file(&all)));
    desk.import(&desk.write("b.xml", xml::file(&[activity("F", euros("20"))])));
    let left_out = json!([[{ "reason": "CHILD_OF_COUNTED_PARENT", "amount": "240" }]]);
    assert_eq!(budgets(&desk, "UG", ""), (json!(["100"]), left_out));
    let data = desk.ask("{ programmes(filter: { parent: \"P\" }, first: 9) { nodes { identifier parent { identifier } } } }");
    let child = |id: &str| json!({ "identifier": id, "parent": { "identifier": "P" } });
    assert_eq!(
        data["programmes"]["nodes"],
        json!([child("A"), child("C"), child("F"), child("Z")])
    );
}

#[test]
fn a_child_is_in_its_parent_only_where_that_counts_as_much() {
    let desk = Desk::new();
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
        // Nobody divides the parent: it counts nothing in a list of one country.
        pair(
            "P1",
            for_country("BW") + &for_country("NA") + &year("100", 2020),
            for_country("BW") + &year("50", 2020),
        ),
        // A sliver of it is for the country.
        pair(
            "P2",
            xml::country("LS", "1") + &xml::country("SZ", "99") + &year("1000", 2020),
            for_country("LS") + &year("500", 2020),
        ),
        // It is for another time.
        pair("P3", for_country("MW") + &year("100", 2010), for_country("MW") + &year("50", 2020)),
        pair("P4", for_country("ZM") + &year("0", 2020), for_country("ZM") + &year("50", 2020)),
        pair("P5", for_country("UG") + &year("100", 2020), for_country("UG") + &year("50", 2020)),
    ];
    desk.import(&desk.write("a.xml", xml::file(&all)));
    let shared = json!([[{ "reason": "SHARED_WITH_OTHERS", "amount": "100" }]]);
    assert_eq!(budgets(&desk, "BW", ""), (json!(["50"]), shared));
    assert_eq!(budgets(&desk, "LS", "").0, json!(["510"]));
    assert_eq!(budgets(&desk, "MW", ""), (json!(["150"]), json!([[]])));
    assert_eq!(budgets(&desk, "ZM", ""), (json!(["50"]), json!([[]])));
    let child = json!([[{ "reason": "CHILD_OF_COUNTED_PARENT", "amount": "50" }]]);
    assert_eq!(budgets(&desk, "UG", ""), (json!(["100"]), child));
}

#[test]
fn money_counts_at_the_level_of_programmes_or_of_their_projects() {
    let desk = Desk::new();
    let euros = |euros: &str, code: &str| {
        xml::budget(euros, "2020-01-01", "2020-12-31", false)
            + &format!("<sector vocabulary=\"1\" code=\"{code}\"/>")
    };
    let child = |of: &str, more: String| more + &xml::related(of, 1);
    desk.import(&desk.write(
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
        let data = desk.ask(&format!(
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
fn of_several_revisions_the_last_counts() {
    let desk = Desk::new();
    let (from, to) = ("2020-01-01", "2020-12-31");
    let revisions = xml::budget("100", from, to, false)
        + &xml::budget("120", from, to, true)
        + &xml::budget("130", from, to, true);
    let other_end =
        xml::budget("100", from, to, false) + &xml::budget("120", from, "2021-06-30", true);
    let apart =
        xml::budget("100", from, to, false) + &xml::budget("120", "2022-01-01", "2022-12-31", true);
    desk.import(&desk.write(
        "a.xml",
        xml::file(&[
            xml::activity("TH-1", "TH", &(xml::country("BS", "") + &revisions)),
            xml::activity("TH-2", "TH", &(xml::country("MT", "") + &other_end)),
            xml::activity("TH-3", "TH", &(xml::country("CY", "") + &apart)),
        ]),
    ));
    let superseded = |amount: &str| json!([[{ "reason": "SUPERSEDED", "amount": amount }]]);
    assert_eq!(budgets(&desk, "BS", ""), (json!(["130"]), superseded("220")));
    assert_eq!(budgets(&desk, "MT", ""), (json!(["120"]), superseded("100")));
    assert_eq!(budgets(&desk, "CY", ""), (json!(["220"]), json!([[]])));
}

#[test]
fn a_budget_without_a_rate_takes_no_place_in_a_conversion() {
    let desk = Desk::new();
    let (from, to) = ("2020-01-01", "2020-12-31");
    let revised = xml::budget("110", from, to, true).replace("<value ", "<value currency=\"XDR\" ");
    let both = xml::country("EE", "") + &xml::budget("100", from, to, false) + &revised;
    desk.import(&desk.write("a.xml", xml::file(&[xml::activity("XD-1", "XD", &both)])));
    let (counted, left_out) = budgets(&desk, "EE", "(currency: \"EUR\")");
    assert_eq!(counted, json!(["100"]));
    assert_eq!(left_out, json!([[{ "reason": "NO_RATE", "amount": "110" }]]));
    assert_eq!(budgets(&desk, "EE", "").0, json!([null, "110"]));
}

#[test]
fn what_a_secondary_reporter_tells_counts_only_in_a_list_of_its_own() {
    let desk = Desk::new();
    let inside = xml::country("KE", "")
        + &xml::paid(3, "100", "FF", "GG")
        + &xml::budget("70", "2020-01-01", "2020-12-31", false);
    let second = xml::activity("SS-1", "SS", &inside)
        .replace("<reporting-org ", "<reporting-org secondary-reporter=\"1\" ");
    desk.import(&desk.write("a.xml", xml::file(&[xml::activity("FF-1", "FF", &inside), second])));
    let counted = |list: &str, filter: &str| {
        let data = desk.ask(&format!(
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
fn a_list_is_narrowed_by_all_of_its_conditions() {
    let desk = Desk::new();
    let both =
        xml::country("PT", "50") + &xml::country("ES", "50") + &xml::paid(3, "100", "AA", "BB");
    desk.import(&desk.write("a.xml", xml::file(&[xml::activity("AA-1", "AA", &both)])));
    let counted = |filter: &str| {
        let data = desk
            .ask(&format!("{{ transactions(filter: {{ {filter} }}) {{ totals {{ counted }} }} }}"));
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
fn regions_of_another_list_do_not_divide_the_whole_again() {
    let desk = Desk::new();
    let region = |code: &str, list: &str| {
        format!("<recipient-region code=\"{code}\" vocabulary=\"{list}\" percentage=\"100\"/>")
    };
    let inside = region("X1", "99") + &region("298", "1") + &xml::paid(3, "100", "AA", "BB");
    desk.import(&desk.write("a.xml", xml::file(&[xml::activity("MX-7", "AA", &inside)])));
    let data = desk.ask(
        "{ transactions(filter: { programme: \"MX-7\" }) { groups(by: REGION) { groups { keys { code } counted } } } }",
    );
    assert_eq!(
        data["transactions"]["groups"]["groups"],
        json!([{ "keys": [{ "code": "298" }], "counted": "100" }])
    );
}

#[test]
fn transactions_are_narrowed_by_what_is_said_of_their_programme() {
    let desk = Desk::new();
    let part = "<participating-org role=\"4\" ref=\"NGO-1\"/>";
    desk.import(&desk.write(
        "in/a.xml",
        xml::file(&[
            xml::activity("AA-1", "AA", &(part.to_owned() + &xml::paid(3, "1", "AA", "BB"))),
            xml::activity("BB-1", "BB", &xml::paid(3, "20", "BB", "CC")),
        ]),
    ));
    let counted = |filter: &str| {
        let data = desk.ask(&format!(
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
