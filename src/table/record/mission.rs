//! Tables of missions and the contributions to them.

use std::sync::Arc;

use super::field::{self, Cells, Field, Single};
use super::table::{NounRows, RecordTable};
use crate::model::code::Code;
use crate::model::mission::Mission;
use crate::model::mission_contribution::{Headcount, MissionContribution};
use crate::model::money::Currency;

type One = Arc<Mission>;

impl NounRows for Mission {
    fn fields(_: Currency) -> Vec<Field<One>> {
        vec![
            field::text("id", "Identifier of the mission.", |m: &One| Some(m.id.as_str())),
            field::title("name", "Name of the mission.", |m: &One| Some(&m.name)),
            field::phrase("acronym", "Acronym.", |m: &One| m.acronym.as_ref()),
            field::word("kind", "Kind of mission.", |m: &One| Some(m.kind.as_str())),
            field::agencies("lead", "leads", "Organisation that leads it.", |m: &One| {
                Single::of(m.leads.iter())
            }),
            field::countries("Host country.", |m: &One| Single::of(m.countries.iter().copied())),
            field::day("start", "Start of the mission.", |m: &One| m.period.start),
            field::day("end", "End of the mission.", |m: &One| m.period.end),
            field::phrase("mandate", "Mandate, in a short phrase.", |m: &One| m.mandate.as_ref()),
            field::agencies("beneficiary", "beneficiaries", "Agency that benefits.", |m: &One| {
                Single::of(m.beneficiaries.iter().map(|one| &one.agency))
            }),
            field::provenance(|m: &One| (&m.provenance.origin, &m.provenance.citations)),
        ]
    }
}

type Contribution = Arc<MissionContribution>;

fn people(contribution: &Contribution) -> Option<i64> {
    match contribution.headcount {
        Headcount::Stated { people, .. } => Some(people.into()),
        Headcount::Absent(_) => None,
    }
}

fn people_qualifier(contribution: &Contribution) -> Option<&str> {
    match contribution.headcount {
        Headcount::Stated { qualifier, .. } => Some(qualifier.as_str()),
        Headcount::Absent(_) => None,
    }
}

fn people_absence(contribution: &Contribution) -> Option<&str> {
    match contribution.headcount {
        Headcount::Stated { .. } => None,
        Headcount::Absent(absence) => Some(absence.as_str()),
    }
}

impl NounRows for MissionContribution {
    fn fields(currency: Currency) -> Vec<Field<Contribution>> {
        vec![
            field::text("id", "Identifier of the contribution.", |c: &Contribution| {
                Some(c.id.as_str())
            }),
            field::missions(|c: &Contribution| &c.missions),
            field::country("contributor", "State that contributes.", |c: &Contribution| {
                Some(c.contributor)
            }),
            field::agency(
                "sending_body",
                "Body of that state which deploys or pays.",
                |c: &Contribution| c.sending_body.as_ref(),
            ),
            field::word("kind", "Kind of contribution.", |c: &Contribution| Some(c.kind.as_str())),
            field::date("Start of the contribution.", |c: &Contribution| c.period.start),
            field::day("end", "End of the contribution.", |c: &Contribution| c.period.end),
            field::one(
                "people",
                "Number of people. Empty if no number is published.",
                Cells::Integer(people),
            ),
            field::word(
                "people_qualifier",
                "Reading of `people`: EXACT, AT_LEAST, AT_MOST or ABOUT.",
                people_qualifier,
            ),
            field::word("people_absence", "Reason for a missing number of people.", people_absence),
            field::word(
                "deployment",
                "Deployment stage. Empty if it is not stated.",
                |c: &Contribution| c.deployment.map(Code::as_str),
            ),
            field::phrase("purpose", "Purpose, in a short phrase.", |c: &Contribution| {
                c.purpose.as_ref()
            }),
            field::agencies(
                "beneficiary",
                "beneficiaries",
                "Agency that benefits.",
                |c: &Contribution| Single::of(c.beneficiaries.iter().map(|one| &one.agency)),
            ),
            field::money(|c: &Contribution| Some(&c.money)),
            field::counted(currency, |c: &Contribution| Some(&c.money)),
            field::provenance(|c: &Contribution| (&c.provenance.origin, &c.provenance.citations)),
        ]
    }
}

pub(super) fn missions() -> RecordTable {
    let facts = (
        "missions",
        "Missions",
        "Which military, civilian and peace missions are there, where and since when?",
        &["id"][..],
    );
    RecordTable::plain::<Mission>(facts)
}

pub(super) fn contributions() -> RecordTable {
    let facts = (
        "mission-contributions",
        "Contributions to missions",
        "Which state contributes people or money to which mission, and when?",
        &["id"][..],
    );
    let table = RecordTable::counted::<MissionContribution>(facts);
    table.drawn("point x=year y=people colour=kind")
}
