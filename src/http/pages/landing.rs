//! `/`: the landing page with status, record counts and saved queries. Rendered on the server, without scripts.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};

use super::markup::escaped;
use crate::graphql::ServiceStatus;
use crate::graphql::saved::query::SavedQuery;
use crate::http::App;

/// Template of the page, with placeholders `{{…}}`.
const PAGE: &str = include_str!("../../../assets/landing.html");

/// Content security policy of the page: its own styles and images only.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

pub(in crate::http) async fn page(State(app): State<App>) -> Response {
    let status = app.service.status();
    let page = PAGE
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{state}}", &state(&status))
        .replace("{{counts}}", &counts(&status))
        .replace(
            "{{queries}}",
            &app.service.saved().iter().map(|query| item(query)).collect::<String>(),
        );
    let mut response = Html(page).into_response();
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn state(status: &ServiceStatus) -> String {
    match (&status.data_version, status.generation) {
        (Some(version), Some(generation)) => {
            let version = escaped(version);
            let short: String = version.chars().take(12).collect();
            format!(
                "<p class=\"state\">Data version <code title=\"{version}\">{short}</code>, build {generation}. \
                 The same version gives the same answers, byte for byte.</p>"
            )
        }
        _ => "<p class=\"state waiting\" role=\"status\">The data is being built. Reload this page in a few \
              seconds.</p>"
            .to_owned(),
    }
}

fn counts(status: &ServiceStatus) -> String {
    let mut counts = String::new();
    for (noun, count) in status.counts.iter().filter(|(_, count)| *count > 0) {
        let noun = if *count == 1 { words(noun) } else { plural(&words(noun)) };
        // Writing to a string cannot fail.
        let _ = write!(counts, "<li><b>{}</b> {}</li>", grouped(*count), escaped(&noun));
    }
    counts
}

fn item(query: &SavedQuery) -> String {
    let name = escaped(query.name());
    let given: Vec<String> = query.variables().iter().map(|v| escaped(v.name())).collect();
    let given = if given.is_empty() {
        String::new()
    } else {
        format!("<p class=\"given\">Variables: <code>{}</code></p>", given.join("</code> <code>"))
    };
    format!(
        "<li><h3><a href=\"playground/#query={name}\">{}</a></h3><p>{}</p>{given}\
         <p class=\"files\"><a href=\"q/{name}.csv\" aria-label=\"CSV of {0}\">CSV</a> \
         <a href=\"q/{name}.json\" aria-label=\"JSON of {0}\">JSON</a></p></li>",
        escaped(query.title()),
        escaped(query.answers()),
    )
}

/// Splits a type name into words: `HumanitarianContribution` becomes `humanitarian contribution`.
fn words(noun: &str) -> String {
    let mut words = String::new();
    for letter in noun.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words.replace("oda ", "ODA ")
}

fn plural(words: &str) -> String {
    match words.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{words}s"),
    }
}

/// Groups digits by thousands: `1234567` becomes `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_read_as_words() {
        let many = |noun| plural(&words(noun));
        assert_eq!(many("HumanitarianContribution"), "humanitarian contributions");
        assert_eq!(many("Country"), "countries");
        assert_eq!(many("OdaFigure"), "ODA figures");
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
