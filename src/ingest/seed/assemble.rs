//! Assembles the accepted rows: parts join their programme, beneficiaries and citations join the records that they support, and the rates
//! of a currency become one record.

use std::collections::{BTreeMap, HashMap};

use super::dataset::Dataset;
use super::file_schema::ParsedRow;
use super::table::Target;
use crate::model::beneficiary::Beneficiary;
use crate::model::id::ProgrammeId;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Record};
use crate::model::origin::Citation;
use crate::model::programme::Programme;
use crate::model::rate::Rates;

/// Returns the records, sorted by file and line.
pub(super) fn records(book: &Dataset) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut places: HashMap<(Kind, String), usize> = HashMap::new();
    for (_, _, item) in book.taken() {
        if let ParsedRow::Record(record) = item {
            places.insert((record.kind(), record.key().to_owned()), records.len());
            records.push(record.clone());
        }
    }
    let mut homes: HashMap<String, ProgrammeId> = HashMap::new();
    for (_, _, item) in book.taken() {
        if let Some(programme) = owner(item)
            && let Some(at) = places.get(&(Kind::Programme, programme.as_str().to_owned()))
            && let Some(Record::Programme(programme)) = records.get_mut(*at)
        {
            join(programme, item);
        }
        if let ParsedRow::Budget(programme, budget) = item {
            homes.insert(budget.id.to_string(), programme.clone());
        }
    }
    for (_, _, item) in book.taken() {
        let ParsedRow::Beneficiary(Target::Record(kind), id, beneficiary) = item else { continue };
        let record = places.get(&(*kind, id.clone())).and_then(|at| records.get_mut(*at));
        if let Some(beneficiaries) = record.and_then(beneficiaries) {
            beneficiaries.push(beneficiary.clone());
        }
    }
    for (_, _, item) in book.taken() {
        let ParsedRow::Citation(target, id, citation) = item else { continue };
        let key = match target {
            Target::Record(kind) => Some((*kind, id.clone())),
            Target::Budget => homes.get(id).map(|home| (Kind::Programme, home.to_string())),
            Target::Currency => None,
        };
        let record = key.and_then(|key| records.get_mut(*places.get(&key)?));
        if let Some(citations) = record.and_then(|record| citations(record, *target, id)) {
            citations.push(citation.clone());
        }
    }
    records
}

/// Returns the rates of each currency, sorted by code.
pub(super) fn rates(book: &Dataset) -> Vec<Rates> {
    let mut rates: BTreeMap<Currency, Rates> = BTreeMap::new();
    for (_, _, item) in book.taken() {
        if let ParsedRow::Currency(currency, minor_units) = item {
            let (currency, minor_units) = (*currency, *minor_units);
            let known = Rates { currency, minor_units, parity: None, months: BTreeMap::new() };
            rates.insert(currency, known);
        }
    }
    for (_, _, item) in book.taken() {
        match item {
            ParsedRow::Rate(currency, month, rate) => {
                if let Some(known) = rates.get_mut(currency) {
                    known.months.insert(*month, *rate);
                }
            }
            ParsedRow::Parity(currency, parity) => {
                if let Some(known) = rates.get_mut(currency) {
                    known.parity = Some(*parity);
                }
            }
            _ => {}
        }
    }
    rates.into_values().collect()
}

/// Returns the programme that a part belongs to.
fn owner(item: &ParsedRow) -> Option<&ProgrammeId> {
    match item {
        ParsedRow::Recipient(programme, _)
        | ParsedRow::Participation(programme, _)
        | ParsedRow::Budget(programme, _)
        | ParsedRow::Site(programme, _)
        | ParsedRow::Sector(programme, _) => Some(programme),
        ParsedRow::Record(_)
        | ParsedRow::Beneficiary(..)
        | ParsedRow::Citation(..)
        | ParsedRow::Currency(..)
        | ParsedRow::Rate(..)
        | ParsedRow::Parity(..) => None,
    }
}

/// Adds a part to its programme. The money of a participation is valued at the start of the programme.
fn join(programme: &mut Programme, item: &ParsedRow) {
    match item {
        ParsedRow::Recipient(_, recipient) => programme.recipients.push(recipient.clone()),
        ParsedRow::Participation(_, participation) => {
            let mut participation = participation.clone();
            if let Some(money) = &mut participation.money {
                money.value_date = programme.period.start;
            }
            programme.participations.push(participation);
        }
        ParsedRow::Budget(_, budget) => programme.budgets.push(budget.clone()),
        ParsedRow::Site(_, site) => programme.sites.push(site.clone()),
        ParsedRow::Sector(_, sector) => programme.sectors.push(sector.clone()),
        ParsedRow::Record(_)
        | ParsedRow::Beneficiary(..)
        | ParsedRow::Citation(..)
        | ParsedRow::Currency(..)
        | ParsedRow::Rate(..)
        | ParsedRow::Parity(..) => {}
    }
}

/// Returns the beneficiaries of a record; `None` for a noun without any.
fn beneficiaries(record: &mut Record) -> Option<&mut Vec<Beneficiary>> {
    match record {
        Record::Mission(mission) => Some(&mut mission.beneficiaries),
        Record::MissionContribution(contribution) => Some(&mut contribution.beneficiaries),
        Record::TrustFund(fund) => Some(&mut fund.beneficiaries),
        _ => None,
    }
}

/// Returns the citations of a record, or of one budget of a programme.
fn citations<'r>(
    record: &'r mut Record,
    target: Target,
    id: &str,
) -> Option<&'r mut Vec<Citation>> {
    let provenance = match record {
        Record::Source(source) => return Some(&mut source.citations),
        Record::Programme(programme) => match target {
            Target::Budget => {
                let budget = programme.budgets.iter_mut().find(|b| b.id.as_str() == id)?;
                &mut budget.provenance
            }
            Target::Record(_) | Target::Currency => &mut programme.provenance,
        },
        Record::Country(country) => &mut country.provenance,
        Record::Partnership(partnership) => &mut partnership.provenance,
        Record::Agency(agency) => &mut agency.provenance,
        Record::Location(location) => &mut location.provenance,
        Record::Sector(sector) => &mut sector.provenance,
        Record::Agreement(agreement) => &mut agreement.provenance,
        Record::Dialogue(dialogue) => &mut dialogue.provenance,
        Record::Mission(mission) => &mut mission.provenance,
        Record::MissionContribution(contribution) => &mut contribution.provenance,
        Record::TrustFund(fund) => &mut fund.provenance,
        Record::Transaction(transaction) => &mut transaction.provenance,
        Record::HumanitarianContribution(contribution) => &mut contribution.provenance,
        Record::Event(event) => &mut event.provenance,
        Record::OdaFigure(figure) => &mut figure.provenance,
        Record::Gap(gap) => &mut gap.provenance,
    };
    Some(&mut provenance.citations)
}
