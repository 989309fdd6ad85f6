//! Amounts of the records of a list, and the reasons for which a total leaves them out.
//!
//! The reasons depend on the list. A yearly total contains the crises of its year: a list that
//! holds both leaves the crises out, while a list of one country's crises counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::coverage::Extent;
use super::error::Error;
use super::narrowing::{MoneyOwner, Narrowing, is_shared};
use super::reader::{Readable, Reader};
use super::rival;
use super::total::{Addend, ExclusionReason, TotalsQuery, spending};
use crate::model::budget::{Displacement, displacements};
use crate::model::country::CountryCode;
use crate::model::facet::Facet;
use crate::model::humanitarian_contribution::{
    Boundary, FlowStatus, HumanitarianChannel, HumanitarianContribution, HumanitarianScope,
};
use crate::model::id::{AgencyId, MissionId};
use crate::model::mission::Mission;
use crate::model::mission_contribution::MissionContribution;
use crate::model::money::Money;
use crate::model::noun::{Kind, Noun};
use crate::model::oda_figure::OdaFigure;
use crate::model::programme::{Budget, Programme};
use crate::model::transaction::Transaction;
use crate::model::trust_fund::TrustFund;
use crate::store::columns::NO_ORDINAL;

/// Maximum number of records that one total reads.
const MAX_RECORDS: u64 = 100_000;

/// Records of a list, each with its amount.
pub(super) type RecordAmounts<T> = Vec<(Arc<T>, Addend)>;

/// A noun whose records hold money.
pub trait Monetary: Readable {
    /// Returns the amounts of all records of a list in their order, each with the reason for
    /// leaving it out.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`]: a parent outside the list is looked up.
    fn items(
        records: &[&Self],
        reader: &Reader,
        query: &TotalsQuery<'_>,
    ) -> Result<Vec<Addend>, Error>;
}

impl Reader {
    /// Returns the amounts of the matching records, each with the reason for which a total leaves
    /// it out.
    ///
    /// # Errors
    /// Same errors as [`Reader::all`], and [`Error::TooMany`].
    pub fn items<T: Monetary>(&self, query: &TotalsQuery<'_>) -> Result<Vec<Addend>, Error> {
        Ok(self.record_amounts::<T>(query)?.into_iter().map(|(_, addend)| addend).collect())
    }

    /// Returns the matching records, each with its amount as in [`Reader::items`].
    pub(super) fn record_amounts<T: Monetary>(
        &self,
        query: &TotalsQuery<'_>,
    ) -> Result<RecordAmounts<T>, Error> {
        let found = self.count_matching(T::KIND, query.filter)?;
        if found > MAX_RECORDS {
            return Err(Error::TooMany { found, limit: MAX_RECORDS });
        }
        let records = self.all::<T>(query.filter)?;
        let items: Vec<&T> = records.iter().map(AsRef::as_ref).collect();
        let items = T::items(&items, self, query)?;
        Ok(records.into_iter().zip(items).collect())
    }
}

/// Returns true if a record is contained, directly or indirectly, in one that counts with an
/// amount.
///
/// `container` maps a record to the one that contains it. The import rejects cycles; a chain that
/// returns to an earlier record ends here.
fn contained_in<'a>(
    key: &'a str,
    container: &BTreeMap<&'a str, &'a str>,
    counted: &BTreeSet<&str>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = key;
    while let Some(next) = container.get(at) {
        if !seen.insert(*next) {
            return false;
        }
        if counted.contains(next) {
            return true;
        }
        at = next;
    }
    false
}

/// Returns, for each budget of a programme, the reason why it does not count beside the others. The
/// parent is not considered. `money` converts an amount into the currency of the sum.
pub fn left_out_of_programme(
    budgets: &[Budget],
    money: impl Fn(&Money) -> Option<Money>,
) -> Vec<Option<ExclusionReason>> {
    let all = displacements(&Budget::lines(budgets, money)).into_iter();
    all.map(|why| why.map(ExclusionReason::from)).collect()
}

impl From<Displacement> for ExclusionReason {
    fn from(displacement: Displacement) -> Self {
        match displacement {
            Displacement::AllFunders => Self::AllFunders,
            Displacement::Superseded => Self::Superseded,
            Displacement::Part => Self::PartOfCountedTotal,
            Displacement::RevisedInPart => Self::RevisedInPart,
            Displacement::PossiblePart => Self::PossiblePart,
        }
    }
}

