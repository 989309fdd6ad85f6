//! Programmes: planned work, from an Indicative Cooperation Programme down to a single project.

use std::collections::HashMap;

use super::activity::Report;
use super::budget::{Line, LineKind};
use super::classification::{Recipient, RecipientRegion, SectorShare};
use super::country::CountryCode;
use super::date::{PartialDate, Period};
use super::id::{AgencyId, BudgetId, LocationId, ProgrammeId};
use super::money::Money;
use super::origin::{Origin, Provenance};
use super::text::Text;

super::code::codes! {
    /// Pillar of foreign policy, one of the three Ds. Humanitarian aid is a named part of DEVELOPMENT, never of DEFENCE.
    pub enum Pillar {
        /// Agreements, dialogues and visits.
        Diplomacy = "DIPLOMACY",
        /// Programmes, projects and humanitarian aid.
        Development = "DEVELOPMENT",
        /// Missions and security support.
        Defence = "DEFENCE",
    }
}

super::code::codes! {
    /// Kind of planned work.
    pub enum ProgrammeKind {
        /// An Indicative Cooperation Programme (ICP; *programme indicatif de coopération*, PIC).
        IndicativeCooperationProgramme = "INDICATIVE_COOPERATION_PROGRAMME",
        /// A cooperation programme under another name.
        CooperationProgramme = "COOPERATION_PROGRAMME",
        /// Strategy for a transition period.
        TransitionStrategy = "TRANSITION_STRATEGY",
        /// Strategy for the interim between two programmes.
        InterimStrategy = "INTERIM_STRATEGY",
        /// Bilateral work with a country that is not a partner country.
        BilateralProgramme = "BILATERAL_PROGRAMME",
        /// A project.
        Project = "PROJECT",
        /// An activity as reported by its publisher, of any size: an IATI activity, a CRS record.
        Activity = "ACTIVITY",
    }
}

super::code::codes! {
    /// Status of planned work. Compare IATI `ActivityStatus`, whose codes 1 to 6 are PLANNED, ACTIVE, ENDED, CLOSED,
    /// CANCELLED and SUSPENDED.
    pub enum ProgrammeStatus {
        /// Planned, without evidence of a signature. IATI 1, pipeline or identification.
        Planned = "PLANNED",
        /// Under way. IATI 2, implementation.
        Active = "ACTIVE",
        /// Suspended. IATI 6.
        Suspended = "SUSPENDED",
        /// Past its last known end date. IATI 3, finalisation: the work is done, disbursements may continue.
        Ended = "ENDED",
        /// Closed according to a source, or ended long ago. IATI 4.
        Closed = "CLOSED",
        /// Cancelled. IATI 5.
        Cancelled = "CANCELLED",
    }
}

super::code::codes! {
    /// Role of an agency in a programme. The first four are IATI `OrganisationRole` 1 to 4.
    pub enum Role {
        /// Provides funds. IATI 1.
        Funding = "FUNDING",
        /// Is legally accountable. IATI 2.
        Accountable = "ACCOUNTABLE",
        /// Passes funds on. IATI 3.
        Extending = "EXTENDING",
        /// Implements the programme. IATI 4.
        Implementing = "IMPLEMENTING",
        /// Is named as a partner by the source, in none of IATI's four roles.
        Partner = "PARTNER",
    }
}

super::code::codes! {
    /// Channel that an agency belongs to. Compare the DAC channel categories.
    pub enum Channel {
        /// A government or public body.
        Government = "GOVERNMENT",
        /// A bilateral agency.
        Bilateral = "BILATERAL",
        /// An international organisation.
        Multilateral = "MULTILATERAL",
        /// A non-governmental organisation.
        Ngo = "NGO",
        /// A university or research body.
        Academic = "ACADEMIC",
        /// A private body.
        Private = "PRIVATE",
    }
}

/// Participation of an agency in a programme. IATI: `participating-org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    /// Participating agency.
    pub agency: AgencyId,
    /// Role of the agency.
    pub role: Role,
    /// Name of the agency as stated in the programme; `None` without a name. IATI: `participating-org/narrative`.
    pub name_as_published: Option<Text>,
    /// Role as worded by the source.
    pub role_as_published: Option<String>,
    /// Channel that the agency belongs to.
    pub channel: Option<Channel>,
    /// Share of the programme's money that the agency provides or implements; `None` when not stated.
    pub money: Option<Money>,
    /// True if the money adds to that of other participations; `false` for an older or overlapping figure.
    pub additional: bool,
    /// Identifier of the agency's own activity that contains this one, as published. IATI: `@activity-id`.
    pub activity: Option<String>,
    /// Provenance of the participation.
    pub provenance: Provenance,
}

super::code::codes! {
    /// Coverage of a budget.
    pub enum BudgetElement {
        /// The money of the whole programme.
        Envelope = "ENVELOPE",
        /// Money added to an envelope.
        TopUp = "TOP_UP",
        /// Money for an extended period.
        Extension = "EXTENSION",
        /// The bilateral part of an envelope.
        BilateralPart = "BILATERAL_PART",
        /// The money of a plan with several funders, of which the programme is one part; never a sum of the donor's.
        AllFunders = "ALL_FUNDERS",
    }
}

super::code::codes! {
    /// Original or revised budget. IATI `BudgetType` 1 and 2.
    pub enum BudgetType {
        /// As originally agreed. IATI 1.
        Original = "ORIGINAL",
        /// As revised since. IATI 2.
        Revised = "REVISED",
    }
}

