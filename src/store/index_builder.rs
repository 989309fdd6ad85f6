//! Index builder: gathers identifiers, postings, orders and days while records pass in key order.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use roaring::RoaringBitmap;
use time::Date;

use super::details::{DetailsAddress, NO_DETAILS};
use super::identity::Aliases;
use super::index;
use super::key;
use super::order::{self, OrderColumns};
use crate::model::classification::AidType;
use crate::model::code::Code as _;
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::humanitarian::{Humanitarian, words};
use crate::model::id::AgencyId;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Record};
use crate::model::programme::Programme;
use crate::model::text::fold;
use crate::model::transaction::{Transaction, TransactionType};

/// Ordinals that have a term. Most terms are an agency that one record names, and a bitmap for each would take as
/// much memory as everything else together.
#[derive(Debug, Default)]
pub(super) enum Posting {
    /// No ordinal yet.
    #[default]
    None,
    /// A single ordinal.
    One(u32),
    /// Several ordinals.
    Many(Box<RoaringBitmap>),
}

impl Posting {
    fn insert(&mut self, ordinal: u32) {
        match self {
            Self::None => *self = Self::One(ordinal),
            Self::One(one) if *one == ordinal => {}
            Self::One(one) => {
                *self = Self::Many(Box::new(RoaringBitmap::from_iter([*one, ordinal])));
            }
            Self::Many(all) => {
                // Ordinals arrive in order, with few exceptions.
                if all.try_push(ordinal).is_err() {
                    all.insert(ordinal);
                }
            }
        }
    }

    /// Converts the posting to a bitmap.
    pub(super) fn into_bitmap(self) -> RoaringBitmap {
        match self {
            Self::None => RoaringBitmap::new(),
            Self::One(one) => RoaringBitmap::from_iter([one]),
            Self::Many(all) => *all,
        }
    }
}

/// Postings of one noun, by facet and term.
#[derive(Debug, Default)]
pub(super) struct Postings {
    terms: HashMap<Facet, HashMap<Box<str>, u32>>,
    /// Indexed by term number.
    all: Vec<Posting>,
}

/// A posting with its facet number, facet and term.
pub(super) type GatheredPosting = ((u8, Facet, Box<str>), Posting);

impl Postings {
    /// Returns the number of a term, assigning one to a new term.
    fn number(&mut self, facet: Facet, term: &str) -> u32 {
        let terms = self.terms.entry(facet).or_default();
        if let Some(number) = terms.get(term) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(Posting::None);
        terms.insert(term.into(), number);
        number
    }

    fn insert(&mut self, number: u32, ordinal: u32) {
        if let Some(posting) = self.all.get_mut(number as usize) {
            posting.insert(ordinal);
        }
    }

    pub(super) fn add(&mut self, facet: Facet, term: &str, ordinal: u32) {
        let number = self.number(facet, term);
        self.insert(number, ordinal);
    }

    fn add_range(&mut self, facet: Facet, term: &str, from: u32, to: u32) {
        let number = self.number(facet, term);
        if let Some(Posting::Many(all)) = self.all.get_mut(number as usize) {
            all.insert_range(from..to);
            return;
        }
        for ordinal in from..to {
            self.insert(number, ordinal);
        }
    }

    /// Merges other postings into these.
    fn join(&mut self, other: Self) {
        for ((_, facet, term), posting) in other.found() {
            let number = self.number(facet, &term);
            if let Some(place) = self.all.get_mut(number as usize) {
                *place = match std::mem::take(place) {
                    Posting::None => posting,
                    before => Posting::Many(Box::new(before.into_bitmap() | posting.into_bitmap())),
                };
            }
        }
    }

    fn found(self) -> impl Iterator<Item = GatheredPosting> {
        let Self { terms, mut all } = self;
        terms.into_iter().flat_map(|(facet, terms)| terms.into_iter().map(move |t| (facet, t))).map(
            move |(facet, (term, number))| {
                let posting = all.get_mut(number as usize).map(std::mem::take).unwrap_or_default();
                ((key::facet_number(facet), facet, term), posting)
            },
        )
    }

    /// Returns all postings in key order.
    pub(super) fn sorted(self) -> Vec<GatheredPosting> {
        let mut all: Vec<GatheredPosting> = self.found().collect();
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        all
    }
}

