//! A random seed: programmes with agencies, places, sectors and budgets, and humanitarian contributions. It becomes
//! rows of seed files, and a service over them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::ingest::{self, seed::SeedFiles};
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use async_graphql::Request;
use proptest::prelude::*;
use serde_json::Value;

pub(crate) const AGENCIES: [&str; 4] = ["a0", "a1", "a2", "a3"];
pub(crate) const COUNTRIES: [&str; 3] = ["ML", "NE", "SN"];
/// Missions; the second is in two countries.
pub(crate) const MISSIONS: [&str; 3] = ["M0", "M1", "M2"];
pub(crate) const SECTORS: [&str; 2] = ["11110", "12220"];
/// Locations; the second lies within the first.
pub(crate) const LOCATIONS: [&str; 3] = ["ML-r", "ML-r-c", "NE-r"];
/// Index of the country of each location.
pub(crate) const COUNTRY_OF: [usize; 3] = [0, 0, 1];
pub(crate) const ROLES: [&str; 5] =
    ["FUNDING", "ACCOUNTABLE", "EXTENDING", "IMPLEMENTING", "PARTNER"];
pub(crate) const CHANNELS: [&str; 2] = ["NGO", "GOVERNMENT"];
pub(crate) const CURRENCIES: [&str; 2] = ["EUR", "USD"];
pub(crate) const QUALIFIERS: [&str; 4] = ["EXACT", "AT_LEAST", "AT_MOST", "ABOUT"];

/// An amount: index of currency, whole units and index of qualifier; `None` if it is not stated.
pub(crate) type Amount = Option<(usize, u32, usize)>;

/// Participation of an agency in a programme.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) agency: usize,
    pub(crate) role: usize,
    pub(crate) channel: Option<usize>,
    pub(crate) money: Amount,
}

/// Division of a programme among codes.
#[derive(Clone, Debug)]
pub(crate) enum Split {
    /// No code is stated.
    None,
    /// One code has all of it.
    One(usize),
    /// Two codes, and the percentage of the first.
    Two(usize, usize, u32),
    /// Two codes without a division.
    Undivided(usize, usize),
}

/// A programme with consecutive yearly budgets.
#[derive(Clone, Debug)]
pub(crate) struct Programme {
    pub(crate) parent: Option<usize>,
    pub(crate) parts: Vec<Part>,
    pub(crate) places: Split,
    pub(crate) sectors: Split,
    pub(crate) sites: Vec<usize>,
    pub(crate) budgets: Vec<Amount>,
}

/// A humanitarian contribution.
#[derive(Clone, Debug)]
pub(crate) struct Contribution {
    pub(crate) countries: Vec<usize>,
    pub(crate) agencies: Vec<usize>,
    pub(crate) money: Amount,
    /// Index of an earlier contribution that it is an alternative figure to.
    pub(crate) second_of: Option<usize>,
}

/// Programmes and contributions of a random seed.
#[derive(Clone, Debug)]
pub(crate) struct RandomSeed {
    pub(crate) programmes: Vec<Programme>,
    pub(crate) contributions: Vec<Contribution>,
}

fn amount(exact: u32) -> impl Strategy<Value = Amount> {
    let qualifier = prop_oneof![exact => Just(0_usize), 1 => 1_usize..4];
    prop_oneof![9 => (0_usize..2, 1_u32..300, qualifier).prop_map(Some), 1 => Just(None)]
}

fn part() -> impl Strategy<Value = Part> {
    let role = prop_oneof![3 => Just(3_usize), 2 => Just(0), 1 => 0_usize..5];
    let money =
        prop_oneof![2 => Just(None), 1 => (Just(0_usize), 1_u32..60, Just(0_usize)).prop_map(Some)];
    let channel = proptest::option::of(0_usize..2);
    (0_usize..4, role, channel, money).prop_map(|(agency, role, channel, money)| Part {
        agency,
        role,
        channel,
        money,
    })
}

