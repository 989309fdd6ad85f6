//! Packing records: what publishers report is alike, so that a dictionary of a few of them makes the others small.
//!
//! A record that is packed begins with its own format byte, which no envelope has; what is inside is the envelope. The
//! dictionary of a generation is trained from the first records of it, and stands in its tree `meta`.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::bulk::{Compressor, Decompressor};

use super::record::{self, Invalid};

/// The first byte of a packed record.
const PACKED: u8 = 2;

/// How many records a dictionary is trained from; fewer are not worth one.
pub(super) const SAMPLES: usize = 2_000;

/// How large a dictionary may become.
const DICTIONARY_BYTES: usize = 64 << 10;

/// Fast; the dictionary does most of the work.
const LEVEL: i32 = 3;

/// The largest record that is unpacked: what claims to be larger is damaged.
const LARGEST: usize = 64 << 20;

/// How chunks of columns are packed: they are unpacked at every start.
const CHUNK_LEVEL: i32 = 1;

/// A chunk of a column in its envelope, packed: numbers of neighbours are alike.
pub(super) fn squeeze<T: Serialize>(values: &T) -> Result<Vec<u8>, Invalid> {
    zstd::bulk::compress(&record::seal(values)?, CHUNK_LEVEL).map_err(Invalid::new)
}

/// What was squeezed.
pub(super) fn spread<T: DeserializeOwned>(packed: &[u8]) -> Result<T, Invalid> {
    let envelope = zstd::bulk::decompress(packed, length(packed)?).map_err(Invalid::new)?;
    record::open(&envelope)
}

/// How long what is packed says it is.
fn length(packed: &[u8]) -> Result<usize, Invalid> {
    let length = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten();
    let length = length.and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= LARGEST);
    length.ok_or_else(|| Invalid::new("it does not say how large it is"))
}

/// Packs records.
pub(super) struct Packer {
    compressor: Compressor<'static>,
    dictionary: Vec<u8>,
}

impl Packer {
    /// A packer with a dictionary of these records; `None` when they are too few or too different.
    pub(super) fn train(samples: &[&[u8]]) -> Option<Self> {
        if samples.len() < SAMPLES {
            return None;
        }
        let dictionary = zstd::dict::from_samples(samples, DICTIONARY_BYTES).ok()?;
        let mut compressor = Compressor::with_dictionary(LEVEL, &dictionary).ok()?;
        // There is one dictionary only.
        compressor.include_dictid(false).ok()?;
        Some(Self { compressor, dictionary })
    }

    /// The dictionary.
    pub(super) fn dictionary(&self) -> &[u8] {
        &self.dictionary
    }

    /// A record, packed.
    pub(super) fn pack(&mut self, envelope: &[u8]) -> Result<Vec<u8>, Invalid> {
        let packed = self.compressor.compress(envelope).map_err(Invalid::new)?;
        Ok([&[PACKED][..], &packed].concat())
    }
}

/// Unpacks records, on any number of threads.
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
    /// An unpacker with the dictionary of a generation.
    pub(super) fn new(dictionary: &[u8]) -> Self {
        Self { dictionary: Some(dictionary.to_vec()), idle: Mutex::default() }
    }

    /// Does something with the envelope of a value, whether it is packed or not.
    pub(super) fn open<T>(
        &self,
        value: &[u8],
        act: impl FnOnce(&[u8]) -> Result<T, Invalid>,
    ) -> Result<T, Invalid> {
        let Some(packed) = value.strip_prefix(&[PACKED]) else { return act(value) };
        let Some(dictionary) = &self.dictionary else {
            return Err(Invalid::new("it is packed, and there is no dictionary"));
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
    fn what_is_packed_is_small_and_comes_back() {
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
