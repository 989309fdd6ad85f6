//! Filters over facets, their restrictions and their cost.

use std::collections::BTreeSet;

use time::Date;

use crate::model::code::Code as _;
use crate::model::facet::Facet;
use crate::model::programme::Role;

crate::model::code::codes! {
    /// Certainty required for a record to count as in force on a day or in a year.
    pub enum InForce {
        /// Known to be in force: begun and not ended. A record without a known end counts only
        /// while it is `ACTIVE`. `PLANNED`, `SUSPENDED` and `CANCELLED` records never count.
        Known = "KNOWN",
        /// Known or possibly in force. Adds suspended and cancelled records, records without a
        /// known end that are not `ACTIVE`, and `ACTIVE` records whose end has passed. `PLANNED`
        /// records never count.
        Possibly = "POSSIBLY",
    }
}

crate::model::code::codes! {
    /// The level of the hierarchy of programmes at which a list counts its money.
    pub enum ProgrammeLevel {
        /// Programmes that no other programme contains.
        Programme = "PROGRAMME",
        /// Programmes that contain no other: projects, and programmes without any.
        Project = "PROJECT",
    }
}

/// A condition on the records of one noun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// Matches every record.
    #[default]
    All,
    /// Matches records with at least one of these terms of a facet; an empty list matches none. A
    /// location includes the locations within it.
    Is(Facet, Vec<String>),
    /// Matches records with a term of a facet that begins with one of these prefixes.
    Begins(Facet, Vec<String>),
    /// Matches records by a planned or actual start or end, given by its IATI `ActivityDateType`.
    /// Both days are inclusive. A date given as a month or year must lie within the range as a
    /// whole. An unknown date never matches.
    Day(u8, Option<Date>, Option<Date>),
    /// Matches records with one of these identifiers.
    Key(Vec<String>),
    /// Matches records whose period touches these days, both inclusive. A record without a known
    /// start never matches; one without a known end is taken as not ended.
    InForce(Date, Date),
    /// Matches records whose end is unknown.
    EndUnknown,
    /// Matches programmes at a level of their hierarchy.
    At(ProgrammeLevel),
    /// Matches records whose names and descriptions contain the words of this text, as in a search.
    Text(String),
    /// Matches transactions of programmes that match the inner filter.
    OfProgramme(Box<Filter>),
    /// Matches every record, and restricts its money to what is for these terms of a facet.
    MoneyFor(Facet, Vec<String>),
    /// Matches records that match all of these.
    And(Vec<Filter>),
    /// Matches records that match at least one of these.
    Or(Vec<Filter>),
    /// Matches records that do not match the inner filter.
    Not(Box<Filter>),
}

impl Filter {
    /// Matches records with this term of a facet.
    pub fn is(facet: Facet, term: impl Into<String>) -> Self {
        Self::Is(facet, vec![term.into()])
    }

    /// Combines two filters: both must match.
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

