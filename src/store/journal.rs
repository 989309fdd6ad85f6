//! Journal: an append-only log of changes to the set of active files.
//!
//! Each change is one line, `<crc32 of the JSON, 8 hex digits> <length of the JSON> <JSON>\n`. It is synced before
//! the change is acknowledged. A kill or a power cut can leave a *torn tail*: the beginning of one line without its
//! end, possibly followed by zeros. Such a line was never acknowledged, and the next writer truncates it. Any other
//! invalid line is damage, also in last position, and is never truncated.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::atomic_write;
use super::error::Error;
use crate::model::licence::Licence;

/// An active file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name, with `/` between folders: `seed/programmes.csv`.
    pub name: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal; the content is stored under it.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Format, which selects the reader: `seed-csv`.
    pub format: String,
    /// Scope: the set of files that it is replaced with as a whole, such as `seed`.
    pub scope: String,
    /// True if its activities are united with other versions of them; otherwise the latest version counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unite: bool,
    /// Licence as stated at its import; `None` if unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
}

/// One line of the journal.
#[derive(Debug, Serialize, Deserialize)]
struct JournalLine {
    /// Sequence number, contiguous from 1.
    seq: u64,
    /// Time of writing in seconds since 1970; informational, nothing is computed from it.
    at: u64,
    /// The scope whose files are all replaced.
    scope: String,
    /// The files of that scope from now on.
    files: Vec<FileEntry>,
}

/// The parsed journal.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    /// Sequence number of the last line; 0 if there is none.
    pub(super) seq: u64,
    /// The active files, sorted by name.
    pub(super) files: Vec<FileEntry>,
    /// Length of the valid lines in bytes.
    valid: u64,
    /// State of the tail; it determines the repair that an append needs.
    tail: Tail,
}

/// A position at the end of the journal, with the files that were active there.
#[derive(Clone, Debug)]
pub struct Mark {
    seq: u64,
    files: Vec<FileEntry>,
    valid: u64,
}

/// Content after the last valid line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    /// Nothing.
    Clean,
    /// The beginning of a line: truncate it.
    Torn,
    /// A whole line that lacks only its line break and counts as valid: add the break.
    Unbroken,
}

impl Journal {
    /// Reads the journal without changing it; a missing file is an empty journal.
    ///
    /// # Errors
    /// [`Error::DamagedJournal`] for anything that is neither a valid line nor a torn tail.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let bytes = atomic_write::read(path)?.unwrap_or_default();
        let (lines, valid, tail) = parse(&bytes).map_err(|(line, reason)| {
            Error::DamagedJournal { path: path.to_path_buf(), line, reason }
        })?;
        let mut journal = Self { path: path.to_path_buf(), seq: 0, files: Vec::new(), valid, tail };
        for line in lines {
            journal.apply(line);
        }
        Ok(journal)
    }

    /// Builds the error for a journal that lacks lines which a generation was built from.
    pub(super) fn missing_lines(&self, seq: u64) -> Error {
        Error::DamagedJournal {
            path: self.path.clone(),
            line: self.seq + 1,
            reason: format!(
                "the current generation was built from line {seq}, but the journal ends before it"
            ),
        }
    }

    /// Truncates a torn tail or completes an unbroken one, so that the next line starts on a line of its own.
    pub(super) fn repair(&mut self) -> Result<(), Error> {
        if self.tail == Tail::Clean {
            return Ok(());
        }
        let repair = || {
            let mut file = OpenOptions::new().append(true).open(&self.path)?;
            file.set_len(self.valid)?;
            if self.tail == Tail::Unbroken {
                file.write_all(b"\n")?;
            }
            file.sync_all()
        };
        repair().map_err(|e| Error::io("repair", &self.path, e))?;
        self.valid += u64::from(self.tail == Tail::Unbroken);
        self.tail = Tail::Clean;
        Ok(())
    }

    /// Appends one line for each scope, which replaces its files. All lines are synced when this returns.
    ///
    /// If a line cannot be written whole, all lines of the call are removed again. A kill in the middle may leave
    /// some of them: each is a change of its own.
    pub(super) fn append(&mut self, changes: Vec<(String, Vec<FileEntry>)>) -> Result<(), Error> {
        self.repair()?;
        let at = now();
        let line = |(seq, (scope, files))| JournalLine { seq, at, scope, files };
        let lines: Vec<JournalLine> = (self.seq + 1..).zip(changes).map(line).collect();
        let text: Result<String, _> = lines.iter().map(render).collect();
        let text = text.map_err(|e| Error::Unstorable(e.to_string()))?;
        let is_new = !self.path.exists();
        let file = OpenOptions::new().append(true).create(true).open(&self.path);
        let mut file = file.map_err(|e| Error::io("write", &self.path, e))?;
        let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_data());
        let written = written.map_err(|e| Error::io("write", &self.path, e)).and_then(|()| {
            let folder = self.path.parent().filter(|_| is_new);
            folder.map_or(Ok(()), atomic_write::sync_dir)
        });
        if let Err(error) = written {
            self.take_back(&file);
            return Err(error);
        }
        self.valid += text.len() as u64;
        for line in lines {
            self.apply(line);
        }
        Ok(())
    }

    /// Returns a mark for the current end of the journal.
    pub(super) fn mark(&self) -> Mark {
        Mark { seq: self.seq, files: self.files.clone(), valid: self.valid }
    }

    /// Truncates everything appended since a mark, which must not have been acknowledged. Needs no free disk space.
    pub(super) fn restore(&mut self, mark: Mark) -> Result<(), Error> {
        let cut = |file: File| file.set_len(mark.valid).and_then(|()| file.sync_data());
        let file = OpenOptions::new().append(true).open(&self.path);
        file.and_then(cut).map_err(|e| Error::io("repair", &self.path, e))?;
        (self.seq, self.files, self.valid) = (mark.seq, mark.files, mark.valid);
        self.tail = Tail::Clean;
        Ok(())
    }

    fn take_back(&mut self, file: &File) {
        let cut = file.set_len(self.valid).and_then(|()| file.sync_data());
        if cut.is_err() {
            // The next append, or the next writer, then tries again.
            self.tail = Tail::Torn;
        }
    }

    fn apply(&mut self, line: JournalLine) {
        self.seq = line.seq;
        self.files.retain(|file| file.scope != line.scope);
        self.files.extend(line.files);
        self.files.sort();
    }
}

