//! Progress of an import as reported to observers.

use std::sync::Mutex;

use aidgraph::ingest;
use aidgraph::ingest::import::{How, ImportObserver, Input, import};
use aidgraph::store::{BuildStep, Phase, Store};

use super::{Activity, WELLS, file};

/// Total and completed work of each phase.
#[derive(Default)]
struct Recorded(Mutex<Vec<(Phase, u64, u64)>>);

impl ImportObserver for Recorded {
    fn step(&self, step: BuildStep) {
        let mut recorded = self.0.lock().unwrap();
        match step {
            BuildStep::Begin(phase, total) => recorded.push((phase, total, 0)),
            BuildStep::Done(count) => recorded.last_mut().unwrap().2 += count,
        }
    }
}

#[test]
fn a_build_reports_total_and_completed_work_of_each_phase() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let seed = ingest::seed::SeedFiles::embedded();
    ingest::prepare(&store, Some(&seed), &mut |_| {}).unwrap();
    let ids: Vec<String> = (0..5_000).map(|at| format!("XX-{at}")).collect();
    let text = file(&ids.iter().map(|id| Activity { id, ..WELLS }).collect::<Vec<_>>());
    let open = || Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn std::io::Read + Send>);
    let input = Input { name: "a.xml".into(), bytes: 0, open: Box::new(open) };
    let recorded = Recorded::default();
    import(&store, Some(&seed), vec![input], &[], &How::default(), &recorded).unwrap();
    let recorded = recorded.0.into_inner().unwrap();
    let phases: Vec<Phase> = recorded.iter().map(|(phase, ..)| *phase).collect();
    assert_eq!(phases, Phase::ALL);
    for (phase, total, done) in recorded {
        let is_long = matches!(phase, Phase::Records | Phase::Verify);
        assert!((total > 0) == is_long && done == total, "{phase:?}: {done} of {total}");
    }
}
