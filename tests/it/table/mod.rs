//! Tables: their rows and formats.

mod format;
pub(crate) mod laws;
