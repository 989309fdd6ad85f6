//! The same sums, made by hand: every programme is looked at by itself, and every amount is a decimal.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::world::{
    AGENCIES, CHANNELS, COUNTRIES, Contribution, LIES_IN, LOCATIONS, Part, Programme, ROLES,
    SECTORS, Split, World, programme_id,
};

/// The roles that money passes through.
const MONEY: [usize; 3] = [0, 2, 3];
const IMPLEMENTING: usize = 3;

/// A filter of programmes.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    Agency(Vec<usize>),
    Role(Vec<usize>, Vec<usize>),
    /// Agencies, roles and ways; no agency and no role means any.
    Way(Vec<usize>, Vec<usize>, Vec<usize>),
    AnyoneAs(Vec<usize>),
    Location(Vec<usize>),
    Country(Vec<usize>),
    Sector(Vec<usize>),
    Key(Vec<usize>),
    And(Vec<Ask>),
    Or(Vec<Ask>),
    Not(Box<Ask>),
}

fn some(of: usize) -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence((0..of).collect::<Vec<_>>(), 1..=2.min(of))
}

/// Any filter.
pub(crate) fn ask() -> impl Strategy<Value = Ask> {
    let leaf = prop_oneof![
        3 => some(4).prop_map(Ask::Agency),
        4 => (some(4), some(5)).prop_map(|(agencies, roles)| Ask::Role(agencies, roles)),
        2 => (some(4), proptest::option::of(some(5)), some(2))
            .prop_map(|(a, roles, ways)| Ask::Way(a, roles.unwrap_or_default(), ways)),
        1 => (some(5), some(2)).prop_map(|(roles, ways)| Ask::Way(Vec::new(), roles, ways)),
        2 => some(2).prop_map(|ways| Ask::Way(Vec::new(), Vec::new(), ways)),
        1 => some(5).prop_map(Ask::AnyoneAs),
        3 => some(3).prop_map(Ask::Location),
        3 => some(3).prop_map(Ask::Country),
        2 => some(2).prop_map(Ask::Sector),
        1 => some(12).prop_map(Ask::Key),
    ];
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            3 => proptest::collection::vec(inner.clone(), 1..4).prop_map(Ask::And),
            3 => proptest::collection::vec(inner.clone(), 1..4).prop_map(Ask::Or),
            1 => inner.prop_map(|ask| Ask::Not(Box::new(ask))),
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

impl Ask {
    /// As an input of a query.
    pub(crate) fn text(&self) -> String {
        let all = |asks: &[Self]| asks.iter().map(Self::text).collect::<Vec<_>>().join(", ");
        match self {
            Self::Agency(agencies) => format!("{{ agency: {} }}", list(&AGENCIES, agencies)),
            Self::Role(agencies, roles) => {
                let (agencies, roles) = (list(&AGENCIES, agencies), words(&ROLES, roles));
                format!("{{ agency: {agencies}, role: {roles} }}")
            }
            Self::Way(agencies, roles, ways) => {
                let mut fields = vec![format!("channel: {}", words(&CHANNELS, ways))];
                if !agencies.is_empty() {
                    fields.push(format!("agency: {}", list(&AGENCIES, agencies)));
                }
                if !roles.is_empty() {
                    fields.push(format!("role: {}", words(&ROLES, roles)));
                }
                format!("{{ {} }}", fields.join(", "))
            }
            Self::AnyoneAs(roles) => format!("{{ role: {} }}", words(&ROLES, roles)),
            Self::Location(places) => format!("{{ location: {} }}", list(&LOCATIONS, places)),
            Self::Country(codes) => format!("{{ country: {} }}", list(&COUNTRIES, codes)),
            Self::Sector(codes) => format!("{{ sector: {} }}", list(&SECTORS, codes)),
            Self::Key(keys) => {
                let keys: Vec<_> =
                    keys.iter().map(|at| format!("\"{}\"", programme_id(*at))).collect();
                format!("{{ identifier: [{}] }}", keys.join(", "))
            }
            Self::And(asks) => format!("{{ and: [{}] }}", all(asks)),
            Self::Or(asks) => format!("{{ or: [{}] }}", all(asks)),
            Self::Not(ask) => format!("{{ not: {} }}", ask.text()),
        }
    }

    fn is_part(&self, part: &Part) -> bool {
        match self {
            Self::Agency(agencies) => agencies.contains(&part.agency),
            Self::Role(agencies, roles) => {
                agencies.contains(&part.agency) && roles.contains(&part.role)
            }
            Self::Way(agencies, roles, ways) => {
                part.channel.is_some_and(|channel| ways.contains(&channel))
                    && (agencies.is_empty() || agencies.contains(&part.agency))
                    && (roles.is_empty() || roles.contains(&part.role))
            }
            Self::AnyoneAs(roles) => roles.contains(&part.role),
            _ => false,
        }
    }

    /// Whether a programme fits.
    pub(crate) fn fits(&self, at: usize, programme: &Programme) -> bool {
        match self {
            // The second place lies in the first.
            Self::Location(places) => programme
                .sites
                .iter()
                .any(|site| places.contains(site) || (*site == 1 && places.contains(&0))),
            Self::Country(codes) => programme.places.codes().iter().any(|c| codes.contains(c)),
            Self::Sector(codes) => programme.sectors.codes().iter().any(|c| codes.contains(c)),
            Self::Key(keys) => keys.contains(&at),
            Self::And(asks) => asks.iter().all(|ask| ask.fits(at, programme)),
            Self::Or(asks) => asks.iter().any(|ask| ask.fits(at, programme)),
            Self::Not(ask) => !ask.fits(at, programme),
            leaf => programme.parts.iter().any(|part| leaf.is_part(part)),
        }
    }

    /// What must be true of a programme's money.
    fn wants(&self, negated: bool, at: usize, programme: &Programme) -> Vec<Want> {
        let each = |asks: &[Self]| {
            asks.iter().map(|ask| ask.wants(negated, at, programme)).collect::<Vec<_>>()
        };
        match (self, negated) {
            (Self::Not(ask), _) => ask.wants(!negated, at, programme),
            (Self::And(asks), false) | (Self::Or(asks), true) => each(asks).concat(),
            (Self::Or(asks), false) | (Self::And(asks), true) => {
                let fitting: Vec<_> = asks
                    .iter()
                    .filter(|ask| ask.fits(at, programme) != negated)
                    .map(|ask| ask.wants(negated, at, programme))
                    .collect();
                either(fitting)
            }
            (Self::AnyoneAs(_) | Self::Key(_), _) | (_, true) => Vec::new(),
            (leaf, false) => vec![Want::These(vec![leaf.clone()])],
        }
    }

    /// Filters of one subject are one: those of countries, of agencies in one role and so on.
    fn subject(&self) -> Option<(usize, Option<usize>)> {
        match self {
            Self::Agency(_) => Some((0, None)),
            Self::Role(_, roles) if roles.len() == 1 => Some((1, roles.first().copied())),
            Self::Way(agencies, roles, _) if agencies.is_empty() && roles.is_empty() => {
                Some((2, None))
            }
            Self::Way(_, roles, _) if roles.len() == 1 => Some((3, roles.first().copied())),
            Self::Location(_) => Some((4, None)),
            Self::Country(_) => Some((5, None)),
            Self::Sector(_) => Some((6, None)),
            _ => None,
        }
    }
}

/// Something that must be true of money.
#[derive(Clone, Debug)]
enum Want {
    /// It is for one of these, which have one subject.
    These(Vec<Ask>),
    /// One of these holds for all of it.
    Either(Vec<Vec<Want>>),
}

fn either(choices: Vec<Vec<Want>>) -> Vec<Want> {
    if choices.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let leaves: Option<Vec<Ask>> = choices
        .iter()
        .map(|choice| match choice.as_slice() {
            [Want::These(asks)] => Some(asks.clone()),
            _ => None,
        })
        .collect::<Option<Vec<_>>>()
        .map(|asks| asks.concat());
    if let Some(leaves) = leaves {
        let subjects: Vec<_> = leaves.iter().map(Ask::subject).collect();
        let is_one = choices.len() == 1
            || (subjects.iter().all(Option::is_some) && subjects.windows(2).all(|s| s[0] == s[1]));
        if is_one && !leaves.is_empty() {
            return vec![Want::These(leaves)];
        }
    }
    vec![Want::Either(choices)]
}

/// How much of a programme's money is theirs.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Theirs {
    All,
    Stated { currency: usize, ours: Decimal, all: Decimal },
    Unknown,
}

