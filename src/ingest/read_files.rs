//! Intake of one import: copies each file, selects the new ones, and reads those.
//!
//! An unreadable file is rejected with a reason, and does not affect the others.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read as _;

use super::build::SCOPE;
use super::copy::{Copied, copy};
use super::decompress::Flaw;
use super::error::Error;
use super::foreign::{self, Foreign};
use super::format::Format;
use super::input::{
    Duplicates, FileOutcome, How, ImportObserver, Imported, Input, Stage, StatedLicence,
};
use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::parse::{each, parse};
use super::problem::ProblemCode;
use crate::model::code::Code as _;
use crate::model::ledger::{Ledger, Severity};
use crate::model::licence::Licence;
use crate::store::{FileEntry, Writer};

/// Bytes examined to detect the format of a file.
const HEAD: u64 = 64 << 10;

/// A file, with its entry if it is to become current.
pub(super) struct Taken {
    pub(super) imported: Imported,
    pub(super) entry: Option<FileEntry>,
}

/// Next step for a file.
enum FilePlan {
    /// Nothing more.
    Done(Taken),
    /// The file is read; holds the defect of its compression.
    Read(FileEntry, Option<Flaw>),
    /// The file has the same bytes as another of the import, given by index.
    Same(usize, FileEntry),
}

/// Copies and reads files; returns their outcomes in the order given. Nothing becomes current yet.
pub(super) fn take_in(
    writer: &Writer,
    in_force: &[FileEntry],
    inputs: Vec<Input<'_>>,
    how: &How,
    observer: &dyn ImportObserver,
) -> Result<Vec<Taken>, Error> {
    observer.stage(Stage::Copy, inputs.iter().map(|input| input.bytes).sum());
    let copied =
        each(inputs, |input| go_on(observer).and_then(|()| copy(writer, input, observer)))?;
    let copied: Vec<Copied> = copied.into_iter().flatten().collect();
    let mut names = HashSet::new();
    if let Some(file) = copied.iter().find(|file| !names.insert(file.name.as_str())) {
        return Err(Error::Twice { name: file.name.clone() });
    }
    let plans = decide(in_force, copied, how);
    let wanted: u64 = plans
        .iter()
        .map(|plan| match plan {
            FilePlan::Read(entry, _) => entry.bytes,
            FilePlan::Done(_) | FilePlan::Same(..) => 0,
        })
        .sum();
    observer.stage(Stage::Read, wanted);
    let taken = each(plans, |plan| {
        let plan = match plan {
            FilePlan::Read(entry, flaw) => {
                go_on(observer)?;
                FilePlan::Done(read(writer, in_force, entry, flaw.as_ref(), how.format, observer)?)
            }
            other => other,
        };
        if let FilePlan::Done(taken) = &plan {
            observer.file(&taken.imported);
        }
        Ok(plan)
    })?;
    let mut taken = whole(joined(taken, observer), in_force);
    for file in &mut taken {
        report_licence(file, in_force);
    }
    Ok(taken)
}

/// Reports the licence under which a file is current.
fn report_licence(file: &mut Taken, in_force: &[FileEntry]) {
    let is_refused = file.imported.fate == FileOutcome::Refused;
    let known = || in_force.iter().find(|known| known.name == file.imported.name);
    let entry = file.entry.as_ref().or_else(known).filter(|_| !is_refused);
    file.imported.licence = entry.and_then(|entry| entry.licence.clone());
}

