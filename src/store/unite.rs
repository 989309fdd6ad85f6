//! Versions of one record in several files: comparison, and union of their rows.
//!
//! The rows of one activity in several files are united: each row counts, and equal rows count once, or as often as
//! the file that repeats them most. Another file may hold other rows of the activity. Values that the activity states
//! for all its rows are therefore copied to each row before the comparison.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::error::Error;
use super::merge::Decoded;
use super::record;
use crate::model::activity::{Details, PolicyMarker, Tag};
use crate::model::humanitarian_contribution::HumanitarianContribution;
use crate::model::money::Money;
use crate::model::noun::Record;
use crate::model::origin::Origin;
use crate::model::programme::Programme;
use crate::model::transaction::Transaction;

/// Renders a row for comparison, without the fields that only give its position.
fn comparison_text(row: &Transaction, of: &Programme) -> String {
    let mut row = row.clone();
    row.id = of.id.as_str().parse().unwrap_or(row.id);
    row.provenance.origin = Origin { file: String::new(), line: 0 };
    for origin in row.report.origins_mut() {
        *origin = Origin { file: String::new(), line: 0 };
    }
    format!("{row:?}")
}

/// Copies the values that a CRS activity states for all its rows to each row.
fn copy_shared_values(rows: &mut [Transaction], of: &Programme) {
    let Some(report) = of.report.as_ref().filter(|report| report.is_crs()) else { return };
    for row in rows {
        let own = &mut row.report;
        if own.recipients.is_empty() && own.regions.is_empty() {
            own.recipients.clone_from(&of.recipients);
            own.regions.clone_from(&of.regions);
        }
        if own.sectors.is_empty() {
            own.sectors.clone_from(&of.sectors);
        }
        own.description.get_or_insert_with(|| of.title.clone());
        own.flow_type = own.flow_type.take().or_else(|| report.flow_type.clone());
        own.finance_type = own.finance_type.take().or_else(|| report.finance_type.clone());
        own.tied_status = own.tied_status.take().or_else(|| report.tied_status.clone());
        if own.aid_types.is_empty() {
            own.aid_types.clone_from(&report.aid_types);
        }
    }
}

/// Rows of one version that another lacks. If both repeat a row, it is missing as often as this version has more of
/// it.
fn missing_rows<'r>(
    rows: &'r [Transaction],
    of: &Programme,
    other: &[Transaction],
    of_other: &Programme,
) -> Vec<&'r Transaction> {
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for row in other {
        *there.entry(comparison_text(row, of_other)).or_default() += 1;
    }
    let is_missing = |row: &&Transaction| match there.get_mut(&comparison_text(row, of)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    rows.iter().filter(is_missing).collect()
}

/// Difference of a superseded version from the one that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// It says the same.
    None,
    /// It differs and is left out. `money` is the money that only this version has; `movements` is the number of its
    /// transactions.
    LeftOut { money: CurrencySums, movements: usize },
    /// Its rows were added; `rows` is their number in its file. `markers` is true if it gave a policy marker that the
    /// others lack.
    United { rows: usize, markers: bool },
}

/// Sums of money by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CurrencySums {
    pub(super) sums: BTreeMap<String, Decimal>,
    /// Number of amounts that are in no sum, which would exceed the largest number.
    pub(super) excess: usize,
}

impl CurrencySums {
    fn add(&mut self, money: &Money) {
        if let (Some(value), Some(currency)) = (money.value(), money.currency()) {
            let sum = self.sums.entry(currency.to_string()).or_default();
            match sum.checked_add(value) {
                Some(more) => *sum = more,
                None => self.excess += 1,
            }
        }
    }
}

/// Compares a version of an activity with the one that counts; if `unites`, adds its rows.
pub(super) fn programmes(
    chosen: &mut Decoded,
    other: &Decoded,
    unites: bool,
) -> Result<Difference, Error> {
    let (Record::Programme(head), Record::Programme(of)) = (&chosen.record, &other.record) else {
        return Ok(Difference::None);
    };
    let (mut own, mut more) = (chosen.rows.clone(), other.rows.clone());
    copy_shared_values(&mut own, head);
    copy_shared_values(&mut more, of);
    let missing_rows = missing_rows(&more, of, &own, head);
    if !unites {
        if missing_rows.is_empty() && content(chosen)? == content(other)? {
            return Ok(Difference::None);
        }
        let mut money = CurrencySums::default();
        for row in &missing_rows {
            money.add(&row.money);
        }
        return Ok(Difference::LeftOut { money, movements: missing_rows.len() });
    }
    let added: Vec<Transaction> = missing_rows.into_iter().cloned().collect();
    let lines: BTreeSet<u32> = added.iter().map(|row| row.provenance.origin.line).collect();
    let (mut head, of) = (head.clone(), of.clone());
    let (tags, markers) = (join_tags(&mut head, &of), join_markers(&mut head, &of));
    if added.is_empty() && !tags && !markers {
        return Ok(Difference::None);
    }
    join_heads(&mut head, of);
    own.extend(added);
    for (number, row) in (1..).zip(&mut own) {
        row.id = format!("{}#{number}", head.id).parse().unwrap_or_else(|_| row.id.clone());
    }
    if let Some(report) = &mut head.report {
        report.transactions = u32::try_from(own.len()).unwrap_or(u32::MAX);
    }
    chosen.rows = own;
    chosen.record = Record::Programme(head);
    Ok(Difference::United { rows: lines.len(), markers })
}