impl Theirs {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, one) | (one, Self::All) => one,
            _ => Self::Unknown,
        }
    }
}

fn among(all: &[&Part], is_ours: impl Fn(&Part) -> bool) -> Theirs {
    let ours: Vec<&&Part> = all.iter().filter(|part| is_ours(part)).collect();
    if ours.len() == all.len() {
        return Theirs::All;
    }
    let stated: Option<Vec<(usize, u32)>> =
        ours.iter().map(|part| part.money.map(|(currency, value, _)| (currency, value))).collect();
    match stated.as_deref() {
        Some([first, rest @ ..]) if rest.iter().all(|(currency, _)| *currency == first.0) => {
            let sum = |amounts: &mut dyn Iterator<Item = u32>| amounts.map(Decimal::from).sum();
            let others = all.iter().filter_map(|part| part.money);
            Theirs::Stated {
                currency: first.0,
                ours: sum(&mut stated.iter().flatten().map(|(_, value)| *value)),
                all: sum(&mut others.filter(|(c, _, _)| *c == first.0).map(|(_, v, _)| v)),
            }
        }
        _ => Theirs::Unknown,
    }
}

/// Agencies in roles: alone in each role that they play.
fn in_roles(programme: &Programme, roles: &[usize], is_ours: impl Fn(&Part) -> bool) -> Theirs {
    let mut all: Option<Theirs> = None;
    for role in roles {
        let of_role: Vec<&Part> =
            programme.parts.iter().filter(|part| part.role == *role).collect();
        if of_role.iter().any(|part| is_ours(part)) {
            let one = among(&of_role, &is_ours);
            all = Some(all.map_or(one, |all| all.and(one)));
        }
    }
    all.unwrap_or(Theirs::Unknown)
}

