//! Shows what was found: to people as a compiler does, to machines as one JSON object.

mod json;
mod terminal;

pub use json::json;
pub use terminal::terminal;
