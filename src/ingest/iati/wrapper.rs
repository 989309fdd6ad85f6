//! What stands around the records of a file: the root, lists, and elements that are neither.
//!
//! A record means the same whatever stands around it. So each element that is no list of the standard and holds records is read through,
//! and reported once by its name; what stands beside the records and holds none is not read, and reported likewise.

use quick_xml::events::BytesStart;

use super::root::is_list;
use super::standard::LANGUAGE;
use crate::model::text::Language;

/// What the root and other wrappers say for all that is in them.
#[derive(Debug, Default)]
pub(super) struct Wrapper {
    /// `@version`.
    pub(super) version: Option<String>,
    /// `@xml:lang`.
    pub(super) language: Option<String>,
    /// The first `@xml:lang` that is no language.
    pub(super) odd_language: Option<String>,
    /// The name of the root.
    pub(super) root: Option<String>,
    /// Whether there is a list of the standard.
    pub(super) has_list: bool,
    /// Elements of which nothing is read, since they hold no record: the first of each name.
    pub(super) strays: Vec<Stray>,
    /// Elements that are no lists of the standard and hold records: the first of each name.
    pub(super) around: Vec<Stray>,
    open: Vec<Open>,
}

/// An element around records or beside them that the standard does not have there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stray {
    /// The name of the element that it stands in; empty for the root.
    pub(super) within: String,
    /// Its name.
    pub(super) name: String,
    /// The line of the first.
    pub(super) line: u32,
    /// How many there are.
    pub(super) count: u64,
    /// Whether it stands in the place of a record: right in a list.
    pub(super) is_in_list: bool,
}

/// An element that is open.
#[derive(Debug)]
struct Open {
    name: String,
    line: u32,
    is_list: bool,
    /// Whether it is of another namespace than the standard's names.
    is_extension: bool,
    has_record: bool,
    strays: Vec<Stray>,
    /// Version and language outside of it.
    outer: (Option<String>, Option<String>),
}

/// The most names of such elements that are kept.
const MOST_STRAYS: usize = 100;

/// The longest name that is reported, in characters.
const LONGEST_NAME: usize = 80;

/// Counts an element by its name.
fn count(all: &mut Vec<Stray>, stray: Stray) {
    let is_same = |other: &&mut Stray| other.name == stray.name && other.within == stray.within;
    if let Some(other) = all.iter_mut().find(is_same) {
        other.count += stray.count;
    } else if all.len() < MOST_STRAYS {
        all.push(stray);
    }
}

impl Wrapper {
    /// Whether something stands in the place of a record and is none.
    pub(super) fn has_strays(&self) -> bool {
        self.strays.iter().any(|stray| stray.is_in_list)
    }

    /// Takes note of an element that begins and is no record.
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
        self.open.push(Open {
            name,
            line,
            is_list,
            is_extension,
            has_record: false,
            strays: Vec::new(),
            outer,
        });
        self.hear(tag, is_list);
    }

    /// Takes note of the root where it is a record itself, and that everything that is open holds one.
    pub(super) fn record_of(&mut self, tag: &BytesStart<'_>) {
        self.root.get_or_insert_with(|| tag.name().as_ref().chars().take(LONGEST_NAME).collect());
        self.record();
    }

    fn record(&mut self) {
        self.open.iter_mut().for_each(|open| open.has_record = true);
    }

    /// Takes note of what an element says for what is in it. Only words of the standard are its version: other wrappers have their own.
    fn hear(&mut self, tag: &BytesStart<'_>, is_list: bool) {
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

    /// Takes note of the end of the element that is open.
    pub(super) fn close(&mut self) {
        let Some(Open { name, line, is_list, is_extension, has_record, strays, outer }) =
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

    /// Closes whatever is open, where a file ends before its elements do.
    pub(super) fn finish(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }
}