fn split(codes: usize) -> impl Strategy<Value = Split> {
    let two = (0..codes, 1..codes).prop_map(move |(one, by)| (one, (one + by) % codes));
    prop_oneof![
        1 => Just(Split::None),
        3 => (0..codes).prop_map(Split::One),
        3 => (two.clone(), 1_u32..100).prop_map(|((a, b), percent)| Split::Two(a, b, percent)),
        1 => two.prop_map(|(a, b)| Split::Undivided(a, b)),
    ]
}

fn programme() -> impl Strategy<Value = Programme> {
    let parts = proptest::collection::vec(part(), 0..4);
    let sites = proptest::sample::subsequence(vec![0_usize, 1, 2], 0..3);
    let budgets = proptest::collection::vec(amount(6), 0..3);
    let parent = proptest::option::weighted(0.25, 0_usize..100);
    (parent, parts, split(3), split(2), sites, budgets).prop_map(
        |(parent, parts, places, sectors, sites, budgets)| Programme {
            parent,
            parts,
            places,
            sectors,
            sites,
            budgets,
        },
    )
}

fn contribution() -> impl Strategy<Value = Contribution> {
    let countries = proptest::sample::subsequence(vec![0_usize, 1, 2], 1..3);
    let agencies = proptest::sample::subsequence(vec![0_usize, 1, 2], 0..3);
    let second_of = proptest::option::weighted(0.4, 0_usize..100);
    (countries, agencies, amount(4), second_of).prop_map(
        |(countries, agencies, money, second_of)| Contribution {
            countries,
            agencies,
            money,
            second_of,
        },
    )
}

/// Random seeds.
pub(crate) fn random_seed() -> impl Strategy<Value = RandomSeed> {
    let programmes = proptest::collection::vec(programme(), 8..16);
    let contributions = proptest::collection::vec(contribution(), 3..9);
    (programmes, contributions).prop_map(|(mut programmes, mut contributions)| {
        for (at, programme) in programmes.iter_mut().enumerate() {
            programme.parent = programme.parent.filter(|_| at > 0).map(|parent| parent % at.max(1));
            let mut seen = Vec::new();
            programme.parts.retain(|part| {
                let key = (part.agency, part.role);
                !seen.contains(&key) && {
                    seen.push(key);
                    true
                }
            });
        }
        for (at, contribution) in contributions.iter_mut().enumerate() {
            contribution.second_of =
                contribution.second_of.filter(|_| at > 0).map(|of| of % at.max(1));
        }
        RandomSeed { programmes, contributions }
    })
}

/// Returns the identifier of a programme.
pub(crate) fn programme_id(at: usize) -> String {
    format!("P{at:02}")
}

/// Returns the identifier of a contribution.
pub(crate) fn contribution_id(at: usize) -> String {
    format!("H{at:02}")
}

/// Rows of seed files, by file.
#[derive(Debug)]
pub(crate) struct Rows(BTreeMap<String, (Vec<String>, String)>);

