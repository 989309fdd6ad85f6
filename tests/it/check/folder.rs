//! Seed files in a folder.

use std::fs;

use aidgraph::ingest::{Error, check, seed::SeedFiles};

use super::seed::Seed;

fn folder(seed: &Seed) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in &seed.files {
        fs::write(folder.path().join(name.trim_start_matches("seed/")), bytes).unwrap();
    }
    folder
}

#[test]
fn files_of_a_folder_have_the_names_of_seed_files() {
    let folder = folder(&Seed::valid());
    fs::write(folder.path().join("README.md"), "no part of it").unwrap();
    let files = SeedFiles::from_dir(folder.path()).unwrap();
    let names: Vec<&str> = files.iter().map(|(name, _)| name).collect();
    assert_eq!(names.first(), Some(&"seed/agencies.csv"));
    assert!(names.is_sorted() && names.len() == 25);
    assert_eq!(check(&files).problems().count(), 0);
}

#[test]
fn unknown_and_missing_files_of_a_folder_are_reported() {
    let folder = folder(&Seed::valid().without("events"));
    fs::write(folder.path().join("event.csv"), "a,b\n").unwrap();
    let checked = check(&SeedFiles::from_dir(folder.path()).unwrap());
    let found: Vec<_> = checked.problems().map(|p| (p.code.as_str(), p.file.as_str())).collect();
    assert_eq!(found, [("UNKNOWN_FILE", "seed/event.csv"), ("MISSING_FILE", "seed/events.csv")]);
}

#[test]
fn a_missing_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere");
    let error = SeedFiles::from_dir(&missing).unwrap_err();
    assert!(matches!(&error, Error::NoFolder { path } if *path == missing), "{error}");
    fs::write(&missing, "a file").unwrap();
    assert!(matches!(SeedFiles::from_dir(&missing), Err(Error::NoFolder { .. })));
}

#[test]
fn spreadsheets_in_a_folder_are_reported() {
    let folder = folder(&Seed::valid());
    for name in ["budgets.xlsx", "budgets.XLS", "seed.ods"] {
        fs::write(folder.path().join(name), "PK").unwrap();
    }
    let checked = check(&SeedFiles::from_dir(folder.path()).unwrap());
    let found: Vec<_> = checked.problems().map(|p| (p.code.as_str(), p.file.as_str())).collect();
    let names = ["seed/budgets.XLS", "seed/budgets.xlsx", "seed/seed.ods"];
    assert_eq!(found, names.map(|name| ("UNKNOWN_FILE", name)));
    assert_eq!((checked.errors(), checked.warnings()), (0, 3));
    assert!(checked.problems().all(|p| p.help.as_ref().unwrap().contains("`CSV UTF-8`")));
}
