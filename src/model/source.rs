//! Sources: publications that support records.

use super::date::PartialDate;
use super::id::SourceId;
use super::licence::Licence;
use super::money::Absence;
use super::origin::Origin;

super::code::codes! {
    /// Kind of publication.
    pub enum SourceKind {
        /// A page of a government website.
        GovernmentPage = "GOVERNMENT_PAGE",
        /// A press release or speech of a public body.
        PressRelease = "PRESS_RELEASE",
        /// An annual report.
        AnnualReport = "ANNUAL_REPORT",
        /// A page of an executing agency's website.
        AgencyPage = "AGENCY_PAGE",
        /// A page of a mission's website.
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

/// Publication that supports records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Identifier of the source.
    pub id: SourceId,
    /// Title, in the language of the publication.
    pub title: String,
    /// Name of the publisher.
    pub publisher: Option<String>,
    /// Present or former address.
    pub url: Option<String>,
    /// Publication date.
    pub published: Option<PartialDate>,
    /// Reason for an absent publication date, if known.
    pub published_absence: Option<Absence>,
    /// Language, by ISO 639-1 code: `en`.
    pub language: Option<String>,
    /// Kind of publication.
    pub kind: SourceKind,
    /// SHA-256 digest of the text that was read, in lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Length of the text that was read, in bytes.
    pub bytes: Option<u64>,
    /// Remark by the editors of the dataset.
    pub note: Option<String>,
    /// Licence that the publisher states; `None` if unknown.
    pub licence: Option<Licence>,
    /// File and line of the record.
    pub origin: Origin,
    /// Citations about the source itself, such as a missing date.
    pub citations: Vec<super::origin::Citation>,
}
