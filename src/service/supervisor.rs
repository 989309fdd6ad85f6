//! Supervisor of the data: prepares it, publishes new generations, rebuilds damaged ones, and follows generations that
//! other processes build.
//!
//! All of it blocks, so it runs on its own thread; the service continues on the last valid generation.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::error::Error;
use super::seed_watch::{ReloadFlag, WatchedSeed};
use super::{Options, scrub};
use crate::graphql::current_generation::CurrentGeneration;
use crate::ingest::{self, CaughtUp, Preparation};
use crate::model::printable::sentence;
use crate::read::reader::Reader;
use crate::store::{self, BuildStep, Generation, SCHEMA, Store};

/// Maximum wait for the supervisor at shutdown; builds are safe to interrupt.
const PATIENCE: Duration = Duration::from_secs(2);

/// Interval of the checks for changes.
const LOOK: Duration = Duration::from_secs(1);

/// Pause after the first rebuild; it doubles with each further one. Damage that returns has another cause, and every
/// generation set aside takes disk space.
const PAUSE: Duration = Duration::from_secs(60);

/// Maximum pause between rebuilds.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// Supervisor of one data folder.
#[derive(Debug)]
struct Supervisor {
    store: Store,
    seed: WatchedSeed,
    live: CurrentGeneration,
    rebuilt: Option<Instant>,
    pause: Duration,
    last_error: Option<String>,
    /// Journal length at which the current generation was last found up to date.
    up_to_date_at: Option<u64>,
}

/// State of the current generation after a start.
#[derive(Debug)]
pub(crate) struct StartState {
    /// Data version of the generation.
    pub(crate) data_version: String,
    /// Number of records of all types.
    pub(crate) records: u64,
    /// Number of records per type, as text.
    pub(crate) counts: String,
    /// Number of rows left out because of errors.
    pub(crate) left_out: u64,
}

impl Supervisor {
    /// Creates a supervisor; opens the data folder and reads the seed.
    fn new(options: &Options, live: CurrentGeneration, reload: ReloadFlag) -> Result<Self, Error> {
        let store = Store::open(&options.data)?;
        Ok(Self {
            store,
            seed: WatchedSeed::read(options, reload)?,
            live,
            rebuilt: None,
            pause: PAUSE,
            last_error: None,
            up_to_date_at: None,
        })
    }

    /// Publishes the generation of the configured seed; builds it if it is missing.
    fn prepare(&mut self) -> Result<StartState, Error> {
        self.close_to_others();
        let prepared = ingest::prepare(&self.store, Some(self.seed.files()), &mut observe);
        let (generation, outcome) = match prepared {
            Ok(prepared) => prepared,
            Err(err) => (self.last_good(err)?, Preparation::Unchanged),
        };
        match outcome {
            Preparation::Rebuilt { reason } => {
                tracing::error!(reason, "data damaged: set aside and rebuilt");
                self.live.count_rebuild();
            }
            Preparation::Upgraded { found } => tracing::info!(
                "data written by another version of aidgraph ({found}): rebuilt for layout {SCHEMA}"
            ),
            Preparation::Unchanged | Preparation::Built => {}
        }
        let ready = StartState::of(&generation);
        self.live.swap(Reader::new(generation));
        Ok(ready)
    }

    /// Restricts the files of the data folder to their owner, as far as this user owns them.
    fn close_to_others(&self) {
        match self.store.make_private() {
            Ok(foreign) if foreign.is_empty() => {}
            Ok(foreign) => tracing::warn!(
                count = foreign.len(),
                first = %foreign.first().map(|path| path.display().to_string()).unwrap_or_default(),
                "files of the data folder belong to another user and may be readable by others: chown them to the user of the service"
            ),
            Err(err) => tracing::warn!("{}", sentence(&err)),
        }
    }

    /// Falls back to the last valid generation if a new one cannot be built, for instance without disk space.
    fn last_good(&mut self, err: ingest::Error) -> Result<Generation, Error> {
        use store::Error as E;
        let is_build_error = matches!(
            &err,
            ingest::Error::Read { .. }
                | ingest::Error::Store(
                    E::NoSpace { .. }
                        | E::ReadOnly { .. }
                        | E::BuildFailed { .. }
                        | E::MissingSource { .. }
                        | E::DamagedSource { .. }
                )
        );
        match if is_build_error { self.store.current() } else { Ok(None) } {
            Ok(Some(generation)) => {
                tracing::error!(
                    "build failed, serving the previous generation: {}",
                    sentence(&err)
                );
                self.seed.retry_later();
                Ok(generation)
            }
            _ => Err(err.into()),
        }
    }