/// Caches term numbers by value, so that a term of many rows is formatted once.
#[derive(Debug)]
struct Memo<K>(HashMap<K, u32>);

impl<K> Default for Memo<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// Maximum number of cached terms.
const MEMO_LIMIT: usize = 20_000;

impl<K: Clone + Eq + Hash> Memo<K> {
    fn number(&mut self, of: &K, number: impl FnOnce() -> u32) -> u32 {
        if let Some(number) = self.0.get(of) {
            return *number;
        }
        if self.0.len() >= MEMO_LIMIT {
            self.0.clear();
        }
        let number = number();
        self.0.insert(of.clone(), number);
        number
    }
}

/// Index entries of one noun.
#[derive(Debug, Default)]
pub(super) struct GatheredNoun {
    /// Identifiers, in byte order; the position is the ordinal.
    pub(super) ids: Vec<Box<str>>,
    names: Vec<Box<str>>,
    starts: Vec<Option<i32>>,
    ends: Vec<Option<i32>>,
    /// Postings of its records.
    pub(super) postings: Postings,
}

impl GatheredNoun {
    /// Adds the next record; its identifier must sort after all previous ones.
    pub(super) fn add(&mut self, record: &Record, aliases: &Aliases) {
        let ordinal = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        index::terms(record, &mut |facet, term| {
            let main = aliases.term(facet, term);
            self.postings.add(facet, main.as_deref().unwrap_or(term), ordinal);
        });
        let period = order::period(record);
        self.starts.push(order::first_day(period));
        self.ends.push(order::last_day(period));
        self.names.push(fold(record.name()).into());
        self.ids.push(record.key().into());
    }

    /// Computes its sort orders and days.
    pub(super) fn columns(&mut self) -> OrderColumns {
        let names = std::mem::take(&mut self.names);
        OrderColumns::new(&names, std::mem::take(&mut self.starts), std::mem::take(&mut self.ends))
    }
}

/// Transactions of one programme with the humanitarian part of their money.
pub(super) struct ProgrammeRows<'a> {
    pub(super) transactions: &'a [Transaction],
    /// Part of each transaction, of the whole; `None` if no source divides it.
    pub(super) shares: Vec<Option<u32>>,
    /// Part of the budgets.
    pub(super) budget_share: Option<u32>,
}

impl<'a> ProgrammeRows<'a> {
    /// Determines the humanitarian parts of a programme and its transactions.
    pub(super) fn of(programme: &Programme, transactions: &'a [Transaction]) -> Self {
        let of_programme = Humanitarian::of_programme(programme);
        let share = |row| of_programme.of_transaction(row).share();
        Self {
            transactions,
            shares: transactions.iter().map(share).collect(),
            budget_share: of_programme.beside(transactions).share(),
        }
    }
}

/// Index entries of the transactions of programmes, in the order of the programmes. Lower ordinals belong to
/// standalone transactions.
#[derive(Debug)]
pub(super) struct GatheredRows {
    next: u32,
    /// Ordinal of the first transaction of each programme, and one past the last of all.
    pub(super) first: Vec<u32>,
    /// Address of the details of each programme.
    pub(super) places: Vec<DetailsAddress>,
    starts: Vec<Option<i32>>,
    postings: Postings,
    types: Memo<TransactionType>,
    years: Memo<u16>,
    currencies: Memo<Currency>,
    /// Provider terms: the first memo for the agency facet, the second for the agency role.
    providers: [Memo<AgencyId>; 2],
    receivers: [Memo<AgencyId>; 2],
}

impl GatheredRows {
    /// Starts after `loose` standalone transactions.
    pub(super) fn new(loose: u32) -> Self {
        let (first, places) = (vec![loose], Vec::new());
        Self {
            next: loose,
            first,
            places,
            starts: Vec::new(),
            postings: Postings::default(),
            types: Memo::default(),
            years: Memo::default(),
            currencies: Memo::default(),
            providers: Default::default(),
            receivers: Default::default(),
        }
    }

