//! Sources: the publications that say it.

use super::date::PartialDate;
use super::id::SourceId;
use super::money::Absence;
use super::origin::Origin;

super::code::codes! {
    /// What a publication is.
    pub enum SourceKind {
        /// A page of a government.
        GovernmentPage = "GOVERNMENT_PAGE",
        /// A press release or speech of a public body.
        PressRelease = "PRESS_RELEASE",
        /// An annual report.
        AnnualReport = "ANNUAL_REPORT",
        /// A page of an executing agency.
        AgencyPage = "AGENCY_PAGE",
        /// A page of a mission.
        MissionPage = "MISSION_PAGE",
        /// A newspaper, broadcaster or portal.
        Press = "PRESS",
        /// An official list of codes.
        CodeList = "CODE_LIST",
        /// A published dataset.
        Dataset = "DATASET",
        /// None of these.
        Other = "OTHER",
    }
}

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its identifier.
    pub id: SourceId,
    /// Its title, in its own language.
    pub title: String,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// Where it is, or was.
    pub url: Option<String>,
    /// When it was published.
    pub published: Option<PartialDate>,
    /// Why there is no such date, where that is known.
    pub published_absence: Option<Absence>,
    /// Its language, by the two letters of ISO 639-1: `en`.
    pub language: Option<String>,
    /// What it is.
    pub kind: SourceKind,
    /// Digest of the text that was read, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Length of the text that was read, in bytes.
    pub bytes: Option<u64>,
    /// A remark of ours.
    pub note: Option<String>,
    /// The line of our file that holds it.
    pub origin: Origin,
    /// What is known of it from its own text, such as a date that it lacks.
    pub citations: Vec<super::origin::Citation>,
}
