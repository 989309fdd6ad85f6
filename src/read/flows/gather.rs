//! Selects the movements across a boundary: disbursements, expenditure and receipts of programmes,
//! read from the columns, and humanitarian contributions.
//!
//! Development and humanitarian money are requested separately or together. Money of the other
//! scope is left out and listed; a partly humanitarian amount is divided. Donors report
//! humanitarian money to OCHA FTS and in their own files, and neither refers to the other's record.
//! So in a year in which FTS flows cross the boundary, these count. The humanitarian money of
//! publishers and of the CRS is then left out as an alternative figure. The same holds for a seed
//! contribution if FTS has that donor in that year.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::boundary::{Agencies, BoundaryLine, MovementSide, Way};
use super::crossing::Movements;
use super::movement::{ActivityLink, BoundaryMovement, Name, RecordedMovement};
use super::{BoundaryQuery, FlowScope};
use crate::model::code::Code as _;
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::{
    FlowStatus, HumanitarianContribution, HumanitarianScope,
};
use crate::model::id::AgencyId;
use crate::model::noun::{Kind, Noun as _};
use crate::model::share::WHOLE;
use crate::model::transaction::TransactionType;
use crate::read::error::Error;
use crate::read::filter::Filter;
use crate::read::reader::Reader;
use crate::read::rival;
use crate::read::total::ExclusionReason;
use crate::store::Generation;
use crate::store::columns::{Columns, NO_ORDINAL, NO_SHARE, NOT_STATED, Spot, beside, bit, steps};

/// Maximum number of movements in one answer; each needs about a hundred bytes while it is
/// computed.
const MAX_MOVEMENTS: usize = 2_000_000;

/// Returns the movements that cross a boundary. Those of the other scope are marked as left out.
pub(super) fn movements(
    reader: &Reader,
    boundary: &BoundaryQuery,
    scope: FlowScope,
) -> Result<Movements, Error> {
    let mut movements = Movements::default();
    let covered = contributions(reader, boundary, scope, &mut movements)?;
    rows(reader, boundary, scope, &covered, &mut movements)?;
    Ok(movements)
}

/// Years and donors covered by counted OCHA FTS flows that cross the boundary.
#[derive(Debug, Default)]
struct Covered {
    years: BTreeSet<u16>,
    donors: BTreeSet<(u16, CountryCode)>,
}

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// Adds a movement, unless too many cross already.
fn take(movements: &mut Movements, movement: BoundaryMovement) -> Result<(), Error> {
    if movements.crossing.len() >= MAX_MOVEMENTS {
        return Err(Error::TooManyMovements { limit: MAX_MOVEMENTS });
    }
    movements.crossing.push(movement);
    Ok(())
}

/// The boundary in terms of columns: the agencies and rows inside it.
struct BoundaryRows<'a> {
    reader: &'a Reader,
    columns: &'a Columns,
    /// Agencies named by the boundary; `None` means any.
    agencies: Option<RoaringBitmap>,
    /// Agencies at home in the countries; `None` means any.
    at_home: Option<RoaringBitmap>,
    /// Rows for the countries; `None` means any.
    arriving: Option<RoaringBitmap>,
    /// For each number of a place, true if it is one of the countries; empty means any.
    named: Vec<bool>,
    /// Ordinals of agencies that are known by name only.
    by_name: Range<u32>,
}

