//! OECD DAC Creditor Reporting System (CRS): one row for each flow of a donor in a year.
//!
//! `layout` finds the columns by their names, which changed over the years. `unit` determines the unit of amounts.
//! `activity` and `money` build a programme from the rows that one donor's agency reports under one identifier in one year.
//! `place` resolves countries and regions. Rows of one activity may be scattered: the used cells of a file are held in memory
//! until its end, about 1 KB a row. `docs/crs.md` documents each column.
//! Source: OECD DAC, CRS data files and "Converged statistical reporting directives".

mod activity;
mod common;
mod layout;
mod mark;
mod money;
mod place;
mod reader;
mod unit;

use std::collections::HashMap;
use std::io::{self, Read};

use super::delimited::Separated;
use super::error::Error;
use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::organisation_ref::Mentions;
use super::problem::ProblemCode;
use super::sink::Sink;
use super::width::MOST_ITEMS;
use crate::model::id::ProgrammeId;
use crate::model::ledger::Ledger;
use layout::{CrsColumn, PackedRow};
use reader::ActivityReader;
use unit::{Decision, Magnitudes, Unit};

/// Version of the reader; a new word causes files to be read again.
pub const READING: &str = "crs-8";

/// Maximum length of a part of an identifier, in bytes.
const LONGEST: usize = 60;

/// Returns true if a file is a CRS file, by its first bytes as UTF-8.
pub fn recognises(head: &str) -> bool {
    layout::recognises(head) || layout::is_of_totals(head) || layout::is_of_data_explorer(head)
}

/// Reads a file and emits a programme for each activity, with a transaction for each amount, and an agency for each
/// organisation. Ledger rows are the rows of the file.
///
/// # Errors
/// [`Error::Read`] if the source file cannot be read, [`Error::Store`] if the sink fails. Defects of the content are
/// recorded in the ledger.
pub fn read(name: &str, input: &mut dyn Read, sink: &mut dyn Sink) -> Result<Ledger, Error> {
    let unreadable = |error| Error::Read { name: name.to_owned(), error };
    let mut tally = LedgerBuilder::new(name);
    let mut rows = Separated::new(input).map_err(unreadable)?;
    if !rows.has("usd_commitment") && !rows.has("usd_disbursement") {
        set_aside(&mut rows, &mut tally).map_err(unreadable)?;
        return Ok(tally.finish());
    }
    let mut groups = ActivityRows::default();
    while let Some(row) = rows.next().map_err(unreadable)? {
        if row.is_whole(None, &mut tally) {
            groups.take(PackedRow::of(&row), &mut tally);
        }
    }
    rows.tell(&mut tally);
    let has_decimal_comma = rows.separator() != b',' && groups.have_decimal_comma();
    let decision = Decision::of(&rows, groups.sizes(has_decimal_comma));
    let Some(unit) = decided(decision, groups.rows(), &mut tally) else {
        return Ok(tally.finish());
    };
    let mut mentions = Mentions::default();
    for (id, rows) in groups.found {
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        for _ in &rows {
            tally.accept();
        }
        let tally = &mut tally;
        let reading =
            ActivityReader { tally, mentions: &mut mentions, unit, has_decimal_comma, id };
        sink.take_of_rows(reading.entry(&rows), count)?;
    }
    for entry in mentions.into_entries() {
        sink.take(entry)?;
    }
    if tally.is_silent() {
        let message = "the file holds a header and no row";
        tally.warn(ProblemCode::HeaderOnly, &ProblemSite::default(), message, None);
    }
    layout::tell_unknown(&rows, &mut tally);
    Ok(tally.finish())
}

/// Quarantines all rows of a file without CRS amounts.
fn set_aside<R: Read>(rows: &mut Separated<R>, tally: &mut LedgerBuilder) -> io::Result<()> {
    let mut count = 0;
    while rows.next()?.is_some() {
        count += 1;
    }
    let bulk = "import the CRS file of the year, which the OECD offers as a bulk download; a sum of it is a question to the graph";
    let (code, message, help) = if rows.has("obs_value") {
        let message = "the file is of the OECD Data Explorer: sums of activities, no activities";
        (ProblemCode::TotalsOnly, message, bulk)
    } else if rows.has("donor_code") && !rows.has("year") {
        let message =
            "the file holds totals of donors and recipients: sums of activities, no activities";
        (ProblemCode::TotalsOnly, message, bulk)
    } else {
        let message = "the header has neither usd_commitment nor usd_disbursement: these are no records of the CRS";
        (ProblemCode::MissingColumn, message, "import it without --format")
    };
    tally.set_aside(count, code, message, help);
    Ok(())
}

/// Determines the unit of a file and reports it; without one all rows are quarantined.
fn decided(decision: Decision, rows: u64, tally: &mut LedgerBuilder) -> Option<Unit> {
    let (unit, word) = match decision {
        Decision::ByLayout(unit) => return Some(unit),
        Decision::ByAmounts(Unit::Dollar) => (Unit::Dollar, "dollars"),
        Decision::ByAmounts(Unit::Million) => (Unit::Million, "millions of dollars"),
        Decision::Contradicted => {
            let message = "the layout is one in millions of dollars, but most amounts are above 100,000, which would be 100,000 million dollars in a row: the unit cannot be decided";
            let help = "divide the amounts by 1,000,000 where they are dollars, or import the file that the OECD publishes";
            tally.set_aside(rows, ProblemCode::OddUnit, message, help);
            return None;
        }
    };
    let message = format!(
        "files of this layout are in dollars or in millions of dollars; its amounts can only be {word}, and are read so"
    );
    let help = "compare a sum with the publisher's";
    tally.warn(ProblemCode::OddUnit, &ProblemSite::default(), &message, Some(help));
    Some(unit)
}

