//! Normalises the names and codes of a tree to those of the standard.
//!
//! A name matches in any case and with any separators (`Transaction`, `iso_date`). Elements that only wrap others,
//! as generated lists do (`transactions`, `item`), are unwrapped. A code matches by its value, its name, or a code
//! or name of an earlier version. Anything ambiguous stays as it is. Every change and every doubt is a [`Finding`].

use super::findings::{Finding, FindingKind};
use super::{NONE, TextRange, Tree};
use crate::ingest::iati::standard::{Definition, LANGUAGE, key};
use crate::model::codelist::Codelist;
use crate::model::currency;

/// Maximum length of a reported name, in characters.
const LONGEST_NAME: usize = 80;

/// Element names that programs write around the items of a list.
const GENERIC: [&str; 11] = [
    "item", "items", "list", "element", "elements", "entry", "entries", "row", "rows", "record",
    "records",
];

/// Attributes of elements that only wrap others.
const OF_WRAPPERS: [&str; 8] = ["type", "id", "count", "size", "length", "index", "class", "key"];

/// Location of a node's index: the first child of an element, or the sibling after another node.
#[derive(Clone, Copy)]
pub(super) enum NodeLink {
    /// The first child of this element.
    First(u32),
    /// The sibling after this node.
    After(u32),
}

impl Tree {
    /// Normalises all names and codes with an unambiguous meaning. Call this once the tree is complete. `root` is
    /// the standard name of its root.
    pub(in crate::ingest::iati) fn settle(&mut self, root: &str) {
        let Some(definition) = Definition::root(root) else { return };
        let written = self.name(0).to_owned();
        if written != root {
            self.rename(0, root);
            self.found(FindingKind::ElementReadAs, 0, written, Some(root));
        }
        let mut waiting = vec![(0, definition)];
        while let Some((at, definition)) = waiting.pop() {
            self.settle_attributes(at, definition);
            self.settle_codes(at, definition);
            self.settle_children(at, definition, &mut waiting);
        }
    }

    /// Returns the findings of the normalisation.
    pub(super) fn found_names(&self) -> Vec<Finding> {
        self.findings.in_order()
    }

    fn settle_attributes(&mut self, at: u32, definition: &Definition) {
        for number in self.attributes_of(at) {
            let Some(&(name, value)) = self.attributes.get(number as usize) else { continue };
            let written = self.span(name);
            let known = definition.attribute(written).map(|attribute| attribute.name);
            if known == Some(written) || written == "xmlns" || self.span(value).trim().is_empty() {
                continue;
            }
            let written = written.to_owned();
            let field = format!("{}/@{}", definition.name, short(&written));
            // An attribute under the standard name takes precedence.
            let meant = known.filter(|known| self.value(at, known).is_none());
            let Some(meant) = meant else {
                self.found(FindingKind::AttributeNotRead, at, field, None);
                continue;
            };
            let name = self.keep(meant);
            if let Some(attribute) = self.attributes.get_mut(number as usize) {
                attribute.0 = name;
            }
            // `lang` for `xml:lang` is common and unambiguous, so it is not reported.
            if meant != LANGUAGE {
                self.found(FindingKind::AttributeReadAs, at, field, Some(meant));
            }
        }
    }

    /// Normalises codes to those of their lists. The vocabulary comes first, since it selects the list.
    fn settle_codes(&mut self, at: u32, definition: &Definition) {
        for is_first in [true, false] {
            for number in self.attributes_of(at) {
                let pair = self.attributes.get(number as usize);
                let is_vocabulary = pair.is_some_and(|(name, _)| self.span(*name) == "vocabulary");
                if is_vocabulary == is_first {
                    self.settle_code(at, number, definition);
                }
            }
        }
    }

    fn settle_code(&mut self, at: u32, number: u32, definition: &Definition) {
        let Some(&(name, value)) = self.attributes.get(number as usize) else { return };
        let Some(attribute) = definition.attribute(self.span(name)).filter(|a| a.is_coded()) else {
            return;
        };
        let written = self.span(value).trim();
        let Some(list) =
            attribute.list(self.value(at, "vocabulary")).filter(|_| !written.is_empty())
        else {
            return;
        };
        let field = || format!("{}/@{}", definition.name, attribute.name);
        let categories = Some(Codelist::SectorCategory).filter(|_| list == Codelist::Sector);
        let mut lists = [Some(list), categories].into_iter().flatten();
        let found = lists.find_map(|list| Some((list, list.find(written)?)));
        let Some((list, code)) = found else {
            // A value that is not three letters is no currency code; it is reported where amounts are read.
            let is_code = written.len() == 3 && written.bytes().all(|b| b.is_ascii_alphabetic());
            let is_apart = !is_code || currency::is_known(&written.to_ascii_uppercase());
            if list == Codelist::Currency && is_apart {
                return;
            }
            let written = written.to_owned();
            return self.found(FindingKind::OffList(list), at, field(), Some(&written));
        };
        if code != written {
            let value = self.keep(code);
            if let Some(attribute) = self.attributes.get_mut(number as usize) {
                attribute.1 = value;
            }
        }
        if list.withdrawn(code).is_some() {
            self.found(FindingKind::Withdrawn(list), at, field(), Some(code));
        }
    }

