//! Brings publishers' files in, and takes them out again.
//!
//! A file is kept as it is, read once into a segment, and put in force by one line of the journal; then the next generation
//! is merged from the segments of all files. Until then nothing of what is in force has changed, and whatever fails
//! leaves it so.

use std::io::{self, Read};

use super::error::Error;
use super::format::Format;
use super::parse::{each, parse};
use super::prepare::{self, SCOPE};
use super::problem::ProblemCode;
use super::seed::Files;
use super::tally::{Place, Tally};
use super::unpack::{Flaw, Unpacked};
use crate::model::code::Code as _;
use crate::model::ledger::{Ledger, Severity};
use crate::store::{FileEntry, Generation, Phase, Store, Writer};

/// How much of a file is looked at to tell its format.
const HEAD: u64 = 64 << 10;

/// Opens a file for reading.
type Open<'a> = Box<dyn FnOnce() -> io::Result<Box<dyn Read + Send>> + Send + 'a>;

/// A file to bring in.
pub struct Input<'a> {
    /// The name that it is kept under: a later file of that name takes its place.
    pub name: String,
    /// Opens it; what gzip or zstd has packed is unpacked, and what is packed badly as far as it goes.
    pub open: Open<'a>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

crate::model::code::codes! {
    /// What became of a file that was to be brought in.
    pub enum Fate {
        /// It is in force.
        Added = "ADDED",
        /// It is in force, and has taken the place of an older version.
        Replaced = "REPLACED",
        /// The same bytes are in force under the same name.
        Unchanged = "UNCHANGED",
        /// The same bytes are in force under another name.
        Known = "KNOWN",
        /// Nothing of it could be taken; an older version stays in force.
        Refused = "REFUSED",
    }
}

/// A file, and what became of it.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Its name.
    pub name: String,
    /// How many bytes it has, unpacked.
    pub bytes: u64,
    /// How it was read; `None` when no format was recognised.
    pub format: Option<Format>,
    /// What became of it.
    pub fate: Fate,
    /// The name under which the same bytes are in force, when that is another.
    pub known_as: Option<String>,
    /// What became of its rows.
    pub ledger: Ledger,
}

/// What an import or a removal did.
#[derive(Debug)]
pub struct Change {
    /// The files, in the order in which they were given.
    pub files: Vec<Imported>,
    /// The names that were taken out of force.
    pub removed: Vec<String>,
    /// The generation in force.
    pub generation: Generation,
}

/// Hears of the progress of an import; from several threads.
pub trait Observer: Sync {
    /// A file has been read.
    fn file(&self, _imported: &Imported) {}
    /// So many bytes of a file have been read.
    fn bytes(&self, _count: u64) {}
    /// The build has come to a phase.
    fn phase(&self, _phase: Phase) {}
}

/// Brings files in and takes others out, in one step. `format` says how they are written where their content shall not.
///
/// # Errors
/// [`Error::Twice`] when two have one name, [`Error::NotInForce`] for a name to remove that is not there; and whatever
/// the store refuses. After any error what was in force is in force.
pub fn import(
    store: &Store,
    seed: Option<&Files>,
    inputs: Vec<Input<'_>>,
    remove: &[String],
    format: Option<Format>,
    observer: &dyn Observer,
) -> Result<Change, Error> {
    let mut writer = store.writer()?;
    let in_force = store.files()?;
    for (at, input) in inputs.iter().enumerate() {
        if inputs.iter().take(at).any(|other| other.name == input.name) {
            return Err(Error::Twice { name: input.name.clone() });
        }
    }
    for name in remove {
        if name == SCOPE || !in_force.iter().any(|file| file.scope == *name) {
            return Err(Error::NotInForce { name: name.clone() });
        }
    }
    let files = each(inputs, |input| {
        let imported = take_in(&writer, &in_force, input, format, observer)?;
        observer.file(&imported.0);
        Ok(imported)
    });
    let files = match files {
        Ok(files) => files,
        Err(error) => {
            // What was kept on the way is not in force.
            let _ = writer.forget();
            return Err(error);
        }
    };
    let mut add: Vec<FileEntry> = Vec::new();
    for (_, entry) in &files {
        // The same bytes under two names in one import: the first has them.
        if let Some(entry) = entry
            && !add.iter().any(|other| other.sha256 == entry.sha256)
        {
            add.push(entry.clone());
        }
    }
    if add.is_empty() && remove.is_empty() {
        let _ = writer.forget();
        drop(writer);
        let (generation, _) = prepare::prepare(store, seed, &mut |phase| observer.phase(phase))?;
        let files = files.into_iter().map(|(imported, _)| imported).collect();
        return Ok(Change { files, removed: Vec::new(), generation });
    }
    let before: Vec<FileEntry> = in_force
        .into_iter()
        .filter(|file| {
            remove.contains(&file.scope) || add.iter().any(|new| new.scope == file.scope)
        })
        .collect();
    let new: Vec<String> = add
        .iter()
        .filter(|f| !before.iter().any(|b| b.scope == f.scope))
        .map(|f| f.scope.clone())
        .collect();
    writer.change(add, remove)?;
    let built = prepare::build(store, &mut writer, seed, &mut |phase| observer.phase(phase));
    if let Err(error) = built {
        // What is in force must be what the journal says.
        writer.change(before, &new)?;
        return Err(error);
    }
    let _ = writer.forget();
    drop(writer);
    let generation =
        store.current()?.ok_or_else(|| Error::NoFiles { path: store.root().to_path_buf() })?;
    let mut files: Vec<_> = files.into_iter().map(|(imported, _)| imported).collect();
    for file in files.iter_mut().filter(|file| matches!(file.fate, Fate::Added | Fate::Replaced)) {
        // What merging found counts too: duplicates.
        let merged = generation.manifest().files.iter().find(|merged| merged.name == file.name);
        if let Some(merged) = merged {
            file.ledger.clone_from(&merged.ledger);
        }
    }
    Ok(Change { files, removed: remove.to_vec(), generation })
}

