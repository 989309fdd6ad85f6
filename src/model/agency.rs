//! Agencies: one record for an organisation, whatever parts it plays.

use super::country::CountryCode;
use super::id::AgencyId;
use super::origin::Provenance;
use super::text::Text;

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

/// An organisation. IATI: `organisation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agency {
    /// Its identifier.
    pub id: AgencyId,
    /// Its name.
    pub name: Text,
    /// Its acronym: `WFP`.
    pub acronym: Option<String>,
    /// Other names that it is found by.
    pub aliases: Vec<String>,
    /// What it is.
    pub kind: AgencyKind,
    /// Where it is at home; `None` for an international body.
    pub country: Option<CountryCode>,
    /// Its page on the web.
    pub website: Option<String>,
    /// How we know.
    pub provenance: Provenance,
}
