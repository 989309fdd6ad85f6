//! The content of files, found by its digest: compressed, written once, never changed.

use std::fs::File;
use std::io::{ErrorKind, Read};

use sha2::{Digest, Sha256};

use super::durable;
use super::error::Error;
use super::journal::FileEntry;
use super::layout::Layout;

/// zstd's own default: a fifth of the size for our CSV and XML, at hundreds of megabytes a second.
const LEVEL: i32 = 3;

/// The SHA-256 of some bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Keeps the content of a file; content that is there and good is left as it is.
pub(super) fn put(layout: &Layout, entry: &FileEntry, bytes: &[u8]) -> Result<(), Error> {
    durable::create_dir(&layout.sources())?;
    match get(layout, entry) {
        Ok(_) => Ok(()),
        Err(Error::MissingSource { .. } | Error::DamagedSource { .. }) => {
            let path = layout.source(&entry.sha256);
            let packed =
                zstd::encode_all(bytes, LEVEL).map_err(|e| Error::io("compress", &path, e))?;
            durable::write(&path, &packed)
        }
        Err(error) => Err(error),
    }
}

/// The content of a file, checked against its digest.
///
/// # Errors
/// [`Error::MissingSource`] when it is not there, [`Error::DamagedSource`] when it is not what was put.
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
    // Damaged content may claim to unpack into anything: one byte too many is enough to know.
    let unpacked = zstd::Decoder::new(file)
        .and_then(|decoder| decoder.take(entry.bytes + 1).read_to_end(&mut bytes));
    unpacked.map_err(|e| damaged(e.to_string()))?;
    if bytes.len() as u64 != entry.bytes || sha256(&bytes) != entry.sha256 {
        return Err(damaged("it is not what its digest says".to_owned()));
    }
    Ok(bytes)
}
