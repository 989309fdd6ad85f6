//! What a request brings: the generation that answers it, and codes that a client wrote.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use async_graphql::Context;

use super::error::{Answer, ApiError};
use crate::model::country::{CountryCode, InvalidCountry};
use crate::model::money::{Currency, InvalidCurrency};
use crate::model::page::MAX_PAGE;
use crate::read::reader::Reader;

/// When a request has to be answered.
#[derive(Debug)]
pub(super) struct Deadline {
    at: Instant,
    asked: AtomicU32,
    is_over: AtomicBool,
}

/// How often somebody asks for each look at the clock, which costs as much as a short answer.
const LOOK: u32 = 16;

impl Deadline {
    pub(super) fn after(span: Duration) -> Self {
        Self {
            at: Instant::now() + span,
            asked: AtomicU32::new(0),
            is_over: AtomicBool::new(false),
        }
    }

    /// Whether it is over; late by as much as a few answers take, and never again not.
    fn is_over(&self) -> bool {
        let looks = self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK);
        if looks && Instant::now() > self.at {
            self.is_over.store(true, Ordering::Relaxed);
        }
        self.is_over.load(Ordering::Relaxed)
    }
}

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
    if ctx.data_opt::<Deadline>().is_some_and(Deadline::is_over) {
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
