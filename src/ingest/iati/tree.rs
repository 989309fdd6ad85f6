//! One element with all its content, in vectors that are reused for the next one.
//!
//! An activity is read whole, because real files have its elements in any order.

mod findings;
mod names;
mod surplus;

use std::borrow::Cow;
use std::mem::size_of;

use sha2::{Digest, Sha256};

use findings::Findings;
pub(super) use findings::{Finding, FindingKind};

use crate::ingest::personal;

/// Marks a missing child or sibling.
const NONE: u32 = u32::MAX;

/// Start and end of a range of the text, in bytes; also of the attributes, by index.
type TextRange = (u32, u32);

/// An element with all its content.
#[derive(Debug, Default)]
pub(super) struct Tree {
    text: String,
    nodes: Vec<Node>,
    attributes: Vec<(TextRange, TextRange)>,
    open: Vec<(u32, u32)>,
    /// Number of elements that are transactions.
    transactions: usize,
    /// Elements from which an e-mail address was removed.
    redacted: Vec<u32>,
    /// Findings of the normalisation of names and codes.
    findings: Findings,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// Name of an element; empty for a piece of text.
    name: TextRange,
    /// Text of a piece; empty for an element.
    content: TextRange,
    attributes: TextRange,
    child: u32,
    next: u32,
    line: u32,
}

impl Tree {
    /// Removes all content but keeps the allocations.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.nodes.clear();
        self.attributes.clear();
        self.open.clear();
        self.transactions = 0;
        self.redacted.clear();
        self.findings.clear();
    }

    /// Returns the size of the content in bytes: text, elements and attributes.
    pub(super) fn size(&self) -> usize {
        self.text.len()
            + self.nodes.len() * size_of::<Node>()
            + self.attributes.len() * size_of::<(TextRange, TextRange)>()
    }

    /// Returns the number of transactions: each becomes a record, even if it is empty.
    pub(super) fn transactions(&self) -> usize {
        self.transactions
    }

    /// Removes e-mail addresses from all attributes and texts. Call this once the tree is complete, before anything
    /// is read from it.
    pub(super) fn leave_addresses_out(&mut self) {
        if memchr::memchr(b'@', self.text.as_bytes()).is_none() {
            return;
        }
        // Each entry is a node with its enclosing element.
        let mut waiting = vec![(0, 0)];
        while let Some((at, within)) = waiting.pop() {
            let Some(node) = self.nodes.get(at as usize).copied() else { continue };
            let is_text = node.name == (0, 0);
            let element = if is_text { within } else { at };
            let mut is_redacted = false;
            if let Some(content) = self.without_address(node.content) {
                is_redacted = true;
                if let Some(node) = self.nodes.get_mut(at as usize) {
                    node.content = content;
                }
            }
            for attribute in node.attributes.0..node.attributes.1 {
                let Some(&(_, value)) = self.attributes.get(attribute as usize) else { break };
                if let Some(value) = self.without_address(value) {
                    is_redacted = true;
                    if let Some(attribute) = self.attributes.get_mut(attribute as usize) {
                        attribute.1 = value;
                    }
                }
            }
            if is_redacted {
                self.redacted.push(element);
            }
            waiting.extend(
                [(node.next, within), (node.child, element)]
                    .into_iter()
                    .filter(|(at, _)| *at != NONE),
            );
        }
    }

    /// Stores a text without its addresses and returns its range; `None` if it has none.
    fn without_address(&mut self, span: TextRange) -> Option<TextRange> {
        let left = personal::without_addresses(self.span(span))?;
        Some(self.keep(&left))
    }

    /// Returns the number of open elements.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Opens an element within the current one.
    pub(super) fn open(&mut self, name: &str, line: u32) {
        self.transactions += usize::from(name.eq_ignore_ascii_case("transaction"));
        let name = self.keep(name);
        let first = length(self.attributes.len());
        let at = self.add(Node {
            name,
            content: (0, 0),
            attributes: (first, first),
            child: NONE,
            next: NONE,
            line,
        });
        self.open.push((at, NONE));
    }

    /// Adds an attribute to the element opened last.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        let pair = (self.keep(name), self.keep(value));
        self.attributes.push(pair);
        let end = length(self.attributes.len());
        if let Some(node) = self.nodes.last_mut() {
            node.attributes.1 = end;
        }
    }

    /// Appends text to the current element.
    pub(super) fn text(&mut self, text: &str, line: u32) {
        if text.is_empty() {
            return;
        }
        let content = self.keep(text);
        // Adjacent pieces are joined: a reference splits a text in three.
        let follows = self.open.last().map(|(_, last)| *last).filter(|last| *last != NONE);
        if let Some(node) = follows.and_then(|last| self.nodes.get_mut(last as usize))
            && node.name == (0, 0)
            && node.content.1 == content.0
        {
            node.content.1 = content.1;
            return;
        }
        self.add(Node { name: (0, 0), content, attributes: (0, 0), child: NONE, next: NONE, line });
    }

    /// Closes the current element.
    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// Returns the root element; `None` if the tree is empty.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        self.nodes.first().map(|node| Element { tree: self, node })
    }

    fn keep(&mut self, text: &str) -> TextRange {
        let start = length(self.text.len());
        self.text.push_str(text);
        (start, length(self.text.len()))
    }

    fn add(&mut self, node: Node) -> u32 {
        let at = length(self.nodes.len());
        self.nodes.push(node);
        if let Some((parent, last)) = self.open.last_mut() {
            let before = std::mem::replace(last, at);
            let (of, next) = if before == NONE { (*parent, false) } else { (before, true) };
            if let Some(node) = self.nodes.get_mut(of as usize) {
                *(if next { &mut node.next } else { &mut node.child }) = at;
            }
        }
        at
    }

    fn span(&self, (start, end): TextRange) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }
}

