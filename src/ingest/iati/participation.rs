//! Participants of an activity: `participating-org`.
//!
//! A participant without a reference and a name is kept, so that the others are not taken to be alone in that role.

use std::collections::BTreeSet;

use super::bound::Surplus;
use super::context::Context;
use super::tree::Element;
use crate::ingest::problem::ProblemCode;
use crate::ingest::width::MOST_ITEMS;
use crate::model::programme::{Channel, Participation, Role};

/// Reads the participants of an activity, in their order.
pub(super) fn participations(
    context: &mut Context<'_>,
    element: Element<'_>,
) -> Vec<Participation> {
    let mut participations = Vec::new();
    let mut surplus = Surplus::default();
    let mut surplus_roles = BTreeSet::new();
    for org in element.all("participating-org") {
        let published = org.get("role");
        let role = match published.unwrap_or_default() {
            "1" => Role::Funding,
            "2" => Role::Accountable,
            "3" => Role::Extending,
            "4" => Role::Implementing,
            _ => Role::Partner,
        };
        // Beyond the limit, one participant per role is kept.
        let is_read = participations.len() < MOST_ITEMS;
        if !is_read {
            surplus.add(org);
            if !surplus_roles.insert(role) {
                continue;
            }
        }
        let agency = if is_read { context.participant(org) } else { context.unnamed() };
        let Some(agency) = agency else { continue };
        if published.is_none() {
            let message = "the organisation has no role; it counts as a partner";
            context.warn(ProblemCode::NoCode, org, "participating-org/@role", None, message);
        }
        participations.push(Participation {
            agency,
            role,
            name_as_published: context.name_as_published(org).filter(|_| is_read),
            role_as_published: published.filter(|_| role == Role::Partner).map(str::to_owned),
            channel: org.get("type").and_then(channel),
            money: None,
            additional: true,
            activity: org.owned("activity-id"),
            provenance: context.provenance(org),
        });
    }
    surplus.report(context, |count| {
        format!(
            "{count} organisations exceed the limit of {MOST_ITEMS} per record: only their roles are kept; the source file names them"
        )
    });
    participations
}

/// Maps an IATI `OrganisationType` code to a channel.
fn channel(code: &str) -> Option<Channel> {
    match code {
        "10" | "11" | "15" => Some(Channel::Government),
        "21" | "22" | "23" | "24" => Some(Channel::Ngo),
        "40" => Some(Channel::Multilateral),
        "70" | "71" | "72" | "73" => Some(Channel::Private),
        "80" => Some(Channel::Academic),
        _ => None,
    }
}
