//! How far an import is, as whoever looks on hears of it.

use std::sync::Mutex;

use aidgraph::ingest;
use aidgraph::ingest::import::{How, ImportObserver, Input, import};
use aidgraph::store::{BuildStep, Phase, Store};

use super::{Activity, WELLS, file};

/// What there was to do in each phase, and what was said to be done.
#[derive(Default)]
struct Heard(Mutex<Vec<(Phase, u64, u64)>>);

impl ImportObserver for Heard {
    fn step(&self, step: BuildStep) {
        let mut heard = self.0.lock().unwrap();
        match step {
            BuildStep::Begin(phase, total) => heard.push((phase, total, 0)),
            BuildStep::Done(count) => heard.last_mut().unwrap().2 += count,
        }
    }
}

#[test]
fn a_build_says_how_much_there_is_to_do_and_how_much_of_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let seed = ingest::seed::SeedFiles::embedded();
    ingest::prepare(&store, Some(&seed), &mut |_| {}).unwrap();
    let ids: Vec<String> = (0..5_000).map(|at| format!("XX-{at}")).collect();
    let text = file(&ids.iter().map(|id| Activity { id, ..WELLS }).collect::<Vec<_>>());
    let open = || Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn std::io::Read + Send>);
    let input = Input { name: "a.xml".into(), bytes: 0, open: Box::new(open) };
    let heard = Heard::default();
    import(&store, Some(&seed), vec![input], &[], &How::default(), &heard).unwrap();
    let heard = heard.0.into_inner().unwrap();
    let phases: Vec<Phase> = heard.iter().map(|(phase, ..)| *phase).collect();
    assert_eq!(phases, Phase::ALL);
    for (phase, total, done) in heard {
        let is_long = matches!(phase, Phase::Records | Phase::Verify);
        assert!((total > 0) == is_long && done == total, "{phase:?}: {done} of {total}");
    }
}
