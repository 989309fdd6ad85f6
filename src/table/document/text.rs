//! Texts about the tables: the README and views of an export, and `llms.txt`.

use std::fmt::Write as _;

use super::data_package::ExportedFile;
use crate::table::column::ColumnType;
use crate::table::description::Description;
use crate::table::format::Format;

/// Returns the README of an export.
pub fn readme(version: &str, format: Format, files: &[ExportedFile]) -> String {
    let mut text = format!(
        "# Tables of an aidgraph dataset\n\nData version: `{version}`\n\n\
         An empty cell means unknown or not applicable, never 0. Add up the column `counted`: its sum counts each amount once, \
         and `left_out` gives the reason where an amount does not count.\n\n\
         `datapackage.json` describes every column.{}\n\n| file | rows | answers |\n| --- | ---: | --- |\n",
        if views(format, files).is_some() {
            " `views.sql` opens the files in DuckDB, from this folder: `duckdb -init views.sql`."
        } else {
            ""
        }
    );
    for file in files {
        let ExportedFile { description, path, rows, .. } = file;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| [{path}]({path}) | {rows} | {} |", description.question);
    }
    text
}

/// Returns the views of an export for `DuckDB`; `None` for a format that it does not read.
pub fn views(format: Format, files: &[ExportedFile]) -> Option<String> {
    let mut text = String::new();
    for file in files {
        let name = file.description.name.replace('-', "_");
        let path = &file.path;
        let from = match format {
            Format::Csv => {
                format!("read_csv('{path}', header = true, columns = {})", types(&file.description))
            }
            Format::Ndjson => format!(
                "read_json('{path}', format = 'newline_delimited', columns = {})",
                types(&file.description)
            ),
            Format::Parquet => format!("read_parquet('{path}')"),
            _ => return None,
        };
        let _ = writeln!(text, "CREATE OR REPLACE VIEW {name} AS SELECT * FROM {from};");
    }
    Some(text)
}

/// Returns the types of the columns as a struct of `DuckDB`.
fn types(description: &Description) -> String {
    let columns = description.columns.iter().map(|column| {
        let r#type = match column.r#type {
            ColumnType::Text => "VARCHAR",
            ColumnType::Integer => "BIGINT",
            ColumnType::Decimal => "DECIMAL(38, 12)",
            ColumnType::Boolean => "BOOLEAN",
            ColumnType::Date => "DATE",
        };
        format!("'{}': '{type}'", column.name)
    });
    format!("{{{}}}", columns.collect::<Vec<_>>().join(", "))
}

/// Returns `llms.txt`: the service in short, for language models.
/// Source: <https://llmstxt.org>.
pub fn llms(descriptions: &[Description]) -> String {
    let mut text = "# aidgraph\n\n> Development-cooperation data: who does what, where, with whom, for how much, and how do we know.\n\n\
        Add up the column `counted` of a table: its sum counts each amount once. An empty cell means unknown, never 0. \
        A table has all its rows or is refused; `limit` and `offset` page it.\n\n\
        ## Interfaces\n\n- [Schema](/schema.graphql): GraphQL schema of `/graphql`\n- [OpenAPI](/q/openapi.json): the tables as a REST interface\n\
        - [Tables](/q): all tables with their parameters and columns\n\n## Tables\n\n"
        .to_owned();
    for description in descriptions {
        let Description { name, title, question, .. } = description;
        let _ = writeln!(text, "- [{title}](/q/{name}.csv): {question}");
    }
    text
}
