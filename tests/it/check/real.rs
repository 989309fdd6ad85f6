//! The seed that the program carries.

use aidgraph::ingest::{check, report, seed::SeedFiles};

#[test]
fn the_real_seed_has_no_errors_and_no_warnings() {
    let checked = check(&SeedFiles::embedded());
    super::consistent::assert_consistent(&checked);
    let mut text = String::new();
    report::terminal(&checked, false, &mut text).unwrap();
    assert_eq!((checked.errors(), checked.warnings()), (0, 0), "{text}");
}
