//! What a request brings: the generation that answers it, its time, what it has found, and codes that a client wrote.

use std::any::Any;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::{Context, ContextSelectionSet, ServerError, ServerResult};
use axum::http::HeaderValue;

use super::error::{Answer, ApiError, ErrorCode, code_of, limit_of};
use super::limit::{Exceeded, Limit, Limits};
use crate::model::country::{CountryCode, InvalidCountry};
use crate::model::money::{Currency, InvalidCurrency};
use crate::model::page::MAX_PAGE;
use crate::read::reader::{Readable, Reader};
use crate::read::work::Deadline;

/// One generation as one request sees it, whatever happens meanwhile.
#[derive(Debug)]
pub(super) struct Inquiry {
    reader: Arc<Reader>,
    deadline: Option<Arc<Deadline>>,
    /// How often it was asked whether time is over.
    asked: AtomicU32,
    found: Option<Found>,
    records: Count,
    texts: Count,
    values: Count,
    bytes: AtomicUsize,
    most_bytes: usize,
    goes_out: bool,
    verdict: Arc<Verdict>,
    /// The lists that were cut, where the request asks for them.
    cuts: Option<Cuts>,
}

impl Inquiry {
    /// For however long, and without a memory.
    pub(super) fn of(reader: Arc<Reader>) -> Self {
        let without_end = |limit| Count::to(limit, usize::MAX);
        Self {
            reader,
            deadline: None,
            asked: AtomicU32::new(0),
            found: None,
            records: without_end(Limit::Records),
            texts: without_end(Limit::Texts),
            values: without_end(Limit::Values),
            bytes: AtomicUsize::new(0),
            most_bytes: usize::MAX,
            goes_out: false,
            verdict: Arc::default(),
            cuts: None,
        }
    }

    /// For one request, which has so much time, and may look at so much. `goes_out` says that the answer goes out as JSON, and is
    /// not looked into before: see [`super::json`].
    pub(super) fn within(
        reader: &Reader,
        deadline: &Arc<Deadline>,
        limits: &Limits,
        goes_out: bool,
    ) -> Self {
        Self {
            deadline: Some(Arc::clone(deadline)),
            found: Some(Found::default()),
            records: Count::to(Limit::Records, limits.records),
            texts: Count::to(Limit::Texts, limits.texts),
            values: Count::to(Limit::Values, limits.values),
            most_bytes: limits.answer,
            goes_out,
            ..Self::of(Arc::new(reader.until(Arc::clone(deadline))))
        }
    }

    /// Says that the execution has begun.
    pub(super) fn begin(&self) {
        if let Some(deadline) = &self.deadline {
            deadline.begin();
        }
    }

    /// The number of the generation.
    pub(super) fn generation(&self) -> u64 {
        self.reader.generation_number()
    }

    /// The version of the data, as a header.
    pub(super) fn version(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.reader.version()).ok()
    }

    /// Why the execution ends before its end, once it does.
    pub(super) fn verdict(&self) -> Arc<Verdict> {
        Arc::clone(&self.verdict)
    }

    /// Refuses to go on once the time is over; late by as much as a few answers take.
    fn check_time(&self) -> Answer<()> {
        let Some(deadline) = &self.deadline else { return Ok(()) };
        let looks = self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK);
        if deadline.is_cancelled() || (looks && deadline.is_over()) {
            // Never again not.
            deadline.cancel();
            return Err(ApiError::timeout(deadline.limit()));
        }
        Ok(())
    }

    /// For an answer of which the request asks what is not in it.
    pub(super) fn noting(self, cuts: Cuts) -> Self {
        Self { cuts: Some(cuts), ..self }
    }

    /// The lists that were cut, where the request asks for them.
    pub(super) fn cuts(&self) -> Option<Cuts> {
        self.cuts.clone()
    }

    /// The reader.
    pub(super) fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader)
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

/// The lists of which an answer holds only a part, by the way to them: `programmes.nodes.transactions`. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Cuts(Arc<Mutex<BTreeSet<String>>>);

impl Cuts {
    /// The lists.
    pub(super) fn lists(&self) -> Vec<String> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.iter().cloned().collect()
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

/// How often somebody asks for each look at the clock, which costs as much as a short answer.
const LOOK: u32 = 16;

/// Errors that an answer may have. More of them say nothing more.
const MAX_ERRORS: usize = 50;

/// Why an execution ends early: its time or another limit of the whole request is over, or too many of its fields have failed.
/// Then that error is all that is answered.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    ended: OnceLock<ServerError>,
    failed: AtomicUsize,
}