super::code::codes! {
    /// Status of a budget. IATI `BudgetStatus` 1 and 2.
    pub enum BudgetStatus {
        /// Indicative. IATI 1.
        Indicative = "INDICATIVE",
        /// Committed. IATI 2.
        Committed = "COMMITTED",
    }
}

/// Money planned for a programme over a period. IATI: `budget`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Identifier of the budget.
    pub id: BudgetId,
    /// Coverage of the budget.
    pub element: BudgetElement,
    /// Original or revised; `None` when the source does not state it.
    pub r#type: Option<BudgetType>,
    /// Indicative or committed; `None` when the source does not state it.
    pub status: Option<BudgetStatus>,
    /// Period that it covers.
    pub period: Period,
    /// Date of the decision or report.
    pub as_of: Option<PartialDate>,
    /// Amount, or the reason for its absence.
    pub money: Money,
    /// Budget that this one replaces.
    pub supersedes: Option<BudgetId>,
    /// Budget that contains this one.
    pub part_of: Option<BudgetId>,
    /// Provenance of the budget.
    pub provenance: Provenance,
}

impl Budget {
    /// Returns the budgets of a programme in comparable form; `money` converts an amount into the currency of the sum.
    pub fn lines(budgets: &[Self], money: impl Fn(&Money) -> Option<Money>) -> Vec<Line> {
        let places: HashMap<&str, usize> =
            budgets.iter().zip(0..).map(|(budget, at)| (budget.id.as_str(), at)).collect();
        let place = |id: &Option<BudgetId>| places.get(id.as_ref()?.as_str()).copied();
        let line = |budget: &Self| Line {
            kind: budget.element.into(),
            is_revised: budget.r#type == Some(BudgetType::Revised),
            period: budget.period,
            value_date: budget.money.value_date,
            money: money(&budget.money).filter(|money| money.value().is_some()),
            supersedes: place(&budget.supersedes),
            part_of: place(&budget.part_of),
        };
        budgets.iter().map(line).collect()
    }
}

impl From<BudgetElement> for LineKind {
    fn from(element: BudgetElement) -> Self {
        match element {
            BudgetElement::Envelope => Self::Envelope,
            BudgetElement::AllFunders => Self::AllFunders,
            BudgetElement::TopUp | BudgetElement::Extension | BudgetElement::BilateralPart => {
                Self::Beside
            }
        }
    }
}

/// Location where a programme works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Location of the work.
    pub location: LocationId,
    /// Name of the location as published.
    pub name_as_published: Option<String>,
    /// Provenance of the site.
    pub provenance: Provenance,
}

/// Programme, project or other planned activity. IATI: `iati-activity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// Identifier of the programme.
    pub id: ProgrammeId,
    /// Kind of work.
    pub kind: ProgrammeKind,
    /// Pillar that it belongs to.
    pub pillar: Pillar,
    /// Donor country whose cooperation it belongs to; the participations name the funders.
    pub donor: Option<CountryCode>,
    /// Programme that contains this one.
    pub parent: Option<ProgrammeId>,
    /// Ordinal within its kind and country: 3 for the third.
    pub ordinal: Option<u32>,
    /// Title of the programme.
    pub title: Text,
    /// Further names that lookups match: `ICP III`.
    pub aliases: Vec<String>,
    /// Period as originally agreed.
    pub period: Period,
    /// End date after extensions.
    pub extended_until: Option<PartialDate>,
    /// Status; `None` when no source states it.
    pub status: Option<ProgrammeStatus>,
    /// Recipient countries.
    pub recipients: Vec<Recipient>,
    /// Participating agencies and their roles.
    pub participations: Vec<Participation>,
    /// Budgets, in source order.
    pub budgets: Vec<Budget>,
    /// Locations where it works.
    pub sites: Vec<Site>,
    /// Sectors and their shares.
    pub sectors: Vec<SectorShare>,
    /// Recipient regions.
    pub regions: Vec<RecipientRegion>,
    /// Summary of the publisher's report; `None` without one.
    pub report: Option<Box<Report>>,
    /// Provenance of the record.
    pub provenance: Provenance,
}

impl Programme {
    /// Returns the period including extensions, the basis of *in force*.
    pub fn period_in_force(&self) -> Period {
        let end = match (self.period.end, self.extended_until) {
            (Some(end), Some(extended)) => Some(end.max(extended)),
            (end, extended) => end.or(extended),
        };
        Period { start: self.period.start, end }
    }

    /// Returns the origins of its parts, without those of their citations.
    pub fn origins_mut(&mut self) -> impl Iterator<Item = &mut Origin> {
        let recipients = self.recipients.iter_mut().map(|r| &mut r.provenance.origin);
        let parts = self.participations.iter_mut().map(|p| &mut p.provenance.origin);
        let budgets = self.budgets.iter_mut().map(|b| &mut b.provenance.origin);
        let sites = self.sites.iter_mut().map(|s| &mut s.provenance.origin);
        let sectors = self.sectors.iter_mut().map(|s| &mut s.provenance.origin);
        let regions = self.regions.iter_mut().map(|r| &mut r.provenance.origin);
        let report = self.report.iter_mut().flat_map(|report| report.origins_mut());
        recipients
            .chain(parts)
            .chain(budgets)
            .chain(sites)
            .chain(sectors)
            .chain(regions)
            .chain(report)
    }
}
