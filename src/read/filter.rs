//! What is asked for: a question over facets, answered by set operations on postings.

use roaring::RoaringBitmap;
use time::Date;

use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::model::text::words;
use crate::store::Generation;

/// A question that each record of a noun answers with yes or no.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Every record.
    #[default]
    All,
    /// Records with one of these terms of a facet; an empty list means none.
    Is(Facet, Vec<String>),
    /// Records with a term of a facet that begins with one of these.
    Begins(Facet, Vec<String>),
    /// Records with one of these identifiers.
    Key(Vec<String>),
    /// Records whose time holds this day; those without a known start never do.
    InForceOn(Date),
    /// Records that have every word of this text in their names; a word may be the beginning of one.
    Text(String),
    /// All of these.
    And(Vec<Filter>),
    /// At least one of these.
    Or(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
}

impl Filter {
    /// Records with this term of a facet.
    pub fn is(facet: Facet, term: impl Into<String>) -> Self {
        Self::Is(facet, vec![term.into()])
    }

    /// Both this and the other.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, other) => other,
            (this, Self::All) => this,
            (Self::And(mut all), other) => {
                all.push(other);
                Self::And(all)
            }
            (this, other) => Self::And(vec![this, other]),
        }
    }

    /// The ordinals of the noun that answer yes.
    pub(super) fn matches(&self, generation: &Generation, kind: Kind) -> RoaringBitmap {
        match self {
            Self::All => everything(generation, kind),
            Self::Is(facet, terms) => {
                union(terms.iter().filter_map(|term| generation.posting(kind, *facet, term)))
            }
            Self::Begins(facet, prefixes) => {
                let terms =
                    prefixes.iter().flat_map(|prefix| generation.terms(kind, *facet, prefix));
                union(terms.map(|(_, posting)| posting))
            }
            Self::Key(keys) => {
                keys.iter().filter_map(|key| generation.ordinal(kind, key)).collect()
            }
            Self::InForceOn(day) => in_force(generation, kind, *day),
            Self::Text(text) => with_words(generation, kind, text),
            Self::And(filters) => {
                let mut found = everything(generation, kind);
                for filter in filters {
                    found &= filter.matches(generation, kind);
                }
                found
            }
            Self::Or(filters) => filters.iter().fold(RoaringBitmap::new(), |found, filter| {
                found | filter.matches(generation, kind)
            }),
            Self::Not(filter) => everything(generation, kind) - filter.matches(generation, kind),
        }
    }
}

fn everything(generation: &Generation, kind: Kind) -> RoaringBitmap {
    (0..generation.len(kind)).collect()
}

fn union<'a>(postings: impl Iterator<Item = &'a RoaringBitmap>) -> RoaringBitmap {
    postings.fold(RoaringBitmap::new(), |found, posting| found | posting)
}

fn in_force(generation: &Generation, kind: Kind, day: Date) -> RoaringBitmap {
    let day = day.to_julian_day();
    let days = generation.days(kind);
    let holds = |(start, end): (&Option<i32>, &Option<i32>)| {
        start.is_some_and(|start| start <= day) && end.is_none_or(|end| day <= end)
    };
    (0..)
        .zip(days.start.iter().zip(&days.end))
        .filter(|(_, span)| holds(*span))
        .map(|(n, _)| n)
        .collect()
}

fn with_words(generation: &Generation, kind: Kind, text: &str) -> RoaringBitmap {
    let words = words(text);
    let mut words =
        words.iter().map(|word| union(generation.terms(kind, Facet::Word, word).map(|(_, p)| p)));
    let first = words.next().unwrap_or_default();
    words.fold(first, |found, posting| found & posting)
}
