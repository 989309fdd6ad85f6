//! The single writer of a data folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::atomic_write;
use super::blob::{self, StoredBlob, Stream};
use super::build;
use super::current::Current;
use super::draft::{BuildObserver, BuildStep, Draft, Phase};
use super::error::Error;
use super::garbage;
use super::journal::{FileEntry, Journal, Mark};
use super::layout::{FORMAT, GenerationName, Layout};
use super::lock::Lock;
use super::manifest::Manifest;
use super::private;
use super::segment::{Segment, SegmentWriter};
use crate::model::ledger::Ledger;

/// A file to store.
#[derive(Clone, Copy, Debug)]
pub struct NewFile<'a> {
    /// Name, with `/` between folders: `seed/programmes.csv`.
    pub name: &'a str,
    /// Format, which selects the reader: `seed-csv`.
    pub format: &'a str,
    /// Content.
    pub bytes: &'a [u8],
}

/// The single writer; it holds the lock of the data folder until dropped.
#[derive(Debug)]
pub struct Writer {
    layout: Layout,
    journal: Journal,
    _lock: Lock,
}

impl Writer {
    /// Acquires the lock, and cleans up after a killed writer.
    ///
    /// # Errors
    /// [`Error::Locked`] if another process writes; [`Error::DamagedJournal`] if lines are invalid or missing.
    pub(super) fn open(layout: Layout) -> Result<Self, Error> {
        let path = layout.lock();
        let lock = Lock::take(&path)?.ok_or(Error::Locked { path })?;
        if !layout.format().exists() {
            atomic_write::write(&layout.format(), format!("aidgraph {FORMAT}\n").as_bytes())?;
        }
        // Entries of another user stay as they are; the server reports them.
        let _ = private::make(&layout);
        let mut journal = Journal::read(&layout.journal())?;
        let current = Self::current_generation(&layout, &journal)?;
        journal.repair()?;
        garbage::leftovers(&layout, current)?;
        if let Some(current) = current {
            // The previous generation may still be needed until the current one has been opened once.
            let previous = garbage::newest_before(&layout, current)?;
            let _ = garbage::older(&layout, current, previous);
        }
        Ok(Self { layout, journal, _lock: lock })
    }

    /// Replaces all files of a scope; returns true if anything changed. When this returns, the files are on disk:
    /// first their content, then one line of the journal. Nothing is written if nothing changes.
    ///
    /// # Errors
    /// After any error the set of active files is unchanged.
    pub fn put_files(&mut self, scope: &str, files: &[NewFile<'_>]) -> Result<bool, Error> {
        let mut entries: Vec<FileEntry> = files.iter().map(|file| entry(scope, file)).collect();
        for (entry, file) in entries.iter().zip(files) {
            blob::put(&self.layout, entry, file.bytes)?;
        }
        entries.sort();
        if let Some(twice) = entries.windows(2).find(|w| matches!(w, [a, b] if a.name == b.name)) {
            let name = twice.first().map_or("", |file| file.name.as_str());
            return Err(Error::Unstorable(format!("duplicate file {name}")));
        }
        if self.journal.files.iter().filter(|f| f.scope == scope).eq(entries.iter()) {
            return Ok(false);
        }
        self.journal.append(vec![(scope.to_owned(), entries)])?;
        Ok(true)
    }

    /// Stores the content of a stream, in bounded memory, without activating it. `name` is for errors.
    ///
    /// # Errors
    /// [`Error::Io`] if the stream or the folder fails, [`Error::NoSpace`] if the disk is full.
    pub fn keep(&self, name: &str, input: impl Read) -> Result<StoredBlob, Error> {
        blob::keep(&self.layout, name, input)
    }

    /// Copies a stream to an unnamed file that disappears when it is closed; returns it with its length in bytes.
    /// `name` is for errors.
    ///
    /// # Errors
    /// [`Error::Io`] if the stream or the folder fails, [`Error::NoSpace`] if the disk is full.
    pub fn spool(&self, name: &str, input: impl Read) -> Result<(File, u64), Error> {
        blob::spool(&self.layout, name, input)
    }

    /// Checks that the disk has room for this many more bytes. If it has not, generations that were set aside are
    /// removed first.
    ///
    /// # Errors
    /// [`Error::NoSpace`] states the missing amount; [`Error::ReadOnly`], [`Error::Io`].
    pub fn ask_room(&mut self, bytes: u64) -> Result<(), Error> {
        match build::has_room(self.layout.root(), bytes) {
            Err(Error::NoSpace { .. }) if self.remove_set_aside()? => {
                build::has_room(self.layout.root(), bytes)
            }
            checked => checked,
        }
    }

    /// Activates stored files, with one journal line for each scope, and deactivates the scopes in `remove`.
    /// Everything is on disk when this returns.
    ///
    /// # Errors
    /// After any error the set of active files is unchanged.
    pub fn change(&mut self, add: Vec<FileEntry>, remove: &[String]) -> Result<(), Error> {
        let gone = remove.iter().map(|scope| (scope.clone(), Vec::new()));
        let mut come: BTreeMap<String, Vec<FileEntry>> = BTreeMap::new();
        for file in add {
            come.entry(file.scope.clone()).or_default().push(file);
        }
        let changes: Vec<_> = gone.chain(come).collect();
        if changes.is_empty() { Ok(()) } else { self.journal.append(changes) }
    }

    /// Returns a mark for the current end of the journal, to restore if a change fails.
    pub fn mark(&self) -> Mark {
        self.journal.mark()
    }

    /// Reverts every change since a mark. It needs no free disk space. Only for changes that the current generation
    /// was not built from.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn restore(&mut self, mark: Mark) -> Result<(), Error> {
        self.journal.restore(mark)
    }

