//! The files of one import on their way in: each is copied, then it is decided which of them are new, and those are read.
//!
//! What cannot be read from where it lies is refused with the reason, and hinders no other file.

use std::collections::HashMap;
use std::io::{self, Read};

use super::error::Error;
use super::format::Format;
use super::import::{Fate, Imported, Input, Observer, Stage};
use super::parse::{Counted, each, parse};
use super::prepare::SCOPE;
use super::problem::ProblemCode;
use super::tally::{Place, Tally};
use super::unpack::{Flaw, Unpacked};
use crate::model::code::Code as _;
use crate::model::ledger::{Ledger, Severity};
use crate::store::{FileEntry, Kept, Writer};

/// How much of a file is looked at to tell its format.
const HEAD: u64 = 64 << 10;

/// A file, and its entry when it is to be put in force.
pub(super) struct Taken {
    pub(super) imported: Imported,
    pub(super) entry: Option<FileEntry>,
}

/// A file that was copied, or the reason why not.
struct Copied {
    name: String,
    kept: Result<Kept, Ledger>,
    /// What is wrong with its packing.
    flaw: Option<Flaw>,
}

/// What is to be done with a file.
enum Plan {
    /// Nothing more.
    Done(Taken),
    /// It is read, with what is wrong with its packing.
    Read(FileEntry, Option<Flaw>),
    /// It has the bytes of another of the same import, by its place.
    Same(usize, FileEntry),
}

/// What is wrong with a name that a file shall be kept under, if anything: the journal and the ledgers know files by their names.
pub fn bad_name(name: &str) -> Option<&'static str> {
    let is_of_seed = name == SCOPE || name.strip_prefix(SCOPE).is_some_and(|n| n.starts_with('/'));
    if name.trim().is_empty() {
        Some("a file without a name cannot be found again")
    } else if name.chars().any(char::is_control) {
        Some("a name must not hold a line break or another control character")
    } else if is_of_seed {
        Some("`seed` and names below `seed/` are those of the seed's own files")
    } else {
        None
    }
}

/// Copies and reads files; what became of each stands in the order in which they were given. Nothing is in force by it.
pub(super) fn take_in(
    writer: &Writer,
    in_force: &[FileEntry],
    inputs: Vec<Input<'_>>,
    format: Option<Format>,
    observer: &dyn Observer,
) -> Result<Vec<Taken>, Error> {
    observer.stage(Stage::Copy, inputs.iter().map(|input| input.bytes).sum());
    let copied =
        each(inputs, |input| go_on(observer).and_then(|()| copy(writer, input, observer)))?;
    let plans = decide(in_force, copied, format);
    let wanted: u64 = plans
        .iter()
        .map(|plan| match plan {
            Plan::Read(entry, _) => entry.bytes,
            Plan::Done(_) | Plan::Same(..) => 0,
        })
        .sum();
    observer.stage(Stage::Read, wanted);
    let taken = each(plans, |plan| {
        let plan = match plan {
            Plan::Read(entry, flaw) => {
                go_on(observer)?;
                Plan::Done(read(writer, in_force, entry, flaw.as_ref(), format, observer)?)
            }
            other => other,
        };
        if let Plan::Done(taken) = &plan {
            observer.file(&taken.imported);
        }
        Ok(plan)
    })?;
    Ok(joined(taken, observer))
}

