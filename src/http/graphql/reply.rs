//! Response in flight: an encoded response with its charge to the quota of unsent bytes.

use std::sync::Arc;

use axum::response::Response;

use super::response::EncodedResponse;
use crate::http::content::negotiation::Media;
use crate::model::client::Client;
use crate::server::paced;
use crate::server::quota::{Permit, Quota};

/// A response on its way to a client.
#[derive(Clone, Debug)]
pub(in crate::http) struct Reply {
    pub(in crate::http) written: Arc<EncodedResponse>,
    pub(in crate::http) held: Option<Arc<Permit>>,
}

impl Reply {
    /// Charges a response to the quota of unsent bytes. If it is exhausted, returns an uncharged error instead.
    pub(super) fn charged(unsent: &Quota, client: Client, written: Arc<EncodedResponse>) -> Self {
        match paced::charge(unsent, client, written.bytes.len()) {
            Ok(held) => Self { written, held: Some(held) },
            Err(exceeded) => Self::free(Arc::new(EncodedResponse::refusal(&exceeded.into()))),
        }
    }

    /// Creates a response that is not charged.
    pub(in crate::http) fn free(written: Arc<EncodedResponse>) -> Self {
        Self { written, held: None }
    }

    /// Converts it to an HTTP response, which carries the charge.
    pub(in crate::http) fn respond(&self, media: Media) -> Response {
        let mut response = self.written.respond(media);
        if let Some(held) = &self.held {
            response.extensions_mut().insert(Arc::clone(held));
        }
        response
    }
}
