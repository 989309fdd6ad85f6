//! Filters: whatever a client sends as one finds records or is refused, and what it finds and what it does not are all
//! there is. The first line is the list, the rest the filter as JSON.
#![no_main]

use aidgraph_fuzz::ask;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const LISTS: [(&str, &str); 5] = [
    ("programmes", "ProgrammeFilter"),
    ("agencies", "AgencyFilter"),
    ("countries", "CountryFilter"),
    ("missions", "MissionFilter"),
    ("humanitarianContributions", "HumanitarianContributionFilter"),
];

/// How many records a filter finds; `None` where it is refused.
fn count(list: &str, input: &str, filter: &Value) -> Option<u64> {
    let query = format!("query($f: {input}) {{ {list}(filter: $f, first: 1) {{ totalCount }} }}");
    let answer = ask(&query, json!({ "f": filter }));
    let data = answer.data.into_json().ok().filter(|_| answer.errors.is_empty())?;
    let count = data[list]["totalCount"].as_u64();
    assert!(count.is_some(), "{data}");
    count
}

fuzz_target!(|text: &str| {
    let Some((list, filter)) = text.split_once('\n') else { return };
    let Some((list, input)) = LISTS.iter().find(|(known, _)| *known == list) else { return };
    let Ok(filter) = serde_json::from_str::<Value>(filter) else { return };
    let Some(found) = count(list, input, &filter).filter(|_| filter.is_object()) else { return };
    let all = count(list, input, &json!({})).expect("an empty filter is one");
    // What stands inside another filter may be one too many inside each other.
    if let Some(others) = count(list, input, &json!({ "not": filter })) {
        assert_eq!(found + others, all, "{filter}");
    }
    if let Some(both) = count(list, input, &json!({ "and": [filter, filter] })) {
        assert_eq!(both, found, "{filter}");
    }
});
