//! Filling the trees of a generation from sorted records.

use std::collections::BTreeMap;
use std::path::Path;

use roaring::RoaringBitmap;

use super::build::Phase;
use super::error::Error;
use super::index;
use super::key;
use super::order::Columns;
use super::record::{self, Invalid};
use super::tables::{self, BLOCK, CHUNK, Filler, TreeSum};
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::noun::{Kind, Record};
use crate::model::rate::Rates;

/// What the trees must hold from now on, and how many records of each noun there are.
pub(super) type Filled = (BTreeMap<String, TreeSum>, BTreeMap<String, u64>);

/// Writes all trees from a draft in the order of keys, and closes the database.
pub(super) fn fill(
    path: &Path,
    records: &[Record],
    rates: &[Rates],
    data_version: &str,
    observe: &mut dyn FnMut(Phase),
) -> Result<Filled, Error> {
    let db = tables::open(path)?;
    let mut trees = BTreeMap::new();
    let mut add = |name: &str, fill: &dyn Fn(&mut Filler<'_>) -> Result<(), Error>| {
        let mut filler = Filler::new(&db, path, name)?;
        fill(&mut filler)?;
        trees.insert(name.to_owned(), filler.finish()?);
        Ok::<_, Error>(())
    };
    observe(Phase::Records);
    add(tables::RECORD, &|tree| put_records(tree, records))?;
    observe(Phase::Ordinals);
    add(tables::ORDINAL, &|tree| put_ordinals(tree, records))?;
    observe(Phase::Postings);
    add(tables::POSTING, &|tree| put_postings(tree, records))?;
    observe(Phase::Columns);
    add(tables::COLUMN, &|tree| put_columns(tree, records))?;
    observe(Phase::Rates);
    add(tables::RATE, &|tree| put_rates(tree, rates))?;
    observe(Phase::Meta);
    let counts: BTreeMap<_, _> = groups(records)
        .map(|(kind, records)| (kind.as_str().to_owned(), records.len() as u64))
        .collect();
    add(tables::META, &|tree| {
        tree.put(b"counts", &record::seal(&counts).map_err(|e| unstorable(&e))?)?;
        tree.put(b"data-version", &record::seal(&data_version).map_err(|e| unstorable(&e))?)
    })?;
    observe(Phase::Close);
    tables::guard(path, || {
        db.flush().map_err(|e| Error::sled(path, e))?;
        drop(db);
        Ok(())
    })?;
    Ok((trees, counts))
}

fn unstorable(invalid: &Invalid) -> Error {
    Error::Unstorable(invalid.to_string())
}

/// The records noun by noun, for those nouns that have any.
fn groups(records: &[Record]) -> impl Iterator<Item = (Kind, &[Record])> {
    records
        .chunk_by(|a, b| a.kind() == b.kind())
        .filter_map(|group| group.first().map(|record| (record.kind(), group)))
}

fn put_records(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for record in records {
        let value = record::encode(record).map_err(|e| unstorable(&e))?;
        tree.put(&key::record(record.kind(), record.key()), &value)?;
    }
    Ok(())
}

fn put_ordinals(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for (kind, group) in groups(records) {
        for (block, records) in (0..).zip(group.chunks(BLOCK)) {
            let ids: Vec<&str> = records.iter().map(Record::key).collect();
            tree.put(&key::block(kind, block), &record::seal(&ids).map_err(|e| unstorable(&e))?)?;
        }
    }
    Ok(())
}

fn put_postings(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for (kind, group) in groups(records) {
        let mut postings: BTreeMap<(u8, Facet, String), RoaringBitmap> = BTreeMap::new();
        for (ordinal, record) in (0..).zip(group) {
            for (facet, term) in index::terms(record) {
                let posting = postings.entry((key::facet_number(facet), facet, term)).or_default();
                posting.insert(ordinal);
            }
        }
        for ((_, facet, term), posting) in postings {
            let mut bytes = Vec::with_capacity(posting.serialized_size());
            posting.serialize_into(&mut bytes).map_err(|e| Error::Unstorable(e.to_string()))?;
            tree.put(&key::posting(kind, facet, &term), &record::seal_bytes(&bytes))?;
        }
    }
    Ok(())
}

/// The numbers of the columns, in the order in which they are written.
pub(super) mod column {
    pub(in crate::store) const BY_NAME: u8 = 1;
    pub(in crate::store) const BY_DATE: u8 = 2;
    pub(in crate::store) const START: u8 = 3;
    pub(in crate::store) const END: u8 = 4;
}

fn put_columns(tree: &mut Filler<'_>, records: &[Record]) -> Result<(), Error> {
    for (kind, group) in groups(records) {
        let columns = Columns::of(group.iter());
        put_column(tree, kind, column::BY_NAME, &columns.by_name)?;
        put_column(tree, kind, column::BY_DATE, &columns.by_date)?;
        put_column(tree, kind, column::START, &columns.days.start)?;
        put_column(tree, kind, column::END, &columns.days.end)?;
    }
    Ok(())
}

fn put_column<T: serde::Serialize>(
    tree: &mut Filler<'_>,
    kind: Kind,
    column: u8,
    values: &[T],
) -> Result<(), Error> {
    for (chunk, values) in (0..).zip(values.chunks(CHUNK)) {
        let value = record::seal(&values).map_err(|e| unstorable(&e))?;
        tree.put(&key::column(kind, column, chunk), &value)?;
    }
    Ok(())
}

fn put_rates(tree: &mut Filler<'_>, rates: &[Rates]) -> Result<(), Error> {
    for rates in rates {
        let value = record::encode_rates(rates).map_err(|e| unstorable(&e))?;
        tree.put(rates.currency.as_str().as_bytes(), &value)?;
    }
    Ok(())
}
