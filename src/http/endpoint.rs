//! `/graphql`: GraphQL requests by GET and POST. Source: GraphQL over HTTP, working draft.

use async_graphql::parser::types::OperationType;
use async_graphql_axum::GraphQLProtocol;
use axum::Extension;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Query, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::task::yield_now;

use super::access::{AccessRole, Caller};
use super::content::etag;
use super::content::negotiation::{self, Accepted, Media};
use super::error::{HttpError, only_queries};
use super::graphql::body;
use super::graphql::pipeline::Passed;
use super::graphql::request::{GraphqlRequest, Parameters, RequestBody};
use super::graphql::response::{EncodedResponse, VARIES};
use super::graphql::response_cache::CacheKey;
use super::{App, socket};

/// Path of the GraphQL endpoint.
pub(super) const PATH: &str = "/graphql";

/// Header that requests the query cost, for clients that cannot set `extensions`.
pub(super) const COST: HeaderName = HeaderName::from_static("aidgraph-cost");

pub(super) async fn get(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    protocol: Result<GraphQLProtocol, StatusCode>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, HttpError> {
    if let Ok(upgrade) = upgrade {
        return socket::open(app, caller, &headers, protocol.ok(), upgrade);
    }
    caller.require(AccessRole::Read)?;
    let accepted = Accepted::of(&headers)?;
    let twice = |_| HttpError::input("invalid query parameters: send each once, in UTF-8");
    let Query(given) = parameters.map_err(twice)?;
    let mut asked = GraphqlRequest::try_from(given)?;
    if headers.contains_key(COST) {
        asked.request_cost();
    }
    let passed = app.pass(asked)?;
    match passed.kind() {
        OperationType::Query => {}
        OperationType::Subscription if accepted.events => {
            return Ok(respond(&app, &caller, accepted, passed).await);
        }
        OperationType::Subscription | OperationType::Mutation => return Ok(only_queries()),
    }
    let question = passed.question();
    if let Some(unchanged) = unchanged(&app, &headers, accepted, &passed) {
        return Ok(unchanged);
    }
    let Some(media) = accepted.media else {
        return Ok(respond(&app, &caller, accepted, passed).await);
    };
    let reply = app.answer(&caller, passed).await;
    let mut response = reply.respond(media);
    if let Some(tag) = question.and_then(|question| tag(question, &reply, media)) {
        let cache = app.edge.cache_control(headers.contains_key(AUTHORIZATION));
        response.headers_mut().insert(ETAG, tag);
        response.headers_mut().insert(CACHE_CONTROL, cache);
    }
    Ok(response)
}

pub(super) async fn post(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, HttpError> {
    let (app, caller) = (&app, &caller);
    caller.require(AccessRole::Read)?;
    let headers = request.headers();
    let accepted = Accepted::of(headers)?;
    negotiation::require_json(headers)?;
    let requests_cost = headers.contains_key(COST);
    let bytes = body::read(app, caller, request).await?;
    match RequestBody::parse(&bytes, app.edge.limits.batch)? {
        RequestBody::One(mut asked) => {
            if requests_cost {
                asked.request_cost();
            }
            let passed = app.pass(asked)?;
            Ok(respond(app, caller, accepted, passed).await)
        }
        RequestBody::Batch(several) => {
            // The middleware has already charged one request.
            app.access.charge(caller, several.len() - 1)?;
            Box::pin(batch(app, caller, accepted, several, requests_cost)).await
        }
    }
}

/// Responds in the negotiated media type: a single response if possible, otherwise a stream.
async fn respond(app: &App, caller: &Caller, accepted: Accepted, passed: Passed) -> Response {
    let streams = accepted.media.is_none() || passed.kind() == OperationType::Subscription;
    if !(accepted.events && streams) {
        return app.answer(caller, passed).await.respond(accepted.media.unwrap_or(Media::Json));
    }
    // An operation that is rejected yields a stream with one error.
    let answers = Box::pin(app.answers(caller, passed)).await;
    let answers =
        answers.unwrap_or_else(|refused| stream::once(std::future::ready(*refused)).boxed());
    let revoked = app.access.clone().revoked(caller.clone(), AccessRole::Read);
    let answers = answers.take_until(revoked).boxed();
    super::graphql::stream::respond(answers, app.edge.beat, app.stop.clone())
}

/// Returns `304 Not Modified` if the client already has the response.
fn unchanged(
    app: &App,
    headers: &HeaderMap,
    accepted: Accepted,
    passed: &Passed,
) -> Option<Response> {
    if !headers.contains_key(IF_NONE_MATCH) {
        return None;
    }
    let media = accepted.media?;
    let tag = match passed {
        // A cached response is sent even if a newer generation has become current since the lookup.
        Passed::Kept(answer, question) => tag(*question, answer, media)?,
        passed => {
            let (generation, version) = app.service.in_force()?;
            passed.question()?.tag(generation, &version, media)
        }
    };
    let held = etag::held(headers, &tag)?;
    let cache = app.edge.cache_control(headers.contains_key(AUTHORIZATION));
    let headers = [(ETAG, held), (VARY, VARIES), (CACHE_CONTROL, cache)];
    Some((StatusCode::NOT_MODIFIED, headers).into_response())
}

/// Returns the entity tag of a response; `None` for one with errors.
fn tag(question: CacheKey, written: &EncodedResponse, media: Media) -> Option<HeaderValue> {
    let version = written.version.as_ref().filter(|_| !written.is_err)?.to_str().ok()?;
    Some(question.tag(written.generation?, version, media))
}

/// Responds to a batch in request order. Each request succeeds or fails on its own.
async fn batch(
    app: &App,
    caller: &Caller,
    accepted: Accepted,
    several: Vec<GraphqlRequest>,
    requests_cost: bool,
) -> Result<Response, HttpError> {
    let mut passed = Vec::new();
    for mut asked in several {
        if requests_cost {
            asked.request_cost();
        }
        passed.push(app.pass(asked)?);
    }
    let limit = app.service.limits().answer;
    let (mut answers, mut bytes) = (Vec::new(), 0);
    for passed in passed {
        let mut answer = app.answer(caller, passed).await;
        if bytes + answer.bytes.len() > limit {
            answer = EncodedResponse::refusal(&HttpError::too_large(limit));
        }
        bytes += answer.bytes.len();
        answers.push(answer);
        // Other tasks run between two requests.
        yield_now().await;
    }
    let bodies: Vec<&[u8]> = answers.iter().map(|answer| &*answer.bytes).collect();
    let body = [&b"["[..], &bodies.join(&b","[..]), b"]"].concat();
    let media = accepted.media.unwrap_or(Media::Json).content_type();
    Ok(([(CONTENT_TYPE, media), (VARY, VARIES)], body).into_response())
}
