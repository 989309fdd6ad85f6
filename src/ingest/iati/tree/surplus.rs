//! Truncates lists that exceed the limit of one record: 10,000 elements of one name in one element.
//!
//! Transactions are records of their own. Lists that affect money are handled elsewhere. Recipients and sectors lose
//! their shares beyond the limit, further participants are kept without a name, and an activity with too many
//! budgets is quarantined.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::FindingKind;
use super::names::NodeLink;
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
            let children = self.elements(parent);
            if children.len() > MOST_ITEMS {
                self.cut(parent, &children);
                waiting.extend(self.elements(parent));
            } else {
                waiting.extend(children);
            }
        }
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
            self.findings.add(FindingKind::Surplus, line, field, None, count);
        }
        self.unlink(parent, &surplus);
    }

    /// Removes child elements from their parent; text stays.
    fn unlink(&mut self, parent: u32, out: &BTreeSet<u32>) {
        let mut link = NodeLink::First(parent);
        while let Some(at) = self.target(link) {
            if out.contains(&at) {
                let next = self.target(NodeLink::After(at)).unwrap_or(NONE);
                self.set(link, next);
            } else {
                link = NodeLink::After(at);
            }
        }
    }
}
