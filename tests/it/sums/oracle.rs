//! Oracle: computes the same sums naively, one programme at a time, in decimals.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::world::{
    AGENCIES, CHANNELS, COUNTRIES, COUNTRY_OF, Contribution, LOCATIONS, Part, Programme, ROLES,
    RandomSeed, SECTORS, Split, programme_id,
};

/// Roles that money passes through.
const MONEY: [usize; 3] = [0, 2, 3];
const IMPLEMENTING: usize = 3;

/// A filter of programmes.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    Agency(Vec<usize>),
    Role(Vec<usize>, Vec<usize>),
    /// Agencies, roles and channels; without agencies and roles, any of them.
    Channel(Vec<usize>, Vec<usize>, Vec<usize>),
    RoleOnly(Vec<usize>),
    Location(Vec<usize>),
    Country(Vec<usize>),
    Sector(Vec<usize>),
    Identifier(Vec<usize>),
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
}

fn some(of: usize) -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..of).collect::<Vec<_>>(), 1..=2.min(of))
}

/// Random filters.
pub(crate) fn any_filter() -> impl Strategy<Value = Filter> {
    let leaf = prop_oneof![
        3 => some(4).prop_map(Filter::Agency),
        4 => (some(4), some(5)).prop_map(|(agencies, roles)| Filter::Role(agencies, roles)),
        2 => (some(4), proptest::option::of(some(5)), some(2))
            .prop_map(|(a, roles, channels)| Filter::Channel(a, roles.unwrap_or_default(), channels)),
        1 => (some(5), some(2)).prop_map(|(roles, channels)| Filter::Channel(Vec::new(), roles, channels)),
        2 => some(2).prop_map(|channels| Filter::Channel(Vec::new(), Vec::new(), channels)),
        1 => some(5).prop_map(Filter::RoleOnly),
        3 => some(3).prop_map(Filter::Location),
        3 => some(3).prop_map(Filter::Country),
        2 => some(2).prop_map(Filter::Sector),
        1 => some(12).prop_map(Filter::Identifier),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            3 => proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::And),
            3 => proptest::collection::vec(inner.clone(), 1..4).prop_map(Filter::Or),
            1 => inner.prop_map(|filter| Filter::Not(Box::new(filter))),
        ]
    })
}

fn list(codes: &[&str], of: &[usize]) -> String {
    let codes: Vec<String> = of.iter().map(|at| format!("\"{}\"", codes[*at])).collect();
    format!("[{}]", codes.join(", "))
}

fn words(codes: &[&str], of: &[usize]) -> String {
    list(codes, of).replace('"', "")
}

impl Filter {
    /// Formats the filter as a GraphQL input.
    pub(crate) fn text(&self) -> String {
        let all = |filters: &[Self]| filters.iter().map(Self::text).collect::<Vec<_>>().join(", ");
        match self {
            Self::Agency(agencies) => format!("{{ agency: {} }}", list(&AGENCIES, agencies)),
            Self::Role(agencies, roles) => {
                let (agencies, roles) = (list(&AGENCIES, agencies), words(&ROLES, roles));
                format!("{{ agency: {agencies}, role: {roles} }}")
            }
            Self::Channel(agencies, roles, channels) => {
                let mut fields = vec![format!("channel: {}", words(&CHANNELS, channels))];
                if !agencies.is_empty() {
                    fields.push(format!("agency: {}", list(&AGENCIES, agencies)));
                }
                if !roles.is_empty() {
                    fields.push(format!("role: {}", words(&ROLES, roles)));
                }
                format!("{{ {} }}", fields.join(", "))
            }
            Self::RoleOnly(roles) => format!("{{ role: {} }}", words(&ROLES, roles)),
            Self::Location(places) => format!("{{ location: {} }}", list(&LOCATIONS, places)),
            Self::Country(codes) => format!("{{ country: {} }}", list(&COUNTRIES, codes)),
            Self::Sector(codes) => format!("{{ sector: {} }}", list(&SECTORS, codes)),
            Self::Identifier(keys) => {
                let keys: Vec<_> =
                    keys.iter().map(|at| format!("\"{}\"", programme_id(*at))).collect();
                format!("{{ identifier: [{}] }}", keys.join(", "))
            }
            Self::And(filters) => format!("{{ and: [{}] }}", all(filters)),
            Self::Or(filters) => format!("{{ or: [{}] }}", all(filters)),
            Self::Not(filter) => format!("{{ not: {} }}", filter.text()),
        }
    }

