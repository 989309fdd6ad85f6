//! What a request brings: the generation that answers it, and codes that a client wrote.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::Context;

use super::error::{Answer, ApiError};
use crate::model::country::{CountryCode, InvalidCountry};
use crate::model::money::{Currency, InvalidCurrency};
use crate::model::page::MAX_PAGE;
use crate::read::reader::Reader;

/// When a request has to be answered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(pub(super) Instant);

/// The most items that a page may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageLimit(pub(super) usize);

/// The most items that a page may have; what the schema allows where nobody says.
pub(super) fn page_limit(ctx: &Context<'_>) -> usize {
    ctx.data_opt::<PageLimit>().map_or(MAX_PAGE, |limit| limit.0)
}

/// The reader of this request: one generation, whatever happens meanwhile.
///
/// # Errors
/// `TIMEOUT` when the request has had its time: everything that costs anything asks for the reader first, so an
/// execution that nobody waits for any more ends soon.
pub(super) fn reader<'a>(ctx: &Context<'a>) -> Answer<&'a Arc<Reader>> {
    if ctx.data_opt::<Deadline>().is_some_and(|deadline| Instant::now() > deadline.0) {
        return Err(ApiError::timeout());
    }
    ctx.data::<Arc<Reader>>().map_err(|_| ApiError::rebuilding())
}

/// A country code.
pub(super) fn country_code(text: &str) -> Answer<CountryCode> {
    text.parse().map_err(|err: InvalidCountry| ApiError::input(err.to_string()))
}

/// A currency code.
pub(super) fn currency_code(text: &str) -> Answer<Currency> {
    text.parse().map_err(|err: InvalidCurrency| ApiError::input(err.to_string()))
}

/// A currency that amounts can be converted into.
pub(super) fn known_currency(reader: &Reader, code: &str) -> Answer<Currency> {
    let currency = currency_code(code)?;
    if reader.rates().knows(currency) {
        Ok(currency)
    } else {
        let message =
            format!("no exchange rate is known for `{code}`; EUR, USD, XOF and others are");
        Err(ApiError::input(message))
    }
}
