//! Agency aliases: several identifiers of one agency, resolved before records are written.
//!
//! The main identifier may sort first, so the aliases must be known by then.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::error::Error;
use super::key;
use super::record;
use super::segment::{Segment, SegmentEntry};
use crate::model::agency::Standing;
use crate::model::facet::Facet;
use crate::model::id::AgencyId;
use crate::model::noun::{Kind, Record};

/// Maps each alias to the identifier of its main agency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Aliases(BTreeMap<Box<str>, Box<str>>);

impl Aliases {
    /// Pairs of alias and main identifier, as stored.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(id, main)| (id.as_ref(), main.as_ref())).collect()
    }

    /// Returns the main identifier of an alias; `None` if the identifier is not an alias.
    pub(super) fn main(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(AsRef::as_ref)
    }

    /// Returns the term with its alias replaced by the main identifier; `None` if there is nothing to replace.
    pub(super) fn term(&self, facet: Facet, term: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        match facet {
            Facet::Agency | Facet::Beneficiary => self.main(term).map(str::to_owned),
            Facet::AgencyRole => self.renamed(term, 1),
            Facet::Participation => self.renamed(term, 2),
            _ => None,
        }
    }
}

impl Aliases {
    /// Replaces the alias after the first `words` words of a term; `None` if it is not an alias.
    fn renamed(&self, term: &str, words: usize) -> Option<String> {
        let (space, _) = term.match_indices(' ').nth(words.checked_sub(1)?)?;
        let (part, id) = term.split_at_checked(space.saturating_add(1))?;
        self.main(id).map(|main| format!("{part}{main}"))
    }
}

impl FromIterator<(String, String)> for Aliases {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(id, main)| (id.into(), main.into())).collect())
    }
}

/// The aliases, and the records stored under them, by main identifier.
#[derive(Debug, Default)]
pub(super) struct Identities {
    pub(super) aliases: Aliases,
    records: BTreeMap<AgencyId, Vec<Record>>,
}

impl Identities {
    /// Reads the agencies of a draft and of segments.
    pub(super) fn find(draft: &Draft, segments: &[Segment]) -> Result<Self, Error> {
        let own = draft.records.iter().filter_map(|record| match record {
            Record::Agency(agency) => Some(agency.clone()),
            _ => None,
        });
        let mut agencies: Vec<_> = own.collect();
        read(segments, |record| {
            if let Record::Agency(agency) = record
                && (!agency.identifiers.is_empty() || agency.standing != Standing::Mentioned)
            {
                agencies.push(agency);
            }
        })?;
        let same = (draft.same)(&agencies);
        drop(agencies);
        let mut records: BTreeMap<AgencyId, Vec<Record>> = BTreeMap::new();
        if !same.is_empty() {
            read(segments, |record| {
                if let Some(main) = record.key().parse().ok().and_then(|id: AgencyId| same.get(&id))
                {
                    records.entry(main.clone()).or_default().push(record);
                }
            })?;
        }
        let aliases = same.iter().map(|(id, main)| (id.to_string(), main.to_string())).collect();
        Ok(Self { aliases, records })
    }

    /// Removes and returns the alias records of a main agency.
    pub(super) fn take(&mut self, main: &str) -> Vec<Record> {
        let id = main.parse().ok();
        id.and_then(|id: AgencyId| self.records.remove(&id)).unwrap_or_default()
    }
}

/// Visits the agencies of segments in a deterministic order.
fn read(segments: &[Segment], mut visit: impl FnMut(Record)) -> Result<(), Error> {
    let number = key::kind_number(Kind::Agency);
    for mut run in segments.iter().flat_map(Segment::runs) {
        while let Some(SegmentEntry { key, head, .. }) = run.next()? {
            match key.first() {
                Some(kind) if *kind < number => {}
                Some(kind) if *kind == number => {
                    let record = record::decode(Kind::Agency, &head);
                    visit(record.map_err(|e| Error::Unstorable(e.to_string()))?);
                }
                // Runs are sorted: no agency follows the later nouns.
                _ => break,
            }
        }
    }
    Ok(())
}
