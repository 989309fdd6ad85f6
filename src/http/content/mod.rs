//! Content of responses: media type negotiation, content codings, compression, entity tags, and byte ranges of spooled
//! representations.

pub(super) mod coding;
mod compressed_body;
pub(super) mod compression;
pub(super) mod etag;
pub(super) mod follower;
pub(super) mod negotiation;
mod range;
pub(super) mod spool;
pub(super) mod spool_writer;
mod spooled;