impl Rows {
    /// Creates every file with its header only.
    pub(crate) fn new() -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/good");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let first = text.lines().next().unwrap();
            let columns = first.split(',').map(str::to_owned).collect();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, (columns, format!("{first}\n")))
        });
        Self(files.collect())
    }

    /// Adds a row with these cells, and with the only publication as source.
    pub(crate) fn add(&mut self, file: &str, cells: &[(&str, &str)]) {
        let (columns, text) = self.0.get_mut(file).unwrap();
        for (column, _) in cells {
            assert!(columns.iter().any(|other| other == column), "{file} has no {column}");
        }
        let cell = |column: &String| {
            let own = cells.iter().find(|(name, _)| name == column).map(|(_, value)| *value);
            own.unwrap_or(if column == "source_id" { "S" } else { "" })
        };
        let row: Vec<&str> = columns.iter().map(cell).collect();
        text.push_str(&row.join(","));
        text.push('\n');
    }

    /// Adds a project of Luxembourg with further cells.
    pub(crate) fn project(&mut self, id: &str, cells: &[(&str, &str)]) {
        let own = [
            ("id", id),
            ("kind", "PROJECT"),
            ("pillar", "DEVELOPMENT"),
            ("donor", "LU"),
            ("title_en", id),
        ];
        self.add("programmes", &with(&own, cells));
    }

    /// Adds a budget of a programme with the cells of its money.
    pub(crate) fn budget(
        &mut self,
        id: &str,
        programme: &str,
        [start, end]: [&str; 2],
        money: &[(&str, impl AsRef<str>)],
    ) {
        let own = [
            ("id", id),
            ("programme_id", programme),
            ("element", "ENVELOPE"),
            ("start", start),
            ("end", end),
        ];
        self.add("budgets", &with(&own, money));
    }

    /// Builds a service over the rows.
    pub(crate) fn service(&self) -> (tempfile::TempDir, Service) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let files = self
            .0
            .iter()
            .map(|(name, (_, text))| (format!("seed/{name}.csv"), text.clone().into_bytes()));
        let files = SeedFiles::from_bytes(files);
        let checked = ingest::check(&files);
        let problems: Vec<String> = checked.problems().map(|p| format!("{p:?}")).collect();
        assert_eq!(checked.errors(), 0, "{problems:#?}");
        let (generation, _) = ingest::prepare(&store, Some(&files), &mut |_| {}).unwrap();
        let live = CurrentGeneration::empty();
        live.swap(Reader::new(generation));
        (folder, Service::new(live, Library::embedded(), Options::default()))
    }

    /// Adds shared rows: publications, countries, agencies, places, sectors.
    pub(crate) fn basics() -> Self {
        let mut rows = Self::new();
        rows.add(
            "sources",
            &[
                ("id", "S"),
                ("title", "Report"),
                ("published", "2020"),
                ("language", "en"),
                ("kind", "ANNUAL_REPORT"),
            ],
        );
        for code in COUNTRIES.iter().chain(&["LU"]) {
            rows.add("countries", &[("code", code), ("name_en", code)]);
        }
        for (code, units) in [("EUR", "2"), ("USD", "2")] {
            rows.add("currencies", &[("code", code), ("name_en", code), ("minor_units", units)]);
        }
        for code in ["111", "122"] {
            rows.add("sectors", &[("code", code), ("name_en", code)]);
        }
        for code in SECTORS {
            rows.add("sectors", &[("code", code), ("name_en", code), ("category", &code[..3])]);
        }
        for id in AGENCIES {
            rows.add("agencies", &[("id", id), ("name_en", id), ("kind", "NGO")]);
        }
        for (id, country) in LOCATIONS.iter().zip(COUNTRY_OF) {
            let within = if *id == "ML-r-c" { "ML-r" } else { "" };
            rows.add(
                "locations",
                &[
                    ("id", id),
                    ("name_en", id),
                    ("kind", "REGION"),
                    ("country", COUNTRIES[country]),
                    ("within", within),
                ],
            );
        }
        rows
    }
}

/// Returns the cells of an amount.
fn cells(amount: Amount) -> [(&'static str, String); 4] {
    let (currency, value, qualifier, absence) = match amount {
        Some((currency, value, qualifier)) => {
            let qualifier = if qualifier == 0 { "" } else { QUALIFIERS[qualifier] };
            (CURRENCIES[currency], value.to_string(), qualifier, "")
        }
        None => ("", String::new(), "", "NOT_STATED"),
    };
    [
        ("amount", value),
        ("currency", currency.to_owned()),
        ("qualifier", qualifier.to_owned()),
        ("absence", absence.to_owned()),
    ]
}

fn with<'a>(
    own: &[(&'a str, &'a str)],
    more: &'a [(&'a str, impl AsRef<str>)],
) -> Vec<(&'a str, &'a str)> {
    let more = more.iter().map(|(column, value)| (*column, value.as_ref()));
    own.iter().copied().chain(more).collect()
}

