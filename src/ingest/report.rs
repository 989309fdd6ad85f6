//! Reports of `check`: compiler-style text for a terminal, or one JSON object.

mod json;
mod terminal;

pub use json::json;
pub use terminal::terminal;
