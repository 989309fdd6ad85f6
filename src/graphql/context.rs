//! State of one request: its generation, deadline, counters and record cache; and parsers for codes in arguments.

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use async_graphql::{Context, ContextSelectionSet, ServerError, ServerResult};
use axum::http::HeaderValue;

use super::cut::Cut;
use super::error::{ApiError, ApiResult, ErrorCode, code_of, limit_of};
use super::limit::{Exceeded, Limit, Limits};
use crate::model::country::{CountryCode, InvalidCountry};
use crate::model::limit_table::LimitName;
use crate::model::money::{Currency, InvalidCurrency};
use crate::model::page::MAX_PAGE;
use crate::read::reader::{Readable, Reader};
use crate::read::work::Deadline;

/// State of one request. It reads one generation, even if another becomes current meanwhile.
#[derive(Debug)]
pub(super) struct RequestContext {
    reader: Arc<Reader>,
    deadline: Option<Arc<Deadline>>,
    /// Number of deadline checks so far.
    asked: AtomicU32,
    found: Option<RecordMemo>,
    records: Allowance,
    texts: Allowance,
    values: Allowance,
    bytes: AtomicUsize,
    most_bytes: usize,
    goes_out: bool,
    verdict: Arc<Verdict>,
    /// Truncated lists, if the request collects them.
    cuts: Option<Cuts>,
}

impl RequestContext {
    /// Creates the state of a request without deadline, limits or record cache.
    fn of(reader: Arc<Reader>) -> Self {
        let without_end = |limit| Allowance::to(limit, usize::MAX);
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

    /// Creates the state of a request with a deadline and limits. `goes_out` means that the response is written as JSON and
    /// not inspected before: see [`super::execution::json`].
    pub(super) fn within(
        reader: &Reader,
        deadline: &Arc<Deadline>,
        limits: &Limits,
        goes_out: bool,
    ) -> Self {
        Self {
            deadline: Some(Arc::clone(deadline)),
            found: Some(RecordMemo::default()),
            records: Allowance::to(Limit::Records, limits.records),
            texts: Allowance::to(Limit::Texts, limits.texts),
            values: Allowance::to(Limit::Values, limits.values),
            most_bytes: limits.answer,
            goes_out,
            ..Self::of(Arc::new(reader.until(Arc::clone(deadline))))
        }
    }

    /// Marks the execution as started.
    pub(super) fn begin(&self) {
        if let Some(deadline) = &self.deadline {
            deadline.begin();
        }
    }

    /// Deadline of the request.
    pub(super) fn deadline(&self) -> Option<Arc<Deadline>> {
        self.deadline.clone()
    }

    /// Number of the generation.
    pub(super) fn generation(&self) -> u64 {
        self.reader.generation_number()
    }

    /// Version of the data, as a header value.
    pub(super) fn version(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.reader.version()).ok()
    }

    /// Shared verdict, which holds the reason of an early end.
    pub(super) fn verdict(&self) -> Arc<Verdict> {
        Arc::clone(&self.verdict)
    }

    /// Fails once the deadline has passed. Reads the clock only at every `LOOK`th call, so it may be late by a few fields.
    ///
    /// # Errors
    /// `TIMEOUT` after the deadline.
    fn check_time(&self) -> ApiResult<()> {
        let Some(deadline) = &self.deadline else { return Ok(()) };
        let looks = self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK);
        if deadline.is_cancelled() || (looks && deadline.is_over()) {
            // All later checks fail as well.
            deadline.cancel();
            return Err(ApiError::timeout(deadline.limit()));
        }
        Ok(())
    }

    /// Collects the truncated lists.
    pub(super) fn noting(self, cuts: Cuts) -> Self {
        Self { cuts: Some(cuts), ..self }
    }

    /// Truncated lists, if the request collects them.
    pub(super) fn cuts(&self) -> Option<Cuts> {
        self.cuts.clone()
    }

    /// Reader of the generation.
    pub(super) fn reader(&self) -> Arc<Reader> {
        Arc::clone(&self.reader)
    }

    /// Returns a record by its identifier; `None` when there is none.
    fn get<T: Readable>(&self, key: &str) -> ApiResult<Option<Arc<T>>> {
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

/// Lists of which a response holds only a part, by response path: `programmes.nodes.transactions`. Clones share the set.
#[derive(Clone, Debug, Default)]
pub(super) struct Cuts(Arc<Mutex<BTreeMap<String, (usize, usize)>>>);

impl Cuts {
    /// Returns the lists, sorted by path.
    pub(super) fn lists(&self) -> Vec<Cut> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let cut = |(list, (found, shown)): (&String, &(usize, usize))| Cut {
            list: list.clone(),
            found: *found as u64,
            shown: *shown as u64,
        };
        lists.iter().map(cut).collect()
    }
}