    fn is_part(&self, part: &Part) -> bool {
        match self {
            Self::Agency(agencies) => agencies.contains(&part.agency),
            Self::Role(agencies, roles) => {
                agencies.contains(&part.agency) && roles.contains(&part.role)
            }
            Self::Channel(agencies, roles, channels) => {
                part.channel.is_some_and(|channel| channels.contains(&channel))
                    && (agencies.is_empty() || agencies.contains(&part.agency))
                    && (roles.is_empty() || roles.contains(&part.role))
            }
            Self::RoleOnly(roles) => roles.contains(&part.role),
            _ => false,
        }
    }

    /// Returns true if a programme matches.
    pub(crate) fn fits(&self, at: usize, programme: &Programme) -> bool {
        match self {
            // The second location lies within the first.
            Self::Location(places) => programme
                .sites
                .iter()
                .any(|site| places.contains(site) || (*site == 1 && places.contains(&0))),
            Self::Country(codes) => programme.places.codes().iter().any(|c| codes.contains(c)),
            Self::Sector(codes) => programme.sectors.codes().iter().any(|c| codes.contains(c)),
            Self::Identifier(keys) => keys.contains(&at),
            Self::And(filters) => filters.iter().all(|filter| filter.fits(at, programme)),
            Self::Or(filters) => filters.iter().any(|filter| filter.fits(at, programme)),
            Self::Not(filter) => !filter.fits(at, programme),
            leaf => programme.parts.iter().any(|part| leaf.is_part(part)),
        }
    }

    /// Returns the conditions that the filter implies for the money of a matching programme.
    fn conditions(&self, negated: bool, at: usize, programme: &Programme) -> Vec<Condition> {
        let each = |filters: &[Self]| {
            filters
                .iter()
                .map(|filter| filter.conditions(negated, at, programme))
                .collect::<Vec<_>>()
        };
        match (self, negated) {
            (Self::Not(filter), _) => filter.conditions(!negated, at, programme),
            (Self::And(filters), false) | (Self::Or(filters), true) => each(filters).concat(),
            (Self::Or(filters), false) | (Self::And(filters), true) => {
                let fitting: Vec<_> = filters
                    .iter()
                    .filter(|filter| filter.fits(at, programme) != negated)
                    .map(|filter| filter.conditions(negated, at, programme))
                    .collect();
                either(fitting)
            }
            (Self::RoleOnly(_) | Self::Identifier(_), _) | (_, true) => Vec::new(),
            (leaf, false) => vec![Condition::AnyOf(vec![leaf.clone()])],
        }
    }

    /// Subject of a filter: alternatives with the same subject are joined, such as those by country or by agency in one role.
    fn subject(&self) -> Option<(usize, Option<usize>)> {
        match self {
            Self::Agency(_) => Some((0, None)),
            Self::Role(_, roles) if roles.len() == 1 => Some((1, roles.first().copied())),
            Self::Channel(agencies, roles, _) if agencies.is_empty() && roles.is_empty() => {
                Some((2, None))
            }
            Self::Channel(_, roles, _) if roles.len() == 1 => Some((3, roles.first().copied())),
            Self::Location(_) => Some((4, None)),
            Self::Country(_) => Some((5, None)),
            Self::Sector(_) => Some((6, None)),
            _ => None,
        }
    }
}

/// A condition on money.
#[derive(Clone, Debug)]
enum Condition {
    /// The money is for one of these, which share a subject.
    AnyOf(Vec<Filter>),
    /// One of these alternatives holds for all of the money.
    Either(Vec<Vec<Condition>>),
}

fn either(choices: Vec<Vec<Condition>>) -> Vec<Condition> {
    if choices.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let leaves: Option<Vec<Filter>> = choices
        .iter()
        .map(|choice| match choice.as_slice() {
            [Condition::AnyOf(filters)] => Some(filters.clone()),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .map(|filters| filters.concat());
    if let Some(leaves) = leaves {
        let subjects: Vec<_> = leaves.iter().map(Filter::subject).collect();
        let is_one = choices.len() == 1
            || (subjects.iter().all(Option::is_some) && subjects.windows(2).all(|s| s[0] == s[1]));
        if is_one && !leaves.is_empty() {
            return vec![Condition::AnyOf(leaves)];
        }
    }
    vec![Condition::Either(choices)]
}

/// Portion of a programme's money that belongs to the selected agencies or locations.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Portion {
    All,
    Stated { currency: usize, ours: Decimal, all: Decimal },
    Unknown,
}

impl Portion {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, one) | (one, Self::All) => one,
            _ => Self::Unknown,
        }
    }
}

