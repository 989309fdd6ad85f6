//! How many countries, regions and sectors of one activity or transaction are read.
//!
//! Of a list that holds more than 1,000 the first 1,000 are read, and behind them whatever is on the official list and not named yet: so a
//! list of one country finds each record that names it. The shares of such a list are left out, since what is left would divide the money
//! wrongly: its money belongs to several together.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::tree::Element;
use crate::ingest::problem::ProblemCode;
use crate::ingest::width::{MOST_LISTS, MOST_SHARES};

/// The entries of lists that have been read, where an element names more than one list may hold.
#[derive(Debug)]
pub(super) struct Bound<'t> {
    lists: BTreeMap<String, (usize, BTreeSet<String>)>,
    cut: BTreeSet<String>,
    count: u64,
    first: Option<Element<'t>>,
}

impl<'t> Bound<'t> {
    /// The bound of the elements of some names; `None` where none is needed, as in nearly all records.
    pub(super) fn of(element: Element<'t>, names: &[&str]) -> Option<Self> {
        let is_wide = names.iter().any(|name| element.all(name).nth(MOST_SHARES).is_some());
        is_wide.then(|| Self {
            lists: BTreeMap::new(),
            cut: BTreeSet::new(),
            count: 0,
            first: None,
        })
    }

    /// Whether an entry of a list is read; `listed` is its code, where an official list has it.
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
        // A list of which nothing is read has no shares.
        if self.lists.contains_key(list) {
            self.cut.insert(list.to_owned());
        }
        self.count += 1;
        self.first.get_or_insert(one);
        false
    }

    /// Whether entries of a list are left out, so that none of its shares counts.
    pub(super) fn is_cut(&self, list: &str) -> bool {
        self.cut.contains(list)
    }

    /// Tells what is left out.
    pub(super) fn tell(&self, context: &mut Context<'_>) {
        let Some(first) = self.first else { return };
        let message = &format!(
            "{} of these are more than one record may hold, {MOST_SHARES} of a list: they are not read, and no share of that list counts; the source file keeps them",
            self.count
        );
        context.warn(ProblemCode::Surplus, first, first.name(), None, message);
    }
}