/// Completes the files of each archive, which are replaced together. A rejected member keeps its older version. An archive
/// whose members are all unchanged or all rejected changes nothing.
fn whole(mut taken: Vec<Taken>, in_force: &[FileEntry]) -> Vec<Taken> {
    let archives: BTreeSet<String> =
        taken.iter().filter_map(|file| file.imported.archive.clone()).collect();
    for archive in archives {
        let of = |file: &Taken| file.imported.archive.as_ref() == Some(&archive);
        let is_refused = |file: &Taken| file.imported.fate == FileOutcome::Refused;
        let known = |name: &str| in_force.iter().find(|f| f.scope == archive && f.name == name);
        for file in taken.iter_mut().filter(|file| of(file) && is_refused(file)) {
            file.entry = known(&file.imported.name).cloned();
        }
        let mut now: Vec<_> =
            taken.iter().filter(|f| of(f)).filter_map(|f| f.entry.clone()).collect();
        let mut before: Vec<_> = in_force.iter().filter(|f| f.scope == archive).cloned().collect();
        now.sort();
        before.sort();
        let are_refused = taken.iter().filter(|file| of(file)).all(is_refused);
        if are_refused || now == before {
            taken.iter_mut().filter(|file| of(file)).for_each(|file| file.entry = None);
        }
    }
    taken
}

fn go_on(observer: &dyn ImportObserver) -> Result<(), Error> {
    if observer.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
}

/// Selects the files to read. Of several with the same bytes the first by name is read; the others share its content.
fn decide(in_force: &[FileEntry], copied: Vec<Copied>, how: &How) -> Vec<FilePlan> {
    let mut order: Vec<usize> = (0..copied.len()).collect();
    order.sort_by_key(|at| copied.get(*at).map(|file| file.name.clone()));
    let mut firsts: HashMap<String, usize> = HashMap::new();
    for at in order {
        if let Some(Copied { kept: Ok(kept), .. }) = copied.get(at) {
            firsts.entry(kept.sha256.clone()).or_insert(at);
        }
    }
    let planned = |(at, file): (usize, Copied)| {
        plan(in_force, file, how, |sha256| firsts.get(sha256).copied().filter(|first| *first != at))
    };
    copied.into_iter().enumerate().map(planned).collect()
}

/// Selects the next step for one file; `first` is the index of a file with the same bytes that is read instead.
fn plan(
    in_force: &[FileEntry],
    file: Copied,
    how: &How,
    first: impl Fn(&str) -> Option<usize>,
) -> FilePlan {
    let Copied { name, archive, kept, flaw } = file;
    let scope = archive.clone().unwrap_or_else(|| name.clone());
    let told = |bytes, fate, ledger| Imported {
        archive: archive.clone(),
        ..told(&name, bytes, None, fate, ledger)
    };
    let kept = match kept {
        Ok(kept) if in_force.iter().any(|known| known.name == name && known.scope != scope) => {
            let message =
                "another file in force has this name: one of them is a member of an archive";
            let help = "remove the other, or import this one under another name";
            let mut tally = LedgerBuilder::new(&name);
            tally.fail(ProblemCode::BadName, &ProblemSite::default(), message, Some(help));
            let imported = told(kept.bytes, FileOutcome::Refused, tally.finish());
            return FilePlan::Done(Taken { imported, entry: None });
        }
        Ok(kept) => kept,
        Err(ledger) => {
            let imported = told(0, FileOutcome::Refused, ledger);
            return FilePlan::Done(Taken { imported, entry: None });
        }
    };
    let mut entry = FileEntry {
        name: name.clone(),
        sha256: kept.sha256,
        bytes: kept.bytes,
        format: String::new(),
        scope: scope.clone(),
        unite: unites(in_force, &name, how),
        licence: licence(in_force, &name, &scope, how),
    };
    let is_meant = |known: &&FileEntry| {
        let as_meant = how.format.is_none_or(|format| known.format == format.as_str());
        known.sha256 == entry.sha256 && (as_meant || known.scope == SCOPE)
    };
    let is_same = |known: &&FileEntry| known.scope == scope && known.name == name;
    if let Some(known) = in_force.iter().filter(is_meant).find(is_same) {
        let imported = told(kept.bytes, FileOutcome::Unchanged, Ledger::default());
        // The members of an archive are replaced together; for the same bytes another rule or licence may apply.
        let wanted = FileEntry { format: known.format.clone(), ..entry };
        let entry = (archive.is_some() || *known != wanted).then_some(wanted);
        return FilePlan::Done(Taken { imported, entry });
    }
    if let Some(known) = in_force.iter().find(is_meant) {
        let mut imported = told(kept.bytes, FileOutcome::Known, Ledger::default());
        imported.known_as = Some(known.name.clone());
        entry.format.clone_from(&known.format);
        // The seed is replaced as a whole, and holds its own files only.
        let entry = (known.scope != SCOPE).then_some(entry);
        return FilePlan::Done(Taken { imported, entry });
    }
    match first(&entry.sha256) {
        Some(first) => FilePlan::Same(first, entry),
        None => FilePlan::Read(entry, flaw),
    }
}

