//! Validated requests, and their responses.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, Value};

use super::document::{Documents, ParsedDocument};
use super::estimate;
use crate::graphql::bounds::Bounds;
use crate::graphql::cut::Cut;
use crate::graphql::error::ApiError;
use crate::graphql::rejected::Rejected;
use crate::read::work::Deadline;

/// Key in the `extensions` of a request that asks for its cost.
pub const COST: &str = "cost";

/// Request whose document and variables are valid.
pub struct Prepared {
    pub(in crate::graphql) request: Request,
    pub(in crate::graphql) document: Arc<ParsedDocument>,
    /// Name of the operation; `None` if the request names none.
    pub(in crate::graphql) name: Option<String>,
    kind: OperationType,
    /// Estimated execution time, in microseconds.
    pub(in crate::graphql) estimate: u64,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Prepared {
    pub(in crate::graphql) fn new(
        documents: &Documents,
        mut request: Request,
    ) -> Result<Self, Rejected> {
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

    /// Returns the operation type: query, mutation or subscription.
    pub fn kind(&self) -> OperationType {
        self.kind
    }

    /// Returns the text of the document.
    pub fn text(&self) -> &Arc<str> {
        &self.document.text
    }

    /// Returns true if the client requests the cost.
    pub(super) fn asks_for_cost(&self) -> bool {
        self.request.extensions.get(COST) == Some(&Value::Boolean(true))
    }

    /// Copies the request for another execution.
    ///
    /// # Errors
    /// As [`ParsedDocument::operation`].
    pub(in crate::graphql) fn again(&self) -> Result<Self, ApiError> {
        let operation = self.document.operation(self.name.as_deref())?;
        let variables = self.request.variables.clone();
        let mut request = Request::new("").variables(variables);
        request.set_parsed_query(self.document.for_one_request(operation, &request.variables));
        let (document, name) = (Arc::clone(&self.document), self.name.clone());
        Ok(Self { request, document, name, kind: self.kind, estimate: self.estimate })
    }

    /// Attaches data for resolvers.
    pub(in crate::graphql) fn with<D: Any + Send + Sync>(mut self, data: D) -> Self {
        self.request = self.request.data(data);
        self
    }
}

/// Response, with the generation that it was computed from.
#[derive(Debug)]
pub struct Answered {
    /// Response. Parts of its data may be serialized already; [`super::json::write`] writes the rest.
    pub response: Response,
    /// Number of the generation; `None` if the response contains no data.
    pub generation: Option<u64>,
    /// Truncated lists; empty unless the response was inspected.
    pub cut: Vec<Cut>,
    /// Deadline of the request, which its encoding checks too.
    deadline: Option<Arc<Deadline>>,
}

impl Answered {
    pub(in crate::graphql) fn of(
        response: Response,
        generation: u64,
        cut: Vec<Cut>,
        deadline: Option<Arc<Deadline>>,
    ) -> Self {
        Self { response, generation: Some(generation), cut, deadline }
    }

    pub(in crate::graphql) fn without_data(response: Response) -> Self {
        Self { response, generation: None, cut: Vec::new(), deadline: None }
    }

    /// Returns the bounds of its encoding: a number of bytes, and the deadline of the request.
    pub fn bounds(&self, max_bytes: usize) -> Bounds {
        Bounds::until(max_bytes, self.deadline.clone())
    }
}