/// Returns the ordinals of agencies whose identifier is their name, which are contiguous.
fn by_name(generation: &Generation) -> Range<u32> {
    let before = |text: &str| {
        let (mut from, mut to) = (0, generation.len(Kind::Agency));
        while from < to {
            let middle = from + (to - from) / 2;
            if generation.key(Kind::Agency, middle).is_some_and(|key| *key < *text) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    };
    before("name:")..before("name;")
}

impl<'a> BoundaryRows<'a> {
    fn new(reader: &'a Reader, boundary: &BoundaryQuery) -> Result<Self, Error> {
        let countries = Filter::Is(Facet::Country, texts(&boundary.countries));
        let any = boundary.countries.is_empty();
        let named = |kind| (!any).then(|| reader.find(kind, &countries)).transpose();
        let columns = reader.generation().columns();
        let is_named = |spot: &Option<Spot>| match spot {
            Some(Spot::Country(code)) => boundary.countries.contains(code),
            _ => false,
        };
        let spots = columns.places.iter().filter(|_| !any);
        Ok(Self {
            reader,
            columns,
            agencies: agencies(reader, boundary).map(|agencies| agencies.into_iter().collect()),
            at_home: named(Kind::Agency)?,
            arriving: named(Kind::Transaction)?,
            named: spots.map(is_named).collect(),
            by_name: by_name(reader.generation()),
        })
    }

    /// Returns the share of a row for the countries, as groups divide it: by its own places,
    /// otherwise by its programme's.
    fn share(&self, row: u32, programme: u32) -> u32 {
        if self.named.is_empty() {
            return WHOLE;
        }
        let rows = &self.columns.transactions;
        let has_own = rows.flags.get(row as usize).is_some_and(|f| f & bit::OWN_PLACES != 0);
        let set = if has_own {
            beside(&rows.places, row)
        } else {
            self.columns.heads.places.get(programme as usize).copied()
        };
        let parts = self.columns.place_shares.of(set.unwrap_or(NOT_STATED)).iter();
        let named = |code: u32| self.named.get(code as usize).is_some_and(|named| *named);
        parts.filter(|(code, _)| named(*code)).map(|(_, share)| share).sum()
    }

    /// Returns the humanitarian part of a row, of [`WHOLE`]: its own, otherwise its programme's.
    /// `None` if no source divides it.
    fn relief(&self, row: u32, programme: u32) -> Option<u32> {
        let own = beside(&self.columns.transactions.relief, row);
        let stated = || self.columns.heads.relief.get(programme as usize).copied();
        Some(own.or_else(stated).unwrap_or(0)).filter(|share| *share != NO_SHARE)
    }

    /// Returns the rows that may cross: those of the boundary's agencies or countries, in its
    /// years. Both ends of a transaction are in the same year.
    fn candidates(&self, boundary: &BoundaryQuery) -> Result<RoaringBitmap, Error> {
        let generation = self.reader.generation();
        let agencies = self.agencies.iter().chain(&self.at_home).flatten();
        let mut found = self.arriving.clone().unwrap_or_default();
        for agency in agencies.collect::<RoaringBitmap>() {
            let Some(key) = generation.key(Kind::Agency, agency) else { continue };
            if let Some(rows) = generation.posting(Kind::Transaction, Facet::Agency, &key) {
                found |= rows;
            }
            // The reporter is the payer or receiver of a movement that does not name one.
            let reports = format!("REPORTING {key}");
            let programmes = generation.posting(Kind::Programme, Facet::AgencyRole, &reports);
            for programme in programmes.into_iter().flatten() {
                found.insert_range(generation.rows_at(programme));
            }
        }
        if !boundary.years.is_empty() {
            let years = Filter::Is(Facet::Year, texts(&boundary.years));
            found &= self.reader.find(Kind::Transaction, &years)?;
        }
        Ok(found)
    }

    fn way(&self, row: u32, source: u32, destination: u32) -> Option<Way> {
        let holds = |set: &Option<RoaringBitmap>, one| {
            set.as_ref().is_none_or(|set| one != NO_ORDINAL && set.contains(one))
        };
        let source = holds(&self.agencies, source) && holds(&self.at_home, source);
        let destination = holds(&self.agencies, destination) && holds(&self.arriving, row);
        Way::between(source, destination)
    }
}

/// Returns the ordinals of a boundary's agencies; `None` if it names none.
fn agencies(reader: &Reader, boundary: &BoundaryQuery) -> Option<BTreeSet<u32>> {
    let ordinal = |agency: &String| reader.generation().ordinal(Kind::Agency, agency);
    let named = !boundary.agencies.is_empty();
    named.then(|| boundary.agencies.iter().filter_map(ordinal).collect())
}

/// Adds transactions of programmes and of the seed.
fn rows(
    reader: &Reader,
    boundary: &BoundaryQuery,
    scope: FlowScope,
    covered: &Covered,
    movements: &mut Movements,
) -> Result<(), Error> {
    let inside = BoundaryRows::new(reader, boundary)?;
    let columns = inside.columns;
    let rows = &columns.transactions;
    let mut programme = Programmes { first: &rows.first, loose: &rows.loose, at: 0 };
    for row in inside.candidates(boundary)? {
        reader.work().step()?;
        let at = row as usize;
        let of = programme.of(row);
        let head = |column: &[u32]| column.get(of as usize).copied().unwrap_or(NO_ORDINAL);
        let end = |column: &[u32]| column.get(at).copied().unwrap_or(NO_ORDINAL);
        let kind = rows.kind.get(at).copied().unwrap_or_default();
        let r#type = usize::from(kind).checked_sub(1).and_then(|n| TransactionType::VALUES.get(n));
        let is_receipt = r#type == Some(&TransactionType::IncomingFunds);
        // The reporter pays, or receives, if the movement does not name the agency.
        let or_reporter = |agency: u32, is_theirs: bool| {
            if agency == NO_ORDINAL && is_theirs { head(&columns.heads.reporter) } else { agency }
        };
        let source = or_reporter(end(&rows.provider), !is_receipt);
        let destination = or_reporter(end(&rows.receiver), is_receipt);
        let container = end(&rows.part_of);
        if container != NO_ORDINAL {
            let whole = (Kind::Transaction, container);
            movements.within.insert((Kind::Transaction, row), whole);
        }
        let Some(way) = inside.way(row, source, destination) else { continue };
        let Some(money) = columns.money(rows, row) else { continue };
        let is_secondary = columns.heads.secondary.get(of as usize).is_some_and(|flag| *flag);
        let left_out = match r#type {
            Some(
                TransactionType::Disbursement
                | TransactionType::Expenditure
                | TransactionType::IncomingFunds,
            ) => None,
            _ => Some(ExclusionReason::OtherTransactionType),
        };
        let left_out = left_out.or(is_secondary.then_some(ExclusionReason::SecondaryReporter));
        let date = rows.date.get(at).and_then(|date| *columns.dates.get(usize::from(*date))?);
        let is_covered = date.is_some_and(|date: PartialDate| covered.years.contains(&date.year()));
        // The paying end has one home country, so only arriving money can be shared with others.
        let share = if way == Way::Outgoing { WHOLE } else { inside.share(row, of) };
        let activities = ActivityLink {
            own: of,
            other: beside(&rows.counterpart, row).unwrap_or(NO_ORDINAL),
            is_vague: destination == NO_ORDINAL || inside.by_name.contains(&destination),
        };
        let agency = |agency: u32| Some(agency).filter(|agency| *agency != NO_ORDINAL);
        let movement = BoundaryMovement {
            name: (Kind::Transaction, row),
            way,
            money,
            share,
            left_out,
            from: agency(source).into_iter().collect(),
            to: agency(destination).into_iter().collect(),
            date,
            is_receipt,
            activities,
        };
        for part in scope.parts(movement, inside.relief(row, of), is_covered) {
            take(movements, part)?;
        }
    }
    Ok(())
}

