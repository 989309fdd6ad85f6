//! An answer on its way to a client: its bytes, and what counts for them until they are taken.

use std::sync::Arc;

use axum::response::Response;

use super::access::Client;
use super::answer::Written;
use super::budget::{Budget, Held};
use super::media::Media;

/// An answer on its way to a client.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) written: Arc<Written>,
    pub(super) held: Option<Arc<Held>>,
}

impl Reply {
    /// An answer that is not counted.
    pub(super) fn free(written: Arc<Written>) -> Self {
        Self { written, held: None }
    }

    /// The answer in a form; what counts for it goes along.
    pub(super) fn respond(&self, media: Media) -> Response {
        let mut response = self.written.respond(media);
        if let Some(held) = &self.held {
            response.extensions_mut().insert(Arc::clone(held));
        }
        response
    }
}

impl Budget {
    /// An answer that is counted; or the refusal that takes its place, which is too small to be.
    pub(super) fn reply(&self, client: Client, written: Arc<Written>) -> Reply {
        match self.hold(client, written.bytes.len()) {
            Ok(held) => Reply { written, held: Some(held) },
            Err(refusal) => Reply::free(Arc::new(Written::refusal(&refusal))),
        }
    }
}