fn render(line: &JournalLine) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(line)?;
    Ok(format!("{:08x} {} {json}\n", crc32fast::hash(json.as_bytes()), json.len()))
}

/// Parses the lines; returns them with their length in bytes and the tail. On failure returns the number of the bad
/// line and the reason.
fn parse(bytes: &[u8]) -> Result<(Vec<JournalLine>, u64, Tail), (u64, String)> {
    let mut lines: Vec<JournalLine> = Vec::new();
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|b| *b == b'\n') {
        let (line, after) = rest.split_at(end);
        accept(&mut lines, line)?;
        rest = after.strip_prefix(b"\n").unwrap_or(after);
    }
    let number = lines.len() as u64 + 1;
    let valid = (bytes.len() - rest.len()) as u64;
    // A file that grew before its bytes reached the disk ends in zeros after a power cut.
    let zeros = rest.iter().rev().take_while(|b| **b == 0).count();
    let tail = rest.get(..rest.len() - zeros).unwrap_or_default();
    if rest.is_empty() {
        Ok((lines, valid, Tail::Clean))
    } else if is_beginning(tail) {
        Ok((lines, valid, Tail::Torn))
    } else if body(tail).is_ok() {
        accept(&mut lines, tail)?;
        Ok((lines, valid + tail.len() as u64, Tail::Unbroken))
    } else {
        Err((number, "neither a valid line nor the beginning of one".to_owned()))
    }
}

fn accept(lines: &mut Vec<JournalLine>, text: &[u8]) -> Result<(), (u64, String)> {
    let number = lines.len() as u64 + 1;
    let body = body(text).map_err(|reason| (number, reason.to_owned()))?;
    let line: JournalLine = serde_json::from_slice(body).map_err(|e| (number, e.to_string()))?;
    if line.seq != number {
        return Err((
            number,
            format!("unexpected sequence number {}: lines are missing", line.seq),
        ));
    }
    lines.push(line);
    Ok(())
}

/// Returns the JSON of a line, without its line break, after checking length and checksum.
fn body(line: &[u8]) -> Result<&[u8], &'static str> {
    let (crc, length, body) = header(line).ok_or("missing checksum or length")?;
    let length: usize = length.parse().map_err(|_| "length is not a number")?;
    if body.len() != length {
        return Err("length mismatch");
    }
    if format!("{:08x}", crc32fast::hash(body)) != crc {
        return Err("checksum mismatch");
    }
    Ok(body)
}

/// Splits a line into checksum, length and the rest.
fn header(line: &[u8]) -> Option<(&str, &str, &[u8])> {
    let mut parts = line.splitn(3, |b| *b == b' ');
    let crc = std::str::from_utf8(parts.next()?).ok()?;
    let length = std::str::from_utf8(parts.next()?).ok()?;
    Some((crc, length, parts.next()?))
}

/// Returns true if a torn write can leave this tail: it is shorter than its header states.
fn is_beginning(tail: &[u8]) -> bool {
    let hex = |text: &[u8]| text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let mut parts = tail.splitn(3, |b| *b == b' ');
    let (crc, length, body) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let Some(length) = length else { return crc.len() <= 8 && hex(crc) };
    if crc.len() != 8 || !hex(crc) || !length.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let Some(body) = body else { return true };
    let length = std::str::from_utf8(length).ok().and_then(|text| text.parse::<usize>().ok());
    length.is_some_and(|length| body.len() < length)
}

#[expect(clippy::disallowed_methods, reason = "the journal records when a line was written")]
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;
