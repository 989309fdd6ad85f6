//! Coverage of sums by published totals, and rival figures, in totals, groups and tables.

use serde_json::{Value, json};

use super::rivals::contribution;
use super::world::{Rows, ask};

const SUMS: &str = "totals { coverage disputed } groups(by: [YEAR], orderBy: KEY) { groups { keys { code } coverage disputed counted } }";

/// Contributions of Luxembourg in euros: 2014 has a total, 2015 two rival totals, 2016 a crisis as a whole with a share,
/// 2017 a single item, 2018 nothing.
fn world() -> Rows {
    let mut rows = Rows::basics();
    let all = [("scope", "ALL_CRISES"), ("countries", ""), ("channel", "NOT_STATED")];
    for (id, year, amount) in
        [("ALL-2014", "2014", "10"), ("ALL-2015-A", "2015", "20"), ("ALL-2015-B", "2015", "25")]
    {
        contribution(&mut rows, id, amount, &[&all[..], &[("year", year)]].concat());
    }
    contribution(&mut rows, "ITEM-2014", "4", &[("year", "2014"), ("channel", "UN")]);
    contribution(&mut rows, "ML-2016", "6", &[("year", "2016")]);
    let share = [("year", "2016"), ("scope", "SHARE"), ("part_of", "ML-2016")];
    contribution(&mut rows, "ML-2016-PART", "1", &share);
    contribution(&mut rows, "ITEM-2017", "3", &[("year", "2017"), ("channel", "NGO")]);
    rows
}

fn years(list: &Value) -> Vec<(String, String, u64)> {
    let groups = list["groups"]["groups"].as_array().unwrap().iter();
    let group = |group: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let disputed = group["disputed"].as_u64().unwrap();
        (text(&group["keys"][0]["code"]), text(&group["coverage"]), disputed)
    };
    groups.map(group).collect()
}

fn named(years: &[(&str, &str, u64)]) -> Vec<(String, String, u64)> {
    years.iter().map(|(year, state, n)| ((*year).to_owned(), (*state).to_owned(), *n)).collect()
}

#[test]
fn a_year_without_a_published_total_has_items_only() {
    let (_folder, service) = world().service();
    let data = ask(
        &service,
        &format!(
            "{{ all: humanitarianContributions {{ {SUMS} }}
               mali: humanitarianContributions(filter: {{ country: \"ML\" }}) {{ {SUMS} }}
               totals: humanitarianContributions(filter: {{ year: [2014, 2015] }}) {{ {SUMS} }}
               none: humanitarianContributions(filter: {{ identifier: \"ML-2016-PART\" }}) {{ totals {{ coverage }} }} }}"
        ),
    );
    // The figure of a crisis is a total of its country, not of the donor.
    let all = [
        ("2014", "PUBLISHED_TOTAL", 0),
        ("2015", "PUBLISHED_TOTAL", 1),
        ("2016", "ITEMS_ONLY", 0),
        ("2017", "ITEMS_ONLY", 0),
    ];
    assert_eq!(years(&data["all"]), named(&all));
    assert_eq!(data["all"]["totals"], json!([{ "coverage": "ITEMS_ONLY", "disputed": 1 }]));
    let mali =
        [("2014", "ITEMS_ONLY", 0), ("2016", "PUBLISHED_TOTAL", 0), ("2017", "ITEMS_ONLY", 0)];
    assert_eq!(years(&data["mali"]), named(&mali));
    assert_eq!(data["totals"]["totals"], json!([{ "coverage": "PUBLISHED_TOTAL", "disputed": 1 }]));
    assert_eq!(data["none"]["totals"], json!([{ "coverage": "ITEMS_ONLY" }]));
}

#[test]
fn sums_in_which_nothing_counts_have_no_coverage() {
    let mut rows = Rows::basics();
    contribution(&mut rows, "EUROS", "4", &[("year", "2014")]);
    let (_folder, service) = rows.service();
    // There is no rate.
    let query = "{ humanitarianContributions { totals(currency: \"USD\") { coverage counted } } }";
    let data = ask(&service, query);
    let total = json!({ "coverage": "NONE", "counted": null });
    assert_eq!(data["humanitarianContributions"]["totals"], json!([total]));
}

#[test]
fn an_amount_that_is_not_stated_is_no_published_total() {
    let mut rows = Rows::basics();
    let unstated = [("year", "2014"), ("scope", "ALL_CRISES"), ("countries", "")];
    let unstated = [&unstated[..], &[("currency", ""), ("absence", "NOT_STATED")]].concat();
    contribution(&mut rows, "ALL-2014", "", &unstated);
    let (_folder, service) = rows.service();
    let data = ask(&service, &format!("{{ humanitarianContributions {{ {SUMS} }} }}"));
    let list = &data["humanitarianContributions"];
    assert_eq!(years(list), named(&[("2014", "ITEMS_ONLY", 0)]));
}

#[test]
fn the_oda_of_a_year_is_a_published_total() {
    let mut rows = Rows::basics();
    let cells = [("id", "ML"), ("donor", "LU"), ("recipient", "ML"), ("year", "2015")];
    rows.add("oda_figures", &[&cells[..], &[("amount", "3"), ("currency", "EUR")]].concat());
    let (_folder, service) = rows.service();
    let data = ask(&service, "{ odaFigures { totals { coverage disputed } } }");
    let total = json!({ "coverage": "PUBLISHED_TOTAL", "disputed": 0 });
    assert_eq!(data["odaFigures"]["totals"], json!([total]));
}