/// Rows of a file, grouped by activity, in order of first appearance.
#[derive(Debug, Default)]
struct ActivityRows {
    found: Vec<(ProgrammeId, Vec<PackedRow>)>,
    places: HashMap<ProgrammeId, usize>,
}

impl ActivityRows {
    /// True if amounts have a decimal comma: one unambiguous amount decides for all.
    fn have_decimal_comma(&self) -> bool {
        let rows = self.found.iter().flat_map(|(_, rows)| rows);
        rows.flat_map(PackedRow::amounts).any(money::has_decimal_comma)
    }

    /// Number of rows.
    fn rows(&self) -> u64 {
        self.found.iter().map(|(_, rows)| rows.len() as u64).sum()
    }

    /// Sizes of the amounts.
    fn sizes(&self, has_decimal_comma: bool) -> Magnitudes {
        let mut sizes = Magnitudes::default();
        let rows = self.found.iter().flat_map(|(_, rows)| rows);
        let amounts = rows.flat_map(PackedRow::amounts);
        amounts.filter_map(|a| money::number(a, has_decimal_comma)).for_each(|a| sizes.add(a));
        sizes
    }

    fn take(&mut self, row: PackedRow, tally: &mut LedgerBuilder) {
        let Some(id) = identifier(&row, tally.file()) else {
            let message =
                "a row without a year of four digits, or without a donor, belongs to no activity";
            let place = ProblemSite {
                line: Some(row.line),
                value: row.get(CrsColumn::Year),
                ..ProblemSite::default()
            };
            tally.quarantine(ProblemCode::BadId, &place, message, None);
            return;
        };
        let Some(at) = self.places.get(&id).copied() else {
            self.places.insert(id.clone(), self.found.len());
            self.found.push((id, vec![row]));
            return;
        };
        let Some((last, rows)) = self.found.get_mut(at) else { return };
        if rows.len() < MOST_ITEMS {
            rows.push(row);
            return;
        }
        let Some(next) = next(&id, last) else {
            let message = &format!(
                "one activity holds at most {MOST_ITEMS} rows, and its identifier is too long for a number behind it"
            );
            let place = ProblemSite {
                line: Some(row.line),
                id: Some(id.as_str()),
                ..ProblemSite::default()
            };
            tally.quarantine(ProblemCode::BadId, &place, message, None);
            return;
        };
        let message = &format!(
            "one activity holds at most {MOST_ITEMS} rows; those from here on are kept as {next}"
        );
        let place =
            ProblemSite { line: Some(row.line), id: Some(id.as_str()), ..ProblemSite::default() };
        tally.warn(ProblemCode::Surplus, &place, message, None);
        self.places.insert(id, self.found.len());
        self.found.push((next, vec![row]));
    }
}

/// Returns the identifier of the surplus rows of an activity, following the last one: `X~2`, `X~3`.
fn next(id: &ProgrammeId, last: &ProgrammeId) -> Option<ProgrammeId> {
    let number = last.as_str().strip_prefix(id.as_str())?.strip_prefix('~');
    let number = number.map_or(Some(1), |number| number.parse::<u32>().ok())?;
    format!("{id}~{}", number.checked_add(1)?).parse().ok()
}

/// Returns the identifier of a row's activity: year, donor, agency and CRS identifier. Without a CRS identifier the donor's
/// project number is used. Without either, the row is an activity of its own, identified by file and line.
fn identifier(row: &PackedRow, file: &str) -> Option<ProgrammeId> {
    let year: u16 = row.get(CrsColumn::Year)?.parse().ok()?;
    if !(1900..=2999).contains(&year) {
        return None;
    }
    let donor = place::donor_code(row).or_else(|| row.get(CrsColumn::DonorName))?;
    let agency =
        row.get(CrsColumn::AgencyCode).or_else(|| row.get(CrsColumn::AgencyName)).unwrap_or("0");
    let own = row.get(CrsColumn::CrsId).or_else(|| row.get(CrsColumn::ProjectNumber));
    let own = own.map_or_else(|| format!("{file}:{}", row.line), str::to_owned);
    format!("CRS-{year}-{}-{}-{}", token(donor, false), token(agency, false), token(&own, true))
        .parse()
        .ok()
}

/// Formats a part of an identifier: letters and digits stay, others become one hyphen. Its beginning or end is truncated
/// to the limit.
fn token(text: &str, keeps_end: bool) -> String {
    let whole: Vec<char> = text
        .split(|c: char| !(c.is_alphanumeric() || "._/:".contains(c)))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .chars()
        .collect();
    let over = whole.len().saturating_sub(LONGEST);
    let kept = if keeps_end { whole.get(over..) } else { whole.get(..whole.len() - over) };
    kept.unwrap_or_default().iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_identifiers_are_short_ascii() {
        assert_eq!(token(" EU  Institutions ", false), "EU-Institutions");
        assert_eq!(token("04.104|O", true), "04.104-O");
        assert_eq!(token(&format!("{}12", "x".repeat(100)), true).chars().count(), LONGEST);
        assert!(token(&format!("{}12", "x".repeat(100)), true).ends_with("12"));
    }
}
