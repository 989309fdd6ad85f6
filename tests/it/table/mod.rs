//! Tables: their rows and formats.

mod export;
mod format;
pub(crate) mod laws;
