//! `check`, the seed compiler: a valid seed with one error, and the problems that are reported.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot continue should report where"
)]

mod beneficiary;
mod code;
mod consistent;
mod folder;
mod form;
mod graph;
mod link;
mod money;
mod mutation;
mod prepare;
mod real;
mod report;
mod seed;
mod value;
