//! What a request costs, found before it is executed and told to those who ask.
//!
//! The schema that answers carries no extension, since each costs at every field. It refuses what is too costly without
//! a number. The number comes from a second schema, the same but for one extension, which validates and then stops.

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::{
    EmptyMutation, Request, Response, SchemaBuilder, ServerError, ValidationResult, Value,
    Variables, async_trait,
};
use serde_json::json;

use super::Contract;
use super::document::Document;
use super::error::{self, ApiError};
use super::limit::{Exceeded, Limit};
use super::prepared::{COST, Prepared};
use super::query::Query;
use super::refused::{Refused, was_refused};
use super::subscription::Subscription;

/// Finds what requests cost. Clones are the same.
#[derive(Clone)]
pub(super) struct Estimator {
    schema: Contract,
    allowed: usize,
}

/// What costs something: a request without its data.
struct Question {
    document: Arc<Document>,
    operation: Option<String>,
    variables: Variables,
}

impl Question {
    fn of(prepared: &Prepared) -> Self {
        Self {
            document: Arc::clone(&prepared.document),
            operation: prepared.name.clone(),
            variables: prepared.request.variables.clone(),
        }
    }
}

impl Estimator {
    /// An estimator by a schema without a limit of cost.
    pub(super) fn new(
        builder: SchemaBuilder<Query, EmptyMutation, Subscription>,
        allowed: usize,
    ) -> Self {
        Self { schema: builder.extension(Stop).finish(), allowed }
    }

    /// Answers by another schema; what is too costly for that is refused with the number, and whoever asks is told it
    /// beside the answer.
    pub(super) async fn answer(&self, schema: &Contract, prepared: Prepared) -> Response {
        let asked = prepared.asks_for_cost();
        let question = Question::of(&prepared);
        // An execution is large before it begins, and whatever waits for it would be as large, and moved about.
        let mut response = Box::pin(schema.execute(prepared.request)).await;
        // Documents have been found valid before: what is refused here without a code can only be too costly.
        let refused = was_refused(&response)
            && response.errors.iter().all(|error| error::code_of(error).is_none());
        if !refused && !asked {
            return response;
        }
        match Box::pin(self.cost(question)).await {
            Ok(found) if refused && found > self.allowed => {
                let exceeded = Exceeded { limit: Limit::Cost, allowed: self.allowed, found };
                Refused::from(ApiError::from(exceeded)).into()
            }
            Ok(cost) if asked => {
                response.extensions.insert(COST.to_owned(), self.told(cost));
                response
            }
            // What cannot be valid costs nothing, and the answer says why it cannot.
            Err(errors) if refused => Refused::from(errors).into(),
            _ => response,
        }
    }

    /// Refuses what is not valid or costs too much, before any of it is executed.
    ///
    /// # Errors
    /// [`Refused`], with what the client is told.
    pub(super) async fn check(&self, prepared: &Prepared) -> Result<(), Refused> {
        let found = self.cost(Question::of(prepared)).await?;
        Ok(Exceeded::check(Limit::Cost, self.allowed, found).map_err(ApiError::from)?)
    }

    /// A cost as clients read it.
    fn told(&self, cost: usize) -> Value {
        let told = json!({
            "requested": cost,
            "limit": self.allowed,
            "left": self.allowed.saturating_sub(cost),
        });
        Value::from_json(told).unwrap_or_default()
    }

    async fn cost(&self, question: Question) -> Result<usize, Vec<ServerError>> {
        let operation = question.document.operation(question.operation.as_deref());
        let operation = operation.map_err(|err| vec![err.into_server_error()])?;
        let parsed = question.document.for_one_request(operation, &question.variables);
        let mut request = Request::new("").variables(question.variables);
        request.set_parsed_query(parsed);
        let errors = self.schema.execute(request).await.errors;
        let found = errors.first().and_then(|error| error.source::<Found>());
        found.map(|found| found.0).ok_or(errors)
    }
}

/// A cost on its way out of the validation.
struct Found(usize);

/// Validates, and then stops with what was found.
struct Stop;

impl ExtensionFactory for Stop {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Stop {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let found = Found(next.run(ctx).await?.complexity);
        let mut stopped = ServerError::new("", None);
        stopped.source = Some(Arc::new(found));
        Err(vec![stopped])
    }
}
