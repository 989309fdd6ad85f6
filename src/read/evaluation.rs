//! Evaluation of filters by set operations on postings.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::{Filter, ProgrammeLevel};
use super::work::Work;
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::store::Generation;
use crate::store::columns::NO_ORDINAL;
use crate::store::search::SearchQuery;

/// Up to this number of lookups is cheap enough to skip memoisation.
const CHEAP_LOOKUPS: usize = 8;

/// Records that a filter matches: those of a posting, or of a result that others share, without a copy.
enum Found<'g> {
    Posting(&'g RoaringBitmap),
    Shared(Arc<RoaringBitmap>),
    Owned(RoaringBitmap),
}

impl Deref for Found<'_> {
    type Target = RoaringBitmap;

    fn deref(&self) -> &RoaringBitmap {
        match self {
            Self::Posting(posting) => posting,
            Self::Shared(shared) => shared,
            Self::Owned(own) => own,
        }
    }
}

impl Found<'_> {
    fn none() -> Self {
        Self::Owned(RoaringBitmap::new())
    }

    fn into_owned(self) -> RoaringBitmap {
        match self {
            Self::Owned(own) => own,
            other => RoaringBitmap::clone(&other),
        }
    }
}

impl Filter {
    /// Returns the ordinals of the matching records. Expensive parts are evaluated once per
    /// request.
    ///
    /// # Errors
    /// The error of the store if the word index cannot be read, and [`Error::TimedOut`].
    pub(super) fn matches(
        &self,
        generation: &Generation,
        work: &Work,
        kind: Kind,
    ) -> Result<RoaringBitmap, Error> {
        Ok(self.found(generation, work, kind)?.into_owned())
    }

    /// Returns the matching records, without a copy of a posting or of a shared result.
    fn found<'g>(
        &self,
        generation: &'g Generation,
        work: &Work,
        kind: Kind,
    ) -> Result<Found<'g>, Error> {
        Ok(match self {
            Self::And(filters) => Found::Owned(all(filters, generation, work, kind)?),
            Self::Is(facet, terms) if !self.is_expensive() => {
                self.with_terms(*facet, terms, generation, work, kind)?
            }
            Self::Begins(facet, prefixes) if prefixes.len() == 1 => {
                work.check()?;
                let prefix = prefixes.first().map(String::as_str).unwrap_or_default();
                Found::Shared(generation.beginning(kind, *facet, prefix))
            }
            filter if filter.is_expensive() => {
                let evaluate = || filter.evaluate(generation, work, kind);
                Found::Shared(work.memoised(kind, filter, evaluate)?)
            }
            filter => Found::Owned(filter.evaluate(generation, work, kind)?),
        })
    }

    /// Returns true if the result is worth memoising: the filter scans all records or combines
    /// others.
    fn is_expensive(&self) -> bool {
        match self {
            Self::All | Self::MoneyFor(..) => false,
            Self::Is(Facet::Location, _) => true,
            Self::Is(_, terms) | Self::Key(terms) => terms.len() > CHEAP_LOOKUPS,
            _ => true,
        }
    }

    fn evaluate(
        &self,
        generation: &Generation,
        work: &Work,
        kind: Kind,
    ) -> Result<RoaringBitmap, Error> {
        work.check()?;
        Ok(match self {
            Self::All | Self::MoneyFor(..) => everything(generation, kind),
            Self::Is(facet, terms) => {
                self.with_terms(*facet, terms, generation, work, kind)?.into_owned()
            }
            Self::Begins(facet, prefixes) => {
                let mut found = RoaringBitmap::new();
                for prefix in prefixes {
                    work.step()?;
                    found |= &*generation.beginning(kind, *facet, prefix);
                }
                found
            }
            Self::Day(number, from, to) => {
                let prefix = format!("{number} ");
                let lies = |(term, posting)| {
                    let day: PartialDate = str::parse(str::strip_prefix(term, &prefix)?).ok()?;
                    let is_after = from.is_none_or(|from| from <= day.first_day());
                    let is_before = to.is_none_or(|to| day.last_day() <= to);
                    (is_after && is_before).then_some(posting)
                };
                union(work, generation.terms(kind, Facet::ActivityDay, &prefix).map(lies))?
            }
            Self::Key(keys) => {
                let mut found = RoaringBitmap::new();
                for key in keys {
                    work.step()?;
                    found.extend(generation.ordinal(kind, key));
                }
                found
            }
            Self::InForce(from, to) => generation.in_force(kind, *from, *to),
            Self::EndUnknown => generation.end_unknown(kind),
            Self::At(level) => at_level(generation, work, *level)?,
            Self::Text(text) => match SearchQuery::new(text) {
                Some(question) => {
                    let search = generation.search();
                    let found = search.matching(&question, kind, &work.deadline_check())?;
                    work.check()?;
                    found
                }
                None => RoaringBitmap::new(),
            },
            Self::OfProgramme(filter) => {
                let programmes = filter.matches(generation, work, Kind::Programme)?;
                of_programmes(generation, work, &programmes)?
            }
            Self::And(_) => self.matches(generation, work, kind)?,
            Self::Or(filters) => {
                let mut found = RoaringBitmap::new();
                for filter in filters {
                    found |= &*filter.found(generation, work, kind)?;
                }
                found
            }
            Self::Not(filter) => {
                everything(generation, kind) - &*filter.found(generation, work, kind)?
            }
        })
    }
}

