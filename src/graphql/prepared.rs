//! Requests that have passed the gate, what refuses the others, and what comes back.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{Request, Response, ServerError, Value};

use super::document::{Document, Documents};
use super::error::{self, ApiError};
use super::estimate;

/// The name in a request's `extensions` by which a client asks what the request costs.
pub const COST: &str = "cost";

/// A request that has passed the gate.
pub struct Prepared {
    pub(super) request: Request,
    pub(super) document: Arc<Document>,
    kind: OperationType,
    /// How long it will take, in microseconds, as far as can be told.
    pub(super) estimate: u64,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Prepared {
    pub(super) fn new(documents: &Documents, mut request: Request) -> Result<Self, Refused> {
        let document = documents.read(&request.query)?;
        let operation = choose(&document.parsed, request.operation_name.as_deref())?;
        let kind = operation.ty;
        let estimate = document
            .estimate(|| estimate::estimate(&document.parsed, operation, &request.variables));
        request.set_parsed_query(document.for_one_request());
        Ok(Self { request, document, kind, estimate })
    }

    /// Whether a query, a mutation or a subscription is meant.
    pub fn kind(&self) -> OperationType {
        self.kind
    }

    /// The text of its document.
    pub fn text(&self) -> &Arc<str> {
        &self.document.text
    }

    /// Whether the client wants to know what it costs.
    pub(super) fn asks_for_cost(&self) -> bool {
        self.request.extensions.get(COST) == Some(&Value::Boolean(true))
    }

    /// Something that resolvers may use.
    pub(super) fn with<D: Any + Send + Sync>(mut self, data: D) -> Self {
        self.request = self.request.data(data);
        self
    }
}

/// The operation that is meant.
fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ApiError> {
    let unknown =
        |name: &str| ApiError::input(format!("the query has no operation called `{name}`"));
    match (&document.operations, name) {
        (DocumentOperations::Single(only), None) => Ok(&only.node),
        (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
        (DocumentOperations::Multiple(several), Some(name)) => {
            several.get(name).map(|operation| &operation.node).ok_or_else(|| unknown(name))
        }
        (DocumentOperations::Multiple(several), None) => {
            let mut operations = several.values();
            match (operations.next(), operations.next()) {
                (Some(only), None) => Ok(&only.node),
                _ => Err(ApiError::input(
                    "the query has several operations; say which with `operationName`",
                )),
            }
        }
    }
}

/// Why a request is not executed: errors with codes, for its client.
#[derive(Clone, Debug)]
pub struct Refused(Vec<ServerError>);

impl Refused {
    /// The errors.
    pub fn errors(&self) -> &[ServerError] {
        &self.0
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self(vec![error.into_server_error()])
    }
}

impl From<ServerError> for Refused {
    fn from(error: ServerError) -> Self {
        Self::from(vec![error])
    }
}

impl From<Vec<ServerError>> for Refused {
    fn from(mut errors: Vec<ServerError>) -> Self {
        error::complete(&mut errors);
        Self(errors)
    }
}

impl From<Refused> for Response {
    fn from(refused: Refused) -> Self {
        Self::from_errors(refused.0)
    }
}

/// An answer, and the generation that it was made from.
#[derive(Debug)]
pub struct Answered {
    /// The answer; parts of its data may be written already, and [`super::json::write`] writes the rest.
    pub response: Response,
    /// The generation; `None` while there is none.
    pub generation: Option<u64>,
}

impl Answered {
    pub(super) fn of(response: Response, generation: u64) -> Self {
        Self { response, generation: Some(generation) }
    }

    pub(super) fn without_data(response: Response) -> Self {
        Self { response, generation: None }
    }
}

/// Whether an answer says that the request was not executed: nothing but errors, and none of them at a field.
pub fn was_refused(response: &Response) -> bool {
    response.is_err()
        && response.data == Value::Null
        && response.errors.iter().all(|error| error.path.is_empty())
}
