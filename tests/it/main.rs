//! Everything that is tested from outside, in one binary so that it is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says so by failing"
)]

mod api;
mod check;
mod circles;
mod crs;
mod docs;
mod fts;
mod house;
mod iati;
mod import;
mod serve;
mod store;
mod sums;
mod support;
mod table;
