//! Files that the binary carries, with their types and tags.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::etag;
use super::refusal::Refusal;

/// Files of the pages that the service makes itself.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets"]
pub(super) struct Assets;

/// How long a browser may keep a file without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// It asks each time, and mostly hears that nothing has changed.
    Ask,
    /// Its name changes when it does.
    Forever,
}

/// A file as an answer.
pub(super) fn answer(
    file: Option<EmbeddedFile>,
    path: &str,
    keep: Keep,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let file = file.ok_or_else(|| Refusal::not_found(format!("there is no file `{path}`")))?;
    let etag = etag::of(&file.metadata.sha256_hash());
    let cache = HeaderValue::from_static(match keep {
        Keep::Ask => "no-cache",
        Keep::Forever => "public, max-age=31536000, immutable",
    });
    let kept = etag::is_held(headers, &etag);
    let common = [(ETAG, etag), (CACHE_CONTROL, cache)];
    Ok(if kept {
        (StatusCode::NOT_MODIFIED, common).into_response()
    } else {
        (common, [(CONTENT_TYPE, media_type(path))], file.data).into_response()
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
