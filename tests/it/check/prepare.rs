//! Preparation of a store from a seed.

use aidgraph::ingest::{Error, Preparation, prepare};
use aidgraph::model::noun::Kind;
use aidgraph::store::Store;

use super::seed::Seed;

fn run(store: &Store, seed: Option<&Seed>) -> Result<(u64, u32, Preparation), Error> {
    let files = seed.map(Seed::files);
    let (generation, outcome) = prepare(store, files.as_ref(), &mut |_| {})?;
    Ok((generation.manifest().generation, generation.len(Kind::Programme), outcome))
}

#[test]
fn a_seed_is_built_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let seed = Seed::valid();
    let mut phases = 0;
    let (generation, outcome) = prepare(&store, Some(&seed.files()), &mut |_| phases += 1).unwrap();
    assert_eq!((outcome, generation.len(Kind::Agency)), (Preparation::Built, 5));
    assert!(phases > 3);
    assert_eq!(generation.manifest().files.len(), 25);
    assert!(generation.manifest().files.iter().all(|f| f.ledger.adds_up()));
    drop(generation);
    assert_eq!(run(&store, Some(&seed)).unwrap().2, Preparation::Unchanged);
    assert_eq!(run(&store, None).unwrap().2, Preparation::Unchanged);
}

#[test]
fn a_changed_seed_is_rebuilt_and_rows_with_errors_are_quarantined() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(run(&store, Some(&Seed::valid())).unwrap(), (1, 3, Preparation::Built));
    let changed = Seed::valid().cell("programmes", 4, "start", "soon");
    assert_eq!(run(&store, Some(&changed)).unwrap(), (2, 2, Preparation::Built));
    assert_eq!(run(&store, None).unwrap(), (2, 2, Preparation::Unchanged));
}

#[test]
fn a_damaged_generation_is_rebuilt_from_the_stored_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    run(&store, Some(&Seed::valid())).unwrap();
    let manifest = folder.path().join("gen-000001/MANIFEST");
    std::fs::write(manifest, "{}").unwrap();
    let (_, programmes, outcome) = run(&store, None).unwrap();
    assert_eq!(programmes, 3);
    assert!(matches!(outcome, Preparation::Rebuilt { .. }), "{outcome:?}");
    assert_eq!(run(&store, None).unwrap().2, Preparation::Unchanged);
}

#[test]
fn a_missing_generation_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    run(&store, Some(&Seed::valid())).unwrap();
    std::fs::remove_file(folder.path().join("CURRENT")).unwrap();
    assert_eq!(run(&store, None).unwrap().1, 3);
}

#[test]
fn a_seed_without_valid_rows_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(matches!(run(&store, None), Err(Error::NoFiles { .. })));
    run(&store, Some(&Seed::valid())).unwrap();
    let useless = Seed::valid().with("sources", "nothing\n");
    let error = run(&store, Some(&useless)).unwrap_err();
    assert!(matches!(error, Error::NothingAccepted { errors } if errors > 10), "{error}");
    assert_eq!(run(&store, None).unwrap(), (1, 3, Preparation::Unchanged));
}
