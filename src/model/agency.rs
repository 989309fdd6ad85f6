//! Agencies: one record for an organisation, whatever parts it plays.

use super::activity::Document;
use super::country::CountryCode;
use super::date::Period;
use super::id::AgencyId;
use super::money::Money;
use super::origin::{Origin, Provenance};
use super::programme::BudgetStatus;
use super::text::{Language, Text};

super::code::codes! {
    /// What an organisation is. Coarser than IATI's `OrganisationType`, with the kinds that missions need.
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
        /// None of these, or not said.
        Other = "OTHER",
    }
}

super::code::codes! {
    /// How an organisation stands in the data.
    pub enum Standing {
        /// Others tell of it.
        Mentioned = "MENTIONED",
        /// It reports activities under its identifier.
        Reporter = "REPORTER",
        /// A file of organisations tells of it.
        OwnFile = "OWN_FILE",
    }
}

super::code::codes! {
    /// Who calls an organisation by a name. Later ones count before earlier ones.
    pub enum NameSource {
        /// Others mention it.
        Others = "OTHERS",
        /// It reports under another of its identifiers.
        ItselfElsewhere = "ITSELF_ELSEWHERE",
        /// Its own file of organisations is under another of its identifiers.
        OwnFileElsewhere = "OWN_FILE_ELSEWHERE",
        /// It reports activities.
        Itself = "ITSELF",
        /// Its own file of organisations.
        OwnFile = "OWN_FILE",
    }
}

/// How often an organisation is called by a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse {
    /// The language of the name.
    pub language: Language,
    /// The name.
    pub name: String,
    /// Who calls it so.
    pub source: NameSource,
    /// How often.
    pub times: u32,
}

super::code::codes! {
    /// What a figure of a whole organisation stands for. Source: IATI Standard 2.03, organisation file.
    pub enum AgencyBudgetKind {
        /// All that it plans. IATI: `total-budget`.
        Total = "TOTAL",
        /// What it plans to give to an organisation. IATI: `recipient-org-budget`.
        RecipientOrganisation = "RECIPIENT_ORGANISATION",
        /// What it plans for a country. IATI: `recipient-country-budget`.
        RecipientCountry = "RECIPIENT_COUNTRY",
        /// What it plans for a region. IATI: `recipient-region-budget`.
        RecipientRegion = "RECIPIENT_REGION",
        /// All that it spent. IATI: `total-expenditure`.
        Expenditure = "EXPENDITURE",
    }
}

/// A figure of a whole organisation; it overlaps with those of its activities, and is never added to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgencyBudget {
    /// What it stands for.
    pub kind: AgencyBudgetKind,
    /// How binding it is; `None` when the source does not say.
    pub status: Option<BudgetStatus>,
    /// The time that it is for.
    pub period: Period,
    /// The organisation, country or region that it is for, by the code or identifier as published.
    pub recipient: Option<String>,
    /// What the source calls that organisation, country or region; `None` when it gives no words.
    pub recipient_name: Option<Text>,
    /// The money.
    pub money: Money,
    /// Where it stands.
    pub origin: Origin,
}

/// An organisation. IATI: `organisation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its identifier.
    pub id: AgencyId,
    /// Its name.
    pub name: Text,
    /// How often publishers call it what; empty for the seed's own record. The name is chosen from it.
    pub name_uses: Vec<NameUse>,
    /// Its acronym: `WFP`.
    pub acronym: Option<String>,
    /// Other names that it is found by.
    pub aliases: Vec<String>,
    /// Other identifiers that it is published under, as whoever tells of it says.
    pub identifiers: Vec<String>,
    /// How it stands in the data.
    pub standing: Standing,
    /// Its type as published. Source: IATI `OrganisationType`.
    pub r#type: Option<String>,
    /// What it is.
    pub kind: AgencyKind,
    /// Where it is at home; `None` for an international body.
    pub country: Option<CountryCode>,
    /// Its page on the web.
    pub website: Option<String>,
    /// What it plans and spends as a whole. IATI organisation file.
    pub budgets: Vec<AgencyBudget>,
    /// Its documents. IATI organisation file.
    pub documents: Vec<Document>,
    /// How we know.
    pub provenance: Provenance,
}
