//! Truncates lists that exceed the limit of one record: 10,000 elements of one name in one element.
//!
//! Transactions are records of their own. Lists that affect money are handled elsewhere. Recipients and sectors lose
//! their shares beyond the limit, further participants are kept without a name, and an activity with too many
//! budgets is quarantined.

use std::collections::{BTreeMap, BTreeSet};

use super::names::FindingKind;
use super::{NONE, Tree};
use crate::ingest::width::MOST_ITEMS;

/// Elements that are limited by their readers, or are records.
const ELSEWHERE: [&str; 9] = [
    "transaction",
    "recipient-country",
    "recipient-region",
    "sector",
    "participating-org",
    "budget",
    "planned-disbursement",
    "iati-activity",
    "iati-organisation",
];

impl Tree {
    /// Removes the surplus from every element, and adds a finding for it.
    pub(in crate::ingest::iati) fn bound(&mut self) {
        // Nearly all activities are smaller as a whole.
        if self.nodes.len() <= MOST_ITEMS {
            return;
        }
        let mut waiting = vec![0];
        while let Some(parent) = waiting.pop() {
            let children = self.elements_of(parent);
            if children.len() > MOST_ITEMS {
                self.cut(parent, &children);
                waiting.extend(self.elements_of(parent));
            } else {
                waiting.extend(children);
            }
        }
    }

    fn elements_of(&self, parent: u32) -> Vec<u32> {
        let child = |at: u32| self.nodes.get(at as usize);
        let first = child(parent).map_or(NONE, |node| node.child);
        let next = |at: &u32| child(*at).map(|node| node.next).filter(|next| *next != NONE);
        let all = std::iter::successors(Some(first).filter(|first| *first != NONE), next);
        all.filter(|at| child(*at).is_some_and(|node| node.name != (0, 0))).collect()
    }

    fn cut(&mut self, parent: u32, children: &[u32]) {
        let mut counts: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
        let mut surplus = BTreeSet::new();
        for at in children {
            let Some(node) = self.nodes.get(*at as usize) else { continue };
            let name = self.span(node.name);
            if ELSEWHERE.contains(&name) {
                continue;
            }
            let (count, first) = counts.entry(name).or_insert((0, 0));
            *count += 1;
            if *count > MOST_ITEMS {
                if *count == MOST_ITEMS + 1 {
                    *first = node.line;
                }
                surplus.insert(*at);
            }
        }
        let within = self.nodes.get(parent as usize).map_or("", |node| self.span(node.name));
        let surplus_names: Vec<(String, u32, u64)> = counts
            .into_iter()
            .filter(|(_, (count, _))| *count > MOST_ITEMS)
            .map(|(name, (count, line))| {
                (format!("{within}/{name}"), line, (count - MOST_ITEMS) as u64)
            })
            .collect();
        for (field, line, count) in surplus_names {
            self.findings.add_many(FindingKind::Surplus, line, field, count);
        }
        self.unlink(parent, &surplus);
    }

    /// Removes child elements from their parent; text stays.
    fn unlink(&mut self, parent: u32, out: &BTreeSet<u32>) {
        let mut at = self.nodes.get(parent as usize).map_or(NONE, |node| node.child);
        let mut last = None;
        while at != NONE {
            let next = self.nodes.get(at as usize).map_or(NONE, |node| node.next);
            if !out.contains(&at) {
                self.link(parent, last, at);
                last = Some(at);
            }
            at = next;
        }
        self.link(parent, last, NONE);
    }

    /// Links a node as the next sibling of `last`, or as the first child of `parent`.
    fn link(&mut self, parent: u32, last: Option<u32>, to: u32) {
        match last {
            Some(last) => {
                if let Some(node) = self.nodes.get_mut(last as usize) {
                    node.next = to;
                }
            }
            None => {
                if let Some(node) = self.nodes.get_mut(parent as usize) {
                    node.child = to;
                }
            }
        }
    }
}