    /// Runs until the sender of `stop` is dropped.
    fn run(mut self, stop: &Receiver<()>) {
        scrub::start(self.store.clone());
        while stop.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let checked = self
                .catch_up()
                .and_then(|()| self.follow_seed())
                .and_then(|()| self.follow())
                .and_then(|()| if self.live.is_damaged() { self.rebuild() } else { Ok(()) });
            match checked {
                Ok(()) => self.last_error = None,
                Err(err) => self.log_once(&sentence(&err)),
            }
        }
    }

    /// Logs an error that repeats only once.
    fn log_once(&mut self, message: &str) {
        if self.last_error.as_deref() != Some(message) {
            tracing::error!("{message}");
            self.last_error = Some(message.to_owned());
        }
    }

    /// Sets the current generation aside and rebuilds it. Queries continue on it as far as it is readable.
    fn rebuild(&mut self) -> Result<(), Error> {
        if !self.may_rebuild() {
            return Ok(());
        }
        tracing::error!(
            "a read found the data damaged: setting it aside and rebuilding; the service continues"
        );
        self.live.set_rebuilding(true);
        let rebuilt = self.rebuild_now();
        self.live.set_rebuilding(false);
        rebuilt
    }

    fn rebuild_now(&mut self) -> Result<(), Error> {
        let served = self.live.current().map(|reader| reader.generation_number());
        self.store
            .writer()
            .and_then(|mut writer| writer.set_aside(served, "a read found it damaged"))?;
        self.publish()?;
        self.live.count_rebuild();
        Ok(())
    }

    /// Returns true if the pause after the last rebuild is over, and starts the next one, twice as long. The pause resets
    /// after `LONGEST_PAUSE` without a rebuild.
    fn may_rebuild(&mut self) -> bool {
        if let Some(at) = self.rebuilt {
            if at.elapsed() < self.pause {
                return false;
            }
            let quiet = at.elapsed() > LONGEST_PAUSE;
            self.pause = if quiet { PAUSE } else { (self.pause * 2).min(LONGEST_PAUSE) };
        }
        self.rebuilt = Some(Instant::now());
        true
    }

    /// Builds the generation of the journal if an import ended between journal and build.
    fn catch_up(&mut self) -> Result<(), Error> {
        let length = self.store.journal_bytes();
        if self.up_to_date_at == Some(length) || self.live.current().is_none() {
            return Ok(());
        }
        match ingest::catch_up(&self.store, &mut observe) {
            Ok(CaughtUp::Busy) => {}
            Ok(CaughtUp::Nothing) => self.up_to_date_at = Some(length),
            Ok(CaughtUp::Built) => {
                tracing::warn!("an import ended before its build: the generation is now built");
                self.up_to_date_at = Some(length);
            }
            // `follow` handles damage.
            Err(ingest::Error::Store(err)) if err.needs_rebuild() => {}
            Err(err) => return Err(err.into()),
        }
        Ok(())
    }

    /// Publishes an edited seed without errors.
    fn follow_seed(&mut self) -> Result<(), Error> {
        if self.live.current().is_none() {
            return Ok(());
        }
        let Some(edited) = self.seed.edited()? else { return Ok(()) };
        let changed = ingest::change_seed(&self.store, &edited, &mut observe);
        match changed {
            Ok(Some(_)) => self.seed.taken(edited),
            // Another process writes; retried at the next check.
            Ok(None) => tracing::debug!("seed edited, data folder locked by another process"),
            Err(err) => {
                self.seed.failed();
                return Err(err.into());
            }
        }
        Ok(())
    }

    /// Publishes a generation that another process has built.
    fn follow(&mut self) -> Result<(), Error> {
        let Some(current) = self.live.current() else { return self.publish() };
        match self.store.manifest() {
            Ok(None) => return Ok(()),
            Ok(Some(named)) if named.generation == current.generation_number() => return Ok(()),
            Err(err) if !err.needs_rebuild() => return Err(err.into()),
            Ok(Some(_)) | Err(_) => {}
        }
        match self.store.current() {
            Ok(Some(generation)) => {
                self.swap(generation);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(err) if err.needs_rebuild() => {
                if !self.may_rebuild() {
                    return Ok(());
                }
                tracing::error!("{}; rebuilding, the service continues", sentence(&err));
                self.publish()?;
                self.live.count_rebuild();
                Ok(())
            }
            // Another process has it open; retried at the next check.
            Err(store::Error::InUse { path }) => {
                tracing::debug!(path = %path.display(), "the next generation is in use");
                Ok(())
            }
            Err(err) => Err(err.into()),
        }
    }

    /// Builds the generation of the journal if it is missing, and publishes it.
    fn publish(&self) -> Result<(), Error> {
        let (generation, _) = ingest::prepare(&self.store, None, &mut observe)?;
        self.swap(generation);
        Ok(())
    }

    fn swap(&self, generation: Generation) {
        let ready = StartState::of(&generation);
        let number = generation.manifest().generation;
        self.live.swap(Reader::new(generation));
        tracing::warn!(
            generation = number,
            data_version = ready.data_version,
            records = ready.records,
            "generation published"
        );
    }
}

impl StartState {
    fn of(generation: &Generation) -> Self {
        let manifest = generation.manifest();
        let counts = manifest.counts.iter().filter(|(_, count)| **count > 0);
        Self {
            data_version: manifest.data_version.clone(),
            records: manifest.counts.values().sum(),
            counts: counts
                .map(|(noun, count)| format!("{noun} {count}"))
                .collect::<Vec<_>>()
                .join(", "),
            left_out: manifest.files.iter().map(|file| file.ledger.quarantined).sum(),
        }
    }
}

