//! `/graphql`: requests by GET and POST. Source: GraphQL over HTTP, working draft.

use async_graphql::Response as Answer;
use async_graphql::parser::types::OperationType;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest as _, Query, Request, State};
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::future::join_all;

use super::App;
use super::answer::Written;
use super::asked::{Asked, Body, Parameters};
use super::media::{self, Accepted, Media};
use super::refusal::{Refusal, only_queries};
use crate::graphql::error::ErrorCode;
use crate::graphql::prepared::Prepared;

/// Asks what a request costs, for those who cannot write into its `extensions`.
pub(super) const COST: HeaderName = HeaderName::from_static("aidgraph-cost");

pub(super) async fn get(
    State(app): State<App>,
    headers: HeaderMap,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Result<Response, Refusal> {
    let accepted = Accepted::of(&headers)?;
    let twice = |_| Refusal::input("the address gives a parameter more than once, or not as text");
    let Query(given) = parameters.map_err(twice)?;
    let mut asked = Asked::try_from(given)?;
    note_cost(&headers, &mut asked);
    match prepare(&app, asked)? {
        Ok(prepared) if prepared.kind() != OperationType::Query => Ok(only_queries()),
        prepared => respond(&app, accepted, prepared).await,
    }
}

pub(super) async fn post(State(app): State<App>, request: Request) -> Result<Response, Refusal> {
    let headers = request.headers();
    let accepted = Accepted::of(headers)?;
    media::only_json(headers)?;
    let asks_for_cost = headers.contains_key(COST);
    let bytes = read(&app, request).await?;
    match Body::parse(&bytes, app.edge.limits.batch)? {
        Body::One(mut asked) => {
            if asks_for_cost {
                asked.ask_for_cost();
            }
            let prepared = prepare(&app, asked)?;
            respond(&app, accepted, prepared).await
        }
        Body::Batch(several) => batch(&app, accepted, several, asks_for_cost).await,
    }
}

fn note_cost(headers: &HeaderMap, asked: &mut Asked) {
    if headers.contains_key(COST) {
        asked.ask_for_cost();
    }
}

/// The body, as large and as slow as it may be.
async fn read(app: &App, request: Request) -> Result<Bytes, Refusal> {
    let limits = &app.edge.limits;
    let reading = tokio::time::timeout(limits.body_time, Bytes::from_request(request, &()));
    let slow = |_| {
        let limit = limits.body_time.as_secs_f32();
        let message = format!("the body took longer than {limit} s; send it at once");
        Refusal::new(ErrorCode::RequestTimeout, message)
    };
    reading.await.map_err(slow)?.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let limit = limits.body;
            let message = format!(
                "the body is larger than {limit} bytes, which is the limit (max-body): ask in several requests"
            );
            Refusal::new(ErrorCode::PayloadTooLarge, message)
        }
        _ => Refusal::input("the body could not be read"),
    })
}

/// Lets a request through the gate. What is no request at all fails; what is one, and is refused, is an answer.
fn prepare(app: &App, asked: Asked) -> Result<Result<Prepared, Written>, Refusal> {
    let request = asked.into_request()?;
    match app.service.prepare(request) {
        Ok(prepared) => Ok(Ok(prepared)),
        Err(refused) => Written::of(&Answer::from(refused)).map(Err),
    }
}

/// Runs what was let through.
async fn run(app: &App, prepared: Result<Prepared, Written>) -> Result<Written, Refusal> {
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(written) => return Ok(written),
    };
    if prepared.kind() == OperationType::Subscription {
        let message = "a subscription is answered as `text/event-stream`, as \
                       `multipart/mixed; subscriptionSpec=1.0`, or over a WebSocket; accept one of them";
        return Ok(Written::refusal(&Refusal::new(ErrorCode::NotAcceptable, message)));
    }
    let place = app.edge.requests.enter();
    let _place = match place {
        Ok(place) => place,
        Err(refusal) => return Ok(Written::refusal(&refusal)),
    };
    Written::of(&app.service.run(prepared).await.response)
}

async fn respond(
    app: &App,
    accepted: Accepted,
    prepared: Result<Prepared, Written>,
) -> Result<Response, Refusal> {
    let media = accepted.media.unwrap_or(Media::Json);
    Ok(run(app, prepared).await?.respond(media))
}

/// The answers to several requests, in their order; each succeeds or fails for itself.
async fn batch(
    app: &App,
    accepted: Accepted,
    several: Vec<Asked>,
    asks_for_cost: bool,
) -> Result<Response, Refusal> {
    let mut prepared = Vec::new();
    for mut asked in several {
        if asks_for_cost {
            asked.ask_for_cost();
        }
        prepared.push(prepare(app, asked)?);
    }
    let answers = join_all(prepared.into_iter().map(|prepared| run(app, prepared))).await;
    let answers = answers.into_iter().collect::<Result<Vec<_>, _>>()?;
    let bodies: Vec<&[u8]> = answers.iter().map(|answer| &*answer.bytes).collect();
    let body = [&b"["[..], &bodies.join(&b","[..]), b"]"].concat();
    let media = accepted.media.unwrap_or(Media::Json).content_type();
    let vary = HeaderValue::from_static("accept");
    Ok(([(CONTENT_TYPE, media), (VARY, vary)], body).into_response())
}
