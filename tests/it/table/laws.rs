//! Invariants of tables: their sums equal the totals of the same filter for any data.

use std::sync::Arc;

use aidgraph::graphql::current_generation::CurrentGeneration;
use aidgraph::graphql::saved::Library;
use aidgraph::graphql::{Options, Service};
use aidgraph::ingest;
use aidgraph::read::reader::Reader;
use aidgraph::store::Store;
use aidgraph::table::catalogue::Catalogue;
use aidgraph::table::format::{self, Format};
use async_graphql::Request;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::import::Sandbox;

/// Rows of a table, each as text by column name.
pub(crate) struct Rows {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    pub(crate) fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let at = self.header.iter().position(|column| column == name);
        let at = at.unwrap_or_else(|| panic!("no column {name} in {:?}", self.header));
        self.rows.iter().map(move |row| row[at].as_str())
    }

    pub(crate) fn sum(&self, name: &str) -> Decimal {
        let stated = self.column(name).filter(|text| !text.is_empty());
        stated.map(|text| text.parse::<Decimal>().unwrap()).sum()
    }
}

/// Reads a table, with parameters as in a URL.
pub(crate) fn table(reader: &Reader, name: &str, parameters: &str) -> Result<Rows, String> {
    let catalogue = Catalogue::default();
    let table = catalogue.get(name).unwrap();
    let pairs: Vec<(String, String)> = parameters
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let prepared = table.prepare(&pairs, reader).map_err(|err| err.to_string())?;
    let provenance = prepared.provenance(reader).unwrap();
    let mut bytes = Vec::new();
    let written = prepared
        .write(Format::Csv, &format::Options::default(), &provenance, reader, Box::new(&mut bytes))
        .map_err(|err| err.to_string())?;
    let mut csv = csv::Reader::from_reader(bytes.as_slice());
    let header = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let rows = csv.records().map(|row| row.unwrap().iter().map(str::to_owned).collect());
    let rows: Vec<Vec<String>> = rows.collect();
    assert_eq!(rows.len() as u64, written);
    if let Some(known) = prepared.count(reader).unwrap() {
        assert_eq!(known, written, "{name}?{parameters}");
    }
    Ok(Rows { header, rows })
}

/// A data folder with its opened generation.
pub(crate) struct Opened {
    pub(crate) reader: Arc<Reader>,
    service: Service,
}

pub(crate) fn open(sandbox: &Sandbox) -> Opened {
    let store = Store::open(&sandbox.data()).unwrap();
    let (generation, _) = ingest::prepare(&store, None, &mut |_| {}).unwrap();
    let live = CurrentGeneration::empty();
    live.swap(Reader::new(generation));
    let reader = live.current().unwrap();
    let options = Options::default();
    Opened { reader, service: Service::new(live, Library::embedded(), options) }
}

impl Opened {
    fn run_query(&self, query: &str) -> Value {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let response = runtime.block_on(self.service.execute(Request::new(query)));
        assert!(response.is_ok(), "{query}: {:?}", response.errors);
        response.data.into_json().unwrap()
    }

    /// The counted and the naive sum of a list in euros.
    fn totals(&self, list: &str, filter: &str) -> (Decimal, Decimal) {
        let query = format!(
            "{{ list: {list}(filter: {filter}, first: 1) {{ totals(currency: \"EUR\") {{ counted naive }} }} }}"
        );
        let data = self.run_query(&query);
        let total = &data["list"]["totals"][0];
        let sum = |name: &str| total[name].as_str().map_or(Decimal::ZERO, |t| t.parse().unwrap());
        (sum("counted"), sum("naive"))
    }
}

/// A filter in GraphQL and as URL parameters.
type Pair = (&'static str, &'static str);

const TRANSACTIONS: &[Pair] = &[
    ("{}", ""),
    ("{ country: \"ML\" }", "country=ML"),
    ("{ country: [\"ML\", \"NE\"], sector: \"11110\" }", "country=ML,NE&sector=11110"),
    ("{ sectorCategory: \"122\" }", "sectorCategory=122"),
    ("{ region: \"298\" }", "region=298"),
    ("{ type: OUTGOING_COMMITMENT }", "type=OUTGOING_COMMITMENT"),
    (
        "{ type: [DISBURSEMENT, INCOMING_FUNDS], year: 2020 }",
        "type={DISBURSEMENT,INCOMING_FUNDS}&year=2020",
    ),
    ("{ humanitarian: true }", "humanitarian=true"),
    ("{ humanitarian: false, country: \"SN\" }", "humanitarian=false&country=SN"),
    ("{ reporter: \"XX-1\" }", "reporter=XX-1"),
    ("{ currency: \"USD\" }", "publishedCurrency=USD"),
    ("{ participant: \"XX-2\", role: IMPLEMENTING }", "participant=XX-2&role=IMPLEMENTING"),
];

