//! A file as a stream of activities and organisations, each read whole, at any depth and whatever the root is.

use std::error::Error as _;
use std::io::{self, Read};

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape_with};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::namespace::Namespaces;
use super::root::{Found, kind, local};
use super::standard::key;
use super::tree::Tree;
use super::wrapper::Wrapper;
use crate::ingest::clean::{Clean, Mended, TooLong};

/// How deep elements may be nested; the standard needs less than ten.
const DEEPEST: usize = 64;

/// The most that one activity may hold: its text, and what its elements and attributes take in memory.
const LARGEST: usize = 96 << 20;

/// How much of a text with an unknown entity is kept for the ledger, in characters.
const SHOWN: usize = 400;

/// Why a file cannot be read further.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// It is not well-formed from here on.
    #[error("the file is not well-formed from here on: {0}")]
    Syntax(String),
    /// It ends within an element.
    #[error("the file ends before its elements do")]
    Truncated,
    /// It holds entities of its own: they can grow without bound, or read other files.
    #[error("the file declares entities of its own, which are never followed")]
    Entities,
    /// Something is larger than any honest file has it.
    #[error("{0}")]
    TooLarge(String),
    /// It cannot be read from where it lies.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A file that is being read.
pub(super) struct Document<R: Read> {
    reader: Reader<Clean<R>>,
    mended: Mended,
    buffer: Vec<u8>,
    depth: usize,
    wrapper: Wrapper,
    namespaces: Namespaces,
    is_within: bool,
    nested: Vec<u32>,
    unresolved: Option<(u32, String)>,
}

impl<R: Read> Document<R> {
    /// Reads a file from its beginning.
    pub(super) fn new(input: R) -> Self {
        let clean = Clean::new(input);
        let mended = clean.mended();
        let reader = Reader::from_reader(clean);
        Self {
            reader,
            mended,
            buffer: Vec::new(),
            depth: 0,
            wrapper: Wrapper::default(),
            namespaces: Namespaces::default(),
            is_within: false,
            nested: Vec::new(),
            unresolved: None,
        }
    }

    /// What was put right in its bytes.
    pub(super) fn mended(&self) -> &Mended {
        &self.mended
    }

    /// What wrappers have said so far.
    pub(super) fn wrapper(&self) -> &Wrapper {
        &self.wrapper
    }

    /// Ends what is open around the records, where the file has ended.
    pub(super) fn finish(&mut self) {
        self.wrapper.finish();
    }

    /// The line that is being read.
    pub(super) fn line(&self) -> u32 {
        self.mended.line()
    }

    /// Whether an activity has been begun and not ended.
    pub(super) fn is_within(&self) -> bool {
        self.is_within
    }

    /// The lines of the activities within the one that was read last.
    pub(super) fn nested(&self) -> &[u32] {
        &self.nested
    }

    /// The first reference to an entity that nobody declares, with its line; it stays in the text as it stands.
    pub(super) fn unresolved(&mut self) -> Option<(u32, String)> {
        self.unresolved.take()
    }

    /// Reads on to the next activity or organisation, and into the tree; `None` at the end of the file.
    #[expect(clippy::too_many_lines, reason = "one loop over the kinds of events")]
    pub(super) fn next(&mut self, tree: &mut Tree) -> Result<Option<Found>, Broken> {
        tree.clear();
        self.nested.clear();
        self.is_within = false;
        let mut found = None;
        // Elements of other namespaces and all that is in them are no part of the standard, and persons none of ours.
        let mut foreign = 0_usize;
        loop {
            self.buffer.clear();
            self.mended.begin();
            let line = self.mended.line();
            let event =
                self.reader.read_event_into(&mut self.buffer).map_err(|error| broken(&error))?;
            match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    self.namespaces.enter(&tag, self.depth, found.is_none() && foreign == 0);
                    if foreign > 0 || is_passed_over(&tag, &self.namespaces, found.is_some()) {
                        foreign += 1;
                    } else if let (None, None) = (found, kind(&tag)) {
                        let is_extension = !self.namespaces.is_ours(tag.name().as_ref());
                        self.wrapper.open(&tag, line, is_extension);
                    } else {
                        if found.is_none() {
                            found = kind(&tag);
                            self.is_within = true;
                            self.wrapper.record_of(&tag);
                        } else if kind(&tag).is_some() {
                            self.nested.push(line);
                        }
                        let (names, mended) = (&self.namespaces, &self.mended);
                        open(tree, &tag, line, names, mended, &mut self.unresolved)?;
                    }
                }
                Event::Empty(tag) => {
                    self.namespaces.enter(&tag, self.depth + 1, found.is_none() && foreign == 0);
                    if foreign == 0 && !is_passed_over(&tag, &self.namespaces, found.is_some()) {
                        let kind = kind(&tag);
                        if let (None, None) = (found, kind) {
                            let is_extension = !self.namespaces.is_ours(tag.name().as_ref());
                            self.wrapper.open(&tag, line, is_extension);
                            self.wrapper.close();
                        } else {
                            let (names, mended) = (&self.namespaces, &self.mended);
                            open(tree, &tag, line, names, mended, &mut self.unresolved)?;
                            tree.close();
                            if found.is_none() {
                                self.wrapper.record_of(&tag);
                                self.namespaces.leave(self.depth + 1);
                                tree.leave_addresses_out();
                                return Ok(kind);
                            }
                            self.nested.extend(kind.map(|_| line));
                        }
                    }
                    self.namespaces.leave(self.depth + 1);
                }
                Event::End(_) => {
                    self.namespaces.leave(self.depth);
                    self.depth = self.depth.saturating_sub(1);
                    if foreign > 0 {
                        foreign -= 1;
                    } else if let Some(kind) = found {
                        tree.close();
                        if tree.depth() == 0 {
                            tree.leave_addresses_out();
                            self.is_within = false;
                            return Ok(Some(kind));
                        }
                    } else {
                        self.wrapper.close();
                    }
                }
                Event::Text(text) => {
                    if found.is_some() && foreign == 0 {
                        tree.text(&text, line);
                    } else if self.depth == 0 && !text.trim().is_empty() {
                        return Err(Broken::Syntax(
                            "there is text outside of every element".to_owned(),
                        ));
                    }
                }
                Event::CData(text) => {
                    if found.is_some() && foreign == 0 {
                        tree.text(&text, line);
                    }
                }
                Event::GeneralRef(reference) => {
                    if found.is_some() && foreign == 0 {
                        refer(tree, &reference, line, &self.mended, &mut self.unresolved);
                    }
                }
                Event::DocType(doctype) => {
                    if doctype.contains("<!ENTITY") {
                        return Err(Broken::Entities);
                    }
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
                Event::Eof if self.depth > 0 => return Err(Broken::Truncated),
                Event::Eof => return Ok(None),
            }
            is_bearable(self.depth, tree)?;
        }
    }
}

