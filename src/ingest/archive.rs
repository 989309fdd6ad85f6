//! Zip archives, read member by member like the files of a folder.
//!
//! Untrusted fields are checked before use: directory size, member count, names, declared sizes and actual sizes
//! ([`super::bound`]). Supported methods are store, deflate and Deflate64, which the OECD uses for its bulk files.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::bound::{UnpackBound, allowed};
use super::foreign::{self, Foreign};
use super::problem::ProblemCode;

/// Maximum number of members in an archive.
pub const MOST_MEMBERS: usize = 10_000;

/// Maximum number of bytes read to locate the members of an archive.
const DIRECTORY: u64 = 8 << 20;

/// Maximum length of a member name, in bytes.
const LONGEST_NAME: usize = 500;

/// Advice for an archive that cannot be read.
const UNPACK: &str = "unpack it, and import the folder";

/// Reasons for which an archive or a member is rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ArchiveError {
    pub(super) code: ProblemCode,
    pub(super) message: String,
    pub(super) help: String,
}

impl ArchiveError {
    fn new(code: ProblemCode, message: impl Into<String>, help: &str) -> Self {
        Self { code, message: message.into(), help: help.to_owned() }
    }

    /// Rejects a packed file or archive that unpacks to too much; `reason` names the exceeded limit.
    pub(super) fn too_large(reason: &str) -> Self {
        let help =
            "unpack it yourself if you trust it: files that are not packed have no such limit";
        Self::new(ProblemCode::TooLarge, format!("{reason}, and is left out"), help)
    }

    fn of(error: &ZipError) -> Self {
        match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)
            | ZipError::InvalidPassword => {
                let help = "unpack it with its password, and import the folder";
                Self::new(ProblemCode::UnreadableFile, "it is encrypted", help)
            }
            ZipError::CompressionMethodNotSupported(number) => {
                let message = format!(
                    "it is compressed by method {number}; store, deflate and Deflate64 can be read"
                );
                Self::new(ProblemCode::UnreadableFile, message, UNPACK)
            }
            ZipError::UnsupportedArchive(reason) => {
                let message = format!("this kind of zip archive cannot be read: {reason}");
                Self::new(ProblemCode::UnreadableFile, message, UNPACK)
            }
            other => {
                let message = format!("the zip archive is damaged or cut off: {other}");
                let help = "get it anew, and import it again";
                Self::new(ProblemCode::UnreadableFile, message, help)
            }
        }
    }
}

/// A reader with a byte limit for the archive's directory.
#[derive(Debug)]
pub(super) struct Limited {
    file: File,
    /// Bytes that may still be read; unlimited once the directory has been read.
    left: Rc<Cell<u64>>,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!("no directory is found in {} MiB of it", DIRECTORY >> 20))
        })?;
        self.left.set(left);
        Ok(read)
    }
}

impl Seek for Limited {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// An archive with a validated directory.
#[derive(Debug)]
pub(super) struct Archive {
    zip: ZipArchive<Limited>,
    /// Size in bytes.
    length: u64,
    bound: Rc<UnpackBound>,
}

/// A member of an archive.
pub(super) enum ArchiveMember<'a> {
    /// A folder or a hidden file.
    Nothing,
    /// A file: its path in the archive, and its content.
    File(String, ZipFile<'a, Limited>),
    /// A rejected file, under a printable name.
    Refused(String, ArchiveError),
}

/// Returns true if a file is a zip archive, judged by its first four bytes.
pub(super) fn is_zip(head: &[u8]) -> bool {
    matches!(head, [b'P', b'K', 3, 4] | [b'P', b'K', 5, 6] | [b'P', b'K', 7, 8])
}

impl Archive {
    /// Reads the directory of an archive of the given size in bytes.
    pub(super) fn open(file: File, length: u64) -> Result<Self, ArchiveError> {
        let left = Rc::new(Cell::new(DIRECTORY));
        let limited = Limited { file, left: Rc::clone(&left) };
        let zip = ZipArchive::new(limited).map_err(|error| ArchiveError::of(&error))?;
        left.set(u64::MAX);
        let mut archive = Self { zip, length, bound: Rc::default() };
        if let Some(foreign) = archive.foreign() {
            return Err(ArchiveError::new(
                ProblemCode::UnknownFormat,
                foreign.message(),
                foreign.help(),
            ));
        }
        archive.check()?;
        Ok(archive)
    }

    /// Returns the number of members.
    pub(super) fn len(&self) -> usize {
        self.zip.len()
    }

    /// Returns the size in bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Returns the unpacked bytes so far; readers of the members add to it.
    pub(super) fn bound(&self) -> Rc<UnpackBound> {
        Rc::clone(&self.bound)
    }

