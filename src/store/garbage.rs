//! Garbage collection: removes half-built folders, old generations and stale set-aside generations.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::atomic_write;
use super::error::Error;
use super::layout::{self, GenerationName, Layout};
use super::lock::Lock;

/// A generation folder, split into name and suffix.
#[derive(Debug)]
pub(super) struct Folder {
    /// The generation.
    pub(super) name: GenerationName,
    /// `tmp`, `del` or `bad-1`; empty for a generation that can be opened.
    pub(super) suffix: String,
    path: PathBuf,
}

impl Folder {
    /// Returns true for a damaged generation that was kept for diagnosis.
    fn is_set_aside(&self) -> bool {
        self.suffix.starts_with("bad-")
    }
}

/// Lists all generation folders of a data folder.
pub(super) fn folders(layout: &Layout) -> Result<Vec<Folder>, Error> {
    let mut folders = Vec::new();
    for path in atomic_write::list(layout.root())? {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (name, suffix) = file_name.split_once('.').unwrap_or((&file_name, ""));
        if let Some(name) = GenerationName::parse(name) {
            folders.push(Folder { name, suffix: suffix.to_owned(), path });
        }
    }
    Ok(folders)
}

/// Removes the leftovers of a killed writer: `*.tmp`, `*.del`, and generations that were never activated.
pub(super) fn leftovers(layout: &Layout, current: Option<GenerationName>) -> Result<(), Error> {
    // Only known names: the folder may be shared by mistake and hold foreign files.
    for file in [layout.format(), layout.current()] {
        atomic_write::remove_file(&atomic_write::tmp(&file))?;
    }
    let both = [layout.sources(), layout.parsed()];
    for path in both
        .iter()
        .map(|folder| atomic_write::list(folder))
        .collect::<Result<Vec<_>, _>>()?
        .concat()
    {
        if path.extension().is_some_and(|extension| extension == "tmp") {
            atomic_write::remove_file(&path)?;
        }
    }
    for folder in folders(layout)? {
        let never_activated = current.is_some_and(|c| folder.name > c) && folder.suffix.is_empty();
        if matches!(folder.suffix.as_str(), "tmp" | "del") {
            atomic_write::remove(&folder.path)?;
        } else if never_activated {
            retire(layout, folder.name)?;
        }
    }
    Ok(())
}

/// Removes older generations that are not open anywhere. The previous generation stays until the current one has
/// been opened once. Of the generations that were set aside, the newest stays.
pub(super) fn older(
    layout: &Layout,
    current: GenerationName,
    previous: Option<GenerationName>,
) -> Result<(), Error> {
    let opened = layout::opened(&layout.generation(current)).exists();
    let folders = folders(layout)?;
    let newest_bad = folders.iter().filter(|f| f.is_set_aside()).map(|f| f.path.as_path()).max();
    for folder in &folders {
        let keep = folder.name >= current || (Some(folder.name) == previous && !opened);
        if folder.is_set_aside() && Some(folder.path.as_path()) != newest_bad {
            atomic_write::remove(&folder.path)?;
        } else if folder.suffix.is_empty() && !keep {
            retire(layout, folder.name)?;
        }
    }
    Ok(())
}

/// Removes the generations that were set aside and are not open anywhere; returns true if there were any.
pub(super) fn remove_set_aside(layout: &Layout) -> Result<bool, Error> {
    let mut is_any = false;
    for folder in folders(layout)?.iter().filter(|f| f.is_set_aside()) {
        if folder.path.is_dir() {
            let Ok(Some(_lock)) = Lock::take(&layout::generation_lock(&folder.path)) else {
                continue;
            };
            atomic_write::remove(&folder.path)?;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// Returns the newest generation before the current one, judged by the folder names.
pub(super) fn newest_before(
    layout: &Layout,
    current: GenerationName,
) -> Result<Option<GenerationName>, Error> {
    let folders = folders(layout)?;
    Ok(folders.iter().filter(|f| f.suffix.is_empty() && f.name < current).map(|f| f.name).max())
}

/// Removes a generation unless it is open.
fn retire(layout: &Layout, name: GenerationName) -> Result<(), Error> {
    let folder = layout.generation(name);
    if !folder.is_dir() {
        return atomic_write::remove(&folder);
    }
    let Some(_lock) = Lock::take(&layout::generation_lock(&folder))? else { return Ok(()) };
    let obsolete = layout.generation_as(name, "del");
    atomic_write::rename(&folder, &obsolete)?;
    atomic_write::remove(&obsolete)
}

/// Removes all segments except these. Stale segments come from other versions of aidgraph or from removed files.
pub(super) fn segments(layout: &Layout, in_use: &BTreeSet<PathBuf>) -> Result<(), Error> {
    for path in atomic_write::list(&layout.parsed())? {
        let is_segment = path.extension().is_some_and(|extension| extension == "seg");
        if is_segment && !in_use.contains(&path) {
            atomic_write::remove_file(&path)?;
        }
    }
    Ok(())
}