    /// Number of transactions so far.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Adds the transactions of the next programme.
    pub(super) fn add(
        &mut self,
        programme: &Programme,
        place: Option<DetailsAddress>,
        rows: &ProgrammeRows<'_>,
        aliases: &Aliases,
    ) {
        let from = self.next;
        for row in rows.transactions {
            self.row(row, aliases);
        }
        self.add_inherited(programme, rows, from);
        self.first.push(self.next);
        self.places.push(place.unwrap_or(NO_DETAILS));
    }

    fn row(&mut self, row: &Transaction, aliases: &Aliases) {
        let at = self.next;
        self.next = self.next.saturating_add(1);
        let postings = &mut self.postings;
        if let Some(r#type) = row.r#type {
            let number =
                self.types.number(&r#type, || postings.number(Facet::Kind, r#type.as_str()));
            postings.insert(number, at);
        }
        if let Some(year) = row.date.map(PartialDate::year) {
            let number =
                self.years.number(&year, || postings.number(Facet::Year, &year.to_string()));
            postings.insert(number, at);
        }
        match (row.money.currency(), row.money.absence()) {
            (Some(currency), _) => {
                let number = self
                    .currencies
                    .number(&currency, || postings.number(Facet::Currency, currency.as_str()));
                postings.insert(number, at);
            }
            (None, Some(absence)) => postings.add(Facet::Absence, absence.as_str(), at),
            (None, None) => {}
        }
        for (agency, part, [any, own]) in [
            (&row.provider, "PROVIDER", &mut self.providers),
            (&row.receiver, "RECEIVER", &mut self.receivers),
        ] {
            let Some(agency) = agency else { continue };
            let main = || aliases.main(agency.as_str()).unwrap_or(agency.as_str());
            let number = any.number(agency, || postings.number(Facet::Agency, main()));
            postings.insert(number, at);
            let term = || format!("{part} {}", main());
            let number = own.number(agency, || postings.number(Facet::AgencyRole, &term()));
            postings.insert(number, at);
        }
        for recipient in &row.report.recipients {
            postings.add(Facet::Country, recipient.country.as_str(), at);
        }
        for region in &row.report.regions {
            postings.add(Facet::Region, &region.code, at);
        }
        for sector in row.report.sectors.iter().filter_map(|share| share.sector.as_ref()) {
            postings.add(Facet::Sector, sector.as_str(), at);
            postings.add(Facet::SectorCategory, sector.category().as_str(), at);
        }
        self.starts.push(row.date.map(PartialDate::first_day).map(Date::to_julian_day));
    }

    /// Adds the terms that transactions inherit from their programme unless they state their own.
    fn add_inherited(&mut self, programme: &Programme, rows: &ProgrammeRows<'_>, from: u32) {
        let ProgrammeRows { transactions: rows, shares, .. } = rows;
        if rows.is_empty() {
            return;
        }
        let has_own_place =
            |row: &Transaction| !row.report.recipients.is_empty() || !row.report.regions.is_empty();
        for recipient in &programme.recipients {
            self.spread(Facet::Country, recipient.country.as_str(), rows, from, has_own_place);
        }
        for region in &programme.regions {
            self.spread(Facet::Region, &region.code, rows, from, has_own_place);
        }
        let has_own_sector = |row: &Transaction| !row.report.sectors.is_empty();
        for sector in programme.sectors.iter().filter_map(|share| share.sector.as_ref()) {
            self.spread(Facet::Sector, sector.as_str(), rows, from, has_own_sector);
            self.spread(
                Facet::SectorCategory,
                sector.category().as_str(),
                rows,
                from,
                has_own_sector,
            );
        }
        for word in words(None) {
            let overrides = |share: &Option<u32>| words(*share).all(|own| own != word);
            self.spread(Facet::Humanitarian, word, shares, from, overrides);
        }
    }

    /// Adds a term to all rows but those that override it.
    fn spread<R>(
        &mut self,
        facet: Facet,
        term: &str,
        rows: &[R],
        from: u32,
        overrides: impl Fn(&R) -> bool,
    ) {
        if !rows.iter().any(&overrides) {
            self.postings.add_range(facet, term, from, self.next);
            return;
        }
        for (at, _) in (from..).zip(rows).filter(|(_, row)| !overrides(row)) {
            self.postings.add(facet, term, at);
        }
    }

    /// Appends the transactions to the standalone ones.
    pub(super) fn join(&mut self, loose: &mut GatheredNoun) {
        loose.ends.extend_from_slice(&self.starts);
        loose.starts.append(&mut self.starts);
        loose.postings.join(std::mem::take(&mut self.postings));
    }
}

/// Index entries of all nouns.
#[derive(Debug)]
pub(super) struct GatheredIndex {
    /// By noun number.
    pub(super) nouns: BTreeMap<u8, (Kind, GatheredNoun)>,
    /// Transactions of programmes.
    pub(super) rows: GatheredRows,
    /// Agency aliases.
    pub(super) aliases: Aliases,
}

impl GatheredIndex {
    /// Creates an empty index; `loose` is the number of standalone transactions.
    pub(super) fn new(loose: u32, aliases: Aliases) -> Self {
        Self { nouns: BTreeMap::new(), rows: GatheredRows::new(loose), aliases }
    }