impl Verdict {
    /// The error that has ended it.
    pub(super) fn ended(&self) -> Option<ServerError> {
        self.ended.get().cloned()
    }

    /// Takes note of an error of a field.
    fn note(&self, error: &ServerError) {
        let limit = limit_of(error);
        let is_of_all = code_of(error) == Some(ErrorCode::Timeout)
            || limit.is_some_and(|limit| OF_ALL.contains(&limit.as_str()));
        let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
        if is_of_all || failed > MAX_ERRORS {
            // Without a path: it is the whole request that is refused.
            let whole = ServerError { path: Vec::new(), ..error.clone() };
            let _ = self.ended.set(whole);
        }
    }
}

/// Limits of a whole request, by their flags.
const OF_ALL: [&str; 4] = ["max-records", "max-texts", "max-values", "max-answer"];

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
/// `TIMEOUT` when the request has had its time, and the error that has ended it: everything that costs anything comes by here
/// first, so an execution that no client waits for any more ends soon.
fn inquiry<'a>(ctx: &Context<'a>) -> Answer<&'a Inquiry> {
    let inquiry = ctx.data::<Inquiry>().map_err(|_| ApiError::rebuilding())?;
    inquiry.check_time()?;
    Ok(inquiry)
}

/// The reader of this request.
///
/// # Errors
/// As [`inquiry`].
pub(super) fn reader<'a>(ctx: &Context<'a>) -> Answer<&'a Arc<Reader>> {
    Ok(&inquiry(ctx)?.reader)
}

/// What an object is resolved by: how it goes out, what it counts for, and whether the execution goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress<'a>(Option<&'a Inquiry>);

impl<'a> Progress<'a> {
    pub(super) fn of(ctx: &ContextSelectionSet<'a>) -> Self {
        Self(ctx.data_opt::<Inquiry>())
    }

    /// Whether the answer goes out as JSON, and is not looked into before.
    pub(super) fn goes_out(self) -> bool {
        self.0.is_some_and(|inquiry| inquiry.goes_out)
    }

    /// Counts values of the answer before they are resolved.
    ///
    /// # Errors
    /// The error that ends the execution: when its time is over, or the answer has more values than it may.
    pub(super) fn count_values(self, values: usize) -> ServerResult<()> {
        let Some(inquiry) = self.0 else { return Ok(()) };
        let counted = inquiry.check_time().and_then(|()| inquiry.values.add(values));
        counted.map_err(|err| self.end(err))
    }

    /// Counts bytes of the answer when they are written.
    ///
    /// # Errors
    /// The error that ends the execution, when the answer has more bytes than it may.
    pub(super) fn count_bytes(self, bytes: usize) -> ServerResult<()> {
        let Some(inquiry) = self.0 else { return Ok(()) };
        let before = inquiry.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > inquiry.most_bytes {
            return Err(self.end(ApiError::too_large(inquiry.most_bytes)));
        }
        Ok(())
    }

    /// Takes note of an error of a field.
    pub(super) fn note(self, error: &ServerError) {
        if let Some(inquiry) = self.0 {
            inquiry.verdict.note(error);
        }
    }

    /// Ends the execution where an error of before says so.
    ///
    /// # Errors
    /// That error.
    pub(super) fn go_on(self) -> ServerResult<()> {
        self.0.and_then(|inquiry| inquiry.verdict.ended()).map_or(Ok(()), Err)
    }

    fn end(self, err: ApiError) -> ServerError {
        let error = err.into_server_error();
        self.note(&error);
        error
    }
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

/// Takes note that the list of this field is not whole in the answer, where one of these parts of it is asked for.
pub(super) fn note_cut(ctx: &Context<'_>, parts: &[&str]) {
    let cuts = ctx.data_opt::<Inquiry>().and_then(|inquiry| inquiry.cuts.as_ref());
    let (Some(cuts), Some(path)) = (cuts, ctx.path_node) else { return };
    let asked = ctx.look_ahead();
    if parts.is_empty() || parts.iter().any(|part| asked.field(part).exists()) {
        let mut path = path.to_string_vec();
        // Positions in lists begin with a digit, which no name does.
        path.retain(|step| !step.starts_with(|first: char| first.is_ascii_digit()));
        let mut lists = cuts.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.insert(path.join("."));
    }
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
