//! Tables of records and groups: written on an execution thread into the spool, and sent from there.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::response::Response;
use tokio::sync::oneshot;

use super::request::{TableAnswer, TableRequest, version_header};
use super::{ROWS, WARNINGS};
use crate::graphql::Service;
use crate::graphql::error::ErrorCode;
use crate::http::App;
use crate::http::content::etag;
use crate::http::content::spool::{Follower, Spool, Spooled};
use crate::http::error::{HttpCode, HttpError};
use crate::model::client::Client;
use crate::read::error::Error;
use crate::read::reader::Reader;
use crate::table::error::TableError;
use crate::table::format::{Format, Options};
use crate::table::record::RecordTable;

/// Estimated time of a table in microseconds: it is a large execution.
const ESTIMATE: u64 = 1_000_000;

/// Responds with a table of records or groups.
pub(super) async fn rows(
    app: &App,
    table: RecordTable,
    file: &str,
    mut parameters: Vec<(String, String)>,
    request: TableRequest,
) -> Result<Response, HttpError> {
    let format = format(table.name, file)?;
    let options = options(format, &mut parameters)?;
    if let Some((generation, version)) = app.service.in_force() {
        let etag = tag(&version, &request.uri);
        if let Some(response) = request.unchanged(app, &version, &etag)? {
            return Ok(response);
        }
        if let Some(kept) = app.edge.spool.get(generation, &etag) {
            return Ok(request.respond(app, TableAnswer::Spooled(kept)));
        }
    }
    let maker = Maker {
        table,
        format,
        options,
        parameters,
        uri: request.uri.clone(),
        spool: app.edge.spool.clone(),
    };
    produce(app, maker, &request).await
}

/// Returns the format of a file name.
pub(super) fn format(name: &str, file: &str) -> Result<Format, HttpError> {
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    Format::of_extension(extension).ok_or_else(|| {
        let known = Format::ALL.iter().map(|format| format!("`/q/{name}.{}`", format.extension()));
        HttpError::not_found(format!(
            "no route `/q/{file}`: write {}",
            known.collect::<Vec<_>>().join(", ")
        ))
    })
}

/// Removes the parameters of the format from the parameters, and parses them.
pub(super) fn options(
    format: Format,
    parameters: &mut Vec<(String, String)>,
) -> Result<Options, HttpError> {
    let mut options = Options::default();
    let is_of_format = |(name, _): &mut (String, String)| name == "shape" || name == "bom";
    for (name, value) in parameters.extract_if(.., is_of_format) {
        match (name.as_str(), value.as_str(), format) {
            (_, "", _) | ("shape", "table", _) | ("bom", "0" | "false", _) => {}
            ("shape", "rows", Format::Json) => options.rows_alone = true,
            ("bom", "1" | "true", Format::Csv) => options.byte_order_mark = true,
            ("shape", "rows", _) => {
                return Err(HttpError::input("`shape=rows` applies to json alone"));
            }
            ("bom", "1" | "true", _) => {
                return Err(HttpError::input("`bom` applies to csv alone"));
            }
            ("shape", ..) => {
                return Err(HttpError::input("invalid `shape`: use `table` or `rows`"));
            }
            _ => return Err(HttpError::input("invalid `bom`: use `1` or `0`")),
        }
    }
    Ok(options)
}

/// Returns the entity tag. Data version, program version and URL determine the bytes of a response.
fn tag(version: &str, uri: &Uri) -> HeaderValue {
    let address = uri.path_and_query().map_or("", |address| address.as_str());
    etag::of(&etag::digest([version, env!("CARGO_PKG_VERSION"), address].map(str::as_bytes)))
}

/// Maker of one table.
struct Maker {
    table: RecordTable,
    format: Format,
    options: Options,
    parameters: Vec<(String, String)>,
    uri: Uri,
    spool: Spool,
}

/// A table that has begun: its headers, and the body that follows its writer.
type Begun = (HeaderMap, Follower);

/// Starts the maker, and responds as soon as there is a large part of the table, or all of it. A request for a range or for
/// the headers alone waits for all of it.
async fn produce(app: &App, maker: Maker, request: &TableRequest) -> Result<Response, HttpError> {
    let (sender, begun) = oneshot::channel();
    let (service, client) = (app.service.clone(), request.caller.client());
    let mut task = tokio::spawn(run(service, client.clone(), maker, sender));
    // Dropped with the request: an execution that no client waits for ends.
    let guard = AbortOnDrop(Some(task.abort_handle()));
    let is_partial = request.method == Method::HEAD || request.headers.contains_key("range");
    let first = async {
        let Ok((headers, mut follower)) = begun.await else { return std::future::pending().await };
        follower.begun().await;
        (headers, follower)
    };
    tokio::select! {
        biased;
        done = &mut task => finished(app, request, done),
        (headers, follower) = first, if !is_partial => {
            let writing = guard.release();
            let Some(writing) = writing else { return finished(app, request, task.await) };
            let mut response = follower.response(writing, &app.edge.unsent, client)?;
            response.headers_mut().extend(headers);
            Ok(request.cached(app, response))
        }
    }
}

