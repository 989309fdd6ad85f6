//! Writer of one representation: into the spool, or into memory if the spool has no room for it.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue};
use tokio::sync::watch;

use super::follower::{Follower, Written};
use super::spool::{Room, Spool};
use super::spooled::{Content, Spooled};

/// Size in bytes from which a representation is a file. Also the size of a write to the file.
const SMALL: usize = 64 * 1024;

/// Writer of one representation.
///
/// The spool has no room for a representation that exceeds half of it, and none while others fill it. Such a
/// representation stays in memory, is not kept and has no ranges. Beyond its limit in memory, writes fail with
/// `FileTooLarge`.
#[derive(Debug)]
pub(in crate::http) struct SpoolWriter {
    spool: Spool,
    generation: u64,
    /// Maximum number of bytes in memory without room in the spool.
    unspooled: usize,
    /// Bytes that are not in the file.
    buffer: Vec<u8>,
    file: Option<Arc<File>>,
    /// Part of the file that can be read.
    progress: watch::Sender<Option<Written>>,
    length: u64,
    room: Room,
    place: Place,
}

/// Where the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Spool,
    /// All of them in the buffer.
    Memory,
    /// Dropped, after a failed write.
    Nowhere,
}

/// A complete representation.
#[derive(Debug)]
pub(in crate::http) enum Spooling {
    /// In the spool, unless its generation is outdated.
    Spooled(Spooled),
    /// Headers and bytes of a representation that the spool has no room for.
    Unspooled(HeaderMap, Vec<u8>),
}

impl SpoolWriter {
    /// Creates the writer of a representation of a generation. Without room in the spool, up to `unspooled` bytes stay in
    /// memory.
    pub(in crate::http) fn new(spool: Spool, generation: u64, unspooled: usize) -> Self {
        let place = if spool.largest() == 0 { Place::Memory } else { Place::Spool };
        Self {
            room: spool.room(),
            spool,
            generation,
            unspooled,
            buffer: Vec::new(),
            file: None,
            progress: watch::Sender::default(),
            length: 0,
            place,
        }
    }

    /// Completes the representation and keeps it. `headers` describe it, such as `Content-Type`. Returns `None` if a write
    /// failed.
    pub(in crate::http) fn finish(
        mut self,
        etag: HeaderValue,
        mut headers: HeaderMap,
    ) -> Option<Spooling> {
        if self.place == Place::Spool && self.file.is_some() && self.spill().is_err() {
            self.leave().ok()?;
        }
        match self.place {
            Place::Spool => Some(Spooling::Spooled(self.spooled(etag, headers))),
            Place::Memory => {
                headers.insert(ETAG, etag);
                Some(Spooling::Unspooled(headers, self.buffer))
            }
            Place::Nowhere => None,
        }
    }

    fn spooled(self, etag: HeaderValue, headers: HeaderMap) -> Spooled {
        if let Some(file) = &self.file {
            let (file, length) = (Arc::clone(file), self.length);
            self.progress.send_replace(Some(Written { file, length, is_complete: true }));
        }
        let Self { spool, generation, buffer, file, length, room, .. } = self;
        let content = file.map_or_else(|| Content::Memory(buffer.into()), Content::File);
        let spooled = Spooled::new(etag, headers, content, length, Box::new(room));
        spool.keep(generation, &spooled);
        spooled
    }

    /// Returns a body that follows the writer, for a large representation that is not complete.
    pub(in crate::http) fn follow(&self) -> Follower {
        Follower::new(self.progress.subscribe())
    }

    /// Appends bytes within the bounds of the spool. `length` counts them unless there is no room for them.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let length = self.length.saturating_add(bytes.len() as u64);
        if length > self.spool.largest() {
            return Err(ErrorKind::FileTooLarge.into());
        }
        if !self.room.grow(length) {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        self.length = length;
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= SMALL { self.spill() } else { Ok(()) }
    }

    /// Writes the buffer to the file.
    fn spill(&mut self) -> io::Result<()> {
        let file = match &self.file {
            Some(file) => Arc::clone(file),
            None => Arc::new(self.spool.file()?),
        };
        (&*file).write_all(&self.buffer)?;
        self.buffer.clear();
        self.file = Some(Arc::clone(&file));
        let length = self.length;
        self.progress.send_replace(Some(Written { file, length, is_complete: false }));
        Ok(())
    }

