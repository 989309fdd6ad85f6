//! Decoder of untrusted files to clean UTF-8.
//!
//! Accepts any encoding and removes the byte order mark and the control characters that XML forbids. It never yields more at
//! once than the parser may hold.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::problem::ProblemCode;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes per read.
const CHUNK: usize = 128 << 10;

/// Length of the prefix that is searched for the encoding, in bytes.
const HEAD: usize = 1024;

/// Bytes examined from the first non-ASCII byte on to detect UTF-8, whatever encoding is declared.
const WINDOW: usize = 64 << 10;

/// Maximum length of a single tag or text: the parser holds it whole.
pub(super) const LONGEST: usize = 16 << 20;

/// Repairs made, with the line of the first of each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Mended(Rc<CleanCounts>);

#[derive(Debug, Default)]
struct CleanCounts {
    controls: Cell<u64>,
    control_line: Cell<u32>,
    strays: Cell<u64>,
    stray_line: Cell<u32>,
    unknown: Cell<u64>,
    unknown_line: Cell<u32>,
    declared: Cell<Option<&'static str>>,
    since: Cell<usize>,
    lines: Cell<u32>,
}

impl Mended {
    /// Returns the number of removed control characters, and the line of the first.
    pub(super) fn controls(&self) -> (u64, u32) {
        (self.0.controls.get(), self.0.control_line.get())
    }

    /// Returns the number of invalid UTF-8 bytes read as Windows-1252, and the line of the first.
    pub(super) fn strays(&self) -> (u64, u32) {
        (self.0.strays.get(), self.0.stray_line.get())
    }

    /// Returns the line that the parser has reached.
    pub(super) fn line(&self) -> u32 {
        self.0.lines.get().saturating_add(1)
    }

    /// Counts control characters that the parser removed because references expanded to them.
    pub(super) fn left_out(&self, controls: u64, line: u32) {
        if self.0.controls.get() == 0 {
            self.0.control_line.set(line);
        }
        self.0.controls.set(self.0.controls.get() + controls);
    }

    /// Reports the repairs to the ledger.
    pub(super) fn tell(&self, tally: &mut LedgerBuilder) {
        if let Some(declared) = self.0.declared.get() {
            let place =
                ProblemSite { line: Some(1), value: Some(declared), ..ProblemSite::default() };
            let message =
                "the file declares this encoding, but its bytes are UTF-8, and were read as that";
            tally.warn(ProblemCode::OtherEncoding, &place, message, None);
        }
        let (controls, line) = self.controls();
        if controls > 0 {
            let place = ProblemSite { line: Some(line), ..ProblemSite::default() };
            let message = &format!(
                "{controls} control characters that no text may hold were left out, the first here"
            );
            tally.warn(ProblemCode::ControlCharacter, &place, message, None);
        }
        let (strays, line) = self.strays();
        if strays > 0 {
            let place = ProblemSite { line: Some(line), ..ProblemSite::default() };
            let message = &format!(
                "{strays} bytes are no UTF-8 and were read as Windows-1252, the first here"
            );
            tally.warn(ProblemCode::BadUtf8, &place, message, None);
        }
        let (unknown, line) = (self.0.unknown.get(), self.0.unknown_line.get());
        if unknown > 0 {
            let place = ProblemSite { line: Some(line), ..ProblemSite::default() };
            let message = &format!(
                "{unknown} characters stand for nothing in the encoding of the file and were read as U+FFFD, the first here"
            );
            tally.warn(ProblemCode::UnknownCharacter, &place, message, None);
        }
    }

    fn tell_unknown(&self, (count, before): (u64, usize), out: &[u8]) {
        if count > 0 && self.0.unknown.get() == 0 {
            let line = self.line() + newlines(out.get(..before).unwrap_or_default());
            self.0.unknown_line.set(line);
        }
        self.0.unknown.set(self.0.unknown.get() + count);
    }

    /// Marks that the parser holds nothing: a new tag, text or row begins.
    pub(super) fn begin(&self) {
        self.0.since.set(0);
    }
}

