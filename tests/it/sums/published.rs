//! Random activities in IATI: flags, scopes, sectors, countries and regions, and payments with their own. Totals of
//! programmes and transactions, filtered, nested and converted, are compared with a naive computation.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::import::Sandbox;

/// Two countries and a region.
const PLACES: [&str; 3] = ["ML", "NE", "298"];
const SECTORS: [&str; 3] = ["72010", "74020", "14031"];
const CARRIERS: [&str; 2] = ["TOLD-A", "TOLD-B"];
const CURRENCIES: [&str; 2] = ["EUR", "USD"];
const REPORTER: &str = "TOLD-R";
const DAY: &str = "2020-03-05";

/// Codes by index, with their percentages.
type Split = Vec<(usize, Option<u32>)>;

/// A payment.
#[derive(Clone, Debug)]
struct Paid {
    flag: Option<bool>,
    place: Option<usize>,
    sector: Option<usize>,
    currency: usize,
    value: u32,
}

/// An activity.
#[derive(Clone, Debug)]
struct Activity {
    flag: Option<bool>,
    has_scope: bool,
    carriers: Vec<usize>,
    places: Split,
    sectors: Split,
    budgets: Vec<(usize, u32)>,
    paid: Vec<Paid>,
}

/// A filter; all conditions must hold.
#[derive(Clone, Debug)]
struct Criteria {
    countries: Option<Vec<usize>>,
    region: bool,
    sectors: Option<Vec<usize>>,
    category: Option<usize>,
    humanitarian: Option<bool>,
}

fn split(codes: usize) -> impl Strategy<Value = Split> {
    let two = (0..codes, 1..codes).prop_map(move |(one, by)| (one, (one + by) % codes));
    prop_oneof![
        1 => Just(Vec::new()),
        3 => (0..codes).prop_map(|one| vec![(one, None)]),
        3 => (two.clone(), 1_u32..100)
            .prop_map(|((a, b), percent)| vec![(a, Some(percent)), (b, Some(100 - percent))]),
        1 => two.prop_map(|(a, b)| vec![(a, None), (b, None)]),
    ]
}

fn flag() -> impl Strategy<Value = Option<bool>> {
    proptest::option::weighted(0.25, any::<bool>())
}

fn paid() -> impl Strategy<Value = Paid> {
    let own = |codes: usize| proptest::option::weighted(0.35, 0..codes);
    (flag(), own(3), own(3), 0_usize..2, 1_u32..500).prop_map(
        |(flag, place, sector, currency, value)| Paid { flag, place, sector, currency, value },
    )
}

fn activity() -> impl Strategy<Value = Activity> {
    let carriers = proptest::sample::subsequence(vec![0_usize, 1], 0..=2);
    let budgets = proptest::collection::vec((0_usize..2, 1_u32..500), 0..3);
    let paid = proptest::collection::vec(paid(), 0..4);
    (flag(), proptest::bool::weighted(0.15), carriers, split(3), split(3), budgets, paid).prop_map(
        |(flag, has_scope, carriers, places, sectors, budgets, paid)| Activity {
            flag,
            has_scope,
            carriers,
            places,
            sectors,
            budgets,
            paid,
        },
    )
}

fn criteria() -> impl Strategy<Value = Criteria> {
    let some = |of: Vec<usize>| proptest::sample::subsequence(of, 1..=2);
    (
        proptest::option::weighted(0.4, some(vec![0, 1])),
        proptest::bool::weighted(0.2),
        proptest::option::weighted(0.3, some(vec![0, 1, 2])),
        proptest::option::weighted(0.2, 0_usize..3),
        proptest::option::weighted(0.7, any::<bool>()),
    )
        .prop_map(|(countries, region, sectors, category, humanitarian)| Criteria {
            countries,
            region,
            sectors,
            category,
            humanitarian,
        })
}

fn place(code: usize, percentage: Option<u32>) -> String {
    let percentage = percentage.map(|p| format!(" percentage=\"{p}\"")).unwrap_or_default();
    match code {
        2 => format!("<recipient-region vocabulary=\"1\" code=\"298\"{percentage}/>"),
        code => format!("<recipient-country code=\"{}\"{percentage}/>", PLACES[code]),
    }
}

