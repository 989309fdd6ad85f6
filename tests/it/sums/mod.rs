//! Sums of filtered lists: shares of agencies, channels, places and periods, and bounds of undivided money.

mod contributions;
mod coverage;
mod filters;
mod oracle;
mod published;
mod rivals;
mod world;

use std::sync::LazyLock;

use aidgraph::graphql::Service;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use oracle::{Filter, Sum};
use world::{AGENCIES, CURRENCIES, RandomSeed, Rows, ask};

fn decimal(value: &Value) -> Option<Decimal> {
    value.as_str().map(|text| text.parse().unwrap())
}

/// Checks a total against the expected sum.
fn check_total(totals: &Value, currency: usize, expected: &Sum) -> Result<(), TestCaseError> {
    let totals = totals.as_array().unwrap();
    let total = totals.iter().find(|total| total["currency"] == CURRENCIES[currency]);
    let Some(total) = total else {
        prop_assert!(!expected.is_there, "missing: {:?}", expected);
        return Ok(());
    };
    prop_assert_eq!(decimal(&total["counted"]), expected.counted.map(|sum| sum.normalize()));
    if expected.is_there {
        prop_assert_eq!(decimal(&total["lower"]), Some(expected.lower.normalize()));
        prop_assert_eq!(decimal(&total["upper"]), expected.upper.map(|sum| sum.normalize()));
        prop_assert_eq!(&total["approximate"], &json!(expected.approximate));
    }
    Ok(())
}

/// Checks that the groups of a list by year add up to its totals.
fn check_groups(list: &Value) -> Result<(), TestCaseError> {
    for total in list["totals"].as_array().unwrap() {
        let groups = list["groups"]["groups"].as_array().unwrap();
        let own: Vec<&Value> =
            groups.iter().filter(|group| group["currency"] == total["currency"]).collect();
        for bound in ["lower", "counted"] {
            let sum: Decimal = own.iter().filter_map(|group| decimal(&group[bound])).sum();
            prop_assert_eq!(sum, decimal(&total[bound]).unwrap_or_default(), "{}", bound);
        }
    }
    Ok(())
}

const TOTALS: &str = "totals { currency lower counted upper approximate }";

fn check(seed: &RandomSeed, filters: &[Filter]) -> Result<(), TestCaseError> {
    let (_folder, service) = seed.rows().service();
    for one in filters {
        let filter = one.text();
        let data = ask(
            &service,
            &format!(
                "{{ list: programmes(filter: {filter}) {{ totalCount {TOTALS} groups(by: [YEAR]) {{ groups {{ currency lower counted }} }} }} }}"
            ),
        );
        let found = seed.programmes.iter().enumerate().filter(|(at, p)| one.fits(*at, p)).count();
        prop_assert_eq!(&data["list"]["totalCount"], &json!(found), "{}", filter);
        for currency in 0..CURRENCIES.len() {
            let expected = oracle::budgets(seed, one, currency);
            check_total(&data["list"]["totals"], currency, &expected).map_err(|error| {
                TestCaseError::fail(format!("{filter} {expected:?}: {error}\n{data:#}"))
            })?;
        }
        check_groups(&data["list"])
            .map_err(|error| TestCaseError::fail(format!("{filter}: {error}\n{data:#}")))?;
    }
    check_agencies(seed, &service)?;
    for (countries, agencies, filter) in [
        (None, None, "{}"),
        (Some(&[0][..]), None, "{ country: \"ML\" }"),
        (Some(&[0, 1][..]), None, "{ country: [\"ML\", \"NE\"] }"),
        (None, Some(&[1][..]), "{ agency: \"a1\" }"),
        (
            Some(&[1, 2][..]),
            Some(&[0, 2][..]),
            "{ country: [\"NE\", \"SN\"], agency: [\"a0\", \"a2\"] }",
        ),
    ] {
        let query =
            format!("{{ list: humanitarianContributions(filter: {filter}) {{ {TOTALS} }} }}");
        let data = ask(&service, &query);
        for currency in 0..CURRENCIES.len() {
            let expected = oracle::contributions(seed, countries, agencies, currency);
            check_total(&data["list"]["totals"], currency, &expected).map_err(|error| {
                TestCaseError::fail(format!("{filter} {expected:?}: {error}\n{data:#}"))
            })?;
        }
    }
    contributions::check(&service)
}

