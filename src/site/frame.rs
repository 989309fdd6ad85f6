//! Document around every page: head, header with navigation and search, bar of the view, footer.

use maud::{DOCTYPE, Markup, html};
use serde_json::{Map, Value};

use super::address::Address;
use super::language::Language;
use super::view::View;
use super::words::{Words, frame, sentence};
use crate::table::format::Format;

/// Question that a page asked.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) document: &'a str,
    pub(super) variables: Map<String, Value>,
}

/// Writes a view in its frame. `question` is `None` if it asked nothing.
pub(super) fn page(address: &Address, view: &View, question: Option<&Question<'_>>) -> Markup {
    if address.is_embedded() {
        return document(address, &view.title, &embedded(address, view));
    }
    let language = address.language();
    let main = html! {
        (header(address))
        main id="content" tabindex="-1" {
            (heading(address, view))
            (bar(address, view, question))
            (view.body)
        }
        (footer(address, Some(&view.edition.version)))
    };
    let title = format!("{} · aidgraph", view.title);
    let title =
        if view.title == frame::TAGLINE.to(language) { "aidgraph".to_owned() } else { title };
    document(address, &title, &main)
}

/// Writes a page that states a problem, in the same frame.
pub(super) fn problem(address: &Address, title: &str, body: &Markup) -> Markup {
    let main = html! {
        (header(address))
        main id="content" tabindex="-1" {
            header class="title" { h1 { (title) } }
            (body)
        }
        (footer(address, None))
    };
    document(address, &format!("{title} · aidgraph"), &main)
}

