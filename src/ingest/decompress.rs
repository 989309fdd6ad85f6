//! Decompression of publishers' files: gzip and zstd are unpacked while reading.
//!
//! Damaged data ends at the damage, and the defect is reported afterwards. Only an unreadable source file is an error.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

use super::bound::UnpackBound;

/// Magic bytes of a gzip member.
const GZIP: u8 = 0x1f;

/// Defect of a packed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Damaged data, with the reason; everything unpacked before is kept.
    Broken(String),
    /// Trailing bytes behind the packed data.
    Trailing,
    /// The unpacked size exceeds the limit named by the reason; nothing is kept.
    TooLarge(String),
}

/// A file that is unpacked while it is read.
pub(super) struct Unpacked<'r> {
    input: Box<dyn Read + 'r>,
    is_packed: bool,
    has_failed: Rc<Cell<bool>>,
    flaw: Rc<RefCell<Option<Flaw>>>,
    /// Unpacked bytes, relative to packed bytes.
    bound: Rc<UnpackBound>,
    packed: Rc<Cell<u64>>,
    /// Number of packed bytes, if known in advance.
    size: Option<u64>,
}

impl<'r> Unpacked<'r> {
    /// Opens a file; its first bytes determine the compression.
    ///
    /// # Errors
    /// Returns read errors of the file.
    pub(super) fn new(input: impl Read + 'r) -> io::Result<Self> {
        Self::of(input, Rc::default(), None)
    }

    /// Opens a member of an archive of the given size in bytes; the member may be packed once more.
    ///
    /// # Errors
    /// Returns read errors of the archive.
    pub(super) fn member(
        input: impl Read + 'r,
        bound: Rc<UnpackBound>,
        size: u64,
    ) -> io::Result<Self> {
        Self::of(input, bound, Some(size))
    }

    fn of(
        mut input: impl Read + 'r,
        bound: Rc<UnpackBound>,
        size: Option<u64>,
    ) -> io::Result<Self> {
        let mut head = Vec::with_capacity(4);
        input.by_ref().take(4).read_to_end(&mut head)?;
        let is_zstd = head == [0x28, 0xb5, 0x2f, 0xfd];
        let is_gzip = head.starts_with(&[GZIP, 0x8b]);
        let has_failed = Rc::new(Cell::new(false));
        let flaw = Rc::new(RefCell::new(None));
        let count = Rc::new(Cell::new(0));
        let packed = Packed {
            input: Cursor::new(head).chain(input),
            has_failed: has_failed.clone(),
            count: count.clone(),
        };
        let input: Box<dyn Read + 'r> = if is_zstd {
            Box::new(zstd::Decoder::new(packed)?)
        } else if is_gzip {
            Box::new(Members {
                decoder: Some(GzDecoder::new(BufReader::new(packed))),
                flaw: flaw.clone(),
            })
        } else {
            Box::new(packed)
        };
        let is_packed = is_zstd || is_gzip;
        Ok(Self { input, is_packed, has_failed, flaw, bound, packed: count, size })
    }

    /// Returns the defect of the compression found so far.
    pub(super) fn flaw(&self) -> Option<Flaw> {
        self.flaw.borrow().clone()
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if matches!(*self.flaw.borrow(), Some(Flaw::Broken(_) | Flaw::TooLarge(_))) {
            return Ok(0);
        }
        match self.input.read(buffer) {
            Ok(read) if self.is_packed || self.size.is_some() => {
                let packed = self.size.unwrap_or(self.packed.get());
                let Err(reason) = self.bound.add(read as u64, packed) else { return Ok(read) };
                *self.flaw.borrow_mut() = Some(Flaw::TooLarge(reason));
                Ok(0)
            }
            Err(error)
                if self.is_packed
                    && !self.has_failed.get()
                    && error.kind() != ErrorKind::Interrupted =>
            {
                *self.flaw.borrow_mut() = Some(Flaw::Broken(error.to_string()));
                Ok(0)
            }
            read => read,
        }
    }
}

