//! Options of formats.

use std::path::PathBuf;

/// Options of a format. Each format ignores those of the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Starts CSV with the byte order mark of UTF-8, by which Excel recognises the encoding.
    pub byte_order_mark: bool,
    /// Line end of CSV.
    pub line_end: LineEnd,
    /// Writes JSON as the array of rows alone.
    pub rows_alone: bool,
    /// Heading of a drawing; `None` for the title of the table.
    pub heading: Option<String>,
    /// Folder of temporary files; `None` for the folder of the system. Only XLSX uses them.
    pub temporary_folder: Option<PathBuf>,
}

/// Line end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// Carriage return and line feed, for spreadsheets. Source: RFC 4180, section 2.
    #[default]
    CrLf,
    /// Line feed, for `grep -x` and `cut`.
    Lf,
}
