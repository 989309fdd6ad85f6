//! Whether a server's answers are those that the maker of a corpus computed: `expected.json` beside its files.
//!
//! What the seed holds is in the answers too. So the same questions are asked of the seed alone, and the difference is
//! compared.

#![expect(clippy::indexing_slicing, reason = "an index of JSON gives null where there is nothing")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::support::http::Client;
use crate::support::{Result, Server};

/// IATI's numbers of the types that the schema has words for.
const TYPES: [&str; 13] = [
    "INCOMING_FUNDS",
    "OUTGOING_COMMITMENT",
    "DISBURSEMENT",
    "EXPENDITURE",
    "INTEREST_PAYMENT",
    "LOAN_REPAYMENT",
    "REIMBURSEMENT",
    "PURCHASE_OF_EQUITY",
    "SALE_OF_EQUITY",
    "CREDIT_GUARANTEE",
    "INCOMING_COMMITMENT",
    "OUTGOING_PLEDGE",
    "INCOMING_PLEDGE",
];

/// Numbers by what they count.
type Facts = BTreeMap<String, Decimal>;

/// How many numbers were compared, and those that differ.
pub(crate) struct Compared {
    pub(crate) numbers: usize,
    pub(crate) differing: Vec<String>,
}

/// Compares the answers of a server with what a corpus says; `None` where it says nothing.
pub(crate) fn compare(folder: &Path, address: &str) -> Result<Option<Compared>> {
    let Ok(text) = fs::read(folder.join("expected.json")) else { return Ok(None) };
    let expected = expectation(&serde_json::from_slice(&text)?)?;
    let alone = tempfile::tempdir()?;
    let seed = Server::start(alone.path())?;
    let before = facts(&seed.address)?;
    seed.stop()?;
    let mut differing = Vec::new();
    let mut after = facts(address)?;
    for (name, number) in &before {
        *after.entry(name.clone()).or_default() -= number;
    }
    for (name, expected) in &expected {
        let found = after.get(name).copied().unwrap_or_default();
        if found != *expected {
            differing.push(format!("{name}: {found}, expected {expected}"));
        }
    }
    Ok(Some(Compared { numbers: expected.len(), differing }))
}

fn decimal(value: &Value) -> Result<Decimal> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Ok(text.parse::<Decimal>()?.normalize())
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn each<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn expectation(expected: &Value) -> Result<Facts> {
    let mut facts = Facts::new();
    for name in ["activities", "transactions", "activities_humanitarian"] {
        facts.insert(name.to_owned(), decimal(&expected[name])?);
    }
    for sum in each(expected, "transaction_sums_by_raw_type") {
        let key = format!("type {} {}", word(sum, "type"), word(sum, "currency"));
        facts.insert(format!("{key} count"), decimal(&sum["count"])?);
        facts.insert(format!("{key} sum"), decimal(&sum["sum"])?);
    }
    for sum in each(expected, "budget_sums") {
        facts.insert(format!("budgets {}", word(sum, "currency")), decimal(&sum["sum"])?);
    }
    for (prefix, name) in
        [("year", "transactions_by_year"), ("country", "activities_by_recipient_country")]
    {
        for (key, count) in expected[name].as_object().into_iter().flatten() {
            facts.insert(format!("{prefix} {key}"), decimal(count)?);
        }
    }
    let split = &expected["disbursements_split_by_sector_prefix"];
    for sum in each(split, "12") {
        let key =
            format!("split {} {} {}", word(sum, "country"), sum["year"], word(sum, "currency"));
        facts.insert(key, decimal(&sum["sum"])?);
    }
    Ok(facts)
}

fn ask(client: &mut Client, query: &str) -> Result<Value> {
    let body = json!({ "query": query }).to_string();
    let request =
        client.request("POST", "/graphql", &[("content-type", "application/json")], &body);
    client.write(request.as_bytes())?;
    let answer: Value = serde_json::from_str(&client.read(false)?.body)?;
    match answer.get("errors") {
        None => Ok(answer["data"].clone()),
        Some(errors) => Err(errors.to_string().into()),
    }
}

/// The sums and counts of groups, by their keys and currency.
fn groups(
    client: &mut Client,
    list: &str,
    by: &str,
) -> Result<Vec<(Vec<String>, Decimal, Decimal)>> {
    let query = format!(
        "{{ {list} {{ groups(by: [{by}], first: 10000) \
         {{ totalCount groups {{ keys {{ code }} currency items counted }} }} }} }}"
    );
    let data = ask(client, &query)?;
    let found = data.as_object().and_then(|data| data.values().next()).cloned().unwrap_or_default();
    let found = &found["groups"];
    let mut groups = Vec::new();
    for group in each(found, "groups") {
        let keys = each(group, "keys").map(|key| word(key, "code").to_owned());
        let keys = keys.chain([word(group, "currency").to_owned()]).collect();
        let counted =
            if group["counted"].is_null() { Decimal::ZERO } else { decimal(&group["counted"])? };
        groups.push((keys, decimal(&group["items"])?, counted));
    }
    if found["totalCount"].as_u64() != Some(groups.len() as u64) {
        return Err(format!("{list} has more groups than a page holds").into());
    }
    Ok(groups)
}

fn facts(address: &str) -> Result<Facts> {
    let mut client = Client::connect(address)?;
    let mut facts = Facts::new();
    let data = ask(
        &mut client,
        "{ a: programmes(filter: { kind: ACTIVITY }) { totalCount } t: transactions { totalCount }
           h: programmes(filter: { humanitarian: true }) { totalCount }
           budgets: programmes { totals { currency naive } } countries(first: 1000) { nodes { code } } }",
    )?;
    for (name, field) in
        [("activities", "a"), ("transactions", "t"), ("activities_humanitarian", "h")]
    {
        facts.insert(name.to_owned(), decimal(&data[field]["totalCount"])?);
    }
    for total in each(&data["budgets"], "totals").filter(|total| !total["naive"].is_null()) {
        facts.insert(format!("budgets {}", word(total, "currency")), decimal(&total["naive"])?);
    }
    for country in each(&data["countries"], "nodes").map(|country| word(country, "code")) {
        let query =
            format!("{{ programmes(filter: {{ country: \"{country}\" }}) {{ totalCount }} }}");
        let count = &ask(&mut client, &query)?["programmes"]["totalCount"];
        facts.insert(format!("country {country}"), decimal(count)?);
    }
    for (keys, items, counted) in groups(&mut client, "transactions", "TRANSACTION_TYPE, CURRENCY")?
    {
        let [kind, _, currency] = keys.as_slice() else { continue };
        let number = TYPES.iter().position(|word| word == kind).map_or(0, |at| at + 1);
        facts.insert(format!("type {number} {currency} count"), items);
        facts.insert(format!("type {number} {currency} sum"), counted);
    }
    let mut years = BTreeMap::<String, Decimal>::new();
    for (keys, items, _) in groups(&mut client, "transactions", "YEAR, TRANSACTION_TYPE")? {
        *years.entry(keys.into_iter().next().unwrap_or_default()).or_default() += items;
    }
    for (year, items) in years.into_iter().filter(|(year, _)| !year.is_empty()) {
        let water = format!(
            "transactions(filter: {{ year: {year}, type: DISBURSEMENT, sectorCategory: [\"121\", \"122\", \"123\"] }})"
        );
        facts.insert(format!("year {year}"), items);
        for (keys, _, counted) in groups(&mut client, &water, "COUNTRY")? {
            let [country, currency] = keys.as_slice() else { continue };
            facts.insert(format!("split {country} {year} {currency}"), counted);
        }
    }
    Ok(facts)
}