/// Returns true if activities of a file are united with others: as requested, otherwise as before.
fn unites(in_force: &[FileEntry], name: &str, how: &How) -> bool {
    match how.duplicates {
        Some(duplicates) => duplicates == Duplicates::Unite,
        None => in_force.iter().any(|file| file.name == name && file.unite),
    }
}

/// Returns the licence of a file: as stated, otherwise as before. A new member of an archive has the licence of the
/// others, if they agree.
fn licence(in_force: &[FileEntry], name: &str, scope: &str, how: &How) -> Option<Licence> {
    match &how.licence {
        StatedLicence::Known(licence) => return Some(licence.clone()),
        StatedLicence::Unknown => return None,
        StatedLicence::Kept => {}
    }
    if let Some(known) = in_force.iter().find(|file| file.name == name) {
        return known.licence.clone();
    }
    let mut of_scope = in_force.iter().filter(|file| file.scope == scope).map(|file| &file.licence);
    let first = of_scope.next()?;
    first.clone().filter(|_| of_scope.all(|other| other == first))
}

/// Reads a copied file.
fn read(
    writer: &Writer,
    in_force: &[FileEntry],
    mut entry: FileEntry,
    flaw: Option<&Flaw>,
    format: Option<Format>,
    observer: &dyn ImportObserver,
) -> Result<Taken, Error> {
    let archive = (entry.scope != entry.name).then(|| entry.scope.clone());
    let bytes = head(writer, &entry)?;
    let text = super::iati::as_text(&bytes);
    let foreign = foreign::of_bytes(&bytes).or_else(|| foreign::of_page(&text));
    let known = format.or_else(|| Format::recognise(&text)).filter(|_| foreign.is_none());
    let Some(format) = known else {
        observer.advance(entry.bytes);
        let foreign = foreign.or_else(|| foreign::of_text(&text));
        let is_empty = flaw.is_none() && entry.bytes <= HEAD && foreign::is_empty(&text);
        let mut ledger = unrecognised(&entry.name, foreign, is_empty, &text);
        tell(flaw, &entry.name, &mut ledger);
        let imported = told(&entry.name, entry.bytes, None, FileOutcome::Refused, ledger);
        return Ok(Taken { imported: Imported { archive, ..imported }, entry: None });
    };
    format.as_str().clone_into(&mut entry.format);
    let told_of_packing = |ledger: &mut Ledger| tell(flaw, &entry.name, ledger);
    let ledger = parse(writer, &entry, format, &told_of_packing, &|bytes| observer.advance(bytes))?;
    let is_same = |file: &FileEntry| archive.is_none() || file.name == entry.name;
    let is_replaced = in_force.iter().any(|file| file.scope == entry.scope && is_same(file));
    let fate = match (is_of_use(&ledger), is_replaced) {
        (false, _) => FileOutcome::Refused,
        (true, true) => FileOutcome::Replaced,
        (true, false) => FileOutcome::Added,
    };
    let imported = told(&entry.name, entry.bytes, Some(format), fate, ledger);
    let imported = Imported { archive, ..imported };
    Ok(Taken { imported, entry: (fate != FileOutcome::Refused).then_some(entry) })
}

/// Returns true if a file yielded records, or is rightly empty.
fn is_of_use(ledger: &Ledger) -> bool {
    let has_errors = || ledger.problems.iter().any(|problem| problem.severity == Severity::Error);
    ledger.accepted > 0 || (ledger.rows_read == 0 && !has_errors())
}

