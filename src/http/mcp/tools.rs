//! Descriptions of the tools: fixed texts in `tools.json`, and the names of the tables. No text of the data enters them.

use std::sync::LazyLock;

use serde_json::Value;

use crate::table::catalogue::Catalogue;

/// Tools, always in the same order.
pub(super) static TOOLS: LazyLock<Value> = LazyLock::new(|| {
    let mut tools: Vec<Value> =
        serde_json::from_str(include_str!("tools.json")).unwrap_or_default();
    let catalogue = Catalogue::default();
    let names: Value = catalogue.tables().iter().map(|table| table.name).collect();
    for tool in &mut tools {
        if let Some(Value::Object(table)) = tool.pointer_mut("/inputSchema/properties/table") {
            table.insert("enum".to_owned(), names.clone());
        }
    }
    tools.into()
});
