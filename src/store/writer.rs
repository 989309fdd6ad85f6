//! The one writer of a data folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::blob::{self, Kept, Stream};
use super::build::{self, Draft, Phase, Step};
use super::current::Current;
use super::durable;
use super::error::Error;
use super::journal::{FileEntry, Journal, Mark};
use super::layout::{FORMAT, GenerationName, Layout};
use super::lock::Lock;
use super::manifest::Manifest;
use super::private;
use super::segment::{Segment, SegmentWriter};
use super::sweep;
use crate::model::ledger::Ledger;

/// A file to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewFile<'a> {
    /// Its name, with `/` between folders: `seed/programmes.csv`.
    pub name: &'a str,
    /// How it is read: `seed-csv`.
    pub format: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

/// The one writer; it holds the lock of the data folder until it is dropped.
#[derive(Debug)]
pub struct Writer {
    layout: Layout,
    journal: Journal,
    _lock: Lock,
}

impl Writer {
    /// Takes the lock, and puts right what a kill may have left.
    ///
    /// # Errors
    /// [`Error::Locked`] when another process writes; [`Error::DamagedJournal`] when lines are bad or missing.
    pub(super) fn open(layout: Layout) -> Result<Self, Error> {
        let path = layout.lock();
        let lock = Lock::take(&path)?.ok_or(Error::Locked { path })?;
        if !layout.format().exists() {
            durable::write(&layout.format(), format!("aidgraph {FORMAT}\n").as_bytes())?;
        }
        // What another user owns stays as it is; whoever serves tells of it.
        let _ = private::make(&layout);
        let mut journal = Journal::read(&layout.journal())?;
        let current = Self::in_force(&layout, &journal)?;
        journal.repair()?;
        sweep::leftovers(&layout, current)?;
        if let Some(current) = current {
            // Until it has been opened once, the one before it may still be needed.
            let previous = sweep::newest_before(&layout, current)?;
            let _ = sweep::older(&layout, current, previous);
        }
        Ok(Self { layout, journal, _lock: lock })
    }

    /// Replaces all files of a scope, and tells whether anything changed. The files are on the disk when this
    /// returns, first their content and then one line of the journal; nothing is written when nothing changes.
    ///
    /// # Errors
    /// After any error the files in force are those from before.
    pub fn put_files(&mut self, scope: &str, files: &[NewFile<'_>]) -> Result<bool, Error> {
        let mut entries: Vec<FileEntry> = files.iter().map(|file| entry(scope, file)).collect();
        for (entry, file) in entries.iter().zip(files) {
            blob::put(&self.layout, entry, file.bytes)?;
        }
        entries.sort();
        if let Some(twice) = entries.windows(2).find(|w| matches!(w, [a, b] if a.name == b.name)) {
            let name = twice.first().map_or("", |file| file.name.as_str());
            return Err(Error::Unstorable(format!("the file {name} is there twice")));
        }
        if self.journal.files.iter().filter(|f| f.scope == scope).eq(entries.iter()) {
            return Ok(false);
        }
        self.journal.append(vec![(scope.to_owned(), entries)])?;
        Ok(true)
    }

    /// Keeps what a stream holds, in bounded memory; nothing is in force by it. `name` is for errors.
    ///
    /// # Errors
    /// [`Error::Io`] when the stream or the folder fails, [`Error::NoSpace`] when the disk is full.
    pub fn keep(&self, name: &str, input: impl Read) -> Result<Kept, Error> {
        blob::keep(&self.layout, name, input)
    }

    /// Copies a stream to a file without a name, which is gone when it is closed; gives it with its length. `name` is for errors.
    ///
    /// # Errors
    /// [`Error::Io`] when the stream or the folder fails, [`Error::NoSpace`] when the disk is full.
    pub fn spool(&self, name: &str, input: impl Read) -> Result<(File, u64), Error> {
        blob::spool(&self.layout, name, input)
    }

    /// Asks whether the disk has room for so many bytes more.
    ///
    /// # Errors
    /// [`Error::NoSpace`] says how much is missing.
    pub fn ask_room(&self, bytes: u64) -> Result<(), Error> {
        build::has_room(self.layout.root(), bytes)
    }

    /// Makes kept files those in force, those of one scope by one line, and takes other scopes out of force. All of it is
    /// on the disk when this returns.
    ///
    /// # Errors
    /// After any error the files in force are those from before.
    pub fn change(&mut self, add: Vec<FileEntry>, remove: &[String]) -> Result<(), Error> {
        let gone = remove.iter().map(|scope| (scope.clone(), Vec::new()));
        let mut come: BTreeMap<String, Vec<FileEntry>> = BTreeMap::new();
        for file in add {
            come.entry(file.scope.clone()).or_default().push(file);
        }
        let changes: Vec<_> = gone.chain(come).collect();
        if changes.is_empty() { Ok(()) } else { self.journal.append(changes) }
    }

    /// Where the journal ends now, to come back to when a change fails.
    pub fn mark(&self) -> Mark {
        self.journal.mark()
    }

    /// Takes back every change since a mark. It needs no room on the disk, and is for changes that no generation in force
    /// was built from.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn restore(&mut self, mark: Mark) -> Result<(), Error> {
        self.journal.restore(mark)
    }

    /// The content of a file in force, or kept, as a stream.
    ///
    /// # Errors
    /// [`Error::MissingSource`]; what is damaged is an error of the stream.
    pub fn stream(&self, entry: &FileEntry) -> Result<Stream, Error> {
        blob::stream(&self.layout, entry)
    }

