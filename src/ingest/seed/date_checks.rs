//! Date checks: contributions within the period of their mission, programmes within that of their parent.

use super::dataset::{Dataset, RowFinding, RowPosition, SeedRow};
use super::file_schema::ParsedRow;
use super::mission_contribution::OUTSIDE_MISSION;
use super::table::Target;
use crate::ingest::problem::ProblemCode;
use crate::model::date::Period;
use crate::model::id::{MissionId, ProgrammeId};
use crate::model::mission_contribution::MissionContribution;
use crate::model::noun::{Kind, Record};
use crate::model::programme::Programme;

/// Finds contributions outside the period of their missions.
pub(super) fn findings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    contributions(book)
        .filter(|(_, entry, _)| !entry.expects)
        .filter_map(|(place, _, contribution)| {
            let message = outside_missions(book, contribution)?;
            let finding = RowFinding::error(ProblemCode::OutsideMission, "start", message);
            let help = format!(
                "correct a date; if sources disagree, write {OUTSIDE_MISSION} under `expect`"
            );
            Some((place, finding.help(help)))
        })
        .collect()
}

/// Finds programmes outside the period of their parent, and needless exceptions.
pub(super) fn warnings(book: &Dataset) -> Vec<(RowPosition, RowFinding)> {
    let unneeded = contributions(book)
        .filter(|(_, entry, contribution)| {
            entry.expects && outside_missions(book, contribution).is_none()
        })
        .map(|(place, _, _)| {
            let message = "the contribution lies within the period of its mission".to_owned();
            let finding = RowFinding::warning(ProblemCode::UnneededExpect, "expect", message);
            (place, finding.help("clear the cell"))
        });
    let outside = book.taken().filter_map(|(place, _, item)| {
        let ParsedRow::Record(Record::Programme(child)) = item else { return None };
        let parent = programme(book, child.parent.as_ref()?)?;
        let (time, whole) = (child.period_in_force(), parent.period_in_force());
        let message = format!(
            "the period is {}, and that of {}, its parent, is {}",
            described(time),
            parent.id,
            described(whole)
        );
        is_apart(time, whole)
            .then(|| (place, RowFinding::warning(ProblemCode::OutsideParent, "parent_id", message)))
    });
    unneeded.chain(outside).collect()
}

fn contributions(
    book: &Dataset,
) -> impl Iterator<Item = (RowPosition, &SeedRow, &MissionContribution)> {
    book.taken().filter_map(|(place, entry, item)| match item {
        ParsedRow::Record(Record::MissionContribution(contribution)) => {
            Some((place, entry, contribution))
        }
        _ => None,
    })
}

/// Describes a contribution outside the joint period of its missions; `None` if it lies within.
fn outside_missions(book: &Dataset, contribution: &MissionContribution) -> Option<String> {
    let missions: Vec<(&MissionId, Period)> =
        contribution.missions.iter().filter_map(|id| Some((id, mission(book, id)?))).collect();
    let start = missions.iter().map(|(_, period)| period.start).min().flatten();
    let end = missions.iter().map(|(_, period)| period.end).collect::<Option<Vec<_>>>();
    let end = end.and_then(|ends| ends.into_iter().max_by_key(|end| end.last_day()));
    let whole = Period { start, end };
    let names: Vec<&str> = missions.iter().map(|(id, _)| id.as_str()).collect();
    leaves(contribution.period, whole).then(|| {
        let (time, names) = (described(contribution.period), names.join(" and "));
        format!("the contribution is dated {time}, the period of {names} is {}", described(whole))
    })
}

fn mission(book: &Dataset, id: &MissionId) -> Option<Period> {
    let place = book.find(Target::Record(Kind::Mission), id.as_str())?;
    match book.item(place)? {
        ParsedRow::Record(Record::Mission(mission)) => Some(mission.period),
        _ => None,
    }
}

fn programme<'b>(book: &'b Dataset, id: &ProgrammeId) -> Option<&'b Programme> {
    let place = book.find(Target::Record(Kind::Programme), id.as_str())?;
    match book.item(place)? {
        ParsedRow::Record(Record::Programme(programme)) => Some(programme),
        _ => None,
    }
}

/// Returns true if a period certainly begins before the whole or ends after it.
fn leaves(time: Period, whole: Period) -> bool {
    let early = time.start.zip(whole.start).is_some_and(|(a, b)| a.last_day() < b.first_day());
    let late = time.end.zip(whole.end).is_some_and(|(a, b)| a.first_day() > b.last_day());
    early || late || is_apart(time, whole)
}

/// Returns true if a period and the whole certainly have no day in common.
fn is_apart(time: Period, whole: Period) -> bool {
    let before = time.end.zip(whole.start).is_some_and(|(a, b)| a.last_day() < b.first_day());
    let after = time.start.zip(whole.end).is_some_and(|(a, b)| a.first_day() > b.last_day());
    before || after
}

/// Formats a period: `2015 to 2019`.
fn described(period: Period) -> String {
    match (period.start, period.end) {
        (Some(start), Some(end)) if start == end => start.to_string(),
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("from {start}"),
        (None, Some(end)) => format!("until {end}"),
        (None, None) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(start: &str, end: &str) -> Period {
        Period { start: start.parse().ok(), end: end.parse().ok() }
    }

    #[test]
    fn a_year_lies_within_a_period_that_starts_in_it() {
        let mission = period("2013-02-18", "2024-05-18");
        assert!(!leaves(period("2013", "2024"), mission));
        assert!(!leaves(period("", ""), mission));
        assert!(leaves(period("2013-01", ""), mission));
        assert!(leaves(period("2020", "2025"), mission));
        assert!(leaves(period("2025", ""), mission));
        assert!(!leaves(period("2030", ""), period("2015", "")));
    }
}
