//! Tables of saved and ad hoc queries: made page by page, kept in the spool, and sent from there.

use std::sync::Arc;

use async_graphql::Variables;
use axum::http::HeaderValue;
use axum::response::Response;
use serde_json::{Value, json};

use super::form::{format, options};
use super::request::{TableRequest, headers, no_room};
use super::{ROWS, record};
use crate::graphql::error::ErrorCode;
use crate::graphql::saved::query::SavedQuery;
use crate::graphql::saved::variables::Variable;
use crate::http::App;
use crate::http::content::spool_writer::SpoolWriter;
use crate::http::error::{HttpCode, HttpError};
use crate::table::format::Format;
use crate::table::query::error::QueryTableError;
use crate::table::query::{QueryTable, description, make};

/// Returns a saved query as an entry of the list of tables.
pub(super) fn entry(query: &SavedQuery) -> Value {
    let name = query.name();
    let file = |format: Format| {
        let extension = format.extension();
        (extension.to_owned(), Value::from(format!("/q/{name}.{extension}")))
    };
    let described = description(query, false);
    let mut urls: serde_json::Map<String, Value> = Format::of(&described).map(file).collect();
    urls.insert("playground".to_owned(), format!("/playground/#query={name}").into());
    json!({
        "name": name,
        "title": query.title(),
        "answers": query.answers(),
        "variables": query.variables().iter().map(variable).collect::<Vec<_>>(),
        "urls": urls,
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

/// Responds with the rows of a saved query.
pub(super) async fn rows(
    app: &App,
    file: &str,
    mut parameters: Vec<(String, String)>,
    request: TableRequest,
) -> Result<Response, HttpError> {
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let format = format("NAME", file)?;
    let library = app.service.saved();
    let query = library.get(name).map(Arc::clone).ok_or_else(|| unknown(app, name))?;
    let joins = joins(&mut parameters)?;
    let options = options(format, &mut parameters)?;
    let variables = variables(&query, &parameters, Variables::default())?;
    let table = QueryTable { query, variables, format, options, joins, page_limit: None };
    respond(app, table, &request, &[]).await
}

fn unknown(app: &App, name: &str) -> HttpError {
    let library = app.service.saved();
    let near = library.nearest(name).or_else(|| app.tables.nearest(name));
    let near = near.map(|near| format!(" did you mean `{near}`?")).unwrap_or_default();
    HttpError::not_found(format!("unknown saved query `{name}`:{near} see `/q`"))
}

/// Reads the variables of the parameters.
pub(super) fn variables(
    query: &SavedQuery,
    parameters: &[(String, String)],
    given: Variables,
) -> Result<Variables, HttpError> {
    let pairs = parameters.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    query.variables_of(pairs, given).map_err(|err| HttpError::input(err.to_string()))
}

/// Removes `join` from the parameters, and parses it.
pub(super) fn joins(parameters: &mut Vec<(String, String)>) -> Result<bool, HttpError> {
    let mut joins = false;
    for (_, value) in parameters.extract_if(.., |(name, _)| name == "join") {
        match value.trim() {
            "" => {}
            "list" => joins = true,
            _ => return Err(HttpError::input("invalid `join`: use `list`")),
        }
    }
    Ok(joins)
}

/// Responds with a query table. `body` is the body of the request, which determines the table beside its URL.
pub(super) async fn respond(
    app: &App,
    table: QueryTable,
    request: &TableRequest,
    body: &[u8],
) -> Result<Response, HttpError> {
    let identity = request.identity(table.query.text(), body);
    if let Some(response) = request.kept(app, &identity)? {
        return Ok(response);
    }
    let table = Arc::new(table);
    let (spool, limit) = (app.edge.spool.clone(), app.service.limits().answer);
    let open = |generation| SpoolWriter::new(spool.clone(), generation, limit);
    let made = make(&app.service, &request.caller.client(), &table, open).await;
    let made = made.map_err(refused)?;
    let (name, warnings) = (table.query.name(), made.warnings.len());
    let mut headers = headers(name, table.format, &made.version, warnings);
    headers.insert(ROWS, HeaderValue::from(made.rows));
    let etag = identity.tag(&made.version);
    let table = made.output.finish(etag, headers).ok_or_else(no_room)?;
    Ok(request.respond(app, table))
}

/// Converts the error of a query table.
fn refused(error: QueryTableError) -> HttpError {
    let message = error.to_string();
    match error {
        QueryTableError::Execution(error) => HttpError::of(&error),
        QueryTableError::Unwritten(error) => HttpError::unwritten(error),
        QueryTableError::Joined(_) => HttpError::input(message),
        QueryTableError::Cut { .. } => HttpError::new(HttpCode::PayloadTooLarge, message),
        QueryTableError::Changing => HttpError::new(ErrorCode::Overloaded, message),
        QueryTableError::Table(error) => record::refused(error),
    }
}
