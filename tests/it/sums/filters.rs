//! Filters of programmes: places include the places within them, and conditions on a budget apply to one budget.

use serde_json::json;

use super::world::{LOCATIONS, Rows, ask};

fn programme(rows: &mut Rows, id: &str, location: &str, budgets: &[(&str, &str, &str)]) {
    rows.project(id, &[]);
    rows.add("programme_locations", &[("programme_id", id), ("location_id", location)]);
    for (year, (amount, currency, qualifier)) in (2015..).zip(budgets) {
        let year = year.to_string();
        let money = [("amount", *amount), ("currency", *currency), ("qualifier", *qualifier)];
        rows.budget(&format!("{id}-{year}"), id, [&year, &year], &money);
    }
}

#[test]
fn a_place_includes_those_within_it_and_budget_conditions_apply_to_one_budget() {
    let mut rows = Rows::basics();
    let [region, cercle, other] = LOCATIONS;
    programme(&mut rows, "IN-REGION", region, &[("7", "EUR", "ABOUT"), ("5", "USD", "")]);
    programme(&mut rows, "IN-CERCLE", cercle, &[("7", "USD", "ABOUT")]);
    programme(&mut rows, "ELSEWHERE", other, &[]);
    let (_folder, service) = rows.service();
    let list = |name: &str, filter: &str| {
        format!("{name}: programmes(filter: {{ {filter} }}) {{ nodes {{ identifier }} }} ")
    };
    let query = [
        list("region", &format!("location: \"{region}\"")),
        list("cercle", &format!("location: \"{cercle}\"")),
        list("outside", &format!("not: {{ location: \"{region}\" }}")),
        list("one", "currency: \"usd\", qualifier: ABOUT"),
        list("either", "currency: [\"USD\", \"EUR\"], qualifier: [ABOUT, AT_LEAST]"),
        list("apart", "and: [{ currency: \"USD\" }, { qualifier: ABOUT }]"),
        format!("location(identifier: \"{region}\") {{ programmes {{ nodes {{ identifier }} }} }}"),
    ];
    let data = ask(&service, &format!("{{ {} }}", query.concat()));
    let both = json!([{ "identifier": "IN-CERCLE" }, { "identifier": "IN-REGION" }]);
    let one = |id: &str| json!([{ "identifier": id }]);
    assert_eq!(data["region"]["nodes"], both);
    assert_eq!(data["location"]["programmes"]["nodes"], both);
    assert_eq!(data["cercle"]["nodes"], one("IN-CERCLE"));
    assert_eq!(data["outside"]["nodes"], one("ELSEWHERE"));
    assert_eq!(data["one"]["nodes"], one("IN-CERCLE"));
    assert_eq!(data["either"]["nodes"], both);
    assert_eq!(data["apart"]["nodes"], both);
}

#[test]
fn an_engagement_lists_humanitarian_programmes_with_their_share() {
    let mut rows = Rows::basics();
    rows.add("sectors", &[("code", "720"), ("name_en", "720")]);
    rows.add("sectors", &[("code", "72040"), ("name_en", "72040"), ("category", "720")]);
    programme(&mut rows, "P", LOCATIONS[0], &[("100", "EUR", "")]);
    rows.add("recipients", &[("programme_id", "P"), ("country", "ML")]);
    for (sector, percentage) in [("72040", "25"), ("11110", "75")] {
        let cells = [
            ("programme_id", "P"),
            ("sector", sector),
            ("name_as_published", sector),
            ("percentage", percentage),
        ];
        rows.add("programme_sectors", &cells);
    }
    let (_folder, service) = rows.service();
    let data = ask(
        &service,
        "{ engagement(donor: \"LU\", partner: \"ML\") { development {
             programmes { totals { counted } }
             humanitarian { programmes { nodes { identifier } totals { lower counted upper } } } } } }",
    );
    let development = &data["engagement"]["development"];
    assert_eq!(development["programmes"]["totals"][0]["counted"], "100");
    let programmes = &development["humanitarian"]["programmes"];
    assert_eq!(programmes["nodes"], json!([{ "identifier": "P" }]));
    let part = json!({ "lower": "25", "counted": "25", "upper": "25" });
    assert_eq!(programmes["totals"][0], part);
}
