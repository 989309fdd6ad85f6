//! Axes of a cell table: one per requested dimension. The positions of a row on all axes together
//! give the number of its cell.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{ColumnAmounts, GroupDimension};
use crate::model::code::Code;
use crate::model::date::PartialDate;
use crate::model::programme::{Channel, Pillar, ProgrammeStatus};
use crate::model::transaction::TransactionType;
use crate::read::total::ExclusionReason;
use crate::store::Generation;
use crate::store::columns::{Columns, MULTIPLE, NO_ORDINAL, NOT_STATED, Spot, UNDIVIDED};

crate::model::code::codes! {
    /// The reason why a key has no code.
    pub enum KeyAbsence {
        /// No source states it.
        NotStated = "NOT_STATED",
        /// Several are named, and no source divides the amount among them.
        Undivided = "UNDIVIDED",
    }
}

/// An axis: one dimension with its size and stride.
#[derive(Debug)]
pub(super) struct Axis {
    pub(super) dimension: GroupDimension,
    /// Number of positions. Position 0 means not stated, position 1 means undivided.
    pub(super) size: u64,
    pub(super) stride: u64,
    /// Addend to the cell number for each number of the column. Empty for identifiers, whose
    /// position is their ordinal plus 2.
    pub(super) steps: Vec<u64>,
    /// Code of each position from 2; empty for identifiers.
    codes: Vec<String>,
}

/// Number of positions before the first code.
const BEFORE: u64 = 2;

/// Code of each number of a column, or the reason why there is none.
type Codes = Vec<Result<String, KeyAbsence>>;

fn optional<T: ToString>(values: &[Option<T>]) -> Codes {
    values.iter().map(|v| v.as_ref().map(T::to_string).ok_or(KeyAbsence::NotStated)).collect()
}

/// Codes of a closed list, after an entry for "not stated".
fn words<T: Code>() -> Codes {
    let words = T::WORDS.iter().map(|word| Ok((*word).to_owned()));
    std::iter::once(Err(KeyAbsence::NotStated)).chain(words).collect()
}

fn dates(columns: &Columns, code: impl Fn(PartialDate) -> Option<String>) -> Codes {
    columns.dates.iter().map(|date| date.and_then(&code).ok_or(KeyAbsence::NotStated)).collect()
}

/// Codes of a column whose first two numbers mean not stated and undivided.
fn shared<T>(values: &[Option<T>], code: impl Fn(&T) -> Option<String>) -> Codes {
    let absent = |number: u32| match number {
        UNDIVIDED => KeyAbsence::Undivided,
        _ => KeyAbsence::NotStated,
    };
    let values = (NOT_STATED..).zip(values);
    values.map(|(n, value)| value.as_ref().and_then(&code).ok_or(absent(n))).collect()
}

fn codes(dimension: GroupDimension, columns: &Columns) -> Option<Codes> {
    let term =
        |at: usize| columns.terms.iter().map(move |t| t.get(at).and_then(Clone::clone)).collect();
    let terms = |at: usize| Some(optional(&Vec::<Option<String>>::from_iter::<Vec<_>>(term(at))));
    Some(match dimension {
        GroupDimension::Country => shared(&columns.places, |spot| match spot {
            Spot::Country(code) => Some(code.to_string()),
            Spot::Region(..) => None,
        }),
        GroupDimension::Region => shared(&columns.places, |spot| match spot {
            Spot::Region(_, code) => Some(code.clone()),
            Spot::Country(_) => None,
        }),
        GroupDimension::Sector => shared(&columns.sectors, |code| Some(code.to_string())),
        GroupDimension::SectorCategory => {
            shared(&columns.sectors, |code| Some(code.category().to_string()))
        }
        GroupDimension::Year => dates(columns, |date| Some(format!("{:04}", date.year()))),
        GroupDimension::Month => dates(columns, |date| {
            date.month().map(|month| format!("{:04}-{month:02}", date.year()))
        }),
        GroupDimension::Currency => optional(&columns.currencies),
        GroupDimension::Donor => optional(&columns.countries),
        GroupDimension::TransactionType => words::<TransactionType>(),
        GroupDimension::Status => words::<ProgrammeStatus>(),
        GroupDimension::Pillar => words::<Pillar>(),
        GroupDimension::Channel => std::iter::once(Err(KeyAbsence::NotStated))
            .chain(std::iter::once(Err(KeyAbsence::Undivided)))
            .chain(words::<Channel>().into_iter().skip(1))
            .collect(),
        GroupDimension::Humanitarian => {
            let words = ["no", "yes"].map(|word| Ok(word.to_owned()));
            [Err(KeyAbsence::NotStated), Err(KeyAbsence::Undivided)]
                .into_iter()
                .chain(words)
                .collect()
        }
        GroupDimension::FlowType => return terms(0),
        GroupDimension::FinanceType => return terms(1),
        GroupDimension::AidType => return terms(2),
        GroupDimension::Provider
        | GroupDimension::Receiver
        | GroupDimension::Reporter
        | GroupDimension::FundingAgency
        | GroupDimension::AccountableAgency
        | GroupDimension::ExtendingAgency
        | GroupDimension::ImplementingAgency
        | GroupDimension::Programme => {
            return None;
        }
        // Columns hold no contributions.
        GroupDimension::Mission
        | GroupDimension::Kind
        | GroupDimension::SendingBody
        | GroupDimension::Deployment
        | GroupDimension::FlowStatus
        | GroupDimension::Scope
        | GroupDimension::Crisis
        | GroupDimension::Plan
        | GroupDimension::Cluster => Codes::new(),
    })
}

