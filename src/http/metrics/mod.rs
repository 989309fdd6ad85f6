//! `/metrics`: metrics of the service for Prometheus.
//!
//! Label values are from closed lists: routes, kinds, outcomes, codes and limits. Labels never contain text of a client
//! or the name of a token.

mod process;
mod series;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::parser::types::OperationType;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::Code;
use crate::graphql::cache::CacheStats;
use crate::server::counter::{Attempts, ConnectionCounts, Counter};
use series::{Histogram, MetricsPage, outcomes};

/// Media type of the Prometheus text format.
const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Routes with counts of their own. A segment in braces matches any rest of the path.
const ROUTES: [&str; 15] = [
    "/",
    "/graphql",
    "/schema.graphql",
    "/q",
    "/q/{file}",
    "/q.{format}",
    "/mcp",
    "/playground/",
    "/playground/{*path}",
    "/assets/{*path}",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/admin/import",
    OTHER,
];

/// All other paths.
const OTHER: &str = "other";

/// Outcomes of requests.
const OUTCOMES: [&str; 4] = ["answered", "not_modified", "refused", "failed"];

/// Kinds of operations.
const KINDS: [&str; 3] = ["query", "mutation", "subscription"];

/// Outcomes of operations.
const ENDS: [&str; 3] = ["data", "errors", "refused"];

/// Metrics of the service.
#[derive(Debug)]
pub(super) struct Metrics {
    begin: Instant,
    routes: [Route; ROUTES.len()],
    operations: [OperationKind; KINDS.len()],
    refusals: Mutex<BTreeMap<(Code, String), u64>>,
    /// Imports over HTTP.
    pub(super) imports: Attempts,
    pub(super) connections: Arc<ConnectionCounts>,
}

#[derive(Debug, Default)]
struct Route {
    requests: [Counter; OUTCOMES.len()],
    took: Histogram,
}

#[derive(Debug, Default)]
struct OperationKind {
    ends: [Counter; ENDS.len()],
    took: Histogram,
}

/// Outcome of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperationEnd {
    /// Data without errors.
    Data,
    /// Data with errors.
    Errors,
    /// Rejected before execution.
    Refused,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            begin: Instant::now(),
            routes: Default::default(),
            operations: Default::default(),
            refusals: Mutex::default(),
            imports: Attempts::default(),
            connections: Arc::default(),
        }
    }
}

impl Metrics {
    /// Counts a request by path and status.
    pub(super) fn answered(&self, path: &str, status: StatusCode, took: Duration) {
        let at = ROUTES.iter().position(|route| leads_to(route, path)).unwrap_or(ROUTES.len() - 1);
        let outcome = match status {
            StatusCode::NOT_MODIFIED => 1,
            status if status.is_server_error() => 3,
            status if status.is_client_error() => 2,
            _ => 0,
        };
        if let Some(route) = self.routes.get(at) {
            route.took.observe(took);
            route.requests.get(outcome).map(Counter::count).unwrap_or_default();
        }
    }

    /// Counts an operation by kind and outcome.
    pub(super) fn ended(&self, kind: OperationType, end: OperationEnd, took: Duration) {
        let at = match kind {
            OperationType::Query => 0,
            OperationType::Mutation => 1,
            OperationType::Subscription => 2,
        };
        let end_at = match end {
            OperationEnd::Data => 0,
            OperationEnd::Errors => 1,
            OperationEnd::Refused => 2,
        };
        if let Some(kind) = self.operations.get(at) {
            kind.ends.get(end_at).map(Counter::count).unwrap_or_default();
            if end != OperationEnd::Refused {
                kind.took.observe(took);
            }
        }
    }

