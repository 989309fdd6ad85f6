//! What every request passes: a deadline, and safe headers.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use crate::graphql::error::ErrorCode;

/// Answers that are no pages may do nothing at all.
const POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Headers of every answer that does not bring its own.
const HEADERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (X_FRAME_OPTIONS, "DENY"),
    (CONTENT_SECURITY_POLICY, POLICY),
    (CACHE_CONTROL, "no-cache"),
];

pub(super) async fn headers(request: Request, next: Next) -> Response {
    let is_private = request.headers().contains_key(AUTHORIZATION);
    let mut response = next.run(request).await;
    if is_private {
        // What was asked with a token is nobody else's.
        let keep = HeaderValue::from_static("private, no-cache");
        response.headers_mut().entry(CACHE_CONTROL).or_insert(keep);
    }
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

pub(super) async fn deadline(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let limit = limit.as_secs_f32();
        Refusal::new(
            ErrorCode::Timeout,
            format!("the answer took longer than {limit} s; ask for less"),
        )
        .into_response()
    })
}