/// Looks up the programmes of rows that come in ascending order.
struct Programmes<'a> {
    first: &'a [u32],
    loose: &'a [u32],
    at: usize,
}

impl Programmes<'_> {
    /// Returns the programme of a row, or [`NO_ORDINAL`].
    fn of(&mut self, row: u32) -> u32 {
        if let Some(programme) = self.loose.get(row as usize) {
            return *programme;
        }
        // Programmes without rows begin where the next one does; the last of them owns the row.
        self.at += steps(self.first.get(self.at..).unwrap_or_default(), |begin| *begin <= row);
        self.at.checked_sub(1).and_then(|at| u32::try_from(at).ok()).unwrap_or(NO_ORDINAL)
    }
}

/// Adds humanitarian contributions and returns what the OCHA FTS flows among them cover.
fn contributions(
    reader: &Reader,
    boundary: &BoundaryQuery,
    scope: FlowScope,
    movements: &mut Movements,
) -> Result<Covered, Error> {
    let line = BoundaryLine {
        agencies: agencies(reader, boundary),
        countries: boundary.countries.clone(),
        years: boundary.years.clone(),
    };
    let countries = texts(&boundary.countries);
    let of = |facet, terms: &[String]| Filter::Is(facet, terms.to_vec());
    let found = Filter::Or(vec![
        of(Facet::Agency, &boundary.agencies),
        of(Facet::Country, &countries),
        of(Facet::Donor, &countries),
        of(Facet::SourceCountry, &countries),
    ]);
    let found = reader.find(Kind::HumanitarianContribution, &found)?;
    let mut covered = Covered::default();
    // Seed contributions, with their year and donor.
    let mut others = Vec::new();
    let mut seed = Vec::new();
    for ordinal in found {
        let record = reader.at::<HumanitarianContribution>(ordinal)?;
        let at = movements.crossing.len();
        contribution(reader, &line, scope, ordinal, &record, movements)?;
        let Some(movement) = movements.crossing.get(at) else { continue };
        let year = record.year.map(PartialDate::year);
        let Some(flow) = record.flow.as_deref() else {
            others.extend(year.zip(record.donor).map(|key| (at, key)));
            seed.push((at, record));
            continue;
        };
        if movement.left_out.is_none() && movement.money.value().is_some() {
            let years: Vec<u16> =
                if flow.years.is_empty() { year.into_iter().collect() } else { flow.years.clone() };
            covered.donors.extend(years.iter().filter_map(|year| Some((*year, record.donor?))));
            covered.years.extend(years);
        }
    }
    settle(reader, &seed, movements)?;
    for (at, _) in others.into_iter().filter(|(_, key)| covered.donors.contains(key)) {
        if let Some(movement) = movements.crossing.get_mut(at) {
            movement.left_out = movement.left_out.or(Some(ExclusionReason::AlternativeFigure));
        }
    }
    Ok(covered)
}