    /// Takes all bytes out of the spool into memory. Fails if a client may have received some of them.
    fn leave(&mut self) -> io::Result<()> {
        let file = self.file.take();
        let is_followed = file.is_some() && self.progress.receiver_count() > 0;
        if is_followed || self.length > self.unspooled as u64 {
            return self.discard();
        }
        let spilled = self.length.saturating_sub(self.buffer.len() as u64);
        let mut whole = vec![0; usize::try_from(spilled).map_err(io::Error::other)?];
        if let Some(file) = file {
            file.read_exact_at(&mut whole, 0)?;
        }
        whole.append(&mut self.buffer);
        self.buffer = whole;
        self.place = Place::Memory;
        self.room.release();
        Ok(())
    }

    /// Appends bytes in memory.
    fn append_unspooled(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.buffer.len().saturating_add(bytes.len()) > self.unspooled {
            return self.discard();
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Drops all bytes, and returns the error of a write without room.
    fn discard(&mut self) -> io::Result<()> {
        self.place = Place::Nowhere;
        (self.buffer, self.file) = (Vec::new(), None);
        self.room.release();
        Err(ErrorKind::FileTooLarge.into())
    }

    fn write_spooled(&mut self, bytes: &[u8]) -> io::Result<()> {
        let before = self.length;
        let Err(err) = self.append(bytes) else { return Ok(()) };
        tracing::debug!(error = &err as &dyn std::error::Error, "table not spooled");
        self.leave()?;
        if self.length == before { self.append_unspooled(bytes) } else { Ok(()) }
    }
}

impl Write for SpoolWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.place {
            Place::Spool => self.write_spooled(bytes)?,
            Place::Memory => self.append_unspooled(bytes)?,
            Place::Nowhere => return Err(ErrorKind::FileTooLarge.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::spool::ENTRIES;
    use super::*;

    /// Byte of a representation at an offset.
    fn content(name: u32, at: usize) -> u8 {
        u8::try_from((name as usize + at / 7) % 251).unwrap()
    }

    fn is_whole(name: u32, bytes: usize, body: &[u8]) -> bool {
        body.len() == bytes && body.iter().enumerate().all(|(at, byte)| *byte == content(name, at))
    }

    fn tag(name: u32) -> HeaderValue {
        HeaderValue::from_str(&format!("\"{name}\"")).unwrap()
    }

    /// Bytes that the tests keep in memory without room in the spool.
    const UNSPOOLED: usize = 200_000;

    fn put(spool: &Spool, generation: u64, name: u32, bytes: usize) -> Option<Spooled> {
        match write(spool, generation, name, bytes, 0)? {
            Spooling::Spooled(spooled) => Some(spooled),
            Spooling::Unspooled(..) => panic!("kept in memory beyond its limit"),
        }
    }

    /// Returns the bytes of a representation that stays in memory.
    fn put_unspooled(spool: &Spool, name: u32, bytes: usize) -> Option<Vec<u8>> {
        match write(spool, 1, name, bytes, UNSPOOLED)? {
            Spooling::Spooled(_) => panic!("the spool has no room for it"),
            Spooling::Unspooled(headers, body) => {
                assert_eq!(headers.get("etag"), Some(&tag(name)));
                Some(body)
            }
        }
    }

    fn write(
        spool: &Spool,
        generation: u64,
        name: u32,
        bytes: usize,
        unspooled: usize,
    ) -> Option<Spooling> {
        let mut writer = SpoolWriter::new(spool.clone(), generation, unspooled);
        let text: Vec<u8> = (0..bytes).map(|at| content(name, at)).collect();
        let written = text.chunks(10_000).try_for_each(|some| writer.write_all(some));
        let finished = writer.finish(tag(name), HeaderMap::new());
        assert_eq!(written.is_ok(), finished.is_some());
        finished
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn the_spool_never_exceeds_its_limit(
            puts in proptest::collection::vec((0_u32..30, 0_usize..400_000, any::<bool>()), 0..30)
        ) {
            let spool = Spool::new(None, 1_000_000);
            let mut held = Vec::new();
            for (name, bytes, is_sent) in puts {
                let spooled = put(&spool, 1, name, bytes);
                prop_assert!(spool.tally().bytes <= 1_000_000);
                let Some(spooled) = spooled else { continue };
                prop_assert_eq!(spooled.read(0..bytes as u64).unwrap().len(), bytes);
                if is_sent {
                    held.push((spooled, bytes));
                }
            }
            // Those that are being sent stay whole, also after their eviction.
            for (spooled, bytes) in &held {
                prop_assert_eq!(spooled.read(0..*bytes as u64).unwrap().len(), *bytes);
            }
            drop(held);
            prop_assert!(spool.get(2, &tag(0)).is_none());
            prop_assert_eq!(spool.tally().bytes, 0);
        }
    }

    #[test]
    fn the_least_recently_used_is_evicted_first() {
        let spool = Spool::new(None, 1_000_000);
        for name in 0..3 {
            assert!(put(&spool, 1, name, 300_000).is_some());
        }
        assert!(spool.get(1, &tag(0)).is_some());
        assert!(put(&spool, 1, 3, 300_000).is_some());
        let kept: Vec<bool> = (0..4).map(|name| spool.get(1, &tag(name)).is_some()).collect();
        assert_eq!(kept, [true, false, true, true]);
        for name in 0..400 {
            put(&spool, 1, name, 1);
        }
        assert!(spool.tally().entries <= ENTRIES as u64);
    }

    #[test]
    fn oversized_representations_are_not_spooled() {
        let spool = Spool::new(None, 1_000_000);
        assert!(put(&spool, 1, 0, 500_000).is_some());
        assert!(put(&spool, 1, 1, 500_001).is_none());
        let mut slow = SpoolWriter::new(spool.clone(), 1, 0);
        slow.write_all(&vec![0; 450_000]).unwrap();
        let beside = put(&spool, 1, 2, 500_000).unwrap();
        assert!(spool.get(1, &tag(0)).is_none());
        // Nothing can be evicted for a third one.
        assert!(put(&spool, 1, 3, 100_000).is_none());
        drop((slow, beside));
        assert_eq!(spool.tally().entries, 0);
    }

    #[test]
    fn a_representation_of_an_old_generation_is_sent_and_not_spooled() {
        let spool = Spool::new(None, 1_000_000);
        let late = SpoolWriter::new(spool.clone(), 1, 0);
        assert!(put(&spool, 2, 0, 10).is_some());
        assert!(late.finish(tag(0), HeaderMap::new()).is_some());
        assert_eq!(spool.get(2, &tag(0)).unwrap().read(0..10).unwrap().len(), 10);
        assert!(spool.get(1, &tag(0)).is_none());
    }

    #[test]
    fn without_a_writable_folder_only_ranges_are_lost() {
        let spool = Spool::new(Some("/proc/nowhere".into()), 1_000_000);
        assert!(put(&spool, 1, 0, 1_000).is_some());
        assert!(put(&spool, 1, 1, 100_000).is_none());
        let whole = put_unspooled(&spool, 1, 100_000);
        assert!(whole.is_some_and(|body| is_whole(1, 100_000, &body)));
    }

    #[test]
    fn without_space_representations_stay_in_memory_up_to_a_limit() {
        let off = Spool::new(None, 0);
        let little = Spool::new(None, 300_000);
        for (spool, bytes) in [(&off, 0), (&off, 1_000), (&off, UNSPOOLED), (&little, UNSPOOLED)] {
            let body = put_unspooled(spool, 3, bytes);
            assert!(body.is_some_and(|body| is_whole(3, bytes, &body)), "{bytes}");
        }
        for spool in [&off, &little] {
            assert!(write(spool, 1, 3, UNSPOOLED + 1, UNSPOOLED).is_none());
            assert_eq!(spool.tally().bytes, 0);
        }
    }

    #[test]
    fn a_client_that_has_received_a_part_gets_no_other_bytes() {
        let spool = Spool::new(None, 300_000);
        let mut writer = SpoolWriter::new(spool.clone(), 1, UNSPOOLED);
        writer.write_all(&vec![1; 100_000]).unwrap();
        let follower = writer.follow();
        assert!(writer.write_all(&vec![2; 80_000]).is_err());
        drop(follower);
        assert!(writer.finish(tag(0), HeaderMap::new()).is_none());
    }
}