/// Records that a request has read, by identifier: a page of programmes names the same countries and agencies repeatedly. Of
/// two nouns with the same identifier, the later one is cached.
#[derive(Default)]
struct RecordMemo(Mutex<HashMap<Box<str>, Arc<dyn Any + Send + Sync>>>);

/// Maximum number of records cached per request.
const REMEMBERED: usize = 4_096;

impl fmt::Debug for RecordMemo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Found")
    }
}

impl RecordMemo {
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

/// Counter of a resource with a limit per request.
#[derive(Debug)]
struct Allowance {
    limit: Limit,
    allowed: usize,
    used: AtomicUsize,
}

impl Allowance {
    fn to(limit: Limit, allowed: usize) -> Self {
        Self { limit, allowed, used: AtomicUsize::new(0) }
    }

    fn add(&self, more: usize) -> ApiResult<()> {
        let used = self.used.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        Ok(Exceeded::check(self.limit, self.allowed, used)?)
    }
}

/// Number of deadline checks per read of the clock, which costs as much as a short response.
const LOOK: u32 = 16;

/// Maximum number of errors in a response; an execution with more ends early.
const MAX_ERRORS: usize = 50;

/// Reason for the early end of an execution: its deadline, another limit of the whole request, or too many failed fields.
/// The response then contains only that error.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    ended: OnceLock<ServerError>,
    failed: AtomicUsize,
}

impl Verdict {
    /// Error that ended the execution.
    pub(super) fn ended(&self) -> Option<ServerError> {
        self.ended.get().cloned()
    }

    /// Records the error of a field; ends the execution if the error concerns the whole request.
    fn note(&self, error: &ServerError) {
        let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
        if failed > MAX_ERRORS {
            self.end(error);
        }
        self.note_whole(error);
    }

    /// Ends the execution if an error concerns the whole request. Errors of root fields are recorded by this alone.
    pub(super) fn note_whole(&self, error: &ServerError) {
        let limit = limit_of(error);
        let is_timeout = code_of(error) == Some(ErrorCode::Timeout);
        let is_of_all = is_timeout
            || limit.is_some_and(|limit| OF_ALL.iter().any(|of_all| of_all.name() == limit));
        if is_of_all {
            self.end(error);
        }
    }

    fn end(&self, error: &ServerError) {
        // No path, since the whole request is rejected.
        let mut whole = ServerError { path: Vec::new(), ..error.clone() };
        if code_of(error) == Some(ErrorCode::Timeout) {
            // The field that the deadline happens to meet is not at fault.
            whole.locations.clear();
        }
        let _ = self.ended.set(whole);
    }
}

/// Limits that concern a whole request.
const OF_ALL: [LimitName; 4] =
    [Limits::NAMES.records, Limits::NAMES.texts, Limits::NAMES.values, Limits::NAMES.answer];

/// Maximum number of items on a page, set by the operator.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageLimit(pub(super) usize);

/// Returns the maximum number of items on a page: the operator's limit, or the schema's maximum.
pub(super) fn page_limit(ctx: &Context<'_>) -> usize {
    ctx.data_opt::<PageLimit>().map_or(MAX_PAGE, |limit| limit.0)
}

/// Returns the state of the current request. All costly operations call it first, so an abandoned execution ends soon.
///
/// # Errors
/// `TIMEOUT` after the deadline; `REBUILDING` without data.
fn inquiry<'a>(ctx: &Context<'a>) -> ApiResult<&'a RequestContext> {
    let inquiry = ctx.data::<RequestContext>().map_err(|_| ApiError::rebuilding())?;
    inquiry.check_time()?;
    Ok(inquiry)
}

/// Returns the reader of the current request.
///
/// # Errors
/// As [`inquiry`].
pub(super) fn reader<'a>(ctx: &Context<'a>) -> ApiResult<&'a Arc<Reader>> {
    Ok(&inquiry(ctx)?.reader)
}

/// Access to the request state while an object is resolved: response form, counters and early end.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExecutionProgress<'a>(Option<&'a RequestContext>);

impl<'a> ExecutionProgress<'a> {
    pub(super) fn of(ctx: &ContextSelectionSet<'a>) -> Self {
        Self(ctx.data_opt::<RequestContext>())
    }

