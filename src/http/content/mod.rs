//! Content of responses: media type negotiation, content codings, compression, entity tags, and byte ranges of spooled
//! representations.

pub(super) mod coding;
mod compressed_body;
pub(super) mod compression;
pub(super) mod etag;
mod follower;
pub(super) mod negotiation;
mod range;
pub(super) mod spool;
mod spooled;
