//! Saved queries as flat tables in JSON and CSV.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};

use super::request::{TableAnswer, TableRequest, version_header};
use super::{CUT, HAS_MORE, ROWS, WARNINGS};
use crate::graphql::DATA_VERSION;
use crate::graphql::bounds::Bounds;
use crate::graphql::execution::prepared::Answered;
use crate::graphql::saved::csv;
use crate::graphql::saved::json::{JsonRows, JsonTable};
use crate::graphql::saved::query::SavedQuery;
use crate::graphql::saved::table::Table;
use crate::graphql::saved::variables::Variable;
use crate::http::App;
use crate::http::content::etag;
use crate::http::error::HttpError;

/// Returns a saved query as an entry of the list of tables.
pub(super) fn entry(query: &SavedQuery) -> Value {
    let name = query.name();
    json!({
        "name": name,
        "title": query.title(),
        "answers": query.answers(),
        "variables": query.variables().iter().map(variable).collect::<Vec<_>>(),
        "urls": {
            "json": format!("/q/{name}.json"),
            "csv": format!("/q/{name}.csv"),
            "playground": format!("/playground/#query={name}"),
        },
    })
}

fn variable(variable: &Variable) -> Value {
    json!({
        "name": variable.name(),
        "type": variable.type_name(),
        "required": variable.is_required(),
        "default": variable.default_value(),
    })
}

/// Format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TableFormat {
    Json,
    Csv,
}

/// Parameters of the format; all other query parameters are variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TableParams {
    format: TableFormat,
    rows_alone: bool,
    byte_order_mark: bool,
}

/// Responds with the rows of a saved query.
pub(super) async fn rows(
    app: &App,
    file: &str,
    mut parameters: Vec<(String, String)>,
    request: TableRequest,
) -> Result<Response, HttpError> {
    let (query, format) = find(app, file)?;
    let form = TableParams::take(format, &mut parameters)?;
    if let Some((generation, version)) = app.service.in_force() {
        let etag = tag(&version, query, &request.uri);
        if let Some(response) = request.unchanged(app, &version, &etag)? {
            return Ok(response);
        }
        if let Some(kept) = app.edge.spool.get(generation, &etag) {
            return Ok(request.respond(app, TableAnswer::Spooled(kept)));
        }
    }
    let answer = execute(app, &request, query.name(), &parameters, form).await?;
    Ok(request.respond(app, answer))
}

/// Returns the saved query and format of a file name such as `programmes.csv`.
fn find<'a>(app: &'a App, file: &str) -> Result<(&'a SavedQuery, TableFormat), HttpError> {
    let (name, format) = match file.rsplit_once('.') {
        Some((name, "json")) => (name, TableFormat::Json),
        Some((name, "csv")) => (name, TableFormat::Csv),
        _ => {
            let message = format!("no route `/q/{file}`: write `/q/NAME.json` or `/q/NAME.csv`");
            return Err(HttpError::not_found(message));
        }
    };
    let unknown = || {
        let near = app.service.saved().nearest(name);
        let near = near.map(|near| format!(" did you mean `{near}`?")).unwrap_or_default();
        HttpError::not_found(format!("unknown saved query `{name}`:{near} see `/q`"))
    };
    Ok((app.service.saved().get(name).ok_or_else(unknown)?, format))
}

