//! `OpenAPI` description of the tables.
//! Source: `OpenAPI` Specification, version 3.1.

use serde_json::{Map, Value, json};

use crate::table::column::ColumnType;
use crate::table::description::{Description, Parameter};
use crate::table::format::Format;

/// Returns the `OpenAPI` document of the tables.
pub fn open_api(descriptions: &[Description]) -> Value {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    schemas.insert("Error".to_owned(), error());
    for description in descriptions {
        let path = format!("/q/{}.{{format}}", description.name);
        paths.insert(path, json!({ "get": operation(description) }));
        schemas.insert(row_name(description), row(description));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "aidgraph tables",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Flat tables of development-cooperation data. Add up `counted`: its sum counts each amount once.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "basic": { "type": "http", "scheme": "basic", "description": "Any user name, and the token as the password." },
            },
        },
        "security": [{}, { "bearer": [] }, { "basic": [] }],
    })
}

/// Returns the name of the schema of a row: `TransactionSharesRow`.
fn row_name(description: &Description) -> String {
    let words = description.name.split(['-', '_']).map(|word| {
        let mut letters = word.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + letters.as_str()
    });
    words.collect::<String>() + "Row"
}

fn operation(description: &Description) -> Value {
    let extensions: Vec<&str> = Format::of(description).map(Format::extension).collect();
    let format = json!({
        "name": "format",
        "in": "path",
        "required": true,
        "description": "Format of the table.",
        "schema": { "type": "string", "enum": extensions },
    });
    let shape = json!({
        "name": "shape",
        "in": "query",
        "description": "`rows` gives the array of rows alone. JSON only.",
        "schema": { "type": "string", "enum": ["table", "rows"], "default": "table" },
    });
    let mark = json!({
        "name": "bom",
        "in": "query",
        "description": "Begins the file with a byte order mark, for spreadsheets. CSV only.",
        "schema": { "type": "boolean", "default": false },
    });
    let parameters = description.parameters.iter().map(parameter);
    let heading = description.chart.as_ref().map(|_| {
        json!({
            "name": "heading",
            "in": "query",
            "description": "Heading of the drawing, at most 200 letters. SVG only.",
            "schema": { "type": "string", "maxLength": 200 },
        })
    });
    let of_format = [format, shape, mark].into_iter().chain(heading);
    let parameters: Vec<Value> = of_format.chain(parameters).collect();
    json!({
        "operationId": description.name,
        "summary": description.title,
        "description": description.question,
        "parameters": parameters,
        "responses": responses(description),
    })
}

fn parameter(parameter: &Parameter) -> Value {
    let mut item = Map::new();
    let r#type = match parameter.r#type.as_ref() {
        "Int" => "integer",
        "Float" => "number",
        "Boolean" => "boolean",
        _ => "string",
    };
    item.insert("type".to_owned(), json!(r#type));
    if !parameter.values.is_empty() {
        item.insert("enum".to_owned(), json!(parameter.values));
    }
    if let Some(default) = &parameter.default {
        // A number or a boolean is one in JSON too.
        let typed = Some(default).filter(|_| r#type != "string");
        let typed = typed.and_then(|text| serde_json::from_str(text).ok());
        item.insert("default".to_owned(), typed.unwrap_or_else(|| json!(default)));
    }
    if r#type == "integer" && ["limit", "offset", "page"].contains(&parameter.name.as_ref()) {
        item.insert("minimum".to_owned(), json!(u8::from(parameter.name == "page")));
    }
    let schema = if parameter.is_list {
        item.remove("default");
        json!({ "type": "array", "items": item })
    } else {
        Value::Object(item)
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.is_required,
        "description": parameter.description,
        "schema": schema,
    })
}

fn responses(description: &Description) -> Value {
    let reference = json!({ "$ref": format!("#/components/schemas/{}", row_name(description)) });
    let mut content = Map::new();
    for format in Format::of(description) {
        let media = format.media_type().split(';').next().unwrap_or_default();
        let schema = match format {
            Format::Json => json!({ "oneOf": [
                { "type": "object", "required": ["columns", "rows"], "properties": {
                    "rows": { "type": "array", "items": reference },
                    "columns": { "type": "array", "items": { "type": "object" } },
                } },
                { "type": "array", "items": reference },
            ] }),
            Format::Ndjson | Format::Csv | Format::Svg => json!({ "type": "string" }),
            _ => json!({ "type": "string", "format": "binary" }),
        };
        content.insert(media.to_owned(), json!({ "schema": schema }));
    }
    let header = |about: &str| json!({ "description": about, "schema": { "type": "string" } });
    let failure = |about: &str| {
        json!({
            "description": about,
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
        })
    };
    json!({
        "200": {
            "description": "The whole table.",
            "headers": {
                "ETag": header("Entity tag: one data version gives one body."),
                "aidgraph-data-version": header("Version of the data."),
                "aidgraph-rows": header("Number of rows."),
            },
            "content": content,
        },
        "206": { "description": "A range of bytes of the table." },
        "304": { "description": "The client has the table." },
        "400": failure("A parameter is unknown, missing or malformed."),
        "401": failure("A token is required."),
        "403": failure("The token does not allow it, or the host is not allowed."),
        "404": failure("No such table or format."),
        "406": failure("The format is not acceptable."),
        "412": failure("The data has changed since the entity tag in `If-Match`."),
        "413": failure("The table is larger than a limit. A table is never cut: narrow the filter, or ask for pages."),
        "416": failure("The range begins beyond the end."),
        "429": failure("The client sends too many requests."),
        "503": failure("The service is busy, or has no data yet."),
        "504": failure("The deadline has passed."),
    })
}

fn row(description: &Description) -> Value {
    let property = |r#type: ColumnType| match r#type {
        ColumnType::Text => json!({ "type": ["string", "null"] }),
        ColumnType::Integer => json!({ "type": ["integer", "null"] }),
        ColumnType::Decimal => json!({ "type": ["number", "null"] }),
        ColumnType::Boolean => json!({ "type": ["boolean", "null"] }),
        ColumnType::Date => json!({ "type": ["string", "null"], "format": "date" }),
    };
    let properties: Map<String, Value> = description
        .columns
        .iter()
        .map(|column| {
            let mut schema = property(column.r#type);
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("description".to_owned(), json!(column.description));
            }
            (column.name.to_string(), schema)
        })
        .collect();
    json!({ "type": "object", "properties": properties })
}

fn error() -> Value {
    json!({
        "type": "object",
        "required": ["errors"],
        "properties": { "errors": { "type": "array", "items": {
            "type": "object",
            "required": ["message"],
            "properties": {
                "message": { "type": "string" },
                "extensions": { "type": "object", "properties": { "code": { "type": "string" } } },
            },
        } } },
    })
}
