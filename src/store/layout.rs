//! Layout of the data folder.
//!
//! ```text
//! DATA/
//!   FORMAT                    "aidgraph 1": format of the folder; a newer number is rejected
//!   LOCK                      held by the single writer
//!   journal.jsonl             log of the active files: crc32, length, JSON; one line a change
//!   sources/<sha256>.zst      every active file, byte for byte, compressed
//!   parsed/<sha256>-iati-1-2.seg  parsed records of a file, by reader and layout; removable, recreated on demand
//!   CURRENT                   "gen-000012 <sha256 of its MANIFEST>": the current generation
//!   gen-000012/
//!     MANIFEST                JSON: format, schema, counts, digests, the files it was built from
//!     db/                     sled =0.34.7, written once
//!     details                 details of programmes, loaded on demand, in compressed blocks
//!     search/                 the full-text index
//!     LOCK                    held by the process that has it open
//!     RUNNING                 present while it is open; found at start, it means an unclean shutdown
//!     OPENED                  it has been opened once, so the previous generation may be removed
//!   gen-000013.tmp/           being built; removed at the next start of a writer
//!   gen-000011.del/           being removed
//!   gen-000010.bad-1/         set aside because it was damaged; the newest one is kept
//! ```
//!
//! `FORMAT`, `journal.jsonl` and `sources/` are the truth. Everything else can be removed and is rebuilt.

use std::path::{Path, PathBuf};

use super::record::SCHEMA;

/// The newest folder format that this version supports.
pub(super) const FORMAT: u32 = 1;

/// Name of a generation: `gen-` and its number, with at least six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GenerationName(pub(super) u64);

impl GenerationName {
    /// Parses `gen-000012`; anything else, including a suffix, is `None`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("gen-")?;
        let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
        (Self(number).to_string() == text).then_some(Self(number))
    }
}

impl std::fmt::Display for GenerationName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "gen-{:06}", self.0)
    }
}

/// Paths in one data folder.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    root: PathBuf,
}

impl Layout {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn format(&self) -> PathBuf {
        self.root.join("FORMAT")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.root.join("LOCK")
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.root.join("journal.jsonl")
    }

    pub(super) fn sources(&self) -> PathBuf {
        self.root.join("sources")
    }

    /// Path of the content with this digest.
    pub(super) fn source(&self, sha256: &str) -> PathBuf {
        self.sources().join(format!("{sha256}.zst"))
    }

    pub(super) fn parsed(&self) -> PathBuf {
        self.root.join("parsed")
    }

    /// Path of the segment parsed from the content with this digest; `reading` is the reader version.
    pub(super) fn segment(&self, sha256: &str, reading: &str) -> PathBuf {
        self.parsed().join(format!("{sha256}-{reading}-{SCHEMA}.seg"))
    }

    pub(super) fn current(&self) -> PathBuf {
        self.root.join("CURRENT")
    }

    pub(super) fn generation(&self, name: GenerationName) -> PathBuf {
        self.root.join(name.to_string())
    }

    /// Path of a generation in a state that a suffix marks: `tmp`, `del`, `bad-1`.
    pub(super) fn generation_as(&self, name: GenerationName, suffix: &str) -> PathBuf {
        self.root.join(format!("{name}.{suffix}"))
    }
}

/// Path of the manifest in a generation's folder.
pub(super) fn manifest(generation: &Path) -> PathBuf {
    generation.join("MANIFEST")
}

/// Path of the database in a generation's folder.
pub(super) fn database(generation: &Path) -> PathBuf {
    generation.join("db")
}

/// File name of the programme details, also used as their key in the manifest.
pub(super) const DETAILS: &str = "details";

/// Path of the programme details in a generation's folder.
pub(super) fn details(generation: &Path) -> PathBuf {
    generation.join(DETAILS)
}

/// Path of the full-text index in a generation's folder.
pub(super) fn search(generation: &Path) -> PathBuf {
    generation.join("search")
}

/// Path of the lock file in a generation's folder.
pub(super) fn generation_lock(generation: &Path) -> PathBuf {
    generation.join("LOCK")
}

/// Path of the mark of an open generation.
pub(super) fn running(generation: &Path) -> PathBuf {
    generation.join("RUNNING")
}

/// Path of the mark of a generation that has been opened once.
pub(super) fn opened(generation: &Path) -> PathBuf {
    generation.join("OPENED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_generations_round_trip() {
        for number in [1, 12, 999_999, 1_000_000] {
            let name = GenerationName(number);
            assert_eq!(GenerationName::parse(&name.to_string()), Some(name));
        }
        for text in ["", "gen-", "gen-1", "gen-000001.tmp", "gen-000001.bad-1", "gen-+00001"] {
            assert_eq!(GenerationName::parse(text), None, "{text}");
        }
    }
}
