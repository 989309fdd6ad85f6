//! Request log: metrics and log lines of each request and operation.
//!
//! Never logs query strings, headers or variables, which may contain private data. Logs the text of a GraphQL query only
//! if configured.

use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::http::Method;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use clap::ValueEnum;
use serde::Deserialize;

use super::access::Caller;
use super::digest::digest;
use super::error::ErrorMark;
use super::graphql::response::EncodedResponse;
use super::metrics::{OperationEnd, SharedMetrics};

/// Maximum number of bytes of a query text in the log.
const TEXT: usize = 4_096;

/// Options of the request log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The access log.
    pub log: AccessLog,
    /// Duration from which an operation is logged as slow.
    pub slow: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { log: AccessLog::Off, slow: Duration::from_secs(2) }
    }
}

/// Content of the access log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessLog {
    /// Nothing.
    #[default]
    Off,
    /// A line for each request (caller, address, path, status, time) and for each operation (digest of its text).
    Requests,
    /// The same with query texts, without variables.
    Queries,
}

/// Request log. Clones share state.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub(super) metrics: SharedMetrics,
    pub(super) options: Options,
}

impl Account {
    /// Records a request.
    pub(super) fn request(
        &self,
        method: &Method,
        path: &str,
        caller: &Caller,
        response: &Response,
        took: Duration,
    ) {
        self.metrics.answered(path, response.status(), took);
        if let Some(ErrorMark { code, limit }) = response.extensions().get() {
            self.metrics.refused(*code, *limit);
        }
        let (status, took_us) = (response.status().as_u16(), microseconds(took));
        if self.options.log != AccessLog::Off {
            let address = caller.address();
            tracing::info!(target: "access", %method, path, status, took_us, %caller, %address, "request");
        }
        // Responses with `Retry-After` are only counted: under overload, thousands of log lines a second would slow down
        // the requests that are served.
        let is_put_off = response.headers().contains_key(RETRY_AFTER);
        if response.status().is_server_error() && !is_put_off {
            tracing::warn!(%method, path, status, took_us, "request failed");
        } else {
            tracing::debug!(%method, path, status, took_us, "request");
        }
    }

    /// Records an operation of any transport.
    pub(super) fn operation(&self, kind: OperationType, answer: &EncodedResponse, took: Duration) {
        let end = match (answer.refused, answer.is_err) {
            (Some(code), _) => {
                self.metrics.refused(code, answer.limit.as_deref());
                OperationEnd::Refused
            }
            (None, true) => OperationEnd::Errors,
            (None, false) => OperationEnd::Data,
        };
        self.metrics.ended(kind, end, took);
        let is_slow = took >= self.options.slow;
        if !is_slow && self.options.log == AccessLog::Off {
            return;
        }
        let text = answer.text.as_deref().unwrap_or_default();
        let (document, took_us) = (digest(text), microseconds(took));
        if is_slow {
            tracing::warn!(document, took_us, "slow query");
        }
        match self.options.log {
            AccessLog::Off => {}
            AccessLog::Requests => {
                tracing::info!(target: "access", document, %kind, ?end, took_us, "operation");
            }
            AccessLog::Queries => {
                let query = beginning(text);
                tracing::info!(target: "access", document, query, %kind, ?end, took_us, "operation");
            }
        }
    }

    /// Counts a request that was rejected before it became an operation.
    pub(super) fn refusal(&self, refused: ErrorMark) {
        self.metrics.refused(refused.code, refused.limit);
    }
}

fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// Returns the beginning of a text, cut at a character boundary.
fn beginning(text: &str) -> &str {
    let end = (0..=TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_truncated_at_character_boundaries() {
        assert_eq!(beginning("{a}"), "{a}");
        assert_eq!(beginning(&"é".repeat(3_000)).len(), TEXT);
        assert_eq!(beginning(&format!("a{}", "é".repeat(3_000))).len(), TEXT - 1);
    }
}
