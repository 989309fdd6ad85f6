//! Agencies: organisations, one record each for all their roles.

use super::activity::Document;
use super::country::CountryCode;
use super::date::Period;
use super::id::AgencyId;
use super::money::Money;
use super::origin::{Origin, Provenance};
use super::programme::BudgetStatus;
use super::text::{Language, Text};

super::code::codes! {
    /// Kind of organisation. Coarser than IATI `OrganisationType`, with additional kinds for missions.
    pub enum AgencyKind {
        /// A government, a ministry or a public body.
        Government = "GOVERNMENT",
        /// A bilateral executing agency, such as LuxDev.
        Bilateral = "BILATERAL",
        /// An international organisation.
        Multilateral = "MULTILATERAL",
        /// A non-governmental organisation.
        Ngo = "NGO",
        /// A body of the Red Cross and Red Crescent Movement.
        RedCross = "RED_CROSS",
        /// A university or research body.
        University = "UNIVERSITY",
        /// Armed forces.
        ArmedForces = "ARMED_FORCES",
        /// Police, gendarmerie or guards.
        Police = "POLICE",
        /// A private body.
        Private = "PRIVATE",
        /// None of these, or not stated.
        Other = "OTHER",
    }
}

super::code::codes! {
    /// Evidence for an organisation in the data.
    pub enum Standing {
        /// Other publishers mention it.
        Mentioned = "MENTIONED",
        /// It reports activities under its identifier.
        Reporter = "REPORTER",
        /// An organisation file describes it.
        OwnFile = "OWN_FILE",
    }
}

super::code::codes! {
    /// Publisher of an organisation's name. Later values take precedence over earlier ones.
    pub enum NameSource {
        /// Other publishers that mention it.
        Others = "OTHERS",
        /// The organisation itself, reporting activities under another of its identifiers.
        ItselfElsewhere = "ITSELF_ELSEWHERE",
        /// The organisation's own organisation file, under another of its identifiers.
        OwnFileElsewhere = "OWN_FILE_ELSEWHERE",
        /// The organisation itself, reporting activities.
        Itself = "ITSELF",
        /// The organisation's own organisation file.
        OwnFile = "OWN_FILE",
    }
}

/// Number of uses of a name for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse {
    /// Language of the name.
    pub language: Language,
    /// Name as published.
    pub name: String,
    /// Publisher of the name.
    pub source: NameSource,
    /// Number of uses.
    pub times: u32,
}

super::code::codes! {
    /// Kind of figure of a whole organisation. Source: IATI Standard 2.03, organisation file.
    pub enum AgencyBudgetKind {
        /// Its total planned budget. IATI: `total-budget`.
        Total = "TOTAL",
        /// Budget planned for a recipient organisation. IATI: `recipient-org-budget`.
        RecipientOrganisation = "RECIPIENT_ORGANISATION",
        /// Budget planned for a recipient country. IATI: `recipient-country-budget`.
        RecipientCountry = "RECIPIENT_COUNTRY",
        /// Budget planned for a recipient region. IATI: `recipient-region-budget`.
        RecipientRegion = "RECIPIENT_REGION",
        /// Its total expenditure. IATI: `total-expenditure`.
        Expenditure = "EXPENDITURE",
    }
}

/// Figure of a whole organisation. It overlaps with the figures of its activities and is never added to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyBudget {
    /// Kind of figure.
    pub kind: AgencyBudgetKind,
    /// Indicative or committed; `None` when the source does not state it.
    pub status: Option<BudgetStatus>,
    /// Period of the figure.
    pub period: Period,
    /// Recipient organisation, country or region, by its code or identifier as published.
    pub recipient: Option<String>,
    /// Name of the recipient as published; `None` without a name.
    pub recipient_name: Option<Text>,
    /// Amount, or the reason for its absence.
    pub money: Money,
    /// File and line of the element.
    pub origin: Origin,
}

/// Organisation. IATI: `organisation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Identifier of the organisation.
    pub id: AgencyId,
    /// Chosen name.
    pub name: Text,
    /// Names in use, with their frequency; the name is chosen from them. Empty for records of the seed.
    pub name_uses: Vec<NameUse>,
    /// Acronym: `WFP`.
    pub acronym: Option<Text>,
    /// Further names that lookups match.
    pub aliases: Vec<String>,
    /// Further identifiers in use for it, as published.
    pub identifiers: Vec<String>,
    /// Evidence for the organisation in the data.
    pub standing: Standing,
    /// Published code of IATI `OrganisationType`.
    pub r#type: Option<String>,
    /// Kind of organisation.
    pub kind: AgencyKind,
    /// Country of its seat; `None` for an international body.
    pub country: Option<CountryCode>,
    /// Address of its website.
    pub website: Option<String>,
    /// Budgets and expenditure of the whole organisation. Source: IATI organisation file.
    pub budgets: Vec<AgencyBudget>,
    /// Documents of the organisation. Source: IATI organisation file.
    pub documents: Vec<Document>,
    /// Provenance of the record.
    pub provenance: Provenance,
}
