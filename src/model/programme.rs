//! Programmes: planned work, from an Indicative Cooperation Programme down to a single project.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::activity::Report;
use super::budget::{Line, LineKind};
use super::country::CountryCode;
use super::date::{PartialDate, Period};
use super::id::{AgencyId, BudgetId, LocationId, ProgrammeId};
use super::money::Money;
use super::origin::{Origin, Provenance};
use super::sector::SectorCode;
use super::text::Text;

super::code::codes! {
    /// One of the three Ds. Humanitarian aid is a named part of DEVELOPMENT, never of DEFENCE.
    pub enum Pillar {
        /// Agreements, dialogues, visits.
        Diplomacy = "DIPLOMACY",
        /// Programmes, projects and humanitarian aid.
        Development = "DEVELOPMENT",
        /// Missions and support to security.
        Defence = "DEFENCE",
    }
}

super::code::codes! {
    /// What kind of planned work it is.
    pub enum ProgrammeKind {
        /// An Indicative Cooperation Programme (ICP; *programme indicatif de coopération*, PIC).
        IndicativeCooperationProgramme = "INDICATIVE_COOPERATION_PROGRAMME",
        /// A cooperation programme under another name.
        CooperationProgramme = "COOPERATION_PROGRAMME",
        /// A strategy for a time of transition.
        TransitionStrategy = "TRANSITION_STRATEGY",
        /// A strategy between two programmes.
        InterimStrategy = "INTERIM_STRATEGY",
        /// Work agreed bilaterally with a country that is no partner country.
        BilateralProgramme = "BILATERAL_PROGRAMME",
        /// A project.
        Project = "PROJECT",
        /// An activity as its publisher reports it, whatever its size: an IATI activity, a CRS record.
        Activity = "ACTIVITY",
    }
}

super::code::codes! {
    /// Where planned work stands. Compare IATI `ActivityStatus`, whose codes 1 to 6 are PLANNED, ACTIVE, ENDED,
    /// CLOSED, CANCELLED and SUSPENDED.
    pub enum ProgrammeStatus {
        /// Planned, never seen signed. IATI 1, pipeline or identification.
        Planned = "PLANNED",
        /// Under way. IATI 2, implementation.
        Active = "ACTIVE",
        /// Suspended. IATI 6.
        Suspended = "SUSPENDED",
        /// Its last known end date is past. IATI 3, finalisation: the work is done, money may still move.
        Ended = "ENDED",
        /// A source says that it is closed, or it is long past. IATI 4.
        Closed = "CLOSED",
        /// Given up. IATI 5.
        Cancelled = "CANCELLED",
    }
}

super::code::codes! {
    /// The part that an agency plays. The first four are IATI `OrganisationRole` 1 to 4.
    pub enum Role {
        /// Gives money. IATI 1.
        Funding = "FUNDING",
        /// Answers for it legally. IATI 2.
        Accountable = "ACCOUNTABLE",
        /// Passes money on. IATI 3.
        Extending = "EXTENDING",
        /// Carries it out. IATI 4.
        Implementing = "IMPLEMENTING",
        /// Named by the source as a partner; none of IATI's four.
        Partner = "PARTNER",
    }
}

super::code::codes! {
    /// The way that an agency stands for. Compare the DAC channel categories.
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

/// An agency's part in a programme. IATI: `participating-org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    /// The agency.
    pub agency: AgencyId,
    /// Its part.
    pub role: Role,
    /// What the programme itself calls the agency; `None` when it gives no name. IATI: `participating-org/narrative`.
    pub name_as_published: Option<Text>,
    /// The part in the source's own word.
    pub role_as_published: Option<String>,
    /// The way that it stands for.
    pub channel: Option<Channel>,
    /// The part of the programme's money that it gives or carries out; `None` when nothing is said of it.
    pub money: Option<Money>,
    /// Whether the money comes on top of the other participations'; `false` for an older or overlapping figure.
    pub additional: bool,
    /// The agency's own activity that this one belongs to, as published. IATI: `@activity-id`.
    pub activity: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}

super::code::codes! {
    /// What a budget stands for.
    pub enum BudgetElement {
        /// The money of the whole programme.
        Envelope = "ENVELOPE",
        /// Money added to an envelope.
        TopUp = "TOP_UP",
        /// Money for a longer time.
        Extension = "EXTENSION",
        /// The bilateral part of an envelope.
        BilateralPart = "BILATERAL_PART",
        /// The money of a plan of many funders, of which the programme is one part; never a sum of the donor's.
        AllFunders = "ALL_FUNDERS",
    }
}

super::code::codes! {
    /// Whether a budget is the first or a later one. IATI `BudgetType` 1 and 2.
    pub enum BudgetType {
        /// As first agreed. IATI 1.
        Original = "ORIGINAL",
        /// As changed since. IATI 2.
        Revised = "REVISED",
    }
}

