//! Cells that drawings and lists of missions share: people, stage, and missions by their short names.

use maud::{Markup, html};

use super::data::{Contribution, Mission, short};
use crate::model::mission_contribution::MissionContributionKind;
use crate::site::address::Address;
use crate::site::language::Language;
use crate::site::parts::data::Named;
use crate::site::parts::rows::{headcount, headcount_text, or_absent};
use crate::site::parts::show;

/// Links to missions by their short names.
pub(super) fn short_links(address: &Address, missions: &[Mission], of: &[Named]) -> Markup {
    html! {
        @for (at, named) in of.iter().enumerate() {
            @if at > 0 { ", " }
            a href=(address.record(named.kind.0, &named.identifier)) { (short(missions, named)) }
        }
    }
}

/// Number of people of a contribution, or the word for its absence.
pub(super) fn people(language: Language, one: &Contribution) -> Markup {
    let row = &one.row;
    headcount(language, row.headcount, row.headcount_qualifier, row.headcount_absence)
}

/// Number of people of a contribution as a text.
pub(super) fn people_text(language: Language, one: &Contribution) -> String {
    let row = &one.row;
    headcount_text(language, row.headcount, row.headcount_qualifier, row.headcount_absence)
}

/// Stage of a contribution of people; that no source states it is a word.
pub(super) fn stage(language: Language, one: &Contribution) -> Markup {
    if one.row.kind.0 != MissionContributionKind::Personnel {
        return Markup::default();
    }
    or_absent(language, one.row.deployment.map(|stage| show::code(language, stage)))
}
