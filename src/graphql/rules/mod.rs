//! The rules of a valid document, and of the variables that come with it, as the specification has them.
//!
//! The library's own checks pass over a number of them, and say of others less than they know. Here each document is
//! checked once, when it is first read, and each set of variables against the types that the document gives them, before
//! anything is executed. Work is bounded by what the gate lets through. Sources: GraphQL, June 2018 and September 2025,
//! chapters 5 and 6.1.2.
//!
//! [`walk`] goes once through everything that is written and asks [`fields`], [`arguments`], [`directives`] and [`values`];
//! [`scopes`] then looks at operations with their fragments, and [`overlap`] at fields that meet in one place of the answer.
//! Variables are made into what their types want by [`coerce`], and fields that failed get their null by [`nulls`].

mod arguments;
mod coerce;
mod conditions;
mod directives;
mod fields;
mod given;
mod near;
mod nulls;
mod overlap;
mod schema;
mod scopes;
#[cfg(test)]
mod tests;
mod values;
mod walk;

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{Pos, Response, ServerError, Variables};

use super::error::ApiError;
use super::prepared::Prepared;
pub(super) use given::Given;
use schema::Schema;

/// The errors of a document that are reported, at most.
const MOST: usize = 10;

/// The rules of one schema. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Rules(Arc<Schema>);

/// What is found against a document.
#[derive(Debug, Default)]
struct Errors(Vec<ServerError>);

impl Errors {
    fn add(&mut self, pos: Pos, message: impl Into<String>) {
        if self.0.len() < MOST {
            self.0.push(ServerError::new(message, Some(pos)));
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MOST
    }
}

/// Why a document is refused.
#[derive(Debug)]
pub(super) enum Invalid {
    /// It breaks rules.
    Broken(Vec<ServerError>),
    /// It is more work to check than the service takes on.
    TooMuch(ApiError),
}

impl Rules {
    /// The rules of a schema in the schema language. With `is_open`, clients may ask for the schema, and errors suggest names.
    pub(super) fn of(sdl: &str, is_open: bool) -> Self {
        Self(Arc::new(Schema::of(sdl, is_open)))
    }

    /// Checks a document that has passed the gate.
    ///
    /// # Errors
    /// [`Invalid`], with at most ten errors in the order of the text.
    pub(super) fn check(&self, document: &ExecutableDocument) -> Result<(), Invalid> {
        let mut errors = Errors::default();
        let scopes = walk::Walk::through(&self.0, document, &mut errors);
        scopes::check(&self.0, document, &scopes, &mut errors);
        if errors.0.is_empty() {
            overlap::check(&self.0, document, &mut errors).map_err(Invalid::TooMuch)?;
        }
        if errors.0.is_empty() {
            return Ok(());
        }
        errors.0.sort_by_key(|error| error.locations.first().copied());
        Err(Invalid::Broken(errors.0))
    }

    /// Gives each field of an answer that failed its null, or the nearest place around it that may be null.
    pub(super) fn propagate(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        response: &mut Response,
    ) {
        nulls::propagate(&self.0, document, operation, response);
    }

    /// Visits the texts that the operation of a request gives to arguments and input fields.
    pub(super) fn texts(&self, prepared: &Prepared, visit: &mut dyn FnMut(Given<'_>)) {
        let document = &prepared.document;
        let Ok(operation) = document.operation(prepared.name.as_deref()) else { return };
        let (document, variables) = (&document.parsed, &prepared.request.variables);
        let passed = HashSet::new();
        given::Texts { schema: &self.0, document, variables, passed, visit }
            .operation(&operation.node);
    }

    /// The variables of an operation as their types want them: lists around single items, defaults in place of what is not
    /// given. What stays absent has no entry.
    ///
    /// # Errors
    /// One error for each variable that its type does not allow, or that is null in a condition, at most ten.
    pub(super) fn coerce(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        given: Variables,
    ) -> Result<Variables, Vec<ServerError>> {
        let mut errors = Errors::default();
        let coerced = coerce::variables(&self.0, operation, given, &mut errors);
        conditions::check(document, operation, &coerced, &mut errors);
        if errors.0.is_empty() { Ok(coerced) } else { Err(errors.0) }
    }
}
