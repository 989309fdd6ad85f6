//! Transactions of one programme, decoded one at a time.

use super::envelope;
use super::frozen::Invalid;
use super::transaction::RowV3;
use crate::model::id::ProgrammeId;
use crate::model::transaction::Transaction;

/// Encoded transactions of a programme, with the place of each. A programme may have hundreds of thousands, of which a
/// page needs few.
#[derive(Debug)]
pub(in crate::store) struct PackedRows {
    programme: ProgrammeId,
    /// File of the programme.
    file: String,
    payload: Vec<u8>,
    /// Offset of each row in the payload.
    starts: Vec<usize>,
}

impl PackedRows {
    /// Reads the places of the transactions in encoded details.
    ///
    /// # Errors
    /// [`Invalid`] if they are damaged.
    pub(in crate::store) fn new(
        details: &[u8],
        programme: ProgrammeId,
        file: String,
    ) -> Result<Self, Invalid> {
        let payload = envelope::unseal(super::halves(details)?.0)?.to_vec();
        let starts = envelope::starts::<RowV3>(&payload)?;
        Ok(Self { programme, file, payload, starts })
    }

    /// Decodes a transaction by its number, from 1; `None` past the last.
    ///
    /// # Errors
    /// [`Invalid`] if it is damaged.
    pub(in crate::store) fn get(&self, number: usize) -> Result<Option<Transaction>, Invalid> {
        let start = number.checked_sub(1).and_then(|at| self.starts.get(at));
        let Some(mut encoded) = start.and_then(|start| self.payload.get(*start..)) else {
            return Ok(None);
        };
        let row: RowV3 = envelope::next(&mut encoded)?;
        row.thaw(&self.programme, &self.file, number).map(Some)
    }

    /// Number of bytes in memory.
    pub(in crate::store) fn bytes(&self) -> usize {
        self.payload.len() + size_of::<usize>() * self.starts.len()
    }

    /// Mean number of bytes of a transaction.
    pub(in crate::store) fn bytes_of_one(&self) -> usize {
        self.payload.len() / self.starts.len().max(1)
    }
}

/// Transactions of one programme, each decoded once, in the order of their numbers.
#[derive(Debug)]
pub(in crate::store) struct RowStream {
    programme: ProgrammeId,
    /// File of the programme.
    file: String,
    payload: Vec<u8>,
    /// Offset of the next row in the payload.
    at: usize,
    /// Number of decoded rows.
    read: usize,
    /// Number of rows.
    count: u64,
}

impl RowStream {
    /// Starts before the first transaction in encoded details.
    ///
    /// # Errors
    /// [`Invalid`] if they are damaged.
    pub(in crate::store) fn new(
        details: &[u8],
        programme: ProgrammeId,
        file: String,
    ) -> Result<Self, Invalid> {
        let payload = envelope::unseal(super::halves(details)?.0)?.to_vec();
        let mut rest = payload.as_slice();
        let count = envelope::count(&mut rest)?;
        let at = payload.len() - rest.len();
        Ok(Self { programme, file, payload, at, read: 0, count })
    }

    /// Number of transactions that were passed, which cannot be read again.
    pub(in crate::store) fn passed(&self) -> usize {
        self.read
    }

    /// Decodes up to the transaction with a number, from 1; `None` past the last, and for one that was passed.
    ///
    /// # Errors
    /// [`Invalid`] if one is damaged.
    pub(in crate::store) fn nth(&mut self, number: usize) -> Result<Option<Transaction>, Invalid> {
        while self.read < number && (self.read as u64) < self.count {
            let mut rest = self.payload.get(self.at..).unwrap_or_default();
            let row: RowV3 = envelope::next(&mut rest)?;
            self.at = self.payload.len() - rest.len();
            self.read += 1;
            if self.read == number {
                return row.thaw(&self.programme, &self.file, number).map(Some);
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{decode_transactions, encode_details};
    use super::*;
    use crate::model::activity::Details;
    use crate::model::money::{Money, Qualifier};
    use crate::model::origin::{Assertion, Origin, Provenance};
    use crate::model::transaction::{Movement, TransactionType};

    fn money(number: u32) -> Money {
        let euro = "EUR".parse().unwrap();
        Money::stated(number.into(), euro, Qualifier::Exact, None)
    }

    fn details(programme: &ProgrammeId) -> Vec<u8> {
        let row = |number: u32| Transaction {
            id: format!("{programme}#{number}").parse().unwrap(),
            trust_fund: None,
            programme: Some(programme.clone()),
            r#type: Some(TransactionType::Disbursement),
            date: "2020-02-03".parse().ok(),
            provider: None,
            receiver: None,
            money: money(number),
            part_of: None,
            report: Movement {
                reference: Some("x".repeat(number as usize % 7)),
                ..Movement::default()
            },
            provenance: Provenance {
                origin: Origin { file: "a.xml".to_owned(), line: number },
                assertion: Assertion::Stated,
                citations: Vec::new(),
            },
        };
        let details = Details { transactions: (1..=200).map(row).collect(), ..Details::default() };
        encode_details(&details, "a.xml").unwrap()
    }

    #[test]
    fn a_single_transaction_decodes_as_among_all() {
        let programme: ProgrammeId = "XX-1".parse().unwrap();
        let bytes = details(&programme);
        let all = decode_transactions(&bytes, &programme, "a.xml").unwrap();
        let mut stream = RowStream::new(&bytes, programme.clone(), "a.xml".to_owned()).unwrap();
        let packed = PackedRows::new(&bytes, programme, "a.xml".to_owned()).unwrap();
        for (number, row) in (1..).zip(&all) {
            assert_eq!(packed.get(number).unwrap().as_ref(), Some(row));
            if number % 3 != 0 {
                assert_eq!(stream.nth(number).unwrap().as_ref(), Some(row));
            }
        }
        assert_eq!((stream.nth(200), stream.nth(201), stream.passed()), (Ok(None), Ok(None), 200));
        assert_eq!(packed.get(0), Ok(None));
        assert_eq!(packed.get(201), Ok(None));
        assert!(packed.bytes() < bytes.len() + 8 * 200);
    }

    #[test]
    fn truncation_and_flipped_bits_are_errors() {
        let programme: ProgrammeId = "XX-1".parse().unwrap();
        let bytes = details(&programme);
        let read = |bytes: &[u8]| PackedRows::new(bytes, programme.clone(), String::new());
        assert!(read(&bytes[..bytes.len() / 2]).is_err());
        let mut flipped = bytes.clone();
        flipped[100] ^= 1;
        assert!(read(&flipped).is_err());
    }
}
