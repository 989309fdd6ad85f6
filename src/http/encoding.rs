//! Compressed answers. Source: RFC 9110, `Accept-Encoding` and strong `ETag`.
//!
//! Only what is whole and worth it is compressed; streams are not. The compressed form of an answer is another
//! representation, so its tag is another one: `"x"` becomes `"x.br"`. An answer that is kept ready keeps its compressed
//! forms too.

use std::io::{self, Write as _};
use std::sync::{Arc, OnceLock};

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::answer::Written;
use super::media::thousandths;

/// What is smaller is sent as it is.
const SMALLEST: u64 = 1_024;

/// What is larger is compressed on a thread that may take its time.
const QUICK: usize = 16 * 1_024;

/// How hard brotli, zstd and gzip try: about as long as the answer took to make.
const BROTLI: i32 = 5;
const ZSTD: i32 = 3;
const GZIP: flate2::Compression = flate2::Compression::new(6);

/// A way of writing shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

/// The ways, the one that is preferred among equals first.
const CODINGS: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The one that the client prefers; `None` for none.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let given = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let given: Vec<&str> = given.flat_map(|value| value.split(',')).collect();
        let weight = |name: &str| {
            let found = given.iter().find_map(|part| {
                let (coding, parameters) = part.split_once(';').unwrap_or((part, ""));
                coding.trim().eq_ignore_ascii_case(name).then(|| parameters.trim())
            })?;
            let given = found.split_once('=').filter(|(key, _)| key.trim() == "q");
            Some(thousandths(given.map_or("1", |(_, weight)| weight.trim())))
        };
        let any = weight("*").unwrap_or(0);
        let weighed = CODINGS.map(|coding| (weight(coding.name()).unwrap_or(any), coding));
        let best = weighed.iter().map(|(weight, _)| *weight).max().filter(|best| *best > 0)?;
        weighed.iter().find(|(weight, _)| *weight == best).map(|(_, coding)| *coding)
    }

    fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::encode_all(bytes, ZSTD),
            Self::Brotli => {
                let mut out = Vec::new();
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: BROTLI,
                    size_hint: bytes.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
                Ok(out)
            }
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), GZIP);
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

/// The compressed forms of an answer, made when they are first asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Forms {
    zstd: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

impl Forms {
    fn of(&self, coding: Coding) -> &OnceLock<Bytes> {
        match coding {
            Coding::Zstd => &self.zstd,
            Coding::Brotli => &self.brotli,
            Coding::Gzip => &self.gzip,
        }
    }

    /// Keeps a form that is so small that all of them together are no larger than the answer.
    fn keep(&self, coding: Coding, whole: usize, form: &Bytes) {
        if form.len() <= whole / CODINGS.len() {
            // Somebody else may have made the same.
            let _ = self.of(coding).set(form.clone());
        }
    }
}

/// Compresses answers as their clients take them.
pub(super) async fn compress(request: Request, next: Next) -> Response {
    let coding = Coding::of(request.headers());
    let held = request.headers().get(IF_NONE_MATCH).cloned();
    let mut response = next.run(request).await;
    if response.status() == StatusCode::NOT_MODIFIED {
        keep_tag(&mut response, held.as_ref());
        vary(&mut response);
        return response;
    }
    let size = response.body().size_hint().exact().unwrap_or(0);
    if !is_text(&response) || size < SMALLEST {
        return response;
    }
    vary(&mut response);
    let Some(coding) = coding else { return response };
    encode(response, coding).await
}

async fn encode(response: Response, coding: Coding) -> Response {
    let (mut parts, body) = response.into_parts();
    // The body is whole, so that reading it cannot fail.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let ready = parts.extensions.get::<Arc<Written>>().cloned();
    let made = ready.as_ref().and_then(|ready| ready.forms.of(coding).get().cloned());
    let form = match made {
        Some(form) => Some(form),
        None => make(bytes.clone(), coding).await.filter(|form| form.len() < bytes.len()),
    };
    let Some(form) = form else { return Response::from_parts(parts, Body::from(bytes)) };
    if let Some(ready) = ready {
        ready.forms.keep(coding, bytes.len(), &form);
    }
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    if let Some(tag) = parts.headers.get(ETAG).and_then(|tag| tagged(tag, coding)) {
        parts.headers.insert(ETAG, tag);
    }
    Response::from_parts(parts, Body::from(form))
}

async fn make(bytes: Bytes, coding: Coding) -> Option<Bytes> {
    let made = if bytes.len() <= QUICK {
        coding.compress(&bytes)
    } else {
        let making = tokio::task::spawn_blocking(move || coding.compress(&bytes));
        making.await.unwrap_or_else(|err| Err(io::Error::other(err)))
    };
    made.inspect_err(|err| {
        tracing::error!(error = err as &dyn std::error::Error, "an answer was not compressed")
    })
    .ok()
    .map(Bytes::from)
}

/// Whether an answer is whole text that nobody has compressed.
fn is_text(response: &Response) -> bool {
    let headers = response.headers();
    let media = headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    let is_text = media.starts_with("text/") && media != "text/event-stream"
        || media.ends_with("json")
        || media == "image/svg+xml";
    is_text && !headers.contains_key(CONTENT_ENCODING)
}

fn vary(response: &mut Response) {
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
}

/// `"x"` as `"x.br"`. What stands before the dot is base64, which has none.
fn tagged(tag: &HeaderValue, coding: Coding) -> Option<HeaderValue> {
    let bare = tag.to_str().ok()?.strip_suffix('"')?;
    HeaderValue::from_str(&format!("{bare}.{}\"", coding.name())).ok()
}

/// What has not changed keeps the tag by which the client holds it.
fn keep_tag(response: &mut Response, held: Option<&HeaderValue>) {
    let single = held.filter(|held| {
        let held = held.as_bytes();
        held.starts_with(b"\"") && held.ends_with(b"\"") && !held.contains(&b',')
    });
    if let Some(held) = single {
        response.headers_mut().insert(ETAG, held.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coding_is_the_one_with_the_most_weight() {
        let chosen = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accept).unwrap());
            Coding::of(&headers)
        };
        assert_eq!(chosen("gzip, deflate, br, zstd"), Some(Coding::Zstd));
        assert_eq!(chosen("gzip, br"), Some(Coding::Brotli));
        assert_eq!(chosen("gzip;q=1.0, br;q=0.5, zstd;q=0"), Some(Coding::Gzip));
        assert_eq!(chosen("*"), Some(Coding::Zstd));
        assert_eq!(chosen("*;q=0.1, zstd;q=0"), Some(Coding::Brotli));
        for none in ["", "identity", "deflate", "br;q=0", "*;q=0"] {
            assert_eq!(chosen(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let text = "the same words again and again ".repeat(500);
        let zstd = Coding::Zstd.compress(text.as_bytes()).unwrap();
        assert_eq!(zstd::decode_all(&*zstd).unwrap(), text.as_bytes());
        let mut read = Vec::new();
        let brotli = Coding::Brotli.compress(text.as_bytes()).unwrap();
        brotli::BrotliDecompress(&mut &*brotli, &mut read).unwrap();
        assert_eq!(read, text.as_bytes());
        let gzip = Coding::Gzip.compress(text.as_bytes()).unwrap();
        assert_eq!(io::read_to_string(flate2::read::GzDecoder::new(&*gzip)).unwrap(), text);
        assert!([zstd, brotli, gzip].iter().all(|form| form.len() < text.len() / 10));
    }
}