/// Encodes the details of an activity again after rows were added.
pub(super) fn rewrite(chosen: &mut Decoded) -> Result<(), Error> {
    let unstorable = |e: record::Invalid| Error::Unstorable(e.to_string());
    let file = chosen.record.origin().file.clone();
    let mut details = details(chosen)?;
    details.transactions.clone_from(&chosen.rows);
    chosen.entry.details = record::encode_details(&details, &file).map_err(unstorable)?;
    Ok(())
}

fn details(of: &Decoded) -> Result<Details, Error> {
    if of.entry.details.is_empty() {
        return Ok(Details::default());
    }
    let details = record::decode_details(&of.entry.details, &of.record.origin().file);
    details.map_err(|e| Error::Unstorable(e.to_string()))
}

/// Renders an activity without its rows, positions and update time, for comparison.
fn content(of: &Decoded) -> Result<String, Error> {
    let mut details = details(of)?;
    details.transactions.clear();
    details.origins_mut().for_each(clear_position);
    let Record::Programme(programme) = &of.record else { return Ok(String::new()) };
    let mut programme = programme.clone();
    programme.origins_mut().for_each(clear_position);
    clear_position(&mut programme.provenance.origin);
    if let Some(report) = &mut programme.report {
        report.last_updated = None;
    }
    Ok(without_lines(&format!("{programme:?} {details:?}")))
}

fn clear_position(origin: &mut Origin) {
    *origin = Origin { file: String::new(), line: 0 };
}

/// Removes the line numbers that parts of details carry.
fn without_lines(text: &str) -> String {
    let mut parts = text.split("line: ");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    kept
}

/// Adds the participations, recipients, regions and sectors of another version of an activity.
fn join_heads(head: &mut Programme, of: Programme) {
    for part in of.participations {
        let is_there = |own: &crate::model::programme::Participation| {
            (&own.agency, own.role) == (&part.agency, part.role)
        };
        if !head.participations.iter().any(is_there) {
            head.participations.push(part);
        }
    }
    if !head.report.as_ref().is_some_and(|report| report.is_crs()) {
        // In other standards the version that counts describes the whole activity.
        return;
    }
    for recipient in of.recipients {
        if !head.recipients.iter().any(|own| own.country == recipient.country) {
            head.recipients.push(recipient);
        }
    }
    for region in of.regions {
        if !head.regions.iter().any(|own| own.code == region.code) {
            head.regions.push(region);
        }
    }
    for sector in of.sectors {
        if !head.sectors.iter().any(|own| own.code == sector.code) {
            head.sectors.push(sector);
        }
    }
}

/// Adds the policy markers that only the rows of another CRS file give: an activity has each that one of its rows
/// gives. Returns true if there was one.
fn join_markers(head: &mut Programme, of: &Programme) -> bool {
    let (Some(own), Some(more)) = (&mut head.report, &of.report) else { return false };
    let before = own.policy_markers.len();
    for marker in more.policy_markers.iter().filter(|_| more.is_crs()) {
        let key = |of: &PolicyMarker| (of.code.clone(), of.significance.clone());
        if !own.policy_markers.iter().any(|other| key(other) == key(marker)) {
            own.policy_markers.push(marker.clone());
        }
    }
    own.policy_markers.len() > before
}

/// Adds the tags that only the rows of another CRS file give. Returns true if there was one.
fn join_tags(head: &mut Programme, of: &Programme) -> bool {
    let (Some(own), Some(more)) = (&mut head.report, &of.report) else { return false };
    let before = own.tags.len();
    for tag in more.tags.iter().filter(|_| more.is_crs()) {
        let is_same = |own: &Tag| (&own.vocabulary, &own.code) == (&tag.vocabulary, &tag.code);
        if !own.tags.iter().any(is_same) {
            own.tags.push(tag.clone());
        }
    }
    own.tags.len() > before
}

/// Compares a version of a flow with the one that counts. Versions with the same money and status are rows of one
/// flow: the sources and destinations that only the other names are added.
pub(super) fn flows(
    chosen: &mut HumanitarianContribution,
    other: &HumanitarianContribution,
    rows: usize,
) -> Difference {
    let money = |of: &HumanitarianContribution| (of.money.value(), of.money.currency());
    if money(chosen) != money(other) || chosen.status != other.status {
        let mut left_out = CurrencySums::default();
        left_out.add(&other.money);
        return Difference::LeftOut { money: left_out, movements: 1 };
    }
    let mut is_more = add_all(&mut chosen.countries, &other.countries)
        | add_all(&mut chosen.channel_agencies, &other.channel_agencies);
    if let (Some(own), Some(more)) = (&mut chosen.flow, &other.flow) {
        is_more |= add_all(&mut own.providers, &more.providers)
            | add_all(&mut own.source_countries, &more.source_countries)
            | add_all(&mut own.years, &more.years)
            | add_all(&mut own.plans, &more.plans)
            | add_all(&mut own.clusters, &more.clusters)
            | add_all(&mut own.emergencies, &more.emergencies)
            | add_all(&mut own.projects, &more.projects);
    }
    if is_more { Difference::United { rows, markers: false } } else { Difference::None }
}

/// Adds the missing elements; returns true if there were any.
fn add_all<T: Clone + PartialEq>(to: &mut Vec<T>, more: &[T]) -> bool {
    let before = to.len();
    for one in more {
        if !to.contains(one) {
            to.push(one.clone());
        }
    }
    to.len() > before
}
