//! What a request brings: the generation that answers it, its time, what it has found, and codes that a client wrote.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_graphql::{Context, ContextSelectionSet};

use super::error::{Answer, ApiError};
use super::limit::{Exceeded, Limit, Limits};
use crate::model::country::{CountryCode, InvalidCountry};
use crate::model::money::{Currency, InvalidCurrency};
use crate::model::page::MAX_PAGE;
use crate::read::reader::{Readable, Reader};

/// One generation as one request sees it, whatever happens meanwhile.
#[derive(Debug)]
pub(super) struct Inquiry {
    reader: Arc<Reader>,
    deadline: Option<Deadline>,
    found: Option<Found>,
    records: Count,
    texts: Count,
    goes_out: bool,
}

impl Inquiry {
    /// For however long, and without a memory.
    pub(super) fn of(reader: Arc<Reader>) -> Self {
        let (records, texts) =
            (Count::to(Limit::Records, usize::MAX), Count::to(Limit::Texts, usize::MAX));
        Self { reader, deadline: None, found: None, records, texts, goes_out: false }
    }

    /// For one request, which has so much time, and may look at so much.
    pub(super) fn within(reader: Arc<Reader>, time: Duration, limits: &Limits) -> Self {
        Self {
            deadline: Some(Deadline::after(time)),
            found: Some(Found::default()),
            records: Count::to(Limit::Records, limits.records),
            texts: Count::to(Limit::Texts, limits.texts),
            ..Self::of(reader)
        }
    }

    /// For an answer that goes out as JSON, and is not looked into before: see [`super::json`].
    pub(super) fn going_out(self) -> Self {
        Self { goes_out: true, ..self }
    }

    /// A record by its identifier.
    fn get<T: Readable>(&self, key: &str) -> Answer<Option<Arc<T>>> {
        self.records.add(1)?;
        if let Some(record) = self.found.as_ref().and_then(|found| found.get(key)) {
            return Ok(Some(record));
        }
        let record = self.reader.get(key)?;
        if let (Some(found), Some(record)) = (&self.found, &record) {
            found.keep(key, record);
        }
        Ok(record)
    }
}

/// Records that a request has found by their identifiers: a page of programmes names the same countries and agencies
/// over and over. Of two nouns with one identifier it remembers the later.
#[derive(Default)]
struct Found(Mutex<HashMap<Box<str>, Arc<dyn Any + Send + Sync>>>);

/// The most that a request remembers.
const REMEMBERED: usize = 4_096;

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Found")
    }
}

impl Found {
    fn get<T: Readable>(&self, key: &str) -> Option<Arc<T>> {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(records.get(key)?).downcast().ok()
    }

    fn keep<T: Readable>(&self, key: &str, record: &Arc<T>) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if records.len() < REMEMBERED || records.contains_key(key) {
            records.insert(key.into(), Arc::<T>::clone(record));
        }
    }
}

/// What a request has had of something of which it may have so much.
#[derive(Debug)]
struct Count {
    limit: Limit,
    allowed: usize,
    had: AtomicUsize,
}

impl Count {
    fn to(limit: Limit, allowed: usize) -> Self {
        Self { limit, allowed, had: AtomicUsize::new(0) }
    }

    fn add(&self, more: usize) -> Answer<()> {
        let had = self.had.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        Ok(Exceeded::check(self.limit, self.allowed, had)?)
    }
}

/// When a request has to be answered.
#[derive(Debug)]
struct Deadline {
    limit: Duration,
    at: Instant,
    asked: AtomicU32,
    is_over: AtomicBool,
}

/// How often somebody asks for each look at the clock, which costs as much as a short answer.
const LOOK: u32 = 16;

impl Deadline {
    fn after(limit: Duration) -> Self {
        Self {
            limit,
            at: Instant::now() + limit,
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

/// What this request sees.
///
/// # Errors
/// `TIMEOUT` when the request has had its time: everything that costs anything comes by here first, so an execution that
/// nobody waits for any more ends soon.
fn inquiry<'a>(ctx: &Context<'a>) -> Answer<&'a Inquiry> {
    let inquiry = ctx.data::<Inquiry>().map_err(|_| ApiError::rebuilding())?;
    match &inquiry.deadline {
        Some(deadline) if deadline.is_over() => Err(ApiError::timeout(deadline.limit)),
        _ => Ok(inquiry),
    }
}

/// The reader of this request.
///
/// # Errors
/// As [`inquiry`].
pub(super) fn reader<'a>(ctx: &Context<'a>) -> Answer<&'a Arc<Reader>> {
    Ok(&inquiry(ctx)?.reader)
}

/// Whether the answer goes out as JSON, and is not looked into before.
pub(super) fn goes_out(ctx: &ContextSelectionSet<'_>) -> bool {
    ctx.data_opt::<Inquiry>().is_some_and(|inquiry| inquiry.goes_out)
}

/// A record by its identifier, if there is one.
///
/// # Errors
/// As [`inquiry`], and when the generation is damaged.
pub(super) fn record<T: Readable>(ctx: &Context<'_>, key: &str) -> Answer<Option<Arc<T>>> {
    inquiry(ctx)?.get(key)
}

/// Takes note of records that are looked up.
///
/// # Errors
/// `LIMIT_EXCEEDED` when they are more than one request may look up.
pub(super) fn count_records(ctx: &Context<'_>, records: usize) -> Answer<()> {
    inquiry(ctx)?.records.add(records)
}

/// Takes note of texts that are searched for.
///
/// # Errors
/// `LIMIT_EXCEEDED` when they are more than one request may search for.
pub(super) fn count_texts(ctx: &Context<'_>, texts: usize) -> Answer<()> {
    inquiry(ctx)?.texts.add(texts)
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
