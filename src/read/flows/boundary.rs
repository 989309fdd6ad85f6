//! Membership of a boundary: the ends of movements that lie inside, and the direction in which
//! money crosses.

use std::collections::BTreeSet;

use crate::model::country::CountryCode;
use crate::store::columns::NO_ORDINAL;

/// Agencies of one end, by ordinal: usually one, several if an FTS flow names several. An agency
/// that has no record is [`NO_ORDINAL`]: several of them are not known to be the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Agencies {
    /// No source names an agency.
    #[default]
    None,
    /// A single agency.
    One(u32),
    /// Several agencies.
    Several(Box<[u32]>),
}

impl Agencies {
    /// Returns all of them.
    pub(super) fn all(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(agency) => std::slice::from_ref(agency),
            Self::Several(agencies) => agencies,
        }
    }

    /// Returns the agencies that have a record.
    pub(super) fn identified(&self) -> impl Iterator<Item = u32> + Clone {
        self.all().iter().copied().filter(|agency| *agency != NO_ORDINAL)
    }
}

impl FromIterator<u32> for Agencies {
    fn from_iter<I: IntoIterator<Item = u32>>(agencies: I) -> Self {
        let agencies: Vec<u32> = agencies.into_iter().collect();
        match *agencies {
            [] => Self::None,
            [only] => Self::One(only),
            _ => Self::Several(agencies.into()),
        }
    }
}

/// One end of a movement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MovementSide {
    pub(super) agencies: Agencies,
    pub(super) countries: Vec<CountryCode>,
    pub(super) years: Vec<u16>,
}

/// Direction in which a movement crosses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Incoming,
    Internal,
    Outgoing,
}

impl Way {
    /// Returns the direction from one end to the other; `None` if both lie outside.
    pub(super) fn between(source_is_inside: bool, destination_is_inside: bool) -> Option<Self> {
        match (source_is_inside, destination_is_inside) {
            (false, true) => Some(Self::Incoming),
            (true, true) => Some(Self::Internal),
            (true, false) => Some(Self::Outgoing),
            (false, false) => None,
        }
    }
}

/// A boundary with resolved agencies. An end lies inside if it matches every kind of condition that
/// is given.
#[derive(Clone, Debug, Default)]
pub(super) struct BoundaryLine {
    /// Agencies inside, by ordinal; `None` means any.
    pub(super) agencies: Option<BTreeSet<u32>>,
    /// Countries inside; empty means any.
    pub(super) countries: Vec<CountryCode>,
    /// Years inside; empty means any.
    pub(super) years: Vec<u16>,
}

impl BoundaryLine {
    /// Returns true if an end lies inside.
    pub(super) fn holds(&self, side: &MovementSide) -> bool {
        fn meets<T: PartialEq>(selected: &[T], there: &[T]) -> bool {
            selected.is_empty() || there.iter().any(|one| selected.contains(one))
        }
        let is_ours = |agencies: &BTreeSet<u32>| {
            side.agencies.all().iter().any(|agency| agencies.contains(agency))
        };
        self.agencies.as_ref().is_none_or(is_ours)
            && meets(&self.countries, &side.countries)
            && meets(&self.years, &side.years)
    }

    /// Returns true if an end inside is shared with others outside.
    pub(super) fn shares(&self, side: &MovementSide) -> bool {
        fn others<T: PartialEq>(selected: &[T], there: &[T]) -> bool {
            !selected.is_empty() && there.iter().any(|one| !selected.contains(one))
        }
        let is_stranger = |agencies: &BTreeSet<u32>| {
            side.agencies.all().iter().any(|agency| !agencies.contains(agency))
        };
        others(&self.countries, &side.countries)
            || others(&self.years, &side.years)
            || self.agencies.as_ref().is_some_and(is_stranger)
    }

    /// Returns the direction from one end to the other.
    pub(super) fn way(&self, source: &MovementSide, destination: &MovementSide) -> Option<Way> {
        Way::between(self.holds(source), self.holds(destination))
    }
}