fn sector(code: usize, percentage: Option<u32>) -> String {
    let percentage = percentage.map(|p| format!(" percentage=\"{p}\"")).unwrap_or_default();
    format!("<sector vocabulary=\"1\" code=\"{}\"{percentage}/>", SECTORS[code])
}

fn attribute(flag: Option<bool>) -> String {
    flag.map(|flag| format!(" humanitarian=\"{flag}\"")).unwrap_or_default()
}

impl Paid {
    fn xml(&self) -> String {
        let sector = self.sector.map(|code| sector(code, None)).unwrap_or_default();
        let place = self.place.map(|code| place(code, None)).unwrap_or_default();
        format!(
            "<transaction{}><transaction-type code=\"3\"/><transaction-date iso-date=\"{DAY}\"/><value currency=\"{}\" value-date=\"{DAY}\">{}</value>{sector}{place}</transaction>",
            attribute(self.flag),
            CURRENCIES[self.currency],
            self.value
        )
    }
}

impl Activity {
    fn xml(&self, at: usize) -> String {
        let scope =
            "<humanitarian-scope type=\"1\" vocabulary=\"1-2\" code=\"EQ-2015-000048-NPL\"/>";
        let carrier = |at: &usize| {
            format!(
                "<participating-org ref=\"{0}\" role=\"4\" type=\"21\"><narrative>{0}</narrative></participating-org>",
                CARRIERS[*at]
            )
        };
        let budget = |(number, (currency, value)): (usize, &(usize, u32))| {
            let year = 2018 + number;
            format!(
                "<budget type=\"1\"><period-start iso-date=\"{year}-01-01\"/><period-end iso-date=\"{year}-12-31\"/><value currency=\"{}\" value-date=\"{DAY}\">{value}</value></budget>",
                CURRENCIES[*currency]
            )
        };
        let parts = [
            self.carriers.iter().map(carrier).collect::<String>(),
            self.places.iter().map(|(code, p)| place(*code, *p)).collect(),
            self.sectors.iter().map(|(code, p)| sector(*code, *p)).collect(),
            if self.has_scope { scope.to_owned() } else { String::new() },
            self.budgets.iter().enumerate().map(budget).collect(),
            self.paid.iter().map(Paid::xml).collect(),
        ];
        format!(
            "<iati-activity{}><iati-identifier>TOLD-{at:02}</iati-identifier><reporting-org ref=\"{REPORTER}\" type=\"10\"><narrative>R</narrative></reporting-org><title><narrative>T</narrative></title><activity-status code=\"2\"/>{}</iati-activity>\n",
            attribute(self.flag),
            parts.concat()
        )
    }

    /// Returns the humanitarian share. The outer `None` means that nothing is stated, the inner that no share is stated.
    #[expect(clippy::option_option, reason = "nothing stated, and stated without a share, differ")]
    fn humanitarian_share(&self) -> Option<Option<Decimal>> {
        if let Some(flag) = self.flag {
            return Some(Some(Decimal::from(u8::from(flag))));
        }
        if self.has_scope {
            return Some(Some(Decimal::ONE));
        }
        let is_humanitarian = |code: &usize| *code < 2;
        let count = self.sectors.iter().filter(|(code, _)| is_humanitarian(code)).count();
        match (self.sectors.len(), count) {
            (0, _) => None,
            (_, 0) => Some(Some(Decimal::ZERO)),
            (all, some) if all == some => Some(Some(Decimal::ONE)),
            _ => {
                let of = |(code, percent): &(usize, Option<u32>)| {
                    Some(if is_humanitarian(code) { (*percent)? } else { 0 })
                };
                let sum: Option<u32> = self.sectors.iter().map(of).sum();
                let all = self.sectors.iter().all(|(_, percent)| percent.is_some());
                Some(sum.filter(|_| all).map(|sum| Decimal::new(sum.into(), 2)))
            }
        }
    }

