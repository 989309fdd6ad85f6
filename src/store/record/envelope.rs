//! Envelope of every value: `format u8 = 1 | schema u16 LE | crc32 u32 LE | payload`.
//!
//! The checksum covers schema number and payload. bincode alone decodes most flipped bits into wrong data, and
//! ignores bytes after the payload; here both are errors.

use bincode::Options;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::SCHEMA;
use super::frozen::Invalid;

const FORMAT: u8 = 1;

/// bincode 1.3.3 with fixed-length little-endian integers; trailing bytes are rejected.
fn codec() -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().reject_trailing_bytes()
}

/// Encodes a value and wraps it in an envelope.
pub(in crate::store) fn seal<T: Serialize>(value: &T) -> Result<Vec<u8>, Invalid> {
    codec().serialize(value).map(|payload| seal_bytes(&payload)).map_err(Invalid::new)
}

/// Decodes the value of an envelope.
pub(in crate::store) fn open<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Invalid> {
    codec().deserialize(unseal(bytes)?).map_err(Invalid::new)
}

/// Returns the offset of each item of an encoded list.
pub(super) fn starts<T: DeserializeOwned>(payload: &[u8]) -> Result<Vec<usize>, Invalid> {
    let mut rest = payload;
    let mut starts = Vec::new();
    for _ in 0..count(&mut rest)? {
        starts.push(payload.len() - rest.len());
        let _: T = next(&mut rest)?;
    }
    if rest.is_empty() { Ok(starts) } else { Err(Invalid::new("bytes after the last item")) }
}

/// Reads the number of items of an encoded list; the payload then begins with the first.
pub(super) fn count(payload: &mut &[u8]) -> Result<u64, Invalid> {
    codec().deserialize_from(payload).map_err(Invalid::new)
}

/// Decodes the item that a payload begins with; the payload then begins with the next.
pub(super) fn next<T: DeserializeOwned>(payload: &mut &[u8]) -> Result<T, Invalid> {
    codec().deserialize_from(payload).map_err(Invalid::new)
}

/// Wraps bytes in an envelope.
pub(in crate::store) fn seal_bytes(payload: &[u8]) -> Vec<u8> {
    let schema = SCHEMA.to_le_bytes();
    let crc = checksum(schema, payload).to_le_bytes();
    [&[FORMAT][..], &schema, &crc, payload].concat()
}

/// Verifies an envelope and returns its payload.
pub(in crate::store) fn unseal(bytes: &[u8]) -> Result<&[u8], Invalid> {
    let short = || Invalid::new("value is shorter than an envelope");
    let (format, rest) = bytes.split_first_chunk::<1>().ok_or_else(short)?;
    let (schema, rest) = rest.split_first_chunk::<2>().ok_or_else(short)?;
    let (crc, payload) = rest.split_first_chunk::<4>().ok_or_else(short)?;
    if *format != [FORMAT] {
        return Err(Invalid::new("unknown envelope format"));
    }
    if checksum(*schema, payload) != u32::from_le_bytes(*crc) {
        return Err(Invalid::new("checksum mismatch"));
    }
    match u16::from_le_bytes(*schema) {
        SCHEMA => Ok(payload),
        other => Err(Invalid::new(format_args!("layout number {other}, expected {SCHEMA}"))),
    }
}

fn checksum(schema: [u8; 2], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&schema);
    hasher.update(payload);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_is_seven_bytes_in_a_known_order() {
        let bytes = seal(&7_u32).unwrap();
        let [low, high] = SCHEMA.to_le_bytes();
        assert_eq!(bytes[..3], [1, low, high]);
        assert_eq!(bytes[7..], [7, 0, 0, 0]);
        assert_eq!(open::<u32>(&bytes), Ok(7));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_an_error() {
        let bytes = seal(&("Ségou".to_owned(), Some(36_077_635_000_u64))).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                assert!(open::<(String, Option<u64>)>(&flipped).is_err(), "{at} {bit}");
            }
            assert!(open::<(String, Option<u64>)>(&bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn trailing_bytes_are_an_error() {
        let bytes = seal(&(1_u32, 2_u32)).unwrap();
        assert!(open::<u32>(&bytes).is_err());
    }
}