impl Filter {
    /// Returns the records that have one of the terms in a facet. `self` is the filter of these terms.
    fn with_terms<'g>(
        &self,
        facet: Facet,
        terms: &[String],
        generation: &'g Generation,
        work: &Work,
        kind: Kind,
    ) -> Result<Found<'g>, Error> {
        work.check()?;
        let posting = |term: &String| generation.posting(kind, facet, term);
        Ok(match (facet, terms) {
            (Facet::Programme, _) if kind == Kind::Transaction => {
                let mut found = union(work, terms.iter().map(posting))?;
                // Transactions of a programme are contiguous, so no posting is stored for each
                // programme.
                for programme in terms {
                    work.step()?;
                    if let Some(ordinal) = generation.ordinal(Kind::Programme, programme) {
                        found.insert_range(generation.rows_at(ordinal));
                    }
                }
                Found::Owned(found)
            }
            (Facet::Location, _) => {
                let within = within(generation, terms.iter().map(String::as_str));
                let postings = postings(generation, kind, facet, Kind::Location, within);
                Found::Owned(union(work, postings)?)
            }
            // The host countries of the missions are those of a contribution to them.
            (Facet::Country, _) if kind == Kind::MissionContribution => {
                let hosted = self.matches(generation, work, Kind::Mission)?;
                let of = postings(generation, kind, Facet::Mission, Kind::Mission, hosted);
                Found::Owned(union(work, of)?)
            }
            (_, [term]) => posting(term).map_or_else(Found::none, Found::Posting),
            _ => Found::Owned(union(work, terms.iter().map(posting))?),
        })
    }
}

/// Returns the records that all filters match: the smallest result first, and negations taken away from it. Nothing is
/// evaluated after an empty result.
fn all(
    filters: &[Filter],
    generation: &Generation,
    work: &Work,
    kind: Kind,
) -> Result<RoaringBitmap, Error> {
    let mut found = Vec::new();
    // They match every record.
    let filters =
        filters.iter().filter(|filter| !matches!(filter, Filter::All | Filter::MoneyFor(..)));
    let (costly, cheap): (Vec<_>, Vec<_>) = filters.partition(|filter| filter.is_expensive());
    let (negated, asserted): (Vec<_>, Vec<_>) =
        cheap.into_iter().chain(costly).partition(|filter| matches!(filter, Filter::Not(_)));
    for filter in asserted {
        let one = filter.found(generation, work, kind)?;
        if one.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        found.push(one);
    }
    found.sort_by_key(|one| one.len());
    let mut found = found.into_iter();
    let mut left = match (found.next(), found.next()) {
        (Some(one), Some(other)) => &*one & &*other,
        (Some(one), None) => one.into_owned(),
        (None, _) => everything(generation, kind),
    };
    for one in found {
        left &= &*one;
    }
    for filter in negated {
        if let Filter::Not(inner) = filter {
            left -= &*inner.found(generation, work, kind)?;
        }
    }
    Ok(left)
}

/// Returns the transactions of programmes: the contiguous ones and those stored as records of their
/// own.
fn of_programmes(
    generation: &Generation,
    work: &Work,
    programmes: &RoaringBitmap,
) -> Result<RoaringBitmap, Error> {
    let loose = &generation.columns().transactions.loose;
    let mut found = work.places(loose, |of| programmes.contains(*of))?;
    for programme in programmes {
        work.step()?;
        found.insert_range(generation.rows_at(programme));
    }
    Ok(found)
}

/// Returns locations, by ordinal, with all that lie within them.
pub(super) fn within<'a>(
    generation: &Generation,
    places: impl Iterator<Item = &'a str>,
) -> BTreeSet<u32> {
    let mut inside = BTreeSet::new();
    let mut waiting: Vec<u32> =
        places.filter_map(|id| generation.ordinal(Kind::Location, id)).collect();
    while let Some(next) = waiting.pop() {
        if !inside.insert(next) {
            continue;
        }
        let key = generation.key(Kind::Location, next);
        let parts = key.and_then(|key| generation.posting(Kind::Location, Facet::Parent, &key));
        waiting.extend(parts.into_iter().flatten());
    }
    inside
}

fn everything(generation: &Generation, kind: Kind) -> RoaringBitmap {
    let mut all = RoaringBitmap::new();
    all.insert_range(0..generation.len(kind));
    all
}

/// Returns the postings of the records of another noun, by ordinal, in a facet that has their identifiers as terms.
fn postings(
    generation: &Generation,
    kind: Kind,
    facet: Facet,
    other: Kind,
    ordinals: impl IntoIterator<Item = u32>,
) -> impl Iterator<Item = Option<&RoaringBitmap>> {
    let keys = ordinals.into_iter().filter_map(move |at| generation.key(other, at));
    keys.map(move |key| generation.posting(kind, facet, &key))
}

fn union<'a>(
    work: &Work,
    postings: impl Iterator<Item = Option<&'a RoaringBitmap>>,
) -> Result<RoaringBitmap, Error> {
    let mut found = RoaringBitmap::new();
    for posting in postings {
        work.step()?;
        if let Some(posting) = posting {
            found |= posting;
        }
    }
    Ok(found)
}

/// Returns the programmes at a level of their hierarchy.
fn at_level(
    generation: &Generation,
    work: &Work,
    level: ProgrammeLevel,
) -> Result<RoaringBitmap, Error> {
    let parents = &generation.columns().heads.parent;
    match level {
        ProgrammeLevel::Programme => work.places(parents, |parent| *parent == NO_ORDINAL),
        ProgrammeLevel::Project => {
            let mut containing = RoaringBitmap::new();
            for parent in parents.iter().filter(|parent| **parent != NO_ORDINAL) {
                work.step()?;
                containing.insert(*parent);
            }
            Ok(everything(generation, Kind::Programme) - containing)
        }
    }
}
