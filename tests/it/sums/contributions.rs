//! Groups of contributions: they add up to the totals of the same list, and bound shared money.

use std::collections::BTreeSet;

use aidgraph::graphql::Service;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::decimal;
use super::world::{COUNTRIES, MISSIONS, ask};

const LISTS: [(&str, &[&str], &[&str]); 2] = [
    (
        "humanitarianContributions",
        &[
            "YEAR",
            "COUNTRY",
            "[YEAR, CHANNEL]",
            "[COUNTRY, CURRENCY]",
            "RECEIVER",
            "[DONOR, SCOPE, CRISIS, FLOW_STATUS]",
            "[PLAN, CLUSTER, PROVIDER, MONTH]",
        ],
        &[
            "{}",
            "{ country: \"ML\" }",
            "{ country: [\"ML\", \"NE\"], year: 2015 }",
            "{ agency: \"a1\" }",
            "{ or: [{ country: \"ML\" }, { agency: \"a0\" }] }",
        ],
    ),
    (
        "missionContributions",
        &[
            "MISSION",
            "[MISSION, YEAR]",
            "COUNTRY",
            "[KIND, CURRENCY]",
            "[SENDING_BODY, DEPLOYMENT]",
        ],
        &["{}", "{ mission: \"M0\" }", "{ mission: [\"M0\", \"M1\"] }", "{ year: 2015 }"],
    ),
];

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Checks that counted and excluded amounts of groups equal the naive sum, by currency.
pub(super) fn check(service: &Service) -> Result<(), TestCaseError> {
    for (list, dimensions, filters) in LISTS {
        for by in dimensions {
            for filter in filters {
                for convert in ["", "currency: \"EUR\""] {
                    let totals = if convert.is_empty() { "" } else { "(currency: \"EUR\")" };
                    let query = format!(
                        "{{ list: {list}(filter: {filter}) {{ totals{totals} {{ currency lower counted upper naive items excludedSums {{ reason currency amount items }} }} groups(by: {by} {convert}) {{ totalCount groups {{ keys {{ code absence }} currency items programmes lower counted upper notStated }} excluded {{ reason currency amount items }} }} }} }}"
                    );
                    let data = ask(service, &query);
                    add_up(&data["list"]).map_err(|error| {
                        TestCaseError::fail(format!("{query}: {error}\n{data:#}"))
                    })?;
                }
            }
        }
    }
    one_selected(service, "humanitarianContributions", "country", "COUNTRY", &COUNTRIES)?;
    one_selected(service, "missionContributions", "mission", "MISSION", &MISSIONS)
}

fn add_up(list: &Value) -> Result<(), TestCaseError> {
    let (groups, excluded) = (rows(&list["groups"]["groups"]), rows(&list["groups"]["excluded"]));
    let mut known = BTreeSet::new();
    for total in rows(&list["totals"]) {
        let own = |rows: &'_ [Value]| -> Vec<Value> {
            rows.iter().filter(|row| row["currency"] == total["currency"]).cloned().collect()
        };
        let sum = |rows: &[Value], figure: &str| -> Decimal {
            rows.iter().filter_map(|row| decimal(&row[figure])).sum()
        };
        let groups = own(groups);
        let counted = sum(&groups, "counted");
        prop_assert_eq!(counted, decimal(&total["counted"]).unwrap_or_default());
        let naive = counted + sum(&own(excluded), "amount");
        prop_assert_eq!(naive, decimal(&total["naive"]).unwrap_or_default());
        prop_assert_eq!(sum(&groups, "lower"), decimal(&total["lower"]).unwrap_or_default());
        if groups.iter().all(|group| !group["upper"].is_null()) {
            let upper = decimal(&total["upper"]).unwrap_or_default();
            prop_assert!(sum(&groups, "upper") >= upper);
        }
        for sum in rows(&total["excludedSums"]) {
            prop_assert!(excluded.contains(sum), "{}", sum);
            known.insert(sum.to_string());
        }
    }
    prop_assert_eq!(known.len(), excluded.len());
    prop_assert!(groups.iter().all(|group| group["programmes"] == json!(0)));
    Ok(())
}

/// Reasons of amounts that may count, which determine the currency of a group.
const OPEN: [&str; 5] =
    ["REVISED_IN_PART", "POSSIBLE_PART", "SHARED_WITH_OTHERS", "ORDER_UNKNOWN", "NO_RATE"];

/// Returns the sums that a group of all amounts of a list must have. Excluded amounts are in no group, so their
/// currency occurs only in the total.
fn sums_of_group(total: &Value) -> Value {
    let mut sums = total.clone();
    let excluded = sums.as_object_mut().unwrap().remove("excludedSums").unwrap();
    let is_own = |sum: &&Value| sum["currency"] == total["currency"];
    let may_count = |sum: &Value| OPEN.iter().any(|reason| sum["reason"] == *reason);
    if total["items"] == 0 && !rows(&excluded).iter().filter(is_own).any(may_count) {
        sums["currency"] = Value::Null;
    }
    sums
}

/// Checks that the only group of a list filtered by one code has the sums of the list.
fn one_selected(
    service: &Service,
    list: &str,
    field: &str,
    dimension: &str,
    codes: &[&str],
) -> Result<(), TestCaseError> {
    for code in codes {
        let figures = "currency items lower counted upper notStated";
        let data = ask(
            service,
            &format!(
                "{{ list: {list}(filter: {{ {field}: \"{code}\" }}) {{ totals {{ {figures} excludedSums {{ reason currency }} }} groups(by: {dimension}) {{ groups {{ keys {{ code }} {figures} }} }} }} }}"
            ),
        );
        for group in rows(&data["list"]["groups"]["groups"]) {
            prop_assert_eq!(&group["keys"], &json!([{ "code": code }]), "{:#}", data);
            let mut sums = group.clone();
            sums.as_object_mut().unwrap().remove("keys");
            let mut totals = rows(&data["list"]["totals"]).iter().map(sums_of_group);
            prop_assert!(totals.any(|total| total == sums), "{:#}", data);
        }
    }
    Ok(())
}
