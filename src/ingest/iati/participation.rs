//! Participants of an activity: `participating-org`.
//!
//! A participant without a reference and a name is kept, so that the others are not taken to be alone in that role.

use std::collections::BTreeSet;

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
        if participations.len() >= MOST_ITEMS && !surplus.is_new(org, role) {
            continue;
        }
        let is_read = surplus.count == 0;
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
    surplus.report(context);
    participations
}

/// Participants beyond the limit of one record. One in each role is kept, without a name.
#[derive(Default)]
struct Surplus<'t> {
    roles: BTreeSet<Role>,
    count: u64,
    first: Option<Element<'t>>,
}

impl<'t> Surplus<'t> {
    /// Counts a participant. Returns true if it is the first surplus one in its role.
    fn is_new(&mut self, org: Element<'t>, role: Role) -> bool {
        self.count += 1;
        self.first.get_or_insert(org);
        self.roles.insert(role)
    }

    fn report(&self, context: &mut Context<'_>) {
        let Some(first) = self.first else { return };
        let message = &format!(
            "{} organisations exceed the limit of {MOST_ITEMS} per record: only their roles are kept; the source file names them",
            self.count
        );
        context.warn(ProblemCode::Surplus, first, first.name(), None, message);
    }
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
