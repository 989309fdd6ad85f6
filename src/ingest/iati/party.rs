//! Organisations that an activity mentions, and the scope in which their names and references are equal.

use std::collections::BTreeMap;

use super::context::Context;
use super::tree::Element;
use crate::ingest::organisation_ref::{self, Identity, Mention, MentionScope, Mentions, identify};
use crate::ingest::personal;
use crate::ingest::placeholder::is_placeholder;
use crate::ingest::problem::ProblemCode;
use crate::ingest::reference::{self, Reference, collapsed};
use crate::model::id::AgencyId;
use crate::model::origin::Origin;

/// Returns a reference as published, unless it is a personal address.
fn reference_of(element: Element<'_>) -> Option<&str> {
    element.get("ref").filter(|text| !personal::is_left_out(text))
}

/// Returns the scope of the mentions in an activity or an organisation, keyed by its publisher. A publisher without
/// an identifying reference is keyed by the file name.
pub(super) fn scope(element: Element<'_>, file: &str, activity: &str) -> MentionScope {
    let mut scope = MentionScope {
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

/// Returns the recipient countries of an activity or a transaction. An activity without any has those of its
/// transactions.
pub(super) fn place_of(element: Element<'_>) -> String {
    let codes = |element: Element<'_>| {
        let countries = element.all("recipient-country");
        countries.filter_map(|country| country.owned("code")).collect::<Vec<_>>()
    };
    let found = codes(element);
    if found.is_empty() {
        return organisation_ref::place(element.all("transaction").flat_map(codes));
    }
    organisation_ref::place(found)
}

impl Context<'_> {
    /// Returns the identifier of a mentioned organisation. Without a reference and a name, reports a problem and
    /// returns `None`.
    pub(super) fn organisation(&mut self, element: Element<'_>) -> Option<AgencyId> {
        Some(self.identity(element)?.id)
    }

    /// Returns the identifier of a participant; one without a reference and a name gets the unnamed identifier.
    pub(super) fn participant(&mut self, element: Element<'_>) -> Option<AgencyId> {
        self.organisation(element).or_else(|| self.unnamed())
    }

    /// Returns the identifier of the activity's unnamed participants. No agency has it: it records that another
    /// organisation takes part.
    pub(super) fn unnamed(&self) -> Option<AgencyId> {
        organisation_ref::unnamed(&self.scope)
    }

    /// Returns the provider or receiver of a transaction; `None` also for a mere placeholder. `of` is the
    /// transaction: its country takes precedence over that of the activity.
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
            let message = "the organisation has neither a reference nor a name; as a participant it counts as another, unknown organisation";
            self.warn(ProblemCode::NamelessOrganisation, element, element.name(), None, message);
            return None;
        };
        for (language, name) in more {
            self.mentions.also_called(&identity.id, language, &name);
        }
        self.report_reference(element, &mention, &identity);
        Some(identity)
    }

    /// Reports a reference that identifies no organisation.
    fn report_reference(
        &mut self,
        element: Element<'_>,
        mention: &Mention<'_>,
        identity: &Identity,
    ) {
        let field = format!("{}/@ref", element.name());
        let (code, message) = match &identity.reference {
            Reference::Placeholder if identity.is_unnamed => (
                ProblemCode::PlaceholderReference,
                "the reference is a placeholder and there is no name: the organisation is known in this activity only",
            ),
            Reference::Placeholder => (
                ProblemCode::PlaceholderReference,
                "the reference is a placeholder: the organisation is identified by its name, within this publisher",
            ),
            Reference::Kind(_) => (
                ProblemCode::KindAsReference,
                "the reference is an organisation type: the organisation is identified by its name, within this publisher",
            ),
            _ => return,
        };
        self.warn(code, element, &field, mention.reference, message);
    }
}

/// Maximum number of previous identifiers per reporter. Reporters with more use the field to number activities.
const MOST: usize = 5;

/// Previous identifiers of reporters, accumulated over a file: `other-identifier` of type B1.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    claims: BTreeMap<AgencyId, (Origin, BTreeMap<String, u32>)>,
}

impl Earlier {
    /// Records a reporter's previous identifier that an activity states, unless it identifies an activity.
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
            // The reporter's own number without its register: `46004` of `XM-DAC-46004`.
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

    /// Passes on the identifiers that a reporter repeats. One with a single occurrence counts only if it is the
    /// reporter's only one.
    pub(super) fn pass_on(&self, mentions: &mut Mentions) {
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
