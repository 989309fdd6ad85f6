//! Bytes of a stranger's file as clean UTF-8: whatever its encoding, without byte order mark, without the control
//! characters that XML forbids, and never more of it at once than the parser may hold.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use super::problem::ProblemCode;
use super::tally::{Place, Tally};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much is read at a time.
const CHUNK: usize = 128 << 10;

/// How far the beginning of a file is looked at for its encoding.
const HEAD: usize = 1024;

/// The longest single tag or text: the parser holds it whole.
pub(super) const LONGEST: usize = 16 << 20;

/// What was put right, and where it first was.
#[derive(Clone, Debug, Default)]
pub(super) struct Mended(Rc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    controls: Cell<u64>,
    control_line: Cell<u32>,
    strays: Cell<u64>,
    stray_line: Cell<u32>,
    since: Cell<usize>,
}

impl Mended {
    /// How many control characters were left out, and the line of the first.
    pub(super) fn controls(&self) -> (u64, u32) {
        (self.0.controls.get(), self.0.control_line.get())
    }

    /// How many bytes were no UTF-8 and were read as Windows-1252, and the line of the first.
    pub(super) fn strays(&self) -> (u64, u32) {
        (self.0.strays.get(), self.0.stray_line.get())
    }

    /// Tells the ledger what was put right.
    pub(super) fn tell(&self, tally: &mut Tally) {
        let (controls, line) = self.controls();
        if controls > 0 {
            let place = Place { line: Some(line), ..Place::default() };
            let message = &format!(
                "{controls} control characters that no text may hold were left out, the first here"
            );
            tally.warn(ProblemCode::ControlCharacter, &place, message, None);
        }
        let (strays, line) = self.strays();
        if strays > 0 {
            let place = Place { line: Some(line), ..Place::default() };
            let message = &format!(
                "{strays} bytes are no UTF-8 and were read as Windows-1252, the first here"
            );
            tally.warn(ProblemCode::BadUtf8, &place, message, None);
        }
    }

    /// The parser holds nothing any more: a new tag, text or row begins.
    pub(super) fn begin(&self) {
        self.0.since.set(0);
    }
}

/// Why reading stopped: one tag, text or row is longer than [`LONGEST`].
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("one tag, text or row is longer than {} MiB", LONGEST >> 20)]
pub(super) struct TooLong;

/// The clean bytes of a file.
pub(super) struct Clean<R> {
    input: R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    line: u32,
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
            raw: Vec::new(),
            out: Vec::with_capacity(CHUNK),
            at: 0,
            line: 1,
            begun: false,
            ended: false,
            mended: Mended::default(),
        }
    }

    /// What was put right so far; clones show the same.
    pub(super) fn mended(&self) -> Mended {
        self.mended.clone()
    }

    /// Reads until something clean is there or the file ends.
    fn fill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            let kept = self.raw.len();
            self.raw.resize(kept + CHUNK, 0);
            let read = self.input.read(self.raw.get_mut(kept..).unwrap_or_default())?;
            self.raw.truncate(kept + read);
            self.ended = read == 0;
            if !self.begun && (self.raw.len() >= HEAD || self.ended) {
                self.begun = true;
                let (encoding, mark) = sniff(&self.raw);
                self.raw.drain(..mark);
                if encoding != UTF_8 {
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
        let rest = match &mut self.decoder {
            Some(decoder) => {
                decode(decoder, &raw, self.ended, &mut self.out);
                raw.len()
            }
            None => self.take_utf8(&raw),
        };
        self.raw = raw;
        self.raw.drain(..rest);
        self.drop_controls();
    }

    /// Takes UTF-8 as it is; a byte that is none is read as Windows-1252, which is what it most often is. Gives how
    /// much was taken: a character that is cut waits for its rest.
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
                let line = self.line + newlines(&self.out);
                self.mended.0.stray_line.set(line);
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
                self.mended.0.control_line.set(self.line + newlines(before));
            }
            let length = self.out.len();
            self.out.retain(|b| !forbidden(*b));
            let dropped = (length - self.out.len()) as u64;
            self.mended.0.controls.set(self.mended.0.controls.get() + dropped);
        }
        self.line = self.line.saturating_add(newlines(&self.out));
    }
}

/// How many line breaks there are.
pub(super) fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

fn decode(decoder: &mut Decoder, raw: &[u8], last: bool, out: &mut Vec<u8>) {
    let mut text = String::new();
    let mut rest = raw;
    loop {
        text.reserve(decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK));
        let (result, read, _) = decoder.decode_to_string(rest, &mut text, last);
        rest = rest.get(read..).unwrap_or_default();
        if result == CoderResult::InputEmpty {
            break;
        }
    }
    out.extend_from_slice(text.as_bytes());
}

/// The encoding of a file by its beginning, and the length of its byte order mark. What a declaration says counts
/// only where the bytes do not contradict it. Source: XML 1.0, appendix F.
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

/// What the declaration says of the encoding.
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
    fn stray_bytes_and_control_characters_are_mended_and_told() {
        let (text, mended) = clean(b"<a>\nS\xE9gou\n\x02x</a>");
        assert_eq!(text, "<a>\nSégou\nx</a>");
        assert_eq!((mended.strays(), mended.controls()), ((1, 2), (1, 3)));
    }

    #[test]
    fn a_character_that_is_cut_between_two_reads_is_whole() {
        let text = "é".repeat(CHUNK);
        assert_eq!(clean(&[b"<", text.as_bytes()].concat()).0.len(), 1 + text.len());
    }
}