/// Executes the query, and writes the table on the thread of its execution.
async fn execute(
    app: &App,
    request: &TableRequest,
    name: &str,
    parameters: &[(String, String)],
    form: TableParams,
) -> Result<TableAnswer, HttpError> {
    let gone = || HttpError::not_found(format!("unknown saved query `{name}`"));
    let query = app.service.saved().get(name).ok_or_else(gone)?;
    let pairs = parameters.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let asked = query.request(pairs).map_err(|err| HttpError::input(err.to_string()))?;
    let (service, name) = (app.service.clone(), name.to_owned());
    let (spool, uri) = (app.edge.spool.clone(), request.uri.clone());
    let max_bytes = app.service.limits().answer;
    let write = move |answered: Answered| {
        let answer = &answered.response;
        if let Some(error) = answer.errors.first() {
            return Err(HttpError::of(error));
        }
        let version = answer.http_headers.get(DATA_VERSION).cloned();
        let version = version.as_ref().and_then(|version| version.to_str().ok());
        let query = service.saved().get(&name).ok_or_else(|| HttpError::not_found(name.clone()))?;
        let bounds = answered.bounds(max_bytes);
        let table = query.table_of(&answered, &bounds).map_err(HttpError::unwritten)?;
        let (mut headers, body) = form.write(query, version, &table, &bounds)?;
        let (Some(version), Some(generation)) = (version, answered.generation) else {
            return Ok(TableAnswer::Whole(headers, body));
        };
        headers.extend(version_header(version));
        Ok(TableAnswer::spooled(spool.writer(generation), tag(version, query, &uri), headers, body))
    };
    app.service.execute_for(&request.caller.client(), asked, write).await
}

/// Returns the entity tag. Data version, program version, query and URL determine the bytes of a response.
fn tag(version: &str, query: &SavedQuery, uri: &Uri) -> HeaderValue {
    let address = uri.path_and_query().map_or("", |address| address.as_str());
    let parts = [version, env!("CARGO_PKG_VERSION"), query.text(), address];
    etag::of(&etag::digest(parts.map(str::as_bytes)))
}

/// Encodes a table as JSON.
fn encode(table: &impl Serialize, bounds: &Bounds) -> Result<Vec<u8>, HttpError> {
    let mut buffer = bounds.buffer();
    let written = serde_json::to_writer(&mut buffer, table);
    buffer.finish(written).map_err(HttpError::unwritten)
}

impl TableParams {
    /// Removes the parameters of the format from the parameters and parses them.
    fn take(
        format: TableFormat,
        parameters: &mut Vec<(String, String)>,
    ) -> Result<Self, HttpError> {
        let mut form = Self { format, rows_alone: false, byte_order_mark: false };
        for (name, value) in parameters.extract_if(.., |(name, _)| name == "shape" || name == "bom")
        {
            match (name.as_str(), value.as_str()) {
                ("shape", "rows") => form.rows_alone = true,
                ("shape", "" | "table") => {}
                ("shape", _) => {
                    return Err(HttpError::input("invalid `shape`: use `table` or `rows`"));
                }
                (_, "1" | "true") => form.byte_order_mark = true,
                (_, "" | "0" | "false") => {}
                _ => return Err(HttpError::input("invalid `bom`: use `1` or `0`")),
            }
        }
        Ok(form)
    }

    /// Returns the headers and the body of a table.
    fn write(
        self,
        query: &SavedQuery,
        version: Option<&str>,
        table: &Table,
        bounds: &Bounds,
    ) -> Result<(HeaderMap, Vec<u8>), HttpError> {
        let (extension, media, body) = match self.format {
            TableFormat::Csv => {
                let mut body = if self.byte_order_mark { "\u{feff}".into() } else { Vec::new() };
                body.extend(csv::render(table, bounds).map_err(HttpError::unwritten)?);
                ("csv", "text/csv; charset=utf-8; header=present", body)
            }
            TableFormat::Json if self.rows_alone => {
                ("json", "application/json", encode(&JsonRows(table), bounds)?)
            }
            TableFormat::Json => {
                let answer = JsonTable { query, data_version: version, table };
                ("json", "application/json", encode(&answer, bounds)?)
            }
        };
        let file = format!("inline; filename=\"{}.{extension}\"", query.name());
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
        headers.insert(ROWS, HeaderValue::from(table.rows.len()));
        let more = if table.has_more { "true" } else { "false" };
        headers.insert(HAS_MORE, HeaderValue::from_static(more));
        let said = [
            (CONTENT_DISPOSITION, file, false),
            (CUT, table.cut.join(","), table.cut.is_empty()),
            (WARNINGS, table.warnings.len().to_string(), table.warnings.is_empty()),
        ];
        for (name, value, is_nothing) in said {
            if let (false, Ok(value)) = (is_nothing, HeaderValue::from_str(&value)) {
                headers.insert(name, value);
            }
        }
        Ok((headers, body))
    }
}