/// Checks that groups by the agencies of a role have the sums of lists filtered by each of them.
fn check_agencies(seed: &RandomSeed, service: &Service) -> Result<(), TestCaseError> {
    let is_flat = seed.programmes.iter().all(|programme| programme.parent.is_none());
    for (role, dimension) in
        [(0, "FUNDING_AGENCY"), (2, "EXTENDING_AGENCY"), (3, "IMPLEMENTING_AGENCY")]
    {
        for (at, agency) in AGENCIES.iter().enumerate() {
            let one = Filter::Role(vec![at], vec![role]);
            let groups = format!(
                "groups(by: [{dimension}]) {{ groups {{ keys {{ code }} currency lower counted upper }} }}"
            );
            let filter = one.text();
            let data = ask(
                service,
                &format!(
                    "{{ narrowed: programmes(filter: {filter}) {{ {groups} }} all: programmes {{ {groups} }} }}"
                ),
            );
            for (currency, code) in CURRENCIES.iter().enumerate() {
                let expected = oracle::budgets(seed, &one, currency);
                let shown = |list: &str| {
                    let groups = data[list]["groups"]["groups"].as_array().unwrap();
                    let is_it = |group: &&Value| {
                        group["keys"][0]["code"] == *agency && group["currency"] == *code
                    };
                    let group = groups.iter().find(is_it).cloned().unwrap_or_default();
                    ["lower", "counted", "upper"].map(|figure| decimal(&group[figure]))
                };
                let context = || format!("{filter} {dimension} {expected:?}\n{data:#}");
                let counted = expected.counted.map(|sum| sum.normalize());
                if is_flat {
                    prop_assert_eq!(shown("all")[1], counted, "{}", context());
                }
                if expected.is_there {
                    let upper = expected.upper.map(|sum| sum.normalize());
                    let lower = Some(expected.lower.normalize());
                    prop_assert_eq!(shown("narrowed"), [lower, counted, upper], "{}", context());
                }
            }
        }
    }
    Ok(())
}

proptest! {
    // A seed takes seconds to build, so there are few seeds and many filters for each.
    #![proptest_config(ProptestConfig { cases: 8, max_shrink_iters: 24, ..ProptestConfig::default() })]

    #[test]
    fn sums_of_a_random_seed_match_the_oracle(
        mut seed in world::random_seed(),
        is_flat in any::<bool>(),
        filters in proptest::collection::vec(oracle::any_filter(), 60),
    ) {
        if is_flat {
            seed.programmes.iter_mut().for_each(|programme| programme.parent = None);
        }
        check(&seed, &filters)?;
    }
}

/// One small seed, whose expected sums are written out.
static FIXED: LazyLock<(tempfile::TempDir, Service)> = LazyLock::new(|| fixed().service());

