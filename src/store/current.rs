//! CURRENT: the name of the current generation, bound to its manifest by a digest.
//!
//! The digest detects a flipped digit: another existing generation has another manifest.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::atomic_write;
use super::blob;
use super::error::Error;
use super::layout::{self, GenerationName, Layout};
use super::manifest::Manifest;

/// Content of CURRENT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Current {
    /// Name of the current generation.
    pub(super) name: GenerationName,
    /// SHA-256 of its MANIFEST in lower-case hexadecimal.
    sha256: String,
}

impl Current {
    /// Reads CURRENT; `None` if it does not exist.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it does not name a generation.
    pub(super) fn read(layout: &Layout) -> Result<Option<Self>, Error> {
        let path = layout.current();
        let Some(bytes) = read(&path)? else { return Ok(None) };
        let parse = || {
            let text = std::str::from_utf8(&bytes).ok()?;
            let (name, sha256) = text.strip_suffix('\n')?.split_once(' ')?;
            Some(Self { name: GenerationName::parse(name)?, sha256: sha256.to_owned() })
        };
        let current = parse();
        current.map(Some).ok_or_else(|| Error::damaged(&path, "no valid generation name"))
    }

    /// Activates a generation whose MANIFEST has these bytes.
    pub(super) fn write(
        layout: &Layout,
        name: GenerationName,
        manifest: &[u8],
    ) -> Result<(), Error> {
        let line = format!("{name} {}\n", blob::sha256(manifest));
        atomic_write::write(&layout.current(), line.as_bytes())
    }

    /// Reads the manifest of the current generation.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the manifest is missing, or differs from the one that was activated.
    /// [`Error::OtherLayout`] if another version of aidgraph wrote it. [`Error::NewerFormat`] if a newer aidgraph
    /// wrote it.
    pub(super) fn manifest(&self, layout: &Layout) -> Result<Manifest, Error> {
        let path = layout::manifest(&layout.generation(self.name));
        let bytes = read(&path)?
            .ok_or_else(|| Error::damaged(&path, "missing, although CURRENT names it"))?;
        if blob::sha256(&bytes) != self.sha256 {
            return Err(Error::damaged(&path, "does not match the digest in CURRENT"));
        }
        Manifest::parse(&path, &bytes)
    }
}

/// Reads a derived file; `None` if it does not exist.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::damaged_read(path, error)),
    }
}
