//! The gate: no text kills or hangs it, it says the same of a text each time, and what it lets through is answered.
#![no_main]

use aidgraph::graphql::error::{ErrorCode, code_of};
use aidgraph::graphql::rejected::Rejected;
use aidgraph_fuzz::{SERVICE, ask, never_fails};
use async_graphql::Request;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let first = SERVICE.prepare(Request::new(text));
    let second = SERVICE.prepare(Request::new(text));
    match (first, second) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first.kind(), second.kind());
            ask(text, json!({}));
        }
        (Err(first), Err(second)) => {
            never_fails(first.errors());
            // Where several operations stand, the parser points at any of them.
            let said = |refused: &Rejected| -> Vec<(String, Option<ErrorCode>)> {
                let errors = refused.errors().iter();
                errors.map(|error| (error.message.clone(), code_of(error))).collect()
            };
            assert_eq!(said(&first), said(&second));
        }
        (first, second) => panic!("{first:?} and then {second:?}"),
    }
});