const PROGRAMMES: &[Pair] = &[
    ("{}", ""),
    ("{ country: \"ML\" }", "country=ML"),
    ("{ country: \"NE\", sector: \"12220\" }", "country=NE&sector=12220"),
    ("{ agency: \"XX-2\", role: FUNDING }", "agency=XX-2&role=FUNDING"),
    ("{ humanitarian: true }", "humanitarian=true"),
    ("{ reporter: \"XX-1\" }", "reporter=XX-1"),
    ("{ currency: \"USD\" }", "publishedCurrency=USD"),
];

const GROUPS: &[&str] = &[
    "country",
    "country,year",
    "sector",
    "region,sectorCategory",
    "month",
    "humanitarian",
    "reporter,currency",
    "implementingAgency",
];

const CONTRIBUTIONS: &[Pair] = &[
    ("{}", ""),
    ("{ year: 2020 }", "year=2020"),
    ("{ country: \"ML\" }", "country=ML"),
    ("{ country: [\"ML\", \"NE\"], currency: \"EUR\" }", "country=ML,NE&publishedCurrency=EUR"),
    ("{ channel: NGO }", "channel=NGO"),
    ("{ status: PLEDGE }", "status=PLEDGE"),
    ("{ plan: \"HMLI24\" }", "plan=HMLI24"),
];

const GROUPS_OF_CONTRIBUTIONS: &[&str] = &[
    "year,channel",
    "country",
    "month,donor",
    "provider,receiver",
    "plan,cluster",
    "crisis,scope,flowStatus",
    "currency",
];

const TO_MISSIONS: &[Pair] = &[
    ("{}", ""),
    ("{ year: 2020 }", "year=2020"),
    ("{ mission: \"MINUSMA\" }", "mission=MINUSMA"),
    ("{ country: \"ML\" }", "country=ML"),
    ("{ country: [\"ML\", \"NE\"], year: 2015 }", "country=ML,NE&year=2015"),
    ("{ kind: [FINANCIAL, PERSONNEL] }", "kind=FINANCIAL,PERSONNEL"),
];

const GROUPS_OF_MISSIONS: &[&str] =
    &["mission,year", "country", "kind,deployment", "sendingBody,donor", "currency,month"];

/// Checks that the groups of a table add up to the totals of its list.
fn check_groups(opened: &Opened, list: &str, name: &str, filters: &[Pair], groups: &[&str]) {
    for (filter, parameters) in filters {
        let (counted, naive) = opened.totals(list, filter);
        for by in groups {
            let parameters = format!("by={by}&leftOut=1&{parameters}");
            let rows = table(&opened.reader, name, &parameters).unwrap();
            assert_eq!(rows.sum("counted"), counted, "groups of {name} {parameters}");
            assert_eq!(rows.sum("value_eur"), naive, "groups of {name} {parameters}");
        }
    }
}

/// Compares sums of tables with totals of lists. Takes one of `one_of` items of long lists of filters and groups.
fn check(opened: &Opened, one_of: usize) {
    let (list, name) = ("humanitarianContributions", "humanitarian-contributions");
    check_groups(opened, list, name, CONTRIBUTIONS, GROUPS_OF_CONTRIBUTIONS);
    let (list, name) = ("missionContributions", "mission-contributions");
    check_groups(opened, list, name, TO_MISSIONS, GROUPS_OF_MISSIONS);
    for (filter, parameters) in TO_MISSIONS {
        let rows = table(&opened.reader, name, parameters).unwrap();
        let sums = (rows.sum("counted"), rows.sum("value_eur"));
        assert_eq!(sums, opened.totals(list, filter), "{name} {parameters}");
    }
    for (filter, parameters) in TRANSACTIONS.iter().step_by(one_of) {
        let (counted, naive) = opened.totals("transactions", filter);
        for name in ["transactions", "transaction-shares"] {
            let rows = table(&opened.reader, name, parameters).unwrap();
            assert_eq!(rows.sum("counted"), counted, "{name} {parameters}");
            assert_eq!(rows.sum("value_eur"), naive, "{name} {parameters}");
        }
        for by in GROUPS.iter().step_by(one_of) {
            let parameters = format!("by={by}&leftOut=1&{parameters}");
            let rows = table(&opened.reader, "transactions", &parameters).unwrap();
            assert_eq!(rows.sum("counted"), counted, "groups {parameters}");
            assert_eq!(rows.sum("value_eur"), naive, "groups {parameters}");
        }
    }
    for (filter, parameters) in PROGRAMMES.iter().step_by(one_of) {
        let (counted, naive) = opened.totals("programmes", filter);
        for name in ["programmes", "budgets"] {
            let rows = table(&opened.reader, name, parameters).unwrap();
            assert_eq!(rows.sum("counted"), counted, "{name} {parameters}");
            assert_eq!(rows.sum("value_eur"), naive, "{name} {parameters}");
        }
        for by in GROUPS.iter().step_by(one_of) {
            let parameters = format!("by={by}&leftOut=1&{parameters}");
            let rows = table(&opened.reader, "budgets", &parameters).unwrap();
            assert_eq!(rows.sum("counted"), counted, "groups of budgets {parameters}");
            assert_eq!(rows.sum("value_eur"), naive, "groups of budgets {parameters}");
        }
    }
    for (list, name) in [
        ("humanitarianContributions", "humanitarian-contributions"),
        ("missionContributions", "mission-contributions"),
        ("odaFigures", "oda-figures"),
    ] {
        for (filter, parameters) in [("{}", ""), ("{ year: 2020 }", "year=2020")] {
            let (counted, naive) = opened.totals(list, filter);
            let rows = table(&opened.reader, name, parameters).unwrap();
            assert_eq!(rows.sum("counted"), counted, "{name} {parameters}");
            assert_eq!(rows.sum("value_eur"), naive, "{name} {parameters}");
        }
    }
}

