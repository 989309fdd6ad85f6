//! Frozen struct of sources, that is, publications.

use super::frozen::frozen;
use super::part::{CitationV1, OriginV1};
use crate::model::source::Source;

frozen! {
    SourceV1 = Source {
        id: String,
        title: String,
        publisher: Option<String>,
        url: Option<String>,
        published: Option<String>,
        published_absence: Option<String>,
        language: Option<String>,
        kind: String,
        sha256: Option<String>,
        bytes: Option<u64>,
        note: Option<String>,
        origin: OriginV1,
        citations: Vec<CitationV1>,
    }
}
