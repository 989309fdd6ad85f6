//! Columns of CRS files, by their names over the years.

use std::io::Read;

use crate::ingest::delimited::{DelimitedRow, Separated, folded, head_lines, separator};
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::problem::ProblemCode;

/// Declares the columns that are read, with their names in the form that [`folded`] returns.
macro_rules! columns {
    ($($column:ident: $($name:literal)|+,)+) => {
        /// A column that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum CrsColumn { $($column,)+ }

        /// Names of each column, in the order of the columns.
        const NAMES: &[&[&str]] = &[$(&[$($name,)+],)+];
    };
}

columns! {
    Year: "year",
    DonorCode: "donorcode",
    DonorLetters: "donoriso3code" | "dedonorcode" | "donoriso3",
    DonorName: "donorname",
    AgencyCode: "agencycode",
    AgencyName: "agencyname",
    CrsId: "crsid",
    ProjectNumber: "projectnumber",
    RecipientCode: "recipientcode",
    RecipientLetters: "recipientiso3code" | "derecipientcode" | "recipientiso3",
    RecipientName: "recipientname",
    Collaboration: "bimulti" | "bilateralmultilateral" | "bimultilateral",
    Category: "category",
    FinanceType: "financet" | "financetype",
    AidType: "aidt" | "aidtype",
    Commitment: "usdcommitment",
    Disbursement: "usddisbursement",
    Received: "usdreceived",
    Untied: "usdamountuntied",
    PartiallyTied: "usdamountpartialtied",
    Tied: "usdamounttied",
    ShortDescription: "shortdescription",
    Title: "projecttitle",
    LongDescription: "longdescription",
    Purpose: "purposecode",
    PurposeName: "purposename",
    Channel: "channelcode",
    ChannelName: "channelname",
    ChannelReported: "channelreportedname",
    Geography: "geography",
    Start: "expectedstartdate" | "startdate",
    End: "completiondate" | "expectedcompletiondate",
    CommitmentDate: "commitmentdate",
    SdgFocus: "sdgfocus",
    Keywords: "keywords",
    Gender: "gender",
    Environment: "environment",
    Governance: "pdgg" | "dig",
    Trade: "trade",
    Biodiversity: "biodiversity",
    Mitigation: "climatemitigation" | "climate",
    Adaptation: "climateadaptation" | "climateadapt",
    Desertification: "desertification",
    Health: "rmnch",
    RiskReduction: "drr",
    Disability: "disability" | "inclusionofpeoplewithdisabilities",
    Nutrition: "nutrition",
}

/// Columns of published layouts that have no counterpart in the model. `docs/crs.md` lists them.
const NOT_KEPT: [&str; 76] = [
    "activityid",
    "assocfinance",
    "associatedfinance",
    "blendedfinance",
    "capitalexpend",
    "capitalexpenditure",
    "channelparentcategory",
    "commitmentnational",
    "currency",
    "currencycode",
    "currencyname",
    "deincomegroupcode",
    "deregioncode",
    "disbursementnational",
    "flowcode",
    "flowname",
    "ftc",
    "grantelement",
    "grantequiv",
    "grantequivalent",
    "incomegroupcode",
    "incomegroupname",
    "initialreport",
    "interest1",
    "interest2",
    "investment",
    "investmentproject",
    "ldcflag",
    "ldcflagname",
    "leveragingmechanism",
    "numberrepayment",
    "parentchannelcode",
    "pba",
    "psiaddassess",
    "psiadddevobj",
    "psiaddtype",
    "psiflag",
    "receivednational",
    "regioncode",
    "regionname",
    "repaydate1",
    "repaydate2",
    "sectorcode",
    "sectorname",
    "sectorprogramme",
    "typerepayment",
    "usdadjustment",
    "usdadjustmentdefl",
    "usdadjustmentdeflated",
    "usdamountpartialtieddefl",
    "usdamountpartialtieddeflated",
    "usdamounttieddefl",
    "usdamounttieddeflated",
    "usdamountuntieddefl",
    "usdamountuntieddeflated",
    "usdarrearsinterest",
    "usdarrearsprincipal",
    "usdcommitmentdefl",
    "usdcommitmentdeflated",
    "usddisbursementdefl",
    "usddisbursementdeflated",
    "usdexpertcommitment",
    "usdexpertextended",
    "usdexportcredit",
    "usdfuturedsinterest",
    "usdfuturedsprincipal",
    "usdgrantequiv",
    "usdgrantequivalent",
    "usdgrantequivdefl",
    "usdinterest",
    "usdirtc",
    "usdmobilised",
    "usdmobiliseddefl",
    "usdoutstanding",
    "usdreceiveddefl",
    "usdreceiveddeflated",
];

