//! Aggregation columns: the values of every transaction and budget that sums and groups need, in memory.
//!
//! No record is decoded for an aggregate. A column has one value per row, by ordinal. Words, dates and identifiers
//! are dictionary numbers. Shares of countries and sectors are numbers of [`ShareTable`]; distinct sets are few,
//! although programmes are many. An amount is an integer of hundredths. Anything else (an absence, a bound, more
//! decimals) is in [`AmountColumns::odd`].

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

/// Sentinel ordinal: no record is stated, or it is unknown.
pub const NO_ORDINAL: u32 = u32::MAX;
/// Sentinel share: no source divides the money.
pub const NO_SHARE: u32 = u32::MAX;
/// Sentinel ordinal: different agencies.
pub const MULTIPLE: u32 = u32::MAX - 1;
/// Code of the share that no source assigns.
pub const NOT_STATED: u32 = 0;
/// Code of the whole, if several share it and no source divides it.
pub const UNDIVIDED: u32 = 1;

/// Encodes a flag: 0 not stated, 1 no, 2 yes.
pub(super) fn flag(value: Option<bool>) -> u8 {
    value.map_or(0, |value| 1 + u8::from(value))
}

/// Bits of [`AmountColumns::flags`].
pub mod bit {
    /// Humanitarian flag of the row itself: 0 not stated, 1 no, 2 yes.
    pub const HUMANITARIAN: u8 = 0b0000_0011;
    /// The row states recipients of its own.
    pub const OWN_PLACES: u8 = 0b0000_0100;
    /// The row states sectors of its own.
    pub const OWN_SECTORS: u8 = 0b0000_1000;
    /// The row is a standalone record, outside any publisher's report.
    pub const LOOSE: u8 = 0b0001_0000;
    /// Of a budget: no source states the start of its period.
    pub const TIMELESS: u8 = 0b0010_0000;
    /// Of a budget: it is a revised one.
    pub const REVISED: u8 = 0b0100_0000;
    /// Of a budget: its programme has a budget that does not count beside the others.
    pub const COMPARED: u8 = 0b1000_0000;
}

/// A country or a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// A country.
    Country(CountryCode),
    /// A region, by vocabulary and code; without a vocabulary it is a country that has no code.
    Region(Option<String>, String),
}

/// Flow type, finance type and aid type (OECD DAC), as published. `None` if inherited from the programme, or not
/// stated.
pub type FlowTerms = [Option<String>; 3];

/// Share sets: each is a list of codes with parts that add up to [`WHOLE`](crate::model::share::WHOLE).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShareTable {
    /// End of each set in `parts`, exclusive.
    pub(super) ends: Vec<u32>,
    /// Codes and shares.
    pub(super) parts: Vec<(u32, u32)>,
}

impl ShareTable {
    /// The parts of a set, sorted by code; every code occurs once.
    pub fn of(&self, set: u32) -> &[(u32, u32)] {
        let end = |at: Option<usize>| at.and_then(|at| self.ends.get(at)).map_or(0, |end| *end);
        let at = usize::try_from(set).ok();
        let from = end(at.and_then(|at| at.checked_sub(1)));
        self.parts.get(from as usize..end(at) as usize).unwrap_or_default()
    }
}

