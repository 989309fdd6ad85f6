//! Format of a table and its options, from the file name and the parameters.

use crate::http::error::HttpError;
use crate::table::format::{Format, Options};

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

/// Largest number of letters of the heading of a drawing.
const HEADING: usize = 200;

/// Removes the parameters of the format from the parameters, and parses them.
pub(super) fn options(
    format: Format,
    parameters: &mut Vec<(String, String)>,
) -> Result<Options, HttpError> {
    let mut options = Options::default();
    let is_of_format = |(name, _): &mut (String, String)| {
        name == "shape" || name == "bom" || (name == "heading" && format == Format::Svg)
    };
    for (name, value) in parameters.extract_if(.., is_of_format) {
        match (name.as_str(), value.as_str(), format) {
            ("heading", _, _) if value.chars().count() > HEADING => {
                return Err(HttpError::input(format!("`heading` has at most {HEADING} letters")));
            }
            ("heading", text, _) if !text.trim().is_empty() => {
                options.heading = Some(text.trim().to_owned());
            }
            (_, "", _) | ("heading", ..) | ("shape", "table", _) | ("bom", "0" | "false", _) => {}
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
