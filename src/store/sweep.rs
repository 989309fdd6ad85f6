//! Removing what is left over: half-built folders, older generations, what was set aside long ago.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::durable;
use super::error::Error;
use super::layout::{self, GenerationName, Layout};
use super::lock::Lock;

/// A folder of a generation by its name and suffix.
#[derive(Debug)]
pub(super) struct Folder {
    /// The generation.
    pub(super) name: GenerationName,
    /// `tmp`, `del`, `bad-1`; empty for a generation that can be opened.
    pub(super) suffix: String,
    path: PathBuf,
}

/// All folders of generations in a data folder.
pub(super) fn folders(layout: &Layout) -> Result<Vec<Folder>, Error> {
    let mut folders = Vec::new();
    for path in durable::list(layout.root())? {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (name, suffix) = file_name.split_once('.').unwrap_or((&file_name, ""));
        if let Some(name) = GenerationName::parse(name) {
            folders.push(Folder { name, suffix: suffix.to_owned(), path });
        }
    }
    Ok(folders)
}

/// Removes what a writer that was killed has left: `*.tmp`, `*.del`, and generations never put in force.
pub(super) fn leftovers(layout: &Layout, current: Option<GenerationName>) -> Result<(), Error> {
    // Only what is ours: the folder may have been chosen badly, and hold files of somebody else.
    for file in [layout.format(), layout.current()] {
        durable::remove_file(&durable::tmp(&file))?;
    }
    let both = [layout.sources(), layout.parsed()];
    for path in
        both.iter().map(|folder| durable::list(folder)).collect::<Result<Vec<_>, _>>()?.concat()
    {
        if path.extension().is_some_and(|extension| extension == "tmp") {
            durable::remove_file(&path)?;
        }
    }
    for folder in folders(layout)? {
        let never_in_force = current.is_some_and(|c| folder.name > c) && folder.suffix.is_empty();
        if matches!(folder.suffix.as_str(), "tmp" | "del") {
            durable::remove(&folder.path)?;
        } else if never_in_force {
            retire(layout, folder.name)?;
        }
    }
    Ok(())
}

/// Removes the generations before the one in force that nobody has open. The one before it stays until the one in
/// force has been opened once. Of what was set aside, the newest stays.
pub(super) fn older(
    layout: &Layout,
    current: GenerationName,
    previous: Option<GenerationName>,
) -> Result<(), Error> {
    let opened = layout::opened(&layout.generation(current)).exists();
    let folders = folders(layout)?;
    let newest_bad =
        folders.iter().filter(|f| f.suffix.starts_with("bad-")).map(|f| f.path.as_path()).max();
    for folder in &folders {
        let keep = folder.name >= current || (Some(folder.name) == previous && !opened);
        if folder.suffix.starts_with("bad-") && Some(folder.path.as_path()) != newest_bad {
            durable::remove(&folder.path)?;
        } else if folder.suffix.is_empty() && !keep {
            retire(layout, folder.name)?;
        }
    }
    Ok(())
}

/// Removes what was set aside and no process has open; whether there was any.
pub(super) fn set_aside(layout: &Layout) -> Result<bool, Error> {
    let mut is_any = false;
    for folder in folders(layout)?.iter().filter(|f| f.suffix.starts_with("bad-")) {
        if folder.path.is_dir() {
            let Ok(Some(_lock)) = Lock::take(&layout::generation_lock(&folder.path)) else {
                continue;
            };
            durable::remove(&folder.path)?;
            is_any = true;
        }
    }
    Ok(is_any)
}

/// The generation that was in force before, as far as the folder tells.
pub(super) fn newest_before(
    layout: &Layout,
    current: GenerationName,
) -> Result<Option<GenerationName>, Error> {
    let folders = folders(layout)?;
    Ok(folders.iter().filter(|f| f.suffix.is_empty() && f.name < current).map(|f| f.name).max())
}

/// Removes a generation, unless somebody has it open.
fn retire(layout: &Layout, name: GenerationName) -> Result<(), Error> {
    let folder = layout.generation(name);
    if !folder.is_dir() {
        return durable::remove(&folder);
    }
    let Some(_lock) = Lock::take(&layout::generation_lock(&folder))? else { return Ok(()) };
    let doomed = layout.generation_as(name, "del");
    durable::rename(&folder, &doomed)?;
    durable::remove(&doomed)
}

/// Removes the segments that are none of these, as other versions of aidgraph or files that went have left them.
pub(super) fn segments(layout: &Layout, in_use: &BTreeSet<PathBuf>) -> Result<(), Error> {
    for path in durable::list(&layout.parsed())? {
        let is_segment = path.extension().is_some_and(|extension| extension == "seg");
        if is_segment && !in_use.contains(&path) {
            durable::remove_file(&path)?;
        }
    }
    Ok(())
}