#[test]
fn sums_of_the_seed_are_its_totals() {
    let sandbox = Sandbox::new();
    sandbox.run(&["status"]);
    sandbox.run_query("{ __typename }");
    check(&open(&sandbox), 1);
}

#[test]
fn tables_of_contributions_are_grouped_by_their_own_dimensions() {
    let sandbox = Sandbox::new();
    sandbox.run(&["status"]);
    sandbox.run_query("{ __typename }");
    let opened = open(&sandbox);
    let rows = table(&opened.reader, "mission-contributions", "by=mission,year").unwrap();
    let of_minusma = rows.column("mission").zip(rows.column("mission_name"));
    let names: Vec<&str> =
        of_minusma.filter(|(id, _)| *id == "MINUSMA").map(|(_, name)| name).collect();
    assert!(!names.is_empty());
    assert!(names.iter().all(|name| name.contains("Mali")), "{names:?}");
    assert!(rows.column("mission_name").any(|name| name == "not divided"));
    assert!(rows.column("programmes").all(str::is_empty));
    for (name, by, own) in [
        ("mission-contributions", "channel", "mission, kind"),
        ("humanitarian-contributions", "sector", "channel, donor"),
        ("budgets", "provider", "funding_agency"),
        ("transactions", "scope", "provider, receiver"),
    ] {
        let error = table(&opened.reader, name, &format!("by={by}")).err().unwrap();
        assert!(error.contains("invalid parameter `by`") && error.contains(own), "{error}");
        let listed = Catalogue::default().get(name).unwrap().listed();
        let words = listed.parameters.iter().find(|parameter| parameter.name == "by").unwrap();
        assert!(!words.values.iter().any(|word| word == by), "{name} {by}");
    }
}

#[test]
fn sums_of_the_real_files_are_their_totals() {
    let Some(folder) = crate::iati::corpus::folder() else { return };
    let sandbox = Sandbox::new();
    for part in ["iati/activities", "fts", "crs"] {
        let path = folder.join(part);
        if path.exists() {
            sandbox.run(&["import", path.to_str().unwrap()]);
        }
    }
    check(&open(&sandbox), 4);
}

const COUNTRIES: [&str; 3] = ["ML", "NE", "SN"];
const SECTORS: [&str; 4] = ["11110", "12220", "72010", "12110"];

#[derive(Clone, Debug)]
struct Movement {
    kind: u8,
    cents: i64,
    currency: usize,
    year: u16,
    country: Option<usize>,
    sector: Option<usize>,
}

impl Movement {
    fn xml(&self) -> String {
        let date = format!("{}-05-17", self.year);
        let currency = ["EUR", "USD", "XOF", "ZZZ"][self.currency];
        let value = Decimal::new(self.cents, 2);
        let sector = self.sector.map_or(String::new(), |at| {
            format!("<sector vocabulary=\"1\" code=\"{}\"/>", SECTORS[at])
        });
        let country = self
            .country
            .map_or(String::new(), |at| format!("<recipient-country code=\"{}\"/>", COUNTRIES[at]));
        format!(
            "<transaction><transaction-type code=\"{}\"/><transaction-date iso-date=\"{date}\"/><value currency=\"{currency}\" value-date=\"{date}\">{value}</value>{sector}{country}</transaction>",
            self.kind
        )
    }
}

