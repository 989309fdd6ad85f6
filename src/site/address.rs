//! Address of a page: path, parameters and language, and the links that lead from it to other pages.
//!
//! Links are relative, so that the pages work under a path prefix of a proxy. They keep the language and the frame that the
//! address states.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::language::Language;
use crate::model::noun::Kind;

/// Bytes of a path segment that need no encoding. Source: RFC 3986, `pchar`, without the marks that HTML or scripts interpret.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'@')
    .remove(b'+')
    .remove(b',');

/// Bytes of a parameter that need no encoding.
const PARAMETER: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// Address of a page.
#[derive(Clone, Debug)]
pub struct Address {
    /// Path as sent, still encoded.
    path: String,
    parameters: Vec<(String, String)>,
    language: Language,
    /// Rest of the path after the name of the page, decoded.
    rest: String,
}

impl Address {
    /// Creates the address of a request. `negotiated` is the language for an address without `?lang=`.
    pub fn new(path: &str, parameters: Vec<(String, String)>, negotiated: Language) -> Self {
        let stated = parameters.iter().find(|(name, _)| name == "lang");
        let stated = stated.and_then(|(_, code)| Language::parse(code));
        let language = stated.unwrap_or(negotiated);
        Self { path: path.to_owned(), parameters, language, rest: String::new() }
    }

    /// Sets what the path says after the name of the page.
    #[must_use]
    pub fn at(self, rest: String) -> Self {
        Self { rest, ..self }
    }

    /// Language of the page.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Returns what the path says after the name of the page, such as the identifier of a record.
    pub fn rest(&self) -> &str {
        &self.rest
    }

    /// Returns the value of a parameter, trimmed; `None` if it is absent or empty.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(given, _)| given == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// Returns true if the page is shown inside another page, without its frame.
    pub fn is_embedded(&self) -> bool {
        self.parameters.iter().any(|(name, value)| name == "embed" && value != "0")
    }

    /// Returns the relative path to the root of the service.
    pub fn root(&self) -> String {
        let depth = self.path.matches('/').count().saturating_sub(1);
        if depth == 0 { "./".to_owned() } else { "../".repeat(depth) }
    }

    /// Links to a path of the service that is not a page: a table, a file. `path` is relative to the root, and encoded.
    pub fn file(&self, path: &str) -> String {
        let root = self.root();
        if root == "./" && !path.is_empty() { path.to_owned() } else { format!("{root}{path}") }
    }

    /// Links to a page; `path` is relative to the root, and encoded. Language and frame are kept.
    pub fn page(&self, path: &str, parameters: &[(&str, &str)]) -> String {
        let kept =
            self.parameters.iter().filter(|(name, _)| ["lang", "embed"].contains(&name.as_str()));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = parameters.iter().copied().chain(kept).collect();
        format!("{}{}", self.file(path), query(&all))
    }

    /// Links to the page of a record.
    pub fn record(&self, kind: Kind, identifier: &str) -> String {
        self.page(&record_path(kind, identifier), &[])
    }

    /// Links to the table of a noun with a filter.
    pub fn table(&self, table: &str, extension: &str, parameters: &[(&str, &str)]) -> String {
        self.file(&format!("q/{table}.{extension}{}", query(parameters)))
    }

    /// Links to this page with one parameter changed, or removed if `value` is empty.
    pub fn with(&self, name: &str, value: &str) -> String {
        let others = self.parameters.iter().filter(|(given, _)| given != name);
        let others = others.map(|(given, value)| (given.as_str(), value.as_str()));
        let changed = Some((name, value)).filter(|(_, value)| !value.is_empty());
        let all: Vec<(&str, &str)> = others.chain(changed).collect();
        let text = query(&all);
        if text.is_empty() { self.own_name() } else { format!("{}{text}", self.own_name()) }
    }

    /// Returns the address itself, from the root of the service: for citations and links.
    pub fn whole(&self) -> String {
        let kept = self.parameters.iter().filter(|(name, _)| name != "embed");
        let kept: Vec<_> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        format!("{}{}", self.path, query(&kept))
    }

