//! Record compression: zstd with a dictionary per generation, since published records resemble each other.
//!
//! A compressed record begins with a format byte that no envelope uses; its content is the envelope. The dictionary
//! is trained on the first records of a generation and stored in its tree `meta`.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::bulk::{Compressor, Decompressor};

use super::record::{self, Invalid};

/// First byte of a compressed record.
const PACKED: u8 = 2;

/// Number of records that a dictionary is trained on; fewer do not justify one.
pub(super) const SAMPLES: usize = 2_000;

/// Maximum size of a dictionary in bytes.
const DICTIONARY_BYTES: usize = 64 << 10;

/// A fast level; the dictionary does most of the work.
const LEVEL: i32 = 3;

/// Maximum size in bytes of a decompressed record; a larger claimed size is damage.
const LARGEST: usize = 64 << 20;

/// Compression level of column chunks, which are decompressed at every start.
const CHUNK_LEVEL: i32 = 1;

/// Encodes a column chunk in its envelope and compresses it; neighbouring numbers resemble each other.
pub(super) fn squeeze<T: Serialize>(values: &T) -> Result<Vec<u8>, Invalid> {
    zstd::bulk::compress(&record::seal(values)?, CHUNK_LEVEL).map_err(Invalid::new)
}

/// Reverses [`squeeze`].
pub(super) fn spread<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Invalid> {
    let envelope = zstd::bulk::decompress(packed, length(packed)?).map_err(Invalid::new)?;
    record::open(&envelope)
}

/// Reads the decompressed size that a packed value claims.
fn length(packed: &[u8]) -> Result<usize, Invalid> {
    let length = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
    let length = length.and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= LARGEST);
    length.ok_or_else(|| Invalid::new("missing decompressed size"))
}

/// Compresses records with a dictionary.
pub(super) struct Packer {
    compressor: Compressor<'static>,
    dictionary: Vec<u8>,
}

impl Packer {
    /// Trains a dictionary on samples; `None` if they are too few or too different.
    pub(super) fn train(samples: &[&[u8]]) -> Option<Self> {
        if samples.len() < SAMPLES {
            return None;
        }
        let dictionary = zstd::dict::from_samples(samples, DICTIONARY_BYTES).ok()?;
        let mut compressor = Compressor::with_dictionary(LEVEL, &dictionary).ok()?;
        // There is only one dictionary, so its identifier is redundant.
        compressor.include_dictid(false).ok()?;
        Some(Self { compressor, dictionary })
    }

    /// The dictionary bytes, as stored in `meta`.
    pub(super) fn dictionary(&self) -> &[u8] {
        &self.dictionary
    }

    /// Compresses a record in its envelope.
    pub(super) fn pack(&mut self, envelope: &[u8]) -> Result<Vec<u8>, Invalid> {
        let packed = self.compressor.compress(envelope).map_err(Invalid::new)?;
        Ok([&[PACKED][..], &packed].concat())
    }
}

/// Decompresses records, on any number of threads.
#[derive(Default)]
pub(super) struct Unpacker {
    dictionary: Option<Vec<u8>>,
    idle: Mutex<Vec<Decompressor<'static>>>,
}

impl std::fmt::Debug for Unpacker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacker")
            .field("packs", &self.dictionary.is_some())
            .finish_non_exhaustive()
    }
}

impl Unpacker {
    /// Creates an unpacker with the dictionary of a generation.
    pub(super) fn new(dictionary: &[u8]) -> Self {
        Self { dictionary: Some(dictionary.to_vec()), idle: Mutex::default() }
    }

    /// Runs a function on the envelope of a value, whether or not the value is compressed.
    pub(super) fn open<T>(
        &self,
        value: &[u8],
        act: impl FnOnce(&[u8]) -> Result<T, Invalid>,
    ) -> Result<T, Invalid> {
        let Some(packed) = value.strip_prefix(&[PACKED]) else { return act(value) };
        let Some(dictionary) = &self.dictionary else {
            return Err(Invalid::new("record is compressed, but there is no dictionary"));
        };
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let ready = idle().pop();
        let mut unpacker = match ready {
            Some(unpacker) => unpacker,
            None => Decompressor::with_dictionary(dictionary).map_err(Invalid::new)?,
        };
        let envelope = unpacker.decompress(packed, length(packed)?).map_err(Invalid::new)?;
        idle().push(unpacker);
        act(&envelope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_records_are_small_and_round_trip() {
        let record = |n: usize| {
            format!("\u{1}an activity of the agency number {n} for water in Mali, {}", n * 7919)
        };
        let samples: Vec<String> = (0..SAMPLES).map(record).collect();
        let samples: Vec<&[u8]> = samples.iter().map(String::as_bytes).collect();
        assert!(Packer::train(&samples[1..]).is_none());
        let mut packer = Packer::train(&samples).unwrap();
        let unpacker = Unpacker::new(packer.dictionary());
        for sample in samples {
            let short = packer.pack(sample).unwrap();
            assert!(short.len() < sample.len());
            assert_eq!(unpacker.open(&short, |bytes| Ok(bytes.to_vec())), Ok(sample.to_vec()));
            assert!(unpacker.open(&short[..short.len() / 2], |bytes| Ok(bytes.to_vec())).is_err());
            assert!(Unpacker::default().open(&short, |_| Ok(())).is_err());
        }
    }
}
