//! Columns: what sums and groups need of every transaction and budget, in memory, without decoding a record.
//!
//! A column has one value a row, by ordinal. Words, dates and identifiers are numbers of dictionaries; shares of countries
//! and sectors are numbers of [`Shares`], which are few although programmes are many. An amount is an integer of
//! hundredths; what is no plain amount (an absence, a bound, more decimals) stands apart in [`Rows::odd`].

mod builder;
mod dictionary;
mod form;
mod links;
mod money;
mod parts;

pub(super) use builder::ColumnsBuilder;
pub use form::ColumnsReader;
pub use money::{LARGEST, ODD, Odd};

use serde::{Deserialize, Serialize};

use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::money::{Currency, Money};
use crate::model::sector::SectorCode;

/// No record: of an agency or a parent that is not named.
pub const NOBODY: u32 = u32::MAX;
/// Several, of which none stands for all.
pub const SEVERAL: u32 = u32::MAX - 1;
/// The share that is for nobody who is named.
pub const NOT_STATED: u32 = 0;
/// The whole of what several share and no source divides.
pub const UNDIVIDED: u32 = 1;

/// The number of a flag: not said, no, yes.
pub(super) fn flag(value: Option<bool>) -> u8 {
    value.map_or(0, |value| 1 + u8::from(value))
}

/// Bits of [`Rows::flags`].
pub mod bit {
    /// Whether it is humanitarian by itself: 0 not said, 1 no, 2 yes.
    pub const HUMANITARIAN: u8 = 0b0000_0011;
    /// It has recipients of its own.
    pub const OWN_PLACES: u8 = 0b0000_0100;
    /// It has sectors of its own.
    pub const OWN_SECTORS: u8 = 0b0000_1000;
    /// It stands for itself, outside any publisher's report.
    pub const LOOSE: u8 = 0b0001_0000;
    /// Of a budget: no source says when its time begins.
    pub const TIMELESS: u8 = 0b0010_0000;
    /// Of a budget: it is a revised one.
    pub const REVISED: u8 = 0b0100_0000;
    /// Of a budget: some budget of its programme does not count beside the others.
    pub const COMPARED: u8 = 0b1000_0000;
}

/// A country or a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// A country.
    Country(CountryCode),
    /// A region, by vocabulary and code.
    Region(Option<String>, String),
}

/// Flow type, finance type and aid type (OECD DAC), as published; `None` as the programme, or not said.
pub type Terms = [Option<String>; 3];

/// Sets of shares: each a list of codes with parts of [`WHOLE`](crate::model::share::WHOLE) that add up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Where each set ends among the parts.
    pub(super) ends: Vec<u32>,
    /// Codes and shares.
    pub(super) parts: Vec<(u32, u32)>,
}

impl Shares {
    /// The parts of a set, by code; every code once.
    pub fn of(&self, set: u32) -> &[(u32, u32)] {
        let end = |at: Option<usize>| at.and_then(|at| self.ends.get(at)).map_or(0, |end| *end);
        let at = usize::try_from(set).ok();
        let from = end(at.and_then(|at| at.checked_sub(1)));
        self.parts.get(from as usize..end(at) as usize).unwrap_or_default()
    }
}