    /// Opens the content of an active or stored file as a stream.
    ///
    /// # Errors
    /// [`Error::MissingSource`]; damaged content is an error of the stream.
    pub fn stream(&self, entry: &FileEntry) -> Result<Stream, Error> {
        blob::stream(&self.layout, entry)
    }

    /// Creates the segment of a file for its parsed records; `reading` is the reader version.
    ///
    /// # Errors
    /// [`Error::NoSpace`] and other write errors.
    pub fn segment(&self, entry: &FileEntry, reading: &str) -> Result<SegmentWriter, Error> {
        SegmentWriter::create(&self.layout.segment(&entry.sha256, reading), &entry.name)
    }

    /// Ledger of a file that has a segment; `None` if the file must be parsed.
    pub fn ledger(&self, entry: &FileEntry, reading: &str) -> Option<Ledger> {
        let segment = Segment::open(&self.layout.segment(&entry.sha256, reading), &entry.name)?;
        Some(segment.ledger().clone())
    }

    /// Removes a damaged segment.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn discard(&self, path: &Path) -> Result<(), Error> {
        atomic_write::remove_file(path)
    }

    /// Removes the content and the segments of files that are no longer active.
    ///
    /// # Errors
    /// [`Error::Io`]; the next call removes what remains.
    pub fn forget(&self) -> Result<(), Error> {
        let active: BTreeSet<&str> =
            self.journal.files.iter().map(|file| file.sha256.as_str()).collect();
        for folder in [self.layout.sources(), self.layout.parsed()] {
            for path in atomic_write::list(&folder)? {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let digest = name.split(['-', '.']).next().unwrap_or_default();
                if digest.len() == 64 && !active.contains(digest) {
                    atomic_write::remove_file(&path)?;
                }
            }
        }
        Ok(())
    }

    /// Reads the content of an active file, verified against its digest.
    ///
    /// # Errors
    /// [`Error::MissingSource`] and [`Error::DamagedSource`].
    pub fn read_file(&self, entry: &FileEntry) -> Result<Vec<u8>, Error> {
        blob::get(&self.layout, entry)
    }

    /// Builds the next generation, verifies it, and activates it. `observe` receives each phase before it begins.
    /// The previous generation stays until the new one has been opened once, and while it is open itself.
    ///
    /// # Errors
    /// After any error the current generation is unchanged; [`Error::NoSpace`] if the disk is full.
    pub fn build(&mut self, draft: Draft, observe: BuildObserver<'_>) -> Result<Manifest, Error> {
        let previous = Current::read(&self.layout).ok().flatten().map(|current| current.name);
        let newest = garbage::folders(&self.layout)?.iter().map(|f| f.name.0).max().unwrap_or(0);
        let name = GenerationName(newest + 1);
        let segment =
            |(file, reading): &(FileEntry, &str)| self.layout.segment(&file.sha256, reading);
        let in_use = draft.segments.iter().map(segment).collect();
        let manifest = build::build(&self.layout, name, self.journal.seq, draft, observe)?;
        observe(BuildStep::Begin(Phase::Sweep, 0));
        // The generation is active: a later sweep removes what cannot be removed now.
        let _ = garbage::older(&self.layout, name, previous);
        let _ = garbage::segments(&self.layout, &in_use);
        Ok(manifest)
    }

    /// Deactivates a generation and keeps it as `gen-N.bad-K`, with the reason in a file. `generation` is a number,
    /// or `None` for the current one. Nothing happens if the current generation has another number.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Io`]; the generation may then still be active.
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
                atomic_write::rename(&folder, &aside)?;
                // The file is for the operator; if it cannot be written, the log has the reason.
                let _ =
                    atomic_write::write(&aside.join("REASON"), format!("{reason}\n").as_bytes());
            }
        }
        atomic_write::remove_file(&self.layout.current())
    }

    /// Removes the generations that were set aside and are not open anywhere; returns true if there were any.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], [`Error::Io`].
    pub fn remove_set_aside(&mut self) -> Result<bool, Error> {
        garbage::remove_set_aside(&self.layout)
    }

    /// Name of the current generation, which the journal must reach. A damaged generation does not block the
    /// writer, since the next build replaces it.
    fn current_generation(
        layout: &Layout,
        journal: &Journal,
    ) -> Result<Option<GenerationName>, Error> {
        let current = match Current::read(layout) {
            Ok(Some(current)) => current,
            Ok(None) => return Ok(None),
            Err(error) if error.needs_rebuild() => return Ok(None),
            Err(error) => return Err(error),
        };
        match current.manifest(layout) {
            Ok(manifest) if manifest.journal_seq > journal.seq => {
                Err(journal.missing_lines(manifest.journal_seq))
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
        licence: None,
    }
}
