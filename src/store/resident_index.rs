//! Resident index: identifiers, postings, sort orders, days, columns and rates of an open generation.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::OnceLock;

use roaring::RoaringBitmap;
use serde::de::DeserializeOwned;

use super::columns::{Columns, ColumnsReader};
use super::details::DetailsAddress;
use super::error::Error;
use super::generation_writer::{ALIASES, DICTIONARY, column};
use super::identity::Aliases;
use super::in_force::InForceIndex;
use super::key;
use super::manifest::Manifest;
use super::order::DayIndex;
use super::record::{self, Invalid};
use super::record_compression;
use super::record_compression::Unpacker;
use super::tables::{self, TreeSum};
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::noun::Kind;
use crate::model::rate::RateTable;

/// Resident index of one noun.
#[derive(Debug, Default)]
pub(super) struct NounMemory {
    /// Identifiers in byte order; the position is the ordinal.
    pub(super) ids: Vec<Box<str>>,
    pub(super) by_name: Vec<u32>,
    pub(super) by_date: Vec<u32>,
    pub(super) days: DayIndex,
    /// Made from the days at the first filter by a day or year.
    pub(super) in_force: OnceLock<InForceIndex>,
}

impl NounMemory {
    /// Periods of its records.
    pub(super) fn periods(&self) -> &InForceIndex {
        self.in_force.get_or_init(|| InForceIndex::new(&self.days))
    }
}

/// Positions of the transactions and details of programmes.
#[derive(Debug, Default)]
pub(super) struct RowIndex {
    /// Ordinal of the first transaction of each programme, and one past the last of all.
    pub(super) first: Vec<u32>,
    /// Address of the details of each programme.
    pub(super) places: Vec<DetailsAddress>,
}

impl RowIndex {
    /// Number of transactions of programmes.
    pub(super) fn len(&self) -> u32 {
        match (self.first.first(), self.first.last()) {
            (Some(first), Some(last)) => last.saturating_sub(*first),
            _ => 0,
        }
    }
}

/// Postings of one facet of one noun, by term.
pub(super) type FacetTerms = BTreeMap<Box<str>, RoaringBitmap>;

/// Visitor of the keys and values of a tree.
type Visit<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<(), Invalid>;

/// Resident index of all nouns.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) nouns: HashMap<Kind, NounMemory>,
    pub(super) postings: HashMap<(Kind, Facet), FacetTerms>,
    pub(super) rates: RateTable,
    pub(super) rows: RowIndex,
    pub(super) unpacker: Unpacker,
    /// Agency aliases.
    pub(super) aliases: Aliases,
    /// Aggregation columns.
    pub(super) columns: Columns,
}

/// Loads a generation, and compares each tree that is read whole with the manifest.
///
/// # Errors
/// [`Error::Damaged`] if a tree does not read back as written, or if the nouns are inconsistent with each other.
pub(super) fn load(db: &sled::Db, path: &Path, manifest: &Manifest) -> Result<Memory, Error> {
    let mut memory = Memory::default();
    let mut rates = Vec::new();
    let read = |name, visit: Visit<'_>| {
        let tree = tables::tree(db, path, name)?;
        let sum = tables::walk(&tree, path, |key, value| {
            visit(key, value).map_err(|e| Error::damaged(path, &format_args!("in `{name}`: {e}")))
        })?;
        compare(path, manifest, name, &sum)
    };
    read(tables::META, &mut |key, value| {
        if key == DICTIONARY {
            memory.unpacker = Unpacker::new(record::unseal(value)?);
            return Ok(());
        }
        if key == ALIASES {
            memory.aliases = record::open::<Vec<(String, String)>>(value)?.into_iter().collect();
            return Ok(());
        }
        meta(manifest, key, value)
    })?;
    read(tables::ORDINAL, &mut |key, value| memory.add_ids(key, value))?;
    read(tables::POSTING, &mut |key, value| memory.add_posting(key, value))?;
    let mut columns = ColumnsReader::default();
    read(tables::COLUMN, &mut |key, value| match key::parse_sums(key) {
        Some(number) => columns.take(number, value),
        None => memory.add_column(key, value),
    })?;
    memory.columns = columns.finish().map_err(|e| Error::damaged(path, &e))?;
    read(tables::RATE, &mut |_, value| {
        rates.push(record::decode_rates(value)?);
        Ok(())
    })?;
    memory.rates = rates.into_iter().collect();
    memory.check(manifest).map_err(|reason| Error::damaged(path, &reason))?;
    Ok(memory)
}