fn among(all: &[&Part], is_ours: impl Fn(&Part) -> bool) -> Portion {
    let ours: Vec<&&Part> = all.iter().filter(|part| is_ours(part)).collect();
    if ours.len() == all.len() {
        return Portion::All;
    }
    let stated: Option<Vec<(usize, u32)>> =
        ours.iter().map(|part| part.money.map(|(currency, value, _)| (currency, value))).collect();
    match stated.as_deref() {
        Some([first, rest @ ..]) if rest.iter().all(|(currency, _)| *currency == first.0) => {
            let sum = |amounts: &mut dyn Iterator<Item = u32>| amounts.map(Decimal::from).sum();
            let others = all.iter().filter_map(|part| part.money);
            Portion::Stated {
                currency: first.0,
                ours: sum(&mut stated.iter().flatten().map(|(_, value)| *value)),
                all: sum(&mut others.filter(|(c, _, _)| *c == first.0).map(|(_, v, _)| v)),
            }
        }
        _ => Portion::Unknown,
    }
}

/// Returns the portion of agencies in roles: the whole only if they are alone in each role.
fn in_roles(programme: &Programme, roles: &[usize], is_ours: impl Fn(&Part) -> bool) -> Portion {
    let mut all: Option<Portion> = None;
    for role in roles {
        let of_role: Vec<&Part> =
            programme.parts.iter().filter(|part| part.role == *role).collect();
        if of_role.iter().any(|part| is_ours(part)) {
            let one = among(&of_role, &is_ours);
            all = Some(all.map_or(one, |all| all.and(one)));
        }
    }
    all.unwrap_or(Portion::Unknown)
}

fn portion(filters: &[Filter], programme: &Programme) -> Portion {
    let is_ours = |part: &Part| filters.iter().any(|filter| filter.is_part(part));
    match &filters[0] {
        Filter::Agency(_) => in_roles(programme, &MONEY, is_ours),
        Filter::Role(_, roles) => in_roles(programme, roles, is_ours),
        Filter::Channel(agencies, roles, _) if agencies.is_empty() && roles.is_empty() => {
            let of = |roles: &[usize]| -> Vec<&Part> {
                programme.parts.iter().filter(|part| roles.contains(&part.role)).collect()
            };
            let mut those = of(&[IMPLEMENTING]);
            if those.is_empty() {
                those = of(&MONEY);
            }
            let has_some = those.iter().any(|part| is_ours(part));
            if has_some { among(&those, is_ours) } else { Portion::Unknown }
        }
        Filter::Channel(_, roles, _) => {
            in_roles(programme, if roles.is_empty() { &MONEY } else { roles }, is_ours)
        }
        Filter::Location(_) => {
            let mut inside: BTreeSet<usize> = BTreeSet::new();
            for filter in filters {
                if let Filter::Location(places) = filter {
                    inside.extend(places);
                }
            }
            if inside.contains(&0) {
                inside.insert(1);
            }
            let countries: BTreeSet<usize> = inside.iter().map(|site| COUNTRY_OF[*site]).collect();
            let is_in = !programme.sites.is_empty()
                && programme.sites.iter().all(|site| inside.contains(site))
                && !matches!(programme.places, Split::Undivided(..))
                && programme.places.codes().iter().all(|code| countries.contains(code));
            if is_in { Portion::All } else { Portion::Unknown }
        }
        _ => Portion::All,
    }
}

impl Split {
    fn codes(&self) -> Vec<usize> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![*one],
            Self::Two(one, other, _) | Self::Undivided(one, other) => vec![*one, *other],
        }
    }

    /// Returns lower bound, counted share and upper bound of the part for some codes.
    fn part(&self, requested: Option<&BTreeSet<usize>>) -> [Decimal; 3] {
        let (none, all) = (Decimal::ZERO, Decimal::ONE);
        let Some(requested) = requested else { return [all; 3] };
        match self {
            Self::One(one) if requested.contains(one) => [all; 3],
            Self::None | Self::One(_) => [none; 3],
            Self::Two(one, other, percent) => {
                let share = |code: &usize, percent: u32| {
                    if requested.contains(code) { Decimal::new(percent.into(), 2) } else { none }
                };
                [share(one, *percent) + share(other, 100 - percent); 3]
            }
            // No source divides it, so it may be for any of the requested codes.
            Self::Undivided(..) if requested.is_empty() => [none; 3],
            Self::Undivided(..) => [none, none, all],
        }
    }
}

