//! Validation of documents and variables against the GraphQL specification.
//!
//! The library omits some rules, and reports others with little detail. This validator checks each document once, when
//! it is first read. It checks variables against their declared types before each execution. Pre-validation bounds the
//! work. Sources: GraphQL, June 2018 and September 2025, chapters 5 and 6.1.2.
//!
//! [`walk`] traverses the document once and applies [`fields`], [`arguments`], [`directives`] and [`values`]. [`scopes`]
//! then checks operations with their fragments, and [`overlap`] the merging of fields. [`coerce`] coerces variables, and
//! [`nulls`] propagates null from failed fields.

mod arguments;
mod coerce;
mod conditions;
mod directives;
mod fields;
mod near;
mod nulls;
mod overlap;
mod scopes;
#[cfg(test)]
mod tests;
mod texts;
mod values;
mod walk;

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition};
use async_graphql::{Pos, Response, ServerError, Variables};

use super::error::ApiError;
use super::schema::Schema;
pub(super) use texts::TextArgument;

/// Maximum number of errors reported per document.
const MAX_ERRORS: usize = 10;

/// Validator for one schema. Clones share the schema.
#[derive(Clone, Debug)]
pub(super) struct Rules(Arc<Schema>);

/// Validation errors of a document.
#[derive(Debug, Default)]
struct Errors(Vec<ServerError>);

impl Errors {
    fn add(&mut self, pos: Pos, message: impl Into<String>) {
        if self.0.len() < MAX_ERRORS {
            self.0.push(ServerError::new(message, Some(pos)));
        }
    }

    fn is_full(&self) -> bool {
        self.0.len() >= MAX_ERRORS
    }
}

/// Rejection of a document.
#[derive(Debug)]
pub(super) enum Invalid {
    /// The document breaks validation rules.
    Broken(Vec<ServerError>),
    /// The validation exceeds its work limit.
    TooMuch(ApiError),
}

impl Rules {
    /// Creates a validator from SDL. With `is_open`, introspection is allowed, and errors suggest names. A syntax error is
    /// logged and leaves the schema without types.
    pub(super) fn of(sdl: &str, is_open: bool) -> Self {
        let schema = Schema::parse(sdl, is_open).unwrap_or_else(|err| {
            tracing::error!(error = %err, "cannot parse the schema");
            Schema::default()
        });
        Self(Arc::new(schema))
    }

    /// Validates a document that passed pre-validation.
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

    /// Sets failed fields to null, or the nearest nullable parent.
    pub(super) fn propagate(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        response: &mut Response,
    ) {
        nulls::propagate(&self.0, document, operation, response);
    }

    /// Visits the strings that a request passes to arguments and input fields.
    pub(super) fn texts(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        visit: &mut dyn FnMut(TextArgument<'_>),
    ) {
        let passed = HashSet::new();
        texts::Texts { schema: &self.0, document, variables, passed, visit }.operation(operation);
    }

    /// Coerces the variables of an operation: wraps single items in lists, applies defaults. Absent variables have no entry.
    ///
    /// # Errors
    /// One error per variable that does not fit its type or is null in a condition, at most ten.
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