/// Amounts of programmes, one a row, in the order of the programmes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The first row of each programme, and one past the last of all.
    pub first: Vec<u32>,
    /// For a transaction the place of its type among [`TransactionType`](crate::model::transaction::TransactionType)'s values
    /// plus 1, 0 when there is none; for a budget 1 when it is the money of all funders, 0 when it is an envelope, else 2.
    pub kind: Vec<u8>,
    /// See [`bit`].
    pub flags: Vec<u8>,
    /// When: a number of [`Columns::dates`], 0 for none. Of a budget, when its period begins.
    pub date: Vec<u16>,
    /// The date whose rate applies.
    pub value_date: Vec<u16>,
    /// A number of [`Columns::currencies`], 0 for none.
    pub currency: Vec<u16>,
    /// Hundredths; [`ODD`] for what stands in `odd`.
    pub value: Vec<i64>,
    /// What is no exact amount of at most two decimals, by row, ascending.
    pub odd: Vec<(u32, Odd)>,
    /// The ordinal of the agency that pays, or [`NOBODY`].
    pub provider: Vec<u32>,
    /// The ordinal of the agency that receives, or [`NOBODY`].
    pub receiver: Vec<u32>,
    /// A number of [`Columns::terms`].
    pub terms: Vec<u32>,
    /// Row and set, for rows with recipients of their own, ascending.
    pub places: Vec<(u32, u32)>,
    /// Row and set, for rows with sectors of their own, ascending.
    pub sectors: Vec<(u32, u32)>,
    /// The programme on the other side, where the row names it: row and ordinal, ascending.
    pub counterpart: Vec<(u32, u32)>,
    /// Of rows that are records of their own, the programme that each names, or [`NOBODY`].
    pub loose: Vec<u32>,
    /// Of those, and of budgets, the row that contains each, or [`NOBODY`].
    pub part_of: Vec<u32>,
    /// Of budgets, the row that each takes the place of, as its source says, or [`NOBODY`].
    pub supersedes: Vec<u32>,
    /// How much of a transaction is humanitarian, where that is not as its programme says: row and part as in
    /// [`Heads::relief`], ascending.
    pub relief: Vec<(u32, u32)>,
    /// Who carries out what a transaction pays, where the rows of an activity do not all say the same: row and agency, or
    /// [`NOBODY`]; ascending.
    pub carrier: Vec<(u32, u32)>,
    /// Its way, for the same rows: row and number as in [`Heads::channel`].
    pub channel: Vec<(u32, u32)>,
    /// Of budgets, when the time of each ends: a number of [`Columns::dates`], 0 for none.
    pub until: Vec<u16>,
}

/// How many values at the beginning of a list fit, where all that fit come first. Whoever goes along a list finds the next place
/// near, so a few steps are tried before the rest is searched.
pub fn steps<T>(list: &[T], fits: impl Fn(&T) -> bool) -> usize {
    const NEAR: usize = 8;
    match list.iter().take(NEAR).take_while(|value| fits(value)).count() {
        NEAR => list.partition_point(fits),
        few => few,
    }
}

/// What is looked up in a list of row and value; ascending in the row.
pub fn beside<T: Copy>(list: &[(u32, T)], row: u32) -> Option<T> {
    let at = list.binary_search_by_key(&row, |(at, _)| *at).ok()?;
    list.get(at).map(|(_, value)| *value)
}

/// What rows take from their programmes, by ordinal of the programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// The donor: a number of [`Columns::countries`], 0 for none.
    pub donor: Vec<u16>,
    /// The ordinal of the agency that reports it, or [`NOBODY`].
    pub reporter: Vec<u32>,
    /// The ordinal of the agency that gives the money, [`NOBODY`] or [`SEVERAL`]. So with the parts that follow.
    pub funding: Vec<u32>,
    /// Who answers for it.
    pub accountable: Vec<u32>,
    /// Who passes the money on.
    pub extending: Vec<u32>,
    /// Who carries it out.
    pub implementing: Vec<u32>,
    /// The way of who carries it out: its place among the values plus 2, 0 for none and 1 for several.
    pub channel: Vec<u8>,
    /// The place of its pillar among the values.
    pub pillar: Vec<u8>,
    /// The place of its status among the values plus 1, 0 for none.
    pub status: Vec<u8>,
    /// How much of its money is humanitarian, of [`WHOLE`](crate::model::share::WHOLE); [`NOBODY`] where no source divides it.
    pub relief: Vec<u32>,
    /// Whether its reporter reports what others do.
    pub secondary: Vec<bool>,
    /// A number of [`Columns::terms`].
    pub terms: Vec<u32>,
    /// A set of [`Columns::place_shares`].
    pub places: Vec<u32>,
    /// A set of [`Columns::sector_shares`].
    pub sectors: Vec<u32>,
    /// The ordinal of the programme that contains it, or [`NOBODY`].
    pub parent: Vec<u32>,
}

