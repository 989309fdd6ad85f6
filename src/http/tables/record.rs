//! Tables of records and groups: written on an execution thread into the spool, and sent from there.

use std::io::ErrorKind;

use axum::http::header::ETAG;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::Response;
use tokio::sync::oneshot;

use super::ROWS;
use super::form::{format, options};
use super::request::{TableIdentity, TableRequest, headers, no_room};
use crate::graphql::Service;
use crate::graphql::error::ErrorCode;
use crate::http::App;
use crate::http::content::follower::{AbortOnDrop, Follower};
use crate::http::content::spool::Spool;
use crate::http::content::spool_writer::{SpoolWriter, Spooling};
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
    let identity = request.identity("", &[]);
    if let Some(response) = request.kept(app, &identity)? {
        return Ok(response);
    }
    let (spool, unspooled) = (app.edge.spool.clone(), app.service.limits().answer);
    let maker = Maker { table, format, options, parameters, identity, spool, unspooled };
    produce(app, maker, &request).await
}

/// Maker of one table.
struct Maker {
    table: RecordTable,
    format: Format,
    options: Options,
    parameters: Vec<(String, String)>,
    identity: TableIdentity,
    spool: Spool,
    /// Maximum number of bytes of a table that the spool has no room for.
    unspooled: usize,
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
    let guard = AbortOnDrop::new(&task);
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
            let mut response = follower.response(guard, &app.edge.unsent, client)?;
            response.headers_mut().extend(headers);
            Ok(request.cached(app, response))
        }
    }
}

fn finished(
    app: &App,
    request: &TableRequest,
    done: Result<Result<Spooling, HttpError>, tokio::task::JoinError>,
) -> Result<Response, HttpError> {
    let failed = |_| HttpError::new(ErrorCode::InternalServerError, "the table could not be made");
    Ok(request.respond(app, done.map_err(failed)??))
}

async fn run(
    service: Service,
    client: Client,
    maker: Maker,
    begin: oneshot::Sender<Begun>,
) -> Result<Spooling, HttpError> {
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
    fn make(self, reader: &Reader, begin: oneshot::Sender<Begun>) -> Result<Spooling, TableError> {
        let prepared = self.table.prepare(&self.parameters, reader)?;
        let rows = prepared.count(reader)?;
        let etag = self.identity.tag(reader.version());
        let warnings = prepared.warnings().len();
        let mut headers = headers(self.table.name, self.format, reader.version(), warnings);
        headers.extend(rows.map(|rows| (ROWS, HeaderValue::from(rows))));
        let mut writer = SpoolWriter::new(self.spool, reader.generation_number(), self.unspooled);
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
        writer
            .finish(etag, headers)
            .ok_or_else(|| ErrorKind::FileTooLarge.into())
            .map_err(TableError::Write)
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
        TableError::Write(err) if err.kind() == ErrorKind::FileTooLarge => no_room(),
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
