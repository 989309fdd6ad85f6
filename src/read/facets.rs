//! Facets: the values that the records of a list have in a field of its filter, each with its number of records.

use std::cmp::Reverse;

use roaring::RoaringBitmap;

use super::error::Error;
use super::filter::Filter;
use super::groups::GroupDimension;
use super::reader::Reader;
use crate::model::code::Code as _;
use crate::model::codelist::Codelist;
use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::model::source::Source;
use crate::model::text::{Language, Text};
use crate::model::trust_fund::TrustFund;

crate::model::code::codes! {
    /// Field of a filter whose values can be counted; each noun has some of them.
    pub enum FacetField {
        /// Administrating agency.
        Administrator = "ADMINISTRATOR",
        /// Reason for a missing amount.
        Absence = "ABSENCE",
        /// Agency in any role.
        Agency = "AGENCY",
        /// Type of aid.
        AidType = "AID_TYPE",
        /// Degree to which sources support the record.
        Assertion = "ASSERTION",
        /// Agency that benefits.
        Beneficiary = "BENEFICIARY",
        /// Direction across the boundary of the FTS search.
        Boundary = "BOUNDARY",
        /// DAC category of a sector.
        Category = "CATEGORY",
        /// Channel of delivery.
        Channel = "CHANNEL",
        /// Contributing state.
        Contributor = "CONTRIBUTOR",
        /// Recipient, host or subject country.
        Country = "COUNTRY",
        /// Currency of an amount.
        Currency = "CURRENCY",
        /// Deployment stage of personnel.
        Deployment = "DEPLOYMENT",
        /// Donor country.
        Donor = "DONOR",
        /// Imported file.
        File = "FILE",
        /// Type of finance.
        FinanceType = "FINANCE_TYPE",
        /// Type of flow.
        FlowType = "FLOW_TYPE",
        /// Political forum of a dialogue.
        Forum = "FORUM",
        /// Level in the hierarchy of the publisher.
        Hierarchy = "HIERARCHY",
        /// Humanitarian or not: `true` or `false`.
        Humanitarian = "HUMANITARIAN",
        /// Kind within the noun.
        Kind = "KIND",
        /// Organisation that leads a mission.
        Lead = "LEAD",
        /// Level of the participants of a dialogue.
        Level = "LEVEL",
        /// Mission that a contribution is for.
        Mission = "MISSION",
        /// Noun of the facts of a gap.
        Noun = "NOUN",
        /// Pillar.
        Pillar = "PILLAR",
        /// Response plan.
        Plan = "PLAN",
        /// Policy marker.
        PolicyMarker = "POLICY_MARKER",
        /// Agency that pays.
        Provider = "PROVIDER",
        /// Qualifier of an amount.
        Qualifier = "QUALIFIER",
        /// Agency that receives.
        Receiver = "RECEIVER",
        /// Recipient country of a figure of official development assistance.
        Recipient = "RECIPIENT",
        /// Recipient region.
        Region = "REGION",
        /// Reporting agency.
        Reporter = "REPORTER",
        /// Coverage of a humanitarian contribution.
        Scope = "SCOPE",
        /// DAC purpose.
        Sector = "SECTOR",
        /// DAC category, including its purposes.
        SectorCategory = "SECTOR_CATEGORY",
        /// Body that deploys or pays.
        SendingBody = "SENDING_BODY",
        /// Cited publication.
        Source = "SOURCE",
        /// Status.
        Status = "STATUS",
        /// Tag, by vocabulary and code.
        Tag = "TAG",
        /// Tied status.
        TiedStatus = "TIED_STATUS",
        /// Trust fund that receives a payment.
        TrustFund = "TRUST_FUND",
        /// Type of transaction.
        Type = "TYPE",
        /// Year, where the filter reads it from the date of the record.
        Year = "YEAR",
    }
}

