//! Round trips of records, ordinals, postings, orders, days, rates and manifest.

use std::sync::Arc;

use aidgraph::model::facet::Facet;
use aidgraph::model::noun::{Kind, Noun, Record};
use aidgraph::model::programme::Programme;
use aidgraph::store::search::{IsOver, SearchQuery};
use aidgraph::store::{Error, Generation, Order, Store};
use roaring::RoaringBitmap;

use super::dataset::{Dataset, within};
use super::sample;

#[test]
fn every_noun_is_read_by_id_and_by_ordinal_in_id_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    assert!(store.current().unwrap().is_none() && store.manifest().unwrap().is_none());
    Dataset::new(1, 12).install(&store).unwrap();
    let generation = store.current().unwrap().unwrap();
    for kind in Kind::ALL {
        assert_eq!(generation.len(*kind), 12);
        let keys: Vec<_> = (0..12).map(|n| generation.key(*kind, n).unwrap()).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        for (ordinal, key) in (0..).zip(&keys) {
            assert_eq!(generation.ordinal(*kind, key), Some(ordinal));
            assert_eq!(generation.any_at(*kind, ordinal).unwrap().unwrap().key(), *key);
        }
        assert!(generation.any_at(*kind, 12).unwrap().is_none());
        assert_eq!(generation.key(*kind, 12), None);
    }
    let programme: Programme = generation.record("ICP-MLI-3").unwrap().unwrap();
    assert_eq!(programme.key(), "ICP-MLI-3");
    assert_eq!(generation.record::<Programme>("ICP-MLI-99").unwrap(), None);
    assert_eq!(generation.record_at::<Programme>(0).unwrap().unwrap().0.key(), "ICP-MLI-0");
}

#[test]
fn postings_match_the_terms_of_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 12).install(&store).unwrap();
    let g = store.current().unwrap().unwrap();
    let found =
        |kind, facet, term: &str| g.posting(kind, facet, term).map_or(0, RoaringBitmap::len);
    for (facet, term) in [
        (Facet::Kind, "INDICATIVE_COOPERATION_PROGRAMME"),
        (Facet::Pillar, "DEVELOPMENT"),
        (Facet::Status, "ACTIVE"),
        (Facet::Donor, "LU"),
        (Facet::Country, "ML"),
        (Facet::Parent, "ICP-MLI-0"),
        (Facet::Agency, "lu-luxdev"),
        (Facet::AgencyRole, "IMPLEMENTING lu-luxdev"),
        (Facet::Channel, "BILATERAL"),
        (Facet::Location, "ML-segou-region"),
        (Facet::Sector, "31120"),
        (Facet::SectorCategory, "311"),
        (Facet::Year, "2015"),
        (Facet::Year, "2020"),
        (Facet::Currency, "EUR"),
        (Facet::Qualifier, "AT_LEAST"),
        (Facet::Source, "GOV-MALI-EN"),
        (Facet::Assertion, "STATED"),
        (Facet::AgencyRole, "REPORTING lu-mfa"),
        (Facet::Region, "289"),
        (Facet::PolicyMarker, "2"),
        (Facet::Tag, "2 3"),
        (Facet::Level, "2"),
        (Facet::FlowType, "10"),
        (Facet::File, "seed/sample.csv"),
    ] {
        assert_eq!(found(Kind::Programme, facet, term), 12, "{facet} {term}");
    }
    assert_eq!(found(Kind::Programme, Facet::Year, "2021"), 0);
    assert_eq!(found(Kind::MissionContribution, Facet::Absence, "NOT_APPLICABLE"), 12);
    assert_eq!(found(Kind::TrustFund, Facet::Humanitarian, "no"), 12);
    assert_eq!(found(Kind::Agreement, Facet::Programme, "ICP-MLI-1"), 12);
    assert_eq!(found(Kind::Agreement, Facet::Dialogue, "DLG-1"), 12);
    assert_eq!(found(Kind::Dialogue, Facet::Forum, "BILATERAL"), 12);
    let question = SearchQuery::new("segou").unwrap();
    assert_eq!(g.search().matching(&question, Kind::Location, &within()).unwrap().len(), 12);
    let none = |_: Kind, _: u32| -> bool { panic!("no document is visited after the deadline") };
    let over: IsOver = Arc::new(|| true);
    let stopped = g.search().find(&question, &[Kind::Location], &none, 10, &over).unwrap();
    assert_eq!((stopped.total, stopped.hits.len()), (0, 0));
    assert_eq!(found(Kind::Transaction, Facet::AgencyRole, "RECEIVER un"), 12);
    // The category that the record states, which may differ from the first digits of its code.
    assert_eq!(found(Kind::Sector, Facet::SectorCategory, "311"), 12);
    let years: Vec<_> = g.terms(Kind::Programme, Facet::Year, "201").map(|(t, _)| t).collect();
    assert_eq!(years, ["2015", "2016", "2017", "2018", "2019"]);
    assert_eq!(g.terms(Kind::Event, Facet::Sector, "").count(), 0);
}

