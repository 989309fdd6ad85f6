//! The part of an address that a route leaves open.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::refusal::Refusal;

/// What an address says where its route leaves it open, as text.
#[derive(Debug)]
pub(super) struct Rest(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Rest {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let read = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = read.map_err(|_| Refusal::input("the address is no text in UTF-8"))?;
        Ok(Self(text))
    }
}