impl FacetField {
    /// Returns the criterion that the field filters by, and the start of its terms; `None` if the filter of the noun has no
    /// such field, or derives it from other records.
    pub fn criterion(self, kind: Kind) -> Option<(Facet, &'static str)> {
        if matches!(self, Self::Source | Self::Assertion) {
            return self.common().map(|facet| (facet, ""));
        }
        let own = |facet: Facet| Some((facet, ""));
        match (kind, self) {
            (Kind::Programme, Self::Reporter) => Some((Facet::AgencyRole, "REPORTING ")),
            (Kind::Transaction | Kind::HumanitarianContribution, Self::Provider) => {
                Some((Facet::AgencyRole, "PROVIDER "))
            }
            (Kind::Transaction | Kind::HumanitarianContribution, Self::Receiver) => {
                Some((Facet::AgencyRole, "RECEIVER "))
            }
            (Kind::Dialogue, Self::Level)
            | (Kind::MissionContribution, Self::Deployment)
            | (Kind::Gap, Self::Kind) => own(Facet::Status),
            (Kind::Transaction, Self::Type)
            | (Kind::HumanitarianContribution, Self::Scope)
            | (Kind::Gap, Self::Noun) => own(Facet::Kind),
            (Kind::MissionContribution, Self::Contributor) => own(Facet::Donor),
            (Kind::MissionContribution, Self::SendingBody)
            | (Kind::TrustFund, Self::Administrator)
            | (Kind::Mission, Self::Lead) => own(Facet::Agency),
            (Kind::OdaFigure, Self::Recipient) => own(Facet::Country),
            (Kind::Sector, Self::Category) => own(Facet::SectorCategory),
            (Kind::Programme, Self::Hierarchy) => own(Facet::Level),
            _ if FIELDS.iter().any(|(of, fields)| *of == kind && fields.contains(&self)) => {
                self.common().map(|facet| (facet, ""))
            }
            _ => None,
        }
    }

    /// Returns the criterion of a field that has the same one in every noun.
    fn common(self) -> Option<Facet> {
        Some(match self {
            Self::Absence => Facet::Absence,
            Self::Agency => Facet::Agency,
            Self::AidType => Facet::AidType,
            Self::Assertion => Facet::Assertion,
            Self::Beneficiary => Facet::Beneficiary,
            Self::Boundary => Facet::Boundary,
            Self::Channel => Facet::Channel,
            Self::Country => Facet::Country,
            Self::Currency => Facet::Currency,
            Self::Donor => Facet::Donor,
            Self::File => Facet::File,
            Self::FinanceType => Facet::FinanceType,
            Self::FlowType => Facet::FlowType,
            Self::Forum => Facet::Forum,
            Self::Humanitarian => Facet::Humanitarian,
            Self::Kind => Facet::Kind,
            Self::Mission => Facet::Mission,
            Self::Pillar => Facet::Pillar,
            Self::Plan => Facet::Plan,
            Self::PolicyMarker => Facet::PolicyMarker,
            Self::Qualifier => Facet::Qualifier,
            Self::Region => Facet::Region,
            Self::Sector => Facet::Sector,
            Self::SectorCategory => Facet::SectorCategory,
            Self::Source => Facet::Source,
            Self::Status => Facet::Status,
            Self::Tag => Facet::Tag,
            Self::TiedStatus => Facet::TiedStatus,
            Self::TrustFund => Facet::TrustFund,
            Self::Year => Facet::Year,
            _ => return None,
        })
    }

    /// Returns the value of the filter for a term: `true` for `yes`, `TRUST_FUND` for `TrustFund`.
    fn value(self, term: &str) -> String {
        match (self, term) {
            (Self::Humanitarian, "yes") => "true".to_owned(),
            (Self::Humanitarian, "no") => "false".to_owned(),
            (Self::Noun, name) => {
                Kind::parse(name).map_or_else(|_| name.to_owned(), Kind::enum_word)
            }
            _ => term.to_owned(),
        }
    }
}

