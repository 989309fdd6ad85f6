//! Claims: the part of a programme's money that belongs to the agencies, channels or locations that
//! a list is filtered by.
//!
//! They have all of it if they are alone: in the role, as the channel of the implementing agencies,
//! or as the location of the work. Agencies in a role also have what their participations state.
//! Everything else is undivided.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::money::{Currency, Qualifier};
use crate::model::noun::Kind;
use crate::model::programme::{Channel, Role};
use crate::model::share::WHOLE;
use crate::read::evaluation::within;
use crate::store::Generation;
use crate::store::columns::{Columns, ParticipationEntry, Spot, UNDIVIDED};

/// Roles through which money passes. An accountable agency or a partner need not receive any of it.
const MONEY: [Role; 3] = [Role::Funding, Role::Extending, Role::Implementing];

/// Part of a programme's money that a claim covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// All of it.
    Whole,
    /// The amount that participations state.
    Stated(Stated),
    /// Unknown: no source divides it.
    Unknown,
}

/// Amounts that participations in one role state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) currency: Currency,
    /// Sum stated by the selected participations.
    pub(super) ours: Decimal,
    /// Sum stated by all participations in this currency.
    pub(super) all: Decimal,
}

impl Share {
    /// Combines two claims. If both are partial, their overlap is unknown.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole, share) | (share, Self::Whole) => share,
            _ => Self::Unknown,
        }
    }
}

/// A selection of participations; `None` means any agency or any channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    agency: Option<u32>,
    channel: Option<u8>,
}

impl Wanted {
    fn is(self, part: &ParticipationEntry) -> bool {
        self.agency.is_none_or(|agency| agency == part.agency)
            && self.channel.is_none_or(|channel| channel == part.channel)
    }
}

/// A claim on the money of a programme.
#[derive(Debug)]
pub(super) enum Claim {
    /// Participations, by the index of their role among [`Role::VALUES`].
    Parts(BTreeMap<u8, Vec<Wanted>>),
    /// Channels, by their index among [`Channel::VALUES`] plus 1.
    Channels(BTreeSet<u8>),
    /// Locations by ordinal, with all that lie in them, and the countries in which they lie.
    Sites(BTreeSet<u32>, BTreeSet<String>),
}

/// Returns the index of a value in its code list.
pub(super) fn place<T: Code>(value: T) -> u8 {
    let place = T::VALUES.iter().position(|other| *other == value);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

fn channel(word: &str) -> Option<u8> {
    Channel::parse(word).ok().map(|channel| place(channel).saturating_add(1))
}

impl Claim {
    /// Creates the claim of these terms of a facet.
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
        // Any role means any role through which money passes.
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

    /// Returns true if the claim selects a participation; `None` if the claim does not concern its
    /// role.
    pub(super) fn is_ours(&self, part: &ParticipationEntry) -> Option<bool> {
        match self {
            Self::Parts(wanted) => {
                wanted.get(&part.role).map(|wanted| wanted.iter().any(|one| one.is(part)))
            }
            Self::Channels(channels) => Some(channels.contains(&part.channel)),
            Self::Sites(..) => None,
        }
    }

    /// Returns the part of a programme's money that the claim covers.
    pub(super) fn share(&self, programme: u32, columns: &Columns) -> Share {
        match self {
            Self::Parts(wanted) => of_parts(wanted, programme, columns),
            Self::Channels(channels) => of_channels(channels, programme, columns),
            Self::Sites(sites, countries) => of_sites(sites, countries, programme, columns),
        }
    }
}

/// Returns the part of a programme's money that all claims cover together.
pub(super) fn share(claims: &[Claim], programme: u32, columns: &Columns) -> Share {
    let shares = claims.iter().map(|claim| claim.share(programme, columns));
    shares.fold(Share::Whole, Share::and)
}

/// Evaluates a claim of participations. In each selected role that they play, they must be alone or
/// state their part.
fn of_parts(wanted: &BTreeMap<u8, Vec<Wanted>>, programme: u32, columns: &Columns) -> Share {
    let parts = columns.parts.of(programme);
    let mut shares = wanted.iter().filter_map(|(role, wanted)| {
        let of_role: Vec<&ParticipationEntry> =
            parts.iter().filter(|part| part.role == *role).collect();
        let is_ours = |part: &ParticipationEntry| wanted.iter().any(|one| one.is(part));
        of_role.iter().any(|part| is_ours(part)).then(|| alone(&of_role, is_ours, columns))
    });
    let first = shares.next().unwrap_or(Share::Unknown);
    shares.fold(first, Share::and)
}

/// Evaluates a claim of channels: those of the implementing agencies, otherwise of all agencies
/// through which the money passes.
fn of_channels(channels: &BTreeSet<u8>, programme: u32, columns: &Columns) -> Share {
    let parts = columns.parts.of(programme);
    let of = |roles: &[Role]| -> Vec<&ParticipationEntry> {
        let roles: Vec<u8> = roles.iter().map(|role| place(*role)).collect();
        parts.iter().filter(|part| roles.contains(&part.role)).collect()
    };
    let mut those = of(&[Role::Implementing]);
    if those.is_empty() {
        those = of(&MONEY);
    }
    let is_ours = |part: &ParticipationEntry| channels.contains(&part.channel);
    if those.iter().any(|part| is_ours(part)) {
        alone(&those, is_ours, columns)
    } else {
        Share::Unknown
    }
}

/// Returns the part of the selected participations among all.
fn alone(
    all: &[&ParticipationEntry],
    is_ours: impl Fn(&ParticipationEntry) -> bool,
    columns: &Columns,
) -> Share {
    if all.iter().all(|part| is_ours(part)) {
        return Share::Whole;
    }
    let exact = |part: &&&ParticipationEntry| {
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

/// Evaluates a claim of locations. They must include every location of the programme, and it must
/// be for no other country.
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
        // Either nothing is named at all, or the rest is for others.
        _ => *code != UNDIVIDED && *share == WHOLE,
    };
    if columns.place_shares.of(set).iter().all(is_there) { Share::Whole } else { Share::Unknown }
}
