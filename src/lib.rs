//! aidgraph: who does what, where, with whom, for how much, and how do we know?
//!
//! The map of the house; arrows run downward only, and a test keeps them so.
//!
//! ```text
//! cli → http → graphql → read   → store → model
//!   └→ config          ↘ ingest ↗
//! ```
//!
//! | module | what it knows |
//! | --- | --- |
//! | [`model`] | the words of the field, pure |
//! | [`store`] | bytes on disk: sources, journal, generations |
//! | [`ingest`] | the one way in: read, validate, write, report |
//! | [`read`] | the one way out: lists, look-ups, sums, search |
//! | [`graphql`] | the contract |
//! | [`http`] | its carriage |
//! | [`config`] | what an operator may set |
//! | [`cli`] | the commands |

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod ingest;
pub mod model;
pub mod read;
pub mod store;