impl RandomSeed {
    /// Returns the rows of the seed.
    pub(crate) fn rows(&self) -> Rows {
        let mut rows = Rows::basics();
        for (id, countries) in MISSIONS.iter().zip(["ML", "ML;NE", "SN"]) {
            let own = [("id", *id), ("name_en", *id), ("kind", "CSDP_CIVILIAN")];
            rows.add("missions", &with(&own, &[("countries", countries)]));
        }
        for (at, programme) in self.programmes.iter().enumerate() {
            add_programme(&mut rows, at, programme);
        }
        for (at, contribution) in self.contributions.iter().enumerate() {
            let list = |codes: &[&str], of: &[usize]| {
                of.iter().map(|at| codes[*at]).collect::<Vec<_>>().join(";")
            };
            let countries = list(&COUNTRIES, &contribution.countries);
            let agencies = list(&AGENCIES, &contribution.agencies);
            let second_of = contribution.second_of.map(contribution_id).unwrap_or_default();
            let id = contribution_id(at);
            let own = [
                ("id", id.as_str()),
                ("donor", "LU"),
                ("year", ["2015", "2016"][at % 2]),
                ("crisis", "One"),
                ("countries", &countries),
                ("channel", ["MIXED", "UN", "NOT_STATED"][at % 3]),
                ("channel_agencies", &agencies),
                ("scope", "CRISIS"),
                ("alternative_to", &second_of),
            ];
            rows.add("humanitarian_contributions", &with(&own, &cells(contribution.money)));
            let missions = list(&MISSIONS, &contribution.countries);
            let own = [
                ("id", id.as_str()),
                ("mission_ids", &missions),
                ("contributor", "LU"),
                ("kind", ["FINANCIAL", "EQUIPMENT"][at % 2]),
                ("start", ["2015", "2016", ""][at % 3]),
            ];
            rows.add("mission_contributions", &with(&own, &cells(contribution.money)));
        }
        rows
    }
}

fn add_programme(rows: &mut Rows, at: usize, programme: &Programme) {
    let id = programme_id(at);
    let parent = programme.parent.map(programme_id).unwrap_or_default();
    rows.project(&id, &[("parent_id", &parent), ("start", "2010"), ("end", "2014")]);
    for part in &programme.parts {
        let money = part.money.map(|money| cells(Some(money))).unwrap_or_default();
        let money: Vec<_> = money.into_iter().filter(|(name, _)| !name.is_empty()).collect();
        let own = [
            ("programme_id", id.as_str()),
            ("agency_id", AGENCIES[part.agency]),
            ("role", ROLES[part.role]),
            ("channel", part.channel.map_or("", |channel| CHANNELS[channel])),
        ];
        rows.add("participations", &with(&own, &money));
    }
    for (file, column, codes, of) in [
        ("recipients", "country", &COUNTRIES[..], &programme.places),
        ("programme_sectors", "sector", &SECTORS[..], &programme.sectors),
    ] {
        let shares: Vec<(usize, String)> = match of {
            Split::None => Vec::new(),
            Split::One(one) => vec![(*one, String::new())],
            Split::Two(one, other, percent) => {
                vec![(*one, percent.to_string()), (*other, (100 - percent).to_string())]
            }
            Split::Undivided(one, other) => vec![(*one, String::new()), (*other, String::new())],
        };
        for (code, percentage) in shares {
            let mut own = vec![("programme_id", id.as_str()), (column, codes[code])];
            own.push(("percentage", &percentage));
            if file == "programme_sectors" {
                own.push(("name_as_published", codes[code]));
            }
            rows.add(file, &own);
        }
    }
    for site in &programme.sites {
        rows.add(
            "programme_locations",
            &[("programme_id", &id), ("location_id", LOCATIONS[*site])],
        );
    }
    for (number, budget) in programme.budgets.iter().enumerate() {
        let year = (2010 + number).to_string();
        let own_id = format!("{id}-B{number}");
        rows.budget(&own_id, &id, [&year, &year], &cells(*budget));
    }
}

/// Returns the data of a query that must have no errors.
pub(crate) fn ask(service: &Service, query: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let response = runtime.block_on(service.execute(Request::new(query)));
    let response = serde_json::to_value(response).unwrap();
    assert!(response.get("errors").is_none(), "{query}\n{response:#}");
    response["data"].clone()
}
