//! Keeps the data: prepares it, puts it in force, rebuilds it when a read finds it damaged, and follows other
//! processes that build the next generation.
//!
//! All of it blocks, so it has a thread of its own; serving goes on meanwhile with the last good generation.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::again::Again;
use super::failure::{Failure, sentence};
use super::reseed::WatchedSeed;
use super::scrub;
use crate::config::Config;
use crate::graphql::live::Live;
use crate::ingest::{self, CaughtUp, Outcome};
use crate::read::reader::Reader;
use crate::store::{self, Generation, SCHEMA, Step, Store};

/// How often the keeper looks whether something has changed.
const LOOK: Duration = Duration::from_secs(1);

/// How long the keeper waits after its first rebuild, and then twice as long each time: damage that comes back has
/// another cause, and every generation that is set aside takes room on the disk.
const PAUSE: Duration = Duration::from_secs(60);

/// The longest that it waits.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// The keeper of one data folder.
#[derive(Debug)]
pub(super) struct Keeper {
    store: Store,
    seed: WatchedSeed,
    live: Live,
    rebuilt: Option<Instant>,
    pause: Duration,
    complaint: Option<String>,
    /// How long the journal was when what is in force was found to be what it says.
    judged: Option<u64>,
}

/// What is in force after a start.
#[derive(Debug)]
pub(super) struct Ready {
    /// The version of the data.
    pub(super) data_version: String,
    /// How many records there are, all nouns together.
    pub(super) records: u64,
    /// How many records of each noun.
    pub(super) counts: String,
    /// Rows of files that were left out because of errors.
    pub(super) left_out: u64,
}

impl Keeper {
    /// A keeper that has done nothing yet.
    pub(super) fn new(config: &Config, live: Live, again: Again) -> Result<Self, Failure> {
        let store = Store::open(&config.data).map_err(|err| Failure::because(&err))?;
        Ok(Self {
            store,
            seed: WatchedSeed::read(config, again).map_err(|err| Failure::because(&err))?,
            live,
            rebuilt: None,
            pause: PAUSE,
            complaint: None,
            judged: None,
        })
    }

    /// Puts the seed in force, building what is missing.
    pub(super) fn prepare(&mut self) -> Result<Ready, Failure> {
        self.close_to_others();
        let prepared = ingest::prepare(&self.store, Some(self.seed.files()), &mut observe);
        let (generation, outcome) = match prepared {
            Ok(prepared) => prepared,
            Err(err) => (self.last_good(&err)?, Outcome::Unchanged),
        };
        match outcome {
            Outcome::Rebuilt { reason } => {
                tracing::error!(
                    reason,
                    "the data was found damaged: it was set aside and built again"
                );
                self.live.count_rebuild();
            }
            Outcome::Upgraded { found } => tracing::info!(
                "the data was written by another version of aidgraph ({found}): it was built again for layout {SCHEMA}"
            ),
            Outcome::Unchanged | Outcome::Built => {}
        }
        let ready = Ready::of(&generation);
        self.live.swap(Reader::new(generation));
        Ok(ready)
    }

    /// Has what the folder holds belong to its user alone, as far as it does belong to him.
    fn close_to_others(&self) {
        match self.store.make_private() {
            Ok(refused) if refused.is_empty() => {}
            Ok(refused) => tracing::warn!(
                count = refused.len(),
                first = %refused.first().map(|path| path.display().to_string()).unwrap_or_default(),
                "files of the data folder belong to another user: others may be able to read them; give them to the user of the service with chown"
            ),
            Err(err) => tracing::warn!("{}", sentence(&err)),
        }
    }

    /// The generation from before, when another cannot be built: for want of room, for instance.
    fn last_good(&mut self, err: &ingest::Error) -> Result<Generation, Failure> {
        use store::Error as E;
        let failure = Failure::because(err);
        let is_of_building = matches!(
            err,
            ingest::Error::Read { .. }
                | ingest::Error::Store(
                    E::NoSpace { .. }
                        | E::ReadOnly { .. }
                        | E::BuildFailed { .. }
                        | E::MissingSource { .. }
                        | E::DamagedSource { .. }
                )
        );
        match if is_of_building { self.store.current() } else { Ok(None) } {
            Ok(Some(generation)) => {
                tracing::error!(
                    "the data could not be built anew, and the data from before is served: {}",
                    failure.message()
                );
                self.seed.is_due();
                Ok(generation)
            }
            _ => Err(failure),
        }
    }