    /// Checks the number of members and their declared sizes.
    fn check(&self) -> Result<(), ArchiveError> {
        let (mut packed, mut unpacked) = (0_u64, 0_u64);
        if self.zip.len() > MOST_MEMBERS {
            let message = format!("the archive has more than {MOST_MEMBERS} members");
            return Err(ArchiveError::new(ProblemCode::TooLarge, message, UNPACK));
        }
        if self.zip.has_duplicate_names() {
            let message = "the archive has several members of one name";
            return Err(ArchiveError::new(ProblemCode::BadName, message, UNPACK));
        }
        for at in 0..self.zip.len() {
            let member = self.zip.by_index_data(at).map_err(|error| ArchiveError::of(&error))?;
            packed = packed.saturating_add(member.compressed_size());
            unpacked = unpacked.saturating_add(member.size());
        }
        if packed > self.length {
            let message = "the members of the archive overlap, or are larger than the archive";
            let help = "get it anew, and import it again";
            return Err(ArchiveError::new(ProblemCode::UnreadableFile, message, help));
        }
        allowed(unpacked, self.length).map_err(|reason| ArchiveError::too_large(&reason))
    }

    /// Returns the document format that this archive represents; `None` for a plain archive of files.
    fn foreign(&mut self) -> Option<Foreign> {
        let mut kind = String::new();
        if let Ok(member) = self.zip.by_name("mimetype") {
            // Unreadable members are ignored.
            let _ = member.take(100).read_to_string(&mut kind);
        }
        let has =
            |name: &str| self.zip.file_names_raw().any(|other| other.starts_with(name.as_bytes()));
        foreign::of_archive(kind.trim(), has)
    }

    /// Returns the member at an index.
    pub(super) fn member(&mut self, at: usize) -> ArchiveMember<'_> {
        let refused = |name: &str, refusal| ArchiveMember::Refused(name.to_owned(), refusal);
        let (name, is_folder, is_link) = match self.zip.by_index_data(at) {
            Ok(entry) if !is_read(entry.compression()) => {
                let name = entry.name().map(|name| shown(&name)).unwrap_or_default();
                let method = entry.compression();
                let message = format!(
                    "its method of compression cannot be read ({method:?}); store, deflate and Deflate64 can"
                );
                return refused(
                    &name,
                    ArchiveError::new(ProblemCode::UnreadableFile, message, UNPACK),
                );
            }
            Ok(entry) => match entry.name() {
                Ok(name) => (name.replace('\\', "/"), entry.is_dir(), entry.is_symlink()),
                Err(error) => return refused(&format!("member {at}"), ArchiveError::of(&error)),
            },
            Err(error) => return refused(&format!("member {at}"), ArchiveError::of(&error)),
        };
        let path = match path(&name) {
            _ if is_folder || name.ends_with('/') => return ArchiveMember::Nothing,
            Ok(path) if is_hidden(&path) => return ArchiveMember::Nothing,
            Ok(path) => path,
            Err(reason) => {
                let shown =
                    name.chars().take(100).map(|c| if c.is_control() { '\u{fffd}' } else { c });
                let refusal = ArchiveError::new(ProblemCode::BadName, reason, UNPACK);
                return ArchiveMember::Refused(shown.collect(), refusal);
            }
        };
        if is_link {
            let message = "it is a link, which is not followed";
            return refused(&path, ArchiveError::new(ProblemCode::UnreadableFile, message, UNPACK));
        }
        match self.zip.by_index(at) {
            Ok(content) => ArchiveMember::File(path, content),
            Err(error) => refused(&path, ArchiveError::of(&error)),
        }
    }
}

/// Returns the path of a member below its archive, without empty segments; `Err` holds the reason for rejecting it.
fn path(name: &str) -> Result<String, &'static str> {
    if name.chars().any(char::is_control) {
        return Err("the name of the member holds a control character");
    }
    if name.len() > LONGEST_NAME {
        return Err("the name of the member is longer than 500 bytes");
    }
    let is_drive = |part: &str| part.len() == 2 && part.ends_with(':');
    if name.starts_with('/') || name.split('/').next().is_some_and(is_drive) {
        return Err("the name of the member is an absolute path");
    }
    let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.contains(&"..") {
        return Err("the name of the member leads out of the archive");
    }
    if parts.is_empty() { Err("the member has no name") } else { Ok(parts.join("/")) }
}

/// Makes a name printable: short, and without control characters.
fn shown(name: &str) -> String {
    name.chars().take(100).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Returns true if a compression method is supported.
fn is_read(method: CompressionMethod) -> bool {
    use CompressionMethod::{Deflate64, Deflated, Stored};
    matches!(method, Stored | Deflated | Deflate64)
}

/// Returns true if a member is skipped, as hidden files of a folder are.
fn is_hidden(path: &str) -> bool {
    path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_their_archive() {
        assert_eq!(path("a/b.xml").as_deref(), Ok("a/b.xml"));
        assert_eq!(path("./a//b.xml").as_deref(), Ok("a/b.xml"));
        for name in
            ["/etc/passwd", "../a", "a/../../b", "C:/a", "", "/", "a\u{1b}[2J", &"x".repeat(501)]
        {
            assert!(path(name).is_err(), "{name}");
        }
        assert!(is_hidden("__MACOSX/a.xml") && is_hidden("a/.DS_Store") && !is_hidden("a/b.xml"));
    }

    #[test]
    fn archives_are_recognised_by_their_first_bytes() {
        assert!(is_zip(b"PK\x03\x04") && is_zip(b"PK\x05\x06"));
        assert!(!is_zip(b"PAR1") && !is_zip(b"PK"));
    }
}
