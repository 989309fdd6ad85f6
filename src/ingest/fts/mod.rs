//! OCHA Financial Tracking Service (FTS): exports of the Humanitarian Data Exchange (HDX), API pages, and flattened
//! API objects.
//!
//! `export` and `page` read a flow into `reported`, which is independent of file formats. `contribution` turns it into a
//! humanitarian contribution. One flow is one record, although it may span many rows. Repeated rows are duplicates, and rows
//! with another destination add it. `docs/fts.md` documents each field.
//! Source: FTS API v1 and v2, HDX resources "FTS funding".

mod contribution;
mod export;
mod page;
mod reported;

use std::collections::HashMap;
use std::io::Read;

use super::error::Error;
use super::ledger_builder::{LedgerBuilder, ProblemSite};
use super::organisation_ref::Mentions;
use super::problem::ProblemCode;
use super::sink::Sink;
use crate::model::id::HumanitarianContributionId;
use crate::model::ledger::Ledger;
use reported::Reported;

/// Version of the reader; a new word causes files to be read again.
pub const READING: &str = "fts-7";

/// Returns true if a file is an FTS file, by its first bytes as UTF-8.
pub fn recognises(head: &str) -> bool {
    page::recognises(head) || export::recognises(head)
}

/// Reads a file and emits a humanitarian contribution for each flow, and an agency for each organisation. Ledger rows
/// are the rows of an export, or the flows of a page. The flows of one file are held in memory.
///
/// # Errors
/// [`Error::Read`] if the source file cannot be read, [`Error::Store`] if the sink fails. Defects of the content are
/// recorded in the ledger.
pub fn read(name: &str, input: &mut dyn Read, sink: &mut dyn Sink) -> Result<Ledger, Error> {
    let mut tally = LedgerBuilder::new(name);
    let mut flows = FtsFlows::default();
    let unreadable = |error| Error::Read { name: name.to_owned(), error };
    let mut first = Vec::new();
    (&mut *input).take(1024).read_to_end(&mut first).map_err(unreadable)?;
    let is_json = first
        .iter()
        .find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xEF | 0xBB | 0xBF | 0))
        .is_some_and(|b| matches!(b, b'{' | b'['));
    let input = first.as_slice().chain(input);
    if is_json {
        page::read(input, &mut tally, &mut flows)
    } else {
        export::read(input, &mut tally, &mut flows)
    }
    .map_err(unreadable)?;
    let mut mentions = Mentions::default();
    for FlowRecord { id, reported, rows } in flows.found {
        sink.take_of_rows(contribution::entry(id, reported, &mut tally, &mut mentions), rows)?;
    }
    for entry in mentions.into_entries() {
        sink.take(entry)?;
    }
    if tally.is_silent() {
        let message = "the file holds no flow";
        if is_json {
            tally.fail(ProblemCode::NothingInFile, &ProblemSite::default(), message, None);
        } else {
            tally.warn(ProblemCode::HeaderOnly, &ProblemSite::default(), message, None);
        }
    }
    Ok(tally.finish())
}

/// Flows of a file, without duplicates, in order of first appearance.
#[derive(Debug, Default)]
struct FtsFlows {
    found: Vec<FlowRecord>,
    places: HashMap<HumanitarianContributionId, usize>,
}

/// A flow in progress.
#[derive(Debug)]
struct FlowRecord {
    id: HumanitarianContributionId,
    reported: Reported,
    /// Number of ledger rows accepted for it.
    rows: u32,
}

impl FtsFlows {
    /// Adds a row.
    fn take(&mut self, mut reported: Reported, tally: &mut LedgerBuilder) {
        let line = Some(reported.line);
        let number = reported.id.clone();
        let Some(id) = contribution::key(&number) else {
            let place = ProblemSite { line, field: Some("id"), id: None, value: Some(&number) };
            let message = "a flow without its number cannot be told from others";
            tally.quarantine(ProblemCode::BadId, &place, message, None);
            return;
        };
        let Some(found) = self.places.get(&id).and_then(|at| self.found.get_mut(*at)) else {
            self.places.insert(id.clone(), self.found.len());
            self.found.push(FlowRecord { id, reported, rows: 1 });
            tally.accept();
            return;
        };
        let before = &mut found.reported;
        if before.says_the_same(&mut reported) {
            tally.repeat();
        } else if before.agrees_with(&reported) {
            for (field, value) in before.otherwise(&reported) {
                let place =
                    ProblemSite { line, field: Some(field), id: Some(&number), value: Some(value) };
                let message = &format!(
                    "line {} says otherwise of the flow, and that counts; of this row its ends are kept",
                    before.line
                );
                tally.warn(ProblemCode::SeveralValues, &place, message, None);
            }
            before.join(reported);
            found.rows += 1;
            tally.accept();
        } else {
            let value = reported.amount.as_deref();
            let place = ProblemSite { line, field: Some("amountUSD"), id: Some(&number), value };
            let message = &format!(
                "line {} gives the flow another amount or status; that one counts",
                before.line
            );
            tally.quarantine(ProblemCode::DuplicateId, &place, message, None);
        }
    }
}
