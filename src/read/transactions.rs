//! Reader of transactions with their programmes, for long lists.

use super::error::Error;
use super::work::Work;
use crate::model::noun::Kind;
use crate::store::{Generation, OfProgramme, TransactionScan};

/// Reads transactions with their programmes; fast for ascending ordinals.
#[derive(Debug)]
pub struct Transactions<'r> {
    scan: TransactionScan<'r>,
    work: &'r Work,
}

impl<'r> Transactions<'r> {
    pub(super) fn new(generation: &'r Generation, work: &'r Work) -> Self {
        Self { scan: TransactionScan::new(generation), work }
    }

    /// Reads the transaction with an ordinal, and its programme if it has one.
    ///
    /// # Errors
    /// The error of the store, [`Error::TimedOut`], and [`Error::Dangling`] past the last ordinal.
    pub fn at(&mut self, ordinal: u32) -> Result<OfProgramme, Error> {
        self.work.step()?;
        self.scan.at(ordinal)?.ok_or(Error::Dangling { kind: Kind::Transaction, ordinal })
    }
}
