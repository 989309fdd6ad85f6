//! What the rows of an activity have in common.
//!
//! The activity says what all its rows with money say; what they do not agree on stands on each transaction, so that a blank cell
//! never takes the value of another row.

use super::activity::tied_status;
use super::layout::{Column, Kept};
use super::place;

/// What all rows with money of an activity say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent findings, not states")]
pub(super) struct Common<'r> {
    /// Whether they name one place, or none.
    pub(super) place: bool,
    /// Whether each of them names a place, or none does.
    pub(super) places: bool,
    /// Whether they name one purpose, or none.
    pub(super) purpose: bool,
    /// Whether each of them names a purpose, or none does.
    pub(super) purposes: bool,
    pub(super) collaboration: Option<&'r str>,
    pub(super) flow: Option<&'r str>,
    pub(super) finance: Option<&'r str>,
    pub(super) aid: Option<&'r str>,
    pub(super) tied: Option<String>,
}

impl<'r> Common<'r> {
    /// Looks at the rows of an activity.
    pub(super) fn of(rows: &'r [Kept]) -> Self {
        let cell = |column| shared(rows, |row| row.get(column));
        Self {
            place: agree(rows, place::recipient),
            places: agree(rows, |row| place::recipient(row).is_some()),
            purpose: agree(rows, |row| row.get(Column::Purpose)),
            purposes: agree(rows, |row| row.get(Column::Purpose).is_some()),
            collaboration: cell(Column::Collaboration),
            flow: cell(Column::Category),
            finance: cell(Column::FinanceType),
            aid: cell(Column::AidType),
            tied: shared(rows, tied_status),
        }
    }
}

/// Whether all rows with money say the same of something.
pub(super) fn agree<'r, T: PartialEq>(rows: &'r [Kept], of: impl Fn(&'r Kept) -> T) -> bool {
    let mut all = with_money(rows).map(of);
    all.next().is_none_or(|first| all.all(|other| other == first))
}

/// What all rows with money say; `None` where they differ, or none says anything.
fn shared<'r, T: PartialEq>(rows: &'r [Kept], of: impl Fn(&'r Kept) -> Option<T>) -> Option<T> {
    let mut all = with_money(rows).map(of);
    let first = all.next()?;
    if all.all(|other| other == first) { first } else { None }
}

/// The rows that have money, or all of them where none has.
fn with_money(rows: &[Kept]) -> impl Iterator<Item = &Kept> {
    let some = rows.iter().any(Kept::has_money);
    rows.iter().filter(move |row| !some || row.has_money())
}
