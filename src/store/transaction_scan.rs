//! Scan of transactions with their programmes: decodes each programme and each of its transactions once.

use std::sync::Arc;

use super::error::Error;
use super::generation::Generation;
use super::record::RowStream;
use crate::model::noun::Kind;
use crate::model::programme::Programme;
use crate::model::transaction::Transaction;

/// Reader of transactions for long lists. It is fast for ascending ordinals, and right for any.
#[derive(Debug)]
pub struct TransactionScan<'g> {
    generation: &'g Generation,
    current: Option<Current>,
}

/// Programme that was read last.
#[derive(Debug)]
struct Current {
    ordinal: u32,
    programme: Arc<Programme>,
    rows: RowStream,
}

/// Transaction with its programme, if it has one.
pub type OfProgramme = (Transaction, Option<Arc<Programme>>);

impl<'g> TransactionScan<'g> {
    /// Creates a scan of a generation.
    pub fn new(generation: &'g Generation) -> Self {
        Self { generation, current: None }
    }

    /// Reads the transaction with an ordinal; `None` past the last.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is in the index but cannot be read.
    pub fn at(&mut self, ordinal: u32) -> Result<Option<OfProgramme>, Error> {
        match self.generation.programme_of(Kind::Transaction, ordinal) {
            Some((programme, number)) => self.row(programme, number).map(Some),
            None => self.loose(ordinal),
        }
    }

    /// Reads a transaction of a programme by its number, from 1.
    fn row(&mut self, programme: u32, number: u32) -> Result<OfProgramme, Error> {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        let is_ahead = |c: &Current| c.ordinal == programme && c.rows.passed() < number;
        let current = match self.current.take().filter(is_ahead) {
            Some(current) => current,
            None => self.load(programme)?,
        };
        let current = self.current.insert(current);
        let row = current.rows.nth(number);
        let row = row.map_err(|e| self.generation.damaged_details(programme, &e))?;
        let missing = || self.generation.damaged_details(programme, &"missing transaction");
        Ok((row.ok_or_else(missing)?, Some(Arc::clone(&current.programme))))
    }

    fn load(&self, ordinal: u32) -> Result<Current, Error> {
        let missing = || self.generation.damaged_details(ordinal, &"missing transaction");
        let read = self.generation.programme_with_details(ordinal)?;
        let (programme, details) = read.ok_or_else(missing)?;
        let (id, file) = (programme.id.clone(), programme.provenance.origin.file.clone());
        let rows = RowStream::new(&details, id, file);
        let rows = rows.map_err(|e| self.generation.damaged_details(ordinal, &e))?;
        Ok(Current { ordinal, programme: Arc::new(programme), rows })
    }

    /// Reads a transaction that is a record of its own.
    fn loose(&self, ordinal: u32) -> Result<Option<OfProgramme>, Error> {
        let Some((transaction, _)) = self.generation.record_at::<Transaction>(ordinal)? else {
            return Ok(None);
        };
        let id = transaction.programme.as_ref();
        let at = id.and_then(|id| self.generation.ordinal(Kind::Programme, id.as_str()));
        let programme = at.map(|at| self.generation.record_at::<Programme>(at)).transpose()?;
        let programme = programme.flatten().map(|(programme, _)| Arc::new(programme));
        Ok(Some((transaction, programme)))
    }
}