    /// Begins the segment of a file: what it is read into, in the words of a reader.
    ///
    /// # Errors
    /// [`Error::NoSpace`] and other errors of writing.
    pub fn segment(&self, entry: &FileEntry, reading: &str) -> Result<SegmentWriter, Error> {
        SegmentWriter::create(&self.layout.segment(&entry.sha256, reading), &entry.name)
    }

    /// What became of the rows of a file that has a segment; `None` when it has to be read.
    pub fn ledger(&self, entry: &FileEntry, reading: &str) -> Option<Ledger> {
        let segment = Segment::open(&self.layout.segment(&entry.sha256, reading), &entry.name)?;
        Some(segment.ledger().clone())
    }

    /// Removes a segment that was found damaged.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn discard(&self, path: &Path) -> Result<(), Error> {
        durable::remove_file(path)
    }

    /// Removes the content and the segments of files that are no longer in force.
    ///
    /// # Errors
    /// [`Error::Io`]; what is left is removed by the next call.
    pub fn forget(&self) -> Result<(), Error> {
        let in_force: BTreeSet<&str> =
            self.journal.files.iter().map(|file| file.sha256.as_str()).collect();
        for folder in [self.layout.sources(), self.layout.parsed()] {
            for path in durable::list(&folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let digest = name.split(['-', '.']).next().unwrap_or_default();
                if digest.len() == 64 && !in_force.contains(digest) {
                    durable::remove_file(&path)?;
                }
            }
        }
        Ok(())
    }

    /// The content of a file in force, checked against its digest.
    ///
    /// # Errors
    /// [`Error::MissingSource`] and [`Error::DamagedSource`].
    pub fn read_file(&self, entry: &FileEntry) -> Result<Vec<u8>, Error> {
        blob::get(&self.layout, entry)
    }

    /// Builds the next generation, verifies it, and puts it in force. `observe` hears of each phase before it
    /// begins. The generation before stays until the new one has been opened once, or as long as it is open.
    ///
    /// # Errors
    /// After any error the generation in force is the one from before; [`Error::NoSpace`] when the disk is full.
    pub fn build(
        &mut self,
        draft: Draft,
        observe: &mut dyn FnMut(Step),
    ) -> Result<Manifest, Error> {
        let previous = Current::read(&self.layout).ok().flatten().map(|current| current.name);
        let newest = sweep::folders(&self.layout)?.iter().map(|f| f.name.0).max().unwrap_or(0);
        let name = GenerationName(newest + 1);
        let segment =
            |(file, reading): &(FileEntry, &str)| self.layout.segment(&file.sha256, reading);
        let in_use = draft.segments.iter().map(segment).collect();
        let manifest = build::build(&self.layout, name, self.journal.seq, draft, observe)?;
        observe(Step::Begin(Phase::Sweep, 0));
        // The generation is in force: what cannot be removed now is removed by a later sweep.
        let _ = sweep::older(&self.layout, name, previous);
        let _ = sweep::segments(&self.layout, &in_use);
        Ok(manifest)
    }

    /// Takes a generation out of force and keeps it as `gen-N.bad-K`, with the reason in a file. Without a number, the one in
    /// force; with one, nothing happens when another is in force by now.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Io`]; then it may still be in force.
    pub fn set_aside(&mut self, generation: Option<u64>, reason: &str) -> Result<(), Error> {
        if let Ok(Some(current)) = Current::read(&self.layout) {
            if generation.is_some_and(|generation| generation != current.name.0) {
                return Ok(());
            }
            let folder = self.layout.generation(current.name);
            if folder.symlink_metadata().is_ok() {
                let mut aside = self.layout.generation_as(current.name, "bad-1");
                for k in 2_u32.. {
                    if !aside.exists() {
                        break;
                    }
                    aside = self.layout.generation_as(current.name, &format!("bad-{k}"));
                }
                durable::rename(&folder, &aside)?;
                // The reason helps whoever looks; without room for it there is still the log.
                let _ = durable::write(&aside.join("REASON"), format!("{reason}\n").as_bytes());
            }
        }
        durable::remove_file(&self.layout.current())
    }

    /// Removes the generations that were set aside and that no process has open; whether there were any.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Io`].
    pub fn remove_set_aside(&mut self) -> Result<bool, Error> {
        sweep::set_aside(&self.layout)
    }

    /// The generation in force, which the journal must reach. One that is damaged does not hinder the writer:
    /// building the next is the way out of that.
    fn in_force(layout: &Layout, journal: &Journal) -> Result<Option<GenerationName>, Error> {
        let current = match Current::read(layout) {
            Ok(Some(current)) => current,
            Ok(None) => return Ok(None),
            Err(error) if error.needs_rebuild() => return Ok(None),
            Err(error) => return Err(error),
        };
        match current.manifest(layout) {
            Ok(manifest) if manifest.journal_seq > journal.seq => {
                Err(journal.lacks(manifest.journal_seq))
            }
            Err(error) if !error.needs_rebuild() => Err(error),
            Ok(_) | Err(_) => Ok(Some(current.name)),
        }
    }
}

fn entry(scope: &str, file: &NewFile<'_>) -> FileEntry {
    FileEntry {
        name: file.name.to_owned(),
        sha256: blob::sha256(file.bytes),
        bytes: file.bytes.len() as u64,
        format: file.format.to_owned(),
        scope: scope.to_owned(),
        unite: false,
    }
}
