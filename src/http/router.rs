//! Every address of the service, on one screen.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, OriginalUri, Path, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::access::{self, Role};
use super::asset::{self, Assets, Keep};
use super::refusal::{Refusal, panicked};
use super::request_id::REQUEST_ID;
use super::{
    App, Cors, Options, account, admin, encoding, graphql, guard, health, landing, metrics,
    playground, request_id, saved,
};
use crate::graphql::DATA_VERSION;
use crate::graphql::error::ErrorCode;

/// How long a browser may keep what it was told about other origins.
const CORS_AGE: Duration = Duration::from_secs(3600);

pub(super) fn router(app: &App, options: &Options) -> Router {
    let (access, account) = (app.access.clone(), app.account.clone());
    let figures = Router::new()
        .route("/metrics", get(metrics::page))
        .route_layer(middleware::from_fn_with_state(Role::Admin, access::require));
    let data = Router::new()
        .route("/", get(landing::page))
        .route("/schema.graphql", get(schema))
        .route("/q", get(saved::index))
        .route("/q/{file}", get(saved::rows))
        .route_layer(middleware::from_fn_with_state(Role::Read, access::require));
    // A file takes the time that it takes, and has a bound of its own.
    let admin = Router::new()
        .route("/admin/import", post(admin::import))
        .route_layer(middleware::from_fn_with_state(Role::Import, access::require))
        .method_not_allowed_fallback(other_method)
        .with_state(app.clone());
    // What is here besides holds no data; `/graphql` asks by itself, since a socket says later who it is.
    let router = Router::new()
        .merge(data)
        .merge(figures)
        .route("/graphql", get(graphql::get).post(graphql::post))
        .route("/playground", get(playground::to_folder))
        .route("/playground/", get(playground::page))
        .route("/playground/queries.json", get(playground::examples))
        .route("/playground/{*path}", get(playground::file))
        .route("/assets/{*path}", get(file))
        .route("/favicon.ico", get(favicon))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(nowhere)
        .method_not_allowed_fallback(other_method)
        .with_state(app.clone())
        .layer(DefaultBodyLimit::max(options.limits.body))
        .layer(middleware::from_fn_with_state(options.request_timeout, guard::deadline))
        .merge(admin)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(access, access::identify));
    let router = match cors(&options.cors) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router
        .layer(middleware::from_fn(encoding::compress))
        .layer(middleware::from_fn(guard::headers))
        .layer(middleware::from_fn_with_state(account, account::keep))
        .layer(middleware::from_fn(request_id::name))
}

/// What is answered where figures are taken: at an address of its own, to whoever reaches it.
pub(super) fn figures(app: App) -> Router {
    Router::new()
        .route("/metrics", get(metrics::page))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .fallback(nowhere)
        .method_not_allowed_fallback(other_method)
        .with_state(app)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(guard::headers))
}

/// What lets pages of other origins read answers; nothing where none may. Only what is open to everybody: a page can
/// neither send a token nor have its browser send what it knows of the user.
fn cors(cors: &Cors) -> Option<CorsLayer> {
    let origins = match cors {
        Cors::Own => return None,
        Cors::Origins(origins) => AllowOrigin::list(origins.iter().cloned()),
        Cors::Any => AllowOrigin::from(Any),
    };
    let layer = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([ACCEPT, CONTENT_TYPE, IF_NONE_MATCH, graphql::COST, REQUEST_ID])
        .expose_headers([ETAG, RETRY_AFTER, saved::HAS_MORE, DATA_VERSION, REQUEST_ID])
        .max_age(CORS_AGE);
    Some(layer)
}

async fn schema(State(app): State<App>) -> Response {
    let kept = Extension(Arc::clone(&app.sdl_forms));
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], kept, app.sdl.to_string()).into_response()
}

async fn file(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Refusal> {
    asset::answer(Assets::get(&path), &path, Keep::Ask, &headers)
}

async fn favicon(headers: HeaderMap) -> Result<Response, Refusal> {
    file(Path("favicon.svg".to_owned()), headers).await
}

async fn nowhere(OriginalUri(uri): OriginalUri) -> Refusal {
    Refusal::not_found(format!("there is nothing at `{}`; `/` says what there is", uri.path()))
}

async fn other_method(method: Method, OriginalUri(uri): OriginalUri) -> Refusal {
    Refusal::new(ErrorCode::MethodNotAllowed, format!("`{}` does not take {method}", uri.path()))
}
