//! What is kept of each request: counts, and lines in the log.
//!
//! Never the query of an address, a header or a variable: they may hold what is nobody's business. The text of a query
//! stands in the log only where that was asked for.

use std::time::Duration;

use async_graphql::parser::types::OperationType;
use axum::http::Method;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use clap::ValueEnum;
use serde::Deserialize;

use super::access::Caller;
use super::answer::Written;
use super::metrics::{End, Shared};
use super::persisted::digest;
use super::refusal::Refused;

/// The most that is logged of a query's text, in bytes.
const TEXT: usize = 4_096;

/// What is kept of each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The access log.
    pub log: AccessLog,
    /// How long an operation may take before the log names it.
    pub slow: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { log: AccessLog::Off, slow: Duration::from_secs(2) }
    }
}

/// What the access log holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessLog {
    /// Nothing.
    #[default]
    Off,
    /// A line for each request (who, from where, what, status, time), and one for each operation (its digest).
    Requests,
    /// The same with the texts of queries, without their variables.
    Queries,
}

/// What keeps account. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    pub(super) metrics: Shared,
    pub(super) options: Options,
}

impl Account {
    /// Keeps account of a request.
    pub(super) fn request(
        &self,
        method: &Method,
        path: &str,
        caller: &Caller,
        response: &Response,
        took: Duration,
    ) {
        self.metrics.answered(path, response.status(), took);
        if let Some(Refused { code, limit }) = response.extensions().get() {
            self.metrics.refused(*code, *limit);
        }
        let (status, took_us) = (response.status().as_u16(), microseconds(took));
        if self.options.log != AccessLog::Off {
            let address = caller.address();
            tracing::info!(target: "access", %method, path, status, took_us, %caller, %address, "request");
        }
        // Who is told to come back is counted. A line for each, of which there may be thousands a second, would take time
        // from those who are answered.
        let is_put_off = response.headers().contains_key(RETRY_AFTER);
        if response.status().is_server_error() && !is_put_off {
            tracing::warn!(%method, path, status, took_us, "request failed");
        } else {
            tracing::debug!(%method, path, status, took_us, "request");
        }
    }

    /// Keeps account of an operation, whatever it came by.
    pub(super) fn operation(&self, kind: OperationType, answer: &Written, took: Duration) {
        let end = match (answer.refused, answer.is_err) {
            (Some(code), _) => {
                self.metrics.refused(code, answer.limit.as_deref());
                End::Refused
            }
            (None, true) => End::Errors,
            (None, false) => End::Data,
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

    /// Counts what was refused before it was an operation.
    pub(super) fn refusal(&self, refused: Refused) {
        self.metrics.refused(refused.code, refused.limit);
    }
}

fn microseconds(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}

/// The beginning of a text.
fn beginning(text: &str) -> &str {
    let end = (0..=TEXT.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(beginning("{a}"), "{a}");
        assert_eq!(beginning(&"é".repeat(3_000)).len(), TEXT);
        assert_eq!(beginning(&format!("a{}", "é".repeat(3_000))).len(), TEXT - 1);
    }
}
