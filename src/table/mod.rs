//! Tables: flat rows for spreadsheets, dashboards and data frames.
//!
//! A table is one [`Description`](description::Description): name, question, parameters, columns and key. A maker produces its rows in batches, and a
//! [format](mod@format) writes them. Index, dictionary, export and API descriptions derive from the description alone.

pub mod batch;
pub mod catalogue;
pub mod column;
pub mod description;
pub mod document;
pub mod error;
pub mod evidence;
pub mod format;
mod group;
mod key;
mod names;
pub mod output;
pub mod query;
pub mod record;
pub mod selection;
pub mod window;