/// Aborts a task unless it is released.
struct AbortOnDrop(Option<tokio::task::AbortHandle>);

impl AbortOnDrop {
    fn release(mut self) -> Option<tokio::task::AbortHandle> {
        self.0.take()
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

fn finished(
    app: &App,
    request: &TableRequest,
    done: Result<Result<Spooled, HttpError>, tokio::task::JoinError>,
) -> Result<Response, HttpError> {
    let failed = |_| HttpError::new(ErrorCode::InternalServerError, "the table could not be made");
    Ok(request.respond(app, TableAnswer::Spooled(done.map_err(failed)??)))
}

async fn run(
    service: Service,
    client: Client,
    maker: Maker,
    begin: oneshot::Sender<Begun>,
) -> Result<Spooled, HttpError> {
    let reporter = service.clone();
    let read = move |reader: &Reader| {
        let made = maker.make(reader, begin);
        if let Err(TableError::Read(Error::Store(_) | Error::Dangling { .. })) = &made {
            reporter.report_damage(reader.generation_number());
        }
        made.map_err(refused)
    };
    service.read_for(&client, ESTIMATE, read).await?
}

impl Maker {
    /// Writes the table into the spool.
    fn make(self, reader: &Reader, begin: oneshot::Sender<Begun>) -> Result<Spooled, TableError> {
        let prepared = self.table.prepare(&self.parameters, reader)?;
        let rows = prepared.count(reader)?;
        let etag = tag(reader.version(), &self.uri);
        let mut headers = self.headers(reader, prepared.warnings().len());
        headers.extend(rows.map(|rows| (ROWS, HeaderValue::from(rows))));
        let mut writer = self.spool.writer(reader.generation_number());
        let mut early = headers.clone();
        early.insert(ETAG, etag.clone());
        if rows.is_some() {
            // The request may have ended. Without the number of rows, its headers wait for the whole table.
            let _ = begin.send((early, writer.follow()));
        }
        let provenance = prepared.provenance(reader)?;
        let output = Box::new(&mut writer);
        let written = prepared.write(self.format, &self.options, &provenance, reader, output)?;
        headers.insert(ROWS, HeaderValue::from(written));
        writer.finish(etag, headers).ok_or_else(|| TableError::TooLarge {
            found: written,
            limit: written,
            unit: "rows",
            advice: "narrow the filter, or raise `max-spool`".into(),
        })
    }

    fn headers(&self, reader: &Reader, warnings: usize) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.format.media_type()));
        let file = format!("inline; filename=\"{}.{}\"", self.table.name, self.format.extension());
        headers.extend(HeaderValue::from_str(&file).ok().map(|file| (CONTENT_DISPOSITION, file)));
        headers.extend(version_header(reader.version()));
        if warnings > 0 {
            headers.insert(WARNINGS, HeaderValue::from(warnings));
        }
        headers
    }
}

/// Converts the error of a table.
pub(super) fn refused(error: TableError) -> HttpError {
    let message = error.to_string();
    match error {
        TableError::Unknown { .. } => HttpError::not_found(message),
        TableError::Parameter(_) | TableError::Encode(_) => HttpError::input(message),
        TableError::TooLarge { .. } | TableError::Read(Error::TooMany { .. }) => {
            HttpError::new(HttpCode::PayloadTooLarge, message)
        }
        TableError::TimedOut | TableError::Read(Error::TimedOut { .. }) => {
            HttpError::new(ErrorCode::Timeout, message).at("request-timeout")
        }
        TableError::Write(err) if err.kind() == std::io::ErrorKind::FileTooLarge => {
            let message = "the table is larger than half of the spool: narrow the filter, or raise `max-spool`";
            HttpError::new(HttpCode::PayloadTooLarge, message).at("max-spool")
        }
        TableError::Write(err) => {
            tracing::error!(error = &err as &dyn std::error::Error, "table not written");
            HttpError::new(HttpCode::InsufficientStorage, "no room for the table: retry later")
                .at("max-spool")
        }
        TableError::Read(err) => {
            tracing::error!(error = &err as &dyn std::error::Error, "table not read");
            HttpError::new(ErrorCode::InternalServerError, "the data could not be read")
        }
    }
}