    /// Counts a rejection by its code and the limit that was exceeded.
    pub(super) fn refused(&self, code: Code, limit: Option<&str>) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        *refusals.entry((code, limit.unwrap_or_default().to_owned())).or_default() += 1;
    }

    fn requests(&self, page: &mut MetricsPage) {
        page.gauge(
            "uptime_seconds",
            "Time since the start of the process.",
            self.begin.elapsed().as_secs(),
        );
        let requests = ROUTES
            .iter()
            .zip(&self.routes)
            .flat_map(|(name, route)| {
                OUTCOMES
                    .iter()
                    .zip(&route.requests)
                    .map(move |(end, count)| ([("route", *name), ("outcome", *end)], count.get()))
            })
            .filter(|(_, count)| *count > 0);
        page.family("http_requests_total", "Requests by route and outcome.", "counter", requests);
        let took = ROUTES.iter().zip(&self.routes).map(|(name, route)| (*name, &route.took));
        page.histograms(
            "http_request_duration_seconds",
            "Time to the response head.",
            "route",
            took,
        );
        let operations = KINDS.iter().zip(&self.operations).flat_map(|(name, kind)| {
            ENDS.iter()
                .zip(&kind.ends)
                .map(move |(end, count)| ([("type", *name), ("outcome", *end)], count.get()))
        });
        page.family(
            "operations_total",
            "GraphQL operations by type and outcome, over all transports.",
            "counter",
            operations,
        );
        let took = KINDS.iter().zip(&self.operations).map(|(name, kind)| (*name, &kind.took));
        page.histograms(
            "operation_duration_seconds",
            "Time to the response of an operation, or to the start of a subscription.",
            "type",
            took,
        );
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let refusals: Vec<_> =
            refusals.iter().map(|((code, limit), count)| (code.as_str(), limit, *count)).collect();
        let refusals = refusals
            .iter()
            .map(|(code, limit, count)| ([("code", *code), ("limit", limit.as_str())], *count));
        page.family(
            "refusals_total",
            "Rejected requests and operations, by code and limit.",
            "counter",
            refusals,
        );
        page.family(
            "imports_total",
            "Imports over HTTP, by outcome.",
            "counter",
            outcomes(&self.imports),
        );
        page.counter("connections_total", "Accepted connections.", self.connections.accepted.get());
        page.counter(
            "connections_turned_away_total",
            "Connections rejected because a limit was reached.",
            self.connections.rejected.get(),
        );
    }
}

/// Returns true if a path matches a route.
fn leads_to(route: &str, path: &str) -> bool {
    match route.split_once('{') {
        Some((begin, _)) => path.strip_prefix(begin).is_some_and(|rest| !rest.is_empty()),
        None => route == path,
    }
}

/// Writes hits, misses and size of each cache.
fn caches(page: &mut MetricsPage, caches: &[(&str, CacheStats)]) {
    let asked = caches.iter().flat_map(|(name, tally)| {
        [
            ([("cache", *name), ("result", "hit")], tally.hits),
            ([("cache", *name), ("result", "miss")], tally.misses),
        ]
    });
    page.family("cache_requests_total", "Cache lookups by result.", "counter", asked);
    for (metric, help, of) in [
        ("cache_entries", "Entries in a cache.", (|tally| tally.entries) as fn(&CacheStats) -> u64),
        ("cache_bytes", "Approximate bytes in a cache.", |tally| tally.bytes),
    ] {
        let held = caches.iter().map(|(name, tally)| ([("cache", *name)], of(tally)));
        page.family(metric, help, "gauge", held);
    }
}

/// Handles `GET /metrics`.
pub(super) async fn page(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, MEDIA)], app.render_metrics()).into_response()
}

impl App {
    /// Renders all metrics in the Prometheus text format.
    fn render_metrics(&self) -> String {
        let (status, edge) = (self.service.status(), &self.edge);
        let mut page = MetricsPage::default();
        self.metrics.requests(&mut page);
        let held = [
            (
                "operations_running",
                "Operations that are executing or queued.",
                self.service.under_way(),
            ),
            ("connections", "Open connections without WebSockets.", edge.connections.taken()),
            (
                "unsent_bytes",
                "Bytes of responses that clients have not yet received.",
                edge.unsent.taken(),
            ),
            ("sockets", "Open WebSockets.", edge.places.taken()),
            ("subscriptions", "Active subscriptions over all transports.", edge.streams.taken()),
        ];
        for (name, help, count) in held {
            page.gauge(name, help, count);
        }
        caches(
            &mut page,
            &[
                ("answers", edge.ready.tally()),
                ("documents", self.service.documents()),
                ("persisted", edge.persisted.tally()),
                ("tables", edge.spool.tally()),
            ],
        );
        let ready = status.ready && !self.stop.has_begun();
        page.gauge(
            "ready",
            "1 if the service answers queries and is not shutting down, otherwise 0.",
            u64::from(ready),
        );
        page.gauge(
            "generation",
            "Number of the current generation; 0 for none.",
            status.generation.unwrap_or(0),
        );
        page.counter("generations_total", "Generations that became current.", status.swaps);
        page.counter("rebuilds_total", "Rebuilds of damaged generations.", status.rebuilds);
        let records = status.counts.iter().map(|(noun, count)| ([("noun", noun.as_str())], *count));
        page.family("records", "Records of the current generation by noun.", "gauge", records);
        if let Some(tls) = &self.tls {
            page.family(
                "certificate_reloads_total",
                "Certificate reloads by outcome.",
                "counter",
                outcomes(tls.reloads()),
            );
        }
        page.family(
            "token_reloads_total",
            "Token file reloads by outcome.",
            "counter",
            outcomes(self.access.reloads()),
        );
        process::write(&mut page);
        page.finish()
    }
}

/// Shared metrics.
pub(super) type SharedMetrics = Arc<Metrics>;
