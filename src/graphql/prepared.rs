//! Requests that have passed the gate, and what comes back.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, Value};

use super::document::{Document, Documents};
use super::error::ApiError;
use super::estimate;
use super::refused::Refused;

/// The name in a request's `extensions` by which a client asks what the request costs.
pub const COST: &str = "cost";

/// A request that has passed the gate.
pub struct Prepared {
    pub(super) request: Request,
    pub(super) document: Arc<Document>,
    /// The name of the operation that is meant, where one is needed.
    pub(super) name: Option<String>,
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
        let operation = document.operation(request.operation_name.as_deref())?;
        let kind = operation.node.ty;
        let given = std::mem::take(&mut request.variables);
        request.variables = documents.rules().coerce(&document.parsed, &operation.node, given)?;
        request.set_parsed_query(document.for_one_request(operation, &request.variables));
        // The copy holds no other operation.
        let name = request.operation_name.take();
        let estimate = document
            .estimate(|| estimate::estimate(&document.parsed, &operation.node, &request.variables));
        Ok(Self { request, document, name, kind, estimate })
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

    /// The same once more, for another execution.
    ///
    /// # Errors
    /// As [`Document::operation`].
    pub(super) fn again(&self) -> Result<Self, ApiError> {
        let operation = self.document.operation(self.name.as_deref())?;
        let variables = self.request.variables.clone();
        let mut request = Request::new("").variables(variables);
        request.set_parsed_query(self.document.for_one_request(operation, &request.variables));
        let (document, name) = (Arc::clone(&self.document), self.name.clone());
        Ok(Self { request, document, name, kind: self.kind, estimate: self.estimate })
    }

    /// Something that resolvers may use.
    pub(super) fn with<D: Any + Send + Sync>(mut self, data: D) -> Self {
        self.request = self.request.data(data);
        self
    }
}

/// An answer, and the generation that it was made from.
#[derive(Debug)]
pub struct Answered {
    /// The answer; parts of its data may be written already, and [`super::json::write`] writes the rest.
    pub response: Response,
    /// The generation; `None` while there is none.
    pub generation: Option<u64>,
    /// The lists of which only a part is in it, by the way to them; found where the answer is looked into.
    pub cut: Vec<String>,
}

impl Answered {
    pub(super) fn of(response: Response, generation: u64, cut: Vec<String>) -> Self {
        Self { response, generation: Some(generation), cut }
    }

    pub(super) fn without_data(response: Response) -> Self {
        Self { response, generation: None, cut: Vec::new() }
    }
}
