//! Table of beneficiaries: the missions, contributions and trust funds that support each agency.

use std::sync::Arc;

use super::field::{self, Cells, Field};
use super::figure::Figure;
use super::table::{RecordRows, RecordTable, Sheet};
use crate::model::agency::Agency;
use crate::model::beneficiary::Beneficiary;
use crate::model::code::Code;
use crate::model::facet::Facet;
use crate::model::money::Currency;
use crate::model::noun::{Kind, Noun as _, Record};
use crate::read::filter::Filter;
use crate::read::reader::Reader;
use crate::table::error::TableError;
use crate::table::selection::Selection;

/// Nouns that have beneficiaries.
const SUPPORTS: [Kind; 3] = [Kind::Mission, Kind::MissionContribution, Kind::TrustFund];

/// Record, and the agency that it supports.
struct Support {
    agency: Arc<Agency>,
    record: Record,
    beneficiary: Beneficiary,
}

fn links(record: &Record) -> &[Beneficiary] {
    match record {
        Record::Mission(mission) => &mission.beneficiaries,
        Record::MissionContribution(contribution) => &contribution.beneficiaries,
        Record::TrustFund(fund) => &fund.beneficiaries,
        _ => &[],
    }
}

struct Beneficiaries;

impl RecordRows for Beneficiaries {
    type Row = Support;

    fn fields(_: Currency) -> Vec<Field<Support>> {
        vec![
            field::agency("agency", "Agency that benefits.", |s: &Support| Some(&s.agency.id)),
            field::word("noun", "Noun of the record that supports it.", |s: &Support| {
                Some(s.record.kind().as_str())
            }),
            field::text("record", "Record that supports it. Identifier.", |s: &Support| {
                Some(s.record.key())
            }),
            field::one("record_name", "Label of `record`.", Cells::Label(|s: &Support| &s.record)),
            field::text(
                "as_published",
                "Name exactly as printed. Empty if it is not in the data.",
                |s: &Support| s.beneficiary.provenance.citations.first()?.as_published.as_deref(),
            ),
            field::word("assertion", "STATED, DERIVED or INFERRED.", |s: &Support| {
                Some(s.beneficiary.provenance.assertion.as_str())
            }),
            field::provenance(|s: &Support| {
                let provenance = &s.beneficiary.provenance;
                (&provenance.origin, &provenance.citations)
            }),
        ]
    }

    fn write(
        selection: &Selection,
        reader: &Reader,
        sheet: &mut Sheet<'_, '_, Support>,
    ) -> Result<(), TableError> {
        let none = Figure::default();
        let from = selection.from(reader, Kind::Agency);
        reader.each::<Agency, TableError>(&selection.filter, from, |agency| {
            for support in supports(&agency, reader)? {
                if !sheet.row(&support, &none)? {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    fn count(_: &Selection, _: &Reader) -> Result<Option<u64>, TableError> {
        Ok(None)
    }
}

/// Returns what supports an agency, by noun and identifier.
fn supports(agency: &Arc<Agency>, reader: &Reader) -> Result<Vec<Support>, TableError> {
    let mut found = Vec::new();
    let filter = Filter::is(Facet::Beneficiary, agency.key());
    for (kind, key) in reader.keys(&SUPPORTS, &filter)? {
        let Some(record) = reader.get_any(kind, &key)? else { continue };
        let own = reader.ordinal(Kind::Agency, agency.key());
        let is_own = |one: &Beneficiary| reader.ordinal(Kind::Agency, one.agency.as_str()) == own;
        for beneficiary in links(&record).iter().filter(|one| is_own(one)).cloned() {
            let (agency, record) = (Arc::clone(agency), record.clone());
            found.push(Support { agency, record, beneficiary });
        }
    }
    Ok(found)
}

pub(super) fn beneficiaries() -> RecordTable {
    let facts = (
        "beneficiaries",
        "Beneficiaries",
        "Which agency benefits from which mission, contribution or trust fund?",
        &["agency", "noun", "record"][..],
    );
    RecordTable::of::<Beneficiaries>(facts, Kind::Agency).with_parts()
}