    /// Returns the humanitarian share of one of its payments.
    fn of_paid(&self, paid: &Paid) -> Option<Decimal> {
        let by_itself = self.flag.is_some() || self.has_scope;
        match (paid.flag, paid.sector) {
            (Some(flag), _) => Some(Decimal::from(u8::from(flag))),
            (None, Some(sector)) if !by_itself => Some(Decimal::from(u8::from(sector < 2))),
            _ => self.humanitarian_share().unwrap_or(Some(Decimal::ZERO)),
        }
    }

    /// Returns the humanitarian share of its budgets.
    fn of_budgets(&self) -> Option<Decimal> {
        self.humanitarian_share().unwrap_or_else(|| {
            let all: BTreeSet<Option<Decimal>> =
                self.paid.iter().map(|paid| self.of_paid(paid)).collect();
            let mut all = all.into_iter();
            match (all.next(), all.next()) {
                (None, _) => Some(Decimal::ZERO),
                (Some(one), None) => one,
                _ => None,
            }
        })
    }

    fn places_of(&self, paid: &Paid) -> Split {
        paid.place.map_or_else(|| self.places.clone(), |code| vec![(code, None)])
    }

    fn sectors_of(&self, paid: &Paid) -> Split {
        paid.sector.map_or_else(|| self.sectors.clone(), |code| vec![(code, None)])
    }
}

/// Match of a share with a filter; `Maybe` if no source states it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fit {
    Yes,
    No,
    Maybe,
}

impl Fit {
    fn sure(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

/// Lower bound, counted share and upper bound of the part that a filter selects.
type Part = [Decimal; 3];

/// Purpose of an amount.
struct Money<'a> {
    places: Split,
    sectors: Split,
    relief: Option<Decimal>,
    criteria: &'a Criteria,
}

/// Returns each share of a split, with its code if stated.
fn shares(split: &[(usize, Option<u32>)]) -> Vec<(Option<usize>, Decimal)> {
    match split {
        [(code, None)] => vec![(Some(*code), Decimal::ONE)],
        all if !all.is_empty() && all.iter().all(|(_, percent)| percent.is_some()) => all
            .iter()
            .map(|(code, percent)| (Some(*code), Decimal::new(percent.unwrap_or(0).into(), 2)))
            .collect(),
        _ => vec![(None, Decimal::ONE)],
    }
}

/// As [`shares`] for places: beside a country with all or nearly all of the money, a region is only a description.
fn place_shares(split: &[(usize, Option<u32>)]) -> Vec<(Option<usize>, Decimal)> {
    let countries: Split = split.iter().filter(|(code, _)| *code < 2).copied().collect();
    match countries.as_slice() {
        [(code, percent)] if percent.is_none_or(|percent| percent >= 99) => {
            vec![(Some(*code), Decimal::ONE)]
        }
        _ => shares(split),
    }
}

impl Criteria {
    fn text(&self, more: &str) -> String {
        let list = |codes: &[&str], of: &[usize]| {
            let codes: Vec<String> = of.iter().map(|at| format!("\"{}\"", codes[*at])).collect();
            format!("[{}]", codes.join(", "))
        };
        let mut fields = vec![more.to_owned()];
        fields.extend(self.countries.iter().map(|c| format!("country: {}", list(&PLACES, c))));
        fields.extend(self.region.then(|| "region: \"298\"".to_owned()));
        fields.extend(self.sectors.iter().map(|s| format!("sector: {}", list(&SECTORS, s))));
        let category =
            self.category.map(|code| format!("sectorCategory: \"{}\"", &SECTORS[code][..3]));
        fields.extend(category);
        fields.extend(self.humanitarian.map(|flag| format!("humanitarian: {flag}")));
        format!("{{ {} }}", fields.join(", "))
    }

    fn selects_sector(&self, code: usize) -> bool {
        self.sectors.as_ref().is_none_or(|requested| requested.contains(&code))
            && self.category.is_none_or(|requested| requested == code)
    }

