//! Reader of IATI files: activities and organisations of every version of the standard.
//!
//! `document` splits the cleaned text into activities, each a `tree`. `activity` and `organisation` map a tree to
//! the model; `division`, `money` and `detail` read its parts. Only one activity is in memory at a time.
//!
//! Files need not be valid, and nothing is dropped silently. Unreadable content is a problem in the ledger, and all
//! records before a syntax error are kept. `docs/iati.md` lists what is read, element by element. Source: IATI
//! Standard 1.01 to 2.03.

mod activity;
mod bound;
mod context;
mod detail;
mod division;
mod document;
mod finding;
mod money;
mod namespace;
mod organisation;
mod participation;
mod party;
mod repeat;
mod root;
mod standard;
mod tree;
mod wrapper;

use std::io::Read;

use super::error::Error;
use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::organisation_ref::Mentions;
use super::problem::ProblemCode;
use super::sink::Sink;
use super::text_decoder::Clean;
use crate::model::ledger::Ledger;
use document::{Broken, IatiFile};
use party::Earlier;
use repeat::Repeats;
use root::RecordKind;
use tree::Tree;
use wrapper::{Stray, Wrapper};

/// Version of this reader. A new value causes all IATI files to be read again.
pub const READING: &str = "iati-9";

/// Returns true if a file is an IATI file, judging by its first bytes as UTF-8.
pub fn recognises(head: &str) -> bool {
    // Names match in any case and with any separators between words.
    let is_ours = |name: &str| {
        let name = standard::key(root::local(name));
        name.starts_with("iatiactivit") || name.starts_with("iatiorganisation")
    };
    let names = head.split('<').skip(1).map(|tag| {
        tag.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
    });
    names.filter(|name| name.len() < 40).any(is_ours)
}

