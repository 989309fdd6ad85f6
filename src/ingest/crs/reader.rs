//! Reader of one activity: its state, its reports, and the values that the activity and its transactions share.

use super::layout::{CrsColumn, PackedRow};
use super::place::{self, CrsRecipient};
use super::unit::Unit;
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::organisation_ref::Mentions;
use crate::ingest::problem::ProblemCode;
use crate::ingest::{parsing, personal};
use crate::model::classification::{AidType, Recipient, RecipientRegion, SectorShare};
use crate::model::date::PartialDate;
use crate::model::id::{AgencyId, ProgrammeId};
use crate::model::money::Currency;
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::programme::Channel;
use crate::model::text::{Language, Text};

/// Reader of one activity.
pub(super) struct ActivityReader<'a> {
    pub(super) tally: &'a mut LedgerBuilder,
    pub(super) mentions: &'a mut Mentions,
    pub(super) unit: Unit,
    /// True if amounts have a decimal comma.
    pub(super) has_decimal_comma: bool,
    pub(super) id: ProgrammeId,
}

/// Participants of one row.
#[derive(Clone, Debug, Default)]
pub(super) struct Parties {
    pub(super) donor: Option<AgencyId>,
    pub(super) agency: Option<AgencyId>,
    pub(super) channel: Option<AgencyId>,
    pub(super) way: Option<Channel>,
}

impl ActivityReader<'_> {
    pub(super) fn warn(
        &mut self,
        code: ProblemCode,
        line: u32,
        field: &str,
        value: Option<&str>,
        message: &str,
    ) {
        let place =
            ProblemSite { line: Some(line), field: Some(field), id: Some(self.id.as_str()), value };
        self.tally.warn(code, &place, message, None);
    }

    pub(super) fn origin(&self, line: u32) -> Origin {
        Origin { file: self.tally.file().to_owned(), line }
    }

    pub(super) fn provenance(&self, line: u32) -> Provenance {
        provenance(self.tally.file(), line)
    }

    /// Returns a text of a row: white space collapsed, e-mail addresses removed.
    pub(super) fn text(
        &mut self,
        row: &PackedRow,
        column: CrsColumn,
        field: &str,
    ) -> Option<String> {
        let text = row.get(column)?.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(without) = personal::without_addresses(&text) else { return Some(text) };
        let message = "an e-mail address in a text was left out";
        self.warn(ProblemCode::AddressLeftOut, row.line, field, None, message);
        Some(without)
    }

    /// Returns the day in a cell, and reports one that cannot be read.
    pub(super) fn day(
        &mut self,
        row: &PackedRow,
        column: CrsColumn,
        field: &str,
    ) -> Option<PartialDate> {
        let text = row.get(column)?;
        let day = date(text);
        if day.is_none() {
            let message = "not a readable date";
            self.warn(ProblemCode::UnreadableDate, row.line, field, Some(text), message);
        }
        day
    }
}

fn provenance(file: &str, line: u32) -> Provenance {
    let origin = Origin { file: file.to_owned(), line };
    Provenance { origin, assertion: Assertion::Stated, citations: Vec::new() }
}

pub(super) fn usd() -> Option<Currency> {
    "USD".parse().ok()
}

/// Donors write in many languages without naming them.
pub(super) fn text_of(text: String) -> Option<Text> {
    Text::of([(Language::UND, text)])
}

/// Returns the countries and regions of the rows, without duplicates.
pub(super) fn places(file: &str, rows: &[PackedRow]) -> (Vec<Recipient>, Vec<RecipientRegion>) {
    let (mut countries, mut regions) = (Vec::<Recipient>::new(), Vec::<RecipientRegion>::new());
    for row in rows {
        let provenance = || provenance(file, row.line);
        match place::recipient(row) {
            Some(CrsRecipient::Country(country))
                if countries.iter().all(|r| r.country != country) =>
            {
                countries.push(Recipient { country, percentage: None, provenance: provenance() });
            }
            Some(CrsRecipient::Region(list, code)) if regions.iter().all(|r| r.code != code) => {
                let vocabulary = Some(list.to_owned());
                regions.push(RecipientRegion {
                    vocabulary,
                    code,
                    name: None,
                    percentage: None,
                    provenance: provenance(),
                });
            }
            _ => {}
        }
    }
    (countries, regions)
}

pub(super) fn sector(file: &str, row: &PackedRow) -> Option<SectorShare> {
    let code = row.get(CrsColumn::Purpose)?;
    Some(SectorShare {
        name_as_published: row
            .get(CrsColumn::PurposeName)
            .and_then(|name| Text::of([(Language::UND, name.to_owned())])),
        vocabulary: Some("1".to_owned()),
        code: Some(code.to_owned()),
        sector: code.parse().ok(),
        percentage: None,
        provenance: provenance(file, row.line),
    })
}

pub(super) fn aid_types(code: Option<&str>) -> Vec<AidType> {
    code.map(|code| AidType { vocabulary: None, code: code.to_owned() }).into_iter().collect()
}

/// Parses a published day: `2022-01-31`. Of `31-12-2010` and `01/05/2000 00:00` only the year is certain if both other
/// numbers may be the month.
fn date(text: &str) -> Option<PartialDate> {
    if let Some(date) = parsing::date(text) {
        return Some(date);
    }
    let day = text.split_whitespace().next()?;
    let parts: Vec<u16> =
        day.split(['-', '/', '.']).map(|p| p.parse().ok()).collect::<Option<_>>()?;
    let [first, second, year] = parts.as_slice() else { return None };
    let whole = |month: u16, day: u16| format!("{year:04}-{month:02}-{day:02}").parse().ok();
    match (*first, *second) {
        (1..=12, second) if *first == second => whole(second, second),
        (13..=31, 1..=12) => whole(*second, *first),
        (1..=12, 13..=31) => whole(*first, *second),
        (1..=12, 1..=12) => PartialDate::from_year(*year),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_if_unambiguous() {
        let read = |text: &str| date(text).map(|date| date.to_string());
        assert_eq!(read("2022-01-31").as_deref(), Some("2022-01-31"));
        assert_eq!(read("31-12-2010").as_deref(), Some("2010-12-31"));
        assert_eq!(read("01/05/2000 00:00").as_deref(), Some("2000"));
        assert_eq!(read("01-01-2007").as_deref(), Some("2007-01-01"));
        assert_eq!(read("41690"), None);
        assert_eq!(read("32-13-2000"), None);
    }
}