    /// Keeps the data until the other end of `stop` is dropped.
    pub(super) fn keep(mut self, stop: &Receiver<()>) {
        scrub::begin(self.store.clone());
        while stop.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            let kept = self
                .catch_up()
                .and_then(|()| self.follow_seed())
                .and_then(|()| self.follow())
                .and_then(|()| if self.live.is_damaged() { self.rebuild() } else { Ok(()) });
            match kept {
                Ok(()) => self.complaint = None,
                Err(failure) => self.complain(failure.message()),
            }
        }
    }

    /// Says what goes on going wrong once, not every second.
    fn complain(&mut self, message: &str) {
        if self.complaint.as_deref() != Some(message) {
            tracing::error!("{message}");
            self.complaint = Some(message.to_owned());
        }
    }

    /// Sets the generation that is served aside and builds it again. Answers go on coming from it, as far as it can be
    /// read.
    fn rebuild(&mut self) -> Result<(), Failure> {
        if !self.may_rebuild() {
            return Ok(());
        }
        tracing::error!(
            "a read found the data damaged: it is set aside and built again; serving goes on"
        );
        self.live.set_rebuilding(true);
        let rebuilt = self.build_again();
        self.live.set_rebuilding(false);
        rebuilt
    }

    fn build_again(&mut self) -> Result<(), Failure> {
        let served = self.live.current().map(|reader| reader.generation_number());
        self.store
            .writer()
            .and_then(|mut writer| writer.set_aside(served, "a read found it damaged"))
            .map_err(|err| Failure::because(&err))?;
        self.put_in_force()?;
        self.live.count_rebuild();
        Ok(())
    }

    /// Whether the pause after the last rebuild is over; then the next one begins, twice as long. A time of quiet as
    /// long as the longest pause starts anew.
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

    /// Builds what the journal says where an import was ended between the two.
    fn catch_up(&mut self) -> Result<(), Failure> {
        let length = self.store.journal_bytes();
        if self.judged == Some(length) || self.live.current().is_none() {
            return Ok(());
        }
        match ingest::catch_up(&self.store, &mut observe) {
            Ok(CaughtUp::Busy) => {}
            Ok(CaughtUp::Nothing) => self.judged = Some(length),
            Ok(CaughtUp::Built) => {
                tracing::warn!("an import was ended before its data was built: it is built now");
                self.judged = Some(length);
            }
            // Damage is dealt with by whoever follows.
            Err(ingest::Error::Store(err)) if err.needs_rebuild() => {}
            Err(err) => return Err(Failure::because(&err)),
        }
        Ok(())
    }

    /// Puts an edited seed in force, if it is one folder that is served and it has no errors.
    fn follow_seed(&mut self) -> Result<(), Failure> {
        if self.live.current().is_none() {
            return Ok(());
        }
        let Some(edited) = self.seed.edited()? else { return Ok(()) };
        let changed = ingest::change_seed(&self.store, &edited, &mut observe);
        match changed {
            Ok(Some(_)) => self.seed.taken(edited),
            // Another process writes; the next look is soon.
            Ok(None) => tracing::debug!("the seed was edited, and the data folder is in use"),
            Err(err) => {
                self.seed.failed();
                return Err(Failure::because(&err));
            }
        }
        Ok(())
    }

    /// Puts the generation in force that another process has built.
    fn follow(&mut self) -> Result<(), Failure> {
        let Some(current) = self.live.current() else { return self.put_in_force() };
        match self.store.manifest() {
            Ok(None) => return Ok(()),
            Ok(Some(named)) if named.generation == current.generation_number() => return Ok(()),
            Err(err) if !err.needs_rebuild() => return Err(Failure::because(&err)),
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
                tracing::error!("{}; it is built again, serving goes on", sentence(&err));
                self.put_in_force()?;
                self.live.count_rebuild();
                Ok(())
            }
            // Somebody reads it just now: the next look is soon.
            Err(store::Error::InUse { path }) => {
                tracing::debug!(path = %path.display(), "the next generation is in use");
                Ok(())
            }
            Err(err) => Err(Failure::because(&err)),
        }
    }

    /// Builds what the journal says, if it is not there, and puts it in force.
    fn put_in_force(&self) -> Result<(), Failure> {
        let (generation, _) = ingest::prepare(&self.store, None, &mut observe)
            .map_err(|err| Failure::because(&err))?;
        self.swap(generation);
        Ok(())
    }

    fn swap(&self, generation: Generation) {
        let ready = Ready::of(&generation);
        let number = generation.manifest().generation;
        self.live.swap(Reader::new(generation));
        tracing::warn!(
            generation = number,
            data_version = ready.data_version,
            records = ready.records,
            "another generation of the data is in force"
        );
    }
}