    /// Returns true if money with these places, sectors and humanitarian shares matches.
    fn matches_money(
        &self,
        places: &[usize],
        sectors: &[usize],
        reliefs: &[Option<Decimal>],
    ) -> bool {
        let is_some = |requested: &Option<Vec<usize>>, own: &[usize]| {
            requested.as_ref().is_none_or(|requested| own.iter().any(|one| requested.contains(one)))
        };
        let is_relief = |yes: bool| {
            let but = if yes { Decimal::ZERO } else { Decimal::ONE };
            reliefs.iter().any(|relief| *relief != Some(but))
        };
        is_some(&self.countries, places)
            && (!self.region || places.contains(&2))
            && is_some(&self.sectors, sectors)
            && self.category.is_none_or(|code| sectors.contains(&code))
            && self.humanitarian.is_none_or(is_relief)
    }
}

fn codes(split: &[(usize, Option<u32>)]) -> Vec<usize> {
    split.iter().map(|(code, _)| *code).collect()
}

impl Money<'_> {
    /// Returns the part of its places. If a country and a region are filtered, the country decides.
    fn place(&self) -> Part {
        let Criteria { countries, region, .. } = self.criteria;
        if countries.is_none() && !region {
            return [Decimal::ONE; 3];
        }
        let wants = |code: usize| {
            countries.as_ref().map_or(code == 2, |requested| requested.contains(&code))
        };
        Self::part(
            place_shares(&self.places).into_iter().map(|(code, share)| {
                (code.map_or(Fit::Maybe, |code| Fit::sure(wants(code))), share)
            }),
        )
    }

    /// Returns the part of its sectors with the requested humanitarian classification.
    fn sector(&self) -> Part {
        let named = self.criteria.sectors.is_some() || self.criteria.category.is_some();
        let is_possible = (0..3).any(|code| self.criteria.selects_sector(code));
        let fit = |(code, share): (Option<usize>, Decimal)| {
            let by_code = match code {
                Some(code) => Fit::sure(self.criteria.selects_sector(code)),
                None if named && is_possible => Fit::Maybe,
                None => Fit::sure(!named),
            };
            let yes = match (self.relief, code) {
                (Some(relief), _) if relief.is_zero() => Fit::No,
                (Some(relief), _) if relief == Decimal::ONE => Fit::Yes,
                (None, _) => Fit::Maybe,
                (Some(_), code) => Fit::sure(code.is_some_and(|code| code < 2)),
            };
            let by_relief = match (self.criteria.humanitarian, yes) {
                (None, _) => Fit::Yes,
                (Some(true), fit) => fit,
                (Some(false), Fit::Maybe) => Fit::Maybe,
                (Some(false), fit) => Fit::sure(fit == Fit::No),
            };
            let both = match (by_code, by_relief) {
                (Fit::No, _) | (_, Fit::No) => Fit::No,
                (Fit::Yes, Fit::Yes) => Fit::Yes,
                _ => Fit::Maybe,
            };
            (both, share)
        };
        Self::part(shares(&self.sectors).into_iter().map(fit))
    }

    fn part(shares: impl Iterator<Item = (Fit, Decimal)>) -> Part {
        let mut part = [Decimal::ZERO; 3];
        for (fit, share) in shares {
            let from = match fit {
                Fit::Yes => 0,
                Fit::Maybe => 2,
                Fit::No => continue,
            };
            part[from..].iter_mut().for_each(|bound| *bound += share);
        }
        part
    }

    fn all(&self) -> Part {
        let (place, sector) = (self.place(), self.sector());
        [
            (place[0] + sector[0] - Decimal::ONE).max(Decimal::ZERO),
            place[1] * sector[1],
            place[2].min(sector[2]),
        ]
    }
}

/// Amounts with the part that counts.
type Amounts = Vec<((usize, u32), Part)>;

fn transactions(sample: &[Activity], criteria: &Criteria) -> (usize, Amounts) {
    let mut found = Amounts::new();
    for activity in sample {
        for paid in &activity.paid {
            let (places, sectors) = (activity.places_of(paid), activity.sectors_of(paid));
            let relief = activity.of_paid(paid);
            if criteria.matches_money(&codes(&places), &codes(&sectors), &[relief]) {
                let money = Money { places, sectors, relief, criteria };
                found.push(((paid.currency, paid.value), money.all()));
            }
        }
    }
    (found.len(), found)
}

