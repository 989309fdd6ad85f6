//! Evaluation of filters by set operations on postings.

use std::collections::BTreeSet;
use std::sync::Arc;

use roaring::RoaringBitmap;
use time::Date;

use super::error::Error;
use super::filter::Filter;
use super::work::Work;
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::store::Generation;
use crate::store::search::SearchQuery;

/// Up to this number of lookups is cheap enough to skip memoisation.
const CHEAP_LOOKUPS: usize = 8;

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
        Ok(match self {
            Self::And(filters) => {
                let mut all: Option<RoaringBitmap> = None;
                for filter in filters {
                    all = Some(match (all, filter.is_expensive()) {
                        (None, _) => filter.matches(generation, work, kind)?,
                        (Some(found), false) => found & filter.matches(generation, work, kind)?,
                        (Some(found), true) => found & &*filter.memoised(generation, work, kind)?,
                    });
                }
                all.unwrap_or_else(|| everything(generation, kind))
            }
            filter if filter.is_expensive() => {
                RoaringBitmap::clone(&*filter.memoised(generation, work, kind)?)
            }
            filter => filter.evaluate(generation, work, kind)?,
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

    fn memoised(
        &self,
        generation: &Generation,
        work: &Work,
        kind: Kind,
    ) -> Result<Arc<RoaringBitmap>, Error> {
        work.memoised(kind, self, || match self {
            Self::And(_) => self.matches(generation, work, kind),
            filter => filter.evaluate(generation, work, kind),
        })
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
            // Transactions of a programme are contiguous, so no posting is stored for each
            // programme.
            Self::Is(Facet::Programme, programmes) if kind == Kind::Transaction => {
                let posted =
                    programmes.iter().map(|p| generation.posting(kind, Facet::Programme, p));
                let mut found = union(work, posted)?;
                for programme in programmes {
                    work.step()?;
                    if let Some(ordinal) = generation.ordinal(Kind::Programme, programme) {
                        found.insert_range(generation.rows_at(ordinal));
                    }
                }
                found
            }
            Self::Is(Facet::Location, places) => {
                let within = within(generation, places.iter().map(String::as_str));
                let postings = postings(generation, kind, Facet::Location, Kind::Location, within);
                union(work, postings)?
            }
            // The host countries of the missions are those of a contribution to them.
            Self::Is(Facet::Country, _) if kind == Kind::MissionContribution => {
                let hosted = self.matches(generation, work, Kind::Mission)?;
                union(work, postings(generation, kind, Facet::Mission, Kind::Mission, hosted))?
            }
            Self::Is(facet, terms) => {
                union(work, terms.iter().map(|term| generation.posting(kind, *facet, term)))?
            }
            Self::Begins(facet, prefixes) => {
                let terms =
                    prefixes.iter().flat_map(|prefix| generation.terms(kind, *facet, prefix));
                union(work, terms.map(|(_, posting)| Some(posting)))?
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
            Self::InForce(from, to) => in_force(generation, work, kind, *from, *to)?,
            Self::EndUnknown => work.places(&generation.days(kind).end, Option::is_none)?,
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
                    found |= filter.matches(generation, work, kind)?;
                }
                found
            }
            Self::Not(filter) => {
                everything(generation, kind) - filter.matches(generation, work, kind)?
            }
        })
    }
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

fn in_force(
    generation: &Generation,
    work: &Work,
    kind: Kind,
    from: Date,
    to: Date,
) -> Result<RoaringBitmap, Error> {
    let (from, to) = (from.to_julian_day(), to.to_julian_day());
    let days = generation.days(kind);
    let begun = work.places(&days.start, |start| start.is_some_and(|start| start <= to))?;
    let lasts = work.places(&days.end, |end| end.is_none_or(|end| from <= end))?;
    Ok(begun & lasts)
}