    /// Returns the parameters, for hidden fields of a form.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the last segment of the path: a relative link to the page itself.
    fn own_name(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        // A colon in the first segment would read as a scheme.
        if name.is_empty() || name.contains(':') { format!("./{name}") } else { name.to_owned() }
    }
}

/// Returns the path of a record's page, relative to the root. Slashes of the identifier stay readable, unless a segment is
/// empty or a dot, which clients would resolve.
pub fn record_path(kind: Kind, identifier: &str) -> String {
    let segments: Vec<&str> = identifier.split('/').collect();
    let is_plain = segments.iter().all(|segment| !["", ".", ".."].contains(segment));
    let encoded = segments.iter().map(|segment| utf8_percent_encode(segment, SEGMENT).to_string());
    let identifier = encoded.collect::<Vec<_>>().join(if is_plain { "/" } else { "%2F" });
    format!("{}/{identifier}", noun_path(kind))
}

/// Returns the first segment of the path of a noun's records.
pub fn noun_path(kind: Kind) -> &'static str {
    match kind {
        Kind::Source => "source",
        Kind::Country => "country",
        Kind::Partnership => "partnership",
        Kind::Agency => "agency",
        Kind::Location => "location",
        Kind::Sector => "sector",
        Kind::Programme => "programme",
        Kind::Agreement => "agreement",
        Kind::Dialogue => "dialogue",
        Kind::Mission => "mission",
        Kind::MissionContribution => "mission-contribution",
        Kind::TrustFund => "trust-fund",
        Kind::Transaction => "transaction",
        Kind::HumanitarianContribution => "contribution",
        Kind::Event => "event",
        Kind::OdaFigure => "oda-figure",
        Kind::Gap => "gap",
    }
}

/// Returns the name of a noun's table.
pub fn noun_table(kind: Kind) -> &'static str {
    match kind {
        Kind::Source => "sources",
        Kind::Country => "countries",
        Kind::Partnership => "partnerships",
        Kind::Agency => "agencies",
        Kind::Location => "locations",
        Kind::Sector => "sectors",
        Kind::Programme => "programmes",
        Kind::Agreement => "agreements",
        Kind::Dialogue => "dialogues",
        Kind::Mission => "missions",
        Kind::MissionContribution => "mission-contributions",
        Kind::TrustFund => "trust-funds",
        Kind::Transaction => "transactions",
        Kind::HumanitarianContribution => "humanitarian-contributions",
        Kind::Event => "events",
        Kind::OdaFigure => "oda-figures",
        Kind::Gap => "gaps",
    }
}

/// Writes parameters as the query of a URL, with its question mark; empty without parameters.
fn query(parameters: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| {
        let name = utf8_percent_encode(name, PARAMETER);
        if value.is_empty() {
            name.to_string()
        } else {
            format!("{name}={}", utf8_percent_encode(value, PARAMETER))
        }
    };
    let text = parameters.iter().map(pair).collect::<Vec<_>>().join("&");
    if text.is_empty() { text } else { format!("?{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str, parameters: &[(&str, &str)]) -> Address {
        let own = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Address::new(path, own.collect(), Language::En)
    }

    #[test]
    fn a_record_with_any_characters_has_one_path() {
        let path = |identifier: &str| record_path(Kind::Programme, identifier);
        assert_eq!(path("MLI/022"), "programme/MLI/022");
        assert_eq!(path("a b?#%\"<é"), "programme/a%20b%3F%23%25%22%3C%C3%A9");
        assert_eq!(path("a//b"), "programme/a%2F%2Fb");
        assert_eq!(path("a/../b"), "programme/a%2F..%2Fb");
        assert_eq!(path("/a"), "programme/%2Fa");
    }

    #[test]
    fn links_are_relative_and_keep_the_language() {
        let home = at("/", &[]);
        assert_eq!(home.record(Kind::Country, "ML"), "country/ML");
        let deep = at("/programme/MLI/022", &[("lang", "fr"), ("x", "1")]);
        assert_eq!(deep.record(Kind::Country, "ML"), "../../country/ML?lang=fr");
        assert_eq!(deep.file("assets/site.css"), "../../assets/site.css");
        assert_eq!(deep.with("lang", "en"), "022?x=1&lang=en");
        assert_eq!(deep.with("lang", ""), "022?x=1");
    }
}
