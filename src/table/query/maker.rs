//! Maker of query tables: executes the pages of a query, and writes them in the format on a thread that may block.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::{JoinHandle, spawn_blocking};

use super::QueryTable;
use super::cells::batches;
use super::description::description;
use super::error::QueryTableError;
use crate::graphql::cut::Cut;
use crate::graphql::error::ApiError;
use crate::graphql::execution::prepared::Answered;
use crate::graphql::saved::lists::Paging;
use crate::graphql::saved::query::warnings;
use crate::graphql::{DATA_VERSION, Service};
use crate::model::client::Client;
use crate::model::code::Code as _;
use crate::read::reader::Reader;
use crate::table::batch::Batch;
use crate::table::catalogue::Catalogue;
use crate::table::error::TableError;
use crate::table::format::Provenance;

/// Maximum number of rows of a query table.
const MAX_ROWS: u64 = 100_000;

/// Number of starts before a table is given up because the data changes.
const STARTS: usize = 3;

/// Number of batches between execution and writer.
const WAITING: usize = 4;

/// A complete query table.
#[derive(Debug)]
pub struct Made<W> {
    /// Output with all bytes.
    pub output: W,
    /// Number of rows.
    pub rows: u64,
    /// Number of the generation that the rows were read from.
    pub generation: u64,
    /// Version of the data.
    pub version: String,
    /// Warnings of the query.
    pub warnings: Vec<String>,
}

/// Reads all rows of a query, and writes them. `open` returns the output for a generation.
///
/// # Errors
/// [`QueryTableError`]. The output is then dropped.
pub async fn make<W, F>(
    service: &Service,
    client: &Client,
    table: &Arc<QueryTable>,
    open: F,
) -> Result<Made<W>, QueryTableError>
where
    W: Write + Send + 'static,
    F: Fn(u64) -> W,
{
    table.check()?;
    for _ in 0..STARTS {
        if let Some(made) = Box::pin(start(service, client, table, &open)).await? {
            return Ok(made);
        }
    }
    Err(QueryTableError::Changing)
}

/// Reads and writes all pages; `None` if the data changed between them.
async fn start<W, F>(
    service: &Service,
    client: &Client,
    table: &Arc<QueryTable>,
    open: &F,
) -> Result<Option<Made<W>>, QueryTableError>
where
    W: Write + Send + 'static,
    F: Fn(u64) -> W,
{
    let mut page = read(service, client, table, None).await?;
    let (generation, version) = (page.generation, page.version.clone());
    let warnings = page.warnings.clone();
    let Some(licences) = licences(service, client, generation).await? else { return Ok(None) };
    let provenance =
        Provenance { data_version: Some(version.clone()), licences, warnings: warnings.clone() };
    let (batches, writing) = begin(Arc::clone(table), provenance, open(generation));
    let mut rows = 0;
    loop {
        rows += page.rows;
        match page.found.filter(|found| *found > MAX_ROWS) {
            Some(found) => return Err(too_many(table, found, "rows").into()),
            None if rows > MAX_ROWS => return Err(too_many(table, rows, "rows or more").into()),
            None => {}
        }
        if !send(&batches, page.batches).await {
            break;
        }
        let Some(cursor) = page.next else {
            // A closed channel without an end is an abandoned table.
            let _ = batches.send(Part::End).await;
            break;
        };
        let next = read(service, client, table, Some(cursor)).await;
        // A cursor of other data may be refused.
        if next.as_ref().map_or(service.generation(), |next| Some(next.generation))
            != Some(generation)
        {
            return Ok(None);
        }
        page = next?;
    }
    let failed = |_| TableError::Write(io::Error::other("the writer of the table failed"));
    let output = writing.await.map_err(failed)??;
    Ok(Some(Made { output, rows, generation, version, warnings }))
}

/// Passes batches to the writer; returns false if it has ended.
async fn send(to: &Sender<Part>, batches: Vec<Batch>) -> bool {
    for batch in batches {
        if to.send(Part::Batch(batch)).await.is_err() {
            return false;
        }
    }
    true
}

fn too_many(table: &QueryTable, found: u64, unit: &'static str) -> TableError {
    let list = table.query.paging().map(Paging::list).unwrap_or_default();
    let advice = format!("narrow the filter, or {}", advice(table, &list));
    TableError::TooLarge { found, limit: MAX_ROWS, unit, advice: advice.into() }
}

/// Part of a table on its way to the writer.
enum Part {
    Batch(Batch),
    End,
}

/// Starts the writer of a table.
fn begin<W: Write + Send + 'static>(
    table: Arc<QueryTable>,
    provenance: Provenance,
    output: W,
) -> (Sender<Part>, JoinHandle<Result<W, TableError>>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (sender, spawn_blocking(move || write(&table, &provenance, receiver, output)))
}

