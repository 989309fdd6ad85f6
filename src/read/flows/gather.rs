//! The movements that may touch a boundary: disbursements, expenditure and receipts of programmes, and humanitarian
//! contributions.

use std::collections::HashMap;

use super::Boundary;
use super::crossing::{Movement, Side};
use crate::model::agency::Agency;
use crate::model::country::CountryCode;
use crate::model::date::PartialDate;
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::{FlowStatus, HumanitarianContribution};
use crate::model::id::{AgencyId, ProgrammeId};
use crate::model::money::Money;
use crate::model::noun::{Kind, Noun as _};
use crate::model::programme::Programme;
use crate::model::transaction::{Transaction, TransactionType};
use crate::read::error::Error;
use crate::read::filter::Filter;
use crate::read::reader::Reader;
use crate::read::total::{ExclusionReason, Item};

/// The most movements that are read for one answer.
const MOST: u64 = 200_000;

fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

/// A boundary whose agencies stand under the identifiers that they have in movements.
pub(super) fn known_by_main_identifiers(reader: &Reader, boundary: &Boundary) -> Boundary {
    let mut boundary = boundary.clone();
    mains(reader, &mut boundary.agencies);
    boundary
}

/// Puts each agency under the identifier of the one that it is.
fn mains(reader: &Reader, agencies: &mut [String]) {
    for agency in agencies {
        let main = reader.generation().main_agency(agency);
        if main != agency {
            *agency = main.to_owned();
        }
    }
}

/// The movements that may touch a boundary.
pub(super) fn movements(reader: &Reader, boundary: &Boundary) -> Result<Vec<Movement>, Error> {
    let countries = Filter::Is(Facet::Country, texts(&boundary.countries));
    let years = Filter::Is(Facet::Year, texts(&boundary.years));
    let mut agencies = boundary.agencies.clone();
    if !boundary.countries.is_empty() {
        agencies.extend(reader.keys(&[Kind::Agency], &countries)?.into_iter().map(|(_, key)| key));
    }
    // Who reports is an end of what names no other.
    let reporting = agencies.iter().map(|agency| format!("REPORTING {agency}")).collect();
    let reported = reader.keys(&[Kind::Programme], &Filter::Is(Facet::AgencyRole, reporting))?;
    let reported = reported.into_iter().map(|(_, programme)| programme).collect();
    let reported = Filter::Is(Facet::Programme, reported);
    let by_agency = Filter::Is(Facet::Agency, agencies);
    let transactions = any_of([&by_agency, &countries, &reported]);
    // Both ends of a transaction lie in its year.
    let transactions =
        if boundary.years.is_empty() { transactions } else { transactions.and(years) };
    let donors = Filter::Is(Facet::Donor, texts(&boundary.countries));
    let sources = Filter::Is(Facet::SourceCountry, texts(&boundary.countries));
    let contributions = any_of([&by_agency, &countries, &donors, &sources]);
    let found = reader.count_matching(Kind::Transaction, &transactions)?
        + reader.count_matching(Kind::HumanitarianContribution, &contributions)?;
    if found > MOST {
        return Err(Error::TooMany { found, most: MOST });
    }
    let mut known = Known { reader, programmes: HashMap::new(), agencies: HashMap::new() };
    let mut movements = Vec::new();
    for transaction in reader.all::<Transaction>(&transactions)? {
        movements.push(known.transaction(&transaction)?);
    }
    for contribution in reader.all::<HumanitarianContribution>(&contributions)? {
        movements.push(self::contribution(&contribution, reader)?);
    }
    for movement in &mut movements {
        mains(reader, &mut movement.source.agencies);
        mains(reader, &mut movement.destination.agencies);
    }
    Ok(movements)
}

fn any_of<'a>(filters: impl IntoIterator<Item = &'a Filter>) -> Filter {
    Filter::Or(filters.into_iter().cloned().collect())
}

/// What movements take from their programmes and agencies, looked up once.
struct Known<'a> {
    reader: &'a Reader,
    programmes: HashMap<ProgrammeId, Option<Programme>>,
    agencies: HashMap<AgencyId, Option<CountryCode>>,
}