#[test]
fn orders_are_permutations_and_days_cover_the_period_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut draft = Dataset::new(1, 4).draft();
    for record in &mut draft.records {
        if let Record::Event(event) = record {
            match event.id.as_str() {
                "EVT-0" => event.period.start = None,
                "EVT-1" => event.period.start = "2020".parse().ok(),
                "EVT-2" => event.title = sample_title("Éa"),
                _ => event.title = sample_title("zz"),
            }
        }
    }
    store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
    let g = store.current().unwrap().unwrap();
    assert_eq!(g.order(Kind::Event, Order::Name), [0, 1, 2, 3]);
    assert_eq!(g.order(Kind::Event, Order::Date), [2, 3, 1, 0]);
    let day = |text: &str| text.parse::<aidgraph::model::date::PartialDate>().unwrap();
    let on = |kind, text: &str| {
        let day = day(text).first_day();
        g.in_force(kind, day, day).contains(0)
    };
    let begins = ["2015-02-28", "2015-03-01"].map(|day| on(Kind::Programme, day));
    let ends = ["2020-06-30", "2020-07-01"].map(|day| on(Kind::Programme, day));
    assert_eq!((begins, ends), ([false, true], [true, false]));
    assert!(!g.end_unknown(Kind::Programme).contains(0));
    // A record without a start is never in force; a noun without days has no known end.
    assert!(!on(Kind::Event, "2020-06-30"));
    assert_eq!(g.end_unknown(Kind::Country).len(), 4);
}

fn sample_title(title: &str) -> aidgraph::model::text::Text {
    aidgraph::model::text::Text::new(Some(title.into()), None).unwrap()
}

#[test]
fn the_same_files_give_the_same_version_and_digest_in_any_folder() {
    let build = |dataset: Dataset| {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        dataset.install(&store).unwrap();
        let mut manifest = dataset.install(&store).unwrap();
        assert_eq!(store.manifest().unwrap(), Some(manifest.clone()));
        assert_eq!(std::mem::take(&mut manifest.generation), 2);
        // The segments of the full-text index have different names in each build.
        assert!(!std::mem::take(&mut manifest.search).is_empty());
        manifest
    };
    assert_eq!(build(Dataset::new(1, 5)), build(Dataset::new(1, 5)));
    let (one, two) = (build(Dataset::new(1, 5)), build(Dataset::new(2, 5)));
    assert_ne!(one.data_version, two.data_version);
    assert_ne!(one.digest, two.digest);
    assert_eq!(one.data_version.len(), 64);
}

#[test]
fn a_generation_contains_no_path_host_name_or_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    Dataset::new(1, 5).install(&store).unwrap();
    let manifest = std::fs::read_to_string(folder.path().join("gen-000001/MANIFEST")).unwrap();
    assert!(!manifest.contains(folder.path().to_str().unwrap()) && !manifest.contains("\"at\""));
    for file in super::dataset::files_below(&folder.path().join("gen-000001")) {
        let bytes = std::fs::read(&file).unwrap();
        let needle = folder.path().to_str().unwrap().as_bytes();
        assert!(!bytes.windows(needle.len()).any(|w| w == needle), "{}", file.display());
    }
}

#[test]
fn a_contradictory_draft_is_rejected_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let dataset = Dataset::new(1, 2);
    dataset.install(&store).unwrap();
    let mut draft = dataset.draft();
    draft.records.extend(sample::records(1));
    let rejected = store.writer().unwrap().build(draft, &mut |_| {});
    assert!(matches!(rejected, Err(Error::Unstorable(_))), "{rejected:?}");
    let mut draft = dataset.draft();
    draft.rates.push(sample::rates("XOF"));
    let rejected = store.writer().unwrap().build(draft, &mut |_| {});
    assert!(matches!(rejected, Err(Error::Unstorable(_))), "{rejected:?}");
    assert_eq!(store.manifest().unwrap().unwrap().generation, 1);
}

#[test]
fn an_empty_draft_is_a_generation_without_records() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.writer().unwrap().build(aidgraph::store::Draft::default(), &mut |_| {}).unwrap();
    let generation = store.current().unwrap().unwrap();
    assert!(Kind::ALL.iter().all(|kind| generation.is_empty(*kind)));
}

#[test]
fn a_generation_is_read_by_many_threads() {
    fn shared<T: Send + Sync + std::fmt::Debug>() {}
    shared::<Generation>();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let dataset = Dataset::new(1, 40);
    dataset.install(&store).unwrap();
    let generation = store.current().unwrap().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(Dataset::of(&generation).unwrap(), dataset));
        }
    });
}

#[test]
fn many_records_span_blocks_chunks_and_batches() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut draft = Dataset::new(1, 1).draft();
    let event = draft.records.iter().find(|r| r.kind() == Kind::Event).cloned().unwrap();
    draft.records = (0..70_000)
        .map(|n| match &event {
            Record::Event(event) => {
                let mut event = event.clone();
                event.id = format!("EVT-{n:06}").parse().unwrap();
                Record::Event(event)
            }
            _ => unreachable!(),
        })
        .collect();
    store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
    let generation = store.current().unwrap().unwrap();
    assert_eq!(generation.len(Kind::Event), 70_000);
    assert_eq!(generation.ordinal(Kind::Event, "EVT-069999"), Some(69_999));
    assert_eq!(generation.order(Kind::Event, Order::Name).len(), 70_000);
    let posting = generation.posting(Kind::Event, Facet::Country, "ML").unwrap();
    assert_eq!(posting.len(), 70_000);
    for ordinal in (0..70_000).step_by(999) {
        assert!(generation.any_at(Kind::Event, ordinal).unwrap().is_some());
    }
}