/// Compares the entries and digest of a tree with the manifest.
pub(super) fn compare(
    path: &Path,
    manifest: &Manifest,
    name: &str,
    found: &TreeSum,
) -> Result<(), Error> {
    if manifest.trees.get(name) == Some(found) {
        Ok(())
    } else {
        let reason = format!("the tree `{name}` does not match the manifest");
        Err(Error::damaged(path, &reason))
    }
}

fn meta(manifest: &Manifest, key: &[u8], value: &[u8]) -> Result<(), Invalid> {
    let agrees = match key {
        b"counts" => record::open::<BTreeMap<String, u64>>(value)? == manifest.counts,
        b"data-version" => record::open::<String>(value)? == manifest.data_version,
        _ => false,
    };
    if agrees { Ok(()) } else { Err(Invalid::new("does not match the manifest")) }
}

fn strange_key() -> Invalid {
    Invalid::new("malformed key")
}

impl Memory {
    fn add_ids(&mut self, key: &[u8], value: &[u8]) -> Result<(), Invalid> {
        let (kind, _block) = key::parse_block(key).ok_or_else(strange_key)?;
        let ids: Vec<Box<str>> = record::open(value)?;
        self.nouns.entry(kind).or_default().ids.extend(ids);
        Ok(())
    }

    fn add_posting(&mut self, key: &[u8], value: &[u8]) -> Result<(), Invalid> {
        let (kind, facet, term) = key::parse_posting(key).ok_or_else(strange_key)?;
        let posting = RoaringBitmap::deserialize_from(record::unseal(value)?);
        let posting = posting.map_err(Invalid::new)?;
        self.postings.entry((kind, facet)).or_default().insert(term.into(), posting);
        Ok(())
    }

    fn add_column(&mut self, key: &[u8], value: &[u8]) -> Result<(), Invalid> {
        let (kind, column, _chunk) = key::parse_column(key).ok_or_else(strange_key)?;
        match (kind, column) {
            (Kind::Programme, column::FIRST_ROW) => return extend(&mut self.rows.first, value),
            (Kind::Programme, column::DETAILS) => return extend(&mut self.rows.places, value),
            _ => {}
        }
        let noun = self.nouns.entry(kind).or_default();
        match column {
            column::BY_NAME => extend(&mut noun.by_name, value),
            column::BY_DATE => extend(&mut noun.by_date, value),
            column::START => extend(&mut noun.days.start, value),
            column::END => extend(&mut noun.days.end, value),
            _ => Err(strange_key()),
        }
    }

    /// Checks that every noun has as many identifiers, ranks and days as the manifest counts records.
    fn check(&self, manifest: &Manifest) -> Result<(), String> {
        if self.nouns.len() != manifest.counts.len() {
            return Err("the nouns do not match the manifest".to_owned());
        }
        for (kind, noun) in &self.nouns {
            let rows = if *kind == Kind::Transaction { self.rows.len() as usize } else { 0 };
            // Transactions of programmes have no names; their order is that of the identifiers.
            let named =
                if noun.by_name.is_empty() { noun.days.start.len() } else { noun.by_name.len() };
            let lengths = [
                noun.ids.len() + rows,
                named,
                noun.by_date.len(),
                noun.days.start.len(),
                noun.days.end.len(),
            ];
            let count = manifest.counts.get(kind.as_str()).copied().unwrap_or_default();
            if lengths.iter().any(|length| *length as u64 != count) {
                return Err(format!(
                    "the manifest counts {count} records of {kind}, the trees hold another number"
                ));
            }
        }
        let programmes = self.nouns.get(&Kind::Programme).map_or(0, |noun| noun.ids.len());
        if programmes > 0
            && (self.rows.first.len() != programmes + 1 || self.rows.places.len() != programmes)
        {
            return Err("the row positions do not match the number of programmes".to_owned());
        }
        Ok(())
    }
}

fn extend<T: DeserializeOwned>(values: &mut Vec<T>, bytes: &[u8]) -> Result<(), Invalid> {
    values.append(&mut record_compression::spread::<Vec<T>>(bytes)?);
    Ok(())
}
