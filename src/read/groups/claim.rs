//! Claims: whether the money of a programme is that of the agencies, the ways or the places on the ground that a list is
//! narrowed to.
//!
//! It is theirs where they are alone: in the role, as the way of who carries the programme out, as the place that it works in.
//! Of agencies in a role it is also as much of theirs as their participations state. Everything else nobody divides.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::money::{Currency, Qualifier};
use crate::model::noun::Kind;
use crate::model::programme::{Channel, Role};
use crate::model::share::WHOLE;
use crate::read::filter::within;
use crate::store::Generation;
use crate::store::columns::{Columns, Part, Spot, UNDIVIDED};

/// The roles that money passes through; who answers for a programme or is its partner need not see any of it.
const MONEY: [Role; 3] = [Role::Funding, Role::Extending, Role::Implementing];

/// How much of a programme's money is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// All of it.
    Whole,
    /// As much as their participations state.
    Stated(Stated),
    /// Nobody knows.
    Unknown,
}

/// What participations in one role state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) currency: Currency,
    /// What those that are asked for state.
    pub(super) ours: Decimal,
    /// What all state that state anything in this currency.
    pub(super) all: Decimal,
}

impl Share {
    /// What fulfils both. Of two parts nobody knows how far they are the same money.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole, share) | (share, Self::Whole) => share,
            _ => Self::Unknown,
        }
    }
}

/// Participations that are asked for: any agency or one, any way or one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    agency: Option<u32>,
    channel: Option<u8>,
}

impl Wanted {
    fn is(self, part: &Part) -> bool {
        self.agency.is_none_or(|agency| agency == part.agency)
            && self.channel.is_none_or(|channel| channel == part.channel)
    }
}

/// A claim on the money of a programme.
#[derive(Debug)]
pub(super) enum Claim {
    /// Of participations, by the place of their role among the values.
    Parts(BTreeMap<u8, Vec<Wanted>>),
    /// Of ways, by their place among the values plus 1.
    Channels(BTreeSet<u8>),
    /// Of places on the ground, by ordinal, with all that lie in them; and of the countries that they lie in.
    Sites(BTreeSet<u32>, BTreeSet<String>),
}