super::code::codes! {
    /// How binding a budget is. IATI `BudgetStatus` 1 and 2.
    pub enum BudgetStatus {
        /// An indication. IATI 1.
        Indicative = "INDICATIVE",
        /// A commitment. IATI 2.
        Committed = "COMMITTED",
    }
}

/// Money planned for a programme over a time. IATI: `budget`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its identifier.
    pub id: BudgetId,
    /// What it stands for.
    pub element: BudgetElement,
    /// First or later; `None` when the source does not say.
    pub r#type: Option<BudgetType>,
    /// How binding; `None` when the source does not say.
    pub status: Option<BudgetStatus>,
    /// The time that it is for.
    pub period: Period,
    /// When it was decided or reported.
    pub as_of: Option<PartialDate>,
    /// The money.
    pub money: Money,
    /// The budget that it takes the place of.
    pub supersedes: Option<BudgetId>,
    /// The budget that contains it.
    pub part_of: Option<BudgetId>,
    /// How we know.
    pub provenance: Provenance,
}

impl Budget {
    /// The budgets of a programme as lines that can be compared; `money` gives an amount in the currency of the sum.
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

/// A country that receives a programme. IATI: `recipient-country`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The country.
    pub country: CountryCode,
    /// Its share in per cent; `None` when no source divides the programme.
    pub percentage: Option<Decimal>,
    /// How we know.
    pub provenance: Provenance,
}

/// A region that receives a programme, or a recipient whose code is on no list of countries.
/// IATI: `recipient-region`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientRegion {
    /// The list that the code is from, `1` for OECD DAC regions; `None` for a country code that no list has.
    /// Source: IATI `RegionVocabulary`.
    pub vocabulary: Option<String>,
    /// The code as published; its name where the source gives that alone.
    pub code: String,
    /// Its name in the source's own words.
    pub name: Option<Text>,
    /// Its share in per cent; `None` when the source does not divide the programme.
    pub percentage: Option<Decimal>,
    /// How we know.
    pub provenance: Provenance,
}

/// A place that a programme works in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The place.
    pub location: LocationId,
    /// Its name in the source's own words.
    pub name_as_published: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}

/// What a programme is for. IATI: `sector`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectorShare {
    /// The sector in the source's own words; `None` where it gives a code alone.
    pub name_as_published: Option<Text>,
    /// The list that the code is from, `1` for DAC purpose codes. Source: IATI `SectorVocabulary`.
    pub vocabulary: Option<String>,
    /// The code as published, of any list.
    pub code: Option<String>,
    /// The DAC code, where one fits clearly; our reading unless the provenance says STATED.
    pub sector: Option<SectorCode>,
    /// Its share in per cent; `None` when no source divides the programme.
    pub percentage: Option<Decimal>,
    /// How we know.
    pub provenance: Provenance,
}

/// A piece of planned work. IATI: `iati-activity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programme {
    /// Its identifier.
    pub id: ProgrammeId,
    /// What kind of work it is.
    pub kind: ProgrammeKind,
    /// The pillar that it belongs to.
    pub pillar: Pillar,
    /// The country whose cooperation it is part of; who pays stands in the participations.
    pub donor: Option<CountryCode>,
    /// The programme that contains it.
    pub parent: Option<ProgrammeId>,
    /// The third of its kind in its country: 3.
    pub ordinal: Option<u32>,
    /// Its title.
    pub title: Text,
    /// Other names that it is found by: `ICP III`.
    pub aliases: Vec<String>,
    /// Its time as first agreed.
    pub period: Period,
    /// Its end after extensions.
    pub extended_until: Option<PartialDate>,
    /// Where it stands; `None` when no source says.
    pub status: Option<ProgrammeStatus>,
    /// The countries that receive it.
    pub recipients: Vec<Recipient>,
    /// The agencies and their parts.
    pub participations: Vec<Participation>,
    /// Its money over time.
    pub budgets: Vec<Budget>,
    /// The places that it works in.
    pub sites: Vec<Site>,
    /// What it is for.
    pub sectors: Vec<SectorShare>,
    /// The regions that receive it.
    pub regions: Vec<RecipientRegion>,
    /// What its publisher reports of it besides; `None` for what no file of a publisher reports.
    pub report: Option<Box<Report>>,
    /// How we know.
    pub provenance: Provenance,
}

impl Programme {
    /// Its time with extensions: what *in force* means.
    pub fn period_in_force(&self) -> Period {
        let end = match (self.period.end, self.extended_until) {
            (Some(end), Some(extended)) => Some(end.max(extended)),
            (end, extended) => end.or(extended),
        };
        Period { start: self.period.start, end }
    }

    /// Where its parts were read from, their citations apart.
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