/// Separator between the cells of a stored row; no text of a file contains it.
const UNIT_SEPARATOR: char = '\u{1f}';

/// The used cells of a row, tightly packed.
#[derive(Clone, Debug)]
pub(super) struct PackedRow {
    /// Line number of the row.
    pub(super) line: u32,
    cells: Box<str>,
}

impl PackedRow {
    /// Packs the used cells of a row.
    pub(super) fn of(row: &DelimitedRow<'_>) -> Self {
        let mut cells = String::new();
        for names in NAMES {
            if let Some(cell) = names.iter().find_map(|name| row.get(name)) {
                // `Clean` has removed control characters.
                cells.push_str(cell);
            }
            cells.push(UNIT_SEPARATOR);
        }
        let filled = cells.trim_end_matches(UNIT_SEPARATOR).len();
        cells.truncate(filled);
        Self { line: row.line, cells: cells.into_boxed_str() }
    }

    /// Returns the cell of a column; `None` if it is empty or a placeholder.
    pub(super) fn get(&self, column: CrsColumn) -> Option<&str> {
        let cell = self.cells.split(UNIT_SEPARATOR).nth(column as usize)?;
        (!matches!(cell, "" | "-" | "NA" | "NULL")).then_some(cell)
    }

    /// Returns true if any amount is not zero.
    pub(super) fn has_money(&self) -> bool {
        self.amounts().any(|amount| amount.bytes().any(|b| matches!(b, b'1'..=b'9')))
    }

    /// Returns the amounts that are read, as written.
    pub(super) fn amounts(&self) -> impl Iterator<Item = &str> {
        let columns = [CrsColumn::Commitment, CrsColumn::Disbursement, CrsColumn::Received];
        columns.into_iter().filter_map(|column| self.get(column))
    }
}

/// Reports unknown column names: one may be a new name of a known column.
pub(super) fn tell_unknown<R: Read>(rows: &Separated<R>, tally: &mut LedgerBuilder) {
    for name in rows.names() {
        let folded = folded(name);
        let is_read = NAMES.iter().any(|names| names.contains(&folded.as_str()));
        if folded.is_empty() || is_read || NOT_KEPT.contains(&folded.as_str()) {
            continue;
        }
        let place = ProblemSite { line: Some(1), field: Some(name), ..ProblemSite::default() };
        let message = "the column is in no published layout of the CRS, and is not read";
        tally.warn(ProblemCode::UnknownColumn, &place, message, None);
    }
}

/// Returns the column names of a header.
fn header(line: &str) -> Vec<String> {
    let separator = char::from(separator(line));
    line.split(separator).map(folded).collect()
}

/// Columns of which a file of records has at least one.
const DONORS: [&str; 4] = ["donorname", "donorcode", "donoriso3code", "dedonorcode"];

/// Returns true if a file has the columns of the OECD Data Explorer, which publishes sums of records.
pub(super) fn is_of_data_explorer(head: &str) -> bool {
    let columns = header(head_lines(head).next().unwrap_or_default());
    let has = |name: &str| columns.iter().any(|column| column == name);
    ["donor", "recipient", "timeperiod", "obsvalue"].into_iter().all(has)
}

/// Returns true if a file has the columns of records.
pub(super) fn recognises(head: &str) -> bool {
    let columns = header(head_lines(head).next().unwrap_or_default());
    let has = |name: &str| columns.iter().any(|column| column == name);
    (has("usdcommitment") || has("usddisbursement"))
        && DONORS.iter().any(|name| has(name))
        && has("year")
}

/// Returns true if a file has a column for each donor and a row for each recipient.
pub(super) fn is_of_totals(head: &str) -> bool {
    let mut lines = head_lines(head).map(header);
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return false };
    first.get(1).is_some_and(|name| name == "donorcode")
        && second.first().is_some_and(|name| name == "recipientname")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_recognised_by_their_columns() {
        assert!(recognises("year,donor_code,donor_name,usd_commitment\n"));
        assert!(recognises("\u{feff}\"Year\"|\"DonorCode\"|\"USD_Disbursement\"\n"));
        assert!(!recognises("year,amount\n"));
        assert!(is_of_totals(",donor_code,1,2\nrecipient_name,RecipientCode,Austria,Belgium\n"));
    }
}