/// A list for each programme, by ordinal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lists<T> {
    /// Where the list of each programme ends.
    pub(super) ends: Vec<u32>,
    /// All lists, one behind the other.
    pub(super) items: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T> Lists<T> {
    /// The list of a programme.
    pub fn of(&self, programme: u32) -> &[T] {
        let at = programme as usize;
        let from = at.checked_sub(1).and_then(|at| self.ends.get(at)).map_or(0, |end| *end);
        let to = self.ends.get(at).map_or(0, |end| *end);
        self.items.get(from as usize..to as usize).unwrap_or_default()
    }

    /// Adds the list of the next programme.
    fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }
}

/// An agency's part in a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The place of its role among the values.
    pub role: u8,
    /// The place of the way that it stands for among the values plus 1, 0 for none.
    pub channel: u8,
    /// The ordinal of the agency, or [`NOBODY`].
    pub agency: u32,
    /// The stated part of the programme's money: a place of [`Columns::part_money`] plus 1, 0 for none. A figure that is older
    /// than others or overlaps with them is none.
    pub money: u32,
}

/// All columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Transactions: those that are records of their own, then those of programmes.
    pub transactions: Rows,
    /// Budgets of programmes.
    pub budgets: Rows,
    /// Programmes.
    pub heads: Heads,
    /// Dates; the first is none.
    pub dates: Vec<Option<PartialDate>>,
    /// Currencies; the first is none.
    pub currencies: Vec<Option<Currency>>,
    /// Donors; the first is none.
    pub countries: Vec<Option<CountryCode>>,
    /// Flow, finance and aid types that stand together; the first are none.
    pub terms: Vec<Terms>,
    /// Countries and regions; the first two are [`NOT_STATED`] and [`UNDIVIDED`].
    pub places: Vec<Option<Spot>>,
    /// Sectors; the first two are [`NOT_STATED`] and [`UNDIVIDED`].
    pub sectors: Vec<Option<SectorCode>>,
    /// How rows and programmes are divided among places.
    pub place_shares: Shares,
    /// How they are divided among sectors.
    pub sector_shares: Shares,
    /// The parts of agencies in each programme.
    pub parts: Lists<Part>,
    /// Amounts that participations state: currency, by number, and amount.
    pub part_money: Vec<(u16, Odd)>,
    /// The places that each programme works in, by ordinal.
    pub sites: Lists<u32>,
}

impl Columns {
    /// The money of a row, as its source gives it.
    pub fn money(&self, rows: &Rows, row: u32) -> Option<Money> {
        let at = usize::try_from(row).ok()?;
        let value_date = *self.dates.get(usize::from(*rows.value_date.get(at)?))?;
        let currency = *self.currencies.get(usize::from(*rows.currency.get(at)?))?;
        let value = *rows.value.get(at)?;
        if value == ODD {
            return beside(&rows.odd, row)?.money(currency, value_date);
        }
        Some(money::plain(value, currency?, value_date))
    }

    /// The money that a part states.
    pub fn stated(&self, part: &Part) -> Option<Money> {
        let at = usize::try_from(part.money.checked_sub(1)?).ok()?;
        let (currency, amount) = self.part_money.get(at)?;
        amount.money(*self.currencies.get(usize::from(*currency))?, None)
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        let rows = |rows: &Rows| {
            rows.kind.len() * 32
                + rows.odd.len() * 24
                + rows.places.len() * 8
                + rows.sectors.len() * 8
        };
        rows(&self.transactions)
            + rows(&self.budgets)
            + self.heads.parent.len() * 61
            + self.parts.items.len() * size_of::<Part>()
            + self.sites.items.len() * size_of::<u32>()
    }
}
