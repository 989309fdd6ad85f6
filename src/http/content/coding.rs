//! Content codings and their negotiation. Source: RFC 9110, `Accept-Encoding`.

use std::io::{self, Write as _};

use axum::http::header::ACCEPT_ENCODING;
use axum::http::{HeaderMap, HeaderValue};

use super::negotiation::thousandths;

/// Compression levels of zstd and gzip: compression takes about as long as execution.
const ZSTD: i32 = 3;
pub(super) const GZIP: flate2::Compression = flate2::Compression::new(6);

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Coding {
    Gzip,
    Zstd,
}

impl Coding {
    /// All codings, in order of preference among equal weights. gzip is first: `fetch` of Node 20 offers zstd, and cannot
    /// decompress it.
    pub(in crate::http) const ALL: [Self; 2] = [Self::Gzip, Self::Zstd];

    /// Returns the name in headers.
    pub(in crate::http) fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Negotiates the coding that the client prefers; `None` for identity.
    pub(in crate::http) fn of(headers: &HeaderMap) -> Option<Self> {
        let given = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let given: Vec<&str> = given.flat_map(|value| value.split(',')).collect();
        if given.is_empty() {
            return None;
        }
        let weighed = Self::ALL.map(|coding| (coding.weight(&given), coding));
        let best = weighed.iter().map(|(weight, _)| *weight).max().filter(|best| *best > 0)?;
        weighed.iter().find(|(weight, _)| *weight == best).map(|(_, coding)| *coding)
    }

    /// Returns true if the client accepts the coding.
    pub(in crate::http) fn is_taken(self, headers: &HeaderMap) -> bool {
        let given = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        self.weight(&given.flat_map(|value| value.split(',')).collect::<Vec<_>>()) > 0
    }

    /// Returns its weight in thousandths, by its name or by `*`.
    fn weight(self, given: &[&str]) -> u16 {
        let of = |name: &str| {
            let found = given.iter().find_map(|part| {
                let (coding, parameters) = part.split_once(';').unwrap_or((part, ""));
                coding.trim().eq_ignore_ascii_case(name).then(|| parameters.trim())
            })?;
            let given = found.split_once('=').filter(|(key, _)| key.trim() == "q");
            Some(thousandths(given.map_or("1", |(_, weight)| weight.trim())))
        };
        of(self.name()).or_else(|| of("*")).unwrap_or(0)
    }

    /// Returns the entity tag of a response in this coding, which is another representation: `"x"` becomes `"x.gzip"`. The
    /// dot is unambiguous, because base64 has none.
    pub(in crate::http) fn tag(self, tag: &HeaderValue) -> Option<HeaderValue> {
        let bare = tag.to_str().ok()?.strip_suffix('"')?;
        HeaderValue::from_str(&format!("{bare}.{}\"", self.name())).ok()
    }

    /// Compresses the bytes.
    ///
    /// # Errors
    /// The error of the compressor; compression in memory should not fail.
    pub(in crate::http) fn compress(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Zstd => zstd::encode_all(bytes, ZSTD),
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), GZIP);
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(accept: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(accept).unwrap());
        headers
    }

    #[test]
    fn the_coding_with_the_highest_weight_is_chosen() {
        let chosen = |accept: &str| Coding::of(&accepting(accept));
        assert_eq!(chosen("gzip, deflate, br, zstd"), Some(Coding::Gzip));
        assert_eq!(chosen("zstd, gzip"), Some(Coding::Gzip));
        assert_eq!(chosen("br, zstd"), Some(Coding::Zstd));
        assert_eq!(chosen("gzip, br"), Some(Coding::Gzip));
        assert_eq!(chosen("gzip;q=1.0, zstd;q=0.5"), Some(Coding::Gzip));
        assert_eq!(chosen("gzip;q=0.5, zstd"), Some(Coding::Zstd));
        assert_eq!(chosen("*"), Some(Coding::Gzip));
        assert_eq!(chosen("*;q=0.1, zstd;q=0"), Some(Coding::Gzip));
        for none in ["", "identity", "deflate", "br", "gzip;q=0", "*;q=0"] {
            assert_eq!(chosen(none), None, "{none}");
        }
    }

    #[test]
    fn a_coding_with_positive_weight_is_acceptable() {
        assert!(Coding::Gzip.is_taken(&accepting("br, gzip;q=0.1")));
        assert!(!Coding::Zstd.is_taken(&accepting("br, gzip")));
        assert!(!Coding::Zstd.is_taken(&HeaderMap::new()));
    }

    #[test]
    fn compressed_bytes_decompress_to_the_original() {
        let text = "the same words again and again ".repeat(500);
        let zstd = Coding::Zstd.compress(text.as_bytes()).unwrap();
        assert_eq!(zstd::decode_all(&*zstd).unwrap(), text.as_bytes());
        let gzip = Coding::Gzip.compress(text.as_bytes()).unwrap();
        assert_eq!(io::read_to_string(flate2::read::GzDecoder::new(&*gzip)).unwrap(), text);
        assert!([zstd, gzip].iter().all(|form| form.len() < text.len() / 10));
    }
}
