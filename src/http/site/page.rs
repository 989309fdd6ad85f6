//! A page: its entity tag, the cache of pages, the execution of its query, and its headers.

use async_graphql::{Request, Variables};
use axum::extract::State;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::failure::{self, Failure, HTML};
use super::request::PageRequest;
use crate::graphql::error::ErrorCode;
use crate::graphql::execution::prepared::Answered;
use crate::http::App;
use crate::http::access::AccessRole;
use crate::http::content::etag;
use crate::http::content::negotiation::Media;
use crate::http::error::HttpError;
use crate::http::graphql::response::EncodedResponse;
use crate::http::graphql::response_cache::CacheKey;
use crate::http::pages::asset::Assets;
use crate::site::address::Address;
use crate::site::listing::Listing;
use crate::site::page_kind::PageKind;
use crate::site::{Rendered, Unshown};

/// Headers of the request that select a representation.
const VARIES: HeaderValue = HeaderValue::from_static("accept-language");

/// Handles a page.
pub(super) async fn page(
    State(app): State<App>,
    kind: &'static PageKind,
    request: PageRequest,
) -> Response {
    match made(&app, kind, &request).await {
        Ok(response) => response,
        Err(failure) => failure::page(&app, &request, failure).await,
    }
}

/// Identity of a page: everything beside the data that determines its bytes.
fn identity(app: &App, kind: &PageKind, request: &PageRequest) -> [u8; 32] {
    let address = request.uri.path_and_query().map_or("", |address| address.as_str());
    let language = request.address.language().code();
    let style = Assets::get("site.css").map(|file| file.metadata.sha256_hash()).unwrap_or_default();
    let queries = if kind.shows_listing() { queries(app) } else { String::new() };
    let parts: [&[u8]; 6] = [
        env!("CARGO_PKG_VERSION").as_bytes(),
        kind.document().as_bytes(),
        address.as_bytes(),
        language.as_bytes(),
        &style,
        queries.as_bytes(),
    ];
    etag::digest(parts)
}

/// Texts of the saved queries, which the operator may replace while the service runs.
fn queries(app: &App) -> String {
    app.service.saved().iter().map(|query| query.text().to_owned()).collect()
}

async fn made(
    app: &App,
    kind: &'static PageKind,
    request: &PageRequest,
) -> Result<Response, Failure> {
    request.caller.require(AccessRole::Read)?;
    let address = request.address.clone().at(rest(kind, request.uri.path())?);
    let key = CacheKey::of_page(identity(app, kind, request));
    if let Some((generation, version)) = app.service.in_force() {
        let tag = key.tag(generation, &version, Media::Json);
        if let Some(held) = etag::held(&request.headers, &tag) {
            let response = (StatusCode::NOT_MODIFIED, [(ETAG, held)]).into_response();
            return Ok(finished(app, request, response));
        }
        if let Some(kept) = app.edge.ready.get(generation, key) {
            return Ok(sent(app, request, &kept, tag));
        }
    }
    let (generation, page) = executed(app, kind, request, address).await?;
    let mut encoded = EncodedResponse::new(page.html.into_bytes());
    encoded.version = HeaderValue::from_str(&page.version).ok();
    encoded.generation = Some(generation);
    app.edge.ready.put(generation, key, &encoded);
    Ok(sent(app, request, &encoded, key.tag(generation, &page.version, Media::Json)))
}

/// Returns what the path says after the name of the page, decoded.
fn rest(kind: &PageKind, path: &str) -> Result<String, HttpError> {
    let rest = path.strip_prefix('/').and_then(|path| path.strip_prefix(kind.path()));
    let decoded = percent_decode_str(rest.unwrap_or_default()).decode_utf8();
    let invalid = |_| HttpError::input("invalid path: not UTF-8");
    decoded.map(std::borrow::Cow::into_owned).map_err(invalid)
}

/// Executes the query of a page, and writes the page on the thread of the execution.
async fn executed(
    app: &App,
    kind: &'static PageKind,
    request: &PageRequest,
    address: Address,
) -> Result<(u64, Rendered), Failure> {
    kind.check(&address).map_err(HttpError::input)?;
    let client = request.caller.client();
    let size = match kind.probe() {
        Some(probe) => {
            let variables = Variables::from_json(Value::Object(kind.probe_variables(&address)));
            let query = Request::new(probe).variables(variables);
            let measure = move |answered: Answered| answer(kind, answered);
            PageKind::size(&app.service.execute_for(&client, query, measure).await?.1)
        }
        None => None,
    };
    let variables = kind.variables(&address, size);
    let query = Request::new(kind.document())
        .variables(Variables::from_json(Value::Object(variables.clone())));
    let listing = Listing { tables: app.tables.clone(), queries: app.service.saved() };
    let write = move |answered: Answered| write(kind, &address, variables, &listing, answered);
    app.service.execute_for(&client, query, write).await
}

fn failed(kind: &PageKind, error: &str) -> HttpError {
    tracing::error!(page = kind.path(), error, "page not made");
    HttpError::new(ErrorCode::InternalServerError, "the page could not be made")
}

/// Returns the generation and the data of an answer without errors.
fn answer(kind: &PageKind, answered: Answered) -> Result<(u64, Value), Failure> {
    if let Some(error) = answered.response.errors.first() {
        return Err(HttpError::of(error).into());
    }
    let generation = answered.generation.unwrap_or_default();
    let data = answered.response.data.into_json();
    let data = data.map_err(|err| failed(kind, &err.to_string()))?;
    Ok((generation, data))
}

fn write(
    kind: &PageKind,
    address: &Address,
    variables: Map<String, Value>,
    listing: &Listing,
    answered: Answered,
) -> Result<(u64, Rendered), Failure> {
    let (generation, data) = answer(kind, answered)?;
    match kind.render(data, variables, address, listing) {
        Ok(page) => Ok((generation, page)),
        Err(Unshown::Missing { kind, identifier }) => Err(Failure::NoRecord { kind, identifier }),
        Err(Unshown::Malformed(error)) => Err(failed(kind, &error).into()),
    }
}

fn sent(app: &App, request: &PageRequest, page: &EncodedResponse, tag: HeaderValue) -> Response {
    let mut response = page.respond(Media::Json);
    response.headers_mut().insert(ETAG, tag);
    finished(app, request, response)
}

/// Responds with a page that is made from memory on each request.
pub(in crate::http) fn plain(app: &App, request: &PageRequest, html: String) -> Response {
    let mut response = finished(app, request, html.into_response());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Sets the headers of pages.
fn finished(app: &App, request: &PageRequest, mut response: Response) -> Response {
    let is_private = request.headers.contains_key(AUTHORIZATION);
    let policies = &app.edge.policies;
    let policy = if request.address.is_embedded() { &policies.embedded } else { &policies.own };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HTML);
    headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    headers.insert(CACHE_CONTROL, app.edge.cache_control(is_private));
    headers.insert(VARY, VARIES);
    response
}
