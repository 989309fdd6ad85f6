//! Exports of the Humanitarian Data Exchange and flattened API objects, read into `reported`.

use std::io::{self, Read};

use super::FtsFlows;
use super::reported::{FlowSide, Organisation, Reported};
use crate::ingest::delimited::{DelimitedRow, Separated, folded, head_lines, separator};
use crate::ingest::ledger_builder::LedgerBuilder;
use crate::ingest::problem::ProblemCode;
use crate::model::humanitarian_contribution::Plan;

/// Returns true if a header is that of an export.
pub(super) fn recognises(head: &str) -> bool {
    let header = head_lines(head).next().unwrap_or_default();
    let separator = char::from(separator(header));
    let columns: Vec<String> = header.split(separator).map(folded).collect();
    let has = |name: &str| columns.iter().any(|column| column == name);
    has("amountusd") && (has("boundary") || has("flowtype"))
        || TOTALS.iter().any(|names| names.iter().all(|n| has(n)))
}

/// Placeholder in an export for several names.
const MULTIPLE: &str = "Multiple";

/// Columns that distinguish files of sums: of plans, of clusters, and of the humanitarian API.
const TOTALS: [&[&str]; 2] =
    [&["countrycode", "requirements", "funding"], &["appealcode", "requirementsusd", "fundingusd"]];

/// Reads the rows of a file.
pub(super) fn read(
    input: impl Read,
    tally: &mut LedgerBuilder,
    flows: &mut FtsFlows,
) -> io::Result<()> {
    let mut rows = Separated::new(input)?;
    if !rows.has("amountUSD") {
        return set_aside(rows, tally);
    }
    let is_flat =
        rows.has("sourceObjects_Organization.name") || rows.has("destinationObjects_Location.name");
    while let Some(row) = rows.next()? {
        if row.is_whole(Some("id"), tally) {
            flows.take(if is_flat { flat(&row) } else { exported(&row) }, tally);
        }
    }
    rows.tell(tally);
    Ok(())
}

/// Rejects files of plan sums, which repeat the money of the flows, and files without amounts.
fn set_aside<R: Read>(mut rows: Separated<R>, tally: &mut LedgerBuilder) -> io::Result<()> {
    let mut count = 0;
    while rows.next()?.is_some() {
        count += 1;
    }
    if TOTALS.iter().any(|names| names.iter().all(|name| rows.has(name))) {
        let message = "the file holds the requirements and funding of response plans: sums of flows, no flows";
        let help = "import the files of incoming, internal and outgoing funding; a sum of them is a question to the graph";
        tally.set_aside(count, ProblemCode::TotalsOnly, message, help);
    } else {
        let message = "the header has no amountUSD: these are no flows of FTS";
        let help = "import it without --format";
        tally.set_aside(count, ProblemCode::MissingColumn, message, help);
    }
    Ok(())
}

/// A row of an export.
fn exported(row: &DelimitedRow<'_>) -> Reported {
    let mut reported = common(row);
    let mut joined = Vec::new();
    let mut organisations = |names: &'static str, types: &str| {
        let Some(cell) = row.get(names) else { return Vec::new() };
        let types = row.get(types).map_or_else(Vec::new, listed);
        let parts = listed(cell);
        if parts.len() == types.len() && parts.len() > 1 {
            let of = |(name, kind)| Organisation { name, types: vec![kind] };
            return parts.into_iter().zip(types).map(of).collect();
        }
        if types.len() > 1 {
            joined.push((names, cell.to_owned()));
        }
        if cell == MULTIPLE {
            let of = |kind| Organisation { name: String::new(), types: vec![kind] };
            return types.into_iter().map(of).collect();
        }
        vec![Organisation { name: cell.to_owned(), types }]
    };
    let source = organisations("srcorganization", "srcorganizationtypes");
    let destination = organisations("destorganization", "destorganizationtypes");
    let many = |column: &str| row.get(column).map_or_else(Vec::new, listed);
    let one = |name: &str, code: &str, number: &str| {
        let own = |column: &str| row.get(column).map(str::to_owned);
        let plan =
            |name: &str| Plan { name: name.to_owned(), code: own(code), number: own(number) };
        row.get(name).map(plan).into_iter().collect()
    };
    reported.source = FlowSide {
        organisations: source,
        locations: many("srclocations"),
        years: span(row.get("srcusageyearstart"), row.get("srcusageyearend")),
        ..FlowSide::default()
    };
    reported.destination = FlowSide {
        organisations: destination,
        locations: many("destlocations"),
        years: span(row.get("destusageyearstart"), row.get("destusageyearend")),
        plans: one("destplan", "destplancode", "destplanid"),
        clusters: many("destglobalclusters"),
        emergencies: row
            .get("destemergency")
            .filter(|name| *name != MULTIPLE)
            .map(str::to_owned)
            .into_iter()
            .collect(),
        projects: one("destproject", "destprojectcode", ""),
    };
    reported.keywords = many("keywords");
    reported.joined = joined;
    reported
}