/// Converts a length; texts beyond 4 GiB have been rejected before.
fn length(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Reference to an element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'t> {
    tree: &'t Tree,
    node: &'t Node,
}

impl<'t> Element<'t> {
    /// Returns the name.
    pub(super) fn name(self) -> &'t str {
        self.tree.span(self.node.name)
    }

    /// Returns the line of the start tag.
    pub(super) fn line(self) -> u32 {
        self.node.line
    }

    /// Returns an attribute without outer white space; an empty one counts as missing.
    pub(super) fn get(self, name: &str) -> Option<&'t str> {
        let (start, end) = self.node.attributes;
        let attributes = self.tree.attributes.get(start as usize..end as usize)?;
        let found = attributes.iter().find(|(of, _)| self.tree.span(*of) == name)?;
        Some(self.tree.span(found.1).trim()).filter(|value| !value.is_empty())
    }

    /// Returns an attribute as an owned string.
    pub(super) fn owned(self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Returns the child elements in document order.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'t>> {
        self.nodes()
            .filter(|node| node.name != (0, 0))
            .map(move |node| Element { tree: self.tree, node })
    }

    /// Returns the child elements with a given name.
    pub(super) fn all(self, name: &str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// Returns the first child element with a given name.
    pub(super) fn first(self, name: &str) -> Option<Element<'t>> {
        self.all(name).next()
    }

    /// Returns the elements of the tree from which an e-mail address was removed, in document order.
    pub(super) fn redacted(self) -> impl Iterator<Item = Element<'t>> {
        let node = |at: &u32| self.tree.nodes.get(*at as usize);
        let nodes = self.tree.redacted.iter().filter_map(node);
        nodes.map(|node| Element { tree: self.tree, node })
    }

    /// Returns the findings about the names and codes of the tree, in document order.
    pub(super) fn findings(self) -> Vec<Finding> {
        self.tree.found_names()
    }

    /// Returns the `@code` of the first child element with a given name.
    pub(super) fn code(self, name: &str) -> Option<&'t str> {
        self.first(name)?.get("code")
    }

    /// Returns the text of this element, without that of its child elements.
    pub(super) fn text(self) -> Cow<'t, str> {
        let mut pieces = self.nodes().filter(|node| node.name == (0, 0));
        let first = pieces.next().map_or("", |node| self.tree.span(node.content));
        pieces.fold(Cow::Borrowed(first), |all, node| all + self.tree.span(node.content))
    }

    /// Returns a digest of the content: names, attributes and texts in order. White space and line numbers do not
    /// affect it.
    pub(super) fn digest(self) -> [u8; 16] {
        let mut digest = Sha256::new();
        // Nodes still to hash; `None` marks the end of an element.
        let mut waiting = vec![Some(self.node)];
        while let Some(next) = waiting.pop() {
            let Some(node) = next else {
                digest.update([0]);
                continue;
            };
            if node.name == (0, 0) {
                for word in self.tree.span(node.content).split_whitespace() {
                    digest.update([1]);
                    digest.update(word);
                }
                continue;
            }
            digest.update([2]);
            digest.update(self.tree.span(node.name));
            let (start, end) = node.attributes;
            for (name, value) in
                self.tree.attributes.get(start as usize..end as usize).into_iter().flatten()
            {
                digest.update([3]);
                digest.update(self.tree.span(*name));
                digest.update([4]);
                digest.update(self.tree.span(*value).trim());
            }
            waiting.push(None);
            let children: Vec<&Node> = Element { tree: self.tree, node }.nodes().collect();
            waiting.extend(children.into_iter().rev().map(Some));
        }
        let mut first = [0; 16];
        first.iter_mut().zip(digest.finalize()).for_each(|(to, byte)| *to = byte);
        first
    }

    fn nodes(self) -> impl Iterator<Item = &'t Node> {
        let node = |at: u32| self.tree.nodes.get(at as usize);
        std::iter::successors(node(self.node.child), move |last| node(last.next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_attributes_count_as_much_as_text() {
        let mut tree = Tree::default();
        for _ in 0..1_000 {
            tree.open("a", 1);
            tree.attribute("b", "c");
            tree.close();
        }
        assert!(tree.size() >= 1_000 * (36 + 16 + 3), "{}", tree.size());
    }

    #[test]
    fn addresses_are_redacted_everywhere() {
        let mut tree = Tree::default();
        tree.open("a", 1);
        tree.attribute("ref", "me@x.org");
        for (at, text) in [(2, "not me"), (3, "me@x.org, please"), (4, "@")] {
            tree.open("b", at);
            tree.text(text, at);
            tree.close();
        }
        tree.close();
        tree.leave_addresses_out();
        let root = tree.root().unwrap();
        assert_eq!(root.get("ref"), Some("[e-mail address left out]"));
        let texts: Vec<_> = root.all("b").map(|b| b.text().into_owned()).collect();
        assert_eq!(texts, ["not me", "[e-mail address left out], please", "@"]);
        assert_eq!(root.redacted().map(Element::line).collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn a_tree_returns_its_contents() {
        let mut tree = Tree::default();
        tree.open("activity", 1);
        tree.attribute("code", " x ");
        tree.attribute("empty", " ");
        tree.text("a", 1);
        tree.text("b", 1);
        tree.open("title", 2);
        tree.text("t", 2);
        tree.close();
        tree.text("c", 3);
        tree.open("title", 4);
        tree.close();
        tree.close();
        let root = tree.root().unwrap();
        assert_eq!(
            (root.name(), root.get("code"), root.get("empty")),
            ("activity", Some("x"), None)
        );
        assert_eq!(root.text(), "abc");
        let lines: Vec<_> = root.all("title").map(|t| (t.line(), t.text().into_owned())).collect();
        assert_eq!(lines, [(2, "t".to_owned()), (4, String::new())]);
        assert_eq!(tree.depth(), 0);
    }
}