fn theirs(asks: &[Ask], programme: &Programme) -> Theirs {
    let is_ours = |part: &Part| asks.iter().any(|ask| ask.is_part(part));
    match &asks[0] {
        Ask::Agency(_) => in_roles(programme, &MONEY, is_ours),
        Ask::Role(_, roles) => in_roles(programme, roles, is_ours),
        Ask::Way(agencies, roles, _) if agencies.is_empty() && roles.is_empty() => {
            let of = |roles: &[usize]| -> Vec<&Part> {
                programme.parts.iter().filter(|part| roles.contains(&part.role)).collect()
            };
            let mut those = of(&[IMPLEMENTING]);
            if those.is_empty() {
                those = of(&MONEY);
            }
            let has_some = those.iter().any(|part| is_ours(part));
            if has_some { among(&those, is_ours) } else { Theirs::Unknown }
        }
        Ask::Way(_, roles, _) => {
            in_roles(programme, if roles.is_empty() { &MONEY } else { roles }, is_ours)
        }
        Ask::Location(_) => {
            let mut inside: BTreeSet<usize> = BTreeSet::new();
            for ask in asks {
                if let Ask::Location(places) = ask {
                    inside.extend(places);
                }
            }
            if inside.contains(&0) {
                inside.insert(1);
            }
            let countries: BTreeSet<usize> = inside.iter().map(|site| LIES_IN[*site]).collect();
            let is_in = !programme.sites.is_empty()
                && programme.sites.iter().all(|site| inside.contains(site))
                && !matches!(programme.places, Split::Undivided(..))
                && programme.places.codes().iter().all(|code| countries.contains(code));
            if is_in { Theirs::All } else { Theirs::Unknown }
        }
        _ => Theirs::All,
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

    /// The least, what counts, and the most of it that is for these codes.
    fn part(&self, asked: Option<&BTreeSet<usize>>) -> [Decimal; 3] {
        let (none, all) = (Decimal::ZERO, Decimal::ONE);
        let Some(asked) = asked else { return [all; 3] };
        match self {
            Self::One(one) if asked.contains(one) => [all; 3],
            Self::None | Self::One(_) => [none; 3],
            Self::Two(one, other, percent) => {
                let share = |code: &usize, percent: u32| {
                    if asked.contains(code) { Decimal::new(percent.into(), 2) } else { none }
                };
                [share(one, *percent) + share(other, 100 - percent); 3]
            }
            // Which of them it is for no source says, so that it may be for any that is asked for.
            Self::Undivided(..) if asked.is_empty() => [none; 3],
            Self::Undivided(..) => [none, none, all],
        }
    }
}

/// The codes that all filters of one subject allow.
fn codes(wants: &[Want], of: impl Fn(&Ask) -> Option<&Vec<usize>>) -> Option<BTreeSet<usize>> {
    let mut all: Option<BTreeSet<usize>> = None;
    for want in wants {
        let Want::These(asks) = want else { continue };
        let sets: Vec<_> = asks.iter().filter_map(&of).collect();
        if sets.is_empty() {
            continue;
        }
        let set: BTreeSet<usize> = sets.into_iter().flatten().copied().collect();
        all = Some(all.map_or(set.clone(), |all| all.intersection(&set).copied().collect()));
    }
    all
}

/// What counts of a programme.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// The least, what counts, and the most.
    part: [Decimal; 3],
    theirs: Theirs,
}

