//! Full-text index of a generation: names, titles and descriptions in every language.
//!
//! It is built while the generation is filled, and immutable afterwards. Words are folded as everywhere
//! (`model::text`). English, French and Spanish words are stemmed (`token`). The index stores no text: the label of
//! a hit is read from its record. `question` parses user input into a query.

mod collect;
mod question;
mod sealed;
mod timed;
mod token;
mod word_sets;
mod write;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use roaring::RoaringBitmap;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexReader, ReloadPolicy, Searcher, TantivyError};

use question::QueryPart;
pub use question::SearchQuery;
pub(super) use sealed::seal;
use sealed::{Damage, SUMS, Sealed};
pub use timed::IsOver;
use token::Cutter;
pub use token::parts;
use word_sets::WordSets;
pub(super) use write::IndexWriter;

use super::details;
use super::error::Error;
use super::key;
use super::tables;
use crate::model::noun::Kind;

/// Fields of the index.
#[derive(Clone, Copy, Debug)]
struct Fields {
    /// Document number: noun number in the upper half, ordinal in the lower.
    at: Field,
    /// Noun number.
    kind: Field,
    /// Each name as a whole.
    whole: Field,
    /// Words of names.
    name: Field,
    /// Stems of names and descriptions of all languages. One field for all of them: a rare language would otherwise
    /// make its words seem rare, and its texts rank too high.
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

/// Names under which the tokenizers are registered.
const WORDS: &str = "words";
const STEMS: &str = "stems";

/// Registers the tokenizers.
fn register(index: &Index) {
    for (name, cutter) in [(WORDS, Cutter::plain()), (STEMS, Cutter::stemmed())] {
        index.tokenizers().register(name, TextAnalyzer::builder(cutter).build());
    }
}

/// Converts an error of the index.
fn failed(path: &Path, error: &TantivyError) -> Error {
    match error {
        TantivyError::IoError(error) => {
            Error::io("use", path, io::Error::new(error.kind(), error.to_string()))
        }
        error => Error::damaged(path, error),
    }
}

/// Document number of a record: noun and ordinal in one integer.
fn place(kind: Kind, ordinal: u32) -> u64 {
    (u64::from(key::kind_number(kind)) << 32) | u64::from(ordinal)
}

/// Splits a document number into noun and ordinal.
fn parse_place(place: u64) -> Option<(Kind, u32)> {
    let kind = u8::try_from(place >> 32).ok().and_then(key::kind)?;
    Some((kind, u32::try_from(place & u64::from(u32::MAX)).ok()?))
}

/// A record that matches a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its noun.
    pub kind: Kind,
    /// Its ordinal.
    pub ordinal: u32,
    /// Score from 1 to 1,000; a name that equals the query has 1,000.
    pub score: u32,
}

/// Result of a query.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// Total number of matching records.
    pub total: u64,
    /// The best matches, best first; equal scores are sorted by noun and identifier.
    pub hits: Vec<Hit>,
    /// True if there were no matches until typing errors were tolerated.
    pub forgiving: bool,
}

/// The index of an open generation.
pub struct SearchIndex {
    folder: PathBuf,
    fields: Fields,
    reader: IndexReader,
    damage: Damage,
    words: WordSets,
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
    /// [`Error::Damaged`] if the index is incomplete, [`Error::OtherLayout`] if it was written without checksums.
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
        // An index that cannot be opened counts as damaged, whatever the reason.
        let reader = open().map_err(|error: TantivyError| Error::damaged(folder, &error))?;
        Ok(Self {
            folder: folder.to_path_buf(),
            fields: schema().1,
            reader,
            damage,
            words: WordSets::default(),
        })
    }

    /// Returns true if a read has detected damage.
    pub(super) fn is_damaged(&self) -> bool {
        self.damage.found().is_some()
    }

    /// Finds the records of some nouns that match a query and satisfy a filter. It stops once `is_over` returns true;
    /// the caller must then discard the partial result.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the index cannot be read.
    pub fn find(
        &self,
        question: &SearchQuery,
        kinds: &[Kind],
        allowed: &(dyn Fn(Kind, u32) -> bool + Sync),
        limit: usize,
        is_over: &IsOver,
    ) -> Result<Matches, Error> {
        for forgiving in [false, true] {
            let query = question.query(&self.fields, kinds, forgiving, is_over);
            let best = collect::Best {
                limit,
                is_over: &**is_over,
                allowed: &|at| {
                    parse_place(at).is_some_and(|(kind, ordinal)| allowed(kind, ordinal))
                },
            };
            let (total, best) = self.guarded(|searcher| collect::best(searcher, &*query, &best))?;
            if total == 0 && !forgiving && !is_over() {
                continue;
            }
            let hit = |(score, at): (f32, u64)| {
                let (kind, ordinal) = parse_place(at)?;
                Some(Hit { kind, ordinal, score: collect::shown(score) })
            };
            return Ok(Matches {
                total,
                hits: best.into_iter().filter_map(hit).collect(),
                forgiving,
            });
        }
        Ok(Matches::default())
    }

    /// Runs a search. The engine trusts its files, so damage may make it panic; this returns an error instead.
    fn guarded<T>(
        &self,
        ask: impl FnOnce(&Searcher) -> Result<T, TantivyError>,
    ) -> Result<T, Error> {
        let answer = tables::guard(&self.folder, || {
            ask(&self.reader.searcher()).map_err(|error| Error::damaged(&self.folder, &error))
        });
        // The engine may continue without the data that it could not read.
        match self.damage.found() {
            Some(reason) => Err(Error::damaged(&self.folder, reason)),
            None => answer,
        }
    }

    /// Finds the ordinals of a noun that match a query; `is_over` stops it as in [`SearchIndex::find`]. The result of
    /// each word is cached.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the index cannot be read.
    pub fn matching(
        &self,
        question: &SearchQuery,
        kind: Kind,
        is_over: &IsOver,
    ) -> Result<RoaringBitmap, Error> {
        for forgiving in [false, true] {
            let part = |part| self.part(part, kind, forgiving, is_over);
            let mut found = RoaringBitmap::clone(&*part(question.whole())?);
            let mut parts = question.parts().map(part);
            if let Some(first) = parts.next() {
                let mut every = RoaringBitmap::clone(&*first?);
                for one in parts {
                    every &= &*one?;
                }
                found |= every;
            }
            if !found.is_empty() || is_over() {
                return Ok(found);
            }
        }
        Ok(RoaringBitmap::new())
    }

    /// Finds the ordinals of a noun that match a part of a query.
    fn part(
        &self,
        part: QueryPart,
        kind: Kind,
        forgiving: bool,
        is_over: &IsOver,
    ) -> Result<Arc<RoaringBitmap>, Error> {
        self.words.get((part, forgiving, kind), &**is_over, |part| {
            let query = part.query(&self.fields, forgiving, is_over);
            let all = self.guarded(|searcher| collect::all(searcher, &*query, &**is_over))?;
            let of_kind = |at| parse_place(at).filter(|(of, _)| *of == kind).map(|(_, at)| at);
            let mut ordinals: Vec<u32> = all.into_iter().filter_map(of_kind).collect();
            ordinals.sort_unstable();
            Ok(ordinals.into_iter().collect())
        })
    }
}

/// Computes the digests of the files of an index, by name, without lock files.
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
