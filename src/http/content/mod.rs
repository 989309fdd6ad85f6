//! Content of responses: media type negotiation, content codings, compression and entity tags.

pub(super) mod coding;
pub(super) mod compression;
pub(super) mod etag;
pub(super) mod negotiation;
