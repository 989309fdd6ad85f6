//! `/search?q=`: records of all nouns, grouped by noun, the noun with the best match first.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::model::noun::Kind;
use crate::site::address::{Address, noun_path};
use crate::site::frame::kept;
use crate::site::language::Language;
use crate::site::page_kind::{Page, variables};
use crate::site::parts::data::{Edition, Named};
use crate::site::parts::show;
use crate::site::view::{Unshown, View};
use crate::site::words::codes::Worded as _;
use crate::site::words::{frame, sentence};

/// Maximum results of a noun, unless the address names the noun.
const OF_A_NOUN: usize = 12;

/// Maximum characters of a searched text.
const LONGEST: usize = 200;

/// Answer to the query.
#[derive(Debug, Deserialize)]
pub(in crate::site) struct Search {
    search: Option<Found>,
    dataset: Edition,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    total_count: u64,
    edges: Vec<Match>,
}

#[derive(Debug, Deserialize)]
struct Match {
    matched: String,
    snippet: Option<Snippet>,
    node: Named,
}

#[derive(Debug, Deserialize)]
struct Snippet {
    language: String,
    pieces: Vec<Piece>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece {
    text: String,
    is_match: bool,
}

impl Page for Search {
    const PATH: &'static str = "search";
    const DOCUMENT: &'static str = include_str!("../queries/search.graphql");
    type Data = Self;

    fn variables(address: &Address) -> Map<String, Value> {
        let text: String =
            address.parameter("q").unwrap_or_default().chars().take(LONGEST).collect();
        let is_asked = !text.is_empty();
        let kinds = chosen(address).map(|kind| vec![kind.enum_word()]);
        variables(address, json!({ "text": text, "isAsked": is_asked, "kinds": kinds }))
    }

    fn view(data: Self, address: &Address) -> Result<View, Unshown> {
        let language = address.language();
        let title = match address.parameter("q") {
            Some(text) => format!("{}: {text}", frame::SEARCH.to(language)),
            None => frame::SEARCH.to(language).to_owned(),
        };
        let body = html! {
            (form(address))
            @if let Some(found) = &data.search { (results(address, found)) }
        };
        Ok(View::new(title, body, data.dataset))
    }
}

/// Noun that the address names: `?kind=agency`.
fn chosen(address: &Address) -> Option<Kind> {
    let name = address.parameter("kind")?;
    Kind::ALL.iter().copied().find(|kind| noun_path(*kind) == name)
}

fn form(address: &Address) -> Markup {
    let language = address.language();
    let of = chosen(address);
    html! {
        form class="sentence" method="get" action=(address.file("search")) {
            input type="search" name="q" value=[address.parameter("q")] aria-label=(frame::SEARCH_ALL.to(language));
            select name="kind" aria-label=(frame::AMONG.to(language)) {
                option value="" { (frame::EVERYTHING.to(language)) }
                @for kind in Kind::ALL {
                    option value=(noun_path(*kind)) selected[of == Some(*kind)] { (kind.words().to(language)) }
                }
            }
            (kept(address, &["lang"]))
            button class="main" { (frame::SEARCH.to(language)) }
        }
    }
}

fn results(address: &Address, found: &Found) -> Markup {
    let language = address.language();
    let mut groups: Vec<(Kind, Vec<&Match>)> = Vec::new();
    for edge in &found.edges {
        let kind = edge.node.kind.0;
        match groups.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, group)) => group.push(edge),
            None => groups.push((kind, vec![edge])),
        }
    }
    let limit = if chosen(address).is_some() { usize::MAX } else { OF_A_NOUN };
    html! {
        p class="lead" role="status" { (sentence::found(language, found.total_count)) }
        @for (kind, group) in &groups { (section(address, *kind, group, limit)) }
        @if (found.edges.len() as u64) < found.total_count {
            p class="whole" { (sentence::first_of(language, found.edges.len(), found.total_count)) }
        }
    }
}

fn section(address: &Address, kind: Kind, group: &[&Match], limit: usize) -> Markup {
    let language = address.language();
    let (words, id) = (kind.words().to(language), noun_path(kind));
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) class="noun" { (words) " " span class="count" { (group.len()) } }
            ul class="results" {
                @for found in group.iter().take(limit) {
                    li data-kind=(words) { (result(language, address, found)) }
                }
            }
            @if group.len() > limit {
                p class="whole" {
                    (sentence::first_of(language, limit, group.len() as u64)) " "
                    a href=(address.with("kind", id)) { (frame::ALL_OF_KIND.to(language)) }
                }
            }
        }
    }
}

fn result(language: Language, address: &Address, found: &Match) -> Markup {
    let node = &found.node;
    html! {
        (show::link(address, node)) " " code { (node.identifier) }
        @if found.matched != node.label { " · " (found.matched) }
        @if let Some(snippet) = &found.snippet {
            p lang=[foreign(language, &snippet.language)] {
                @for piece in &snippet.pieces {
                    @if piece.is_match { mark { (piece.text) } } @else { (piece.text) }
                }
            }
        }
    }
}

/// Returns the code of a language that is not the page's.
fn foreign(own: Language, language: &str) -> Option<String> {
    let code = language.to_lowercase();
    (code != own.code() && code != "und").then_some(code)
}