/// Handle of a running supervisor; dropping it stops the supervisor.
pub(crate) struct SupervisorHandle {
    stop: mpsc::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl SupervisorHandle {
    /// Stops the supervisor, and waits up to `PATIENCE` for its end.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        let _ = timeout(PATIENCE, self.ended).await;
    }
}

/// Starts a supervisor on a thread of its own. `ready` is called when the data is prepared; the receiver gets the result of
/// the preparation.
pub(crate) fn start(
    options: Options,
    live: CurrentGeneration,
    reload: ReloadFlag,
    ready: impl FnOnce(&StartState) + Send + 'static,
) -> (oneshot::Receiver<Result<(), Error>>, SupervisorHandle) {
    let (report, prepared) = oneshot::channel();
    let (stop, stopped) = mpsc::channel();
    let (report_end, ended) = oneshot::channel();
    thread::spawn(move || {
        let supervisor = Supervisor::new(&options, live, reload);
        let started = supervisor.and_then(|mut supervisor| Ok((supervisor.prepare()?, supervisor)));
        // The receiver is gone if the service was stopped meanwhile.
        match started {
            Ok((state, supervisor)) => {
                ready(&state);
                let _ = report.send(Ok(()));
                supervisor.run(&stopped);
            }
            Err(err) => {
                let _ = report.send(Err(err));
            }
        }
        let _ = report_end.send(());
    });
    (prepared, SupervisorHandle { stop, ended })
}

/// Logs the phases of a build.
fn observe(step: BuildStep) {
    if let BuildStep::Begin(phase, _) = step {
        tracing::debug!(%phase, "building");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supervisor(folder: &tempfile::TempDir) -> Supervisor {
        let options = Options { data: folder.path().to_owned(), seed: None };
        Supervisor::new(&options, CurrentGeneration::empty(), ReloadFlag::default()).unwrap()
    }

    fn generation(supervisor: &Supervisor) -> u64 {
        supervisor.live.current().unwrap().generation_number()
    }

    #[test]
    fn damage_detected_by_a_read_is_repaired_while_serving() {
        let folder = tempfile::tempdir().unwrap();
        let mut supervisor = supervisor(&folder);
        let version = supervisor.prepare().unwrap().data_version;
        let old = supervisor.live.current().unwrap();
        supervisor.live.report_damage(old.generation_number());
        assert!(supervisor.live.is_damaged());
        supervisor.rebuild().unwrap();
        assert!(!supervisor.live.is_damaged());
        assert!(generation(&supervisor) > old.generation_number());
        assert_eq!(supervisor.live.current().unwrap().version(), version);
        // Readers of the old generation can continue.
        assert_eq!(old.version(), version);

        // A rebuild cannot fix damage that returns at once.
        let rebuilt = generation(&supervisor);
        supervisor.live.report_damage(rebuilt);
        supervisor.rebuild().unwrap();
        assert_eq!(generation(&supervisor), rebuilt);
    }

    #[test]
    fn damage_of_an_old_generation_does_not_affect_a_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut supervisor = supervisor(&folder);
        supervisor.prepare().unwrap();
        let old = supervisor.live.current().unwrap();
        // Another process builds the next generation; then a read of the old one fails.
        let draft = crate::store::Draft::default();
        let built = supervisor.store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
        supervisor.live.report_damage(old.generation_number());
        assert!(supervisor.live.is_damaged());
        supervisor.follow().unwrap();
        assert_eq!(generation(&supervisor), built.generation);
        assert!(!supervisor.live.is_damaged());

        // A rebuild already in progress leaves the newer generation alone.
        supervisor
            .store
            .writer()
            .unwrap()
            .set_aside(Some(old.generation_number()), "late")
            .unwrap();
        assert_eq!(supervisor.store.manifest().unwrap().unwrap().generation, built.generation);
    }

    #[test]
    fn generations_of_another_process_are_followed_while_a_rebuild_waits() {
        let folder = tempfile::tempdir().unwrap();
        let mut supervisor = supervisor(&folder);
        supervisor.prepare().unwrap();
        supervisor.live.report_damage(generation(&supervisor));
        supervisor.rebuild().unwrap();
        let paused = generation(&supervisor);
        supervisor.live.report_damage(paused);
        supervisor.rebuild().unwrap();
        assert_eq!((generation(&supervisor), supervisor.live.is_damaged()), (paused, true));

        let draft = crate::store::Draft::default();
        let built = supervisor.store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
        supervisor.follow().unwrap();
        assert_eq!(
            (generation(&supervisor), supervisor.live.is_damaged()),
            (built.generation, false)
        );
    }

    #[test]
    fn unchanged_data_is_not_swapped() {
        let folder = tempfile::tempdir().unwrap();
        let mut supervisor = supervisor(&folder);
        supervisor.prepare().unwrap();
        let before = supervisor.live.current().unwrap();
        supervisor.follow().unwrap();
        assert!(std::sync::Arc::ptr_eq(&before, &supervisor.live.current().unwrap()));
    }
}