impl Ready {
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

/// Tells what a build is doing.
fn observe(step: Step) {
    if let Step::Begin(phase, _) = step {
        tracing::debug!(%phase, "building");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::Settings;

    fn keeper(folder: &tempfile::TempDir) -> Keeper {
        let mut typed = Settings::default();
        typed.data.data = Some(folder.path().to_owned());
        Keeper::new(&typed.resolve().unwrap(), Live::empty(), Again::default()).unwrap()
    }

    fn generation(keeper: &Keeper) -> u64 {
        keeper.live.current().unwrap().generation_number()
    }

    #[test]
    fn damage_found_by_a_read_is_put_right_while_serving_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = keeper(&folder);
        let version = keeper.prepare().unwrap().data_version;
        let old = keeper.live.current().unwrap();
        keeper.live.report_damage(old.generation_number());
        assert!(keeper.live.is_damaged());
        keeper.rebuild().unwrap();
        assert!(!keeper.live.is_damaged());
        assert!(generation(&keeper) > old.generation_number());
        assert_eq!(keeper.live.current().unwrap().version(), version);
        // Whoever still reads the old generation can go on.
        assert_eq!(old.version(), version);

        // What comes back at once is no damage that a rebuild can cure.
        let rebuilt = generation(&keeper);
        keeper.live.report_damage(rebuilt);
        keeper.rebuild().unwrap();
        assert_eq!(generation(&keeper), rebuilt);
    }

    #[test]
    fn damage_of_an_old_generation_condemns_no_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = keeper(&folder);
        keeper.prepare().unwrap();
        let old = keeper.live.current().unwrap();
        // Another process builds the next generation; then a read of the old one fails.
        let draft = crate::store::Draft::default();
        let built = keeper.store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
        keeper.live.report_damage(old.generation_number());
        assert!(keeper.live.is_damaged());
        keeper.follow().unwrap();
        assert_eq!(generation(&keeper), built.generation);
        assert!(!keeper.live.is_damaged());

        // Even a rebuild that was on its way leaves the newer one alone.
        keeper.store.writer().unwrap().set_aside(Some(old.generation_number()), "late").unwrap();
        assert_eq!(keeper.store.manifest().unwrap().unwrap().generation, built.generation);
    }

    #[test]
    fn what_another_builds_is_followed_while_a_rebuild_has_to_wait() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = keeper(&folder);
        keeper.prepare().unwrap();
        keeper.live.report_damage(generation(&keeper));
        keeper.rebuild().unwrap();
        let paused = generation(&keeper);
        keeper.live.report_damage(paused);
        keeper.rebuild().unwrap();
        assert_eq!((generation(&keeper), keeper.live.is_damaged()), (paused, true));

        let draft = crate::store::Draft::default();
        let built = keeper.store.writer().unwrap().build(draft, &mut |_| {}).unwrap();
        keeper.follow().unwrap();
        assert_eq!((generation(&keeper), keeper.live.is_damaged()), (built.generation, false));
    }

    #[test]
    fn nothing_is_swapped_while_nothing_changes() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = keeper(&folder);
        keeper.prepare().unwrap();
        let before = keeper.live.current().unwrap();
        keeper.follow().unwrap();
        assert!(std::sync::Arc::ptr_eq(&before, &keeper.live.current().unwrap()));
    }
}