/// Returns the budgets of matching programmes: all, or those that an implementer carries out alone or with another.
fn programmes(
    sample: &[Activity],
    criteria: &Criteria,
    carrier: Option<usize>,
) -> (usize, Amounts) {
    let (mut count, mut found) = (0, Amounts::new());
    for activity in sample {
        let paid = || activity.paid.iter();
        let places: Vec<usize> =
            codes(&activity.places).into_iter().chain(paid().filter_map(|p| p.place)).collect();
        let sectors: Vec<usize> =
            codes(&activity.sectors).into_iter().chain(paid().filter_map(|p| p.sector)).collect();
        let relief = activity.of_budgets();
        let reliefs: Vec<_> =
            std::iter::once(relief).chain(paid().map(|paid| activity.of_paid(paid))).collect();
        let is_theirs = carrier.is_none_or(|carrier| activity.carriers.contains(&carrier));
        if !is_theirs || !criteria.matches_money(&places, &sectors, &reliefs) {
            continue;
        }
        count += 1;
        let (places, sectors) = (activity.places.clone(), activity.sectors.clone());
        let mut part = Money { places, sectors, relief, criteria }.all();
        if carrier.is_some() && activity.carriers.len() > 1 {
            part = [Decimal::ZERO, Decimal::ZERO, part[2]];
        }
        found.extend(activity.budgets.iter().map(|budget| (*budget, part)));
    }
    (count, found)
}

/// Returns lower bound, counted sum and upper bound; `None` if nothing counts or may count.
fn sum(amounts: &[(Decimal, Part)]) -> [Option<Decimal>; 3] {
    let total =
        |at: usize| -> Decimal { amounts.iter().map(|(value, part)| value * part[at]).sum() };
    let counts = amounts.iter().any(|(_, part)| !part[1].is_zero());
    let is_there = amounts.iter().any(|(_, part)| !part[2].is_zero());
    let bound = |at: usize| is_there.then(|| total(at).normalize());
    [bound(0), counts.then(|| total(1).normalize()), bound(2)]
}

fn figures(totals: &Value, currency: &str) -> [Option<Decimal>; 3] {
    let totals = totals.as_array().unwrap();
    let total = totals.iter().find(|total| total["currency"] == currency);
    ["lower", "counted", "upper"].map(|figure| {
        let value = total.and_then(|total| total[figure].as_str());
        value.map(|value| value.parse::<Decimal>().unwrap().normalize())
    })
}

/// Normalises an empty sum: 0 and missing are equal.
fn normalised(figures: [Option<Decimal>; 3]) -> [Option<Decimal>; 3] {
    let is_nothing = figures.iter().flatten().all(Decimal::is_zero);
    if is_nothing { [None; 3] } else { figures }
}

/// Converts each dollar amount to euros.
fn in_euros(sandbox: &Sandbox, sample: &[Activity]) -> BTreeMap<u32, Decimal> {
    let dollars: BTreeSet<u32> = sample
        .iter()
        .flat_map(|activity| {
            let paid = activity.paid.iter().map(|paid| (paid.currency, paid.value));
            activity.budgets.iter().copied().chain(paid)
        })
        .filter(|(currency, _)| *currency == 1)
        .map(|(_, value)| value)
        .collect();
    let one = |value: &u32| {
        format!(
            "d{value}: convert(value: \"{value}\", from: \"USD\", to: \"EUR\", on: \"{DAY}\") {{ value }} "
        )
    };
    let mut euros = BTreeMap::new();
    for some in dollars.iter().collect::<Vec<_>>().chunks(20) {
        let query: String = some.iter().map(|value| one(value)).collect();
        let data = sandbox.run_query(&format!("{{ {query} }}"));
        for value in some {
            let converted = data[format!("d{value}")]["value"].as_str().unwrap();
            euros.insert(**value, converted.parse().unwrap());
        }
    }
    euros
}

const TOTALS: &str = "totalCount totals { currency lower counted upper } inEuros: totals(currency: \"EUR\") { currency lower counted upper }
    groups(by: [HUMANITARIAN]) { groups { currency lower counted upper } }";

