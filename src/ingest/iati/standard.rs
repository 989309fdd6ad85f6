//! Schema of the IATI standard: elements, attributes, children, and the codelist of each attribute.
//!
//! The tables are `codelists/elements.csv` and `codelists/attributes.csv`, generated from the schemas 1.01 to 2.03
//! and the codelist mapping. Drafts before 1.0 write `@ref` for `@code`, and a sector's vocabulary in `@type`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::code::Code;
use crate::model::codelist::Codelist;

/// Attribute with the language of a text, allowed on any element.
pub(super) const LANGUAGE: &str = "xml:lang";

/// Definition of an element within its parent.
#[derive(Debug)]
pub(super) struct Definition {
    /// Name in the standard.
    pub(super) name: &'static str,
    attributes: Vec<Attribute>,
    children: Vec<(&'static str, usize)>,
}

/// Definition of an attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    /// Name in the standard.
    pub(super) name: &'static str,
    lists: Vec<(Codelist, Option<&'static str>)>,
}

impl Attribute {
    /// Returns the codelist of the values, given the vocabulary of the element.
    pub(super) fn list(&self, vocabulary: Option<&str>) -> Option<Codelist> {
        let fits = |of: Option<&str>| of.is_none_or(|of| of == vocabulary.unwrap_or("1"));
        self.lists.iter().find(|(_, of)| fits(*of)).map(|(list, _)| *list)
    }

    /// Returns true if the values are codes of any list.
    pub(super) fn is_coded(&self) -> bool {
        !self.lists.is_empty()
    }
}

impl Definition {
    /// Returns the definition of a record's root element.
    pub(super) fn root(name: &str) -> Option<&'static Self> {
        let at = STANDARD.roots.get(name)?;
        STANDARD.all.get(*at)
    }

    /// Returns the first definition with this name, in any parent.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        STANDARD.all.iter().find(|definition| definition.name == name)
    }

    /// Finds a child element by name, in any case and with any separators between words.
    pub(super) fn child(&self, name: &str) -> Option<&'static Self> {
        let exact = self.children.binary_search_by_key(&name, |(child, _)| *child).ok();
        let at = exact.or_else(|| {
            let key = key(name);
            self.children.iter().position(|(child, _)| is_key_of(&key, child))
        });
        STANDARD.all.get(self.children.get(at?)?.1)
    }

    /// Finds an attribute by name, in any case and with any separators between words.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        let exact = self.attributes.iter().find(|attribute| attribute.name == name);
        exact.or_else(|| {
            let key = key(name);
            self.attributes.iter().find(|attribute| is_key_of(&key, attribute.name))
        })
    }

    /// Returns the names of the child elements.
    pub(super) fn children(&self) -> impl Iterator<Item = &'static str> {
        self.children.iter().map(|(name, _)| *name)
    }

    /// Returns the names of the attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = &'static str> {
        self.attributes.iter().map(|attribute| attribute.name)
    }
}

/// Normalises a name to its letters and digits in lower case, with British spelling.
pub(super) fn key(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase().replace("organiz", "organis")
}

/// Returns true if a key is that of a standard name; `lang` means `xml:lang`.
fn is_key_of(found: &str, name: &str) -> bool {
    if name == LANGUAGE && found == "lang" {
        return true;
    }
    let mut letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    found.bytes().all(|b| letters.next() == Some(b)) && letters.next().is_none()
}

struct Standard {
    all: Vec<Definition>,
    roots: BTreeMap<&'static str, usize>,
}

static STANDARD: LazyLock<Standard> = LazyLock::new(Standard::read);

/// Rows of `elements.csv`: attributes and children by element name.
type ElementLine = BTreeMap<&'static str, (&'static str, &'static str)>;