/// Decodes the beginning of a file as text, whatever its encoding.
pub(super) fn as_text(head: &[u8]) -> String {
    let mut text = Vec::new();
    // Reading from memory does not fail, and an overlong tag does not matter here.
    let _ = Clean::new(head).read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Data accumulated over a whole file.
#[derive(Debug, Default)]
struct FileNotes {
    mentions: Mentions,
    earlier: Earlier,
    repeats: Repeats,
}

/// Reads a file and passes its records to the sink.
///
/// Each activity becomes a programme and each organisation an agency. Agencies for the organisations that are only
/// mentioned follow at the end. The rows of the ledger are activities and organisations.
///
/// # Errors
/// [`Error::Read`] if reading the input fails, [`Error::Store`] if the sink fails. Problems of the content are
/// recorded in the ledger instead.
pub fn read(name: &str, input: &mut dyn Read, sink: &mut dyn Sink) -> Result<Ledger, Error> {
    let mut document = IatiFile::new(input);
    let mut tally = LedgerBuilder::new(name);
    let mut gathered = FileNotes::default();
    let mut tree = Tree::default();
    let mut rows = 0;
    let mut last = None;
    let mut is_broken = false;
    loop {
        match document.next(&mut tree) {
            Ok(Some(found)) => {
                rows += 1;
                tree.settle(found.name());
                tree.bound();
                let entry = tree.root().and_then(|element| match found {
                    RecordKind::Activity => {
                        activity::read(element, rows, document.wrapper(), &mut tally, &mut gathered)
                    }
                    RecordKind::Organisation => {
                        let mentions = &mut gathered.mentions;
                        organisation::read(element, document.wrapper(), &mut tally, mentions)
                    }
                });
                for line in document.nested() {
                    rows += 1;
                    let place = ProblemSite {
                        line: Some(*line),
                        id: last.as_deref(),
                        ..ProblemSite::default()
                    };
                    let message = "an activity within another one is left out";
                    tally.quarantine(ProblemCode::NestedActivity, &place, message, None);
                }
                if let Some((line, text)) = document.unresolved() {
                    let place = ProblemSite {
                        line: Some(line),
                        value: Some(&text),
                        ..ProblemSite::default()
                    };
                    let message = "undeclared entity; the reference stays in the text";
                    tally.warn(ProblemCode::UnknownEntity, &place, message, None);
                }
                if let Some(entry) = entry {
                    last = Some(entry.record.key().to_owned());
                    sink.take(entry)?;
                }
                if gathered.mentions.are_many() {
                    pass_on(std::mem::take(&mut gathered.mentions), sink)?;
                }
            }
            Ok(None) => break,
            Err(Broken::Io(error)) => return Err(Error::Read { name: name.to_owned(), error }),
            Err(broken) => {
                is_broken = true;
                rows += u64::from(document.is_within());
                fail(&mut tally, &broken, &document, last.as_deref());
                break;
            }
        }
    }
    gathered.earlier.pass_on(&mut gathered.mentions);
    pass_on(gathered.mentions, sink)?;
    document.finish();
    report_file(&mut tally, &document, rows, is_broken);
    Ok(tally.finish())
}

/// Passes the mentioned organisations to the sink.
fn pass_on(mentions: Mentions, sink: &mut dyn Sink) -> Result<(), Error> {
    for entry in mentions.into_entries() {
        sink.take(entry)?;
    }
    Ok(())
}

/// Reports a file that cannot be read further. Records before the fault are kept; an activity that contains it is
/// quarantined.
fn fail<R: Read>(
    tally: &mut LedgerBuilder,
    broken: &Broken,
    document: &IatiFile<R>,
    last: Option<&str>,
) {
    let code = match broken {
        Broken::Syntax(_) | Broken::Io(_) => ProblemCode::NotWellFormed,
        Broken::Truncated => ProblemCode::Truncated,
        Broken::Entities => ProblemCode::EntityDeclaration,
        Broken::TooLarge(_) => ProblemCode::TooLarge,
    };
    let place = ProblemSite { line: Some(document.line()), id: last, ..ProblemSite::default() };
    let help = match last {
        Some(_) => {
            "all records up to the one named here are kept; ask the publisher for a complete file"
        }
        None => "no record could be kept; ask the publisher for a complete file",
    };
    let message = broken.to_string();
    if document.is_within() {
        tally.quarantine(code, &place, &message, Some(help));
    } else {
        tally.fail(code, &place, &message, Some(help));
    }
}

/// Reports the repairs to the bytes, problems of the whole file, and a file without records. A complete and empty
/// list is valid: its publisher has withdrawn everything.
fn report_file<R: Read>(
    tally: &mut LedgerBuilder,
    document: &IatiFile<R>,
    rows: u64,
    is_broken: bool,
) {
    document.mended().tell(tally);
    let wrapper = document.wrapper();
    if let Some(tag) = &wrapper.odd_language {
        let place =
            ProblemSite { field: Some("@xml:lang"), value: Some(tag), ..ProblemSite::default() };
        let message = "not a language tag; the language of the texts is unknown";
        tally.warn(ProblemCode::OddCode, &place, message, None);
    }
    report_unexpected(tally, wrapper);
    let is_empty = rows == 0 && (!wrapper.has_list || is_broken || wrapper.has_strays());
    if !is_empty && (rows == 0 || tally.count(ProblemCode::NotUnderstood) < rows) {
        return;
    }
    let root = &wrapper.root;
    let place = ProblemSite { value: root.as_deref(), ..ProblemSite::default() };
    let message = if rows == 0 {
        "the file holds no activity and no organisation"
    } else {
        "no record of the file was understood, and none is imported"
    };
    tally.fail(ProblemCode::NothingInFile, &place, message, None);
}

/// Reports the unexpected elements around and beside the records, each name once.
fn report_unexpected(tally: &mut LedgerBuilder, wrapper: &Wrapper) {
    let around = "this element only wraps elements of the standard; its content is read";
    let stray = "the standard has no such element here; it is ignored with its content";
    let around = wrapper.around.iter().map(|one| (ProblemCode::OddName, one, around));
    let strays = wrapper.strays.iter().map(|one| (ProblemCode::UnknownElement, one, stray));
    for (code, Stray { within, name, line, count, .. }, message) in around.chain(strays) {
        let field = if within.is_empty() { name.clone() } else { format!("{within}/{name}") };
        let place =
            ProblemSite { line: Some(*line), field: Some(&field), ..ProblemSite::default() };
        tally.warn_of_name(code, &place, *count, message, None);
    }
}
