//! Embedded files, with media types and entity tags.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use axum::Extension;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::content::compression::Forms;
use crate::http::content::etag;
use crate::http::error::HttpError;

/// Files of the server-rendered pages.
#[derive(RustEmbed)]
#[folder = "assets"]
pub(in crate::http) struct Assets;

/// Cache policy of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Keep {
    /// Revalidate on each use.
    Ask,
    /// Cache indefinitely: the name of the file contains its digest.
    Forever,
}

/// Responds with a file.
pub(in crate::http) fn answer(
    file: Option<EmbeddedFile>,
    path: &str,
    keep: Keep,
    headers: &HeaderMap,
) -> Result<Response, HttpError> {
    let file = file.ok_or_else(|| HttpError::not_found(format!("no file `{path}`")))?;
    let etag = etag::of(&file.metadata.sha256_hash());
    let cache = HeaderValue::from_static(match keep {
        Keep::Ask => "no-cache",
        Keep::Forever => "public, max-age=31536000, immutable",
    });
    if let Some(held) = etag::held(headers, &etag) {
        let common = [(ETAG, held), (CACHE_CONTROL, cache)];
        return Ok((StatusCode::NOT_MODIFIED, common).into_response());
    }
    let common = [(ETAG, etag), (CACHE_CONTROL, cache)];
    let kept = Extension(forms(file.metadata.sha256_hash()));
    Ok((common, [(CONTENT_TYPE, media_type(path))], kept, file.data).into_response())
}

/// Returns the cached encodings of a file by its digest. The number of files is fixed, so the map is bounded.
fn forms(digest: [u8; 32]) -> Arc<Forms> {
    static KEPT: LazyLock<Mutex<HashMap<[u8; 32], Arc<Forms>>>> = LazyLock::new(Mutex::default);
    // A panic cannot leave the map inconsistent, so a poisoned lock is usable.
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(kept.entry(digest).or_insert_with(Forms::of_file))
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
