//! Request for a page: its address, its language, and the caller.

use axum::extract::{FromRequestParts, OriginalUri, Query};
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri};

use crate::http::access::Caller;
use crate::http::content::negotiation::thousandths;
use crate::http::error::{HttpCode, HttpError};
use crate::site::address::Address;
use crate::site::language::Language;

/// Request for a page.
#[derive(Debug)]
pub(in crate::http) struct PageRequest {
    pub(in crate::http) address: Address,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for PageRequest {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let unknown = || HttpError::new(HttpCode::Unauthenticated, "caller not identified");
        let caller = parts.extensions.get::<Caller>().cloned().ok_or_else(unknown)?;
        let uri = OriginalUri::from_request_parts(parts, state).await;
        let OriginalUri(uri) = uri.unwrap_or_else(|never| match never {});
        // A query that is no text has no parameters.
        let query = Query::<Vec<(String, String)>>::try_from_uri(&uri);
        let parameters = query.map(|Query(parameters)| parameters).unwrap_or_default();
        let headers = parts.headers.clone();
        let address = Address::new(uri.path(), parameters, language(&headers));
        Ok(Self { address, uri, headers, caller })
    }
}

impl PageRequest {
    /// Returns true for a client that shows pages: a browser.
    pub(in crate::http) fn wants_page(&self) -> bool {
        let accepts = self.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        accepts.into_iter().any(|value| value.contains("text/html"))
    }
}

/// Negotiates the language: the one with the most weight, the first among equals, English if none is accepted. Source: RFC
/// 9110, `Accept-Language`.
fn language(headers: &HeaderMap) -> Language {
    let given = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut best = (0, Language::default());
    for range in given.flat_map(|value| value.split(',')) {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters.trim().strip_prefix("q=").map_or(1_000, thousandths);
        if let Some(language) = Language::parse(tag).filter(|_| weight > best.0) {
            best = (weight, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_accepted_language_with_the_highest_weight_is_chosen() {
        let of = |accepted: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accepted));
            language(&headers).code()
        };
        assert_eq!(of("fr-LU, en;q=0.8"), "fr");
        assert_eq!(of("de, en;q=0.5, fr;q=0.7"), "fr");
        assert_eq!(of("de, fr;q=0"), "en");
        assert_eq!(of("*"), "en");
        assert_eq!(language(&HeaderMap::new()).code(), "en");
    }
}
