//! Separation of humanitarian money: no path of the schema leads from a total to a record, and the defence pillar
//! contains no humanitarian amount.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};

use super::run_query;

/// Types that the fields of each type lead to; interfaces lead to their implementations.
fn edges_by_type() -> BTreeMap<String, BTreeSet<String>> {
    let schema = parse_schema(aidgraph::graphql::sdl()).unwrap();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for definition in schema.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = definition.node;
        let name = definition.name.node.to_string();
        let (fields, implements) = match definition.kind {
            TypeKind::Object(object) => (object.fields, object.implements),
            TypeKind::Interface(interface) => (interface.fields, interface.implements),
            _ => continue,
        };
        for interface in implements {
            edges.entry(interface.node.to_string()).or_default().insert(name.clone());
        }
        for field in fields {
            let of = field.node.ty.node.to_string();
            let of = of.trim_matches(|c| "[]!".contains(c)).to_owned();
            edges.entry(name.clone()).or_default().insert(of);
        }
    }
    edges
}

fn reachable(from: &str) -> BTreeSet<String> {
    let edges = edges_by_type();
    let mut found = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(at) = next.pop() {
        for to in edges.get(&at).into_iter().flatten() {
            if found.insert(to.clone()) {
                next.push(to.clone());
            }
        }
    }
    found
}

#[test]
fn no_path_leads_from_a_total_to_a_humanitarian_amount() {
    let from_total = reachable("Total");
    assert!(from_total.contains("Money"), "the walk finds no types: {from_total:?}");
    assert!(!from_total.contains("HumanitarianContribution"), "{from_total:?}");
    assert!(!from_total.contains("Node"), "{from_total:?}");
}

#[test]
fn the_walk_detects_a_path() {
    assert!(reachable("Humanitarian").contains("HumanitarianContribution"));
}

#[test]
fn defence_has_no_humanitarian_field() {
    let own: BTreeSet<String> = edges_by_type().remove("Defence").unwrap();
    assert!(own.iter().all(|name| !name.starts_with("Humanitarian")), "{own:?}");
    let defence_funds =
        run_query("{ trustFunds(filter: { pillar: DEFENCE, humanitarian: true }) { totalCount } }");
    assert_eq!(defence_funds["trustFunds"]["totalCount"], 0);
}

#[test]
fn the_total_of_defence_contains_only_defence_missions_and_funds() {
    let data = run_query(
        "{ engagement(donor: \"LU\", partner: \"ML\") { defence { totals { currency counted naive items notStated excluded { kind } }
            contributions { nodes { identifier money { value currency } } }
            trustFunds { nodes { pillar humanitarian contributions { nodes { money { value currency } } } } } } } }",
    );
    let defence = &data["engagement"]["defence"];
    for fund in defence["trustFunds"]["nodes"].as_array().unwrap() {
        assert_eq!(fund["pillar"], "DEFENCE");
        assert_eq!(fund["humanitarian"], false);
    }
    let mut euros = rust_decimal::Decimal::ZERO;
    let payments = defence["trustFunds"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|fund| fund["contributions"]["nodes"].as_array().unwrap());
    for money in defence["contributions"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .chain(payments)
        .map(|n| &n["money"])
    {
        if money["currency"] == "EUR" {
            euros += money["value"].as_str().unwrap().parse::<rust_decimal::Decimal>().unwrap();
        }
    }
    let total =
        defence["totals"].as_array().unwrap().iter().find(|t| t["currency"] == "EUR").unwrap();
    assert_eq!(total["counted"], euros.normalize().to_string());
}