/// Fields with a common criterion, by noun.
const FIELDS: &[(Kind, &[FacetField])] = {
    use FacetField as F;
    &[
        (Kind::Source, &[F::Kind, F::Year]),
        (Kind::Partnership, &[F::Donor, F::Country, F::Status]),
        (Kind::Agency, &[F::Kind, F::Country]),
        (Kind::Location, &[F::Kind, F::Country]),
        (
            Kind::Programme,
            &[
                F::Kind,
                F::Pillar,
                F::Status,
                F::Donor,
                F::Country,
                F::Sector,
                F::SectorCategory,
                F::Absence,
                F::Humanitarian,
                F::Region,
                F::FlowType,
                F::FinanceType,
                F::AidType,
                F::TiedStatus,
                F::PolicyMarker,
                F::Tag,
                F::File,
                F::Currency,
                F::Qualifier,
                F::Agency,
                F::Channel,
            ],
        ),
        (Kind::Agreement, &[F::Kind, F::Donor, F::Country, F::Agency, F::Year]),
        (Kind::Dialogue, &[F::Kind, F::Forum, F::Donor, F::Country, F::Year]),
        (Kind::Mission, &[F::Kind, F::Country, F::Beneficiary]),
        (
            Kind::MissionContribution,
            &[F::Kind, F::Mission, F::Beneficiary, F::Year, F::Currency, F::Qualifier, F::Absence],
        ),
        (Kind::TrustFund, &[F::Pillar, F::Humanitarian, F::Country, F::Beneficiary]),
        (
            Kind::Transaction,
            &[
                F::TrustFund,
                F::Agency,
                F::Year,
                F::Currency,
                F::Qualifier,
                F::Absence,
                F::Country,
                F::Region,
                F::Sector,
                F::SectorCategory,
                F::Humanitarian,
            ],
        ),
        (
            Kind::HumanitarianContribution,
            &[
                F::Donor,
                F::Year,
                F::Country,
                F::Channel,
                F::Agency,
                F::Boundary,
                F::Plan,
                F::FlowType,
                F::Status,
                F::Currency,
                F::Qualifier,
                F::Absence,
                F::File,
            ],
        ),
        (Kind::Event, &[F::Country, F::Pillar, F::Year]),
        (Kind::Gap, &[F::Donor, F::Country, F::Year]),
        (Kind::OdaFigure, &[F::Donor, F::Year]),
    ]
};

fn size(records: u64) -> usize {
    usize::try_from(records).unwrap_or(usize::MAX)
}

/// Values of a field within a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// Number of values that at least one record has.
    pub total: usize,
    /// Number of records without any value.
    pub without: usize,
    /// Values with their numbers of records, the most frequent first.
    pub values: Vec<(String, usize)>,
}

/// Selection of the values of a field.
#[derive(Clone, Copy, Debug)]
pub struct FacetQuery<'a> {
    /// Field of the filter.
    pub field: FacetField,
    /// Number of values.
    pub first: usize,
    /// Values to count as well, whatever their rank.
    pub including: &'a [String],
}