/// Returns the codes that all filters of one subject permit.
fn codes(
    conditions: &[Condition],
    of: impl Fn(&Filter) -> Option<&Vec<usize>>,
) -> Option<BTreeSet<usize>> {
    let mut all: Option<BTreeSet<usize>> = None;
    for condition in conditions {
        let Condition::AnyOf(filters) = condition else { continue };
        let sets: Vec<_> = filters.iter().filter_map(&of).collect();
        if sets.is_empty() {
            continue;
        }
        let set: BTreeSet<usize> = sets.into_iter().flatten().copied().collect();
        all = Some(all.map_or(set.clone(), |all| all.intersection(&set).copied().collect()));
    }
    all
}

/// Counted share of a programme.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// Lower bound, counted share and upper bound.
    part: [Decimal; 3],
    portion: Portion,
}

fn share(conditions: &[Condition], programme: &Programme) -> Share {
    let countries = codes(conditions, |filter| match filter {
        Filter::Country(codes) => Some(codes),
        _ => None,
    });
    let sectors = codes(conditions, |filter| match filter {
        Filter::Sector(codes) => Some(codes),
        _ => None,
    });
    let [place, sector] =
        [programme.places.part(countries.as_ref()), programme.sectors.part(sectors.as_ref())];
    let part = [
        (place[0] + sector[0] - Decimal::ONE).max(Decimal::ZERO),
        place[1] * sector[1],
        place[2].min(sector[2]),
    ];
    let mut all = Portion::All;
    for condition in conditions {
        all = match condition {
            Condition::AnyOf(filters) => all.and(portion(filters, programme)),
            Condition::Either(choices) => {
                let holds = choices.iter().any(|choice| {
                    let share = share(choice, programme);
                    share.portion == Portion::All && share.part == [Decimal::ONE; 3]
                });
                if holds { all } else { Portion::Unknown }
            }
        };
    }
    Share { part, portion: all }
}

/// A sum in one currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) lower: Decimal,
    pub(crate) counted: Option<Decimal>,
    pub(crate) upper: Option<Decimal>,
    pub(crate) approximate: usize,
    /// True if any amount counts or may count.
    pub(crate) is_there: bool,
}

fn bounds((_, value, qualifier): (usize, u32, usize)) -> (Decimal, Option<Decimal>) {
    let value = Decimal::from(value);
    match qualifier {
        0 => (value, Some(value)),
        1 => (value, None),
        2 => (Decimal::ZERO, Some(value)),
        _ => (Decimal::ZERO, None),
    }
}

impl Sum {
    fn new() -> Self {
        Self { upper: Some(Decimal::ZERO), ..Self::default() }
    }

    fn raise(&mut self, upper: Option<Decimal>) {
        self.upper = self.upper.zip(upper).map(|(sum, one)| sum + one);
    }

    fn count(&mut self, value: Decimal) {
        self.is_there = true;
        self.counted = Some(self.counted.unwrap_or_default() + value);
    }
}

/// Sums the budgets of the programmes that match a filter, in one currency.
pub(crate) fn budgets(seed: &RandomSeed, filter: &Filter, currency: usize) -> Sum {
    let found: BTreeSet<usize> =
        (0..seed.programmes.len()).filter(|at| filter.fits(*at, &seed.programmes[*at])).collect();
    let shares: Vec<Share> = seed
        .programmes
        .iter()
        .enumerate()
        .map(|(at, programme)| share(&filter.conditions(false, at, programme), programme))
        .collect();
    let mut sum = Sum::new();
    for at in &found {
        let programme = &seed.programmes[*at];
        let counting: Vec<usize> = (0..programme.budgets.len())
            .filter(|number| !is_within_parent(seed, &found, &shares, *at, *number))
            .collect();
        add(&mut sum, programme, &counting, shares[*at], currency);
    }
    sum
}

/// Returns true if a parent in the list has a budget of the same year and currency with at least the same amount.
fn is_within_parent(
    seed: &RandomSeed,
    found: &BTreeSet<usize>,
    shares: &[Share],
    at: usize,
    number: usize,
) -> bool {
    let own = seed.programmes[at].budgets[number];
    let mut next = seed.programmes[at].parent;
    while let Some(parent) = next {
        let Share { part, portion } = shares[parent];
        let whole = seed.programmes[parent].budgets.get(number).copied().flatten();
        if let Some((currency, value, _)) = whole.filter(|_| found.contains(&parent))
            && own.is_none_or(|own| own.0 == currency)
            && portion != Portion::Unknown
        {
            let counted = Decimal::from(value) * part[1];
            let child = own.map_or(Decimal::ZERO, |own| Decimal::from(own.1));
            if !counted.is_zero() && counted >= child {
                return true;
            }
        }
        next = seed.programmes[parent].parent;
    }
    false
}

