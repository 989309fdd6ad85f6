//! Labels of records whose agencies, missions and programmes are missing.

use aidgraph::model::noun::Kind;
use aidgraph::model::text::Language;
use aidgraph::read::filter::Filter;
use aidgraph::read::label::label;
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;

use super::dataset::Dataset;

#[test]
fn every_record_has_a_label_with_dangling_references() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 5).install(&store).unwrap();
    let reader = Reader::new(store.current().unwrap().unwrap());
    for (kind, key) in reader.keys(Kind::ALL, &Filter::All).unwrap() {
        let record = reader.get_any(kind, &key).unwrap().unwrap();
        for languages in [&[][..], &[Language::FR], &[Language::ES, Language::UND]] {
            let label = label(&record, languages, &reader).unwrap();
            assert!(!label.trim().is_empty() && label.trim() == label, "{kind} {key}: `{label}`");
        }
    }
}
