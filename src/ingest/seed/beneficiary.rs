//! Reader of `seed/beneficiaries.csv`: agencies that missions, contributions to missions and trust funds support.

use super::file_schema::{FileSchema, ParsedRow};
use super::record_reference;
use super::row::Row;
use super::table::Target;
use crate::model::beneficiary::Beneficiary;
use crate::model::noun::Kind;

pub(super) static BENEFICIARIES: FileSchema = FileSchema {
    name: "seed/beneficiaries.csv",
    own: &["record", "agency_id"],
    has_provenance: true,
    keys: None,
    read,
};

/// Nouns that have beneficiaries.
const SUPPORTS: [Target; 3] = [
    Target::Record(Kind::Mission),
    Target::Record(Kind::MissionContribution),
    Target::Record(Kind::TrustFund),
];

fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let record = record_reference::parse(row, "record", &SUPPORTS);
    let agency = row.reference("agency_id", Target::Record(Kind::Agency));
    let provenance = row.provenance()?;
    let (target, id) = record?;
    Some(ParsedRow::Beneficiary(target, id, Beneficiary { agency: agency?, provenance }))
}