impl Reader {
    /// Counts the records of a list by the values of a field. `None` if the noun has no such field.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn facet(
        &self,
        kind: Kind,
        filter: &Filter,
        query: FacetQuery<'_>,
    ) -> Result<Option<FacetCounts>, Error> {
        let Some((facet, prefix)) = query.field.criterion(kind) else { return Ok(None) };
        let found = self.find(kind, filter)?;
        let is_whole = found.len() == u64::from(self.count(kind));
        let mut without = found.clone();
        let mut counted: Vec<(u64, &str)> = Vec::new();
        for (term, posting) in self.generation().terms(kind, facet, prefix) {
            self.work().step()?;
            let records = if is_whole { posting.len() } else { found.intersection_len(posting) };
            if records > 0 {
                without -= posting;
                counted.push((records, term.strip_prefix(prefix).unwrap_or(term)));
            }
        }
        let total = counted.len();
        let by_number =
            |a: &(u64, &str), b: &(u64, &str)| (Reverse(a.0), a.1).cmp(&(Reverse(b.0), b.1));
        if query.first < total {
            // Only the first values need sorting.
            counted.select_nth_unstable_by(query.first, by_number);
            counted.truncate(query.first);
        }
        self.work().sort(&mut counted, &by_number)?;
        let value = |(records, term): (u64, &str)| (query.field.value(term), size(records));
        let mut values: Vec<(String, usize)> = counted.into_iter().map(value).collect();
        self.add_requested(kind, (facet, prefix), &found, query, &mut values);
        Ok(Some(FacetCounts { total, without: size(without.len()), values }))
    }

    /// Appends the requested values that are not among the first, with 0 for those that no record has.
    fn add_requested(
        &self,
        kind: Kind,
        (facet, prefix): (Facet, &str),
        found: &RoaringBitmap,
        query: FacetQuery<'_>,
        values: &mut Vec<(String, usize)>,
    ) {
        for requested in query.including {
            if values.iter().any(|(value, _)| value == requested) {
                continue;
            }
            let term = match (query.field, requested.as_str()) {
                (FacetField::Humanitarian, "true") => "yes".to_owned(),
                (FacetField::Humanitarian, "false") => "no".to_owned(),
                (FacetField::Noun, word) => {
                    let noun = Kind::of_enum_word(word);
                    noun.map_or_else(String::new, |kind| kind.as_str().to_owned())
                }
                _ => requested.clone(),
            };
            let posting = self.generation().posting(kind, facet, &format!("{prefix}{term}"));
            let records = posting.map_or(0, |posting| size(found.intersection_len(posting)));
            values.push((requested.clone(), records));
        }
    }
}

impl Reader {
    /// Returns the name of a value, from the data or an official list.
    ///
    /// # Errors
    /// Same errors as [`Reader::get`].
    pub fn facet_name(&self, field: FacetField, code: &str) -> Result<Option<Text>, Error> {
        let listed = |list: Codelist| Ok(list.name(code).cloned());
        let dimension = match field {
            FacetField::Country
            | FacetField::Donor
            | FacetField::Contributor
            | FacetField::Recipient => GroupDimension::Country,
            FacetField::Administrator
            | FacetField::Agency
            | FacetField::Beneficiary
            | FacetField::Lead
            | FacetField::Provider
            | FacetField::Receiver
            | FacetField::Reporter
            | FacetField::SendingBody => GroupDimension::Provider,
            FacetField::Category | FacetField::SectorCategory => GroupDimension::SectorCategory,
            FacetField::Sector => GroupDimension::Sector,
            FacetField::Region => GroupDimension::Region,
            FacetField::Mission => GroupDimension::Mission,
            FacetField::Plan => GroupDimension::Plan,
            FacetField::AidType => GroupDimension::AidType,
            FacetField::FinanceType => GroupDimension::FinanceType,
            // An import of FTS has its own words.
            FacetField::FlowType => GroupDimension::FlowType,
            FacetField::PolicyMarker => return listed(Codelist::PolicyMarker),
            FacetField::TiedStatus => return listed(Codelist::TiedStatus),
            FacetField::Currency => return listed(Codelist::Currency),
            FacetField::TrustFund => {
                return Ok(self.get::<TrustFund>(code)?.map(|fund| fund.name.clone()));
            }
            FacetField::Source => {
                let source = self.get::<Source>(code)?;
                return Ok(source.and_then(|s| Text::of([(Language::UND, s.title.clone())])));
            }
            _ => return Ok(None),
        };
        self.key_name(dimension, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_facet_field_belongs_to_a_noun() {
        for field in FacetField::VALUES {
            let nouns = Kind::ALL.iter().filter(|kind| field.criterion(**kind).is_some());
            assert!(nouns.count() > 0, "{field}");
        }
        assert_eq!(FacetField::Year.criterion(Kind::Programme), None);
    }
}
