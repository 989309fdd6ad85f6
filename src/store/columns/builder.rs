//! Builds the aggregation columns from programmes and transactions, in ordinal order.

use std::collections::HashMap;

use super::dictionary::{Dictionary, ShareSets};
use super::links::{FindProgramme, Links};
use super::{
    AmountColumns, Columns, FlowTerms, NO_ORDINAL, NO_SHARE, NOT_STATED, Spot, UNDIVIDED, bit,
    flag, money,
};
use crate::model::budget::{LineKind, displacements};
use crate::model::classification::{AidType, Recipient, RecipientRegion, SectorShare};
use crate::model::code::Code;
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::id::{AgencyId, LocationId, ProgrammeId};
use crate::model::money::{Currency, Money};
use crate::model::programme::{Budget, Channel, Programme, Role};
use crate::model::sector::SectorCode;
use crate::model::share::{Division, divide, is_whole};
use crate::model::transaction::{Transaction, TransactionType};
use crate::store::index_builder::ProgrammeRows;

/// Maximum number of distinct dates; later ones are reduced to their year. Two centuries of days fit.
const MOST_DATES: usize = 50_000;

/// Maximum number of ancestors that are followed, since files may contain cycles.
const LONGEST: usize = 1_000;

/// Looks up the ordinal of an agency.
pub(in crate::store) type FindAgency<'a> = &'a dyn Fn(&AgencyId) -> Option<u32>;

/// Looks up the ordinal of a location.
pub(in crate::store) type FindLocation<'a> = &'a dyn Fn(&LocationId) -> Option<u32>;

/// Accumulates the columns.
#[derive(Debug)]
pub(in crate::store) struct ColumnsBuilder {
    pub(super) columns: Columns,
    dates: Dictionary<Option<PartialDate>>,
    pub(super) currencies: Dictionary<Option<Currency>>,
    countries: Dictionary<Option<CountryCode>>,
    terms: Dictionary<FlowTerms>,
    places: Dictionary<Option<Spot>>,
    sectors: Dictionary<Option<SectorCode>>,
    place_sets: ShareSets,
    sector_sets: ShareSets,
    agencies: HashMap<AgencyId, u32>,
    parents: Links,
    children: Links,
    counterparts: Links,
    loose: Vec<Transaction>,
}

/// Common values of a row.
struct AmountRow<'a> {
    kind: u8,
    flags: u8,
    date: Option<PartialDate>,
    money: &'a Money,
}

