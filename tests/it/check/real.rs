//! The embedded seed.

use aidgraph::ingest::{check, report, seed::SeedFiles};

#[test]
fn the_embedded_seed_has_no_errors_or_warnings() {
    let checked = check(&SeedFiles::embedded());
    super::consistent::assert_consistent(&checked);
    let mut text = String::new();
    report::terminal(&checked, false, &mut text).unwrap();
    assert_eq!((checked.errors(), checked.warnings()), (0, 0), "{text}");
}
