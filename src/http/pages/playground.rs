//! `/playground/`: the embedded GraphQL playground and its examples.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;
use serde_json::{Map, Value, json};

use super::asset::{Keep, answer};
use super::wildcard::Rest;
use crate::graphql::saved::query::SavedQuery;
use crate::http::App;
use crate::http::error::HttpError;

/// Content security policy of the page: only its own origin.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; \
                      img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Files of the page: the committed bundle of `web/`.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct PlaygroundFiles;

/// Redirects to the path with a trailing slash, so that the URLs of the page can be relative.
pub(in crate::http) async fn to_folder() -> Redirect {
    Redirect::permanent("playground/")
}

pub(in crate::http) async fn page(headers: HeaderMap) -> Result<Response, HttpError> {
    file(Rest("index.html".to_owned()), headers).await
}

pub(in crate::http) async fn file(
    Rest(path): Rest,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    // The bundler puts a digest into the file names of its output.
    let keep = if path.starts_with("assets/") { Keep::Forever } else { Keep::Ask };
    let mut response = answer(PlaygroundFiles::get(&path), &path, keep, &headers)?;
    let policy = axum::http::HeaderValue::from_static(POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Returns the saved queries as examples of the page.
pub(in crate::http) async fn examples(State(app): State<App>) -> Response {
    let examples: Vec<Value> = app.service.saved().iter().map(|query| example(query)).collect();
    Json(examples).into_response()
}

fn example(query: &SavedQuery) -> Value {
    let defaults = query.variables().iter().filter_map(|variable| {
        let value = variable.default_value()?.clone().into_json().ok()?;
        Some((variable.name().to_owned(), value))
    });
    json!({
        "name": query.name(),
        "title": query.title(),
        "answers": query.answers(),
        "query": query.text(),
        "variables": defaults.collect::<Map<_, _>>(),
    })
}