#[derive(Clone, Debug)]
struct Activity {
    is_secondary: bool,
    is_humanitarian: bool,
    shares: Vec<u8>,
    sectors: Vec<u8>,
    has_region: bool,
    roles: Vec<(u8, u8)>,
    budgets: Vec<(i64, u16, bool)>,
    movements: Vec<Movement>,
}

/// Percentages of parts: equal weights, or none for a single zero.
fn shares(weights: &[u8]) -> Vec<Option<String>> {
    let sum: u32 = weights.iter().map(|weight| u32::from(*weight)).sum();
    if sum == 0 {
        return weights.iter().map(|_| None).collect();
    }
    let percent = |weight: &u8| {
        let share = Decimal::from(u32::from(*weight) * 100) / Decimal::from(sum);
        Some(share.round_dp(4).to_string())
    };
    weights.iter().map(percent).collect()
}

impl Activity {
    fn xml(&self, at: usize) -> String {
        let flag = if self.is_humanitarian { " humanitarian=\"1\"" } else { "" };
        let secondary = u8::from(self.is_secondary);
        let percentage = |share: &Option<String>| {
            share.as_ref().map_or(String::new(), |share| format!(" percentage=\"{share}\""))
        };
        let countries = shares(&self.shares);
        let countries = countries.iter().zip(COUNTRIES).map(|(share, code)| {
            format!("<recipient-country code=\"{code}\"{}/>", percentage(share))
        });
        let sectors = shares(&self.sectors);
        let sectors = sectors.iter().zip(SECTORS).map(|(share, code)| {
            format!("<sector vocabulary=\"1\" code=\"{code}\"{}/>", percentage(share))
        });
        let region = if self.has_region && self.shares.is_empty() {
            "<recipient-region code=\"298\" vocabulary=\"1\"/>"
        } else {
            ""
        };
        let roles = self.roles.iter().map(|(role, agency)| {
            format!("<participating-org role=\"{}\" ref=\"XX-{agency}\"><narrative>Agency {agency}</narrative></participating-org>", role % 4 + 1)
        });
        let budgets = self.budgets.iter().map(|(cents, year, revised)| {
            let kind = if *revised { 2 } else { 1 };
            format!("<budget type=\"{kind}\"><period-start iso-date=\"{year}-01-01\"/><period-end iso-date=\"{year}-12-31\"/><value currency=\"USD\" value-date=\"{year}-01-01\">{}</value></budget>", Decimal::new(*cents, 2))
        });
        let parts: Vec<String> = roles
            .chain(countries)
            .chain(std::iter::once(region.to_owned()))
            .chain(sectors)
            .chain(budgets)
            .chain(self.movements.iter().map(Movement::xml))
            .collect();
        format!(
            "<iati-activity default-currency=\"EUR\"{flag}><iati-identifier>XX-1-{at}</iati-identifier><reporting-org ref=\"XX-1\" type=\"10\" secondary-reporter=\"{secondary}\"><narrative>One</narrative></reporting-org><title><narrative>Activity {at}</narrative></title>{}</iati-activity>",
            parts.concat()
        )
    }
}

fn movement() -> impl Strategy<Value = Movement> {
    (
        1_u8..14,
        -1_000_i64..1_000_000_000,
        0_usize..4,
        2018_u16..2023,
        proptest::option::of(0_usize..3),
        proptest::option::of(0_usize..4),
    )
        .prop_map(|(kind, cents, currency, year, country, sector)| Movement {
            kind,
            cents,
            currency,
            year,
            country,
            sector,
        })
}

fn activity() -> impl Strategy<Value = Activity> {
    (
        any::<bool>(),
        any::<bool>(),
        proptest::collection::vec(0_u8..4, 0..4),
        proptest::collection::vec(0_u8..4, 0..4),
        any::<bool>(),
        proptest::collection::vec((0_u8..4, 1_u8..4), 0..4),
        proptest::collection::vec((1_i64..1_000_000, 2018_u16..2023, any::<bool>()), 0..4),
        proptest::collection::vec(movement(), 0..12),
    )
        .prop_map(
            |(
                is_secondary,
                is_humanitarian,
                shares,
                sectors,
                has_region,
                roles,
                budgets,
                movements,
            )| Activity {
                is_secondary,
                is_humanitarian,
                shares,
                sectors,
                has_region,
                roles,
                budgets,
                movements,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn sums_of_random_activities_are_their_totals(activities in proptest::collection::vec(activity(), 1..40)) {
        let sandbox = Sandbox::new();
        let all: String = activities.iter().enumerate().map(|(at, one)| one.xml(at)).collect();
        let file = format!("<iati-activities version=\"2.03\">{all}</iati-activities>");
        let (report, _) = sandbox.import(&sandbox.write("random.xml", file));
        prop_assert!(report.to_string().contains("random.xml"), "{}", report);
        check(&open(&sandbox), 1);
    }
}
