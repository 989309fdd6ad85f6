//! Index writer: builds the full-text index while records pass by.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::directory::MmapDirectory;
use tantivy::{Index, TantivyDocument};

use super::token::mark;
use super::{Fields, failed, place, register, schema};
use crate::model::activity::Description;
use crate::model::name;
use crate::model::noun::Record;
use crate::model::text::{Language, spaced_words};
use crate::store::error::Error;
use crate::store::key;

/// Memory budget of the writer in bytes; at the limit it writes a segment.
const HEAP_BYTES: usize = 64 << 20;

/// Longest name that is indexed as a whole, in bytes.
const WHOLE: usize = 200;

/// Maximum number of bytes of the descriptions of one record that are indexed.
const MOST: usize = 16 << 10;

/// Writes an index.
pub(in crate::store) struct IndexWriter {
    folder: PathBuf,
    fields: Fields,
    writer: tantivy::IndexWriter,
}

impl IndexWriter {
    /// Creates an index in a folder that does not exist yet.
    pub(in crate::store) fn create(folder: &Path) -> Result<Self, Error> {
        fs::create_dir(folder).map_err(|e| Error::io("create", folder, e))?;
        let (schema, fields) = schema();
        let writer = || {
            let index = Index::create(
                MmapDirectory::open(folder)?,
                schema,
                tantivy::IndexSettings::default(),
            )?;
            register(&index);
            index.writer_with_num_threads(1, HEAP_BYTES)
        };
        let writer = writer().map_err(|e| failed(folder, &e))?;
        Ok(Self { folder: folder.to_path_buf(), fields, writer })
    }

    /// Adds a record with the descriptions of its publisher.
    pub(in crate::store) fn add(
        &mut self,
        record: &Record,
        ordinal: u32,
        descriptions: &[Description],
    ) -> Result<(), Error> {
        let Fields { at, kind, whole, name, text: all } = self.fields;
        let mut document = TantivyDocument::default();
        // Texts are tokenized on the thread of the index; no phrase spans two texts.
        let say = |document: &mut TantivyDocument, language: Language, text: &str| {
            let mut marked = String::with_capacity(1 + text.len());
            marked.push(mark(language));
            marked.push_str(text);
            document.add_text(all, marked);
        };
        document.add_u64(at, place(record.kind(), ordinal));
        document.add_u64(kind, u64::from(key::kind_number(record.kind())));
        // Reported identifiers are too many to index their parts as words; a whole identifier is found.
        let is_reported = matches!(record, Record::Programme(p) if p.report.is_some());
        for (language, text) in name::names(record) {
            let folded = spaced_words(text);
            if folded.is_empty() {
                continue;
            }
            let is_key = text == record.key();
            if folded.len() <= WHOLE {
                document.add_text(whole, &folded);
            }
            if is_key && is_reported {
                continue;
            }
            document.add_text(name, text);
            say(&mut document, language, text);
        }
        let own = name::sentences(record).into_iter();
        let published = descriptions.iter().flat_map(|description| description.text.forms());
        let mut room = MOST;
        for (language, text) in own.chain(published) {
            let mut end = room.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            if end > 0 {
                say(&mut document, language, text.get(..end).unwrap_or_default());
                room -= end;
            }
        }
        self.writer.add_document(document).map(drop).map_err(|e| failed(&self.folder, &e))
    }

    /// Commits the remaining documents, and waits for running merges.
    pub(in crate::store) fn finish(mut self) -> Result<(), Error> {
        self.writer.commit().map_err(|e| failed(&self.folder, &e))?;
        self.writer.wait_merging_threads().map_err(|e| failed(&self.folder, &e))
    }
}