/// Error for a tag, text or row longer than [`LONGEST`].
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("one tag, text or row is longer than {} MiB", LONGEST >> 20)]
pub(super) struct TooLong;

/// The clean bytes of a file.
pub(super) struct Clean<R> {
    input: R,
    decoder: Option<Decoder>,
    /// The declared encoding, until the bytes confirm or contradict it.
    declared: Option<&'static Encoding>,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    /// True if the last read ended with a carriage return, which may be half of a line break.
    held: bool,
    begun: bool,
    ended: bool,
    mended: Mended,
}

impl<R: Read> Clean<R> {
    /// Reads a file from its beginning.
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            decoder: None,
            declared: None,
            raw: Vec::new(),
            out: Vec::with_capacity(CHUNK),
            at: 0,
            held: false,
            begun: false,
            ended: false,
            mended: Mended::default(),
        }
    }

    /// Returns the repairs so far; clones share the same counters.
    pub(super) fn mended(&self) -> Mended {
        self.mended.clone()
    }

    /// Reads until clean bytes are available or the file ends.
    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            if std::mem::take(&mut self.held) {
                self.out.push(b'\r');
            }
            let kept = self.raw.len();
            self.raw.resize(kept + CHUNK, 0);
            let read = self.input.read(self.raw.get_mut(kept..).unwrap_or_default())?;
            self.raw.truncate(kept + read);
            self.ended = read == 0;
            if !self.begun && (self.raw.len() >= HEAD || self.ended) {
                self.begun = true;
                let (encoding, mark) = sniff(&self.raw);
                self.raw.drain(..mark);
                if encoding.is_single_byte() {
                    self.declared = Some(encoding);
                } else if encoding != UTF_8 {
                    self.decoder = Some(encoding.new_decoder_without_bom_handling());
                }
            }
            if self.begun {
                self.take_raw();
            }
        }
        Ok(())
    }

    fn take_raw(&mut self) {
        let raw = std::mem::take(&mut self.raw);
        let taken = if self.declared.is_some() { self.decide(&raw) } else { 0 };
        let rest = raw.get(taken..).unwrap_or_default();
        let taken = taken
            + match &mut self.decoder {
                _ if self.declared.is_some() => 0,
                Some(decoder) => {
                    let unknown = decode(decoder, rest, self.ended, &mut self.out);
                    self.mended.tell_unknown(unknown, &self.out);
                    rest.len()
                }
                None => self.take_utf8(rest),
            };
        self.raw = raw;
        self.raw.drain(..taken);
        self.drop_controls();
        self.mend_line_breaks();
    }

    /// Consumes ASCII, which is the same in all single-byte encodings. The first window beyond ASCII decides the encoding:
    /// valid multi-byte UTF-8 is almost never anything else.
    fn decide(&mut self, raw: &[u8]) -> usize {
        let ascii = raw.iter().position(|b| !b.is_ascii()).unwrap_or(raw.len());
        let (plain, window) = raw.split_at_checked(ascii).unwrap_or((raw, &[]));
        self.out.extend_from_slice(plain);
        if !window.is_empty()
            && (window.len() >= WINDOW || self.ended)
            && let Some(declared) = self.declared.take()
        {
            let is_utf8 = match std::str::from_utf8(window) {
                Ok(_) => true,
                Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
            };
            if is_utf8 {
                self.mended.0.declared.set(Some(declared.name()));
            } else {
                self.decoder = Some(declared.new_decoder_without_bom_handling());
            }
        }
        ascii
    }

    /// Copies UTF-8; an invalid byte is read as Windows-1252, its most likely encoding. Returns the number of consumed bytes:
    /// a character that is cut waits for its remaining bytes.
    fn take_utf8(&mut self, raw: &[u8]) -> usize {
        let mut taken = 0;
        loop {
            let rest = raw.get(taken..).unwrap_or_default();
            let (good, bad) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), 0),
                Err(error) => {
                    let cut = error.error_len().is_none() && !self.ended;
                    (error.valid_up_to(), if cut { 0 } else { error.error_len().unwrap_or(1) })
                }
            };
            self.out.extend_from_slice(rest.get(..good).unwrap_or_default());
            taken += good;
            if bad == 0 {
                return taken;
            }
            let strays = rest.get(good..good + bad).unwrap_or_default();
            if self.mended.0.strays.get() == 0 {
                self.mended.0.stray_line.set(self.mended.line() + newlines(&self.out));
            }
            self.mended.0.strays.set(self.mended.0.strays.get() + bad as u64);
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(strays);
            self.out.extend_from_slice(text.as_bytes());
            taken += bad;
        }
    }

    fn drop_controls(&mut self) {
        let forbidden = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
        if let Some(first) = self.out.iter().position(|b| forbidden(*b)) {
            if self.mended.0.controls.get() == 0 {
                let before = self.out.get(..first).unwrap_or_default();
                self.mended.0.control_line.set(self.mended.line() + newlines(before));
            }
            let length = self.out.len();
            self.out.retain(|b| !forbidden(*b));
            let dropped = (length - self.out.len()) as u64;
            self.mended.0.controls.set(self.mended.0.controls.get() + dropped);
        }
    }

    /// A lone carriage return is a line break, as on classic Mac OS. Source: XML 1.0, 2.11.
    fn mend_line_breaks(&mut self) {
        if self.out.last() == Some(&b'\r') && !self.ended {
            self.out.pop();
            self.held = true;
        }
        let mut from = 0;
        while let Some(found) = memchr::memchr(b'\r', self.out.get(from..).unwrap_or_default()) {
            let at = from + found;
            if self.out.get(at + 1) != Some(&b'\n')
                && let Some(byte) = self.out.get_mut(at)
            {
                *byte = b'\n';
            }
            from = at + 1;
        }
    }
}