#[expect(clippy::too_many_lines, reason = "one seed, row by row")]
fn fixed() -> Rows {
    let mut rows = Rows::basics();
    let programme = |rows: &mut Rows, id: &str, status: &str, time: [&str; 2], country: &str| {
        let [start, end] = time;
        rows.project(
            id,
            &[("country", country), ("start", start), ("end", end), ("status", status)],
        );
    };
    let part =
        |rows: &mut Rows, id: &str, agency: &str, role: &str, channel: &str, amount: &str| {
            let currency = if amount.is_empty() { "" } else { "EUR" };
            rows.add(
                "participations",
                &[
                    ("programme_id", id),
                    ("agency_id", agency),
                    ("role", role),
                    ("channel", channel),
                    ("amount", amount),
                    ("currency", currency),
                ],
            );
        };
    let closed = ["2015", "2016"];
    for (id, amount, qualifier) in [
        ("ALONE", "10", ""),
        ("SHARED", "100", ""),
        ("FUNDED", "1000", ""),
        ("ROUND", "7", "ABOUT"),
    ] {
        programme(&mut rows, id, "CLOSED", closed, "ML");
        let money = [("amount", amount), ("currency", "EUR"), ("qualifier", qualifier)];
        rows.budget(&format!("{id}-B"), id, closed, &money);
    }
    part(&mut rows, "ALONE", "a0", "IMPLEMENTING", "NGO", "");
    part(&mut rows, "ALONE", "a1", "FUNDING", "GOVERNMENT", "");
    part(&mut rows, "SHARED", "a0", "IMPLEMENTING", "NGO", "");
    part(&mut rows, "SHARED", "a1", "IMPLEMENTING", "GOVERNMENT", "");
    part(&mut rows, "SHARED", "a0", "ACCOUNTABLE", "", "");
    part(&mut rows, "FUNDED", "a1", "FUNDING", "", "600");
    part(&mut rows, "FUNDED", "a2", "FUNDING", "", "300");
    part(&mut rows, "FUNDED", "a3", "FUNDING", "", "");
    part(&mut rows, "ROUND", "a3", "IMPLEMENTING", "", "");
    for (id, location) in [("ALONE", "ML-r-c"), ("SHARED", "ML-r"), ("SHARED", "NE-r")] {
        rows.add("programme_locations", &[("programme_id", id), ("location_id", location)]);
    }
    for (id, status, time) in [
        ("T-SUSPENDED", "SUSPENDED", ["2020", "2024"]),
        ("T-OPEN", "", ["2020", ""]),
        ("T-ACTIVE", "ACTIVE", ["2020", ""]),
        ("T-OVERDUE", "ACTIVE", ["2020", "2021"]),
        ("T-PLANNED", "PLANNED", ["2020", "2024"]),
        ("T-CANCELLED", "CANCELLED", ["2020", "2024"]),
        ("T-ENDED", "ENDED", ["2020", "2024"]),
        ("T-UNKNOWN", "", ["2020", "2024"]),
        ("T-NO-START", "ACTIVE", ["", "2024"]),
    ] {
        programme(&mut rows, id, status, time, "NE");
    }
    for (id, programme, receiver, amount) in
        [("TX-ALONE", "ALONE", "a0", "4"), ("TX-SHARED", "SHARED", "a1", "20")]
    {
        rows.add(
            "transactions",
            &[
                ("id", id),
                ("programme_id", programme),
                ("type", "DISBURSEMENT"),
                ("date", "2015-06-01"),
                ("provider", "a2"),
                ("receiver", receiver),
                ("amount", amount),
                ("currency", "EUR"),
            ],
        );
    }
    for (id, countries, end) in [("ONE", "ML", "2025"), ("TWO", "ML;NE", "")] {
        rows.add(
            "missions",
            &[
                ("id", id),
                ("name_en", id),
                ("kind", "CSDP_CIVILIAN"),
                ("countries", countries),
                ("start", "2020"),
                ("end", end),
            ],
        );
        rows.add(
            "mission_contributions",
            &[
                ("id", &format!("MC-{id}")),
                ("mission_ids", id),
                ("contributor", "LU"),
                ("kind", "FINANCIAL"),
                ("start", "2021"),
                ("amount", if id == "ONE" { "3" } else { "50" }),
                ("currency", "EUR"),
            ],
        );
    }
    rows
}

/// Returns the lower bound, the counted sum and the upper bound of the programmes of a filter.
fn sums(filter: &str) -> [Value; 3] {
    let data = ask(&FIXED.1, &format!("{{ list: programmes(filter: {filter}) {{ {TOTALS} }} }}"));
    let total = &data["list"]["totals"][0];
    [total["lower"].clone(), total["counted"].clone(), total["upper"].clone()]
}

