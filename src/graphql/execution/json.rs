//! JSON encoding of responses, parts of which may already be encoded.
//!
//! A resolved object is needed only once, to be written. It is therefore encoded as it is resolved and passed up as bytes, a
//! kind of value that the schema has no other use for. No tree is built, traversed and dropped.

use std::io::{self, Write};

use async_graphql::{Name, Response, Value};
use serde::Serialize;

/// Response name of a placeholder that only keeps a selection non-empty. No client can write it, and no response contains
/// it.
pub(super) const UNWRITTEN: &str = "";

/// Removes placeholders from values.
pub(in crate::graphql) fn bare(found: &mut Value) {
    match found {
        Value::Object(fields) => {
            fields.shift_remove(UNWRITTEN);
            fields.values_mut().for_each(bare);
        }
        Value::List(items) => items.iter_mut().for_each(bare),
        _ => {}
    }
}

/// Writes a response, with `data` first and without empty members.
///
/// # Errors
/// Errors of the writer.
pub fn write(out: &mut impl Write, answer: &Response) -> io::Result<()> {
    out.write_all(b"{\"data\":")?;
    value(out, &answer.data)?;
    if !answer.extensions.is_empty() {
        out.write_all(b",\"extensions\":")?;
        plain(out, &answer.extensions)?;
    }
    if !answer.errors.is_empty() {
        out.write_all(b",\"errors\":")?;
        plain(out, &answer.errors)?;
    }
    out.write_all(b"}")
}

/// Object that is encoded field by field.
pub(super) struct JsonObject(Vec<u8>);

impl JsonObject {
    /// Creates an object without fields.
    pub(in crate::graphql) fn new() -> Self {
        Self(Vec::with_capacity(ROOM))
    }

    /// Adds a field, or leaves the object unchanged on failure. Returns the number of bytes that were not already encoded.
    ///
    /// # Errors
    /// When the value cannot be encoded as JSON.
    pub(in crate::graphql) fn add(&mut self, name: &Name, found: &Value) -> io::Result<usize> {
        let before = self.0.len();
        let added = field(&mut self.0, if before == 0 { b"{" } else { b"," }, name, found);
        added.inspect_err(|_| self.0.truncate(before))?;
        Ok((self.0.len() - before).saturating_sub(written(found)))
    }

    /// Returns the object as a value of bytes.
    pub(in crate::graphql) fn into_value(mut self) -> Value {
        if self.0.is_empty() {
            self.0.push(b'{');
        }
        self.0.push(b'}');
        Value::Binary(self.0.into())
    }
}

/// Returns the number of bytes of a value that are already encoded.
fn written(found: &Value) -> usize {
    match found {
        Value::Binary(written) => written.len(),
        Value::List(items) => items.iter().map(written).sum(),
        Value::Object(fields) => fields.values().map(written).sum(),
        _ => 0,
    }
}

/// Initial capacity in bytes, enough for a small object.
const ROOM: usize = 128;

fn value(out: &mut impl Write, found: &Value) -> io::Result<()> {
    match found {
        Value::Binary(written) => out.write_all(written),
        Value::Object(fields) => {
            let mut before: &[u8] = b"{";
            for (name, found) in fields.iter().filter(|(name, _)| name.as_str() != UNWRITTEN) {
                field(out, before, name, found)?;
                before = b",";
            }
            out.write_all(if before == b"{" { b"{}" } else { b"}" })
        }
        Value::List(items) => {
            let mut before: &[u8] = b"[";
            for found in items {
                out.write_all(before)?;
                value(out, found)?;
                before = b",";
            }
            out.write_all(if items.is_empty() { b"[]" } else { b"]" })
        }
        found => plain(out, found),
    }
}

/// Writes a field after the given separator. Names contain only ASCII letters, digits and underscores, so they need no
/// escaping.
/// Source: GraphQL specification, October 2021, 2.1.9.
fn field(out: &mut impl Write, before: &[u8], name: &Name, found: &Value) -> io::Result<()> {
    out.write_all(before)?;
    out.write_all(b"\"")?;
    out.write_all(name.as_bytes())?;
    out.write_all(b"\":")?;
    value(out, found)
}

/// Writes a value without encoded parts.
fn plain(out: &mut impl Write, found: &(impl Serialize + ?Sized)) -> io::Result<()> {
    Ok(serde_json::to_writer(out, found)?)
}

#[cfg(test)]
mod tests {
    use async_graphql::{Pos, ServerError, value};
    use serde_json::json;

    use super::*;

    fn text(answer: &Response) -> String {
        let mut out = Vec::new();
        write(&mut out, answer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_response_is_written_as_by_the_library() {
        let data = value!({
            "list": [1, 2.5, "with \"quotes\"\n, é and \u{1}", null, [], {}],
            "object": { "yes": true, "word": (Value::Enum(Name::new("WORD"))), "none": {} },
            "largest": (u64::MAX),
        });
        let error = ServerError::new("field failed", Some(Pos { line: 1, column: 2 }));
        let mut failed = Response::new(data.clone()).extension("cost", value!({ "left": 1 }));
        failed.errors.push(error.clone());
        let nothing = Response::from_errors(vec![error]);
        for answer in [Response::new(data), Response::new(Value::Null), failed, nothing] {
            assert_eq!(text(&answer), serde_json::to_string(&answer).unwrap());
        }
    }

    #[test]
    fn encoded_values_are_written_verbatim() {
        let mut inner = JsonObject::new();
        inner.add(&Name::new("id"), &value!("a \"b\"")).unwrap();
        inner.add(&Name::new("none"), &Value::Null).unwrap();
        let mut outer = JsonObject::new();
        outer.add(&Name::new("first"), &inner.into_value()).unwrap();
        outer.add(&Name::new("empty"), &JsonObject::new().into_value()).unwrap();
        let list = Value::List(vec![outer.into_value(), Value::Null]);
        let text = text(&Response::new(value!({ "items": (list) })));
        let inner = json!({ "id": "a \"b\"", "none": null });
        let items = json!([{ "first": inner, "empty": {} }, null]);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, json!({ "data": { "items": items } }));
    }
}
