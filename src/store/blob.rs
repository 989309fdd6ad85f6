//! Content store: file contents keyed by digest, compressed, written once and never changed.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, ErrorKind, IntoInnerError, Read, Seek as _, Take, Write as _};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::atomic_write;
use super::error::Error;
use super::journal::FileEntry;
use super::layout::Layout;

/// The default of zstd: a fifth of the size for CSV and XML, at hundreds of megabytes a second.
const LEVEL: i32 = 3;

/// Computes the SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Formats bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Stores the content of a file; valid content that is already stored is left alone.
pub(super) fn put(layout: &Layout, entry: &FileEntry, bytes: &[u8]) -> Result<(), Error> {
    atomic_write::create_dir(&layout.sources())?;
    match get(layout, entry) {
        Ok(_) => Ok(()),
        Err(Error::MissingSource { .. } | Error::DamagedSource { .. }) => {
            let path = layout.source(&entry.sha256);
            let packed =
                zstd::encode_all(bytes, LEVEL).map_err(|e| Error::io("compress", &path, e))?;
            atomic_write::write(&path, &packed)
        }
        Err(error) => Err(error),
    }
}

/// Digest and size of a stored stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes, uncompressed.
    pub bytes: u64,
}

/// Stores the content of a stream, in bounded memory.
///
/// # Errors
/// [`Error::Io`] names `name` if the stream fails, and the path in the data folder if that does.
pub(super) fn keep(layout: &Layout, name: &str, input: impl Read) -> Result<StoredBlob, Error> {
    atomic_write::create_dir(&layout.sources())?;
    let tmp = layout.sources().join(format!("incoming-{}.tmp", sha256(name.as_bytes())));
    let kept = (|| {
        let failed = |e| Error::io("write", &tmp, e);
        let file = File::create(&tmp).map_err(failed)?;
        let mut packer = zstd::Encoder::new(BufWriter::new(file), LEVEL).map_err(failed)?;
        let mut hasher = Sha256::new();
        let bytes = each_chunk(name, input, |chunk| {
            hasher.update(chunk);
            packer.write_all(chunk).map_err(failed)
        })?;
        let file =
            packer.finish().and_then(|file| file.into_inner().map_err(IntoInnerError::into_error));
        file.and_then(|file| file.sync_all()).map_err(failed)?;
        Ok(StoredBlob { sha256: hex(&hasher.finalize()), bytes })
    })();
    let kept = match kept {
        Ok(kept) => kept,
        Err(error) => {
            // After a full disk a torn file would only occupy space.
            let _ = fs::remove_file(&tmp);
            return Err(error);
        }
    };
    atomic_write::rename(&tmp, &layout.source(&kept.sha256))?;
    Ok(kept)
}

/// Passes a stream on in chunks, and returns its length in bytes.
///
/// # Errors
/// [`Error::Io`] names `name` if the stream fails; also the errors of `take`.
fn each_chunk(
    name: &str,
    mut input: impl Read,
    mut take: impl FnMut(&[u8]) -> Result<(), Error>,
) -> Result<u64, Error> {
    let (mut bytes, mut buffer) = (0, vec![0; 256 << 10]);
    loop {
        let read = match input.read(&mut buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::io("read", Path::new(name), error)),
        };
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else {
            return Ok(bytes);
        };
        bytes += read as u64;
        take(chunk)?;
    }
}

/// Copies a stream to an unnamed file in the data folder, for readers that seek.
///
/// # Errors
/// [`Error::Io`] names `name` if the stream fails, and the folder if that does.
pub(super) fn spool(layout: &Layout, name: &str, input: impl Read) -> Result<(File, u64), Error> {
    let failed = |e| Error::io("write", layout.root(), e);
    let mut file = tempfile::tempfile_in(layout.root()).map_err(failed)?;
    let bytes = each_chunk(name, input, |chunk| file.write_all(chunk).map_err(failed))?;
    file.rewind().map_err(failed)?;
    Ok((file, bytes))
}

/// Opens the content of a file as a stream. A digest mismatch is an error at its end.
///
/// # Errors
/// [`Error::MissingSource`] if the content is missing.
pub(super) fn stream(layout: &Layout, entry: &FileEntry) -> Result<Stream, Error> {
    let path = layout.source(&entry.sha256);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Error::MissingSource { name: entry.name.clone(), path });
        }
        Err(error) => return Err(Error::io("read", &path, error)),
    };
    let unpacked = zstd::Decoder::new(file).map_err(|e| Error::io("read", &path, e))?;
    Ok(Stream {
        unpacked: unpacked.take(entry.bytes + 1),
        hasher: Some(Sha256::new()),
        left: entry.bytes,
        sha256: entry.sha256.clone(),
    })
}

/// The content of an active file.
pub struct Stream {
    unpacked: Take<zstd::Decoder<'static, BufReader<File>>>,
    hasher: Option<Sha256>,
    left: u64,
    sha256: String,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("sha256", &self.sha256).finish_non_exhaustive()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.unpacked.read(buffer)?;
        let wrong = || {
            std::io::Error::other(
                "the content is damaged: digest mismatch; restore it from a copy, or import the file again",
            )
        };
        self.left = self.left.checked_sub(read as u64).ok_or_else(wrong)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
        if read == 0
            && !buffer.is_empty()
            && let Some(hasher) = self.hasher.take()
            && (self.left > 0 || hex(&hasher.finalize()) != self.sha256)
        {
            return Err(wrong());
        }
        Ok(read)
    }
}

/// Verifies the content of a file against its digest, in bounded memory, pausing after each chunk.
///
/// # Errors
/// [`Error::MissingSource`] and [`Error::DamagedSource`].
pub(super) fn check(layout: &Layout, entry: &FileEntry, pause: Duration) -> Result<(), Error> {
    let path = layout.source(&entry.sha256);
    let damaged = |reason: String| Error::DamagedSource {
        name: entry.name.clone(),
        path: path.clone(),
        reason,
    };
    let mut content = match stream(layout, entry) {
        Err(Error::Io { source, .. }) => return Err(damaged(source.to_string())),
        opened => opened?,
    };
    let mut buffer = vec![0; 256 << 10];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(_) => std::thread::sleep(pause),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(damaged("digest mismatch".to_owned())),
        }
    }
}

/// Reads the content of a file, verified against its digest.
///
/// # Errors
/// [`Error::MissingSource`] if it is missing, [`Error::DamagedSource`] if its digest does not match.
pub(super) fn get(layout: &Layout, entry: &FileEntry) -> Result<Vec<u8>, Error> {
    let path = layout.source(&entry.sha256);
    let damaged = |reason: String| Error::DamagedSource {
        name: entry.name.clone(),
        path: path.clone(),
        reason,
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Error::MissingSource { name: entry.name.clone(), path });
        }
        Err(error) => return Err(Error::io("read", &path, error)),
    };
    let mut bytes = Vec::new();
    // Damaged content may decompress to any size: one excess byte is enough to detect it.
    let unpacked = zstd::Decoder::new(file)
        .and_then(|decoder| decoder.take(entry.bytes + 1).read_to_end(&mut bytes));
    unpacked.map_err(|e| damaged(e.to_string()))?;
    if bytes.len() as u64 != entry.bytes || sha256(&bytes) != entry.sha256 {
        return Err(damaged("digest mismatch".to_owned()));
    }
    Ok(bytes)
}
