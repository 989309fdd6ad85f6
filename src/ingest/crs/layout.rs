//! The columns of CRS files by the names that they had over the years, and the unit of their amounts.

use std::io::Read;

use rust_decimal::Decimal;

use crate::ingest::separated::{Row, Separated, folded, head_lines, separator};

/// Declares the columns that are read, with their names as [`folded`] gives them.
macro_rules! columns {
    ($($column:ident: $($name:literal)|+,)+) => {
        /// A column that is read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Column { $($column,)+ }

        /// The names of each column, in the order of the columns.
        const NAMES: &[&[&str]] = &[$(&[$($name,)+],)+];
    };
}

columns! {
    Year: "year",
    DonorCode: "donorcode",
    DonorLetters: "donoriso3code",
    DonorName: "donorname",
    AgencyCode: "agencycode",
    AgencyName: "agencyname",
    CrsId: "crsid",
    ProjectNumber: "projectnumber",
    RecipientCode: "recipientcode",
    RecipientLetters: "recipientiso3code",
    RecipientName: "recipientname",
    Collaboration: "bimulti" | "bilateralmultilateral",
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
    Start: "expectedstartdate",
    End: "completiondate",
    CommitmentDate: "commitmentdate",
    SdgFocus: "sdgfocus",
    Keywords: "keywords",
    Gender: "gender",
    Environment: "environment",
    Governance: "pdgg",
    Trade: "trade",
    Biodiversity: "biodiversity",
    Mitigation: "climatemitigation" | "climate",
    Adaptation: "climateadaptation" | "climateadapt",
    Desertification: "desertification",
    Health: "rmnch",
    RiskReduction: "drr",
    Disability: "disability",
    Nutrition: "nutrition",
}

/// Stands between the cells of a row that is kept; no text of a file holds it.
const UNIT_SEPARATOR: char = '\u{1f}';

/// The cells of a row that are read, closely packed.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Its line.
    pub(super) line: u32,
    cells: Box<str>,
}

impl Kept {
    /// What is read of a row.
    pub(super) fn of(row: &Row<'_>) -> Self {
        let mut cells = String::new();
        for names in NAMES {
            if let Some(cell) = names.iter().find_map(|name| row.get(name)) {
                // `Clean` has left control characters out.
                cells.push_str(cell);
            }
            cells.push(UNIT_SEPARATOR);
        }
        let filled = cells.trim_end_matches(UNIT_SEPARATOR).len();
        cells.truncate(filled);
        Self { line: row.line, cells: cells.into_boxed_str() }
    }

    /// The cell of a column; `None` when it is empty or says in a word that it is.
    pub(super) fn get(&self, column: Column) -> Option<&str> {
        let cell = self.cells.split(UNIT_SEPARATOR).nth(column as usize)?;
        (!matches!(cell, "" | "-" | "NA" | "NULL")).then_some(cell)
    }

    /// Its amounts that are read, as they are written.
    pub(super) fn amounts(&self) -> impl Iterator<Item = &str> {
        let columns = [Column::Commitment, Column::Disbursement, Column::Received];
        columns.into_iter().filter_map(|column| self.get(column))
    }
}

/// What an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// Dollars.
    Dollar,
    /// Millions of dollars.
    Million,
}

impl Unit {
    /// The unit of a layout. Files of the OECD are in millions. Donors that publish their own records in the layout of
    /// 2000 to 2010, which has future debt service and not the later columns, give single dollars, between commas or
    /// semicolons; the OECD's own files of that layout have `|`.
    pub(super) fn of<R: Read>(rows: &Separated<R>) -> Self {
        let is_old = rows.has("usd_future_DS_principal") && !rows.has("usd_grant_equivalent");
        if is_old && rows.separator() != b'|' { Self::Dollar } else { Self::Million }
    }

    /// An amount in dollars; `None` for what is larger than can be kept exactly.
    pub(super) fn dollars(self, amount: Decimal) -> Option<Decimal> {
        match self {
            Self::Dollar => Some(amount),
            Self::Million => amount.checked_mul(Decimal::from(1_000_000)).map(|a| a.normalize()),
        }
    }
}

/// The names of the columns of a header.
fn header(line: &str) -> Vec<String> {
    let separator = char::from(separator(line));
    line.split(separator).map(folded).collect()
}

/// Whether a file has the columns of records.
pub(super) fn recognises(head: &str) -> bool {
    let columns = header(head_lines(head).next().unwrap_or_default());
    let has = |name: &str| columns.iter().any(|column| column == name);
    (has("usdcommitment") || has("usddisbursement"))
        && (has("donorname") || has("donorcode"))
        && has("year")
}

/// Whether a file has a column for each donor and a row for each recipient.
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
    fn amounts_are_in_the_unit_of_their_layout() {
        let unit = |header: &str| Unit::of(&Separated::new(header.as_bytes()).unwrap());
        assert_eq!(unit("year,donor_code,usd_commitment,usd_grant_equivalent\n"), Unit::Million);
        assert_eq!(unit("Year|donorcode|usd_commitment|usd_future_DS_principal\n"), Unit::Million);
        assert_eq!(unit("Year,donorcode,usd_commitment,usd_future_DS_principal\n"), Unit::Dollar);
        let amount = "0.073483".parse().unwrap();
        assert_eq!(Unit::Million.dollars(amount).unwrap().to_string(), "73483");
        assert_eq!(Unit::Million.dollars(Decimal::MAX), None);
    }

    #[test]
    fn files_are_known_by_their_columns() {
        assert!(recognises("year,donor_code,donor_name,usd_commitment\n"));
        assert!(recognises("\u{feff}\"Year\"|\"DonorCode\"|\"USD_Disbursement\"\n"));
        assert!(!recognises("year,amount\n"));
        assert!(is_of_totals(",donor_code,1,2\nrecipient_name,RecipientCode,Austria,Belgium\n"));
    }
}
