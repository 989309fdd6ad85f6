//! MANIFEST: what a generation is, readable without opening it. It holds no clock, no host name and no path.

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

/// What a generation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of the data folder that it belongs to.
    pub format: u32,
    /// Number of the layout of its records and indexes; another number means: build it again.
    pub schema: u16,
    /// Its number, counted up within a data folder.
    pub generation: u64,
    /// Version of the data: digest of the names and digests of the files, and of the schema number.
    pub data_version: String,
    /// How many records there are of each noun, by the word of the noun.
    pub counts: BTreeMap<String, u64>,
    /// Digest of all trees; the same files give the same digest, wherever and whenever it is built.
    pub digest: String,
    /// Number of the last line of the journal that went in.
    pub journal_seq: u64,
    /// Entries and digest of each tree.
    pub trees: BTreeMap<String, TreeSum>,
    /// Digest of each file of the index of words; what is in them may be cut otherwise by another build, and is no part
    /// of `digest`.
    pub search: BTreeMap<String, String>,
    /// The files that it was built from, with what became of their rows.
    pub files: Vec<SourceFile>,
}

impl Manifest {
    /// Its bytes: JSON that people can read.
    pub(super) fn render(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|e| Error::Unstorable(format!("its manifest cannot be written: {e}")))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads its bytes. A newer format is told from damage, so that nobody sets aside what is merely newer.
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
            let found = format!("layout {} where {SCHEMA} is read", head.schema);
            return Err(Error::OtherLayout { path: path.to_path_buf(), found });
        }
        serde_json::from_slice(bytes).map_err(|e| Error::damaged(path, &e))
    }
}

/// The version of a dataset: the same files and the same layout give the same version.
pub(super) fn data_version(files: &[SourceFile]) -> String {
    let entry = |f: &'_ SourceFile| {
        let unite = if f.unite { " unite" } else { "" };
        (f.name.clone(), format!("{}{unite}", f.sha256))
    };
    let mut names: Vec<(String, String)> = files.iter().map(entry).collect();
    names.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(SCHEMA.to_be_bytes());
    for (name, sha256) in names {
        // With the length, no two lists give the same text.
        hasher.update(format!("{} {name} {sha256}\n", name.len()));
    }
    blob::hex(&hasher.finalize())
}

/// The digest of all trees from theirs.
pub(super) fn digest(trees: &BTreeMap<String, TreeSum>) -> String {
    let mut hasher = Sha256::new();
    for (name, sum) in trees {
        hasher.update(format!("{name} {} {}\n", sum.entries, sum.sha256));
    }
    blob::hex(&hasher.finalize())
}
