//! What a generation is found by, gathered while its records pass in the order of their keys.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;

use roaring::RoaringBitmap;
use time::Date;

use super::details::{NOWHERE, Place};
use super::identity::Aliases;
use super::index;
use super::key;
use super::order::{self, Columns};
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::noun::{Kind, Record};
use crate::model::programme::Programme;
use crate::model::text::fold;
use crate::model::transaction::Transaction;

/// The ordinals that have a term. Most terms are an agency that one record names: a bitmap for each would take as much
/// room as everything else.
#[derive(Debug)]
pub(super) enum Posting {
    /// A single one.
    One(u32),
    /// Several.
    Many(Box<RoaringBitmap>),
}

impl Posting {
    fn insert(&mut self, ordinal: u32) {
        match self {
            Self::One(one) if *one == ordinal => {}
            Self::One(one) => {
                *self = Self::Many(Box::new(RoaringBitmap::from_iter([*one, ordinal])));
            }
            Self::Many(all) => {
                all.insert(ordinal);
            }
        }
    }

    /// As a bitmap.
    pub(super) fn into_bitmap(self) -> RoaringBitmap {
        match self {
            Self::One(one) => RoaringBitmap::from_iter([one]),
            Self::Many(all) => *all,
        }
    }
}

/// The terms of each facet of one noun with the ordinals that have them.
#[derive(Debug, Default)]
pub(super) struct Postings(HashMap<Facet, HashMap<Box<str>, Posting>>);

/// A posting with its facet, the number of that, and its term.
pub(super) type Found = ((u8, Facet, Box<str>), Posting);

impl Postings {
    fn add(&mut self, facet: Facet, term: &str, ordinal: u32) {
        let terms = self.0.entry(facet).or_default();
        if let Some(posting) = terms.get_mut(term) {
            posting.insert(ordinal);
        } else {
            terms.insert(term.into(), Posting::One(ordinal));
        }
    }

    fn add_range(&mut self, facet: Facet, term: &str, from: u32, to: u32) {
        let terms = self.0.entry(facet).or_default();
        if let Some(Posting::Many(all)) = terms.get_mut(term) {
            all.insert_range(from..to);
            return;
        }
        for ordinal in from..to {
            self.add(facet, term, ordinal);
        }
    }

    fn join(&mut self, facet: Facet, term: Box<str>, posting: Posting) {
        match self.0.entry(facet).or_default().entry(term) {
            Entry::Vacant(place) => {
                place.insert(posting);
            }
            Entry::Occupied(mut place) => {
                let before = std::mem::replace(place.get_mut(), Posting::One(0)).into_bitmap();
                place.insert(Posting::Many(Box::new(before | posting.into_bitmap())));
            }
        }
    }

    /// All of them in the order of their keys.
    pub(super) fn sorted(self) -> Vec<Found> {
        let mut all = Vec::with_capacity(self.0.values().map(HashMap::len).sum());
        for (facet, terms) in self.0 {
            let number = key::facet_number(facet);
            all.extend(terms.into_iter().map(|(term, posting)| ((number, facet, term), posting)));
        }
        all.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        all
    }
}

/// One noun as it is gathered.
#[derive(Debug, Default)]
pub(super) struct Noun {
    /// The identifiers, in order.
    pub(super) ids: Vec<Box<str>>,
    names: Vec<Box<str>>,
    starts: Vec<Option<i32>>,
    ends: Vec<Option<i32>>,
    /// What they are found by.
    pub(super) postings: Postings,
}

impl Noun {
    /// Adds the next record, whose identifier comes after all those before it.
    pub(super) fn add(&mut self, record: &Record, aliases: &Aliases) {
        let ordinal = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        for (facet, term) in index::terms(record) {
            let main = aliases.term(facet, &term);
            self.postings.add(facet, main.as_ref().unwrap_or(&term), ordinal);
        }
        let period = order::period(record);
        self.starts.push(order::first_day(period));
        self.ends.push(order::last_day(period));
        self.names.push(fold(record.label()).into());
        self.ids.push(record.key().into());
    }

    /// Its orders and days.
    pub(super) fn columns(&mut self) -> Columns {
        let names = std::mem::take(&mut self.names);
        Columns::new(&names, std::mem::take(&mut self.starts), std::mem::take(&mut self.ends))
    }
}

/// The rows: the transactions of programmes, in the order of the programmes. The ordinals before them belong to the
/// transactions that are records of their own.
#[derive(Debug)]
pub(super) struct Rows {
    next: u32,
    /// The first row of each programme, and at the end one past the last row of all.
    pub(super) first: Vec<u32>,
    /// Where the details of each programme are.
    pub(super) places: Vec<Place>,
    starts: Vec<Option<i32>>,
    postings: Postings,
}

