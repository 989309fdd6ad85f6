//! Relay pagination: forward pages, backward pages and the whole list agree; invalid cursors are rejected.

use serde_json::{Value, json};

use super::{rejected, respond, run_query, run_query_with, texts};

/// Collects all identifiers of a list, page by page from one end.
fn walk(list: &str, arguments: &str, size: usize, forward: bool) -> Vec<String> {
    let (count, cursor, more, at) = if forward {
        ("first", "after", "hasNextPage", "endCursor")
    } else {
        ("last", "before", "hasPreviousPage", "startCursor")
    };
    let query = format!(
        "query($cursor: String) {{ list: {list}({arguments} {count}: {size}, {cursor}: $cursor) {{
            totalCount pageInfo {{ {more} {at} }} nodes {{ identifier }} edges {{ cursor }} }} }}"
    );
    let mut found: Vec<String> = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let data = run_query_with(&query, json!({ "cursor": cursor }));
        let page = texts(&data["list"]["nodes"], "/identifier");
        assert!(page.len() <= size);
        assert_eq!(page.len(), data["list"]["edges"].as_array().unwrap().len());
        if forward {
            found.extend(page);
        } else {
            found.splice(0..0, page);
        }
        if data["list"]["pageInfo"][more] == false {
            assert_eq!(data["list"]["totalCount"].as_u64().unwrap(), found.len() as u64);
            return found;
        }
        cursor = data["list"]["pageInfo"][at].clone();
    }
}

#[test]
fn forward_and_backward_pages_make_up_every_list_in_every_order() {
    let lists = [
        ("programmes", ["ID", "ID_DESC", "NAME", "NAME_DESC", "DATE", "DATE_DESC"].as_slice()),
        ("humanitarianContributions", &["DATE", "NAME_DESC"]),
        ("missionContributions", &["DATE_DESC", "ID"]),
        ("agencies", &["NAME", "ID_DESC"]),
        ("sources", &["DATE"]),
        ("missions", &["NAME"]),
        ("agreements", &["DATE"]),
        ("dialogues", &["DATE_DESC"]),
        ("events", &["DATE"]),
        ("trustFunds", &["NAME"]),
        ("transactions", &["DATE"]),
        ("locations", &["NAME_DESC"]),
        ("partnerships", &["DATE"]),
        ("odaFigures", &["DATE"]),
    ];
    for (list, orders) in lists {
        for order in orders {
            let arguments = format!("orderBy: {order},");
            let whole = walk(list, &arguments, 1_000, true);
            assert!(!whole.is_empty(), "{list} is empty");
            assert_eq!(walk(list, &arguments, 7, true), whole, "{list} {order} forward");
            assert_eq!(walk(list, &arguments, 7, false), whole, "{list} {order} backward");
        }
    }
}

#[test]
fn descending_is_the_reverse_of_ascending() {
    let mut ascending = walk("programmes", "orderBy: NAME,", 50, true);
    ascending.reverse();
    assert_eq!(walk("programmes", "orderBy: NAME_DESC,", 50, true), ascending);
}

#[test]
fn nested_lists_are_paged() {
    let query = "query($after: String) { source(identifier: \"GOV-MALI-EN\") { citedBy(first: 5, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { id } } } }";
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let data = run_query_with(query, json!({ "after": after }));
        let page = &data["source"]["citedBy"];
        found.extend(texts(&page["nodes"], "/id"));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"].as_u64().unwrap(), found.len() as u64);
            break;
        }
    }
    let mut unique = found.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), found.len());
    assert!(found.len() > 20, "the page on Mali supports many records");
}

#[test]
fn after_and_before_select_a_window() {
    let data = run_query("{ programmes(first: 10) { edges { cursor } nodes { identifier } } }");
    let cursor = |at: usize| data["programmes"]["edges"][at]["cursor"].as_str().unwrap().to_owned();
    let window = run_query(&format!(
        "{{ programmes(after: \"{}\", before: \"{}\") {{ nodes {{ identifier }} pageInfo {{ hasNextPage hasPreviousPage }} }} }}",
        cursor(2),
        cursor(6)
    ));
    assert_eq!(
        texts(&window["programmes"]["nodes"], "/identifier"),
        texts(&data["programmes"]["nodes"], "/identifier")[3..6]
    );
    assert_eq!(
        window["programmes"]["pageInfo"],
        json!({ "hasNextPage": true, "hasPreviousPage": true })
    );
}

