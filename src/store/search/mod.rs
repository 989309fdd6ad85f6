//! The words of a generation: an index of names, titles and descriptions in every language, built while the generation is
//! filled and immutable since.
//!
//! Words are folded as everywhere (`model::text`), and stemmed where the language is English, French or Spanish (`token`). The
//! index keeps no text: what a record is called is read from the record. `question` makes a query of what people type.

mod collect;
mod question;
mod sealed;
mod token;
mod write;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use roaring::RoaringBitmap;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, TantivyError};

pub use question::Question;
pub(super) use sealed::seal;
use sealed::{Damage, SUMS, Sealed};
use token::Cutter;
pub use token::parts;
pub(super) use write::IndexWriter;

use super::details;
use super::error::Error;
use super::key;
use super::tables;
use crate::model::noun::Kind;

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
struct Fields {
    /// Number of the noun in the upper half, ordinal in the lower.
    at: Field,
    /// Number of the noun.
    kind: Field,
    /// Each name as a whole.
    whole: Field,
    /// The words of names.
    name: Field,
    /// The stems of names and descriptions of all languages: in one field, since a word of a language that few texts are in
    /// would seem rare, and each of its texts a better fit.
    text: Field,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let cut = |cutter: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(cutter)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        at: schema.add_u64_field("at", FAST),
        kind: schema.add_u64_field("kind", INDEXED),
        whole: schema.add_text_field("whole", STRING),
        name: schema.add_text_field("name", cut(WORDS)),
        text: schema.add_text_field("text", cut(STEMS)),
    };
    (schema.build(), fields)
}

/// What the index calls the ways in which texts are cut.
const WORDS: &str = "words";
const STEMS: &str = "stems";

/// Makes known how texts are cut.
fn register(index: &Index) {
    for (name, cutter) in [(WORDS, Cutter::plain()), (STEMS, Cutter::stemmed())] {
        index.tokenizers().register(name, TextAnalyzer::builder(cutter).build());
    }
}

/// What went wrong with the index, as the store says it.
fn failed(path: &Path, error: &TantivyError) -> Error {
    match error {
        TantivyError::IoError(error) => {
            Error::io("use", path, io::Error::new(error.kind(), error.to_string()))
        }
        error => Error::damaged(path, error),
    }
}

/// Where a document stands: noun and ordinal in one number.
fn place(kind: Kind, ordinal: u32) -> u64 {
    (u64::from(key::kind_number(kind)) << 32) | u64::from(ordinal)
}

/// Noun and ordinal of a place.
fn parse_place(place: u64) -> Option<(Kind, u32)> {
    let kind = u8::try_from(place >> 32).ok().and_then(key::kind)?;
    Some((kind, u32::try_from(place & u64::from(u32::MAX)).ok()?))
}

/// A record that fits a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its noun.
    pub kind: Kind,
    /// Its ordinal.
    pub ordinal: u32,
    /// How well it fits, 1 to 1,000; a name that is just what was asked for has 1,000.
    pub score: u32,
}

/// What a question finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How many records fit.
    pub total: u64,
    /// The best of them, best first; equal ones in the order of nouns and identifiers.
    pub hits: Vec<Hit>,
    /// Whether nothing fitted until typing errors were forgiven.
    pub forgiving: bool,
}

/// The index of an open generation.
pub struct SearchIndex {
    folder: PathBuf,
    fields: Fields,
    reader: IndexReader,
    damage: Damage,
}

impl std::fmt::Debug for SearchIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchIndex").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl SearchIndex {
    /// Opens the index in a folder whose files have these digests.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not whole, [`Error::OtherLayout`] when it was written without checksums.
    pub(super) fn open(folder: &Path, digests: &BTreeMap<String, String>) -> Result<Self, Error> {
        let Some(digest) = digests.get(SUMS) else {
            let found = "an index of words without checksums".to_owned();
            return Err(Error::OtherLayout { path: folder.to_path_buf(), found });
        };
        let sealed = Sealed::open(folder, digest)?;
        let damage = sealed.damage();
        let open = || {
            let index = Index::open(sealed)?;
            register(&index);
            index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()
        };
        // What cannot be opened is not as it was written, whatever the reason.
        let reader = open().map_err(|error: TantivyError| Error::damaged(folder, &error))?;
        Ok(Self { folder: folder.to_path_buf(), fields: schema().1, reader, damage })
    }

    /// Whether a read has found it damaged.
    pub(super) fn is_damaged(&self) -> bool {
        self.damage.found().is_some()
    }

    /// The records that fit a question, of some nouns and where something else allows it. Once the time is over it ends with
    /// what it has, of which nothing is to be taken.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the index cannot be read.
    pub fn find(
        &self,
        question: &Question,
        kinds: &[Kind],
        allowed: &(dyn Fn(Kind, u32) -> bool + Sync),
        limit: usize,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Found, Error> {
        for forgiving in [false, true] {
            let query = question.query(&self.fields, kinds, forgiving);
            let best = collect::Best {
                limit,
                is_over,
                allowed: &|at| {
                    parse_place(at).is_some_and(|(kind, ordinal)| allowed(kind, ordinal))
                },
            };
            let (total, best) = self.guarded(|searcher| collect::best(searcher, &*query, &best))?;
            if total == 0 && !forgiving {
                continue;
            }
            let hit = |(score, at): (f32, u64)| {
                let (kind, ordinal) = parse_place(at)?;
                Some(Hit { kind, ordinal, score: collect::shown(score) })
            };
            return Ok(Found {
                total,
                hits: best.into_iter().filter_map(hit).collect(),
                forgiving,
            });
        }
        Ok(Found::default())
    }

    /// Asks the engine, which takes what it reads for whole: where it is not, that is damage and no panic.
    fn guarded<T>(
        &self,
        ask: impl FnOnce(&Searcher) -> Result<T, TantivyError>,
    ) -> Result<T, Error> {
        let answer = tables::guard(&self.folder, || {
            ask(&self.reader.searcher()).map_err(|error| Error::damaged(&self.folder, &error))
        });
        // The engine may go on without what it could not read.
        match self.damage.found() {
            Some(reason) => Err(Error::damaged(&self.folder, reason)),
            None => answer,
        }
    }

    /// The ordinals of a noun that fit a question; as [`SearchIndex::find`] where the time is over before.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the index cannot be read.
    pub fn matching(
        &self,
        question: &Question,
        kind: Kind,
        is_over: &dyn Fn() -> bool,
    ) -> Result<RoaringBitmap, Error> {
        for forgiving in [false, true] {
            let query = question.query(&self.fields, &[kind], forgiving);
            let all = self.guarded(|searcher| collect::all(searcher, &*query, is_over))?;
            if !all.is_empty() || forgiving {
                return Ok(all.into_iter().filter_map(|at| Some(parse_place(at)?.1)).collect());
            }
        }
        Ok(RoaringBitmap::new())
    }
}

/// The digests of the files of an index, by name; locks are no part of it.
pub(super) fn digests(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let mut digests = BTreeMap::new();
    let list = || std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect();
    let paths: io::Result<Vec<PathBuf>> = list();
    for path in paths.map_err(|e| Error::damaged_read(folder, e))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name == SUMS || sealed::is_content(&name) {
            digests.insert(name, details::digest(&path)?);
        }
    }
    Ok(digests)
}