impl Standard {
    fn read() -> Self {
        let line = |line: &'static str| {
            let (name, rest) = line.split_once(',')?;
            Some((name, rest.split_once(',')?))
        };
        let text = include_str!("../../../codelists/elements.csv");
        let rows: ElementLine = text.lines().skip(1).filter_map(line).collect();
        let mut standard = Self { all: Vec::new(), roots: BTreeMap::new() };
        let mut known = BTreeMap::new();
        for root in ["iati-activity", "iati-organisation"] {
            let at = standard.define(root, root, &rows, &mut known);
            standard.roots.insert(root, at);
        }
        standard
    }

    /// Adds an element and its descendants to the table. `path` is the name, prefixed with the parent's name if
    /// their codelists differ.
    fn define(
        &mut self,
        name: &'static str,
        path: &'static str,
        rows: &ElementLine,
        known: &mut BTreeMap<&'static str, usize>,
    ) -> usize {
        if let Some(at) = known.get(path) {
            return *at;
        }
        let at = self.all.len();
        known.insert(path, at);
        self.all.push(Definition { name, attributes: Vec::new(), children: Vec::new() });
        let (attributes, children) = rows.get(name).copied().unwrap_or_default();
        let attributes = attributes_of(name, path, attributes);
        let mut found = Vec::new();
        // Words may replace any code.
        let is_coded = attributes.iter().any(|attribute| attribute.name == "code");
        let words = Some("narrative").filter(|_| is_coded && !children.contains("narrative"));
        for child in children.split_whitespace().chain(words) {
            let within = LISTS.iter().map(|(path, ..)| *path);
            let mut within = within.filter(|path| path.split_once('/') == Some((name, child)));
            let path = within.next_back().unwrap_or(child);
            found.push((child, self.define(child, path, rows, known)));
        }
        found.sort_unstable();
        if let Some(definition) = self.all.get_mut(at) {
            definition.attributes = attributes;
            definition.children = found;
        }
        at
    }
}

/// Returns the attributes of an element, including those of drafts and the language.
fn attributes_of(name: &str, path: &str, attributes: &'static str) -> Vec<Attribute> {
    let mut names: Vec<&'static str> = attributes.split_whitespace().collect();
    names.push(LANGUAGE);
    if names.contains(&"code") {
        names.push("ref");
    }
    if name == "sector" {
        names.push("type");
    }
    names.sort_unstable();
    names.dedup();
    let lists = |attribute: &str| {
        let those = LISTS.iter().filter(|(of, a, ..)| *of == path && *a == attribute);
        those.map(|(_, _, list, vocabulary)| (*list, *vocabulary)).collect()
    };
    names.into_iter().map(|name| Attribute { name, lists: lists(name) }).collect()
}

/// A row of `attributes.csv`.
type Mapped = (&'static str, &'static str, Codelist, Option<&'static str>);

static LISTS: LazyLock<Vec<Mapped>> = LazyLock::new(|| {
    let line = |line: &'static str| {
        let mut cells = line.split(',');
        let (path, attribute) = (cells.next()?, cells.next()?);
        let list = cells.next()?;
        let list = Codelist::VALUES.iter().find(|known| known.as_str() == list)?;
        let vocabulary = cells.next().filter(|cell| !cell.is_empty());
        Some((path, attribute, *list, vocabulary))
    };
    let text = include_str!("../../../codelists/attributes.csv");
    text.lines().skip(1).filter_map(line).collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_recognised_in_their_positions() {
        let activity = Definition::root("iati-activity").unwrap();
        let name = |found: Option<&Definition>| found.map(|found| found.name);
        assert_eq!(name(activity.child("transaction")), Some("transaction"));
        assert_eq!(name(activity.child("Activity_Date")), Some("activity-date"));
        assert_eq!(name(activity.child("participatingOrg")), Some("participating-org"));
        assert_eq!(name(activity.child("transactoin")), None);
        assert_eq!(name(activity.child("value")), None);
        let value = activity.child("transaction").and_then(|t| t.child("value")).unwrap();
        assert_eq!(value.attribute("Currency").map(|a| a.name), Some("currency"));
        assert_eq!(value.attribute("lang").map(|a| a.name), Some(LANGUAGE));
        assert!(value.attribute("curency").is_none());
    }

    #[test]
    fn every_line_of_the_tables_is_used() {
        let lines = include_str!("../../../codelists/attributes.csv").lines().count();
        assert_eq!(LISTS.len() + 1, lines);
        let result = Definition::root("iati-activity").unwrap().child("result").unwrap();
        let list = |of: &Definition| {
            of.child("reference").unwrap().attribute("vocabulary").unwrap().list(None)
        };
        assert_eq!(list(result), Some(Codelist::ResultVocabulary));
        assert_eq!(list(result.child("indicator").unwrap()), Some(Codelist::IndicatorVocabulary));
        let sector = Definition::root("iati-activity").unwrap().child("sector").unwrap();
        let code = sector.attribute("code").unwrap();
        assert_eq!(code.list(None), Some(Codelist::Sector));
        assert_eq!(code.list(Some("7")), Some(Codelist::SdgGoal));
        assert_eq!(code.list(Some("99")), None);
    }
}