#[test]
fn foreign_and_malformed_cursors_are_rejected_with_a_code() {
    let data = run_query(
        "{ programmes(first: 1) { edges { cursor } } agencies(first: 1) { edges { cursor } } }",
    );
    let cursor = data["programmes"]["edges"][0]["cursor"].as_str().unwrap();
    let foreign = data["agencies"]["edges"][0]["cursor"].as_str().unwrap();
    let mangled = format!("{}A", &cursor[..cursor.len() - 1]);
    for (name, arguments) in [
        ("of another list", format!("after: \"{foreign}\"")),
        ("of another order", format!("orderBy: NAME, after: \"{cursor}\"")),
        ("of another filter", format!("filter: {{ country: \"ML\" }}, before: \"{cursor}\"")),
        ("mangled", format!("after: \"{mangled}\"")),
        ("nonsense", "after: \"not a cursor\"".to_owned()),
        ("too short", "before: \"AA\"".to_owned()),
    ] {
        let (code, message) = rejected(&format!("{{ programmes({arguments}) {{ totalCount }} }}"));
        assert_eq!(code, "BAD_USER_INPUT", "{name}");
        assert!(message.contains("is not a cursor of this list"), "{name}: {message}");
    }
}

#[test]
fn an_empty_cursor_means_none_as_dashboards_send_it() {
    let data = run_query(
        "{ programmes(first: 2, after: \"\") { nodes { identifier } pageInfo { hasPreviousPage } } }",
    );
    assert_eq!(data["programmes"]["pageInfo"]["hasPreviousPage"], false);
}

#[test]
fn first_and_last_have_bounds() {
    for (arguments, expected) in [
        ("first: -1", "`first` must be 0 or more"),
        ("last: -5", "`last` must be 0 or more"),
        ("first: 1001", "`first` must be at most 1000"),
        ("last: 2147483647", "`last` must be at most 1000"),
        ("first: 1, last: 1", "`first` and `last` cannot be used together"),
    ] {
        let (code, message) = rejected(&format!("{{ programmes({arguments}) {{ totalCount }} }}"));
        assert_eq!(code, "BAD_USER_INPUT", "{arguments}");
        assert!(message.contains(expected), "{arguments}: {message}");
    }
    let nothing = run_query(
        "{ programmes(first: 0) { totalCount nodes { identifier } pageInfo { hasNextPage } } }",
    );
    assert_eq!(nothing["programmes"]["nodes"], json!([]));
    assert_eq!(nothing["programmes"]["pageInfo"]["hasNextPage"], true);
}

#[test]
fn a_query_above_the_cost_limit_is_rejected_before_execution() {
    let response = respond(
        "{ agencies(first: 1000) { nodes { programmes(first: 1000) { nodes { participations { agency { programmes(first: 1000) { nodes {
           participations { agency { programmes(first: 1000) { nodes { id } } } } } } } } } } } } }",
        Value::Null,
    );
    assert!(response["errors"][0]["message"].as_str().unwrap().contains("complex"), "{response}");
    assert_eq!(response["data"], Value::Null);
}

#[test]
fn lists_of_an_engagement_are_paged() {
    let query = |arguments: &str| {
        format!(
            "{{ engagement(donor: \"LU\", partner: \"ML\") {{ development {{ programmes{arguments} {{ totalCount pageInfo {{ hasNextPage endCursor }} nodes {{ identifier }} }} }} }} }}"
        )
    };
    let at = |arguments: &str| {
        run_query(&query(arguments))["engagement"]["development"]["programmes"].clone()
    };
    let whole = texts(&at("")["nodes"], "/identifier");
    assert_eq!(at("")["totalCount"].as_u64().unwrap(), whole.len() as u64);
    let (mut found, mut arguments) = (Vec::new(), "(first: 4)".to_owned());
    loop {
        let page = at(&arguments);
        found.extend(texts(&page["nodes"], "/identifier"));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        arguments = format!("(first: 4, after: {})", page["pageInfo"]["endCursor"]);
    }
    assert_eq!(found, whole);
    assert_eq!(texts(&at("(last: 3)")["nodes"], "/identifier"), whole[whole.len() - 3..]);
}
