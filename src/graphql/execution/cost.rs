//! Cost of requests, computed before execution and reported on request.
//!
//! The schema that executes has no extensions, since each runs at every field. It rejects a request above the limit without
//! stating the cost. A second schema with one more extension computes the number: it validates and then stops.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{
    EmptyMutation, Request, Response, SchemaBuilder, ServerError, ValidationResult, Value,
    Variables, async_trait,
};
use serde_json::json;

use super::document::ParsedDocument;
use super::prepared::{COST, Prepared};
use crate::graphql::Contract;
use crate::graphql::error::{self, ApiError};
use crate::graphql::limit::{Exceeded, Limit};
use crate::graphql::query::Query;
use crate::graphql::rejected::{Rejected, was_refused};
use crate::graphql::subscription::Subscription;

/// Computes the costs of requests. Clones share the schema.
#[derive(Clone)]
pub(in crate::graphql) struct Estimator {
    schema: Contract,
    allowed: usize,
}

/// Input of the cost calculation: a request without its context data.
pub(in crate::graphql) struct CostQuery {
    document: Arc<ParsedDocument>,
    operation: Option<String>,
    variables: Variables,
    is_requested: bool,
}

impl CostQuery {
    pub(in crate::graphql) fn of(prepared: &Prepared) -> Self {
        Self {
            document: Arc::clone(&prepared.document),
            operation: prepared.name.clone(),
            variables: prepared.request.variables.clone(),
            is_requested: prepared.asks_for_cost(),
        }
    }
}

impl Estimator {
    /// Creates an estimator from a schema builder without a cost limit.
    pub(in crate::graphql) fn new(
        builder: SchemaBuilder<Query, EmptyMutation, Subscription>,
        allowed: usize,
    ) -> Self {
        Self { schema: builder.extension(StopAfterValidation).finish(), allowed }
    }

    /// Completes the response to a request. A rejection for its cost receives the number; a client that requests the cost
    /// receives it in the extensions.
    pub(in crate::graphql) async fn complete(
        &self,
        query: CostQuery,
        mut response: Response,
    ) -> Response {
        // Documents are already valid, so a rejection without a code can only be due to the cost.
        let rejected = was_refused(&response)
            && response.errors.iter().all(|error| error::code_of(error).is_none());
        if !rejected && !query.is_requested {
            return response;
        }
        let is_requested = query.is_requested;
        match Box::pin(self.cost(query)).await {
            Ok(found) if rejected && found > self.allowed => {
                let exceeded = Exceeded { limit: Limit::Cost, allowed: self.allowed, found };
                Rejected::from(ApiError::from(exceeded)).into()
            }
            Ok(cost) if is_requested => {
                response.extensions.insert(COST.to_owned(), self.report(cost));
                response
            }
            // An invalid request has no cost; the errors explain why it is invalid.
            Err(errors) if rejected => Rejected::from(errors).into(),
            _ => response,
        }
    }

    /// Rejects a request that is invalid or too costly, before any of it is executed.
    ///
    /// # Errors
    /// [`Rejected`], with the errors for the client.
    pub(in crate::graphql) async fn check(&self, prepared: &Prepared) -> Result<(), Rejected> {
        let found = self.cost(CostQuery::of(prepared)).await?;
        Ok(Exceeded::check(Limit::Cost, self.allowed, found).map_err(ApiError::from)?)
    }

    /// Returns the cost in the form that clients receive.
    fn report(&self, cost: usize) -> Value {
        let report = json!({
            "requested": cost,
            "limit": self.allowed,
            "left": self.allowed.saturating_sub(cost),
        });
        Value::from_json(report).unwrap_or_default()
    }

    async fn cost(&self, query: CostQuery) -> Result<usize, Vec<ServerError>> {
        let operation = query.document.operation(query.operation.as_deref());
        let operation = operation.map_err(|err| vec![err.into_server_error()])?;
        let parsed = query.document.for_one_request(operation, &query.variables);
        let mut request = Request::new("").variables(query.variables);
        request.set_parsed_query(parsed);
        let errors = self.schema.execute(request).await.errors;
        let found = errors.first().and_then(|error| error.source::<MeasuredCost>());
        found.map(|found| found.0).ok_or(errors)
    }
}

/// Cost, carried out of validation by an error.
struct MeasuredCost(usize);

/// Extension that validates and then stops with the cost.
struct StopAfterValidation;

impl ExtensionFactory for StopAfterValidation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for StopAfterValidation {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let found = MeasuredCost(next.run(ctx).await?.complexity);
        let mut stopped = ServerError::new("", None);
        stopped.source = Some(Arc::new(found));
        Err(vec![stopped])
    }
}
