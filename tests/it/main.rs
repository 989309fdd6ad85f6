//! Integration tests in one binary, so that it is linked once.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot continue must fail"
)]

mod api;
mod architecture;
mod check;
mod crs;
mod cycles;
mod docs;
mod fts;
mod iati;
mod import;
mod serve;
mod store;
mod sums;
mod support;
mod table;
