//! `check`, the compiler of seeds: a good seed, one thing spoilt, and what is told of it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
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