/// Leaves out all but one of the contributions that publish the same amount, and those that a total
/// of their year contains.
fn settle(
    reader: &Reader,
    seed: &[(usize, Arc<HumanitarianContribution>)],
    movements: &mut Movements,
) -> Result<(), Error> {
    let records: Vec<&HumanitarianContribution> = seed.iter().map(|(_, c)| c.as_ref()).collect();
    let rivals = rival::of_contributions(&records, reader)?;
    let crossing = &movements.crossing;
    let counts = |at: usize| {
        crossing.get(at).is_some_and(|m| m.left_out.is_none() && m.money.value().is_some())
    };
    let counted: BTreeSet<&str> =
        seed.iter().filter(|(at, _)| counts(*at)).map(|(_, c)| c.key()).collect();
    // If all of a set are shared with others, one of them is enough for the bounds.
    let shared: BTreeSet<&str> =
        seed.iter().filter(|(at, _)| is_shared(crossing.get(*at))).map(|(_, c)| c.key()).collect();
    let is_second = |c: &HumanitarianContribution| {
        let first = rivals.first(c.key(), &counted).or_else(|| rivals.first(c.key(), &shared));
        first.is_some_and(|first| first != c.key())
    };
    let year = |at: usize, c: &HumanitarianContribution| {
        let way = crossing.get(at).map(|movement| movement.way);
        c.year.map(|year| (c.donor, year.year(), way))
    };
    let is_total = |c: &HumanitarianContribution| c.scope == HumanitarianScope::AllCrises;
    let years: Vec<_> = seed
        .iter()
        .filter(|(_, c)| is_total(c) && counted.contains(c.key()) && !is_second(c))
        .filter_map(|(at, c)| year(*at, c))
        .collect();
    let mut decided = Vec::new();
    for (at, c) in seed {
        let is_in_total = !is_total(c) && year(*at, c).is_some_and(|year| years.contains(&year));
        let (reason, beside) = if is_second(c) {
            (Some(ExclusionReason::AlternativeFigure), Vec::new())
        } else {
            let within = is_in_total.then_some(ExclusionReason::PartOfCountedTotal);
            (within, rivals.others(c.key()))
        };
        decided.push((*at, reason, beside));
    }
    for (at, reason, beside) in decided {
        if let Some(movement) = movements.crossing.get_mut(at) {
            let own = movement.left_out;
            let is_second = reason == Some(ExclusionReason::AlternativeFigure);
            let own = own.filter(|_| !(is_second && is_shared(Some(movement))));
            movement.left_out = own.or(reason);
            if reason.is_some() || !beside.is_empty() {
                movements.rivals.insert(movement.name, beside);
            }
        }
    }
    Ok(())
}