fn write<W: Write + Send>(
    table: &QueryTable,
    provenance: &Provenance,
    mut parts: Receiver<Part>,
    mut output: W,
) -> Result<W, TableError> {
    let description = description(&table.query, table.has_twins());
    let to = Box::new(&mut output);
    let mut writer = table.format.writer(&table.options, &description, provenance, to)?;
    loop {
        match parts.blocking_recv() {
            Some(Part::Batch(batch)) => writer.write(&batch)?,
            Some(Part::End) => break,
            None => return Err(TableError::Write(io::ErrorKind::BrokenPipe.into())),
        }
    }
    writer.finish()?;
    Ok(output)
}

/// Estimated time in microseconds to read the licences of a generation, which are cached.
const LICENCES: u64 = 100;

/// Returns the licences of a generation; `None` if it is no longer the current one.
async fn licences(
    service: &Service,
    client: &Client,
    generation: u64,
) -> Result<Option<Vec<String>>, QueryTableError> {
    let read = move |reader: &Reader| {
        let is_current = reader.generation_number() == generation;
        let all = || reader.all_licences().map(|all| all.iter().cloned().collect());
        is_current.then(all).transpose()
    };
    let failed = |err: ApiError| QueryTableError::Execution(Box::new(err.into_server_error()));
    let found = service.read_for(client, LICENCES, read).await.map_err(failed)?;
    Ok(found.map_err(TableError::Read)?)
}

/// Page of a query table.
struct Page {
    batches: Vec<Batch>,
    rows: u64,
    /// Number of rows of all pages, if it is known.
    found: Option<u64>,
    /// Cursor of the next page.
    next: Option<String>,
    generation: u64,
    version: String,
    warnings: Vec<String>,
}

/// Executes the query for one page. The rows are converted on the thread of the execution.
async fn read(
    service: &Service,
    client: &Client,
    table: &Arc<QueryTable>,
    cursor: Option<String>,
) -> Result<Page, QueryTableError> {
    let paging = table.paging();
    let after = paging.map(Paging::after).zip(cursor);
    let request = table.request(after);
    let (table, max_bytes) = (Arc::clone(table), service.limits().answer);
    let page = move |answered: Answered| Page::of(&table, &answered, max_bytes);
    service.execute_for(client, request, page).await
}

impl Page {
    fn of(
        table: &QueryTable,
        answered: &Answered,
        max_bytes: usize,
    ) -> Result<Self, QueryTableError> {
        let response = &answered.response;
        if let Some(error) = response.errors.first() {
            return Err(QueryTableError::Execution(Box::new(error.clone())));
        }
        let paging = table.paging();
        let paged = paging.map(Paging::list);
        let requested = table.requested();
        let lists = table.query.lists();
        let is_refused = |cut: &&Cut| {
            paged.as_deref() != Some(&cut.list) && !lists.is_requested(&cut.list, &requested)
        };
        if let Some(cut) = answered.cut.iter().find(is_refused) {
            return Err(refused(table, cut));
        }
        let rows = table.query.table(&response.data, &answered.bounds(max_bytes));
        let rows = rows.map_err(QueryTableError::Unwritten)?;
        let version = response.http_headers.get(DATA_VERSION);
        let version = version.and_then(|version| version.to_str().ok()).unwrap_or_default();
        Ok(Self {
            batches: batches(&rows, table.has_twins())?,
            rows: rows.rows.len() as u64,
            found: paging.and_then(|paging| paging.rows(&response.data)),
            next: paging.and_then(|paging| paging.next(&response.data)),
            generation: answered.generation.unwrap_or_default(),
            version: version.to_owned(),
            warnings: warnings(response),
        })
    }
}

fn refused(table: &QueryTable, cut: &Cut) -> QueryTableError {
    QueryTableError::Cut {
        list: cut.list.clone(),
        found: cut.found,
        shown: cut.shown,
        advice: advice(table, &cut.list),
    }
}

/// Returns the parameter or table that helps with a list.
fn advice(table: &QueryTable, list: &str) -> String {
    let lists = table.query.lists();
    let variables = lists.variables(list);
    let page = if variables.is_empty() {
        "page it with `first: $first, after: $after` and `pageInfo { hasNextPage endCursor }` in the query".to_owned()
    } else {
        format!("request a part with `{}`", variables.join("` and `"))
    };
    match record_table(lists.type_name(list).unwrap_or_default()) {
        Some(name) => format!("{page}, or use the table `/q/{name}.{}`", table.format.extension()),
        None => page,
    }
}

/// Returns the record table with the items of a connection type: `transactions` of `TransactionConnection`.
fn record_table(type_name: &str) -> Option<&'static str> {
    let noun = type_name.strip_suffix("Connection")?;
    let tables = Catalogue::default();
    let own = tables.tables().iter().filter(|table| table.kind.as_str() == noun);
    // Of several tables of one noun, that with one row per record.
    own.min_by_key(|table| (table.listed().key.len(), table.name.len())).map(|table| table.name)
}
