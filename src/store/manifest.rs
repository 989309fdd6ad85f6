//! MANIFEST: description of a generation, readable without opening it. It holds no clock, host name or path.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::blob;
use super::error::Error;
use super::layout::FORMAT;
use super::record::SCHEMA;
use super::tables::TreeSum;
use crate::model::ledger::SourceFile;

/// Description of a generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of the data folder.
    pub format: u32,
    /// Layout number of its records and indexes; any other number requires a rebuild.
    pub schema: u16,
    /// Number of the generation, ascending within a data folder.
    pub generation: u64,
    /// Version of the data: digest of the schema number, and of the files' names, digests, `unite` and licences.
    pub data_version: String,
    /// Number of records of each noun, keyed by the word of the noun.
    pub counts: BTreeMap<String, u64>,
    /// Digest of all trees; the same files give the same digest, wherever and whenever it is built.
    pub digest: String,
    /// Sequence number of the last journal line that the build included.
    pub journal_seq: u64,
    /// Entry count and digest of each tree.
    pub trees: BTreeMap<String, TreeSum>,
    /// Digest of each file of the full-text index. Its division into segments may differ between builds, so it is
    /// not part of `digest`.
    pub search: BTreeMap<String, String>,
    /// Source files of the build, with their ledgers.
    pub files: Vec<SourceFile>,
}

impl Manifest {
    /// Encodes the manifest as readable JSON.
    pub(super) fn render(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::Unstorable(format!("cannot encode the manifest: {e}")))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Parses the manifest. A newer format is distinguished from damage, so that an intact newer generation is not
    /// set aside.
    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
            schema: u16,
        }
        let head: Head = serde_json::from_slice(bytes).map_err(|e| Error::damaged(path, &e))?;
        if head.format > FORMAT {
            let path = path.to_path_buf();
            return Err(Error::NewerFormat { path, found: head.format, known: FORMAT });
        }
        if head.schema != SCHEMA {
            let found = format!("layout {}, this version reads {SCHEMA}", head.schema);
            return Err(Error::OtherLayout { path: path.to_path_buf(), found });
        }
        serde_json::from_slice(bytes).map_err(|e| Error::damaged(path, &e))
    }
}

/// Computes the version of a dataset; the same files and layout give the same version.
pub(super) fn data_version(files: &[SourceFile]) -> String {
    let entry = |f: &'_ SourceFile| {
        let unite = if f.unite { " unite" } else { "" };
        let licence =
            f.licence.as_ref().map_or(String::new(), |licence| format!(" licence {licence}"));
        (f.name.clone(), format!("{}{unite}{licence}", f.sha256))
    };
    let mut names: Vec<(String, String)> = files.iter().map(entry).collect();
    names.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(SCHEMA.to_be_bytes());
    for (name, sha256) in names {
        // With the length prefix, different lists give different text.
        hasher.update(format!("{} {name} {sha256}\n", name.len()));
    }
    blob::hex(&hasher.finalize())
}

/// Combines the digests of all trees into one.
pub(super) fn digest(trees: &BTreeMap<String, TreeSum>) -> String {
    let mut hasher = Sha256::new();
    for (name, sum) in trees {
        hasher.update(format!("{name} {} {}\n", sum.entries, sum.sha256));
    }
    blob::hex(&hasher.finalize())
}