    /// Combines two filters: at least one must match.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::Or(vec![self, other])
    }

    /// Matches records in force on these days, both inclusive, with the given certainty.
    pub fn in_force(from: Date, to: Date, certainty: InForce) -> Self {
        let status = |words: &[&str]| {
            Self::Is(Facet::Status, words.iter().map(|word| (*word).to_owned()).collect())
        };
        let not = |filter: Self| Self::Not(Box::new(filter));
        let touches = Self::InForce(from, to);
        match certainty {
            InForce::Known => touches
                .and(not(status(&["PLANNED", "SUSPENDED", "CANCELLED"])))
                .and(not(Self::EndUnknown.and(not(status(&["ACTIVE"]))))),
            InForce::Possibly => {
                let begun = Self::InForce(Date::MIN, to);
                let overdue = status(&["ACTIVE"]).and(begun);
                Self::Or(vec![touches, overdue]).and(not(status(&["PLANNED"])))
            }
        }
    }

    /// Applies a programme filter to the records that belong to the programmes. [`Filter::All`]
    /// stays as it is.
    #[must_use]
    pub fn of_programme(self) -> Self {
        if self == Self::All { Self::All } else { Self::OfProgramme(Box::new(self)) }
    }

    /// Binds conditions on a role or a channel to one agency, where they name no agency. A list
    /// under an agency thus combines its filter with that agency in a single participation.
    #[must_use]
    pub fn about_agency(self, agency: &str) -> Self {
        let each =
            |filters: Vec<Self>| filters.into_iter().map(|f| f.about_agency(agency)).collect();
        match self {
            Self::Begins(facet @ (Facet::AgencyRole | Facet::Participation), prefixes) => {
                Self::Is(facet, prefixes.iter().map(|prefix| format!("{prefix}{agency}")).collect())
            }
            Self::Is(Facet::Channel, channels) => participation(&[], &channels, &[agency]),
            Self::OfProgramme(filter) => Self::OfProgramme(Box::new(filter.about_agency(agency))),
            Self::And(filters) => Self::And(each(filters)),
            Self::Or(filters) => Self::Or(each(filters)),
            Self::Not(filter) => Self::Not(Box::new(filter.about_agency(agency))),
            other => other,
        }
    }

    /// Returns the terms of a facet that every matching record must share. Conditions joined by
    /// `and` are intersected. Alternatives are united if each of them names terms. `None` if the
    /// filter does not restrict the facet.
    pub fn narrowed_to(&self, facet: Facet) -> Option<BTreeSet<&str>> {
        self.narrowed(&|filter| match filter {
            Self::Is(of, terms) if *of == facet => Some(terms.iter().map(String::as_str).collect()),
            _ => None,
        })
    }

    /// Returns the agencies whose reports the list is restricted to, as in [`Filter::narrowed_to`].
    pub(super) fn reporters(&self) -> Option<BTreeSet<&str>> {
        self.narrowed(&|filter| match filter {
            Self::Is(Facet::AgencyRole, terms) => {
                terms.iter().map(|term| term.strip_prefix("REPORTING ")).collect()
            }
            Self::OfProgramme(filter) => filter.reporters(),
            _ => None,
        })
    }

    fn narrowed<'a>(
        &'a self,
        leaf: &dyn Fn(&'a Self) -> Option<BTreeSet<&'a str>>,
    ) -> Option<BTreeSet<&'a str>> {
        match self {
            Self::And(filters) => {
                let restrictions = filters.iter().filter_map(|filter| filter.narrowed(leaf));
                restrictions.reduce(|all, next| all.intersection(&next).copied().collect())
            }
            Self::Or(filters) => {
                let restrictions = filters.iter().map(|filter| filter.narrowed(leaf));
                restrictions
                    .collect::<Option<Vec<_>>>()
                    .map(|all| all.into_iter().flatten().collect())
            }
            filter => leaf(filter),
        }
    }

    /// Returns true if the list is restricted to one record, or to what belongs to one programme.
    pub(super) fn is_about_one(&self) -> bool {
        match self {
            Self::Key(keys) => keys.len() == 1,
            Self::Is(Facet::Programme, terms) => terms.len() == 1,
            Self::And(filters) => filters.iter().any(Self::is_about_one),
            _ => false,
        }
    }

    /// Number of conditions in the filter.
    pub fn size(&self) -> usize {
        match self {
            Self::Is(_, terms) | Self::Begins(_, terms) | Self::Key(terms) => terms.len().max(1),
            Self::And(filters) | Self::Or(filters) => {
                1 + filters.iter().map(Self::size).sum::<usize>()
            }
            Self::Not(filter) | Self::OfProgramme(filter) => 1 + filter.size(),
            Self::All
            | Self::MoneyFor(..)
            | Self::Day(..)
            | Self::InForce(..)
            | Self::EndUnknown
            | Self::At(_)
            | Self::Text(_) => 1,
        }
    }

    /// Cost in response fields: one per term and per combination, more for a scan of all records
    /// and for a text search.
    pub fn price(&self) -> usize {
        let all = |filters: &[Self]| filters.iter().map(Self::price).fold(1, usize::saturating_add);
        match self {
            Self::All | Self::MoneyFor(..) => 0,
            Self::Is(_, terms) | Self::Key(terms) => terms.len().max(1),
            Self::Begins(_, terms) => SCAN_PRICE.saturating_mul(terms.len().max(1)),
            Self::And(filters) | Self::Or(filters) => all(filters),
            Self::Not(filter) => 1 + filter.price(),
            Self::OfProgramme(filter) => SCAN_PRICE + filter.price(),
            Self::Day(..) | Self::InForce(..) | Self::EndUnknown | Self::At(_) => SCAN_PRICE,
            Self::Text(_) => TEXT_PRICE,
        }
    }

    /// Number of text searches in the filter.
    pub fn texts(&self) -> usize {
        match self {
            Self::And(filters) | Self::Or(filters) => filters.iter().map(Self::texts).sum(),
            Self::Not(filter) | Self::OfProgramme(filter) => filter.texts(),
            Self::Text(_) => 1,
            _ => 0,
        }
    }
}

/// Cost of a scan of all records, and of a text search, in response fields.
const SCAN_PRICE: usize = 5;
const TEXT_PRICE: usize = 50;

/// Matches programmes in which one agency has one of these roles through one of these channels. An
/// empty list of roles, channels or agencies means any.
pub fn participation<A: AsRef<str>>(roles: &[Role], channels: &[String], agencies: &[A]) -> Filter {
    let roles = if roles.is_empty() { Role::VALUES } else { roles };
    let prefixes = roles
        .iter()
        .flat_map(|role| channels.iter().map(move |channel| format!("{role} {channel} ")));
    if agencies.is_empty() {
        return Filter::Begins(Facet::Participation, prefixes.collect());
    }
    let terms =
        prefixes.flat_map(|prefix| agencies.iter().map(move |a| format!("{prefix}{}", a.as_ref())));
    Filter::Is(Facet::Participation, terms.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn countries(codes: &[&str]) -> Filter {
        Filter::Is(Facet::Country, codes.iter().map(|code| (*code).to_owned()).collect())
    }

    #[test]
    fn and_intersects_and_or_unites_conditions() {
        let narrowed = |filter: &Filter| {
            let terms = filter.narrowed_to(Facet::Country)?;
            Some(terms.into_iter().collect::<Vec<_>>().join(" "))
        };
        let both = countries(&["PT"]).and(Filter::And(vec![countries(&["ES", "PT"])]));
        assert_eq!(narrowed(&both).as_deref(), Some("PT"));
        let either = Filter::Or(vec![countries(&["PT"]), countries(&["ES"])]);
        assert_eq!(narrowed(&either).as_deref(), Some("ES PT"));
        let open = Filter::Or(vec![countries(&["PT"]), Filter::is(Facet::Year, "2020")]);
        assert_eq!(narrowed(&open), None);
        assert_eq!(narrowed(&Filter::Not(Box::new(countries(&["PT"])))), None);
    }
}
