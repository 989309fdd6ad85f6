//! Reader of `seed/mission_contributions.csv`: contributions of states to missions.

use super::file_schema::{FileSchema, ParsedRow};
use super::row::Row;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::mission_contribution::{Headcount, MissionContribution, MissionContributionKind};
use crate::model::money::{Absence, Qualifier};
use crate::model::noun::Kind;

pub(super) static MISSION_CONTRIBUTIONS: FileSchema = FileSchema {
    name: "seed/mission_contributions.csv",
    own: &[
        "id",
        "mission_ids",
        "contributor",
        "sending_body",
        "kind",
        "start",
        "end",
        "headcount",
        "headcount_qualifier",
        "headcount_absence",
        "deployment",
        "amount",
        "currency",
        "qualifier",
        "absence",
        "purpose",
        "purpose_fr",
        "expect",
        "translated",
    ],
    has_provenance: true,
    keys: Some(Target::Record(Kind::MissionContribution)),
    read,
};

/// Word for a contribution outside the period of its mission.
pub(super) const OUTSIDE_MISSION: &str = "OUTSIDE_MISSION";

/// Reads a row. Its money is valued at the start of its period.
fn read(row: &mut Row<'_>) -> Option<ParsedRow> {
    let id = row.id("id");
    let missions = row.some_references("mission_ids", Target::Record(Kind::Mission));
    let contributor = row.reference("contributor", Target::Record(Kind::Country));
    let sending_body = row.optional_reference("sending_body", Target::Record(Kind::Agency));
    let kind = row.word("kind");
    let period = row.period("start", "end");
    let headcount = headcount(row, kind);
    let deployment = row.optional_word("deployment");
    if kind.is_some_and(|kind| kind != MissionContributionKind::Personnel) {
        no_people(row, "deployment");
    }
    let money = row.money(period.start.or(period.end));
    let purpose = row.optional_text("purpose", "purpose_fr");
    row.expect(OUTSIDE_MISSION);
    let provenance = row.provenance()?;
    let contribution = MissionContribution {
        id: id?,
        missions: missions?,
        contributor: contributor?,
        sending_body,
        kind: kind?,
        period,
        headcount: headcount?,
        deployment,
        money: money?,
        purpose,
        beneficiaries: Vec::new(),
        provenance,
    };
    Some(ParsedRow::Record(contribution.into()))
}

/// Parses the headcount. It is not applicable to contributions of money or equipment.
fn headcount(row: &mut Row<'_>, kind: Option<MissionContributionKind>) -> Option<Headcount> {
    let people: Option<u32> = row.whole("headcount");
    let qualifier: Option<Qualifier> = row.optional_word("headcount_qualifier");
    let absence: Option<Absence> = row.optional_word("headcount_absence");
    let stated = !row.cell("headcount").is_empty();
    if stated && absence.is_some() {
        let message = "both a headcount and an absence are given";
        row.error(ProblemCode::HeadcountAndAbsence, "headcount_absence", message, None);
    }
    if people == Some(0) {
        row.zero("headcount", "headcount_absence", "leave headcount and its qualifier empty");
    }
    if !stated && !row.cell("headcount_qualifier").is_empty() {
        let message = "the qualifier has no headcount";
        row.error(ProblemCode::QualifierWithoutAmount, "headcount_qualifier", message, None);
    }
    if kind.is_some_and(|kind| kind != MissionContributionKind::Personnel) {
        no_people(row, "headcount");
        return Some(Headcount::Absent(absence.unwrap_or(Absence::NotApplicable)));
    }
    if !stated && row.cell("headcount_absence").is_empty() && kind.is_some() {
        let message = "neither a headcount nor an absence is given";
        let help = "write a number, or NOT_STATED under `headcount_absence`".to_owned();
        row.error(ProblemCode::MissingHeadcount, "headcount", message, Some(help));
    }
    let qualifier = qualifier.unwrap_or(Qualifier::Exact);
    let counted = people.map(|people| Headcount::Stated { people, qualifier });
    counted.or(absence.map(Headcount::Absent))
}

/// Reports a personnel cell that is filled in a row about money or equipment.
fn no_people(row: &mut Row<'_>, column: &str) {
    if !row.cell(column).is_empty() {
        let message =
            format!("`{column}` applies to personnel; the row is about money or equipment");
        let help = "add a separate row of kind PERSONNEL for the people".to_owned();
        row.error(ProblemCode::NotPersonnel, column, message, Some(help));
    }
}
