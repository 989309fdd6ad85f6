//! Response in flight: an encoded response with its charge to the byte budget.

use std::sync::Arc;

use axum::response::Response;

use super::access::Client;
use super::budget::{ByteBudget, Held};
use super::negotiation::Media;
use super::response::EncodedResponse;

/// A response on its way to a client.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) written: Arc<EncodedResponse>,
    pub(super) held: Option<Arc<Held>>,
}

impl Reply {
    /// Creates a response that is not charged to the budget.
    pub(super) fn free(written: Arc<EncodedResponse>) -> Self {
        Self { written, held: None }
    }

    /// Converts it to an HTTP response, which carries the charge.
    pub(super) fn respond(&self, media: Media) -> Response {
        let mut response = self.written.respond(media);
        if let Some(held) = &self.held {
            response.extensions_mut().insert(Arc::clone(held));
        }
        response
    }
}

impl ByteBudget {
    /// Charges a response to the budget. If the budget is exhausted, returns an uncharged error instead.
    pub(super) fn reply(&self, client: Client, written: Arc<EncodedResponse>) -> Reply {
        match self.hold(client, written.bytes.len()) {
            Ok(held) => Reply { written, held: Some(held) },
            Err(refusal) => Reply::free(Arc::new(EncodedResponse::refusal(&refusal))),
        }
    }
}
