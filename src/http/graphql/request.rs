//! GraphQL request on the wire: query parameters, a body, a batch, or a socket message.
//!
//! Variables stay raw JSON until execution: the response cache needs them only as part of its key.
//!
//! The extractors of `async-graphql-axum` cannot carry this. They know no `documentId`, and read `operation_name` instead of
//! `operationName` from a URL. They take a body without limit or timeout, and a body without `Content-Type` as JSON, which would
//! let a page of another origin send one.

use async_graphql::{Request, Value, Variables};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use crate::graphql::error::ApiError;
use crate::graphql::execution::prepared::COST;
use crate::graphql::limit::{Exceeded, Limit};
use crate::http::error::HttpError;

/// A GraphQL request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::http) struct GraphqlRequest {
    /// Query text; `None` if a digest or name identifies it.
    pub(in crate::http) query: Option<String>,
    /// Name or digest of a persisted query. Source: GraphQL over HTTP, persisted documents.
    pub(super) document_id: Option<String>,
    pub(in crate::http) operation_name: Option<String>,
    variables: Option<Box<RawValue>>,
    extensions: Option<Map<String, Json>>,
}

/// Query parameters of a GraphQL request by GET.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::http) struct Parameters {
    query: Option<String>,
    document_id: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// A request body: one request or a batch.
#[derive(Debug)]
pub(in crate::http) enum RequestBody {
    One(GraphqlRequest),
    Batch(Vec<GraphqlRequest>),
}

impl RequestBody {
    /// Parses a body. A batch may contain at most `limit` requests.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` for an invalid request, `LIMIT_EXCEEDED` for too many.
    pub(in crate::http) fn parse(bytes: &[u8], limit: usize) -> Result<Self, HttpError> {
        let wrong =
            |err| HttpError::input(format!("body is not a GraphQL request: {}", short(&err)));
        if !bytes.trim_ascii_start().starts_with(b"[") {
            let asked: GraphqlRequest = serde_json::from_slice(bytes).map_err(wrong)?;
            return asked.checked().map(Self::One);
        }
        let several: Vec<GraphqlRequest> = serde_json::from_slice(bytes).map_err(wrong)?;
        Exceeded::check(Limit::Batch, limit, several.len()).map_err(ApiError::from)?;
        if several.is_empty() {
            return Err(HttpError::input("empty batch"));
        }
        several.into_iter().map(GraphqlRequest::checked).collect::<Result<_, _>>().map(Self::Batch)
    }
}

impl TryFrom<Parameters> for GraphqlRequest {
    type Error = HttpError;

    fn try_from(given: Parameters) -> Result<Self, HttpError> {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let variables = filled(given.variables)
            .map(|text| RawValue::from_string(text).map_err(|err| no_object("variables", &err)));
        let extensions = filled(given.extensions)
            .map(|text| serde_json::from_str(&text).map_err(|err| no_object("extensions", &err)));
        let asked = Self {
            query: given.query,
            document_id: filled(given.document_id),
            operation_name: filled(given.operation_name),
            variables: variables.transpose()?,
            extensions: extensions.transpose()?.flatten(),
        };
        asked.checked()
    }
}

fn no_object(name: &str, err: &serde_json::Error) -> HttpError {
    HttpError::input(format!("`{name}` is not a JSON object: {}", short(err)))
}

/// Formats a JSON error, truncated because it may quote the input.
fn short(err: &serde_json::Error) -> String {
    let said = err.to_string();
    match said.char_indices().nth(200) {
        Some((at, _)) => {
            let begun = said.get(..at).unwrap_or_default();
            format!("{begun}… at line {} column {}", err.line(), err.column())
        }
        None => said,
    }
}

impl GraphqlRequest {
    /// Validates that the variables are an object or null.
    pub(in crate::http) fn checked(mut self) -> Result<Self, HttpError> {
        match self.variables.as_ref().map(|variables| variables.get().trim_ascii()) {
            Some(text) if text.starts_with('{') => {}
            None | Some("null") => self.variables = None,
            Some(_) => return Err(HttpError::input("`variables` is not a JSON object")),
        }
        Ok(self)
    }

    /// Requests the query cost, as if `extensions` did.
    pub(in crate::http) fn request_cost(&mut self) {
        self.extensions.get_or_insert_default().insert(COST.to_owned(), Json::Bool(true));
    }

    /// Returns true if the query cost is requested.
    pub(in crate::http) fn requests_cost(&self) -> bool {
        self.extension(COST) == Some(&Json::Bool(true))
    }

    /// Returns an entry of `extensions`.
    pub(in crate::http) fn extension(&self, name: &str) -> Option<&Json> {
        self.extensions.as_ref()?.get(name)
    }

    /// Returns the variables as raw JSON; empty without variables.
    pub(in crate::http) fn variables(&self) -> &str {
        self.variables.as_ref().map_or("", |variables| variables.get())
    }

    /// Converts it to an executable request.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` without a query, or for invalid variables.
    pub(super) fn into_request(self) -> Result<Request, HttpError> {
        let query = self.query.filter(|query| !query.trim().is_empty());
        let query = query.ok_or_else(|| HttpError::input("missing `query`"))?;
        let mut request = Request::new(query);
        if let Some(variables) = self.variables {
            let object: Map<String, Json> = serde_json::from_str(variables.get())
                .map_err(|err| no_object("variables", &err))?;
            request = request.variables(Variables::from_json(Json::Object(object)));
        }
        request.operation_name = self.operation_name;
        for (name, value) in self.extensions.unwrap_or_default() {
            if let Ok(value) = Value::from_json(value) {
                request.extensions.insert(name, value);
            }
        }
        Ok(request)
    }
}
