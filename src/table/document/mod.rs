//! Documents for people and programs, derived from the descriptions of the tables.

pub mod catalog;
pub mod data_package;
pub mod open_api;
pub mod text;

use serde_json::{Map, Value, json};

use super::column::Column;
use super::description::Description;
use super::format::Format;

/// Returns the column as a field of a Table Schema.
/// Source: Frictionless Table Schema, version 1.
pub(super) fn field(column: &Column) -> Value {
    let mut field = Map::new();
    field.insert("name".to_owned(), json!(column.name));
    field.insert("type".to_owned(), json!(column.r#type.name()));
    field.insert("description".to_owned(), json!(column.description));
    let more = [("unit", &column.unit), ("codes", &column.codes)];
    for (key, text) in more {
        field.extend(text.as_ref().map(|text| (key.to_owned(), json!(text))));
    }
    Value::Object(field)
}

/// Returns a table as an entry of the list of tables.
pub fn entry(description: &Description) -> Value {
    let name = &description.name;
    let parameters = description.parameters.iter().map(|parameter| {
        json!({
            "name": parameter.name,
            "type": parameter.r#type,
            "description": parameter.description,
            "list": parameter.is_list,
            "required": parameter.is_required,
            "default": parameter.default,
            "values": parameter.values,
        })
    });
    let url = |format: Format| {
        let extension = format.extension();
        (extension.to_owned(), json!(format!("/q/{name}.{extension}")))
    };
    let urls: Map<String, Value> = Format::of(description).map(url).collect();
    json!({
        "name": name,
        "title": description.title,
        "question": description.question,
        "parameters": parameters.collect::<Vec<_>>(),
        "columns": description.columns.iter().map(field).collect::<Vec<_>>(),
        "key": description.key,
        "chart": description.chart.as_ref().map(ToString::to_string),
        "urls": urls,
    })
}