/// Returns the budgets of one programme as items, without regard to its parent.
pub fn budget_items(programme: &Programme, query: &TotalsQuery<'_>) -> Vec<Addend> {
    let left_out = left_out_of_programme(&programme.budgets, |money| query.in_sum(money));
    let item = |(budget, left_out): (&Budget, _)| Addend {
        kind: Kind::Programme,
        key: programme.key().to_owned(),
        part: Some(budget.id.to_string()),
        money: budget.money,
        left_out,
        rivals: Vec::new(),
        extent: Extent::Item,
    };
    programme.budgets.iter().zip(left_out).map(item).collect()
}

impl Monetary for HumanitarianContribution {
    fn items(
        records: &[&Self],
        reader: &Reader,
        query: &TotalsQuery<'_>,
    ) -> Result<Vec<Addend>, Error> {
        let pledges = query.filter.narrowed_to(Facet::Status).is_some();
        let crossings = query.filter.narrowed_to(Facet::Boundary).is_some();
        let sharing = Sharing::new(reader, Kind::HumanitarianContribution, query)?;
        let by_itself = |c: &Self| {
            if c.status == Some(FlowStatus::Pledge) && !pledges {
                Some(ExclusionReason::Pledge)
            } else if is_internal(c) && !crossings {
                Some(ExclusionReason::Internal)
            } else if sharing
                .is_shared(c.key(), &|facet, selected| shared_terms(c, facet, selected, reader))
            {
                Some(ExclusionReason::SharedWithOthers)
            } else {
                None
            }
        };
        let reasons: Vec<Option<ExclusionReason>> = records.iter().map(|c| by_itself(c)).collect();
        let counted: BTreeSet<&str> = records
            .iter()
            .zip(&reasons)
            .filter(|(c, reason)| reason.is_none() && query.counts(&c.money))
            .map(|(c, _)| c.key())
            .collect();
        // If all figures of a set are left out as shared with others, one of them is enough for the
        // bounds.
        let shared: BTreeSet<&str> = records
            .iter()
            .zip(&reasons)
            .filter(|(_, reason)| **reason == Some(ExclusionReason::SharedWithOthers))
            .map(|(c, _)| c.key())
            .collect();
        // Money drawn from a parked flow has left its amount: both count.
        let is_parked = |c: &&Self| c.flow.as_ref().is_some_and(|flow| flow.is_parked());
        let parked: BTreeSet<&str> =
            records.iter().copied().filter(is_parked).map(Noun::key).collect();
        let container: BTreeMap<&str, &str> = records
            .iter()
            .copied()
            .filter_map(|c| Some((c.key(), c.part_of.as_ref()?.as_str())))
            .filter(|(_, whole)| !parked.contains(whole))
            .collect();
        // A figure for all crises of a year contains each of them, even if no source links the two.
        let whole_years: BTreeSet<_> = records
            .iter()
            .copied()
            .filter(|c| c.scope == HumanitarianScope::AllCrises && counted.contains(c.key()))
            .filter_map(|c| Some((c.donor, c.year?.year())))
            .collect();
        let of_a_whole_year = |c: &Self| {
            let year = c.year.map(|year| (c.donor, year.year()));
            c.scope != HumanitarianScope::AllCrises
                && year.is_some_and(|year| whole_years.contains(&year))
        };
        let rivals = rival::of_contributions(records, reader)?;
        let is_second = |c: &Self| {
            let first = rivals.first(c.key(), &counted).or_else(|| rivals.first(c.key(), &shared));
            first.is_some_and(|first| first != c.key())
        };
        let among_others = |c: &Self, reason: Option<ExclusionReason>| {
            let is_open = reason.is_none_or(|reason| reason == ExclusionReason::SharedWithOthers);
            if is_open && is_second(c) {
                Some(ExclusionReason::AlternativeFigure)
            } else if reason.is_some() {
                reason
            } else if of_a_whole_year(c) || contained_in(c.key(), &container, &counted) {
                Some(ExclusionReason::PartOfCountedTotal)
            } else {
                None
            }
        };
        let item = |(c, reason): (&&Self, &Option<ExclusionReason>)| Addend {
            rivals: rivals.others(c.key()),
            extent: extent(c),
            ..item(*c, c.money, among_others(c, *reason))
        };
        Ok(records.iter().zip(&reasons).map(item).collect())
    }
}

