//! Routes of the service.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{OriginalUri, State};
use axum::http::header::{
    ACCEPT, ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    IF_RANGE, RANGE, RETRY_AFTER,
};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::access::{self, Access, AccessRole};
use super::error::{HttpCode, HttpError};
use super::middleware::Middleware;
use super::pages::asset::{self, Assets, Keep};
use super::pages::wildcard::Rest;
use super::pages::{health, playground};
use super::{App, Cors, admin, endpoint, mcp, metrics};
use super::{site, tables};
use crate::graphql::DATA_VERSION;
use crate::server::request_id::REQUEST_ID;
use crate::table::format::Format;

/// Time for which a browser may cache a CORS preflight response.
const CORS_AGE: Duration = Duration::from_secs(3600);

pub(super) fn router(app: &App) -> Middleware {
    let metrics = Router::new()
        .route("/metrics", get(metrics::page))
        .route_layer(middleware::from_fn_with_state(AccessRole::Admin, access::require));
    let data = Router::new()
        .route("/schema.graphql", get(schema))
        .route("/q", get(tables::index))
        .route("/q/openapi.json", get(tables::open_api))
        .route("/q/catalog.jsonld", get(tables::catalog))
        .route("/q/{file}", get(tables::rows))
        .route("/llms.txt", get(tables::llms))
        .route("/mcp", post(mcp::post));
    let data = Format::ALL
        .iter()
        .chain([&Format::Svg])
        .fold(data, |data, format| {
            let ad_hoc = get(tables::ad_hoc::get).post(tables::ad_hoc::post);
            data.route(&format!("/q.{}", format.extension()), ad_hoc)
        })
        .route_layer(middleware::from_fn_with_state(AccessRole::Read, access::require));
    let admin = Router::new()
        .route("/admin/import", post(admin::import))
        .route_layer(middleware::from_fn_with_state(AccessRole::Import, access::require));
    // The other routes hold no data. `/graphql` checks the role itself, because a socket authenticates later.
    // Pages check the role themselves, because their errors are pages too.
    let router = site::routes(Router::new())
        .merge(data)
        .merge(metrics)
        .merge(admin)
        .route(endpoint::PATH, get(endpoint::get).post(endpoint::post))
        .route("/playground", get(playground::to_folder))
        .route("/playground/", get(playground::page))
        .route("/playground/queries.json", get(playground::examples))
        .route("/playground/{*path}", get(playground::file))
        .route("/assets/{*path}", get(file))
        .route("/favicon.ico", get(favicon))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(site::nowhere)
        .method_not_allowed_fallback(other_method)
        .with_state(app.clone());
    Middleware::of(router, app, cors(&app.edge.cors))
}

/// Builds the routes of the metrics address: open to every client, and without metrics of their own.
pub(super) fn metrics_router(app: App, access: Access) -> Middleware {
    let router = Router::new()
        .route("/metrics", get(metrics::page))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(site::nowhere)
        .method_not_allowed_fallback(other_method)
        .with_state(app);
    Middleware::of_metrics(router, access)
}

/// Returns the CORS layer, or `None` if no other origin may read responses. It covers only anonymous access: pages
/// cannot send a token, and credentials are not allowed.
fn cors(cors: &Cors) -> Option<CorsLayer> {
    let origins = match cors {
        Cors::Own => return None,
        Cors::Origins(origins) => AllowOrigin::list(origins.iter().cloned()),
        Cors::Any => AllowOrigin::from(Any),
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([
            ACCEPT,
            CONTENT_TYPE,
            IF_NONE_MATCH,
            IF_RANGE,
            RANGE,
            endpoint::COST,
            mcp::protocol::VERSION,
            mcp::protocol::METHOD,
            mcp::protocol::NAME,
            REQUEST_ID,
        ])
        .expose_headers([
            ETAG,
            RETRY_AFTER,
            ACCEPT_RANGES,
            CONTENT_LENGTH,
            CONTENT_RANGE,
            tables::ROWS,
            tables::WARNINGS,
            DATA_VERSION,
            REQUEST_ID,
        ])
        .max_age(CORS_AGE);
    Some(layer)
}

/// Handles `/schema.graphql`: the schema in SDL. Disabled together with introspection.
async fn schema(State(app): State<App>) -> Result<Response, HttpError> {
    if !app.service.tells_schema() {
        let message = "schema not available: introspection is off";
        return Err(HttpError::new(HttpCode::Forbidden, message));
    }
    let kept = Extension(Arc::clone(&app.sdl_forms));
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], kept, app.sdl.to_string()).into_response())
}

async fn file(Rest(path): Rest, headers: HeaderMap) -> Result<Response, HttpError> {
    asset::answer(Assets::get(&path), &path, Keep::Ask, &headers)
}

async fn favicon(headers: HeaderMap) -> Result<Response, HttpError> {
    file(Rest("favicon.svg".to_owned()), headers).await
}

async fn other_method(method: Method, OriginalUri(uri): OriginalUri) -> HttpError {
    HttpError::new(HttpCode::MethodNotAllowed, format!("`{}` does not allow {method}", uri.path()))
}