/// A flattened API object: each list in one cell.
fn flat(row: &DelimitedRow<'_>) -> Reported {
    let mut reported = common(row);
    let numbers = |column: &str| several(row.get(column), &[',', ';', '|']);
    reported.parents = numbers("parentflowid");
    reported.children = numbers("childflowids");
    reported.keywords = several(row.get("keywords"), &['|', ';']);
    reported.earmarking = several(row.get("grandbargainearmarkingtype"), &['|', ';', ',']);
    reported.new_money = stated(row.get("newmoney"));
    reported.source = flat_side(row, "sourceobjects");
    reported.destination = flat_side(row, "destinationobjects");
    reported
}

fn flat_side(row: &DelimitedRow<'_>, side: &str) -> FlowSide {
    let cell =
        |object: &str, field: &str| several(row.get(&format!("{side}{object}{field}")), &[';']);
    let plans = |object: &str| {
        let codes = cell(object, "code");
        let numbers = cell(object, "id");
        let names = cell(object, "name");
        let fits = |list: &Vec<String>| list.len() == names.len();
        let (codes, numbers) = (Some(codes).filter(fits), Some(numbers).filter(fits));
        let at = |list: &Option<Vec<String>>, at: usize| list.as_ref()?.get(at).cloned();
        let plan = |(place, name): (usize, &String)| Plan {
            name: name.clone(),
            code: at(&codes, place),
            number: at(&numbers, place),
        };
        names.iter().enumerate().map(plan).collect::<Vec<_>>()
    };
    let types = cell("organization", "organizationtypes");
    let finer = cell("organization", "organizationsubtypes");
    let names = cell("organization", "name");
    let organisation = |(place, name): (usize, String)| {
        let of = |list: &[String]| list.get(place).cloned();
        Organisation { name, types: of(&types).into_iter().chain(of(&finer)).collect() }
    };
    FlowSide {
        organisations: names.into_iter().enumerate().map(organisation).collect(),
        locations: cell("location", "name"),
        years: cell("usageyear", "name").iter().filter_map(|year| year.parse().ok()).collect(),
        plans: plans("plan"),
        clusters: cell("globalcluster", "name"),
        emergencies: cell("emergency", "name"),
        projects: plans("project"),
    }
}

/// Reads the columns that both layouts have.
fn common(row: &DelimitedRow<'_>) -> Reported {
    let own = |column: &str| stated(row.get(column));
    Reported {
        line: row.line,
        id: row.get("id").unwrap_or_default().to_owned(),
        amount: own("amountusd"),
        status: own("status"),
        date: own("date"),
        budget_year: own("budgetyear"),
        description: own("description"),
        flow_type: own("flowtype"),
        contribution_type: own("contributiontype"),
        method: own("method"),
        boundaries: own("boundary").into_iter().collect(),
        on_boundary: own("onboundary"),
        original_amount: own("originalamount"),
        original_currency: own("originalcurrency"),
        exchange_rate: own("exchangerate"),
        decided: own("decisiondate"),
        known_since: own("firstreporteddate"),
        updated: own("updatedat"),
        reference: own("refcode"),
        ..Reported::default()
    }
}

/// Returns a text that is not a placeholder.
fn stated(cell: Option<&str>) -> Option<String> {
    cell.filter(|text| !matches!(*text, "NA" | "NULL" | "null" | "None")).map(str::to_owned)
}

/// Splits a cell at its commas. A comma before a space is part of a name: `Luxembourg,
/// Government of`.
fn listed(cell: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut letters = cell.chars().peekable();
    while let Some(c) = letters.next() {
        if c == ',' && letters.peek().is_some_and(|next| !next.is_whitespace()) {
            items.push(String::new());
        } else {
            items.last_mut().into_iter().for_each(|item| item.push(c));
        }
    }
    items
        .into_iter()
        .filter_map(|item| stated(Some(item.trim())))
        .filter(|i| !i.is_empty())
        .collect()
}

/// Splits a cell at separators, and drops placeholders.
fn several(cell: Option<&str>, separators: &[char]) -> Vec<String> {
    let items = cell.unwrap_or_default().split(separators).map(str::trim);
    items.filter(|item| !item.is_empty()).filter_map(|item| stated(Some(item))).collect()
}

/// Returns the years from the first to the last, up to a plausible number.
fn span(first: Option<&str>, last: Option<&str>) -> Vec<u16> {
    let year = |text: Option<&str>| text?.get(..4)?.parse::<u16>().ok();
    match (year(first), year(last)) {
        (Some(first), Some(last)) if first <= last && last - first <= 30 => {
            (first..=last).collect()
        }
        (Some(first), _) => vec![first],
        (None, last) => last.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_within_names_do_not_split() {
        assert_eq!(listed("Luxembourg, Government of"), ["Luxembourg, Government of"]);
        assert_eq!(listed("Iran, Islamic Republic of,Mali"), ["Iran, Islamic Republic of", "Mali"]);
        assert_eq!(listed("AFG,JOR"), ["AFG", "JOR"]);
    }

    #[test]
    fn years_run_from_the_first_to_the_last() {
        assert_eq!(span(Some("2019"), Some("2021")), [2019, 2020, 2021]);
        assert_eq!(span(Some("2019"), None), [2019]);
        assert_eq!(span(Some("2019"), Some("1019")), [2019]);
        assert_eq!(span(None, None), [0; 0]);
    }
}