    fn settle_children(
        &mut self,
        parent: u32,
        definition: &'static Definition,
        waiting: &mut Vec<(u32, &'static Definition)>,
    ) {
        let mut link = NodeLink::First(parent);
        while let Some(at) = self.target(link) {
            let next = NodeLink::After(at);
            if self.is_text(at) {
                link = next;
            } else if let Some(child) = definition.child(self.name(at)) {
                self.settle_name(at, definition, child);
                if self.is_list_of_items(at, child) {
                    self.found(FindingKind::ReadThrough, at, format!("{}/item", child.name), None);
                    self.rename_children(at, child.name);
                    self.unwrap(link, at);
                } else {
                    waiting.push((at, child));
                    link = next;
                }
            } else if self.is_wrapper(at, parent, definition) {
                let field = format!("{}/{}", definition.name, short(self.name(at)));
                self.found(FindingKind::ReadThrough, at, field, None);
                self.unwrap(link, at);
            } else {
                self.not_read(at, definition);
                link = next;
            }
        }
    }

    fn settle_name(&mut self, at: u32, within: &Definition, child: &Definition) {
        if self.name(at) != child.name {
            let field = format!("{}/{}", within.name, short(self.name(at)));
            self.rename(at, child.name);
            self.found(FindingKind::ElementReadAs, at, field, Some(child.name));
        }
    }

    fn not_read(&mut self, at: u32, within: &Definition) {
        // Nested records are reported separately.
        if matches!(key(self.name(at)).as_str(), "iatiactivity" | "iatiorganisation") {
            return;
        }
        let field = format!("{}/{}", within.name, short(self.name(at)));
        self.found(FindingKind::ElementNotRead, at, field, None);
    }

    /// Returns true if an element only wraps elements that may stand beside it: `transactions`, or a single `item`.
    /// Generic items within a plural are renamed to its singular.
    fn is_wrapper(&mut self, at: u32, parent: u32, within: &'static Definition) -> bool {
        if !self.own_text(at).trim().is_empty() || !self.is_plain(at) {
            return false;
        }
        let name = key(self.name(at));
        let children = self.elements(at);
        if children.is_empty() {
            return false;
        }
        let known = |tree: &Self, child: &u32| within.child(tree.name(*child));
        if children.iter().all(|child| known(self, child).is_some()) {
            let is_plural = |child: &u32| is_plural(&name, self.name(*child));
            return if is_generic(&name) {
                parent == 0 || self.generics(parent) == 1
            } else {
                children.iter().all(is_plural)
            };
        }
        let singular = within.children().find(|child| is_plural(&name, child));
        let Some(singular) = singular.and_then(|singular| within.child(singular)) else {
            return false;
        };
        if !self.are_items(&children, singular) {
            return false;
        }
        self.rename_children(at, singular.name);
        true
    }

    /// Returns true if an element of the standard holds only generic items, each with that element's content:
    /// `<transaction><item>…`.
    fn is_list_of_items(&self, at: u32, definition: &Definition) -> bool {
        let first = self.target(NodeLink::First(at));
        let mut all = std::iter::successors(first, |at| self.target(NodeLink::After(*at)));
        let first = all.find(|at| !self.is_text(*at));
        // Nearly all elements have valid children.
        if first.is_none_or(|first| definition.child(self.name(first)).is_some()) {
            return false;
        }
        let children = self.elements(at);
        self.own_text(at).trim().is_empty()
            && self.names_of_attributes(at).all(|name| definition.attribute(name).is_none())
            && self.are_items(&children, definition)
    }

    /// Returns true if all elements are generic items with the content of the given definition.
    fn are_items(&self, items: &[u32], definition: &Definition) -> bool {
        items.iter().all(|item| {
            let children = self.elements(*item);
            is_generic(&key(self.name(*item)))
                && children.iter().all(|child| definition.child(self.name(*child)).is_some())
                && self.names_of_attributes(*item).all(|name| definition.attribute(name).is_some())
        })
    }

    /// Returns the number of child elements with a generic name.
    fn generics(&self, parent: u32) -> usize {
        self.elements(parent).iter().filter(|at| is_generic(&key(self.name(**at)))).count()
    }

    /// Returns true if an element has no attributes other than those of wrappers.
    fn is_plain(&self, at: u32) -> bool {
        self.names_of_attributes(at).all(|name| OF_WRAPPERS.contains(&name) || name == LANGUAGE)
    }

    /// Replaces an element by its children.
    fn unwrap(&mut self, link: NodeLink, at: u32) {
        let Some(node) = self.nodes.get(at as usize).copied() else { return };
        if node.child == NONE {
            return self.set(link, node.next);
        }
        let mut last = node.child;
        while let Some(next) = self.target(NodeLink::After(last)) {
            last = next;
        }
        self.set(NodeLink::After(last), node.next);
        self.set(link, node.child);
    }

    fn rename_children(&mut self, at: u32, name: &str) {
        for child in self.elements(at) {
            self.rename(child, name);
        }
    }

    fn rename(&mut self, at: u32, name: &str) {
        let name = self.keep(name);
        if let Some(node) = self.nodes.get_mut(at as usize) {
            node.name = name;
        }
    }

    fn found(&mut self, kind: FindingKind, at: u32, field: String, value: Option<&str>) {
        let line = self.nodes.get(at as usize).map_or(0, |node| node.line);
        self.findings.add(kind, line, field, value.map(str::to_owned), 1);
    }

    /// Returns the node that a link leads to.
    pub(super) fn target(&self, link: NodeLink) -> Option<u32> {
        let at = match link {
            NodeLink::First(at) => self.nodes.get(at as usize)?.child,
            NodeLink::After(at) => self.nodes.get(at as usize)?.next,
        };
        (at != NONE).then_some(at)
    }

    /// Makes a link lead to another node, or to [`NONE`].
    pub(super) fn set(&mut self, link: NodeLink, to: u32) {
        let (NodeLink::First(at) | NodeLink::After(at)) = link;
        let Some(node) = self.nodes.get_mut(at as usize) else { return };
        match link {
            NodeLink::First(_) => node.child = to,
            NodeLink::After(_) => node.next = to,
        }
    }

    fn is_text(&self, at: u32) -> bool {
        self.nodes.get(at as usize).is_none_or(|node| node.name == (0, 0))
    }

    fn name(&self, at: u32) -> &str {
        self.nodes.get(at as usize).map_or("", |node| self.span(node.name))
    }

    /// Returns the child elements of an element.
    pub(super) fn elements(&self, at: u32) -> Vec<u32> {
        let first = self.target(NodeLink::First(at));
        let all = std::iter::successors(first, |at| self.target(NodeLink::After(*at)));
        all.filter(|at| !self.is_text(*at)).collect()
    }

    fn own_text(&self, at: u32) -> String {
        let first = self.target(NodeLink::First(at));
        let all = std::iter::successors(first, |at| self.target(NodeLink::After(*at)));
        let texts = all.filter(|at| self.is_text(*at));
        let content = |at: u32| self.nodes.get(at as usize).map(|node| self.span(node.content));
        texts.filter_map(content).collect()
    }

    fn attributes_of(&self, at: u32) -> std::ops::Range<u32> {
        let (start, end) = self.nodes.get(at as usize).map_or((0, 0), |node| node.attributes);
        start..end
    }

    fn pairs(&self, at: u32) -> impl Iterator<Item = &(TextRange, TextRange)> {
        self.attributes_of(at).filter_map(|number| self.attributes.get(number as usize))
    }

    fn names_of_attributes(&self, at: u32) -> impl Iterator<Item = &str> {
        self.pairs(at).map(|(name, _)| self.span(*name))
    }

    /// Returns the value of an attribute; an empty one counts as missing.
    fn value(&self, at: u32, name: &str) -> Option<&str> {
        let found = self.pairs(at).find(|(of, _)| self.span(*of) == name)?;
        Some(self.span(found.1).trim()).filter(|value| !value.is_empty())
    }
}

fn is_generic(key: &str) -> bool {
    GENERIC.contains(&key)
}

/// Returns true if a key is the plural of an element name or of its last word: `transactions`, `dates` for
/// `activity-date`.
fn is_plural(plural: &str, name: &str) -> bool {
    let name = key(name);
    let stems = [
        plural.strip_suffix("ies").map(|stem| format!("{stem}y")),
        plural.strip_suffix("es").map(str::to_owned),
        plural.strip_suffix('s').map(str::to_owned),
        plural.strip_suffix("list").map(str::to_owned),
    ];
    stems.into_iter().flatten().any(|stem| stem.len() > 2 && name.ends_with(&stem))
}

fn short(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}