fn share(wants: &[Want], programme: &Programme) -> Share {
    let countries = codes(wants, |ask| match ask {
        Ask::Country(codes) => Some(codes),
        _ => None,
    });
    let sectors = codes(wants, |ask| match ask {
        Ask::Sector(codes) => Some(codes),
        _ => None,
    });
    let [place, sector] =
        [programme.places.part(countries.as_ref()), programme.sectors.part(sectors.as_ref())];
    let part = [
        (place[0] + sector[0] - Decimal::ONE).max(Decimal::ZERO),
        place[1] * sector[1],
        place[2].min(sector[2]),
    ];
    let mut all = Theirs::All;
    for want in wants {
        all = match want {
            Want::These(asks) => all.and(theirs(asks, programme)),
            Want::Either(choices) => {
                let holds = choices.iter().any(|choice| {
                    let share = share(choice, programme);
                    share.theirs == Theirs::All && share.part == [Decimal::ONE; 3]
                });
                if holds { all } else { Theirs::Unknown }
            }
        };
    }
    Share { part, theirs: all }
}

/// A sum in one currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sum {
    pub(crate) lower: Decimal,
    pub(crate) counted: Option<Decimal>,
    pub(crate) upper: Option<Decimal>,
    pub(crate) approximate: usize,
    /// Whether anything counts or may count.
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

/// The budgets of the programmes that fit a filter, in one currency.
pub(crate) fn budgets(world: &World, ask: &Ask, currency: usize) -> Sum {
    let found: BTreeSet<usize> =
        (0..world.programmes.len()).filter(|at| ask.fits(*at, &world.programmes[*at])).collect();
    let shares: Vec<Share> = world
        .programmes
        .iter()
        .enumerate()
        .map(|(at, programme)| share(&ask.wants(false, at, programme), programme))
        .collect();
    let mut sum = Sum::new();
    for at in &found {
        let programme = &world.programmes[*at];
        let counting: Vec<usize> = (0..programme.budgets.len())
            .filter(|number| !is_within_parent(world, &found, &shares, *at, *number))
            .collect();
        add(&mut sum, programme, &counting, shares[*at], currency);
    }
    sum
}

