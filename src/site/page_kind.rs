//! Kinds of pages: a path, a document, and how an answer becomes HTML.

use std::fmt;
use std::marker::PhantomData;

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

/// Behaviour of a kind of page.
pub(super) trait Shown: Send + Sync {
    /// Checks the parameters of a request.
    ///
    /// # Errors
    /// The message for the client.
    fn check(&self, address: &Address) -> Result<(), String>;

    /// Returns the variables of a request. `size` is the answer to the probe.
    fn variables(&self, address: &Address, size: Option<u64>) -> Map<String, Value>;

    /// Shows the answer; `listing` has the tables and saved queries of the service.
    ///
    /// # Errors
    /// Same errors as [`Page::view`].
    fn view(&self, answer: Value, address: &Address, listing: &Listing) -> Result<View, Unshown>;
}

/// Page that is a type.
struct Typed<P>(PhantomData<fn() -> P>);

impl<P: Page> Shown for Typed<P> {
    fn check(&self, _: &Address) -> Result<(), String> {
        Ok(())
    }

    fn variables(&self, address: &Address, _: Option<u64>) -> Map<String, Value> {
        P::variables(address)
    }

    fn view(&self, answer: Value, address: &Address, _: &Listing) -> Result<View, Unshown> {
        P::view(read(answer)?, address)
    }
}

/// Page that is a type, and shows the listing.
struct Listed<P>(PhantomData<fn() -> P>);

impl<P: ListingPage> Shown for Listed<P> {
    fn check(&self, _: &Address) -> Result<(), String> {
        Ok(())
    }

    fn variables(&self, address: &Address, _: Option<u64>) -> Map<String, Value> {
        P::variables(address)
    }

    fn view(&self, answer: Value, address: &Address, listing: &Listing) -> Result<View, Unshown> {
        Ok(P::view(read(answer)?, address, listing))
    }
}

/// Kind of page, such as the page of a programme.
pub struct PageKind {
    path: &'static str,
    document: String,
    probe: Option<String>,
    shown: Box<dyn Shown>,
    shows_listing: bool,
}

impl fmt::Debug for PageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageKind").field("path", &self.path).finish_non_exhaustive()
    }
}

impl PageKind {
    /// Creates the entry of a page.
    pub(super) fn of<P: Page + 'static>() -> Self {
        Self::new(P::PATH, P::DOCUMENT, Box::new(Typed::<P>(PhantomData)))
    }

    /// Creates the entry of a page that shows the listing.
    pub(super) fn with_listing<P: ListingPage + 'static>() -> Self {
        let page = Self::new(P::PATH, P::DOCUMENT, Box::new(Listed::<P>(PhantomData)));
        Self { shows_listing: true, ..page }
    }

    /// Returns true if the saved queries of the service determine the page, beside its data.
    pub fn shows_listing(&self) -> bool {
        self.shows_listing
    }

    /// Creates the entry of a page from its path, its document and its behaviour.
    pub(super) fn new(path: &'static str, document: &str, shown: Box<dyn Shown>) -> Self {
        Self { path, document: complete(document), probe: None, shown, shows_listing: false }
    }

    /// Sets a document whose field `list { totalCount }` is the size of what the page asks about.
    pub(super) fn probed(self, document: &str) -> Self {
        Self { probe: Some(complete(document)), ..self }
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

    /// GraphQL document that measures the size of what the page asks about; `None` if the page needs no measure.
    pub fn probe(&self) -> Option<&str> {
        self.probe.as_deref()
    }

    /// Reads the size from the answer to the probe.
    pub fn size(answer: &Value) -> Option<u64> {
        answer.pointer("/list/totalCount").and_then(Value::as_u64)
    }

    /// Checks the parameters of a request.
    ///
    /// # Errors
    /// The message for the client.
    pub fn check(&self, address: &Address) -> Result<(), String> {
        self.shown.check(address)
    }

    /// Returns the variables of a request that the document declares. `size` is the answer to the probe.
    pub fn variables(&self, address: &Address, size: Option<u64>) -> Map<String, Value> {
        declared(&self.document, self.shown.variables(address, size))
    }

    /// Returns the variables of a request that the probe declares.
    pub fn probe_variables(&self, address: &Address) -> Map<String, Value> {
        declared(self.probe().unwrap_or_default(), self.shown.variables(address, None))
    }

    /// Writes the page. `data` is the answer to the document with the variables.
    ///
    /// # Errors
    /// [`Unshown`] without a record, or for an answer of another shape.
    pub fn render(
        &self,
        data: Value,
        variables: Map<String, Value>,
        address: &Address,
        listing: &Listing,
    ) -> Result<Rendered, Unshown> {
        let view = self.shown.view(data, address, listing)?;
        let question = frame::Question { document: &self.document, variables };
        let html = frame::page(address, &view, Some(&question));
        Ok(Rendered { html: html.into_string(), version: view.edition.version })
    }
}

/// Retains the variables that a document declares.
fn declared(document: &str, mut variables: Map<String, Value>) -> Map<String, Value> {
    variables.retain(|name, _| document.contains(&format!("${name}")));
    variables
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