/// Keeps a file and reads it; gives its entry when it is to be put in force.
fn take_in(
    writer: &Writer,
    in_force: &[FileEntry],
    input: Input<'_>,
    format: Option<Format>,
    observer: &dyn Observer,
) -> Result<(Imported, Option<FileEntry>), Error> {
    let Input { name, open } = input;
    let unreadable = |error| Error::Read { name: name.clone(), error };
    let mut input = open().and_then(Unpacked::new).map_err(unreadable)?;
    let kept = writer.keep(&name, Counted { input: &mut input, observer })?;
    let flaw = input.flaw();
    let mut entry = FileEntry {
        name: name.clone(),
        sha256: kept.sha256,
        bytes: kept.bytes,
        format: String::new(),
        scope: name.clone(),
    };
    let told = |fate, format, known_as, ledger| Imported {
        name: name.clone(),
        bytes: kept.bytes,
        format,
        fate,
        known_as,
        ledger,
    };
    let older = in_force.iter().find(|file| file.scope == name);
    if let Some(same) = in_force.iter().find(|file| file.sha256 == entry.sha256) {
        let is_known = same.scope != name;
        let fate = if is_known { Fate::Known } else { Fate::Unchanged };
        let known_as = is_known.then(|| same.name.clone());
        return Ok((told(fate, None, known_as, Ledger::default()), None));
    }
    let head = head(writer, &entry)?;
    let Some(format) = format.or_else(|| Format::recognise(&head)) else {
        let mut ledger = unrecognised(&name, &head);
        tell(flaw.as_ref(), &name, &mut ledger);
        return Ok((told(Fate::Refused, None, None, ledger), None));
    };
    format.as_str().clone_into(&mut entry.format);
    let ledger = parse(writer, &entry, format, &|ledger| tell(flaw.as_ref(), &name, ledger))?;
    // A list that holds nothing and is whole takes everything back.
    let is_error =
        |ledger: &Ledger| ledger.problems.iter().any(|problem| problem.severity == Severity::Error);
    let is_nothing = ledger.accepted == 0 && (ledger.rows_read > 0 || is_error(&ledger));
    let fate = match older {
        _ if is_nothing => Fate::Refused,
        Some(_) => Fate::Replaced,
        None => Fate::Added,
    };
    let entry = (fate != Fate::Refused).then_some(entry);
    Ok((told(fate, Some(format), None, ledger), entry))
}

/// Tells the ledger of a file what is wrong with its packing.
fn tell(flaw: Option<&Flaw>, name: &str, ledger: &mut Ledger) {
    let truncated = ProblemCode::Truncated.as_str();
    let (code, severity, message) = match flaw {
        // The reader may have told of it where it came upon it.
        Some(Flaw::Broken(_)) if ledger.counts.contains_key(truncated) => return,
        Some(Flaw::Broken(reason)) => {
            let message = format!(
                "it breaks while it is unpacked, and is kept as far as that goes: {reason}"
            );
            (ProblemCode::Truncated, Severity::Error, message)
        }
        Some(Flaw::Trailing) => {
            let message =
                "something stands behind the end of what was packed; it is left out".to_owned();
            (ProblemCode::TrailingBytes, Severity::Warning, message)
        }
        None => return,
    };
    *ledger.counts.entry(code.as_str().to_owned()).or_default() += 1;
    ledger.problems.push(code.of_file(severity, name, message, None));
}

/// The ledger of a file that is in no format that we know.
fn unrecognised(name: &str, head: &str) -> Ledger {
    // More than is shown: what is cut within an address would not be known for one.
    let begins: String = head.trim_start().chars().take(400).collect();
    let mut tally = Tally::new(name);
    let place = Place { value: Some(&begins), ..Place::default() };
    let help = format!(
        "files may be {}; --format says which where the content does not",
        Format::WORDS.join(", ")
    );
    let message = "the content is of no format that is known; this is how it begins";
    tally.fail(ProblemCode::UnknownFormat, &place, message, Some(&help));
    tally.finish()
}

/// The text that a kept file begins with.
fn head(writer: &Writer, entry: &FileEntry) -> Result<String, Error> {
    let mut head = Vec::new();
    let stream = writer.stream(entry)?;
    stream
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|error| Error::Read { name: entry.name.clone(), error })?;
    Ok(super::iati::as_text(&head))
}

/// Tells how much has been read.
struct Counted<'o> {
    input: &'o mut Unpacked<'static>,
    observer: &'o dyn Observer,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.observer.bytes(read as u64);
        Ok(read)
    }
}
