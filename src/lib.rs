//! aidgraph: an open graph of development cooperation: who does what, where, with whom and for how much.
//!
//! Layers. Dependencies point in the direction of the arrows only; a test enforces this.
//!
//! ```text
//! cli → http → service → graphql → read → store → model
//!   └→ config ↘ server         ↘ ingest ↗
//! ```
//!
//! | module | contents |
//! | --- | --- |
//! | [`model`] | domain types and code lists, without I/O |
//! | [`store`] | storage: sources, journal, generations |
//! | [`ingest`] | import: reads, validates, writes, reports |
//! | [`read`] | read path: lists, lookups, totals, search |
//! | [`graphql`] | schema, validation and execution |
//! | [`table`] | flat tables and their formats |
//! | [`draw`] | drawings: data in, SVG out |
//! | [`site`] | pages: the answer to a query as HTML |
//! | [`service`] | supervisor of generations, import service |
//! | [`server`] | listener, TLS, quotas, back-pressure |
//! | [`http`] | routes, transports and access control |
//! | [`config`] | settings of the operator |
//! | [`cli`] | commands of the binary |

pub mod cli;
pub mod config;
pub mod draw;
pub mod graphql;
pub mod http;
pub mod ingest;
pub mod model;
pub mod read;
pub mod server;
pub mod service;
pub mod site;
pub mod store;
pub mod table;
