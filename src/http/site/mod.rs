//! Pages of `crate::site` over HTTP: their queries are executed on the current generation, their errors are pages too.
//!
//! | module | contents |
//! | --- | --- |
//! | `page` | a page: entity tag, cache, execution, headers |
//! | `failure` | a problem as a page, and addresses without a page |
//! | `request` | address and language of a request |

mod failure;
mod page;
mod request;

use axum::Router;
use axum::http::HeaderValue;
use axum::routing::get;

use super::App;
use crate::graphql::Service;
use crate::site::catalogue::pages;
use crate::site::page_kind::PageKind;
pub(super) use failure::nowhere;
pub(super) use page::plain;
pub(super) use request::PageRequest;

/// Content security policies of the pages: everything from the own origin, nothing inline.
#[derive(Debug)]
pub(super) struct Policies {
    /// Of a page in its frame, which no other page may embed.
    own: HeaderValue,
    /// Of `?embed`, which pages of the allowed origins may embed.
    embedded: HeaderValue,
}

impl Policies {
    pub(super) fn new(origins: &[HeaderValue]) -> Self {
        let origins = origins.iter().filter_map(|origin| origin.to_str().ok());
        let origins = origins.collect::<Vec<_>>().join(" ");
        let allowed = if origins.is_empty() { "'none'" } else { &origins };
        Self { own: policy("'none'"), embedded: policy(allowed) }
    }
}

fn policy(ancestors: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Adds the route of every page.
pub(super) fn routes(router: Router<App>) -> Router<App> {
    pages().iter().fold(router, |router, kind| {
        let path = format!("/{}", kind.path());
        let pattern = if kind.path().ends_with('/') { format!("{path}{{*rest}}") } else { path };
        router.route(&pattern, get(move |app, request| page::page(app, kind, request)))
    })
}

/// Validates the documents of all pages. An invalid one is logged; its page will state the error.
pub(super) fn check(service: &Service) {
    for kind in pages() {
        report(service, kind);
    }
}

fn report(service: &Service, kind: &PageKind) {
    let documents = std::iter::once(kind.document()).chain(kind.probe());
    for rejected in documents.filter_map(|document| service.validate(document).err()) {
        let message = rejected.errors().first().map(|error| error.message.clone());
        tracing::error!(page = kind.path(), error = message, "invalid query of a page");
    }
}