/// Amounts of programmes, one per row, in the order of the programmes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AmountColumns {
    /// First row of each programme, and one past the last row of all.
    pub first: Vec<u32>,
    /// Of a transaction, the index of its type in [`TransactionType`](crate::model::transaction::TransactionType)
    /// plus 1, or 0 for none. Of a budget, 1 for the money of all funders, 0 for an envelope, otherwise 2.
    pub kind: Vec<u8>,
    /// Flags; see [`bit`].
    pub flags: Vec<u8>,
    /// Date, or start of a budget period: a number of [`Columns::dates`], 0 for none.
    pub date: Vec<u16>,
    /// Valuation date, which determines the exchange rate: a number of [`Columns::dates`], 0 for none.
    pub value_date: Vec<u16>,
    /// Currency: a number of [`Columns::currencies`], 0 for none.
    pub currency: Vec<u16>,
    /// Amount in hundredths; [`ODD`] for an amount in `odd`.
    pub value: Vec<i64>,
    /// Amounts that are not exact with at most two decimals, sorted by row.
    pub odd: Vec<(u32, Odd)>,
    /// Ordinal of the provider, or [`NO_ORDINAL`].
    pub provider: Vec<u32>,
    /// Ordinal of the receiver, or [`NO_ORDINAL`].
    pub receiver: Vec<u32>,
    /// A number of [`Columns::terms`].
    pub terms: Vec<u32>,
    /// Row and share set of rows with recipients of their own, sorted by row.
    pub places: Vec<(u32, u32)>,
    /// Row and share set of rows with sectors of their own, sorted by row.
    pub sectors: Vec<(u32, u32)>,
    /// Row and ordinal of the programme on the other side, if the row names it; sorted by row.
    pub counterpart: Vec<(u32, u32)>,
    /// Of standalone transactions, the ordinal of the programme that each names, or [`NO_ORDINAL`].
    pub loose: Vec<u32>,
    /// Of standalone transactions and of budgets, the row that contains each, or [`NO_ORDINAL`].
    pub part_of: Vec<u32>,
    /// Of budgets, the row that each replaces according to its source, or [`NO_ORDINAL`].
    pub supersedes: Vec<u32>,
    /// Humanitarian part of transactions that differ from their programme: row and part as in [`Heads::relief`],
    /// sorted by row.
    pub relief: Vec<(u32, u32)>,
    /// Implementing agency of transactions whose activity has rows with different ones: row and ordinal, or
    /// [`NO_ORDINAL`]; sorted by row.
    pub carrier: Vec<(u32, u32)>,
    /// Channel of the same rows: row and number as in [`Heads::channel`].
    pub channel: Vec<(u32, u32)>,
    /// Of budgets, the end of the period: a number of [`Columns::dates`], 0 for none.
    pub until: Vec<u16>,
}

/// Counts the leading values that fit, in a list where all that fit come first. The first few values are tested one
/// by one, since a forward scan finds its next position nearby; then a binary search follows.
pub fn steps<T>(list: &[T], fits: impl Fn(&T) -> bool) -> usize {
    const NEAR: usize = 8;
    match list.iter().take(NEAR).take_while(|value| fits(value)).count() {
        NEAR => list.partition_point(fits),
        few => few,
    }
}

/// Looks up the value of a row in a list sorted by row.
pub fn beside<T: Copy>(list: &[(u32, T)], row: u32) -> Option<T> {
    let at = list.binary_search_by_key(&row, |(at, _)| *at).ok()?;
    list.get(at).map(|(_, value)| *value)
}

/// Values that rows inherit from their programmes, by ordinal of the programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// Donor: a number of [`Columns::countries`], 0 for none.
    pub donor: Vec<u16>,
    /// Ordinal of the reporting agency, or [`NO_ORDINAL`].
    pub reporter: Vec<u32>,
    /// Ordinal of the funding agency, [`NO_ORDINAL`] or [`MULTIPLE`]; the following roles use the same encoding.
    pub funding: Vec<u32>,
    /// Ordinal of the accountable agency.
    pub accountable: Vec<u32>,
    /// Ordinal of the extending agency.
    pub extending: Vec<u32>,
    /// Ordinal of the implementing agency.
    pub implementing: Vec<u32>,
    /// Channel of the implementing agencies: its index plus 2, 0 for none and 1 for several.
    pub channel: Vec<u8>,
    /// Index of its pillar.
    pub pillar: Vec<u8>,
    /// Index of its status plus 1, 0 for none.
    pub status: Vec<u8>,
    /// Humanitarian part of its money, of [`WHOLE`](crate::model::share::WHOLE); [`NO_SHARE`] if no source divides it.
    pub relief: Vec<u32>,
    /// True if its reporter is a secondary reporter.
    pub secondary: Vec<bool>,
    /// A number of [`Columns::terms`].
    pub terms: Vec<u32>,
    /// A set of [`Columns::place_shares`].
    pub places: Vec<u32>,
    /// A set of [`Columns::sector_shares`].
    pub sectors: Vec<u32>,
    /// Ordinal of the programme that contains it, or [`NO_ORDINAL`].
    pub parent: Vec<u32>,
}

