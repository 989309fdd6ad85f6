//! Datasets that are identified by a version and a size, both stated in their single source file.
//!
//! The dataset can be built from the file, and the file can be derived from the dataset.

use std::path::Path;
use std::sync::Arc;

use aidgraph::model::ledger::{Ledger, SourceFile};
use aidgraph::model::noun::{Kind, Record};
use aidgraph::model::text::Text;
use aidgraph::store::search::IsOver;
use aidgraph::store::{Draft, Error, Generation, Manifest, NewFile, Store, Writer};

use super::sample;

/// A test dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dataset {
    /// Version, which is in the title of every programme.
    pub(super) version: u32,
    /// Number of records of each noun.
    pub(super) size: u32,
}

const NAME: &str = "seed/dataset.txt";

impl Dataset {
    pub(super) fn new(version: u32, size: u32) -> Self {
        Self { version, size }
    }

    /// Content of its source file.
    pub(super) fn file(self) -> String {
        format!("version {} size {}\n{}", self.version, self.size, "filler, filler\n".repeat(50))
    }

    fn parse(bytes: &[u8]) -> Self {
        let text = std::str::from_utf8(bytes).unwrap();
        let mut words = text.split_whitespace();
        let mut number = || words.nth(1).unwrap().parse().unwrap();
        Self { version: number(), size: number() }
    }

    pub(super) fn draft(self) -> Draft {
        let mut records: Vec<Record> = (0..self.size).flat_map(sample::records).collect();
        for record in &mut records {
            if let Record::Programme(programme) = record {
                programme.title =
                    Text::new(Some(format!("version {}", self.version)), None).unwrap();
            }
        }
        let file = self.file();
        let files = vec![SourceFile {
            name: NAME.into(),
            sha256: sha256(file.as_bytes()),
            bytes: file.len() as u64,
            format: "test".into(),
            unite: false,
            licence: None,
            ledger: Ledger::default(),
        }];
        // Reversed, because drafts have no order.
        records.reverse();
        Draft {
            records,
            rates: vec![sample::rates("XOF"), sample::rates("XAF")],
            files,
            ..Draft::default()
        }
    }

    /// Stores the source file.
    pub(super) fn put(self, writer: &mut Writer) -> Result<bool, Error> {
        let file = self.file();
        writer.put_files("seed", &[NewFile { name: NAME, format: "test", bytes: file.as_bytes() }])
    }

    /// Stores the source file and builds the generation.
    pub(super) fn install(self, store: &Store) -> Result<Manifest, Error> {
        let mut writer = store.writer()?;
        self.put(&mut writer)?;
        writer.build(self.draft(), &mut |_| {})
    }

    /// The dataset of the active files.
    pub(super) fn of_files(store: &Store) -> Result<Option<Self>, Error> {
        let writer = store.writer()?;
        let Some(entry) = store.files()?.into_iter().next() else { return Ok(None) };
        Ok(Some(Self::parse(&writer.read_file(&entry)?)))
    }

    /// The dataset of a generation, after comparing every record, posting and rate.
    pub(super) fn of(generation: &Generation) -> Result<Self, Error> {
        let first = generation.any_at(Kind::Programme, 0)?.expect("no programme");
        let version = first.name().strip_prefix("version ").unwrap().parse().unwrap();
        let dataset = Self { version, size: generation.len(Kind::Programme) };
        dataset.compare(generation)?;
        Ok(dataset)
    }

    fn compare(self, generation: &Generation) -> Result<(), Error> {
        let draft = self.draft();
        assert_eq!(generation.manifest().files, draft.files);
        let counts: u64 = generation.manifest().counts.values().sum();
        assert_eq!(counts, draft.records.len() as u64);
        let all: u32 = Kind::ALL.iter().map(|kind| generation.len(*kind)).sum();
        assert_eq!(u64::from(all), counts);
        for record in &draft.records {
            let ordinal =
                generation.ordinal(record.kind(), record.key()).expect("an id is missing");
            assert_eq!(generation.any_at(record.kind(), ordinal)?.as_ref(), Some(record));
        }
        let eur = sample::rates("XOF").currency;
        assert!(generation.rates().knows(eur));
        Ok(())
    }
}

/// Simulates a start: opens the current generation, and rebuilds a damaged or missing one from the files. Returns
/// the dataset that is then current.
pub(super) fn start(root: &Path) -> Result<Option<Dataset>, Error> {
    let store = Store::open(root)?;
    let opened = match store.current() {
        Ok(Some(generation)) => Dataset::of(&generation).map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(error),
    };
    let reason = match opened {
        Ok(Some(dataset)) => return Ok(Some(dataset)),
        Ok(None) => "no generation".to_owned(),
        Err(error) if error.needs_rebuild() => error.to_string(),
        Err(error) => return Err(error),
    };
    let Some(dataset) = Dataset::of_files(&store)? else { return Ok(None) };
    let mut writer = store.writer()?;
    writer.set_aside(None, &reason)?;
    writer.build(dataset.draft(), &mut |_| {})?;
    drop(writer);
    let generation = store.current()?.expect("just built");
    Dataset::of(&generation).map(Some)
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    hex(&sha2::Sha256::digest(bytes))
}

/// Formats bytes in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Copies a folder recursively.
pub(super) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// All files below a folder, sorted by path.
pub(super) fn files_below(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// A deadline that never passes.
pub(super) fn within() -> IsOver {
    Arc::new(|| false)
}
