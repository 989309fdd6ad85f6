//! Tables: their rows and formats.

mod format;