    /// Returns true if the response is written as JSON and not inspected before.
    pub(super) fn goes_out(self) -> bool {
        self.0.is_some_and(|inquiry| inquiry.goes_out)
    }

    /// Counts values of the response before they are resolved.
    ///
    /// # Errors
    /// The error that ends the execution: after the deadline, or when the response has too many values.
    pub(super) fn count_values(self, values: usize) -> ServerResult<()> {
        let Some(inquiry) = self.0 else { return Ok(()) };
        let counted = inquiry.check_time().and_then(|()| inquiry.values.add(values));
        counted.map_err(|err| self.end(err))
    }

    /// Counts bytes of the response as they are written.
    ///
    /// # Errors
    /// The error that ends the execution, when the response has too many bytes.
    pub(super) fn count_bytes(self, bytes: usize) -> ServerResult<()> {
        let Some(inquiry) = self.0 else { return Ok(()) };
        let before = inquiry.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > inquiry.most_bytes {
            return Err(self.end(ApiError::too_large(inquiry.most_bytes)));
        }
        Ok(())
    }

    /// Records the error of a field.
    pub(super) fn note(self, error: &ServerError) {
        if let Some(inquiry) = self.0 {
            inquiry.verdict.note(error);
        }
    }

    /// Checks that no earlier error has ended the execution.
    ///
    /// # Errors
    /// The error that ended it.
    pub(super) fn check_ended(self) -> ServerResult<()> {
        self.0.and_then(|inquiry| inquiry.verdict.ended()).map_or(Ok(()), Err)
    }

    fn end(self, err: ApiError) -> ServerError {
        let error = err.into_server_error();
        self.note(&error);
        error
    }
}

/// Returns a record by its identifier; `None` when there is none.
///
/// # Errors
/// As [`inquiry`]; `LIMIT_EXCEEDED` after too many lookups; `INTERNAL_SERVER_ERROR` when the generation is damaged.
pub(super) fn record<T: Readable>(ctx: &Context<'_>, key: &str) -> ApiResult<Option<Arc<T>>> {
    inquiry(ctx)?.get(key)
}

/// Counts record lookups.
///
/// # Errors
/// `LIMIT_EXCEEDED` when the request has too many.
pub(super) fn count_records(ctx: &Context<'_>, records: usize) -> ApiResult<()> {
    inquiry(ctx)?.records.add(records)
}

/// Records that the list of this field is truncated, if the request selects one of `parts`; with no `parts`, always. The
/// response shows `shown` of `found` items.
pub(super) fn note_cut(ctx: &Context<'_>, parts: &[&str], found: usize, shown: usize) {
    let cuts = ctx.data_opt::<RequestContext>().and_then(|inquiry| inquiry.cuts.as_ref());
    let (Some(cuts), Some(path)) = (cuts, ctx.path_node) else { return };
    let asked = ctx.look_ahead();
    if parts.is_empty() || parts.iter().any(|part| asked.field(part).exists()) {
        let mut path = path.to_string_vec();
        // Indexes in lists begin with a digit, which no name does.
        path.retain(|step| !step.starts_with(|first: char| first.is_ascii_digit()));
        let mut lists = cuts.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Of several lists with the same path, the longest is reported.
        let longest = lists.entry(path.join(".")).or_default();
        *longest = (found, shown).max(*longest);
    }
}

/// Counts text searches.
///
/// # Errors
/// `LIMIT_EXCEEDED` when the request has too many.
pub(super) fn count_texts(ctx: &Context<'_>, texts: usize) -> ApiResult<()> {
    inquiry(ctx)?.texts.add(texts)
}

/// Parses a country code.
pub(super) fn country_code(text: &str) -> ApiResult<CountryCode> {
    text.parse().map_err(|err: InvalidCountry| ApiError::input(err.to_string()))
}

/// Parses a currency code.
pub(super) fn currency_code(text: &str) -> ApiResult<Currency> {
    text.parse().map_err(|err: InvalidCurrency| ApiError::input(err.to_string()))
}

/// Parses the code of a currency with known exchange rates.
pub(super) fn known_currency(reader: &Reader, code: &str) -> ApiResult<Currency> {
    let currency = currency_code(code)?;
    if reader.rates().knows(currency) {
        Ok(currency)
    } else {
        let message = format!(
            "no exchange rate is known for `{code}`: use EUR, USD, XOF or another currency with rates"
        );
        Err(ApiError::input(message))
    }
}
