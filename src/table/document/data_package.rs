//! `datapackage.json`: the files of an export with their schemas.
//! Source: Frictionless Data Package, version 1.

use serde_json::{Map, Value, json};

use crate::table::description::Description;
use crate::table::format::Format;

/// File of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Description of the table.
    pub description: Description,
    /// Name of the file in the folder.
    pub path: String,
    /// Number of rows.
    pub rows: u64,
    /// Number of bytes.
    pub bytes: u64,
    /// SHA-256 digest, in hexadecimal.
    pub sha256: String,
}

/// Returns the description of an export.
pub fn data_package(
    version: &str,
    licences: &[String],
    format: Format,
    files: &[ExportedFile],
) -> Value {
    let mut package = Map::new();
    package.insert("name".to_owned(), json!("aidgraph"));
    package.insert("title".to_owned(), json!("Tables of an aidgraph dataset"));
    package.insert("version".to_owned(), json!(version));
    if !licences.is_empty() {
        let licences = licences.iter().map(|licence| {
            let key = if licence.starts_with("http") { "path" } else { "name" };
            json!({ key: licence })
        });
        package.insert("licenses".to_owned(), licences.collect());
    }
    let resources = files.iter().map(|file| resource(format, file));
    package.insert("resources".to_owned(), resources.collect());
    Value::Object(package)
}

fn resource(format: Format, file: &ExportedFile) -> Value {
    let description = &file.description;
    let mut schema = json!({
        "fields": description.columns.iter().map(super::field).collect::<Vec<_>>(),
        "missingValues": [""],
    });
    if let (Some(schema), false) = (schema.as_object_mut(), description.key.is_empty()) {
        schema.insert("primaryKey".to_owned(), json!(description.key));
    }
    let profile = match format {
        Format::Csv => "tabular-data-resource",
        _ => "data-resource",
    };
    json!({
        "name": description.name,
        "path": file.path,
        "profile": profile,
        "title": description.title,
        "description": description.question,
        "format": format.extension(),
        "mediatype": format.media_type().split(';').next(),
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": format!("sha256:{}", file.sha256),
        "rowcount": file.rows,
        "schema": schema,
    })
}