/// Returns how much a contribution covers. The figure of a crisis without a channel covers all of its
/// channels. A budget line is one line of several.
fn extent(c: &HumanitarianContribution) -> Extent {
    match c.scope {
        HumanitarianScope::AllCrises => Extent::Year,
        HumanitarianScope::Crisis
            if matches!(c.channel, HumanitarianChannel::Mixed | HumanitarianChannel::NotStated)
                && c.channel_agencies.is_empty()
                && c.flow.is_none() =>
        {
            Extent::Crisis
        }
        HumanitarianScope::Crisis | HumanitarianScope::BudgetLine | HumanitarianScope::Share => {
            Extent::Item
        }
    }
}

/// Returns the terms of a facet that a contribution's money is for. For agencies, those named
/// beside the filtered ones, in each role that these play.
fn shared_terms(
    c: &HumanitarianContribution,
    facet: Facet,
    selected: &BTreeSet<&str>,
    reader: &Reader,
) -> Vec<String> {
    let flow = c.flow.as_deref();
    let providers = flow.map_or(&[][..], |flow| &flow.providers);
    let main = |id: &str| reader.generation().main_agency(id).to_owned();
    let beside = |part: &str, agencies: &[AgencyId]| -> Vec<String> {
        let term = |id: &str| format!("{part}{id}");
        let selected_term = |agency: &AgencyId| {
            let wanted = |selected: &&&str| {
                let id = selected.strip_prefix(part);
                id.is_some_and(|id| main(id) == main(agency.as_str()))
            };
            selected.iter().find(wanted).map(|selected| (*selected).to_owned())
        };
        let terms: Vec<_> = agencies.iter().map(|agency| (agency, selected_term(agency))).collect();
        if terms.iter().all(|(_, selected)| selected.is_none()) {
            return Vec::new();
        }
        terms
            .into_iter()
            .map(|(id, selected)| selected.unwrap_or_else(|| term(id.as_str())))
            .collect()
    };
    match facet {
        Facet::Country => c.countries.iter().map(ToString::to_string).collect(),
        Facet::Year => {
            flow.map_or(&[][..], |flow| &flow.years).iter().map(u16::to_string).collect()
        }
        Facet::Plan => flow
            .map_or(&[][..], |flow| &flow.plans)
            .iter()
            .filter_map(|plan| plan.code.clone())
            .collect(),
        Facet::Agency => [beside("", providers), beside("", &c.channel_agencies)].concat(),
        Facet::AgencyRole => {
            [beside("PROVIDER ", providers), beside("RECEIVER ", &c.channel_agencies)].concat()
        }
        _ => Vec::new(),
    }
}

/// Identifies records that are shared with others outside the filter.
struct Sharing<'a> {
    kind: Kind,
    narrowing: Narrowing<'a>,
    reader: &'a Reader,
}

impl<'a> Sharing<'a> {
    fn new(reader: &'a Reader, kind: Kind, query: &TotalsQuery<'a>) -> Result<Self, Error> {
        let narrowing = Narrowing::new(reader, kind, query.filter)?;
        Ok(Self { kind, narrowing, reader })
    }

    fn is_shared(&self, key: &str, terms: &impl Fn(Facet, &BTreeSet<&str>) -> Vec<String>) -> bool {
        let own = self.reader.generation().ordinal(self.kind, key).unwrap_or(NO_ORDINAL);
        let conditions = self.narrowing.conditions(MoneyOwner { own, programme: NO_ORDINAL });
        is_shared(&conditions, terms)
    }
}

/// Returns true if the flow moves on money that had already come in, according to at least one
/// search.
fn is_internal(contribution: &HumanitarianContribution) -> bool {
    contribution.flow.as_ref().is_some_and(|flow| flow.boundaries.contains(&Boundary::Internal))
}

