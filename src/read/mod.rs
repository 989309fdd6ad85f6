//! The one way out: lists, look-ups, sums and search over one generation, in the words of the model.
//!
//! A [`Reader`](reader::Reader) is what a resolver holds instead of a store. Lists come from postings: a
//! [`Filter`](filter::Filter) is answered by set operations, the answer is put in order, and only the records of the
//! page are read. Everything here is synchronous; a point read costs microseconds.

mod canonical;
mod change;
pub mod engagement;
pub mod error;
pub mod filter;
pub mod flows;
pub mod groups;
pub mod money;
mod narrowing;
pub mod reader;
mod recent;
mod rival;
pub mod search;
pub mod shelf;
pub mod total;
pub mod work;
