//! The organisations that an activity mentions, and where their names and references mean the same.

use std::collections::BTreeMap;

use super::context::Context;
use super::tree::Element;
use crate::ingest::mention::{self, Identity, Mention, Mentions, Scope, identify};
use crate::ingest::personal;
use crate::ingest::placeholder::is_placeholder;
use crate::ingest::problem::ProblemCode;
use crate::ingest::reference::{self, Reference, collapsed};
use crate::model::id::AgencyId;
use crate::model::origin::Origin;

/// A reference as published, unless it was a personal address.
fn reference_of(element: Element<'_>) -> Option<&str> {
    element.get("ref").filter(|text| !personal::is_left_out(text))
}

/// Where the mentions of an activity or an organisation stand: with the publisher that its reporter is. A publisher without a reference
/// that identifies it is known by the name of its file.
pub(super) fn scope(element: Element<'_>, file: &str, activity: &str) -> Scope {
    let mut scope = Scope {
        publisher: file.to_owned(),
        own: None,
        activity: activity.to_owned(),
        place: place_of(element),
    };
    let reference = element.first("reporting-org").and_then(reference_of);
    let mention = Mention { reference, ..Mention::default() };
    let Some(Identity { id, reference: worth, .. }) = identify(&mention, &scope) else {
        return scope;
    };
    let Some(reference) = reference.map(collapsed) else { return scope };
    if let Reference::Identifier(_) = worth {
        scope.publisher = id.to_string();
        scope.own = Some((reference, id));
    }
    scope
}

/// The countries that an activity or a transaction is for; of an activity without any, those of its transactions.
pub(super) fn place_of(element: Element<'_>) -> String {
    let codes = |element: Element<'_>| {
        let countries = element.all("recipient-country");
        countries.filter_map(|country| country.owned("code")).collect::<Vec<_>>()
    };
    let found = codes(element);
    if found.is_empty() {
        return mention::place(element.all("transaction").flat_map(codes));
    }
    mention::place(found)
}

impl Context<'_> {
    /// The organisation that an element mentions, and its identifier. `None`, and a problem in the ledger, when it has neither a
    /// reference nor a name.
    pub(super) fn organisation(&mut self, element: Element<'_>) -> Option<AgencyId> {
        Some(self.identity(element)?.id)
    }

    /// The organisation that takes part in an activity; one that nothing names stands for itself.
    pub(super) fn participant(&mut self, element: Element<'_>) -> Option<AgencyId> {
        self.organisation(element).or_else(|| self.unnamed())
    }

    /// The identifier of participants of the activity that nothing names. It is that of no agency: it says that another one takes
    /// part.
    pub(super) fn unnamed(&self) -> Option<AgencyId> {
        mention::unnamed(&self.scope)
    }

    /// The organisation at one end of a transaction; `None` also for one that only a placeholder stands for. `of` is the
    /// transaction, whose country counts before that of its activity.
    pub(super) fn end_of(&mut self, of: Element<'_>, element: Element<'_>) -> Option<AgencyId> {
        let own = of.first("recipient-country").map(|_| place_of(of));
        let whole = self.scope.place.clone();
        if let Some(own) = own {
            self.scope.place = own;
        }
        let identity = self.identity(element);
        self.scope.place = whole;
        identity.filter(|identity| !identity.is_unnamed).map(|identity| identity.id)
    }

    fn identity(&mut self, element: Element<'_>) -> Option<Identity> {
        let (name, more) = self.names([element].into_iter());
        let role = element.get("role").unwrap_or_default();
        let mention = Mention {
            reference: reference_of(element),
            name: name.as_ref(),
            organisation_type: element.get("type"),
            gives: role == "1"
                || role.eq_ignore_ascii_case("funding")
                || element.name() == "provider-org",
            is_itself: element.name() == "reporting-org",
        };
        let tally = &*self.tally;
        let origin = || Origin { file: tally.file().to_owned(), line: element.line() };
        let Some(identity) = self.mentions.note(&mention, &self.scope, origin) else {
            let message = "an organisation has neither a reference nor a name; as a participant it counts as another one, of which nothing is known";
            self.warn(ProblemCode::NamelessOrganisation, element, element.name(), None, message);
            return None;
        };
        for (language, name) in more {
            self.mentions.also_called(&identity.id, language, &name);
        }
        self.tell(element, &mention, &identity);
        Some(identity)
    }

    /// Tells of a reference that identifies no organisation.
    fn tell(&mut self, element: Element<'_>, mention: &Mention<'_>, identity: &Identity) {
        let field = format!("{}/@ref", element.name());
        let (code, message) = match &identity.reference {
            Reference::Placeholder if identity.is_unnamed => (
                ProblemCode::PlaceholderReference,
                "this stands for a missing reference, and there is no name: the organisation is known in this activity only",
            ),
            Reference::Placeholder => (
                ProblemCode::PlaceholderReference,
                "this stands for a missing reference: the organisation is known by its name, within this publisher",
            ),
            Reference::Kind(_) => (
                ProblemCode::KindAsReference,
                "this is the code of a whole kind of organisations: the organisation is known by its name, within this publisher",
            ),
            _ => return,
        };
        self.warn(code, element, &field, mention.reference, message);
    }
}

/// The most earlier identifiers of one reporter that a file can tell: one that has another in each activity numbers activities.
const MOST: usize = 5;

/// What reporters say that they were called before, gathered over a file: `other-identifier` of the type B1.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    claims: BTreeMap<AgencyId, (Origin, BTreeMap<String, u32>)>,
}

impl Earlier {
    /// Takes note of an earlier identifier that an activity gives its reporter, unless it is that of an activity.
    pub(super) fn note(
        &mut self,
        reporter: &AgencyId,
        reference: &str,
        activity: &str,
        origin: &Origin,
    ) {
        let reference = collapsed(reference);
        let is_of_activity = activity == reference
            || activity.ends_with(&reference)
            || reference.starts_with(activity)
            || reference
                .strip_prefix(reporter.as_str())
                .is_some_and(|rest| rest.starts_with(['-', '/', ':', '_', '.', ' ']));
        let classified = reference::classify(Some(&reference), None);
        let identifies = match classified {
            Reference::Identifier(_) => true,
            // A number that is the reporter's own without its register: `46004` of `XM-DAC-46004`.
            Reference::Local(_) => reporter.as_str().ends_with(&reference),
            _ => false,
        };
        if identifies && !is_of_activity && !is_placeholder(&reference) {
            let (_, claims) = self
                .claims
                .entry(reporter.clone())
                .or_insert_with(|| (origin.clone(), BTreeMap::new()));
            if claims.len() <= MOST || claims.contains_key(&reference) {
                *claims.entry(reference).or_default() += 1;
            }
        }
    }

    /// Hands the identifiers on that a reporter repeats. One that stands in a single activity counts where there is no other.
    pub(super) fn tell(&self, mentions: &mut Mentions) {
        for (reporter, (origin, claims)) in &self.claims {
            let is_alone = claims.len() == 1;
            for (reference, times) in claims.iter().filter(|_| claims.len() <= MOST) {
                if is_alone || *times > 1 {
                    mentions.claims(reporter, reference, origin);
                }
            }
        }
    }
}
