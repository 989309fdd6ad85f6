//! Elements around the records of a file: the root, lists, and other wrappers.
//!
//! A record means the same inside any wrapper. Elements around records that are no list of the standard are read
//! through and reported once per name. Elements beside the records that hold none are not read, and are reported
//! likewise.

use quick_xml::events::BytesStart;

use super::root::is_list;
use super::standard::LANGUAGE;
use crate::model::text::Language;

/// Attributes of the enclosing elements, and unexpected elements around and beside the records.
#[derive(Debug, Default)]
pub(super) struct Wrapper {
    /// `@version` in effect.
    pub(super) version: Option<String>,
    /// `@xml:lang` in effect.
    pub(super) language: Option<String>,
    /// First `@xml:lang` that is no valid language tag.
    pub(super) odd_language: Option<String>,
    /// Name of the root element.
    pub(super) root: Option<String>,
    /// True if the file contains a list of the standard.
    pub(super) has_list: bool,
    /// Elements that are not read because they hold no record: the first of each name.
    pub(super) strays: Vec<Stray>,
    /// Elements that hold records and are no list of the standard: the first of each name.
    pub(super) around: Vec<Stray>,
    open: Vec<OpenWrapper>,
}

/// An element around or beside the records that the standard does not allow there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// Name of the parent element; empty for the root.
    pub(super) within: String,
    /// Name of the element.
    pub(super) name: String,
    /// Line of the first occurrence.
    pub(super) line: u32,
    /// Number of occurrences.
    pub(super) count: u64,
    /// True if the parent is a list, so that the element takes the place of a record.
    pub(super) is_in_list: bool,
}

/// An open element.
#[derive(Debug)]
struct OpenWrapper {
    name: String,
    line: u32,
    is_list: bool,
    /// True if the element is in a namespace other than the standard's.
    is_extension: bool,
    has_record: bool,
    strays: Vec<Stray>,
    /// Version and language in effect before the element.
    outer: (Option<String>, Option<String>),
}

/// Maximum number of distinct names of unexpected elements.
const MOST_STRAYS: usize = 100;

/// Maximum length of a reported name, in characters.
const LONGEST_NAME: usize = 80;

/// Adds an element, or counts it if the name is known.
fn count(all: &mut Vec<Stray>, stray: Stray) {
    let is_same = |other: &&mut Stray| other.name == stray.name && other.within == stray.within;
    if let Some(other) = all.iter_mut().find(is_same) {
        other.count += stray.count;
    } else if all.len() < MOST_STRAYS {
        all.push(stray);
    }
}

impl Wrapper {
    /// Returns true if an element takes the place of a record and is none.
    pub(super) fn has_strays(&self) -> bool {
        self.strays.iter().any(|stray| stray.is_in_list)
    }

    /// Handles the start of an element that is no record.
    pub(super) fn open(&mut self, tag: &BytesStart<'_>, line: u32, is_extension: bool) {
        let name = tag.name();
        let is_list = is_list(name.as_ref());
        if is_list {
            self.has_list = true;
            self.record();
        }
        let name: String = name.as_ref().chars().take(LONGEST_NAME).collect();
        self.root.get_or_insert_with(|| name.clone());
        let outer = (self.version.clone(), self.language.clone());
        self.open.push(OpenWrapper {
            name,
            line,
            is_list,
            is_extension,
            has_record: false,
            strays: Vec::new(),
            outer,
        });
        self.read_attributes(tag, is_list);
    }

    /// Handles the start of a record: all open elements contain one. The record may itself be the root.
    pub(super) fn record_of(&mut self, tag: &BytesStart<'_>) {
        self.root.get_or_insert_with(|| tag.name().as_ref().chars().take(LONGEST_NAME).collect());
        self.record();
    }

    fn record(&mut self) {
        self.open.iter_mut().for_each(|open| open.has_record = true);
    }

    /// Reads the version and language that an element declares for its content. Other wrappers may have a version of
    /// their own, which is ignored unless it looks like one of the standard.
    fn read_attributes(&mut self, tag: &BytesStart<'_>, is_list: bool) {
        let is_version = |value: &str| {
            let mut parts = value.split('.');
            let whole = matches!(parts.next(), Some("1" | "2"));
            whole && parts.next().is_some_and(|part| part.len() == 2 && part.starts_with('0'))
        };
        for attribute in tag.attributes().with_checks(false).flatten() {
            let value = attribute.value.trim();
            if value.is_empty() || value.len() > 32 {
                continue;
            }
            match attribute.key.as_ref() {
                "version" if is_list || is_version(value) => {
                    self.version = Some(value.to_owned());
                }
                LANGUAGE => {
                    self.language = Some(value.to_owned());
                    if value.parse::<Language>().is_err() {
                        self.odd_language.get_or_insert_with(|| value.to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    /// Handles the end of the current element.
    pub(super) fn close(&mut self) {
        let Some(OpenWrapper { name, line, is_list, is_extension, has_record, strays, outer }) =
            self.open.pop()
        else {
            return;
        };
        (self.version, self.language) = outer;
        let parent = self.open.last_mut();
        let within = parent.as_ref().map(|parent| parent.name.clone()).unwrap_or_default();
        let is_in_list = parent.as_ref().is_some_and(|parent| parent.is_list);
        let own = Stray { within, name, line, count: 1, is_in_list };
        if is_list || has_record {
            for stray in strays {
                count(&mut self.strays, stray);
            }
            if !is_list {
                count(&mut self.around, own);
            }
        } else if let Some(parent) = parent.filter(|_| !is_extension) {
            count(&mut parent.strays, own);
        }
    }

    /// Closes all open elements when a file ends early.
    pub(super) fn finish(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }
}
