//! Pages made by the service: an address and its parameters become a query, and its answer becomes HTML.
//!
//! Nothing here knows HTTP. `http::site` routes a request, executes the query on the current generation, and sends the page.
//!
//! | module | contents |
//! | --- | --- |
//! | `address` | path, parameters and language of a request; links to other pages |
//! | `catalogue` | the list of all pages, and the page of a path |
//! | `page` | one file per page: its query, its data, and its HTML |
//! | `page_kind` | what all pages have: path, document, variables, view |
//! | `listing` | tables and saved queries, for pages that list them |
//! | `queries` | one GraphQL document per page; `fragments.graphql` has what several share |
//! | `parts` | pieces of pages: facts with footnotes, lists, money, dates, links |
//! | `frame` | the document around each page: head, navigation, bar of the view, footer |
//! | `problem` | pages that state a problem |
//! | `tables` | the list of tables at `/q` |
//! | `words` | all words of the pages, in English and French side by side |
//!
//! To add a page: write `queries/NAME.graphql` and `page/NAME.rs` with a type that implements `page_kind::Page`, and list it in
//! [`catalogue`]. A page reads no data but the answer to its query, and no clock: one data version is one page, byte for byte.

pub mod address;
pub mod catalogue;
mod document;
mod frame;
pub mod language;
pub mod listing;
mod page;
pub mod page_kind;
mod parts;
pub mod problem;
pub mod tables;
mod view;
mod words;

pub use view::{Rendered, Unshown};