fn document(address: &Address, title: &str, body: &Markup) -> Markup {
    let language = address.language();
    html! {
        (DOCTYPE)
        html lang=(language.code()) class=[address.is_embedded().then_some("embedded")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="description" content=(frame::DESCRIPTION.to(language));
                title { (title) }
                link rel="icon" href=(address.file("assets/favicon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(address.file("assets/site.css"));
                link rel="stylesheet" href=(address.file("assets/draw.css"));
                @for other in Language::ALL {
                    link rel="alternate" hreflang=(other.code()) href=(address.with("lang", other.code()));
                }
                script src=(address.file("assets/site.js")) defer {}
            }
            body { (body) }
        }
    }
}

fn header(address: &Address) -> Markup {
    let language = address.language();
    html! {
        a class="skip" href="#content" { (frame::SKIP.to(language)) }
        header class="site" {
            a class="brand" href=(address.page("", &[])) { "aidgraph" }
            nav aria-label=(frame::SITE.to(language)) {
                ul {
                    li { a href=(address.page("engagement/lu/ml", &[])) { (frame::BRIEFING.to(language)) } }
                    li { a href=(address.page("explore", &[])) { (frame::EXPLORE.to(language)) } }
                    li { a href=(address.page("missions", &[])) { (frame::MISSIONS.to(language)) } }
                    li { a href=(address.page("flows", &[])) { (frame::FLOWS.to(language)) } }
                    li { a href=(address.page("data", &[])) { (frame::DATA.to(language)) } }
                    li { a href=(address.page("q", &[])) { (frame::TABLES.to(language)) } }
                    li { a href=(address.file("playground/")) { (frame::PLAYGROUND.to(language)) } }
                }
            }
            (search_form(address))
            (languages(address))
        }
    }
}

/// Search box over all nouns. The script offers matches while the visitor types.
fn search_form(address: &Address) -> Markup {
    let language = address.language();
    html! {
        form class="search" role="search" method="get" action=(address.file("search")) {
            input type="search" name="q" value=[address.parameter("q")] autocomplete="off"
                aria-label=(frame::SEARCH_ALL.to(language)) placeholder=(frame::SEARCH.to(language));
            (kept(address, &["lang"]))
            button { (frame::SEARCH.to(language)) }
        }
    }
}

/// Hidden fields that keep parameters of the address in a form.
pub(super) fn kept(address: &Address, names: &[&str]) -> Markup {
    html! {
        @for (name, value) in address.parameters() {
            @if names.contains(&name) { input type="hidden" name=(name) value=(value); }
        }
    }
}

fn languages(address: &Address) -> Markup {
    let current = address.language();
    html! {
        nav class="languages" aria-label=(frame::LANGUAGE.to(current)) {
            @for language in Language::ALL {
                a href=(address.with("lang", language.code())) lang=(language.code()) hreflang=(language.code())
                    title=(language.name())
                    aria-current=[(language == current).then_some("true")] { (language.code().to_uppercase()) }
            }
        }
    }
}

fn heading(address: &Address, view: &View) -> Markup {
    let language = address.language();
    html! {
        header class="title" {
            @if let Some(above) = view.above { p class="above" { (above.to(language)) } }
            h1 { @match &view.heading { Some(heading) => (heading), None => (view.title) } }
            @if let Some(lead) = &view.lead { div class="lead" { (lead) } }
        }
    }
}

/// Bar of the view: its parts, its controls, and what can be taken away from it.
fn bar(address: &Address, view: &View, question: Option<&Question<'_>>) -> Markup {
    let language = address.language();
    html! {
        nav class="bar" aria-label=(frame::VIEW.to(language)) {
            @if !view.parts.is_empty() {
                ul class="parts" {
                    @for (words, id) in &view.parts {
                        li { a href={ "#" (id) } { (words.to(language)) } }
                    }
                }
            }
            @if let Some(controls) = &view.controls { (controls) }
            div class="take" {
                @if let Some((name, filter)) = &view.table { (download(address, name, filter)) }
                (link(address))
                (embed(address))
                (cite(address, view))
                @if let Some(question) = question { (ask(address, question)) }
            }
        }
    }
}

/// One entry of the bar that opens: works without scripts.
fn entry(language: Language, words: Words, body: &Markup) -> Markup {
    html! {
        details name="take" {
            summary { (words.to(language)) }
            div class="panel" { (body) }
        }
    }
}

fn download(address: &Address, name: &str, filter: &[(&'static str, String)]) -> Markup {
    let filter: Vec<(&str, &str)> = filter.iter().map(|(n, value)| (*n, value.as_str())).collect();
    let body = html! {
        ul class="formats" {
            @for format in Format::ALL {
                li { a href=(address.table(name, format.extension(), &filter)) download { (format.name()) } }
            }
        }
    };
    entry(address.language(), frame::DOWNLOAD, &body)
}

/// Text to copy. The script adds a button, and makes a relative address absolute.
fn copyable(language: Language, id: &str, text: &str) -> Markup {
    html! {
        p class="copy" data-copy=(frame::COPY.to(language)) data-copied=(frame::COPIED.to(language)) {
            code id=(id) { (text) }
        }
    }
}

fn link(address: &Address) -> Markup {
    let language = address.language();
    let body = html! {
        p { (frame::LINK_HELP.to(language)) }
        (copyable(language, "take-link", &address.whole()))
    };
    entry(language, frame::LINK, &body)
}

fn embed(address: &Address) -> Markup {
    let language = address.language();
    let whole = address.whole();
    let joint = if whole.contains('?') { '&' } else { '?' };
    let text = format!(
        "<iframe src=\"{whole}{joint}embed\" width=\"100%\" height=\"600\" title=\"aidgraph\"></iframe>"
    );
    let body = html! {
        p { (frame::EMBED_HELP.to(language)) " " a href=(address.with("embed", "1")) { (frame::EMBED.to(language)) } }
        (copyable(language, "take-embed", &text))
    };
    entry(language, frame::EMBED, &body)
}

fn cite(address: &Address, view: &View) -> Markup {
    let language = address.language();
    let edition = &view.edition;
    let text = sentence::citation(
        language,
        &view.title,
        &edition.version,
        edition.day(),
        &address.whole(),
    );
    entry(language, frame::CITE, &copyable(language, "take-citation", &text))
}

fn ask(address: &Address, question: &Question<'_>) -> Markup {
    let language = address.language();
    let variables = serde_json::to_string_pretty(&question.variables).unwrap_or_default();
    let body = html! {
        p {
            (frame::ASK_HELP.to(language)) " "
            a class="ask" href=(address.file("playground/")) { (frame::OPEN_PLAYGROUND.to(language)) }
        }
        p class="label" { (frame::QUERY.to(language)) }
        pre tabindex="0" { code class="query" { (question.document) } }
        p class="label" { (frame::VARIABLES.to(language)) }
        pre tabindex="0" { code class="variables" { (variables) } }
    };
    entry(language, frame::ASK, &body)
}

fn embedded(address: &Address, view: &View) -> Markup {
    let language = address.language();
    html! {
        main id="content" {
            (heading(address, view))
            (view.body)
            p class="embedded-by" {
                "aidgraph · " (frame::DATA_VERSION.to(language)) " "
                (view.edition.version.get(..12).unwrap_or_default()) " · "
                a href=(address.with("embed", "")) target="_blank" rel="noopener" {
                    (frame::OPEN_ORIGINAL.to(language))
                }
            }
        }
    }
}

fn footer(address: &Address, version: Option<&str>) -> Markup {
    let language = address.language();
    html! {
        footer class="site" {
            p { (frame::FOOTER.to(language)) }
            p {
                @if let Some(version) = version {
                    (frame::DATA_VERSION.to(language)) " "
                    code title=(version) { (version.get(..12).unwrap_or(version)) } " · "
                }
                "aidgraph " (env!("CARGO_PKG_VERSION")) " · "
                a href=(address.file("schema.graphql")) { (frame::SCHEMA.to(language)) } " · "
                a href=(address.file("health/ready")) { (frame::STATUS.to(language)) }
            }
        }
    }
}