/// Refuses what is deeper or larger than any honest file has it.
fn is_bearable(depth: usize, tree: &Tree) -> Result<(), Broken> {
    if depth > DEEPEST {
        let reason = format!("elements are nested more than {DEEPEST} deep");
        return Err(Broken::TooLarge(reason));
    }
    if tree.size() > LARGEST {
        let reason =
            format!("one activity holds more than {} MiB with its elements", LARGEST >> 20);
        return Err(Broken::TooLarge(reason));
    }
    Ok(())
}

/// Whether nothing of an element is read: it is an extension within a record, or about persons. Around records the namespace does
/// not matter.
fn is_passed_over(tag: &BytesStart<'_>, namespaces: &Namespaces, is_within: bool) -> bool {
    let name = tag.name();
    is_about_persons(local(name.as_ref())) || (is_within && !namespaces.is_ours(name.as_ref()))
}

/// Whether an element is `contact-info`, however it is written.
fn is_about_persons(name: &str) -> bool {
    name.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("contact"))
        && matches!(
            key(name).as_str(),
            "contactinfo" | "contactinformation" | "contact" | "contacts"
        )
}

fn open(
    tree: &mut Tree,
    tag: &BytesStart<'_>,
    line: u32,
    namespaces: &Namespaces,
    mended: &Mended,
    unresolved: &mut Option<(u32, String)>,
) -> Result<(), Broken> {
    tree.open(local(tag.name().as_ref()), line);
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| Broken::Syntax(e.to_string()))?;
        let Some(key) = namespaces.attribute(attribute.key.as_ref()) else { continue };
        let raw = attribute.value.as_ref();
        if raw.contains('&') {
            let value = unescape_with(raw, resolve_predefined_entity);
            if let Ok(value) = value {
                tree.attribute(key, &without_controls(&value, line, mended));
            } else {
                unresolved.get_or_insert_with(|| (line, raw.chars().take(SHOWN).collect()));
                tree.attribute(key, raw);
            }
        } else {
            tree.attribute(key, raw);
        }
    }
    Ok(())
}

/// Puts a reference into the text: what it stands for, or itself where nobody says what that is.
fn refer(
    tree: &mut Tree,
    reference: &BytesRef<'_>,
    line: u32,
    mended: &Mended,
    unresolved: &mut Option<(u32, String)>,
) {
    let mut letter = [0; 4];
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        if is_forbidden(c) {
            mended.left_out(1, line);
        } else {
            tree.text(c.encode_utf8(&mut letter), line);
        }
    } else if let Some(text) = resolve_predefined_entity(reference) {
        tree.text(text, line);
    } else {
        let text = format!("&{};", &**reference);
        unresolved.get_or_insert_with(|| (line, text.chars().take(SHOWN).collect()));
        tree.text(&text, line);
    }
}

/// Control characters may hide behind references.
fn without_controls(text: &str, line: u32, mended: &Mended) -> String {
    let count = text.chars().filter(|c| is_forbidden(*c)).count() as u64;
    if count > 0 {
        mended.left_out(count, line);
    }
    text.chars().filter(|c| !is_forbidden(*c)).collect()
}

fn is_forbidden(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn broken(error: &quick_xml::Error) -> Broken {
    if let quick_xml::Error::Io(error) = error {
        let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<TooLong>());
        if let Some(cause) = cause {
            return Broken::TooLarge(cause.to_string());
        }
        let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        return Broken::Io(io::Error::new(error.kind(), said));
    }
    if let quick_xml::Error::IllFormed(quick_xml::errors::IllFormedError::MissingEndTag(_)) = error
    {
        return Broken::Truncated;
    }
    Broken::Syntax(error.to_string())
}