impl Rows {
    /// Begins behind the transactions that are records of their own.
    pub(super) fn new(loose: u32) -> Self {
        let (first, places) = (vec![loose], Vec::new());
        Self { next: loose, first, places, starts: Vec::new(), postings: Postings::default() }
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// Adds the rows of the next programme.
    pub(super) fn add(
        &mut self,
        programme: &Programme,
        place: Option<Place>,
        rows: &[Transaction],
        aliases: &Aliases,
    ) {
        let from = self.next;
        for row in rows {
            self.row(row, aliases);
        }
        self.whole(programme, rows, from);
        self.first.push(self.next);
        self.places.push(place.unwrap_or(NOWHERE));
    }

    fn row(&mut self, row: &Transaction, aliases: &Aliases) {
        let at = self.next;
        self.next = self.next.saturating_add(1);
        let postings = &mut self.postings;
        let mut add = |facet, term: &dyn Display| postings.add(facet, &term.to_string(), at);
        if let Some(r#type) = row.r#type {
            add(Facet::Kind, &r#type);
        }
        if let Some(date) = row.date {
            add(Facet::Year, &date.year());
        }
        match (row.money.currency(), row.money.absence()) {
            (Some(currency), _) => add(Facet::Currency, &currency),
            (None, Some(absence)) => add(Facet::Absence, &absence),
            (None, None) => {}
        }
        for (agency, part) in [(&row.provider, "PROVIDER"), (&row.receiver, "RECEIVER")] {
            if let Some(agency) = agency {
                let agency = aliases.main(agency.as_str()).unwrap_or(agency.as_str());
                add(Facet::Agency, &agency);
                add(Facet::AgencyRole, &format_args!("{part} {agency}"));
            }
        }
        for recipient in &row.report.recipients {
            add(Facet::Country, &recipient.country);
        }
        for region in &row.report.regions {
            add(Facet::Region, &region.code);
        }
        for sector in row.report.sectors.iter().filter_map(|share| share.sector.as_ref()) {
            add(Facet::Sector, sector);
            add(Facet::SectorCategory, &sector.category());
        }
        self.starts.push(row.date.map(PartialDate::first_day).map(Date::to_julian_day));
    }

    /// What rows take from their programme, where they do not say otherwise.
    fn whole(&mut self, programme: &Programme, rows: &[Transaction], from: u32) {
        if rows.is_empty() {
            return;
        }
        let report = programme.report.as_deref();
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
        let stated = report.and_then(|report| report.humanitarian);
        for (at, row) in (from..).zip(rows) {
            if let Some(flag) = row.report.humanitarian.or(stated) {
                self.postings.add(Facet::Humanitarian, if flag { "yes" } else { "no" }, at);
            }
        }
    }

    fn spread(
        &mut self,
        facet: Facet,
        term: &str,
        rows: &[Transaction],
        from: u32,
        says_otherwise: impl Fn(&Transaction) -> bool,
    ) {
        if !rows.iter().any(&says_otherwise) {
            self.postings.add_range(facet, term, from, self.next);
            return;
        }
        for (at, _) in (from..).zip(rows).filter(|(_, row)| !says_otherwise(row)) {
            self.postings.add(facet, term, at);
        }
    }

    /// Puts the rows behind the transactions that are records of their own.
    pub(super) fn join(&mut self, loose: &mut Noun) {
        loose.starts.append(&mut self.starts.clone());
        loose.ends.append(&mut self.starts);
        for (facet, terms) in std::mem::take(&mut self.postings.0) {
            for (term, posting) in terms {
                loose.postings.join(facet, term, posting);
            }
        }
    }
}

/// All that is gathered.
#[derive(Debug)]
pub(super) struct Gathered {
    /// By the number of the noun.
    pub(super) nouns: BTreeMap<u8, (Kind, Noun)>,
    /// The transactions of programmes.
    pub(super) rows: Rows,
    /// The agencies that stand for another.
    pub(super) aliases: Aliases,
}

impl Gathered {
    /// Nothing yet; `loose` is how many transactions are records of their own.
    pub(super) fn new(loose: u32, aliases: Aliases) -> Self {
        Self { nouns: BTreeMap::new(), rows: Rows::new(loose), aliases }
    }

    /// The ordinal of a record that has been gathered.
    pub(super) fn ordinal(&self, kind: Kind, id: &str) -> Option<u32> {
        let (_, noun) = self.nouns.get(&key::kind_number(kind))?;
        let main = if kind == Kind::Agency { self.aliases.main(id) } else { None };
        let id = main.unwrap_or(id);
        let place = noun.ids.binary_search_by(|other| other.as_bytes().cmp(id.as_bytes())).ok()?;
        u32::try_from(place).ok()
    }

    /// Adds the next record of its noun, and gives its ordinal.
    pub(super) fn add(&mut self, record: &Record) -> u32 {
        let Self { nouns, aliases, .. } = self;
        let kind = record.kind();
        let entry = nouns.entry(key::kind_number(kind)).or_insert_with(|| (kind, Noun::default()));
        let ordinal = u32::try_from(entry.1.ids.len()).unwrap_or(u32::MAX);
        entry.1.add(record, aliases);
        ordinal
    }

    /// The noun of a kind.
    pub(super) fn noun(&mut self, kind: Kind) -> &mut Noun {
        &mut self.nouns.entry(key::kind_number(kind)).or_insert_with(|| (kind, Noun::default())).1
    }
}