pub(super) fn place<T: Code>(value: T) -> u8 {
    let place = T::VALUES.iter().position(|other| *other == value);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

pub(super) fn place_or_none<T: Code>(value: Option<T>) -> u8 {
    value.map_or(0, |value| place(value).saturating_add(1))
}

/// First aid type of the DAC list.
fn dac(aid: &[AidType]) -> Option<String> {
    aid.iter()
        .find(|aid| aid.vocabulary.as_deref().is_none_or(|list| list == "1"))
        .map(|aid| aid.code.clone())
}

/// Channel of all implementing agencies, encoded as in [`Heads::channel`](super::Heads::channel).
fn channel(programme: &Programme) -> u8 {
    let parts = programme.participations.iter().filter(|part| part.role == Role::Implementing);
    let mut one: Option<Option<Channel>> = None;
    for part in parts {
        if one.is_some_and(|channel| channel != part.channel) {
            return 1;
        }
        one = Some(part.channel);
    }
    channel_code(one.flatten())
}

/// Encodes one channel; 1 is reserved for several.
pub(super) fn channel_code(channel: Option<Channel>) -> u8 {
    channel.map_or(0, |channel| place(channel).saturating_add(2))
}

pub(super) fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

impl AmountColumns {
    fn sides(&mut self, provider: u32, receiver: u32, terms: u32) {
        self.provider.push(provider);
        self.receiver.push(receiver);
        self.terms.push(terms);
    }
}

impl ColumnsBuilder {
    /// Starts with placeholders for `loose` standalone transactions; their rows come first.
    pub(in crate::store) fn new(loose: u32) -> Self {
        let mut columns = Columns::default();
        columns.transactions.first.push(loose);
        columns.budgets.first.push(0);
        let mut builder = Self {
            columns,
            dates: Dictionary::new(vec![None]),
            currencies: Dictionary::new(vec![None]),
            countries: Dictionary::new(vec![None]),
            terms: Dictionary::new(vec![FlowTerms::default()]),
            places: Dictionary::new(vec![None, None]),
            sectors: Dictionary::new(vec![None, None]),
            place_sets: ShareSets::new(),
            sector_sets: ShareSets::new(),
            agencies: HashMap::new(),
            parents: Links::default(),
            children: Links::default(),
            counterparts: Links::default(),
            loose: Vec::new(),
        };
        // Reserves the rows; their values arrive later, after the programmes.
        let nothing = Money::absent(crate::model::money::Absence::NotStated, None);
        for _ in 0..loose {
            let row = AmountRow { kind: 0, flags: bit::LOOSE, date: None, money: &nothing };
            builder.row(|columns| &mut columns.transactions, &row);
            builder.columns.transactions.sides(NO_ORDINAL, NO_ORDINAL, 0);
        }
        builder.columns.transactions.odd.clear();
        builder
    }

    /// Adds the next programme with its transactions, and the programmes that it names as children.
    pub(in crate::store) fn programme(
        &mut self,
        programme: &Programme,
        children: &[ProgrammeId],
        rows: &ProgrammeRows<'_>,
        agency: FindAgency<'_>,
        location: FindLocation<'_>,
        find: FindProgramme<'_>,
    ) {
        let own = count(&self.columns.heads.parent);
        for child in children {
            self.children.add(own, child.clone(), find);
        }
        if let Some(parent) = &programme.parent {
            self.parents.add(own, parent.clone(), find);
        }
        self.head(programme, agency);
        let is_unnamed = self.carriers(programme, rows.transactions, agency);
        self.parts(programme, is_unnamed, agency);
        self.columns.sites.push(programme.sites.iter().filter_map(|site| location(&site.location)));
        self.budgets(&programme.budgets);
        self.columns.heads.relief.push(rows.budget_share.unwrap_or(NO_SHARE));
        for (row, share) in rows.transactions.iter().zip(&rows.shares) {
            if *share != rows.budget_share {
                let at = count(&self.columns.transactions.kind);
                self.columns.transactions.relief.push((at, share.unwrap_or(NO_SHARE)));
            }
            self.transaction(row, agency, find);
        }
        let Columns { transactions, budgets, .. } = &mut self.columns;
        for rows in [transactions, budgets] {
            rows.first.push(count(&rows.kind));
        }
    }

    fn budgets(&mut self, budgets: &[Budget]) {
        let first = count(&self.columns.budgets.kind);
        let place = |at: Option<usize>| {
            at.and_then(|at| u32::try_from(at).ok())
                .map_or(NO_ORDINAL, |at| first.saturating_add(at))
        };
        let lines = Budget::lines(budgets, |money| Some(*money));
        // A conversion has fewer amounts, so it leaves out nothing that is not left out here.
        let is_compared = displacements(&lines).iter().any(Option::is_some);
        let compared = if is_compared { bit::COMPARED } else { 0 };
        for (budget, line) in budgets.iter().zip(&lines) {
            let timeless = if budget.period.start.is_none() { bit::TIMELESS } else { 0 };
            let revised = if line.is_revised { bit::REVISED } else { 0 };
            let row = AmountRow {
                kind: match line.kind {
                    LineKind::Envelope => 0,
                    LineKind::AllFunders => 1,
                    LineKind::Beside => 2,
                },
                flags: timeless | revised | compared,
                date: budget.period.start.or(budget.as_of),
                money: &budget.money,
            };
            self.row(|columns| &mut columns.budgets, &row);
            let until = self.date(budget.period.end);
            let rows = &mut self.columns.budgets;
            rows.until.push(until);
            rows.part_of.push(place(line.part_of));
            rows.supersedes.push(place(line.supersedes));
        }
    }

    fn head(&mut self, programme: &Programme, agency: FindAgency<'_>) {
        let report = programme.report.as_deref();
        let terms = [
            report.and_then(|r| r.flow_type.clone()),
            report.and_then(|r| r.finance_type.clone()),
            report.and_then(|r| dac(&r.aid_types)),
        ];
        let reporter = self.agency(report.and_then(|r| r.reporter.as_ref()), agency);
        let [funding, accountable, extending, implementing] =
            [Role::Funding, Role::Accountable, Role::Extending, Role::Implementing]
                .map(|role| self.part(programme, role, agency));
        let places = self.place_set(&programme.recipients, &programme.regions);
        let sectors = self.sector_set(&programme.sectors);
        let terms = self.terms.number(&terms);
        let donor = self.countries.number(&programme.donor);
        let heads = &mut self.columns.heads;
        heads.funding.push(funding);
        heads.accountable.push(accountable);
        heads.extending.push(extending);
        heads.implementing.push(implementing);
        heads.channel.push(channel(programme));
        heads.donor.push(u16::try_from(donor).unwrap_or(0));
        heads.reporter.push(reporter);
        heads.pillar.push(place(programme.pillar));
        heads.status.push(place_or_none(programme.status));
        heads.secondary.push(report.is_some_and(|r| r.secondary));
        heads.terms.push(terms);
        heads.places.push(places);
        heads.sectors.push(sectors);
        heads.parent.push(NO_ORDINAL);
    }

    fn transaction(
        &mut self,
        transaction: &Transaction,
        agency: FindAgency<'_>,
        find: FindProgramme<'_>,
    ) {
        let at = count(&self.columns.transactions.kind);
        let report = &transaction.report;
        let mut flags = flag(report.humanitarian);
        if !report.recipients.is_empty() || !report.regions.is_empty() {
            flags |= bit::OWN_PLACES;
            let set = self.place_set(&report.recipients, &report.regions);
            self.columns.transactions.places.push((at, set));
        }
        if !report.sectors.is_empty() {
            flags |= bit::OWN_SECTORS;
            let set = self.sector_set(&report.sectors);
            self.columns.transactions.sectors.push((at, set));
        }
        let has_terms = report.flow_type.is_some()
            || report.finance_type.is_some()
            || !report.aid_types.is_empty();
        let terms = if has_terms {
            let terms =
                [report.flow_type.clone(), report.finance_type.clone(), dac(&report.aid_types)];
            self.terms.number(&terms)
        } else {
            0
        };
        let other = match transaction.r#type {
            Some(TransactionType::IncomingFunds) => &report.provider_activity,
            _ => &report.receiver_activity,
        };
        if let Some(other) = other.as_ref().and_then(|other| other.parse().ok()) {
            self.counterparts.add(at, other, find);
        }
        let provider = self.agency(transaction.provider.as_ref(), agency);
        let receiver = self.agency(transaction.receiver.as_ref(), agency);
        let row = AmountRow {
            kind: place_or_none(transaction.r#type),
            flags,
            date: transaction.date,
            money: &transaction.money,
        };
        self.row(|columns| &mut columns.transactions, &row);
        self.columns.transactions.sides(provider, receiver, terms);
    }

    /// Humanitarian part of a programme's money, of the whole; 0 without a programme, `None` if no source divides it.
    pub(in crate::store) fn relief(&self, programme: Option<u32>) -> Option<u32> {
        let relief = programme.and_then(|at| self.columns.heads.relief.get(at as usize));
        Some(relief.copied().unwrap_or(0)).filter(|share| *share != NO_SHARE)
    }

    /// Adds the next standalone transaction.
    pub(in crate::store) fn loose(&mut self, transaction: &Transaction) {
        self.loose.push(transaction.clone());
    }

    fn row(&mut self, rows: impl Fn(&mut Columns) -> &mut AmountColumns, row: &AmountRow<'_>) {
        let date = self.date(row.date);
        let value_date = self.date(row.money.value_date);
        let currency = self.currencies.number(&row.money.currency());
        let rows = rows(&mut self.columns);
        let at = count(&rows.kind);
        let value = money::split(row.money).unwrap_or_else(|odd| {
            rows.odd.push((at, odd));
            money::ODD
        });
        rows.kind.push(row.kind);
        rows.flags.push(row.flags);
        rows.date.push(date);
        rows.value_date.push(value_date);
        // There are fewer three-letter codes than 16-bit numbers.
        rows.currency.push(u16::try_from(currency).unwrap_or(0));
        rows.value.push(value);
    }

    fn date(&mut self, date: Option<PartialDate>) -> u16 {
        let is_known = self.dates.values.len() < MOST_DATES || self.dates.get(&date).is_some();
        let date =
            if is_known { date } else { date.and_then(|d| PartialDate::from_year(d.year())) };
        u16::try_from(self.dates.number(&date)).unwrap_or(0)
    }

    pub(super) fn agency(&mut self, agency: Option<&AgencyId>, find: FindAgency<'_>) -> u32 {
        let Some(agency) = agency else { return NO_ORDINAL };
        if let Some(known) = self.agencies.get(agency) {
            return *known;
        }
        let ordinal = find(agency).unwrap_or(NO_ORDINAL);
        self.agencies.insert(agency.clone(), ordinal);
        ordinal
    }

    /// Returns the share set of the recipients.
    ///
    /// Countries and regions divide the whole together. If the countries alone add up to the whole, the regions are
    /// only descriptive. Each vocabulary of regions divides the whole by itself, so only one of them divides: the
    /// DAC vocabulary, otherwise the first one named. Source: IATI Standard 2.03, `recipient-region/@vocabulary`.
    fn place_set(&mut self, recipients: &[Recipient], regions: &[RecipientRegion]) -> u32 {
        let countries: Vec<_> = recipients.iter().map(|r| r.percentage).collect();
        let regions = if is_whole(&countries) { &[] } else { regions };
        let list = |region: &RecipientRegion| region.vocabulary.clone();
        let lists = || regions.iter().filter_map(list);
        let list = lists().find(|list| list == "1").or_else(|| lists().next());
        // A region without a vocabulary is a country that has no code.
        let divides = |r: &&RecipientRegion| r.vocabulary.is_none() || r.vocabulary == list;
        let regions: Vec<_> = regions.iter().filter(divides).collect();
        let percentages: Vec<_> =
            countries.into_iter().chain(regions.iter().map(|r| r.percentage)).collect();
        let countries = recipients.iter().map(|r| Spot::Country(r.country));
        let regions = regions.iter().map(|r| Spot::Region(r.vocabulary.clone(), r.code.clone()));
        // Undivided recipients get numbers too, since a list can be filtered by them.
        let spots: Vec<u32> =
            countries.chain(regions).map(|spot| self.places.number(&Some(spot))).collect();
        match divide(&percentages) {
            Division::NotStated => NOT_STATED,
            Division::Undivided => UNDIVIDED,
            Division::Parts(parts) => {
                self.place_sets.number(spots.into_iter().zip(parts).collect())
            }
        }
    }

    /// Returns the share set of the sectors. Only DAC sectors divide money: purpose codes, or categories if there
    /// is no purpose code.
    fn sector_set(&mut self, shares: &[SectorShare]) -> u32 {
        let of = |digits: usize| {
            let fits = move |share: &&SectorShare| {
                share.sector.as_ref().is_some_and(|code| code.as_str().len() == digits)
            };
            shares.iter().filter(fits).collect::<Vec<_>>()
        };
        let mut chosen = of(5);
        if chosen.is_empty() {
            chosen = of(3);
        }
        let percentages: Vec<_> = chosen.iter().map(|share| share.percentage).collect();
        let codes: Vec<u32> =
            chosen.iter().map(|share| self.sectors.number(&share.sector)).collect();
        match divide(&percentages) {
            Division::NotStated => NOT_STATED,
            Division::Undivided => UNDIVIDED,
            Division::Parts(parts) => {
                self.sector_sets.number(codes.into_iter().zip(parts).collect())
            }
        }
    }

    /// Finishes the columns, and resolves programme identifiers to ordinals.
    pub(in crate::store) fn finish(
        mut self,
        agency: FindAgency<'_>,
        programme: FindProgramme<'_>,
    ) -> (Columns, Vec<Adoption>) {
        self.place_loose(agency, programme);
        let (parents, children) =
            (std::mem::take(&mut self.parents), self.children.finish(programme));
        let adoptions =
            contain(&mut self.columns.heads.parent, parents.finish(programme), children);
        let columns = Columns {
            transactions: AmountColumns {
                counterpart: self.counterparts.finish(programme),
                ..self.columns.transactions
            },
            dates: self.dates.values,
            currencies: self.currencies.values,
            countries: self.countries.values,
            terms: self.terms.values,
            places: self.places.values,
            sectors: self.sectors.values,
            place_shares: self.place_sets.finish(),
            sector_shares: self.sector_sets.finish(),
            ..self.columns
        };
        (columns, adoptions)
    }

    /// Fills the rows that were reserved for standalone transactions.
    fn place_loose(&mut self, agency: FindAgency<'_>, programme: FindProgramme<'_>) {
        let loose = std::mem::take(&mut self.loose);
        let mut odd = Vec::new();
        for (at, transaction) in loose.iter().enumerate() {
            let agencies = [
                self.agency(transaction.provider.as_ref(), agency),
                self.agency(transaction.receiver.as_ref(), agency),
            ];
            let date = self.date(transaction.date);
            let value_date = self.date(transaction.money.value_date);
            let currency = self.currencies.number(&transaction.money.currency());
            let kind = place_or_none(transaction.r#type);
            let rows = &mut self.columns.transactions;
            let value = money::split(&transaction.money).unwrap_or_else(|strange| {
                odd.push((u32::try_from(at).unwrap_or(u32::MAX), strange));
                money::ODD
            });
            set(&mut rows.kind, at, kind);
            set(&mut rows.date, at, date);
            set(&mut rows.value_date, at, value_date);
            set(&mut rows.currency, at, u16::try_from(currency).unwrap_or(0));
            set(&mut rows.value, at, value);
            set(&mut rows.provider, at, agencies[0]);
            set(&mut rows.receiver, at, agencies[1]);
            let of = transaction.programme.as_ref().and_then(programme).unwrap_or(NO_ORDINAL);
            rows.loose.push(of);
            let whole = transaction.part_of.as_ref();
            let whole = whole.and_then(|whole| loose.binary_search_by(|t| t.id.cmp(whole)).ok());
            rows.part_of.push(whole.and_then(|at| u32::try_from(at).ok()).unwrap_or(NO_ORDINAL));
        }
        odd.append(&mut self.columns.transactions.odd);
        self.columns.transactions.odd = odd;
    }
}

/// A programme that only its parent names as a child: ordinals of child and parent.
pub(in crate::store) type Adoption = (u32, u32);

/// Assigns parents: the parent that a programme names itself, otherwise the first programme that names it as a
/// child. A programme never becomes a descendant of itself.
fn contain(
    parent: &mut [u32],
    parents: Vec<(u32, u32)>,
    children: Vec<(u32, u32)>,
) -> Vec<Adoption> {
    for (child, of) in parents {
        set(parent, child as usize, of);
    }
    let mut adoptions = Vec::new();
    for (of, child) in children {
        let above = |at: &u32| parent.get(*at as usize).copied().filter(|next| *next != NO_ORDINAL);
        let is_free = parent.get(child as usize) == Some(&NO_ORDINAL);
        let mut line = std::iter::successors(Some(of), above).take(LONGEST);
        if is_free && line.all(|at| at != child) {
            set(parent, child as usize, of);
            adoptions.push((child, of));
        }
    }
    adoptions
}

fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(place) = values.get_mut(at) {
        *place = value;
    }
}
