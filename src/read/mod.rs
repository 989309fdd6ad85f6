//! Read path: lists, lookups, totals and search over one generation.
//!
//! A [`Reader`](reader::Reader) gives resolvers access to the store. A [`Filter`](filter::Filter)
//! is evaluated by set operations on postings. The matches are sorted, and only the records of the
//! page are read. All calls are synchronous; a point read costs microseconds.

pub mod cache;
mod canonical;
mod change;
pub mod coverage;
pub mod engagement;
pub mod error;
mod evaluation;
pub mod facets;
pub mod filter;
pub mod flows;
pub mod groups;
pub mod label;
pub mod money;
mod narrowing;
pub mod reader;
mod record_cache;
mod rival;
pub mod search;
pub mod statements;
pub mod total;
pub mod transactions;
pub mod work;
