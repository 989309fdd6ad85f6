//! Content negotiation: media types of responses and request bodies. Sources: RFC 9110, `Accept`; GraphQL over HTTP,
//! media types.

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};

use crate::http::error::{HttpCode, HttpError};

/// Media type of a single response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Media {
    /// `application/json`: request errors have status 200, as legacy clients expect.
    Json,
    /// `application/graphql-response+json`: request errors have an error status.
    GraphqlJson,
}

impl Media {
    pub(in crate::http) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlJson => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// Negotiated media types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) struct Accepted {
    /// Media type of a single response; `None` if the client accepts only streams.
    pub(in crate::http) media: Option<Media>,
    /// True if the client accepts a stream: `text/event-stream`.
    pub(in crate::http) events: bool,
}

/// A media range of `Accept`, with its weight in thousandths.
struct Range<'a> {
    name: &'a str,
    weight: u16,
}

impl Accepted {
    /// Negotiates by the `Accept` header; without one, JSON is used.
    ///
    /// # Errors
    /// `NOT_ACCEPTABLE` if the client accepts none of the media types.
    pub(in crate::http) fn of(headers: &HeaderMap) -> Result<Self, HttpError> {
        let given = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let ranges: Vec<Range<'_>> = given.flat_map(split).filter_map(Range::parse).collect();
        if !headers.contains_key(ACCEPT) {
            return Ok(Self { media: Some(Media::Json), events: false });
        }
        let exact = |name: &str| {
            let named = ranges.iter().filter(|range| range.name.eq_ignore_ascii_case(name));
            named.map(|range| range.weight).max()
        };
        // The most specific range wins, even with weight 0. Source: RFC 9110, 12.5.1.
        let any = exact("application/*").or_else(|| exact("*/*")).unwrap_or(0);
        let json = exact("application/json").unwrap_or(any);
        let graphql = exact("application/graphql-response+json");
        let media = match graphql {
            Some(graphql) if graphql > 0 && graphql >= json => Some(Media::GraphqlJson),
            None if json == 0 && any > 0 => Some(Media::GraphqlJson),
            _ if json > 0 => Some(Media::Json),
            _ => None,
        };
        let events = exact("text/event-stream").is_some_and(|weight| weight > 0);
        if media.is_none() && !events {
            let message = "no acceptable media type: accept `application/graphql-response+json`, `application/json` or \
                           `text/event-stream`";
            return Err(HttpError::new(HttpCode::NotAcceptable, message));
        }
        Ok(Self { media, events })
    }
}

/// Splits at commas outside of quotes.
fn split(header: &str) -> Vec<&str> {
    let mut quoted = false;
    header
        .split(move |letter| {
            quoted ^= letter == '"';
            letter == ',' && !quoted
        })
        .collect()
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
        let name = name.trim();
        let given = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
        let weight = given
            .filter(|(key, _)| key.trim().eq_ignore_ascii_case("q"))
            .map(|(_, weight)| thousandths(weight.trim()))
            .next_back();
        name.contains('/').then(|| Self { name, weight: weight.unwrap_or(1_000) })
    }
}

/// Parses a weight in thousandths: `0.85` is 850. An invalid weight is 0.
pub(in crate::http) fn thousandths(text: &str) -> u16 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{part:0<3}");
    match (whole, digits.get(..3).and_then(|digits| digits.parse::<u16>().ok())) {
        ("1", _) => 1_000,
        ("0" | "", Some(part)) => part,
        _ => 0,
    }
}

/// Rejects a body that is not JSON in UTF-8. This also prevents cross-site request forgery: a page of another origin
/// cannot send JSON without a CORS preflight.
///
/// # Errors
/// `UNSUPPORTED_MEDIA_TYPE`.
pub(in crate::http) fn require_json(headers: &HeaderMap) -> Result<(), HttpError> {
    let refused = || {
        let message = "unsupported media type: send `content-type: application/json` in UTF-8";
        HttpError::new(HttpCode::UnsupportedMediaType, message)
    };
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let (media, parameters) =
        given.map(|given| given.split_once(';').unwrap_or((given, ""))).ok_or_else(refused)?;
    let mut charsets = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(key, _)| key.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, charset)| charset.trim().trim_matches('"'));
    let utf8 = charsets.all(|charset| {
        charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
    });
    if media.trim().eq_ignore_ascii_case("application/json") && utf8 {
        Ok(())
    } else {
        Err(refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(accept: &str) -> Option<(Option<Media>, bool)> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        Accepted::of(&headers).ok().map(|accepted| (accepted.media, accepted.events))
    }

    #[test]
    fn the_media_type_with_the_highest_weight_is_chosen() {
        use Media::{GraphqlJson, Json};
        let cases = [
            ("*/*", Some(Json)),
            ("application/*", Some(Json)),
            ("application/json", Some(Json)),
            ("application/graphql-response+json", Some(GraphqlJson)),
            ("application/graphql-response+json, application/json;q=0.9", Some(GraphqlJson)),
            ("application/graphql-response+json, application/json", Some(GraphqlJson)),
            ("application/graphql-response+json;q=0.5, application/json;q=0.75", Some(Json)),
            ("application/graphql-response+json; charset=utf-8, */*;q=0.1", Some(GraphqlJson)),
            ("application/json;q=0, */*", Some(GraphqlJson)),
            ("text/html, application/xhtml+xml, */*;q=0.8", Some(Json)),
            ("APPLICATION/JSON", Some(Json)),
        ];
        for (accept, media) in cases {
            assert_eq!(accepted(accept), Some((media, false)), "{accept}");
        }
        let apollo = "multipart/mixed;subscriptionSpec=1.0";
        for nothing in ["text/html", "application/json;q=0", "image/*", ";;;", apollo] {
            assert_eq!(accepted(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn streamed_responses_are_requested_by_name() {
        let apollo = "multipart/mixed;boundary=\"graphql\";subscriptionSpec=1.0,application/json";
        assert_eq!(accepted(apollo), Some((Some(Media::Json), false)));
        assert_eq!(accepted("text/event-stream"), Some((None, true)));
        assert_eq!(accepted("text/event-stream;q=0, */*"), Some((Some(Media::Json), false)));
        let both =
            "application/json, text/event-stream;q=0.5, multipart/mixed;subscriptionSpec=\"1.0\"";
        assert_eq!(accepted(both), Some((Some(Media::Json), true)));
    }

    #[test]
    fn only_utf8_json_is_accepted() {
        let taken = |content_type: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
            require_json(&headers).is_ok()
        };
        for valid in [
            "application/json",
            "Application/JSON; charset=\"UTF-8\"",
            "application/json;charset=utf8",
        ] {
            assert!(taken(valid), "{valid}");
        }
        for invalid in [
            "text/plain",
            "application/json; charset=latin1",
            "application/graphql",
            "",
            "application/jsonp",
        ] {
            assert!(!taken(invalid), "{invalid}");
        }
        assert!(require_json(&HeaderMap::new()).is_err());
    }
}
