//! Byte ranges: selects what a request is sent of a representation. Source: RFC 9110, sections 13.1.5 and 14.
//!
//! One range is answered. A request for several receives the whole, which section 14.2 permits. With that, three forms are
//! left to parse, so `http-range-header`, which validates lists of ranges, is not used.

use std::ops::Range;

use axum::http::header::{IF_RANGE, RANGE};
use axum::http::{HeaderMap, HeaderValue, Method};

/// Selected bytes of a representation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    Whole,
    /// Bytes at these offsets, at least one.
    Part(Range<u64>),
    /// The range begins beyond the end, or has no bytes.
    Unsatisfiable,
}

impl Selection {
    /// Selects bytes of a representation of `length` bytes. `If-Range` must name its entity tag; a date never matches, since
    /// no `Last-Modified` is sent.
    pub(super) fn of(
        method: &Method,
        headers: &HeaderMap,
        etag: &HeaderValue,
        length: u64,
    ) -> Self {
        let mut given = headers.get_all(RANGE).iter();
        let (first, second) = (given.next(), given.next());
        let is_current = headers.get_all(IF_RANGE).iter().all(|tag| tag == etag);
        match (first.and_then(|range| range.to_str().ok()), second) {
            (Some(range), None) if *method == Method::GET && is_current => {
                Self::parse(range, length).unwrap_or(Self::Whole)
            }
            _ => Self::Whole,
        }
    }

    /// Parses a single range; `None` for other units, several ranges and invalid ones.
    fn parse(text: &str, length: u64) -> Option<Self> {
        let (unit, range) = text.split_once('=')?;
        let (first, last) = range.trim().split_once('-')?;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !unit.eq_ignore_ascii_case("bytes") || !is_number(first) || !is_number(last) {
            return None;
        }
        // A number of too many digits is beyond any end.
        let number = |text: &str| text.parse().unwrap_or(u64::MAX);
        let selected = match (first, last) {
            ("", "") => return None,
            ("", suffix) => length.saturating_sub(number(suffix))..length,
            (first, "") => number(first)..length,
            (first, last) if number(first) > number(last) => return None,
            (first, last) => number(first)..number(last).saturating_add(1).min(length),
        };
        Some(if selected.is_empty() { Self::Unsatisfiable } else { Self::Part(selected) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_has_three_forms() {
        let part = |range| Some(Selection::Part(range));
        let of = |text: &str| Selection::parse(text, 100);
        assert_eq!(of("bytes=0-3"), part(0..4));
        assert_eq!(of("BYTES= 99-99"), part(99..100));
        assert_eq!(of("bytes=10-1000"), part(10..100));
        assert_eq!(of("bytes=10-"), part(10..100));
        assert_eq!(of("bytes=-8"), part(92..100));
        assert_eq!(of("bytes=-1000"), part(0..100));
        assert_eq!(of("bytes=0-99999999999999999999999999"), part(0..100));
        for none in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(of(none), Some(Selection::Unsatisfiable), "{none}");
        }
        assert_eq!(Selection::parse("bytes=0-", 0), Some(Selection::Unsatisfiable));
        assert_eq!(Selection::parse("bytes=-1", 0), Some(Selection::Unsatisfiable));
        let ignored =
            ["", "bytes", "bytes=", "bytes=-", "bytes=3-2", "bytes=a-b", "bytes=+1-2", "rows=0-3"];
        for text in
            ignored.into_iter().chain(["bytes=0-3,5-6", "bytes=0-3,", "bytes=0 -3", "bytes=--3"])
        {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_is_for_get_and_for_the_named_representation() {
        let etag = HeaderValue::from_static("\"x\"");
        let of = |method: Method, given: &[(axum::http::HeaderName, &'static str)]| {
            let headers =
                given.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value)));
            let mut all = HeaderMap::new();
            headers.for_each(|(name, value)| {
                all.append(name, value);
            });
            Selection::of(&method, &all, &etag, 10) == Selection::Part(0..4)
        };
        let range = (RANGE, "bytes=0-3");
        assert!(of(Method::GET, std::slice::from_ref(&range)));
        assert!(of(Method::GET, &[range.clone(), (IF_RANGE, "\"x\"")]));
        assert!(!of(Method::HEAD, std::slice::from_ref(&range)));
        assert!(!of(Method::GET, &[range.clone(), range.clone()]));
        for other in ["\"y\"", "W/\"x\"", "\"x.gzip\"", "Mon, 30 Nov 2026 11:00:00 GMT"] {
            assert!(!of(Method::GET, &[range.clone(), (IF_RANGE, other)]), "{other}");
        }
    }
}
