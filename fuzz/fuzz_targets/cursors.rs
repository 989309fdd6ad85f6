//! Cursors: whatever a client sends as one is a place in its list or refused. The first line is the list, the rest the
//! cursor.
#![no_main]

use aidgraph::graphql::error::{ErrorCode, code_of};
use aidgraph_fuzz::ask;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

const LISTS: [&str; 5] = ["programmes", "agencies", "countries", "missions", "agreements"];

fuzz_target!(|text: &str| {
    let Some((list, cursor)) = text.split_once('\n') else { return };
    let Some(list) = LISTS.iter().find(|known| **known == list) else { return };
    for (argument, size) in [("after", "first"), ("before", "last")] {
        let query = format!(
            "query($c: String) {{ {list}({argument}: $c, {size}: 3) {{ edges {{ cursor }} }} }}"
        );
        let answer = ask(&query, json!({ "c": cursor }));
        for error in &answer.errors {
            assert_eq!(code_of(error), Some(ErrorCode::BadUserInput), "{error:?}");
        }
    }
});