/// Whether the budgets of a parent in the list, for the same year and in the same currency, are at least as much.
fn is_within_parent(
    world: &World,
    found: &BTreeSet<usize>,
    shares: &[Share],
    at: usize,
    number: usize,
) -> bool {
    let own = world.programmes[at].budgets[number];
    let mut next = world.programmes[at].parent;
    while let Some(parent) = next {
        let Share { part, theirs } = shares[parent];
        let whole = world.programmes[parent].budgets.get(number).copied().flatten();
        if let Some((currency, value, _)) = whole.filter(|_| found.contains(&parent))
            && own.is_none_or(|own| own.0 == currency)
            && theirs != Theirs::Unknown
        {
            let counted = Decimal::from(value) * part[1];
            let child = own.map_or(Decimal::ZERO, |own| Decimal::from(own.1));
            if !counted.is_zero() && counted >= child {
                return true;
            }
        }
        next = world.programmes[parent].parent;
    }
    false
}

fn add(sum: &mut Sum, programme: &Programme, counting: &[usize], share: Share, currency: usize) {
    let Share { part, mut theirs } = share;
    if let Theirs::Stated { currency: of, all, .. } = theirs {
        let only = match counting {
            [only] => programme.budgets[*only],
            _ => None,
        };
        let fits = only.is_some_and(|only| only.0 == of && all <= Decimal::from(only.1));
        if !fits || part != [Decimal::ONE; 3] {
            theirs = Theirs::Unknown;
        }
    }
    for number in counting {
        let Some(budget) = programme.budgets[*number] else {
            // Any currency may be that of an amount which is not stated.
            if part[2] > Decimal::ZERO {
                sum.upper = None;
            }
            continue;
        };
        if budget.0 != currency {
            continue;
        }
        let (lower, upper) = bounds(budget);
        match theirs {
            Theirs::All | Theirs::Unknown if part[2].is_zero() => {}
            Theirs::All if part[1].is_zero() => {
                sum.is_there = true;
                sum.raise(upper.map(|upper| upper * part[2]));
            }
            Theirs::All => {
                sum.count(Decimal::from(budget.1) * part[1]);
                sum.lower += lower * part[0];
                sum.raise(upper.map(|upper| upper * part[2]));
                sum.approximate += usize::from(budget.2 == 3);
            }
            Theirs::Stated { ours, .. } => {
                sum.count(ours);
                sum.lower += ours;
                sum.raise(Some(ours));
            }
            Theirs::Unknown => {
                sum.is_there = true;
                sum.raise(upper.map(|upper| upper * part[2]));
            }
        }
    }
}

/// What is published beside a contribution, itself included: second figures of second figures too.
fn rivals(world: &World, at: usize) -> BTreeSet<usize> {
    let root = |mut at: usize| {
        while let Some(first) = world.contributions[at].second_of {
            at = first;
        }
        at
    };
    (0..world.contributions.len()).filter(|other| root(*other) == root(at)).collect()
}

/// The contributions for some countries or through some agencies, in one currency.
pub(crate) fn contributions(
    world: &World,
    countries: Option<&[usize]>,
    agencies: Option<&[usize]>,
    currency: usize,
) -> Sum {
    let meets = |asked: Option<&[usize]>, own: &[usize]| {
        asked.is_none_or(|asked| own.iter().any(|one| asked.contains(one)))
    };
    let others = |asked: Option<&[usize]>, own: &[usize]| {
        asked.is_some_and(|asked| own.len() > 1 && own.iter().any(|one| !asked.contains(one)))
    };
    let is_found =
        |c: &Contribution| meets(countries, &c.countries) && meets(agencies, &c.agencies);
    let is_shared =
        |c: &Contribution| others(countries, &c.countries) || others(agencies, &c.agencies);
    let can_count = |c: &Contribution| is_found(c) && !is_shared(c) && c.money.is_some();
    let mut sum = Sum::new();
    for (at, contribution) in world.contributions.iter().enumerate().filter(|(_, c)| is_found(c)) {
        let set = rivals(world, at);
        let first_of = |fits: &dyn Fn(&Contribution) -> bool| {
            set.iter()
                .filter(|other| fits(&world.contributions[**other]))
                .min_by_key(|other| (world.contributions[**other].second_of.is_some(), **other))
        };
        // Of several figures one counts; where all are for others too, one of them is in the upper bound.
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
            let Some(rival) = world.contributions[*rival].money else { continue };
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
