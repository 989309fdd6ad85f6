//! Files of a seed, as bytes by name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rust_embed::RustEmbed;

use super::SHEETS;
use crate::ingest::error::Error;
use crate::ingest::problem::{ProblemCode, shown};
use crate::ingest::suggestion::did_you_mean;
use crate::model::ledger::{Problem, Severity};

/// Folder prefix of file names.
pub(super) const FOLDER: &str = "seed/";

/// Files that a seed may lack, since older seeds do.
const OPTIONAL: [&str; 2] = ["seed/beneficiaries.csv", "seed/gaps.csv"];

/// Seed compiled into the program.
#[derive(RustEmbed)]
#[folder = "seed/"]
struct Embedded;

/// Files of a seed: names (`seed/programmes.csv`, sorted) and bytes.
#[derive(Clone, Debug, Default)]
pub struct SeedFiles {
    files: BTreeMap<String, Cow<'static, [u8]>>,
    /// Names of files that are not part of a seed.
    unknown: Vec<String>,
}

impl SeedFiles {
    /// Returns the seed compiled into the program.
    pub fn embedded() -> Self {
        let names = Embedded::iter().filter(|name| name.ends_with(".csv"));
        Self::sorted(names.filter_map(|name| {
            let file = Embedded::get(&name)?;
            Some((format!("{FOLDER}{name}"), file.data))
        }))
    }

    /// Reads the seed in a folder, or returns the one compiled into the program without a folder.
    ///
    /// # Errors
    /// Those of [`SeedFiles::from_dir`].
    pub fn configured(folder: Option<&Path>) -> Result<Self, Error> {
        folder.map_or_else(|| Ok(Self::embedded()), Self::from_dir)
    }

    /// Reads the seed in a folder.
    ///
    /// # Errors
    /// [`Error::NoFolder`] without such a folder, [`Error::Unreadable`] when it or a file cannot be read.
    pub fn from_dir(folder: &Path) -> Result<Self, Error> {
        if !folder.is_dir() {
            return Err(Error::NoFolder { path: folder.to_path_buf() });
        }
        let unreadable =
            |path: &Path, source| Error::Unreadable { path: path.to_path_buf(), source };
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
            let path = entry.map_err(|e| unreadable(folder, e))?.path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name = format!("{FOLDER}{file_name}");
            if is_known(&name) {
                let bytes = fs::read(&path).map_err(|e| unreadable(&path, e))?;
                found.push((name, Cow::Owned(bytes)));
            } else if ends_with(&name, "csv") || is_spreadsheet(&name) {
                found.push((name, Cow::Borrowed(&[][..])));
            }
        }
        Ok(Self::sorted(found))
    }

    /// Wraps files from elsewhere, by name, such as those of a store.
    pub fn from_bytes(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self::sorted(files.into_iter().map(|(name, bytes)| (name, Cow::Owned(bytes))))
    }

    /// Iterates over names and bytes, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref()))
    }

    /// Returns the bytes of a file.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(AsRef::as_ref)
    }

    /// Returns problems for missing files and for files that are not part of a seed, sorted by name.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let is_missing = |name: &str| !self.files.contains_key(name) && !OPTIONAL.contains(&name);
        let missing = SHEETS.iter().filter(|sheet| is_missing(sheet.name));
        let missing = missing.map(|sheet| {
            let help = format!("create it, at least with its header: {}", sheet.header());
            let (severity, message) = (Severity::Error, "the file is missing");
            ProblemCode::MissingFile.of_file(severity, sheet.name, message, Some(help))
        });
        let unknown = self.unknown.iter().map(|name| {
            let names: Vec<&str> = SHEETS.iter().map(|sheet| sheet.name).collect();
            let help = if is_spreadsheet(name) {
                "save each sheet as a separate file, as `CSV UTF-8` with commas".to_owned()
            } else {
                did_you_mean(name, names.iter().copied())
                    .unwrap_or_else(|| format!("the files of a seed are {}", names.join(", ")))
            };
            let (severity, message) =
                (Severity::Warning, "the file is not part of a seed; it is ignored");
            ProblemCode::UnknownFile.of_file(severity, &shown(name), message, Some(help))
        });
        let mut problems: Vec<Problem> = missing.chain(unknown).collect();
        problems.sort_by(|a, b| a.file.cmp(&b.file));
        problems
    }

    fn sorted(found: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        let mut sorted = Self::default();
        for (name, bytes) in found {
            if is_known(&name) {
                sorted.files.insert(name, bytes);
            } else {
                sorted.unknown.push(name);
            }
        }
        sorted.unknown.sort();
        sorted
    }
}

fn is_known(name: &str) -> bool {
    SHEETS.iter().any(|sheet| sheet.name == name)
}

/// Returns true for the native file of a spreadsheet program.
fn is_spreadsheet(name: &str) -> bool {
    ["xlsx", "xls", "ods"].iter().any(|end| ends_with(name, end))
}

fn ends_with(name: &str, end: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(end))
}
