//! Limit on the countries, regions and sectors that one activity or transaction contributes.
//!
//! Of a list with more than 1,000 entries, the first 1,000 are read. Later entries are read only if an official list
//! has their code and no earlier entry has it. A list by country therefore still finds each record that names the
//! country.
//!
//! The shares of a truncated list are dropped: the remaining ones would divide the money wrongly. Its money belongs
//! to several entries together.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::tree::Element;
use crate::ingest::problem::ProblemCode;
use crate::ingest::width::{MOST_LISTS, MOST_SHARES};

/// Entries read so far from the lists of an element that exceeds the limit.
#[derive(Debug)]
pub(super) struct RecordBound<'t> {
    lists: BTreeMap<String, (usize, BTreeSet<String>)>,
    cut: BTreeSet<String>,
    surplus: Surplus<'t>,
}

/// Elements beyond a limit: their number and the first of them.
#[derive(Debug, Default)]
pub(super) struct Surplus<'t> {
    count: u64,
    first: Option<Element<'t>>,
}

impl<'t> Surplus<'t> {
    /// Counts an element.
    pub(super) fn add(&mut self, one: Element<'t>) {
        self.count += 1;
        self.first.get_or_insert(one);
    }

    /// Reports the elements, at the first of them; `message` takes their number.
    pub(super) fn report(&self, context: &mut Context<'_>, message: impl FnOnce(u64) -> String) {
        let Some(first) = self.first else { return };
        let message = &message(self.count);
        context.warn(ProblemCode::Surplus, first, first.name(), None, message);
    }
}

impl<'t> RecordBound<'t> {
    /// Returns the limiter for the elements with these names; `None` if no list exceeds the limit, as in nearly all
    /// records.
    pub(super) fn of(element: Element<'t>, names: &[&str]) -> Option<Self> {
        let is_wide = names.iter().any(|name| element.all(name).nth(MOST_SHARES).is_some());
        is_wide.then(|| Self {
            lists: BTreeMap::new(),
            cut: BTreeSet::new(),
            surplus: Surplus::default(),
        })
    }

    /// Returns true if an entry is to be read. `listed` is its code if an official list has it.
    pub(super) fn takes(&mut self, one: Element<'t>, list: &str, listed: Option<&str>) -> bool {
        let is_known = self.lists.contains_key(list);
        let is_official = matches!(list, "" | "1" | "2");
        if is_known || is_official || self.lists.len() < MOST_LISTS {
            let (count, codes) = self.lists.entry(list.to_owned()).or_default();
            let is_new = listed.is_some_and(|code| codes.insert(code.to_owned()));
            if *count < MOST_SHARES || is_new {
                *count += 1;
                return true;
            }
        }
        // A list without any entry read has no shares.
        if self.lists.contains_key(list) {
            self.cut.insert(list.to_owned());
        }
        self.surplus.add(one);
        false
    }

    /// Returns true if a list was truncated, so that its shares are invalid.
    pub(super) fn is_cut(&self, list: &str) -> bool {
        self.cut.contains(list)
    }

    /// Reports the entries that were dropped.
    pub(super) fn report(&self, context: &mut Context<'_>) {
        self.surplus.report(context, |count| {
            format!(
                "{count} entries exceed the limit of {MOST_SHARES} per list: they are ignored, and so are the shares of that list; the source file keeps them"
            )
        });
    }
}