/// Counts line breaks.
pub(super) fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

/// Decodes; returns the number of replacement characters, and the output before the first.
fn decode(decoder: &mut Decoder, raw: &[u8], last: bool, out: &mut Vec<u8>) -> (u64, usize) {
    let mut text = String::new();
    let mut rest = raw;
    let mut is_bad = false;
    loop {
        text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK));
        let (result, read, bad) = decoder.decode_to_string(rest, &mut text, last);
        is_bad |= bad;
        rest = rest.get(read..).unwrap_or_default();
        if result == CoderResult::InputEmpty {
            break;
        }
    }
    let before = out.len() + if is_bad { text.find('\u{fffd}').unwrap_or(0) } else { 0 };
    let count = if is_bad { text.matches('\u{fffd}').count() as u64 } else { 0 };
    out.extend_from_slice(text.as_bytes());
    (count, before)
}

/// Detects the encoding from the beginning of a file, and the length of its byte order mark. A declaration counts only
/// if the bytes do not contradict it. Source: XML 1.0, appendix F.
fn sniff(head: &[u8]) -> (&'static Encoding, usize) {
    if let Some(found) = Encoding::for_bom(head) {
        return found;
    }
    match head {
        [0, b'<', ..] => return (UTF_16BE, 0),
        [b'<', 0, ..] => return (UTF_16LE, 0),
        _ => {}
    }
    let declared = declaration(head).and_then(|label| Encoding::for_label(label.as_bytes()));
    let wide = |encoding: &&'static Encoding| *encoding != UTF_16BE && *encoding != UTF_16LE;
    (declared.filter(wide).unwrap_or(UTF_8), 0)
}

/// Returns the encoding named in the declaration.
fn declaration(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(head.get(..HEAD.min(head.len()))?);
    let declaration = head.split_once("<?xml")?.1.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_owned)
}

