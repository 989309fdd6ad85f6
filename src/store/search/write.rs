//! Building the index while records pass by.

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::directory::MmapDirectory;
use tantivy::{Index, TantivyDocument};

use super::token::{Stems, Stream};
use super::{Fields, failed, place, register, schema};
use crate::model::activity::Description;
use crate::model::name;
use crate::model::noun::Record;
use crate::model::text::spaced_words;
use crate::store::error::Error;
use crate::store::key;

/// How much the writer may hold before it writes a part of the index.
const HEAP_BYTES: usize = 64 << 20;

/// The longest name that is found as a whole, in bytes.
const WHOLE: usize = 200;

/// The most of the descriptions of one record that is indexed, in bytes.
const MOST: usize = 16 << 10;

/// Writes an index.
pub(in crate::store) struct IndexWriter {
    folder: PathBuf,
    fields: Fields,
    writer: tantivy::IndexWriter,
    stems: Stems,
}

impl IndexWriter {
    /// Begins an index in a folder that is not there yet.
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
        Ok(Self { folder: folder.to_path_buf(), fields, writer, stems: Stems::default() })
    }

    /// Adds a record with the descriptions that its publisher gives.
    pub(in crate::store) fn add(
        &mut self,
        record: &Record,
        ordinal: u32,
        descriptions: &[Description],
    ) -> Result<(), Error> {
        let Fields { at, kind, whole, name, text: all } = self.fields;
        let (mut named, mut said) = (Stream::default(), Stream::default());
        let mut document = TantivyDocument::default();
        document.add_u64(at, place(record.kind(), ordinal));
        document.add_u64(kind, u64::from(key::kind_number(record.kind())));
        // What publishers report is too much for words of each identifier's numbers; a whole one is found.
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
            named.plain(text);
            named.end();
            said.stemmed(text, language, &mut self.stems);
            said.end();
        }
        let own = name::sentences(record).into_iter();
        let published = descriptions.iter().flat_map(|description| description.text.forms());
        let mut room = MOST;
        for (language, text) in own.chain(published) {
            let mut end = room.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            said.stemmed(text.get(..end).unwrap_or_default(), language, &mut self.stems);
            said.end();
            room -= end;
        }
        document.add_pre_tokenized_text(name, named.finish());
        document.add_pre_tokenized_text(all, said.finish());
        self.writer.add_document(document).map(drop).map_err(|e| failed(&self.folder, &e))
    }

    /// Writes the rest.
    pub(in crate::store) fn finish(mut self) -> Result<(), Error> {
        self.writer.commit().map_err(|e| failed(&self.folder, &e))?;
        self.writer.wait_merging_threads().map_err(|e| failed(&self.folder, &e))
    }
}
