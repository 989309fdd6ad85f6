//! Every code of the closed list of problems is tested.

use std::fs;
use std::path::Path;

use aidgraph::ingest::problem::ProblemCode;
use aidgraph::model::code::Code;

#[test]
fn every_problem_code_appears_in_a_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let folders = ["check", "crs", "fts", "iati", "import"].map(|name| folder.join(name));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = entries.map(|entry| entry.unwrap().path());
    let tests: String = files
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for word in ProblemCode::WORDS {
        assert!(tests.contains(&format!("\"{word}\"")), "no test covers {word}");
    }
}