    /// Returns the ordinal of a record that was added before.
    pub(super) fn ordinal(&self, kind: Kind, id: &str) -> Option<u32> {
        let (_, noun) = self.nouns.get(&key::kind_number(kind))?;
        let main = if kind == Kind::Agency { self.aliases.main(id) } else { None };
        let id = main.unwrap_or(id);
        let place = noun.ids.binary_search_by(|other| other.as_bytes().cmp(id.as_bytes())).ok()?;
        u32::try_from(place).ok()
    }

    /// Adds the next record of its noun and returns its ordinal.
    pub(super) fn add(&mut self, record: &Record) -> u32 {
        let Self { nouns, aliases, .. } = self;
        let kind = record.kind();
        let entry =
            nouns.entry(key::kind_number(kind)).or_insert_with(|| (kind, GatheredNoun::default()));
        let ordinal = u32::try_from(entry.1.ids.len()).unwrap_or(u32::MAX);
        entry.1.add(record, aliases);
        ordinal
    }

    /// Indexes a programme by the locations, sectors and terms that only its transactions name, and by their
    /// humanitarian flags.
    pub(super) fn add_places(&mut self, programme: u32, rows: &ProgrammeRows<'_>) {
        let postings = &mut self.noun(Kind::Programme).postings;
        for word in words(None) {
            let mut shares = rows.shares.iter().chain([&rows.budget_share]);
            if shares.any(|share| words(*share).any(|own| own == word)) {
                postings.add(Facet::Humanitarian, word, programme);
            }
        }
        for row in rows.transactions {
            let report = &row.report;
            for recipient in &report.recipients {
                postings.add(Facet::Country, recipient.country.as_str(), programme);
            }
            for region in &report.regions {
                postings.add(Facet::Region, &region.code, programme);
            }
            for sector in report.sectors.iter().filter_map(|share| share.sector.as_ref()) {
                postings.add(Facet::Sector, sector.as_str(), programme);
                postings.add(Facet::SectorCategory, sector.category().as_str(), programme);
            }
            let is_dac = |aid: &&AidType| aid.vocabulary.as_deref().is_none_or(|list| list == "1");
            let aid = report.aid_types.iter().find(is_dac).map(|aid| &aid.code);
            let terms = [
                (Facet::FlowType, report.flow_type.as_ref()),
                (Facet::FinanceType, report.finance_type.as_ref()),
                (Facet::TiedStatus, report.tied_status.as_ref()),
                (Facet::AidType, aid),
            ];
            for (facet, term) in terms.into_iter().filter_map(|(f, term)| Some((f, term?))) {
                postings.add(facet, term, programme);
            }
        }
    }

    /// Indexes programmes by a parent that they do not name themselves. Takes pairs of ordinals: child, parent.
    pub(super) fn add_parents(&mut self, adoptions: &[(u32, u32)]) {
        let Some((_, noun)) = self.nouns.get_mut(&key::kind_number(Kind::Programme)) else {
            return;
        };
        for (child, parent) in adoptions {
            if let Some(parent) = noun.ids.get(*parent as usize) {
                noun.postings.add(Facet::Parent, parent, *child);
            }
        }
    }

    /// Returns the entry of a noun, creating it if needed.
    pub(super) fn noun(&mut self, kind: Kind) -> &mut GatheredNoun {
        &mut self
            .nouns
            .entry(key::kind_number(kind))
            .or_insert_with(|| (kind, GatheredNoun::default()))
            .1
    }
}
