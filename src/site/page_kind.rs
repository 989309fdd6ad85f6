//! Kinds of pages: a path, a document, and how an answer becomes HTML.

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::address::Address;
use super::document::complete;
use super::frame;
use super::listing::Listing;
use super::view::{Rendered, Unshown, View};

/// A page: its path, its query, and its HTML.
pub(super) trait Page {
    /// Path relative to the root of the service. After one that ends with a slash, the address continues with what the page
    /// is about.
    const PATH: &'static str;
    /// GraphQL document, without the shared fragments that it uses.
    const DOCUMENT: &'static str;
    /// Shape of the answer.
    type Data: DeserializeOwned;

    /// Returns the variables of a request.
    fn variables(address: &Address) -> Map<String, Value>;

    /// Shows the answer.
    ///
    /// # Errors
    /// [`Unshown::Missing`] if the answer lacks what the page is about.
    fn view(data: Self::Data, address: &Address) -> Result<View, Unshown>;
}

/// A page that also offers the tables and saved queries of the service.
pub(super) trait ListingPage {
    /// As [`Page::PATH`].
    const PATH: &'static str;
    /// As [`Page::DOCUMENT`].
    const DOCUMENT: &'static str;
    /// Shape of the answer.
    type Data: DeserializeOwned;

    /// Returns the variables of a request.
    fn variables(address: &Address) -> Map<String, Value>;

    /// Shows the answer, and the listing.
    fn view(data: Self::Data, address: &Address, listing: &Listing) -> View;
}

/// Kind of page, such as the page of a programme.
pub struct PageKind {
    path: &'static str,
    document: String,
    variables: fn(&Address) -> Map<String, Value>,
    view: fn(Value, &Address, &Listing) -> Result<View, Unshown>,
    shows_listing: bool,
}

impl fmt::Debug for PageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageKind").field("path", &self.path).finish_non_exhaustive()
    }
}

impl PageKind {
    /// Creates the entry of a page.
    pub(super) fn of<P: Page>() -> Self {
        Self {
            path: P::PATH,
            document: complete(P::DOCUMENT),
            variables: P::variables,
            view: |answer, address, _| P::view(read(answer)?, address),
            shows_listing: false,
        }
    }

    /// Creates the entry of a page that shows the listing.
    pub(super) fn with_listing<P: ListingPage>() -> Self {
        Self {
            path: P::PATH,
            document: complete(P::DOCUMENT),
            variables: P::variables,
            view: |answer, address, listing| Ok(P::view(read(answer)?, address, listing)),
            shows_listing: true,
        }
    }

    /// Returns true if the saved queries of the service determine the page, beside its data.
    pub fn shows_listing(&self) -> bool {
        self.shows_listing
    }

    /// Path relative to the root of the service. After one that ends with a slash, the address continues with what the page
    /// is about.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// GraphQL document of the page, as it is executed and shown.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Returns the variables of a request that the document declares.
    pub fn variables(&self, address: &Address) -> Map<String, Value> {
        let mut variables = (self.variables)(address);
        variables.retain(|name, _| self.document.contains(&format!("${name}")));
        variables
    }

    /// Writes the page. `data` is the answer to the document.
    ///
    /// # Errors
    /// [`Unshown`] without a record, or for an answer of another shape.
    pub fn render(
        &self,
        data: Value,
        address: &Address,
        listing: &Listing,
    ) -> Result<Rendered, Unshown> {
        let view = (self.view)(data, address, listing)?;
        let variables = self.variables(address);
        let question = frame::Question { document: &self.document, variables };
        let html = frame::page(address, &view, Some(&question));
        Ok(Rendered { html: html.into_string(), version: view.edition.version })
    }
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Unshown> {
    T::deserialize(answer).map_err(|err| Unshown::Malformed(err.to_string()))
}

/// Converts a JSON object to variables; the languages of the page are added.
pub(super) fn variables(address: &Address, given: Value) -> Map<String, Value> {
    let mut variables = match given {
        Value::Object(given) => given,
        _ => Map::new(),
    };
    variables.insert("languages".to_owned(), json!(address.language().preference()));
    variables
}