#[test]
fn undivided_money_of_several_agencies_counts_for_none() {
    let shared = [json!("10"), json!("10"), json!("110")];
    assert_eq!(sums("{ agency: \"a0\", role: IMPLEMENTING }"), shared);
    // In any role: a0 is accountable for the shared programme alone, and no money passes through that role.
    assert_eq!(sums("{ agency: \"a0\" }"), shared);
    assert_eq!(sums("{ agency: [\"a0\", \"a1\"], role: IMPLEMENTING }"), ["110", "110", "110"]);
    assert_eq!(sums("{ agency: \"a0\", role: ACCOUNTABLE }"), ["100", "100", "100"]);
    // A stated amount divides the only budget; an agency without an amount may have the rest.
    assert_eq!(sums("{ agency: \"a2\", role: FUNDING }"), ["300", "300", "300"]);
    assert_eq!(sums("{ agency: \"a3\", role: FUNDING }"), [json!("0"), Value::Null, json!("1000")]);
    assert_eq!(
        sums("{ agency: \"a1\" }"),
        [json!("610"), json!("610"), json!("710")],
        "two budgets as funder, one shared as executor"
    );
}

#[test]
fn equivalent_filters_never_count_a_share_as_a_whole() {
    let shared = [json!("0"), Value::Null, json!("100")];
    for filter in [
        "{ identifier: \"SHARED\", agency: \"a0\", role: IMPLEMENTING }",
        "{ and: [{ identifier: \"SHARED\" }, { agency: \"a0\", role: IMPLEMENTING }] }",
        "{ identifier: \"SHARED\", or: [{ agency: \"a0\", role: IMPLEMENTING }, { identifier: \"NONE\" }] }",
        "{ identifier: \"SHARED\", not: { not: { agency: \"a0\", role: IMPLEMENTING } } }",
        "{ identifier: \"SHARED\", not: { and: [{ not: { agency: \"a0\" } }, { not: { agency: \"a2\" } }] } }",
        "{ identifier: \"SHARED\", channel: NGO }",
        "{ identifier: \"SHARED\", agency: \"a0\", channel: NGO }",
        "{ identifier: \"SHARED\", role: IMPLEMENTING, channel: NGO }",
        "{ identifier: \"SHARED\", location: \"ML-r\" }",
        "{ identifier: \"SHARED\", or: [{ agency: \"a0\" }, { channel: NGO }] }",
    ] {
        assert_eq!(sums(filter), shared, "{filter}");
    }
    let whole = ["100", "100", "100"];
    for filter in [
        "{ identifier: \"SHARED\", not: { agency: \"a3\" } }",
        "{ identifier: \"SHARED\", role: IMPLEMENTING }",
        "{ identifier: \"SHARED\", channel: [NGO, GOVERNMENT] }",
        "{ or: [{ identifier: \"SHARED\", agency: \"a0\" }, { identifier: \"SHARED\" }] }",
    ] {
        assert_eq!(sums(filter), whole, "{filter}");
    }
    assert_eq!(
        sums("{ location: [\"ML-r\", \"ML-r-c\"] }"),
        ["10", "10", "110"].map(|text| json!(text))
    );
}