fn go_on(observer: &dyn Observer) -> Result<(), Error> {
    if observer.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

/// Copies a file into the store.
fn copy(writer: &Writer, input: Input<'_>, observer: &dyn Observer) -> Result<Copied, Error> {
    let Input { name, open, .. } = input;
    let refused = |code, line, message: &str, help| {
        let mut tally = Tally::new(&name);
        tally.fail(code, &Place { line, ..Place::default() }, message, Some(help));
        tally.finish()
    };
    if let Some(reason) = bad_name(&name) {
        let help = "give it another name, with --name for instance";
        let kept = Err(refused(ProblemCode::BadName, None, reason, help));
        return Ok(Copied { kept, name, flaw: None });
    }
    let opened = open().and_then(|content| {
        Unpacked::new(Counted { content, told: |count| observer.advance(count) })
    });
    let mut content = match opened {
        Ok(input) => Content { input, line: 1, error: None },
        Err(error) => {
            let message = format!("it cannot be read: {error}");
            let help = "see that it is there, whole, and may be read; then import it again";
            let ledger = refused(ProblemCode::UnreadableFile, None, &message, help);
            return Ok(Copied { kept: Err(ledger), name, flaw: None });
        }
    };
    let kept = writer.keep(&name, &mut content);
    let Some(error) = content.error else {
        return Ok(Copied { kept: Ok(kept?), name, flaw: content.input.flaw() });
    };
    let message = format!("it cannot be read beyond this line: {error}");
    let help = "it may be cut off or damaged: get it anew, and import it again";
    let ledger = refused(ProblemCode::UnreadableFile, Some(content.line), &message, help);
    Ok(Copied { kept: Err(ledger), name, flaw: None })
}

/// Decides which files are read. Of several with the same bytes it is the first by name; the others have the same content.
fn decide(in_force: &[FileEntry], copied: Vec<Copied>, format: Option<Format>) -> Vec<Plan> {
    let mut order: Vec<usize> = (0..copied.len()).collect();
    order.sort_by_key(|at| copied.get(*at).map(|file| file.name.clone()));
    let mut firsts: HashMap<String, usize> = HashMap::new();
    for at in order {
        if let Some(Copied { kept: Ok(kept), .. }) = copied.get(at) {
            firsts.entry(kept.sha256.clone()).or_insert(at);
        }
    }
    let planned = |(at, file): (usize, Copied)| {
        plan(in_force, file, format, |sha256| {
            firsts.get(sha256).copied().filter(|first| *first != at)
        })
    };
    copied.into_iter().enumerate().map(planned).collect()
}

/// Decides what is to be done with one file; `first` is the place of another of the same bytes that is read instead.
fn plan(
    in_force: &[FileEntry],
    file: Copied,
    format: Option<Format>,
    first: impl Fn(&str) -> Option<usize>,
) -> Plan {
    let Copied { name, kept, flaw } = file;
    let kept = match kept {
        Ok(kept) => kept,
        Err(ledger) => {
            let imported = told(&name, 0, None, Fate::Refused, ledger);
            return Plan::Done(Taken { imported, entry: None });
        }
    };
    let mut entry = FileEntry {
        name: name.clone(),
        sha256: kept.sha256,
        bytes: kept.bytes,
        format: String::new(),
        scope: name.clone(),
    };
    let is_meant = |known: &&FileEntry| {
        let as_meant = format.is_none_or(|format| known.format == format.as_str());
        known.sha256 == entry.sha256 && (as_meant || known.scope == SCOPE)
    };
    if in_force.iter().filter(is_meant).any(|known| known.scope == name) {
        let imported = told(&name, kept.bytes, None, Fate::Unchanged, Ledger::default());
        return Plan::Done(Taken { imported, entry: None });
    }
    if let Some(known) = in_force.iter().find(is_meant) {
        let mut imported = told(&name, kept.bytes, None, Fate::Known, Ledger::default());
        imported.known_as = Some(known.name.clone());
        entry.format.clone_from(&known.format);
        // The seed is replaced as a whole, and holds its own files only.
        let entry = (known.scope != SCOPE).then_some(entry);
        return Plan::Done(Taken { imported, entry });
    }
    match first(&entry.sha256) {
        Some(first) => Plan::Same(first, entry),
        None => Plan::Read(entry, flaw),
    }
}

/// Reads a file that was copied.
fn read(
    writer: &Writer,
    in_force: &[FileEntry],
    mut entry: FileEntry,
    flaw: Option<&Flaw>,
    format: Option<Format>,
    observer: &dyn Observer,
) -> Result<Taken, Error> {
    let head = head(writer, &entry)?;
    let Some(format) = format.or_else(|| Format::recognise(&head)) else {
        observer.advance(entry.bytes);
        let mut ledger = unrecognised(&entry.name, &head);
        tell(flaw, &entry.name, &mut ledger);
        let imported = told(&entry.name, entry.bytes, None, Fate::Refused, ledger);
        return Ok(Taken { imported, entry: None });
    };
    format.as_str().clone_into(&mut entry.format);
    let told_of_packing = |ledger: &mut Ledger| tell(flaw, &entry.name, ledger);
    let ledger = parse(writer, &entry, format, &told_of_packing, &|bytes| observer.advance(bytes))?;
    let is_replaced = in_force.iter().any(|file| file.scope == entry.scope);
    let fate = match (is_of_use(&ledger), is_replaced) {
        (false, _) => Fate::Refused,
        (true, true) => Fate::Replaced,
        (true, false) => Fate::Added,
    };
    let imported = told(&entry.name, entry.bytes, Some(format), fate, ledger);
    Ok(Taken { imported, entry: (fate != Fate::Refused).then_some(entry) })
}

/// Whether anything was taken of a file, or it rightly holds nothing.
fn is_of_use(ledger: &Ledger) -> bool {
    let has_errors = || ledger.problems.iter().any(|problem| problem.severity == Severity::Error);
    ledger.accepted > 0 || (ledger.rows_read == 0 && !has_errors())
}

/// Gives files with the bytes of another the fate of that one.
fn joined(plans: Vec<Plan>, observer: &dyn Observer) -> Vec<Taken> {
    let wanted = plans.iter().filter_map(|plan| match plan {
        Plan::Same(first, _) => Some(*first),
        Plan::Done(_) | Plan::Read(..) => None,
    });
    let firsts: HashMap<usize, (Imported, Option<FileEntry>)> = wanted
        .filter_map(|at| match plans.get(at)? {
            Plan::Done(taken) => Some((at, (taken.imported.clone(), taken.entry.clone()))),
            Plan::Read(..) | Plan::Same(..) => None,
        })
        .collect();
    let join = |plan| match plan {
        Plan::Done(taken) => Some(taken),
        Plan::Same(first, mut entry) => {
            let (first, in_force) = firsts.get(&first)?;
            let ledger = Ledger::default();
            let mut imported = told(&entry.name, entry.bytes, None, Fate::Known, ledger);
            imported.known_as = Some(first.name.clone());
            let entry = in_force.as_ref().map(|in_force| {
                entry.format.clone_from(&in_force.format);
                entry
            });
            if entry.is_none() {
                imported =
                    Imported { name: imported.name, known_as: imported.known_as, ..first.clone() };
            }
            observer.file(&imported);
            Some(Taken { imported, entry })
        }
        Plan::Read(..) => None,
    };
    plans.into_iter().filter_map(join).collect()
}

fn told(name: &str, bytes: u64, format: Option<Format>, fate: Fate, ledger: Ledger) -> Imported {
    Imported { name: name.to_owned(), bytes, format, fate, known_as: None, ledger }
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

/// The content of a file; keeps the line that it has come to, and why it does not come further.
struct Content<'o> {
    input: Unpacked<'o>,
    line: u32,
    error: Option<String>,
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                self.error = Some(error.to_string());
            }
        })?;
        let lines = super::clean::newlines(buffer.get(..read).unwrap_or_default());
        self.line = self.line.saturating_add(lines);
        Ok(read)
    }
}
