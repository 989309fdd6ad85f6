//! Stream of activities and organisations in a file, each read whole, at any depth and below any root.

use std::error::Error as _;
use std::io::{self, Read};

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape_with};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::namespace::Namespaces;
use super::root::{RecordKind, kind, local};
use super::standard::key;
use super::tree::Tree;
use super::wrapper::Wrapper;
use crate::ingest::text_decoder::{Clean, Mended, TooLong};

/// Maximum nesting depth of elements; the standard needs fewer than ten.
const DEEPEST: usize = 64;

/// Maximum size of one activity in memory, in bytes: text, elements and attributes.
const LARGEST: usize = 96 << 20;

/// Maximum number of transactions of one activity: each is a record, of several hundred bytes even if it is empty.
const MOST_TRANSACTIONS: usize = 200_000;

/// Maximum length of a text with an undeclared entity in the ledger, in characters.
const SHOWN: usize = 400;

/// Reason why a file cannot be read further.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// The file is not well-formed from here on.
    #[error("the file is not well-formed from here on: {0}")]
    Syntax(String),
    /// The file ends within an element.
    #[error("the file ends before all elements are closed")]
    Truncated,
    /// The file declares entities, which can grow without limit or read other files.
    #[error("the file declares entities, which are never expanded")]
    Entities,
    /// An activity, a tag or the nesting exceeds its limit.
    #[error("{0}")]
    TooLarge(String),
    /// Reading the input failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Parser of an IATI file.
pub(super) struct IatiFile<R: Read> {
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

impl<R: Read> IatiFile<R> {
    /// Creates a parser at the beginning of a file.
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

    /// Returns the repairs made to the bytes so far.
    pub(super) fn mended(&self) -> &Mended {
        &self.mended
    }

    /// Returns the state of the elements around the records.
    pub(super) fn wrapper(&self) -> &Wrapper {
        &self.wrapper
    }

    /// Closes the open elements around the records at the end of the file.
    pub(super) fn finish(&mut self) {
        self.wrapper.finish();
    }

    /// Returns the current line.
    pub(super) fn line(&self) -> u32 {
        self.mended.line()
    }

    /// Returns true if an activity has begun and not ended.
    pub(super) fn is_within(&self) -> bool {
        self.is_within
    }

    /// Returns the lines of the activities nested in the last one.
    pub(super) fn nested(&self) -> &[u32] {
        &self.nested
    }

    /// Takes the first reference to an undeclared entity, with its line; the reference itself stays in the text.
    pub(super) fn unresolved(&mut self) -> Option<(u32, String)> {
        self.unresolved.take()
    }

    /// Reads the next activity or organisation into the tree; `None` at the end of the file.
    #[expect(clippy::too_many_lines, reason = "one loop over the kinds of events")]
    pub(super) fn next(&mut self, tree: &mut Tree) -> Result<Option<RecordKind>, Broken> {
        tree.clear();
        self.nested.clear();
        self.is_within = false;
        let mut found = None;
        // Elements of other namespaces are extensions, and personal data is never stored: both are skipped whole.
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
                    } else {
                        let kind = kind(&tag);
                        if let (None, None) = (found, kind) {
                            let is_extension = !self.namespaces.is_ours(tag.name().as_ref());
                            self.wrapper.open(&tag, line, is_extension);
                        } else {
                            if found.is_none() {
                                found = kind;
                                self.is_within = true;
                                self.wrapper.record_of(&tag);
                            } else {
                                self.nested.extend(kind.map(|_| line));
                            }
                            let (names, mended) = (&self.namespaces, &self.mended);
                            open(tree, &tag, line, names, mended, &mut self.unresolved)?;
                        }
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
                            "there is text outside the root element".to_owned(),
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
            check_limits(self.depth, tree)?;
        }
    }
}

/// Rejects documents that nest too deeply, and activities that are too large.
fn check_limits(depth: usize, tree: &Tree) -> Result<(), Broken> {
    if depth > DEEPEST {
        let reason = format!("elements nest more than {DEEPEST} levels deep");
        return Err(Broken::TooLarge(reason));
    }
    if tree.size() > LARGEST {
        let reason =
            format!("one activity needs more than {} MiB with its elements", LARGEST >> 20);
        return Err(Broken::TooLarge(reason));
    }
    if tree.transactions() > MOST_TRANSACTIONS {
        let reason = format!("one activity has more than {MOST_TRANSACTIONS} transactions");
        return Err(Broken::TooLarge(reason));
    }
    Ok(())
}

/// Returns true if an element is skipped: an extension within a record, or personal data. Around records the
/// namespace does not matter.
fn is_passed_over(tag: &BytesStart<'_>, namespaces: &Namespaces, is_within: bool) -> bool {
    let name = tag.name();
    is_about_persons(local(name.as_ref())) || (is_within && !namespaces.is_ours(name.as_ref()))
}

/// Returns true if an element is `contact-info`, in any spelling.
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

/// Appends the character or text of a reference, or the reference itself if its entity is undeclared.
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

/// Removes control characters, which may come from character references.
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
        let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        return Broken::Io(io::Error::new(error.kind(), text));
    }
    if let quick_xml::Error::IllFormed(quick_xml::errors::IllFormedError::MissingEndTag(_)) = error
    {
        return Broken::Truncated;
    }
    Broken::Syntax(error.to_string())
}