/// Returns lists of a filter as queries, with the path to each and its expected amounts.
fn lists(
    sample: &[Activity],
    criteria: &Criteria,
) -> Vec<(String, Vec<&'static str>, (usize, Amounts))> {
    let reporter = format!("reporter: \"{REPORTER}\"");
    let filter = criteria.text(&reporter);
    let mut lists = vec![
        (
            format!("programmes(filter: {filter}) {{ {TOTALS} }}"),
            vec![],
            programmes(sample, criteria, None),
        ),
        (
            format!("transactions(filter: {filter}) {{ {TOTALS} }}"),
            vec![],
            transactions(sample, criteria),
        ),
    ];
    for (at, carrier) in CARRIERS.iter().enumerate() {
        let is_there = sample.iter().any(|activity| activity.carriers.contains(&at));
        let inside = criteria.text(&format!("{reporter}, role: IMPLEMENTING"));
        if is_there {
            lists.push((
                format!("agency(identifier: \"{carrier}\") {{ programmes(filter: {inside}) {{ {TOTALS} }} }}"),
                vec!["programmes"],
                programmes(sample, criteria, Some(at)),
            ));
        }
    }
    if criteria.countries.is_none() {
        let of_mali = Criteria { countries: Some(vec![0]), ..criteria.clone() };
        lists.push((
            format!("country(code: \"ML\") {{ programmes(filter: {filter}) {{ {TOTALS} }} }}"),
            vec!["programmes"],
            programmes(sample, &of_mali, None),
        ));
    }
    lists
}

fn check(sample: &[Activity], filters: &[Criteria]) -> Result<(), TestCaseError> {
    let sandbox = Sandbox::new();
    let activities: String =
        sample.iter().enumerate().map(|(at, activity)| activity.xml(at)).collect();
    let file = format!("<iati-activities version=\"2.03\">\n{activities}</iati-activities>\n");
    sandbox.import(&sandbox.write("told.xml", file));
    let euros = in_euros(&sandbox, sample);
    let convert = |(currency, value): (usize, u32)| {
        if currency == 0 { Decimal::from(value) } else { euros[&value] }
    };
    for criteria in filters {
        let lists = lists(sample, criteria);
        let aliased = lists.iter().enumerate().map(|(at, (query, ..))| format!("l{at}: {query} "));
        let data = sandbox.run_query(&format!("{{ {} }}", aliased.collect::<String>()));
        for (at, (query, path, (count, amounts))) in lists.into_iter().enumerate() {
            let list = path.iter().fold(&data[format!("l{at}")], |list, name| &list[*name]);
            let activity = || format!("{query}\n{amounts:?}\n{list:#}");
            prop_assert_eq!(&list["totalCount"], &serde_json::json!(count), "{}", activity());
            for (at, currency) in CURRENCIES.iter().enumerate() {
                let own: Vec<_> = amounts
                    .iter()
                    .filter(|((of, _), _)| *of == at)
                    .map(|((_, value), part)| (Decimal::from(*value), *part))
                    .collect();
                let found = figures(&list["totals"], currency);
                prop_assert_eq!(normalised(found), normalised(sum(&own)), "{}", activity());
                let groups = list["groups"]["groups"].as_array().unwrap();
                let groups = groups.iter().filter(|group| group["currency"] == **currency);
                let counted: Decimal = groups
                    .filter_map(|group| group["counted"].as_str()?.parse::<Decimal>().ok())
                    .sum();
                prop_assert_eq!(counted, found[1].unwrap_or_default(), "groups: {}", activity());
            }
            let all: Vec<_> =
                amounts.iter().map(|(amount, part)| (convert(*amount), *part)).collect();
            let found = figures(&list["inEuros"], "EUR");
            prop_assert_eq!(normalised(found), normalised(sum(&all)), "in euros: {}", activity());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn sums_of_random_activities_match_a_naive_computation(
        sample in proptest::collection::vec(activity(), 3..9),
        filters in proptest::collection::vec(criteria(), 3..6),
    ) {
        check(&sample, &filters)?;
    }
}
