//! CURRENT: the name of the generation in force, bound to its manifest by a digest.
//!
//! The digest makes a flipped digit visible: a wrong name that happens to exist does not have that manifest.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::blob;
use super::durable;
use super::error::Error;
use super::layout::{self, GenerationName, Layout};
use super::manifest::Manifest;

/// What CURRENT says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Current {
    /// The generation in force.
    pub(super) name: GenerationName,
    /// SHA-256 of its MANIFEST.
    sha256: String,
}

impl Current {
    /// Reads CURRENT; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not name a generation.
    pub(super) fn read(layout: &Layout) -> Result<Option<Self>, Error> {
        let path = layout.current();
        let Some(bytes) = read(&path)? else { return Ok(None) };
        let parse = || {
            let text = std::str::from_utf8(&bytes).ok()?;
            let (name, sha256) = text.strip_suffix('\n')?.split_once(' ')?;
            Some(Self { name: GenerationName::parse(name)?, sha256: sha256.to_owned() })
        };
        let current = parse();
        current.map(Some).ok_or_else(|| Error::damaged(&path, "it does not name a generation"))
    }

    /// Puts a generation in force, whose MANIFEST has these bytes.
    pub(super) fn write(
        layout: &Layout,
        name: GenerationName,
        manifest: &[u8],
    ) -> Result<(), Error> {
        let line = format!("{name} {}\n", blob::sha256(manifest));
        durable::write(&layout.current(), line.as_bytes())
    }

    /// The manifest of the generation in force.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is missing, or is not the one that was put in force; [`Error::OtherLayout`] when another
    /// version of aidgraph wrote it, [`Error::NewerFormat`] when a newer aidgraph wrote it.
    pub(super) fn manifest(&self, layout: &Layout) -> Result<Manifest, Error> {
        let path = layout::manifest(&layout.generation(self.name));
        let bytes = read(&path)?
            .ok_or_else(|| Error::damaged(&path, "CURRENT names it, and it is not there"))?;
        if blob::sha256(&bytes) != self.sha256 {
            return Err(Error::damaged(&path, "it is not the one that CURRENT was written for"));
        }
        Manifest::parse(&path, &bytes)
    }
}

/// Reads a file that can be made again; `None` when it is not there.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::damaged_read(path, error)),
    }
}