/// One list per programme, by ordinal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumn<T> {
    /// End of each list in `items`, exclusive.
    pub(super) ends: Vec<u32>,
    /// All lists, concatenated.
    pub(super) items: Vec<T>,
}

impl<T> Default for ListColumn<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T> ListColumn<T> {
    /// The list of a programme; empty past the last.
    pub fn of(&self, programme: u32) -> &[T] {
        let at = programme as usize;
        let from = at.checked_sub(1).and_then(|at| self.ends.get(at)).map_or(0, |end| *end);
        let to = self.ends.get(at).map_or(0, |end| *end);
        self.items.get(from as usize..to as usize).unwrap_or_default()
    }

    /// Appends the list of the next programme.
    fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        self.ends.push(u32::try_from(self.items.len()).unwrap_or(u32::MAX));
    }
}

/// Participation of an agency in a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipationEntry {
    /// Index of its role.
    pub role: u8,
    /// Index of its channel plus 1, 0 for none.
    pub channel: u8,
    /// Ordinal of the agency, or [`NO_ORDINAL`].
    pub agency: u32,
    /// The stated amount: an index of [`Columns::part_money`] plus 1, 0 for none. An amount that is older than
    /// others or overlaps with them is omitted.
    pub money: u32,
}

/// All columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Transactions: the standalone ones, then those of programmes.
    pub transactions: AmountColumns,
    /// Budgets of programmes.
    pub budgets: AmountColumns,
    /// Values inherited from programmes.
    pub heads: Heads,
    /// Dates; the first is `None`.
    pub dates: Vec<Option<PartialDate>>,
    /// Currencies; the first is `None`.
    pub currencies: Vec<Option<Currency>>,
    /// Donors; the first is `None`.
    pub countries: Vec<Option<CountryCode>>,
    /// Combinations of flow, finance and aid type; the first is empty.
    pub terms: Vec<FlowTerms>,
    /// Countries and regions; the first two are [`NOT_STATED`] and [`UNDIVIDED`].
    pub places: Vec<Option<Spot>>,
    /// Sectors; the first two are [`NOT_STATED`] and [`UNDIVIDED`].
    pub sectors: Vec<Option<SectorCode>>,
    /// Share sets of recipients, for rows and programmes.
    pub place_shares: ShareTable,
    /// Share sets of sectors, for rows and programmes.
    pub sector_shares: ShareTable,
    /// Participations of each programme.
    pub parts: ListColumn<ParticipationEntry>,
    /// Amounts that participations state: currency number and amount.
    pub part_money: Vec<(u16, Odd)>,
    /// Ordinals of the locations of each programme.
    pub sites: ListColumn<u32>,
}

impl Columns {
    /// The money of a row, as its source gives it; `None` past the last row.
    pub fn money(&self, rows: &AmountColumns, row: u32) -> Option<Money> {
        let at = usize::try_from(row).ok()?;
        let value_date = *self.dates.get(usize::from(*rows.value_date.get(at)?))?;
        let currency = *self.currencies.get(usize::from(*rows.currency.get(at)?))?;
        let value = *rows.value.get(at)?;
        if value == ODD {
            return beside(&rows.odd, row)?.money(currency, value_date);
        }
        Some(money::plain(value, currency?, value_date))
    }

    /// The money that a participation states; `None` if it states none.
    pub fn stated(&self, part: &ParticipationEntry) -> Option<Money> {
        let at = usize::try_from(part.money.checked_sub(1)?).ok()?;
        let (currency, amount) = self.part_money.get(at)?;
        amount.money(*self.currencies.get(usize::from(*currency))?, None)
    }

    /// Estimated memory use in bytes.
    pub fn bytes(&self) -> usize {
        let rows = |rows: &AmountColumns| {
            rows.kind.len() * 32
                + rows.odd.len() * 24
                + rows.places.len() * 8
                + rows.sectors.len() * 8
        };
        rows(&self.transactions)
            + rows(&self.budgets)
            + self.heads.parent.len() * 61
            + self.parts.items.len() * size_of::<ParticipationEntry>()
            + self.sites.items.len() * size_of::<u32>()
    }
}