/// The place of a word among those of its list.
pub(super) fn place<T: Code>(value: T) -> u8 {
    let place = T::VALUES.iter().position(|other| *other == value);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

fn channel(word: &str) -> Option<u8> {
    Channel::parse(word).ok().map(|channel| place(channel).saturating_add(1))
}

impl Claim {
    /// The claim of these terms of a facet.
    pub(super) fn new(facet: Facet, terms: &BTreeSet<&str>, generation: &Generation) -> Self {
        match facet {
            Facet::Channel => {
                Self::Channels(terms.iter().filter_map(|word| channel(word)).collect())
            }
            Facet::Location => Self::sites(terms, generation),
            _ => Self::parts(facet, terms, generation),
        }
    }

    fn parts(facet: Facet, terms: &BTreeSet<&str>, generation: &Generation) -> Self {
        let mut wanted: BTreeMap<u8, Vec<Wanted>> = BTreeMap::new();
        let agency = |id: &str| generation.ordinal(Kind::Agency, id);
        let mut add = |role: Role, one: Wanted| wanted.entry(place(role)).or_default().push(one);
        for term in terms {
            match facet {
                Facet::AgencyRole => {
                    let Some((role, id)) = term.split_once(' ') else { continue };
                    let (Ok(role), Some(id)) = (Role::parse(role), agency(id)) else { continue };
                    add(role, Wanted { agency: Some(id), channel: None });
                }
                Facet::Participation => {
                    let mut words = term.splitn(3, ' ');
                    let role = words.next().and_then(|word| Role::parse(word).ok());
                    let way = words.next().and_then(channel);
                    let id = words.next().unwrap_or_default();
                    let (Some(role), Some(way)) = (role, way) else { continue };
                    let id = if id.is_empty() { Some(None) } else { agency(id).map(Some) };
                    let Some(id) = id else { continue };
                    add(role, Wanted { agency: id, channel: Some(way) });
                }
                _ => {
                    let Some(id) = agency(term) else { continue };
                    for role in MONEY {
                        add(role, Wanted { agency: Some(id), channel: None });
                    }
                }
            }
        }
        // Any role means any that money passes through.
        if wanted.len() == Role::VALUES.len() {
            let money = MONEY.map(place);
            wanted.retain(|role, _| money.contains(role));
        }
        Self::Parts(wanted)
    }

    fn sites(terms: &BTreeSet<&str>, generation: &Generation) -> Self {
        let inside = within(generation, terms.iter().copied());
        let mut countries = BTreeSet::new();
        for (country, there) in generation.terms(Kind::Location, Facet::Country, "") {
            if inside.iter().any(|site| there.contains(*site)) {
                countries.insert(country.to_owned());
            }
        }
        Self::Sites(inside, countries)
    }

    /// Whether a participation is one that is asked for; `None` when the claim is about others.
    pub(super) fn is_ours(&self, part: &Part) -> Option<bool> {
        match self {
            Self::Parts(wanted) => {
                wanted.get(&part.role).map(|wanted| wanted.iter().any(|one| one.is(part)))
            }
            Self::Channels(channels) => Some(channels.contains(&part.channel)),
            Self::Sites(..) => None,
        }
    }

    /// How much of a programme's money is theirs.
    pub(super) fn share(&self, programme: u32, columns: &Columns) -> Share {
        match self {
            Self::Parts(wanted) => of_parts(wanted, programme, columns),
            Self::Channels(channels) => of_channels(channels, programme, columns),
            Self::Sites(sites, countries) => of_sites(sites, countries, programme, columns),
        }
    }
}

/// How much of a programme's money is that of all claims together.
pub(super) fn share(claims: &[Claim], programme: u32, columns: &Columns) -> Share {
    let shares = claims.iter().map(|claim| claim.share(programme, columns));
    shares.fold(Share::Whole, Share::and)
}

/// Of participations: they must be alone in each of the roles asked for that they play, or play one of them and state what is
/// theirs.
fn of_parts(wanted: &BTreeMap<u8, Vec<Wanted>>, programme: u32, columns: &Columns) -> Share {
    let parts = columns.parts.of(programme);
    let mut shares = wanted.iter().filter_map(|(role, wanted)| {
        let of_role: Vec<&Part> = parts.iter().filter(|part| part.role == *role).collect();
        let is_ours = |part: &Part| wanted.iter().any(|one| one.is(part));
        of_role.iter().any(|part| is_ours(part)).then(|| alone(&of_role, is_ours, columns))
    });
    let first = shares.next().unwrap_or(Share::Unknown);
    shares.fold(first, Share::and)
}

/// Of ways: those of who carries the programme out, else of all whom its money passes through.
fn of_channels(channels: &BTreeSet<u8>, programme: u32, columns: &Columns) -> Share {
    let parts = columns.parts.of(programme);
    let of = |roles: &[Role]| -> Vec<&Part> {
        let roles: Vec<u8> = roles.iter().map(|role| place(*role)).collect();
        parts.iter().filter(|part| roles.contains(&part.role)).collect()
    };
    let mut those = of(&[Role::Implementing]);
    if those.is_empty() {
        those = of(&MONEY);
    }
    let is_ours = |part: &Part| channels.contains(&part.channel);
    if those.iter().any(|part| is_ours(part)) {
        alone(&those, is_ours, columns)
    } else {
        Share::Unknown
    }
}

/// The share of some participations among others.
fn alone(all: &[&Part], is_ours: impl Fn(&Part) -> bool, columns: &Columns) -> Share {
    if all.iter().all(|part| is_ours(part)) {
        return Share::Whole;
    }
    let exact = |part: &&&Part| {
        let money = columns.stated(part)?;
        let is_exact = money.qualifier() == Some(Qualifier::Exact);
        money.currency().zip(money.value()).filter(|_| is_exact)
    };
    let ours: Option<Vec<(Currency, Decimal)>> =
        all.iter().filter(|part| is_ours(part)).map(|part| exact(&part)).collect();
    let Some(ours) = ours else { return Share::Unknown };
    let Some((currency, _)) = ours.first().copied() else { return Share::Unknown };
    if ours.iter().any(|(other, _)| *other != currency) {
        return Share::Unknown;
    }
    let sum = |amounts: &mut dyn Iterator<Item = (Currency, Decimal)>| {
        amounts
            .filter(|(other, _)| *other == currency)
            .try_fold(Decimal::ZERO, |sum, (_, value)| sum.checked_add(value))
    };
    let stated =
        sum(&mut ours.iter().copied()).zip(sum(&mut all.iter().filter_map(|part| exact(&part))));
    stated.map_or(Share::Unknown, |(ours, all)| Share::Stated(Stated { currency, ours, all }))
}

/// Of places on the ground: all that the programme works in must be among them, and no country that it is for elsewhere.
fn of_sites(
    sites: &BTreeSet<u32>,
    countries: &BTreeSet<String>,
    programme: u32,
    columns: &Columns,
) -> Share {
    let own = columns.sites.of(programme);
    if own.is_empty() || own.iter().any(|site| !sites.contains(site)) {
        return Share::Unknown;
    }
    let set = columns.heads.places.get(programme as usize).copied().unwrap_or(0);
    let is_there = |(code, share): &(u32, u32)| match columns.places.get(*code as usize) {
        Some(Some(Spot::Country(country))) => countries.contains(country.as_str()),
        Some(Some(Spot::Region(..))) => true,
        // Nobody is named at all, or the rest is for somebody else.
        _ => *code != UNDIVIDED && *share == WHOLE,
    };
    if columns.place_shares.of(set).iter().all(is_there) { Share::Whole } else { Share::Unknown }
}
