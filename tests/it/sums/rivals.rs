//! Rival figures for one amount: one counts, and the others widen the bounds, in lists and in flows.

use aidgraph::graphql::Service;
use serde_json::{Value, json};

use super::world::{Rows, ask};

const FIGURES: &str = "totals { currency lower counted upper excludedSums { reason amount } }";

/// Adds a contribution of Luxembourg in euros, with other cells.
pub(super) fn contribution(rows: &mut Rows, id: &str, amount: &str, more: &[(&str, &str)]) {
    let mut cells = vec![
        ("id", id),
        ("donor", "LU"),
        ("crisis", "One"),
        ("countries", "ML"),
        ("channel", "MIXED"),
        ("scope", "CRISIS"),
        ("amount", amount),
        ("currency", "EUR"),
    ];
    cells.retain(|(column, _)| more.iter().all(|(other, _)| other != column));
    cells.extend(more);
    rows.add("humanitarian_contributions", &cells);
}

fn bounds(total: &Value) -> [&Value; 3] {
    ["lower", "counted", "upper"].map(|figure| &total[figure])
}

/// Returns the sums of a list, and of the incoming flows of the same money.
fn sums(service: &Service, filter: &str, boundary: &str) -> [Value; 2] {
    let data = ask(
        service,
        &format!(
            "{{ list: humanitarianContributions(filter: {filter}) {{ {FIGURES} }}
               flows(boundary: {boundary}, scope: HUMANITARIAN) {{ incoming {{ lower counted upper }} countedOnce {{ lower counted upper }} }} }}"
        ),
    );
    let once = &data["flows"]["countedOnce"][0];
    assert_eq!(bounds(&data["flows"]["incoming"][0]), bounds(once));
    [json!(bounds(&data["list"]["totals"][0])), json!(bounds(once))]
}

