//! Problems as pages, with the status, headers and codes that every other response has.

use async_graphql::{Request, Variables};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::request::PageRequest;
use crate::graphql::error::ErrorCode;
use crate::graphql::execution::prepared::Answered;
use crate::http::App;
use crate::http::error::{Code, HttpCode, HttpError};
use crate::model::noun::Kind;
use crate::site::problem::{self, Problem};

/// Media type of a page.
pub(super) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Reason why a request gets no page.
#[derive(Debug)]
pub(super) enum Failure {
    /// No record has the identifier.
    NoRecord { kind: Kind, identifier: String },
    /// Any other error.
    Error(HttpError),
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        Self::Error(error)
    }
}

/// Handles every address without a route: a page for browsers, JSON for programs.
pub(in crate::http) async fn nowhere(State(app): State<App>, request: PageRequest) -> Response {
    let error = HttpError::not_found(format!("no route `{}`: see `/`", request.uri.path()));
    respond(&app, &request, &error, &Problem::NoPage, None)
}

/// Responds to a failure: with a page for browsers, in JSON for programs. For an unknown record the page offers those with
/// similar names.
pub(super) async fn page(app: &App, request: &PageRequest, failure: Failure) -> Response {
    match failure {
        Failure::Error(error) => respond(app, request, &error, &of(&error), None),
        Failure::NoRecord { kind, identifier } => {
            let error =
                HttpError::not_found(format!("no {kind} has the identifier `{identifier}`"));
            let near = near(app, request, kind, &identifier).await;
            let problem = Problem::NoRecord { kind, identifier };
            respond(app, request, &error, &problem, near.as_ref())
        }
    }
}

async fn near(app: &App, request: &PageRequest, kind: Kind, identifier: &str) -> Option<Value> {
    if !request.wants_page() {
        return None;
    }
    let variables = problem::near_variables(&request.address, kind, identifier);
    let query = Request::new(problem::near_document())
        .variables(Variables::from_json(Value::Object(variables)));
    let finish = |answered: Answered| answered.response.data.into_json().ok();
    app.service.execute_for(&request.caller.client(), query, finish).await
}

fn of(error: &HttpError) -> Problem {
    match error.code() {
        Code::Graphql(ErrorCode::Rebuilding) => Problem::Rebuilding,
        Code::Graphql(ErrorCode::Overloaded) | Code::Http(HttpCode::RateLimited) => Problem::Busy,
        Code::Http(HttpCode::Unauthenticated) => Problem::NoToken,
        _ => Problem::Other,
    }
}

fn respond(
    app: &App,
    request: &PageRequest,
    error: &HttpError,
    problem: &Problem,
    near: Option<&Value>,
) -> Response {
    if !request.wants_page() {
        return error.clone().into_response();
    }
    let html =
        problem::page(&request.address, problem, error.code().as_str(), error.message(), near);
    // Status and headers are those of the error; only its body is a page.
    let mut response = error.clone().into_response().map(|_| Body::from(html));
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HTML);
    headers.insert(CONTENT_SECURITY_POLICY, app.edge.policies.own.clone());
    response
}