impl Monetary for Transaction {
    fn items(
        records: &[&Self],
        reader: &Reader,
        query: &TotalsQuery<'_>,
    ) -> Result<Vec<Addend>, Error> {
        let sharing = Sharing::new(reader, Kind::Transaction, query)?;
        let mut of_funds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for fund in records.iter().filter_map(|t| t.trust_fund.as_ref()) {
            if let Some(record) = reader.get::<TrustFund>(fund.as_str())? {
                of_funds.insert(fund.as_str(), countries(&record.countries));
            }
        }
        let is_shared = |t: &Self| {
            sharing.is_shared(t.key(), &|facet, _| match (facet, &t.trust_fund) {
                (Facet::Country, Some(fund)) => {
                    of_funds.get(fund.as_str()).cloned().unwrap_or_default()
                }
                _ => Vec::new(),
            })
        };
        let is_narrowed = query.filter.narrowed_to(Facet::Kind).is_some();
        let of_kind = |t: &Self| t.r#type.and_then(spending).filter(|_| !is_narrowed);
        let container: BTreeMap<&str, &str> = records
            .iter()
            .copied()
            .filter_map(|t| Some((t.key(), t.part_of.as_ref()?.as_str())))
            .collect();
        let counted: BTreeSet<&str> = records
            .iter()
            .copied()
            .filter(|t| of_kind(t).is_none() && query.counts(&t.money))
            .map(Noun::key)
            .collect();
        let left_out = |t: &Self| {
            let within = contained_in(t.key(), &container, &counted);
            of_kind(t)
                .or(within.then_some(ExclusionReason::PartOfCountedTotal))
                .or_else(|| is_shared(t).then_some(ExclusionReason::SharedWithOthers))
        };
        Ok(records.iter().copied().map(|t| item(t, t.money, left_out(t))).collect())
    }
}

fn countries(codes: &[CountryCode]) -> Vec<String> {
    codes.iter().map(ToString::to_string).collect()
}

impl Monetary for MissionContribution {
    fn items(
        records: &[&Self],
        reader: &Reader,
        query: &TotalsQuery<'_>,
    ) -> Result<Vec<Addend>, Error> {
        let sharing = Sharing::new(reader, Kind::MissionContribution, query)?;
        let mut hosts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for mission in records.iter().flat_map(|c| &c.missions) {
            if let Some(record) = reader.get::<Mission>(mission.as_str())? {
                hosts.insert(mission.as_str(), countries(&record.countries));
            }
        }
        let left_out = |c: &Self| {
            let shared = sharing.is_shared(c.key(), &|facet, _| match facet {
                Facet::Mission => c.missions.iter().map(ToString::to_string).collect(),
                Facet::Beneficiary => {
                    c.beneficiaries.iter().map(|b| b.agency.to_string()).collect()
                }
                Facet::Country => {
                    let of = |mission: &MissionId| hosts.get(mission.as_str()).cloned();
                    c.missions.iter().filter_map(of).flatten().collect()
                }
                _ => Vec::new(),
            });
            shared.then_some(ExclusionReason::SharedWithOthers)
        };
        Ok(records.iter().copied().map(|c| item(c, c.money, left_out(c))).collect())
    }
}

impl Monetary for OdaFigure {
    fn items(
        records: &[&Self],
        reader: &Reader,
        query: &TotalsQuery<'_>,
    ) -> Result<Vec<Addend>, Error> {
        // The figure for all recipients contains the figure of each.
        let counted: BTreeSet<&str> =
            records.iter().filter(|f| query.counts(&f.money)).map(|f| f.key()).collect();
        let whole: BTreeSet<_> = records
            .iter()
            .copied()
            .filter(|f| f.recipient.is_none() && counted.contains(f.key()))
            .map(|f| (f.donor, f.year.year()))
            .collect();
        let rivals = rival::of_figures(records, reader)?;
        let left_out = |f: &Self| {
            if rivals.first(f.key(), &counted).is_some_and(|first| first != f.key()) {
                return Some(ExclusionReason::AlternativeFigure);
            }
            (f.recipient.is_some() && whole.contains(&(f.donor, f.year.year())))
                .then_some(ExclusionReason::PartOfCountedTotal)
        };
        let item = |f: &&Self| Addend {
            rivals: rivals.others(f.key()),
            extent: Extent::Year,
            ..item(*f, f.money, left_out(f))
        };
        Ok(records.iter().map(item).collect())
    }
}

fn item<T: Noun>(record: &T, money: Money, left_out: Option<ExclusionReason>) -> Addend {
    Addend {
        kind: T::KIND,
        key: record.key().to_owned(),
        part: None,
        money,
        left_out,
        rivals: Vec::new(),
        extent: Extent::Item,
    }
}