fn add(sum: &mut Sum, programme: &Programme, counting: &[usize], share: Share, currency: usize) {
    let Share { part, mut portion } = share;
    if let Portion::Stated { currency: of, all, .. } = portion {
        let only = match counting {
            [only] => programme.budgets[*only],
            _ => None,
        };
        let fits = only.is_some_and(|only| only.0 == of && all <= Decimal::from(only.1));
        if !fits || part != [Decimal::ONE; 3] {
            portion = Portion::Unknown;
        }
    }
    for number in counting {
        let Some(budget) = programme.budgets[*number] else {
            // An unstated amount may be in any currency.
            if part[2] > Decimal::ZERO {
                sum.upper = None;
            }
            continue;
        };
        if budget.0 != currency {
            continue;
        }
        let (lower, upper) = bounds(budget);
        match portion {
            Portion::All | Portion::Unknown if part[2].is_zero() => {}
            Portion::All if part[1].is_zero() => {
                sum.is_there = true;
                sum.raise(upper.map(|upper| upper * part[2]));
            }
            Portion::All => {
                sum.count(Decimal::from(budget.1) * part[1]);
                sum.lower += lower * part[0];
                sum.raise(upper.map(|upper| upper * part[2]));
                sum.approximate += usize::from(budget.2 == 3);
            }
            Portion::Stated { ours, .. } => {
                sum.count(ours);
                sum.lower += ours;
                sum.raise(Some(ours));
            }
            Portion::Unknown => {
                sum.is_there = true;
                sum.raise(upper.map(|upper| upper * part[2]));
            }
        }
    }
}

/// Returns all alternative figures of a contribution, including itself and indirect ones.
fn rivals(seed: &RandomSeed, at: usize) -> BTreeSet<usize> {
    let root = |mut at: usize| {
        while let Some(first) = seed.contributions[at].second_of {
            at = first;
        }
        at
    };
    (0..seed.contributions.len()).filter(|other| root(*other) == root(at)).collect()
}

/// Sums the contributions for some countries or through some agencies, in one currency.
pub(crate) fn contributions(
    seed: &RandomSeed,
    countries: Option<&[usize]>,
    agencies: Option<&[usize]>,
    currency: usize,
) -> Sum {
    let meets = |requested: Option<&[usize]>, own: &[usize]| {
        requested.is_none_or(|requested| own.iter().any(|one| requested.contains(one)))
    };
    let others = |requested: Option<&[usize]>, own: &[usize]| {
        requested.is_some_and(|requested| {
            own.len() > 1 && own.iter().any(|one| !requested.contains(one))
        })
    };
    let is_found =
        |c: &Contribution| meets(countries, &c.countries) && meets(agencies, &c.agencies);
    let is_shared =
        |c: &Contribution| others(countries, &c.countries) || others(agencies, &c.agencies);
    let can_count = |c: &Contribution| is_found(c) && !is_shared(c) && c.money.is_some();
    let mut sum = Sum::new();
    for (at, contribution) in seed.contributions.iter().enumerate().filter(|(_, c)| is_found(c)) {
        let set = rivals(seed, at);
        let first_of = |fits: &dyn Fn(&Contribution) -> bool| {
            set.iter()
                .filter(|other| fits(&seed.contributions[**other]))
                .min_by_key(|other| (seed.contributions[**other].second_of.is_some(), **other))
        };
        // One of several figures counts. If all are shared with others, one of them enters the upper bound.
        let first = first_of(&can_count).or_else(|| first_of(&|c| is_found(c) && is_shared(c)));
        let is_open = is_shared(contribution);
        if first.is_some_and(|first| *first != at) {
            continue;
        }
        let Some(money) = contribution.money else {
            sum.upper = None;
            continue;
        };
        if money.0 != currency {
            continue;
        }
        let (mut lower, mut upper) = bounds(money);
        for rival in set.iter().filter(|other| **other != at) {
            let Some(rival) = seed.contributions[*rival].money else { continue };
            let (low, high) =
                if rival.0 == currency { bounds(rival) } else { (Decimal::ZERO, None) };
            lower = lower.min(low);
            upper = upper.zip(high).map(|(one, other)| one.max(other));
        }
        if is_open {
            sum.is_there = true;
        } else {
            sum.count(Decimal::from(money.1));
            sum.lower += lower;
            sum.approximate += usize::from(money.2 == 3);
        }
        sum.raise(upper);
    }
    sum
}