impl Axis {
    fn new(dimension: GroupDimension, stride: u64, generation: &Generation) -> Self {
        let columns = generation.columns();
        let Some(codes) = codes(dimension, columns) else {
            let kind = match dimension {
                GroupDimension::Programme => crate::model::noun::Kind::Programme,
                _ => crate::model::noun::Kind::Agency,
            };
            let size = u64::from(generation.len(kind)) + BEFORE;
            return Self { dimension, size, stride, steps: Vec::new(), codes: Vec::new() };
        };
        let mut order: BTreeMap<&str, u64> =
            codes.iter().flatten().map(|code| (code.as_str(), 0)).collect();
        for (place, at) in (BEFORE..).zip(order.values_mut()) {
            *at = place;
        }
        let place = |code: &Result<String, KeyAbsence>| match code {
            Ok(code) => order.get(code.as_str()).copied().unwrap_or(0),
            Err(KeyAbsence::NotStated) => 0,
            Err(KeyAbsence::Undivided) => 1,
        };
        let steps = codes.iter().map(|code| place(code) * stride).collect();
        let size = order.len() as u64 + BEFORE;
        let codes = order.into_keys().map(str::to_owned).collect();
        Self { dimension, size, stride, steps, codes }
    }

    /// Returns the addend for a number of the column.
    pub(super) fn step(&self, number: usize) -> u64 {
        self.steps.get(number).copied().unwrap_or(0)
    }

    /// Returns the addend for an ordinal, [`NO_ORDINAL`] or [`MULTIPLE`].
    pub(super) fn ordinal(&self, ordinal: u32) -> u64 {
        match ordinal {
            NO_ORDINAL => 0,
            MULTIPLE => self.stride,
            ordinal => (u64::from(ordinal) + BEFORE) * self.stride,
        }
    }

    /// Returns the position of a cell on this axis.
    pub(super) fn place(&self, cell: u64) -> u64 {
        cell / self.stride % self.size
    }

    /// Returns the code of a position, or the reason why there is none. Identifiers are looked up.
    pub(super) fn code(&self, place: u64, generation: &Generation) -> Result<String, KeyAbsence> {
        let at = match place.checked_sub(BEFORE) {
            None if place == 1 => return Err(KeyAbsence::Undivided),
            None => return Err(KeyAbsence::NotStated),
            Some(at) => at,
        };
        if let Some(code) = usize::try_from(at).ok().and_then(|at| self.codes.get(at)) {
            return Ok(code.clone());
        }
        let kind = match self.dimension {
            GroupDimension::Programme => crate::model::noun::Kind::Programme,
            _ => crate::model::noun::Kind::Agency,
        };
        let ordinal = u32::try_from(at).ok();
        let key = ordinal.and_then(|ordinal| generation.key(kind, ordinal));
        key.map(std::borrow::Cow::into_owned).ok_or(KeyAbsence::NotStated)
    }
}

/// All axes, with the source that determines the position on each.
#[derive(Debug)]
pub(super) struct Axes {
    /// Axes in the requested order; the last is the currency unless all is converted.
    pub(super) all: Vec<Axis>,
    /// True if the currency is a requested key.
    pub(super) currency_is_key: bool,
    /// Number of possible cells.
    pub(super) cells: u64,
    /// Indices in `all` of the axes determined by the programme.
    pub(super) of_head: Vec<usize>,
    /// Indices of the axes determined by the row.
    pub(super) of_row: Vec<usize>,
    /// Indices of the axes determined by the country or region.
    pub(super) of_place: Vec<usize>,
    /// Indices of the axes determined by the sector and its humanitarian part.
    pub(super) of_sector: Vec<usize>,
}