impl<R: Read> Read for Clean<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let length = available.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), available.get(..length)) {
            to.copy_from_slice(from);
        }
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for Clean<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.mended.0.since.get() > LONGEST {
            return Err(io::Error::other(TooLong));
        }
        if self.at >= self.out.len() {
            self.fill()?;
        }
        Ok(self.out.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        let taken = self.out.get(self.at..self.at + amount).unwrap_or_default();
        let lines = &self.mended.0.lines;
        lines.set(lines.get().saturating_add(newlines(taken)));
        self.at += amount;
        self.mended.0.since.set(self.mended.0.since.get() + amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(bytes: &[u8]) -> (String, Mended) {
        let mut clean = Clean::new(bytes);
        let mended = clean.mended();
        let mut text = String::new();
        loop {
            mended.begin();
            let chunk = clean.fill_buf().unwrap().to_vec();
            if chunk.is_empty() {
                return (text, mended);
            }
            clean.consume(chunk.len());
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    #[test]
    fn every_encoding_becomes_utf8() {
        let utf16 = |text: &str, big: bool| -> Vec<u8> {
            let units = text.encode_utf16();
            units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        assert_eq!(clean(&[b"\xEF\xBB\xBF", "<a>é</a>".as_bytes()].concat()).0, "<a>é</a>");
        assert_eq!(clean(&utf16("<a>é</a>", true)).0, "<a>é</a>");
        assert_eq!(clean(&utf16("\u{feff}<a>é</a>", false)).0, "<a>é</a>");
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>S\xE9gou</a>";
        assert!(clean(latin).0.ends_with("<a>Ségou</a>"));
        let liar = b"<?xml version='1.0' encoding='utf-16'?><a>x</a>";
        assert!(clean(liar).0.ends_with("<a>x</a>"));
    }

    #[test]
    fn stray_bytes_and_control_characters_are_repaired_and_reported() {
        let (text, mended) = clean(b"<a>\nS\xE9gou\n\x02x</a>");
        assert_eq!(text, "<a>\nSégou\nx</a>");
        assert_eq!((mended.strays(), mended.controls()), ((1, 2), (1, 3)));
    }

    #[test]
    fn utf8_that_declares_latin1_is_read_as_utf8_and_reported() {
        let (text, mended) =
            clean("<?xml version='1.0' encoding='us-ascii'?><a>Ségou</a>".as_bytes());
        assert!(text.ends_with("<a>Ségou</a>"), "{text}");
        assert_eq!(mended.0.declared.get(), Some("windows-1252"));
        // The first non-ASCII character may come late, and be cut between two reads.
        let late = format!("<?xml version='1.0' encoding='latin1'?>{}é", " ".repeat(CHUNK));
        assert!(clean(late.as_bytes()).0.ends_with(" é"));
        let latin = [late.trim_end_matches('é').as_bytes(), b"\xE9"].concat();
        let (text, mended) = clean(&latin);
        assert!(text.ends_with(" é") && mended.0.declared.get().is_none());
    }

    #[test]
    fn lone_surrogates_are_reported() {
        let units = [0xfeff, u16::from(b'<'), 10, 0xd800, u16::from(b'>')];
        let bytes: Vec<u8> = units.into_iter().flat_map(u16::to_be_bytes).collect();
        let (text, mended) = clean(&bytes);
        assert_eq!(text, "<\n\u{fffd}>");
        assert_eq!((mended.0.unknown.get(), mended.0.unknown_line.get()), (1, 2));
    }

    #[test]
    fn a_carriage_return_alone_is_a_line_break() {
        assert_eq!(clean(b"a\rb\r\nc\r").0, "a\nb\r\nc\n");
        let cut = [vec![b' '; CHUNK - 1], b"\r\n\rx".to_vec()].concat();
        let (text, mended) = clean(&cut);
        assert_eq!(text.trim_start_matches(' '), "\r\n\nx");
        assert_eq!(mended.line(), 3);
    }

    #[test]
    fn a_character_that_is_cut_between_two_reads_is_whole() {
        let text = "é".repeat(CHUNK);
        assert_eq!(clean(&[b"<", text.as_bytes()].concat()).0.len(), 1 + text.len());
    }
}