#[test]
fn oda_of_one_donor_to_one_recipient_in_one_year_counts_once() {
    let mut rows = Rows::basics();
    for (id, recipient, year, amount) in [
        ("ML-1", "ML", "2015", "10"),
        ("ML-2", "ML", "2015", "12"),
        ("ML-3", "ML", "2016", "5"),
        ("NE-1", "NE", "2015", "3"),
        ("ALL-1", "", "2015", "100"),
        ("ALL-2", "", "2015", "90"),
    ] {
        let cells =
            [("recipient", recipient), ("year", year), ("amount", amount), ("currency", "EUR")];
        rows.add("oda_figures", &[&[("id", id), ("donor", "LU")][..], &cells[..]].concat());
    }
    let (_folder, service) = rows.service();
    let data = ask(
        &service,
        &format!(
            "{{ mali: odaFigures(filter: {{ recipient: \"ML\" }}) {{ {FIGURES} }}
               second: odaFigures(filter: {{ identifier: \"ML-2\" }}) {{ {FIGURES} }}
               each: odaFigures(filter: {{ recipient: [\"ML\", \"NE\"], year: 2015 }}) {{ {FIGURES} }}
               all: odaFigures {{ {FIGURES} }}
               engagement(donor: \"LU\", partner: \"ML\") {{ development {{ odaFigures {{ {FIGURES} }} }} }} }}"
        ),
    );
    let total = |list: &Value| list["totals"][0].clone();
    assert_eq!(bounds(&total(&data["mali"])), ["15", "15", "17"]);
    assert_eq!(
        bounds(&total(&data["engagement"]["development"]["odaFigures"])),
        ["15", "15", "17"]
    );
    // Only the second is in the list, and the first still widens the bounds.
    assert_eq!(bounds(&total(&data["second"])), ["10", "12", "12"]);
    assert_eq!(bounds(&total(&data["each"])), ["13", "13", "15"]);
    // The figure for all recipients contains those of each.
    assert_eq!(bounds(&total(&data["all"])), ["95", "105", "105"]);
    assert_eq!(
        total(&data["all"])["excludedSums"],
        json!([{ "reason": "PART_OF_COUNTED_TOTAL", "amount": "13" }, { "reason": "ALTERNATIVE_FIGURE", "amount": "102" }])
    );
}

#[test]
fn totals_of_all_crises_are_rival_figures_and_contain_the_crises() {
    let mut rows = Rows::basics();
    let total = |year| [("year", year), ("scope", "ALL_CRISES"), ("countries", "")];
    contribution(&mut rows, "T-1", "40", &total("2015"));
    contribution(&mut rows, "T-2", "42", &total("2015"));
    contribution(&mut rows, "T-3", "7", &total("2016"));
    contribution(&mut rows, "C-1", "10", &[("year", "2015")]);
    contribution(&mut rows, "C-2", "11", &[("year", "2015"), ("alternative_to", "C-1")]);
    contribution(&mut rows, "C-3", "5", &[("year", "2017")]);
    let (_folder, service) = rows.service();
    let data = ask(
        &service,
        &format!(
            "{{ year: humanitarianContributions(filter: {{ year: 2015 }}) {{ {FIGURES} }}
               all: humanitarianContributions {{ {FIGURES} }}
               mali: humanitarianContributions(filter: {{ country: \"ML\" }}) {{ {FIGURES} }}
               second: humanitarianContributions(filter: {{ identifier: [\"T-2\", \"C-1\"] }}) {{ {FIGURES} }} }}"
        ),
    );
    let total = |list: &str| data[list]["totals"][0].clone();
    assert_eq!(bounds(&total("year")), ["40", "40", "42"]);
    assert_eq!(bounds(&total("all")), ["52", "52", "54"]);
    assert_eq!(bounds(&total("mali")), ["15", "15", "16"]);
    assert_eq!(bounds(&total("second")), ["40", "42", "42"]);
    let data = ask(
        &service,
        "{ flows(boundary: { years: [2015], countries: [\"LU\"] }, scope: HUMANITARIAN) { outgoing { lower counted upper } } }",
    );
    assert_eq!(bounds(&data["flows"]["outgoing"][0]), ["40", "40", "42"]);
}

#[test]
fn rival_figures_widen_the_bounds_of_incoming_flows() {
    let mut rows = Rows::basics();
    contribution(&mut rows, "A-1", "10", &[("year", "2015")]);
    contribution(&mut rows, "A-2", "12", &[("year", "2015"), ("alternative_to", "A-1")]);
    contribution(&mut rows, "A-3", "8", &[("year", "2015"), ("alternative_to", "A-2")]);
    contribution(&mut rows, "B-1", "5", &[("year", "2016")]);
    let dollars = [("year", "2016"), ("alternative_to", "B-1"), ("currency", "USD")];
    contribution(&mut rows, "B-2", "6", &dollars);
    let (_folder, service) = rows.service();
    let expected = [json!(["8", "10", "12"]), json!(["8", "10", "12"])];
    let mali = "{ countries: [\"ML\"], years: [2015] }";
    assert_eq!(sums(&service, "{ country: \"ML\", year: 2015 }", mali), expected);
    // Amounts in two currencies are not compared without a conversion.
    let unknown = [json!(["0", "5", null]), json!(["0", "5", null])];
    let mali = "{ countries: [\"ML\"], years: [2016] }";
    assert_eq!(sums(&service, "{ country: \"ML\", year: 2016 }", mali), unknown);
}

#[test]
fn rival_figures_of_shared_money_enter_the_upper_bound_once() {
    let mut rows = Rows::basics();
    let both =
        |more: &'static str| [("year", "2015"), ("countries", "ML;NE"), ("alternative_to", more)];
    contribution(&mut rows, "A-1", "10", &both(""));
    contribution(&mut rows, "A-2", "12", &both("A-1"));
    contribution(&mut rows, "B-1", "3", &[("year", "2016")]);
    let wider = [("year", "2016"), ("countries", "ML;NE"), ("alternative_to", "B-1")];
    contribution(&mut rows, "B-2", "4", &wider);
    let (_folder, service) = rows.service();
    let shared = [json!(["0", null, "12"]), json!(["0", null, "12"])];
    let mali = "{ countries: [\"ML\"], years: [2015] }";
    assert_eq!(sums(&service, "{ country: \"ML\", year: 2015 }", mali), shared);
    let alone = [json!(["3", "3", "4"]), json!(["3", "3", "4"])];
    let mali = "{ countries: [\"ML\"], years: [2016] }";
    assert_eq!(sums(&service, "{ country: \"ML\", year: 2016 }", mali), alone);
}
