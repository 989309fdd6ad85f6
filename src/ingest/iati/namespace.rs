//! XML namespaces: decides which names of a file belong to the standard.
//!
//! The standard defines no namespace. The namespace of any IATI list or record counts as the standard's within that
//! file, with a prefix or as the default. Names without a namespace always belong to the standard. Elements and
//! attributes of other namespaces are extensions.

use quick_xml::events::BytesStart;

use super::root::{is_list, kind};

/// Maximum number of adopted namespaces per file, and of declarations in scope.
const MOST: usize = 64;

/// Maximum length of a declaration's prefix and namespace together, in bytes.
const LONGEST: usize = 500;

/// Namespaces in scope at the current position of a file.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    /// Prefix (empty for the default), namespace, and depth of the declaring element.
    declared: Vec<(String, String, usize)>,
    /// Namespaces of the lists and records of the file.
    ours: Vec<String>,
}

/// Returns true for a namespace at the host of the standard. The datastore has its own host and is an extension.
fn is_of_standard(namespace: &str) -> bool {
    let rest = namespace.split_once("://").map_or(namespace, |(_, rest)| rest);
    let host = rest.split(['/', '#', '?']).next().unwrap_or_default().to_ascii_lowercase();
    matches!(host.as_str(), "iatistandard.org" | "www.iatistandard.org")
}

impl Namespaces {
    /// Records the declarations of an element, and adopts its namespace if it is a list or a record.
    pub(super) fn enter(&mut self, tag: &BytesStart<'_>, depth: usize, is_outside: bool) {
        if tag.contains("xmlns") {
            self.declare(tag, depth);
        }
        let name = tag.name();
        if is_outside && (kind(tag).is_some() || is_list(name.as_ref())) {
            self.adopt(name.as_ref());
        }
    }

    /// Removes the declarations of an element that ends.
    pub(super) fn leave(&mut self, depth: usize) {
        while self.declared.last().is_some_and(|(.., at)| *at >= depth) {
            self.declared.pop();
        }
    }

    fn declare(&mut self, tag: &BytesStart<'_>, depth: usize) {
        for attribute in tag.attributes().with_checks(false).flatten() {
            let key = attribute.key.as_ref();
            let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            let value = attribute.value.trim();
            if let Some(prefix) = prefix
                && prefix.len() + value.len() <= LONGEST
                && self.declared.len() < MOST
            {
                self.declared.push((prefix.to_owned(), value.to_owned(), depth));
            }
        }
    }

    fn adopt(&mut self, name: &str) {
        if self.is_ours(name) || self.ours.len() >= MOST {
            return;
        }
        let namespace = self.of(name).map(str::to_owned);
        self.ours.extend(namespace);
    }

    /// Returns the namespace of an element; an undeclared prefix is its own namespace.
    fn of<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
        let declared = self.declared.iter().rev().find(|(of, ..)| of == prefix);
        let namespace = declared.map_or(prefix, |(_, namespace, _)| namespace.as_str());
        Some(namespace).filter(|namespace| !namespace.is_empty())
    }

    /// Returns true if an element belongs to the standard by its namespace.
    pub(super) fn is_ours(&self, name: &str) -> bool {
        self.of(name).is_none_or(|namespace| {
            self.ours.iter().any(|ours| ours == namespace) || is_of_standard(namespace)
        })
    }

    /// Returns the standard name of an attribute; `None` for one of another namespace.
    pub(super) fn attribute<'n>(&self, name: &'n str) -> Option<&'n str> {
        match name.split_once(':') {
            None => Some(name),
            Some(_) if name == super::standard::LANGUAGE => Some(name),
            Some(("xmlns" | "xml", _)) => None,
            Some((_, local)) => self.is_ours(name).then_some(local),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> BytesStart<'_> {
        let name = text.split(' ').next().unwrap_or_default();
        BytesStart::from_content(text, name.len())
    }

    #[test]
    fn the_prefix_of_a_list_belongs_to_the_standard_within_it() {
        let mut names = Namespaces::default();
        names.enter(&tag("s:Envelope xmlns:s=\"urn:soap\" xmlns:x=\"urn:x\""), 1, true);
        assert!(!names.is_ours("s:Body") && names.is_ours("title"));
        names.enter(&tag("i:iati-activities xmlns:i=\"urn:i\""), 2, true);
        assert!(names.is_ours("i:title") && names.is_ours("title") && !names.is_ours("x:title"));
        assert_eq!(names.attribute("i:code"), Some("code"));
        assert_eq!((names.attribute("x:code"), names.attribute("xmlns:i")), (None, None));
        names.leave(2);
        assert!(!names.is_ours("i:title"), "nothing declares the prefix any more");
        assert!(!names.is_ours("s:Body"));
    }

    #[test]
    fn namespaces_of_the_standard_are_recognised_by_url() {
        assert!(
            is_of_standard("http://iatistandard.org/201")
                && is_of_standard("https://www.iatistandard.org")
        );
        assert!(
            !is_of_standard("http://datastore.iatistandard.org/ns") && !is_of_standard("urn:x")
        );
    }
}