/// The packed bytes, with their count and any read error.
struct Packed<R> {
    input: R,
    has_failed: Rc<Cell<bool>>,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer);
        let failed = read.as_ref().is_err_and(|error| error.kind() != ErrorKind::Interrupted);
        self.has_failed.set(self.has_failed.get() || failed);
        self.count.set(self.count.get() + read.as_ref().map_or(0, |read| *read as u64));
        read
    }
}

/// Reads the members of a gzip file in sequence. Like gzip, it skips bytes behind the last.
struct Members<R> {
    decoder: Option<GzDecoder<R>>,
    flaw: Rc<RefCell<Option<Flaw>>>,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let read = decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let Some(decoder) = self.decoder.take() else { break };
            let mut rest = decoder.into_inner();
            match rest.fill_buf()?.first() {
                Some(&GZIP) => self.decoder = Some(GzDecoder::new(rest)),
                Some(_) => self.pass_over(rest)?,
                None => {}
            }
        }
        Ok(0)
    }
}

impl<R: BufRead> Members<R> {
    /// Zeros are padding of a tape block or a careless copy; other trailing bytes are reported.
    fn pass_over(&mut self, mut rest: R) -> io::Result<()> {
        loop {
            let chunk = rest.fill_buf()?;
            if chunk.is_empty() {
                return Ok(());
            }
            if chunk.iter().any(|byte| *byte != 0) {
                *self.flaw.borrow_mut() = Some(Flaw::Trailing);
                return Ok(());
            }
            let length = chunk.len();
            rest.consume(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::bound;
    use std::io::Write as _;

    fn gzip(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        packer.finish().unwrap()
    }

    fn unpack(bytes: &[u8]) -> (String, Option<Flaw>) {
        let mut unpacked = Unpacked::new(bytes).unwrap();
        let mut text = String::new();
        unpacked.read_to_string(&mut text).unwrap();
        (text, unpacked.flaw())
    }

    #[test]
    fn compressed_and_plain_files_read_the_same() {
        assert_eq!(unpack(b"plain"), ("plain".into(), None));
        assert_eq!(unpack(b""), (String::new(), None));
        assert_eq!(unpack(&[gzip("a"), gzip("b")].concat()), ("ab".into(), None));
        assert_eq!(unpack(&zstd::encode_all(&b"z"[..], 1).unwrap()), ("z".into(), None));
    }

    #[test]
    fn trailing_bytes_are_ignored() {
        assert_eq!(unpack(&[gzip("a"), vec![0; 100]].concat()), ("a".into(), None));
        let garbage = [gzip("a"), b"garbage".to_vec()].concat();
        assert_eq!(unpack(&garbage), ("a".into(), Some(Flaw::Trailing)));
    }

    #[test]
    fn truncated_files_are_read_up_to_the_error() {
        let text = (0..50_000).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        for packed in [gzip(&text), zstd::encode_all(text.as_bytes(), 1).unwrap()] {
            let (begin, flaw) = unpack(&packed[..packed.len() / 2]);
            assert!(text.starts_with(&begin) && !begin.is_empty() && begin.len() < text.len());
            assert!(matches!(flaw, Some(Flaw::Broken(_))), "{flaw:?}");
        }
    }

    #[test]
    fn decompression_stops_at_its_limit() {
        let zeros = zstd::encode_all(io::repeat(0).take(bound::FREE + (8 << 20)), 1).unwrap();
        let mut unpacked = Unpacked::new(&zeros[..]).unwrap();
        let read = io::copy(&mut unpacked, &mut io::sink()).unwrap();
        assert!(read <= bound::FREE && matches!(unpacked.flaw(), Some(Flaw::TooLarge(_))));
    }

    #[test]
    fn read_errors_are_returned() {
        struct Bad;
        impl Read for Bad {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("bad sector"))
            }
        }
        let packed = gzip(&"x".repeat(1_000));
        let mut unpacked = Unpacked::new(packed[..12].chain(Bad)).unwrap();
        assert!(unpacked.read_to_end(&mut Vec::new()).is_err());
        assert_eq!(unpacked.flaw(), None);
    }
}