/// Returns true if a movement is left out as shared with others.
fn is_shared(movement: Option<&BoundaryMovement>) -> bool {
    movement.is_some_and(|m| m.left_out == Some(ExclusionReason::SharedWithOthers))
}

fn contribution(
    reader: &Reader,
    line: &BoundaryLine,
    scope: FlowScope,
    ordinal: u32,
    c: &HumanitarianContribution,
    movements: &mut Movements,
) -> Result<(), Error> {
    let name: Name = (Kind::HumanitarianContribution, ordinal);
    if let Some(whole) = whole(reader, c)? {
        movements.within.insert(name, whole);
    }
    let year: Vec<u16> = c.year.map(PartialDate::year).into_iter().collect();
    let or_year = |years: &[u16]| if years.is_empty() { year.clone() } else { years.to_vec() };
    let agencies = |ids: &[AgencyId]| -> Agencies {
        let generation = reader.generation();
        let ordinal = |id: &AgencyId| generation.ordinal(Kind::Agency, id.as_str());
        let ordinals: Vec<Option<u32>> = ids.iter().map(ordinal).collect();
        // An unnamed end counts as one more agency beside others, and as none alone.
        let is_named = ordinals.iter().any(Option::is_some);
        let named = ordinals.into_iter().filter(|_| is_named);
        named.map(|ordinal| ordinal.unwrap_or(NO_ORDINAL)).collect()
    };
    let flow = c.flow.as_deref();
    let from = flow.map_or(&[][..], |flow| &flow.source_countries);
    let source = MovementSide {
        agencies: agencies(flow.map_or(&[], |flow| &flow.providers)),
        countries: if from.is_empty() { c.donor.into_iter().collect() } else { from.to_vec() },
        years: or_year(flow.map_or(&[], |flow| &flow.source_years)),
    };
    let destination = MovementSide {
        agencies: agencies(&c.channel_agencies),
        countries: c.countries.clone(),
        years: or_year(flow.map_or(&[], |flow| &flow.years)),
    };
    let is_pledge = c.status == Some(FlowStatus::Pledge);
    let pledge = is_pledge.then_some(ExclusionReason::Pledge);
    let recorded = RecordedMovement {
        name,
        money: c.money,
        left_out: scope.leaves_out(true).or(pledge),
        date: c.date,
        is_receipt: false,
    };
    match BoundaryMovement::across(line, source, destination, recorded) {
        Some(movement) => take(movements, movement),
        None => Ok(()),
    }
}

/// Returns the contribution that contains another. A parked flow does not count as containing: FTS
/// deducts what is drawn from it.
fn whole(reader: &Reader, c: &HumanitarianContribution) -> Result<Option<Name>, Error> {
    let Some(whole) = &c.part_of else { return Ok(None) };
    let Some(record) = reader.get::<HumanitarianContribution>(whole.as_str())? else {
        return Ok(None);
    };
    if record.flow.as_ref().is_some_and(|flow| flow.is_parked()) {
        return Ok(None);
    }
    let ordinal = reader.generation().ordinal(Kind::HumanitarianContribution, record.key());
    Ok(ordinal.map(|ordinal| (Kind::HumanitarianContribution, ordinal)))
}
