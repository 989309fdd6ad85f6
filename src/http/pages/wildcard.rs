//! Extractor for the wildcard part of a path.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use crate::http::error::HttpError;

/// The wildcard part of a path, percent-decoded.
#[derive(Debug)]
pub(in crate::http) struct Rest(pub(in crate::http) String);

impl<S: Send + Sync> FromRequestParts<S> for Rest {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let read = Path::<String>::from_request_parts(parts, state).await;
        let Path(text) = read.map_err(|_| HttpError::input("invalid path: not UTF-8"))?;
        Ok(Self(text))
    }
}
