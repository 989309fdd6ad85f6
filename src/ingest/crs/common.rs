//! Values shared by the rows of an activity.
//!
//! The activity states what all its rows with money agree on; everything else is on each transaction. A blank cell therefore
//! never takes the value of another row.

use super::layout::{CrsColumn, PackedRow};
use super::place;
use crate::ingest::parsing;

/// Agreement among all rows of an activity with money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent findings, not states")]
pub(super) struct Common<'r> {
    /// True if they name at most one place.
    pub(super) place: bool,
    /// True if either each of them names a place, or none does.
    pub(super) places: bool,
    /// True if they name at most one purpose.
    pub(super) purpose: bool,
    /// True if either each of them names a purpose, or none does.
    pub(super) purposes: bool,
    pub(super) collaboration: Option<&'r str>,
    pub(super) flow: Option<&'r str>,
    pub(super) finance: Option<&'r str>,
    pub(super) aid: Option<&'r str>,
    pub(super) tied: Option<String>,
}

impl<'r> Common<'r> {
    /// Compares the rows of an activity.
    pub(super) fn of(rows: &'r [PackedRow]) -> Self {
        let cell = |column| shared(rows, |row| row.get(column));
        Self {
            place: agree(rows, place::recipient),
            places: agree(rows, |row| place::recipient(row).is_some()),
            purpose: agree(rows, |row| row.get(CrsColumn::Purpose)),
            purposes: agree(rows, |row| row.get(CrsColumn::Purpose).is_some()),
            collaboration: cell(CrsColumn::Collaboration),
            flow: cell(CrsColumn::Category),
            finance: cell(CrsColumn::FinanceType),
            aid: cell(CrsColumn::AidType),
            tied: shared(rows, tied_status),
        }
    }
}

/// Returns true if all rows with money agree on a value.
pub(super) fn agree<'r, T: PartialEq>(
    rows: &'r [PackedRow],
    of: impl Fn(&'r PackedRow) -> T,
) -> bool {
    let mut all = with_money(rows).map(of);
    all.next().is_none_or(|first| all.all(|other| other == first))
}

/// Returns the common value of all rows with money; `None` if they differ, or none has a value.
fn shared<'r, T: PartialEq>(
    rows: &'r [PackedRow],
    of: impl Fn(&'r PackedRow) -> Option<T>,
) -> Option<T> {
    let mut all = with_money(rows).map(of);
    let first = all.next()?;
    if all.all(|other| other == first) { first } else { None }
}

/// Returns the rows with money, or all of them if none has any.
fn with_money(rows: &[PackedRow]) -> impl Iterator<Item = &PackedRow> {
    let some = rows.iter().any(PackedRow::has_money);
    rows.iter().filter(move |row| !some || row.has_money())
}

/// Returns tied or untied if all money of a row is one of them. Source: IATI `TiedStatus`.
pub(super) fn tied_status(row: &PackedRow) -> Option<String> {
    let number = |text| parsing::number(text).or_else(|| parsing::decimal_comma(text));
    let is_some = |column| row.get(column).and_then(number).is_some_and(|n| !n.is_zero());
    match [CrsColumn::PartiallyTied, CrsColumn::Tied, CrsColumn::Untied].map(is_some) {
        [true, false, false] => Some("3".to_owned()),
        [false, true, false] => Some("4".to_owned()),
        [false, false, true] => Some("5".to_owned()),
        _ => None,
    }
}