/// Gives duplicate files the outcome of the file with the same bytes.
fn joined(plans: Vec<FilePlan>, observer: &dyn ImportObserver) -> Vec<Taken> {
    let wanted = plans.iter().filter_map(|plan| match plan {
        FilePlan::Same(first, _) => Some(*first),
        FilePlan::Done(_) | FilePlan::Read(..) => None,
    });
    let firsts: HashMap<usize, (Imported, Option<FileEntry>)> = wanted
        .filter_map(|at| match plans.get(at)? {
            FilePlan::Done(taken) => Some((at, (taken.imported.clone(), taken.entry.clone()))),
            FilePlan::Read(..) | FilePlan::Same(..) => None,
        })
        .collect();
    let join = |plan| match plan {
        FilePlan::Done(taken) => Some(taken),
        FilePlan::Same(first, mut entry) => {
            let (first, in_force) = firsts.get(&first)?;
            let ledger = Ledger::default();
            let mut imported = told(&entry.name, entry.bytes, None, FileOutcome::Known, ledger);
            imported.archive = (entry.scope != entry.name).then(|| entry.scope.clone());
            imported.known_as = Some(first.name.clone());
            let entry = in_force.as_ref().map(|in_force| {
                entry.format.clone_from(&in_force.format);
                entry
            });
            if entry.is_none() {
                let Imported { name, archive, known_as, .. } = imported;
                imported = Imported { name, archive, known_as, ..first.clone() };
            }
            observer.file(&imported);
            Some(Taken { imported, entry })
        }
        FilePlan::Read(..) => None,
    };
    plans.into_iter().filter_map(join).collect()
}

fn told(
    name: &str,
    bytes: u64,
    format: Option<Format>,
    fate: FileOutcome,
    ledger: Ledger,
) -> Imported {
    Imported {
        name: name.to_owned(),
        archive: None,
        bytes,
        format,
        fate,
        known_as: None,
        licence: None,
        ledger,
    }
}

/// Reports the defect of a file's compression to its ledger.
fn tell(flaw: Option<&Flaw>, name: &str, ledger: &mut Ledger) {
    let truncated = ProblemCode::Truncated.as_str();
    let (code, severity, message) = match flaw {
        // The reader may have reported it already.
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
        // No record of such a file is stored.
        Some(Flaw::TooLarge(_)) | None => return,
    };
    *ledger.counts.entry(code.as_str().to_owned()).or_default() += 1;
    ledger.problems.push(code.of_file(severity, name, message, None));
}

/// Returns the ledger of a file in no supported format.
fn unrecognised(name: &str, foreign: Option<Foreign>, is_empty: bool, head: &str) -> Ledger {
    let mut tally = LedgerBuilder::new(name);
    if let Some(foreign) = foreign {
        let (code, place) = (ProblemCode::UnknownFormat, ProblemSite::default());
        tally.fail(code, &place, &foreign.message(), Some(foreign.help()));
        return tally.finish();
    }
    if is_empty {
        let help = "get it anew; to take an older version out of force, use `aidgraph remove`";
        tally.fail(
            ProblemCode::EmptyFile,
            &ProblemSite::default(),
            "the file is empty",
            Some(help),
        );
        return tally.finish();
    }
    // Keeps more than is shown: an address cut in half would not be detected.
    let begins: String = head.trim_start().chars().take(400).collect();
    let place = ProblemSite { value: Some(&begins), ..ProblemSite::default() };
    let help = format!(
        "files may be IATI (XML), OCHA FTS (CSV or JSON) or OECD CRS (CSV or text), also packed as gz, zst or zip; --format {} says which where the content does not",
        Format::WORDS.join("|")
    );
    let message = "the content is of no format that is known; this is how it begins";
    tally.fail(ProblemCode::UnknownFormat, &place, message, Some(&help));
    tally.finish()
}

/// Returns the first bytes of a stored file.
fn head(writer: &Writer, entry: &FileEntry) -> Result<Vec<u8>, Error> {
    let mut head = Vec::new();
    let stream = writer.stream(entry)?;
    stream
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(|error| Error::Read { name: entry.name.clone(), error })?;
    Ok(head)
}
