//! Copies the files of an import into the store: each one unpacked, zip archives member by member.

use std::io::{self, Cursor, Read};

use super::archive::{self, Archive, ArchiveError, ArchiveMember};
use super::decompress::{Flaw, Unpacked};
use super::error::Error;
use super::format::bare_name;
use super::input::{ImportObserver, Input, bad_name};
use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::parse::CountingReader;
use super::problem::ProblemCode;
use crate::model::ledger::Ledger;
use crate::store::{StoredBlob, Writer};

/// A copied file, or the reason for its rejection.
pub(super) struct Copied {
    pub(super) name: String,
    /// The archive that contains it.
    pub(super) archive: Option<String>,
    pub(super) kept: Result<StoredBlob, Ledger>,
    /// Defect of its compression.
    pub(super) flaw: Option<Flaw>,
}

impl Copied {
    fn refused(
        name: &str,
        archive: Option<&str>,
        line: Option<u32>,
        refusal: &ArchiveError,
    ) -> Self {
        let mut tally = LedgerBuilder::new(name);
        let place = ProblemSite { line, ..ProblemSite::default() };
        tally.fail(refusal.code, &place, &refusal.message, Some(&refusal.help));
        let (name, archive) = (name.to_owned(), archive.map(str::to_owned));
        Self { name, archive, kept: Err(tally.finish()), flaw: None }
    }
}

fn refusal(code: ProblemCode, message: impl Into<String>, help: &str) -> ArchiveError {
    ArchiveError { code, message: message.into(), help: help.to_owned() }
}

/// Copies an input into the store: one file, or the members of an archive.
///
/// # Errors
/// Returns the errors of the store. Defects of the input are recorded in its ledger.
pub(super) fn copy(
    writer: &Writer,
    input: Input<'_>,
    observer: &dyn ImportObserver,
) -> Result<Vec<Copied>, Error> {
    let Input { name, open, .. } = input;
    let refused = |refusal| Ok(vec![Copied::refused(&name, None, None, &refusal)]);
    if let Some(reason) = bad_name(&name) {
        let help = "give it another name, with --name for instance";
        return refused(refusal(ProblemCode::BadName, reason, help));
    }
    let begun = open().and_then(|content| {
        let mut content = CountingReader { content, told: |count| observer.advance(count) };
        let mut head = Vec::with_capacity(4);
        content.by_ref().take(4).read_to_end(&mut head)?;
        Ok((head, content))
    });
    let unreadable = |error: io::Error| {
        let help = "see that it is there, whole, and may be read; then import it again";
        refused(refusal(ProblemCode::UnreadableFile, format!("it cannot be read: {error}"), help))
    };
    let (head, rest) = match begun {
        Ok(begun) => begun,
        Err(error) => return unreadable(error),
    };
    let is_zip = archive::is_zip(&head);
    let content = Cursor::new(head).chain(rest);
    if is_zip {
        return members(writer, &name, content, observer);
    }
    match Unpacked::new(content) {
        Ok(content) => Ok(vec![keep(writer, &name, None, content)?]),
        Err(error) => unreadable(error),
    }
}

/// Copies one file.
fn keep(
    writer: &Writer,
    name: &str,
    archive: Option<&str>,
    input: Unpacked<'_>,
) -> Result<Copied, Error> {
    let mut content = Content { input, line: 1, error: None };
    let kept = writer.keep(name, &mut content);
    if let Some(error) = content.error {
        let message = format!("it cannot be read beyond this line: {error}");
        let help = "it may be cut off or damaged: get it anew, and import it again";
        let refusal = refusal(ProblemCode::UnreadableFile, message, help);
        return Ok(Copied::refused(name, archive, Some(content.line), &refusal));
    }
    let kept = kept?;
    match content.input.flaw() {
        Some(Flaw::TooLarge(reason)) => {
            Ok(Copied::refused(name, archive, None, &ArchiveError::too_large(&reason)))
        }
        flaw => {
            let (name, archive) = (name.to_owned(), archive.map(str::to_owned));
            Ok(Copied { name, archive, kept: Ok(kept), flaw })
        }
    }
}

/// Copies the members of an archive, each under the archive's name and its path in it.
fn members(
    writer: &Writer,
    name: &str,
    content: impl Read,
    observer: &dyn ImportObserver,
) -> Result<Vec<Copied>, Error> {
    let (file, length) = writer.spool(name, content)?;
    let mut archive = match Archive::open(file, length) {
        Ok(archive) => archive,
        Err(refusal) => return Ok(vec![Copied::refused(name, None, None, &refusal)]),
    };
    let (bound, length) = (archive.bound(), archive.length());
    let mut copied = Vec::new();
    for at in 0..archive.len() {
        if observer.is_stopped() {
            return Err(Error::Stopped);
        }
        match archive.member(at) {
            ArchiveMember::Nothing => {}
            ArchiveMember::Refused(path, refusal) => {
                let member = format!("{name}/{path}");
                copied.push(Copied::refused(&member, Some(name), None, &refusal));
            }
            ArchiveMember::File(path, content) => {
                let member = format!("{name}/{}", bare_name(&path));
                let input = Unpacked::member(content, bound.clone(), length);
                let one = match input {
                    Ok(input) => keep(writer, &member, Some(name), input)?,
                    Err(error) => {
                        let message = format!("it cannot be unpacked: {error}");
                        let help = "the archive may be damaged: get it anew, and import it again";
                        let refusal = refusal(ProblemCode::UnreadableFile, message, help);
                        Copied::refused(&member, Some(name), None, &refusal)
                    }
                };
                copied.push(one);
            }
        }
    }
    if copied.is_empty() {
        let help = "get it anew, or remove the older version with `aidgraph remove`";
        let refusal = refusal(ProblemCode::NothingInFile, "the zip archive holds no file", help);
        copied.push(Copied::refused(name, None, None, &refusal));
    }
    observer.members(copied.len());
    Ok(copied)
}

/// The content of a file; records the current line, and the reason for which reading stopped.
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
        let lines = super::text_decoder::newlines(buffer.get(..read).unwrap_or_default());
        self.line = self.line.saturating_add(lines);
        Ok(read)
    }
}