impl Known<'_> {
    fn home(&mut self, agency: &AgencyId) -> Result<Option<CountryCode>, Error> {
        if let Some(known) = self.agencies.get(agency) {
            return Ok(*known);
        }
        let home = self.reader.get::<Agency>(agency.as_str())?.and_then(|agency| agency.country);
        self.agencies.insert(agency.clone(), home);
        Ok(home)
    }

    fn transaction(&mut self, transaction: &Transaction) -> Result<Movement, Error> {
        if let Some(id) = &transaction.programme
            && !self.programmes.contains_key(id)
        {
            let programme = self.reader.get::<Programme>(id.as_str())?;
            self.programmes.insert(id.clone(), programme);
        }
        let programme =
            transaction.programme.as_ref().and_then(|id| self.programmes.get(id)?.clone());
        let report = programme.as_ref().and_then(|programme| programme.report.as_deref());
        let reporter = report.and_then(|report| report.reporter.clone());
        let is_receipt = transaction.r#type == Some(TransactionType::IncomingFunds);
        // Who reports pays, or receives, where the movement does not say who.
        let provider =
            transaction.provider.clone().or_else(|| reporter.clone().filter(|_| !is_receipt));
        let receiver = transaction.receiver.clone().or_else(|| reporter.filter(|_| is_receipt));
        let own = &transaction.report;
        let says = !own.recipients.is_empty() || !own.regions.is_empty();
        let whole = programme.as_ref().map(|programme| &programme.recipients);
        let recipients = if says { Some(&own.recipients) } else { whole };
        let countries =
            recipients.into_iter().flatten().map(|recipient| recipient.country).collect();
        let years: Vec<u16> = transaction.date.map(PartialDate::year).into_iter().collect();
        let home = provider.as_ref().map(|provider| self.home(provider)).transpose()?.flatten();
        let left_out = match transaction.r#type {
            Some(
                TransactionType::Disbursement
                | TransactionType::Expenditure
                | TransactionType::IncomingFunds,
            ) => None,
            _ => Some(ExclusionReason::OtherTransactionType),
        };
        let is_secondary = report.is_some_and(|report| report.secondary);
        let left_out = left_out.or(is_secondary.then_some(ExclusionReason::SecondaryReporter));
        Ok(Movement {
            item: item(Kind::Transaction, transaction.key(), transaction.money, left_out),
            source: Side {
                agencies: provider.iter().map(ToString::to_string).collect(),
                countries: home.into_iter().collect(),
                years: years.clone(),
            },
            destination: Side {
                agencies: receiver.iter().map(ToString::to_string).collect(),
                countries,
                years,
            },
            date: transaction.date,
            within: transaction.part_of.as_ref().map(ToString::to_string),
            is_receipt,
        })
    }
}

fn contribution(c: &HumanitarianContribution, reader: &Reader) -> Result<Movement, Error> {
    let year: Vec<u16> = c.year.map(PartialDate::year).into_iter().collect();
    let or_year = |years: &[u16]| if years.is_empty() { year.clone() } else { years.to_vec() };
    let flow = c.flow.as_deref();
    let from = flow.map_or(&[][..], |flow| &flow.source_countries);
    let from = if from.is_empty() { c.donor.into_iter().collect() } else { from.to_vec() };
    let is_pledge = c.status == Some(FlowStatus::Pledge);
    // FTS takes what is drawn from a parked flow off its amount.
    let within = match &c.part_of {
        Some(whole) => reader
            .get::<HumanitarianContribution>(whole.as_str())?
            .filter(|whole| whole.flow.as_ref().is_none_or(|flow| !flow.is_parked()))
            .map(|whole| whole.id.to_string()),
        None => None,
    };
    let left_out = is_pledge.then_some(ExclusionReason::Pledge);
    Ok(Movement {
        item: item(Kind::HumanitarianContribution, c.key(), c.money, left_out),
        source: Side {
            agencies: flow.map_or_else(Vec::new, |flow| texts(&flow.providers)),
            countries: from,
            years: or_year(flow.map_or(&[], |flow| &flow.source_years)),
        },
        destination: Side {
            agencies: texts(&c.channel_agencies),
            countries: c.countries.clone(),
            years: or_year(flow.map_or(&[], |flow| &flow.years)),
        },
        date: c.date,
        within,
        is_receipt: false,
    })
}

fn item(kind: Kind, key: &str, money: Money, left_out: Option<ExclusionReason>) -> Item {
    Item { kind, key: key.to_owned(), part: None, money, left_out }
}