impl Axes {
    pub(super) fn new(
        generation: &Generation,
        by: &[GroupDimension],
        amounts: ColumnAmounts,
        by_currency: bool,
    ) -> Self {
        let mut dimensions: Vec<GroupDimension> = Vec::new();
        for dimension in by {
            if !dimensions.contains(dimension) {
                dimensions.push(*dimension);
            }
        }
        if by_currency && !dimensions.contains(&GroupDimension::Currency) {
            dimensions.push(GroupDimension::Currency);
        }
        let mut axes = Self {
            all: Vec::new(),
            currency_is_key: by.contains(&GroupDimension::Currency),
            cells: 1,
            of_head: Vec::new(),
            of_row: Vec::new(),
            of_place: Vec::new(),
            of_sector: Vec::new(),
        };
        for (at, dimension) in dimensions.into_iter().enumerate() {
            let next = Axis::new(dimension, axes.cells, generation);
            axes.cells = axes.cells.saturating_mul(next.size);
            axes.all.push(next);
            match dimension {
                GroupDimension::Country | GroupDimension::Region => axes.of_place.push(at),
                GroupDimension::Sector
                | GroupDimension::SectorCategory
                | GroupDimension::Humanitarian => axes.of_sector.push(at),
                GroupDimension::Reporter
                | GroupDimension::FundingAgency
                | GroupDimension::AccountableAgency
                | GroupDimension::ExtendingAgency
                | GroupDimension::ImplementingAgency
                | GroupDimension::Channel
                | GroupDimension::Donor
                | GroupDimension::Pillar
                | GroupDimension::Status
                | GroupDimension::Programme => axes.of_head.push(at),
                // A budget has no payer, receiver or type.
                GroupDimension::Provider
                | GroupDimension::Receiver
                | GroupDimension::TransactionType
                    if amounts == ColumnAmounts::Budgets => {}
                _ => axes.of_row.push(at),
            }
        }
        axes
    }

    /// Compares two cells by their keys; those without a code come last, undivided before not stated.
    pub(super) fn compare(&self, one: u64, other: u64) -> Ordering {
        let rank = |axis: &Axis, cell: u64| match axis.place(cell) {
            place if place < BEFORE => u64::MAX - place,
            place => place,
        };
        let compare = |axis: &Axis| rank(axis, one).cmp(&rank(axis, other));
        self.all.iter().map(compare).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// Returns true if an axis divides amounts by their shares.
    pub(super) fn divide(&self) -> bool {
        !self.of_place.is_empty() || !self.of_sector.is_empty()
    }

    pub(super) fn pick<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = &'a Axis> {
        places.iter().filter_map(|at| self.all.get(*at))
    }
}

/// Lookup tables for a row, by the numbers in its columns.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// For each kind, true if it counts.
    pub(super) counts: Vec<bool>,
    /// Addend to the cell number for each kind, date and currency.
    pub(super) kind: Vec<u32>,
    pub(super) date: Vec<u32>,
    pub(super) currency: Vec<u32>,
    /// True if a currency can have an addend.
    pub(super) by_currency: bool,
    /// Flags of rows that take the slow path.
    pub(super) slow: u8,
    /// True if all rows take the slow path, for an axis other than kind, date or currency or for
    /// lenses by record.
    pub(super) all_slow: bool,
    /// Amounts left out, by kind and currency.
    pub(super) left_out: Vec<(i128, usize)>,
    /// Shares of others, by currency.
    pub(super) others: Vec<(i128, usize)>,
}

fn add(sums: &mut [u32], steps: &[u64]) -> bool {
    sums.iter_mut().zip(steps).all(|(sum, step)| {
        let next = u32::try_from(*step).ok().and_then(|step| sum.checked_add(step));
        *sum = next.unwrap_or(0);
        next.is_some()
    })
}

impl Steps {
    /// Creates the tables of a list. `slow` holds the flags of rows that take the slow path.
    pub(super) fn new(
        columns: &Columns,
        kinds: &[Option<ExclusionReason>],
        axes: &Axes,
        slow: u8,
        all_slow: bool,
    ) -> Self {
        let currencies = columns.currencies.len();
        let mut steps = Self {
            counts: kinds.iter().map(Option::is_none).collect(),
            kind: vec![0; kinds.len()],
            date: vec![0; columns.dates.len()],
            currency: vec![0; currencies],
            by_currency: false,
            slow,
            all_slow,
            left_out: vec![(0, 0); kinds.len() * currencies],
            others: vec![(0, 0); currencies],
        };
        for axis in axes.pick(&axes.of_row) {
            let fits = match axis.dimension {
                GroupDimension::Year | GroupDimension::Month => add(&mut steps.date, &axis.steps),
                GroupDimension::Currency => {
                    steps.by_currency = true;
                    add(&mut steps.currency, &axis.steps)
                }
                GroupDimension::TransactionType => add(&mut steps.kind, &axis.steps),
                _ => false,
            };
            steps.all_slow |= !fits;
        }
        steps
    }
}