#[test]
fn nested_lists_and_groups_have_the_same_exclusions() {
    let data = ask(
        &FIXED.1,
        &format!(
            "{{ agency(identifier: \"a0\") {{
                 all: programmes {{ totalCount {TOTALS} }}
                 carries: programmes(filter: {{ role: IMPLEMENTING, country: \"ML\" }}) {{ totalCount {TOTALS} groups(by: [STATUS]) {{ groups {{ lower counted upper }} excluded {{ reason amount }} }} }}
                 funds: programmes(filter: {{ role: FUNDING }}) {{ totalCount }}
                 not: programmes(filter: {{ not: {{ role: IMPLEMENTING }} }}) {{ totalCount }}
                 ngo: programmes(filter: {{ channel: NGO }}) {{ totalCount }}
                 government: programmes(filter: {{ channel: GOVERNMENT }}) {{ totalCount }}
                 other: programmes(filter: {{ agency: \"a1\", role: FUNDING }}) {{ totalCount }} }}
               location(identifier: \"NE-r\") {{ programmes {{ {TOTALS} }} }} }}"
        ),
    );
    let agency = &data["agency"];
    let counts = ["all", "carries", "funds", "not", "ngo", "government", "other"];
    let counts = counts.map(|list| agency[list]["totalCount"].as_i64().unwrap());
    assert_eq!(counts, [2, 2, 0, 0, 2, 0, 1]);
    let carries = &agency["carries"]["totals"][0];
    let shown = |sum: &Value| [&sum["lower"], &sum["counted"], &sum["upper"]].map(Value::clone);
    assert_eq!(shown(carries), ["10", "10", "110"].map(|text| json!(text)));
    assert_eq!(shown(&agency["carries"]["groups"]["groups"][0]), shown(carries));
    let excluded = &agency["carries"]["groups"]["excluded"][0];
    assert_eq!(excluded, &json!({ "reason": "SHARED_WITH_OTHERS", "amount": "100" }));
    let place = &data["location"]["programmes"]["totals"][0];
    assert_eq!(shown(place), [json!("0"), Value::Null, json!("100")]);
}

#[test]
fn money_for_a_mission_in_two_countries_counts_for_neither() {
    let data = ask(
        &FIXED.1,
        &format!(
            "{{ engagement(donor: \"LU\", partner: \"ML\") {{ defence {{ {TOTALS} contributions {{ {TOTALS} }} }} }}
               all: missionContributions {{ {TOTALS} }} }}"
        ),
    );
    let defence = &data["engagement"]["defence"];
    for totals in [&defence["totals"], &defence["contributions"]["totals"]] {
        let total = &totals[0];
        assert_eq!(
            [&total["lower"], &total["counted"], &total["upper"]],
            ["3", "3", "53"],
            "{total}"
        );
    }
    assert_eq!(data["all"]["totals"][0]["counted"], "53");
}

#[test]
fn payments_of_a_shared_programme_count_for_no_participant() {
    let sum = |list: &Value| {
        let total = &list["totals"][0];
        [&total["lower"], &total["counted"], &total["upper"]].map(Value::clone)
    };
    let narrowed = [json!("4"), json!("4"), json!("24")];
    for filter in [
        "{ participant: \"a0\", role: IMPLEMENTING }",
        "{ participant: \"a0\" }",
        "{ or: [{ participant: \"a0\" }, { programme: \"NONE\" }] }",
        "{ not: { not: { participant: \"a0\" } } }",
    ] {
        let query = format!("{{ transactions(filter: {filter}) {{ {TOTALS} }} }}");
        assert_eq!(sum(&ask(&FIXED.1, &query)["transactions"]), narrowed, "{filter}");
    }
    let data = ask(
        &FIXED.1,
        &format!(
            "{{ all: transactions {{ {TOTALS} }}
               received: transactions(filter: {{ receiver: \"a1\" }}) {{ {TOTALS} }}
               agency(identifier: \"a2\") {{ all: transactions {{ totalCount }} carried: transactions(filter: {{ role: IMPLEMENTING }}) {{ totalCount }} }}
               carrier: agency(identifier: \"a0\") {{ transactions(filter: {{ role: IMPLEMENTING }}) {{ totalCount }} }} }}"
        ),
    );
    assert_eq!(sum(&data["all"]), ["24", "24", "24"]);
    assert_eq!(sum(&data["received"]), ["20", "20", "20"]);
    assert_eq!(
        data["agency"],
        json!({ "all": { "totalCount": 2 }, "carried": { "totalCount": 0 } })
    );
    assert_eq!(data["carrier"]["transactions"]["totalCount"], 1);
}

#[test]
fn approximate_amounts_count_without_bounds() {
    assert_eq!(sums("{ identifier: \"ROUND\" }"), [json!("0"), json!("7"), Value::Null]);
    let data = ask(
        &FIXED.1,
        "{ programmes(filter: { identifier: [\"ROUND\", \"ALONE\"] }) { totals { approximate } groups(by: [YEAR]) { groups { lower counted upper approximate } } }
           programme(identifier: \"ROUND\") { budgetTotals { lower counted upper } budgets { money { lower upper value } } } }",
    );
    assert_eq!(data["programmes"]["totals"][0]["approximate"], 1);
    assert_eq!(
        data["programmes"]["groups"]["groups"][0],
        json!({ "lower": "10", "counted": "17", "upper": null, "approximate": 1 })
    );
    assert_eq!(
        data["programme"]["budgetTotals"][0],
        json!({ "lower": "0", "counted": "7", "upper": null })
    );
    assert_eq!(
        data["programme"]["budgets"][0]["money"],
        json!({ "lower": null, "upper": null, "value": "7" })
    );
}

fn identifiers(list: &Value) -> Vec<&str> {
    let nodes = list["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["identifier"].as_str().unwrap()).collect()
}

#[test]
fn in_force_selects_certain_and_possibly_selects_uncertain_cases() {
    let certain = ["T-ACTIVE", "T-ENDED", "T-UNKNOWN"];
    let possibly =
        ["T-ACTIVE", "T-CANCELLED", "T-ENDED", "T-OPEN", "T-OVERDUE", "T-SUSPENDED", "T-UNKNOWN"];
    let data = ask(
        &FIXED.1,
        "{ known: programmes(filter: { country: \"NE\", inForceOn: \"2023-05-01\" }) { nodes { identifier } }
           year: programmes(filter: { country: \"NE\", year: 2023, inForce: KNOWN }) { nodes { identifier } }
           possibly: programmes(filter: { country: \"NE\", inForceOn: \"2023-05-01\", inForce: POSSIBLY }) { nodes { identifier } }
           before: programmes(filter: { country: \"NE\", inForceOn: \"2019-05-01\", inForce: POSSIBLY }) { nodes { identifier } }
           country(code: \"NE\") { programmes(filter: { inForceOn: \"2023-05-01\" }) { nodes { identifier } } }
           engagement(donor: \"LU\", partner: \"NE\") { development {
             known: programmes(inForceOn: \"2023-05-01\") { nodes { identifier } }
             possibly: programmes(inForceOn: \"2023-05-01\", inForce: POSSIBLY) { nodes { identifier } } }
             defence { known: missions(inForceOn: \"2023-05-01\") { nodes { identifier } }
               possibly: missions(inForceOn: \"2023-05-01\", inForce: POSSIBLY) { nodes { identifier } } } }
           missions(filter: { inForceOn: \"2023-05-01\" }) { nodes { identifier } }
           every: missions(filter: { year: 2023, inForce: POSSIBLY }) { nodes { identifier } } }",
    );
    assert_eq!(identifiers(&data["known"]), certain);
    assert_eq!(identifiers(&data["year"]), certain);
    assert_eq!(identifiers(&data["country"]["programmes"]), certain);
    assert_eq!(identifiers(&data["possibly"]), possibly);
    assert!(identifiers(&data["before"]).is_empty());
    let development = &data["engagement"]["development"];
    let mut between = identifiers(&development["known"]);
    between.sort_unstable();
    assert_eq!(between, certain);
    let mut between = identifiers(&development["possibly"]);
    between.sort_unstable();
    assert_eq!(between, possibly);
    let defence = &data["engagement"]["defence"];
    assert!(identifiers(&defence["known"]).is_empty());
    assert_eq!(identifiers(&defence["possibly"]), ["TWO"]);
    assert_eq!(identifiers(&data["missions"]), ["ONE"]);
    assert_eq!(identifiers(&data["every"]), ["ONE", "TWO"]);
}
