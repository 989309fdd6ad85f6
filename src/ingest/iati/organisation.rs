//! Reader of an `iati-organisation` into an agency with its names, budgets and documents.

use super::context::Context;
use super::division::{self, NamedRecipient};
use super::finding::{self, is_foreign};
use super::money::budget_status;
use super::tree::Element;
use super::wrapper::Wrapper;
use super::{detail, party};
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::organisation_ref::{Mentions, agency_kind};
use crate::ingest::parsing;
use crate::ingest::personal;
use crate::ingest::problem::ProblemCode;
use crate::ingest::reference::{Reference, classify, collapsed, identifier};
use crate::ingest::sink::Entry;
use crate::model::agency::{
    Agency, AgencyBudget, AgencyBudgetKind, AgencyKind, NameSource, NameUse, Standing,
};
use crate::model::id::AgencyId;
use crate::model::money::{Absence, Money};
use crate::model::noun::Record;
use crate::model::text::{Language, Text, fold};

/// Reads an organisation. Returns `None` and reports a problem if it is quarantined.
pub(super) fn read(
    element: Element<'_>,
    wrapper: &Wrapper,
    tally: &mut LedgerBuilder,
    mentions: &mut Mentions,
) -> Option<Entry> {
    if is_foreign(element) {
        finding::report(element, None, tally);
        let place = ProblemSite { line: Some(element.line()), ..ProblemSite::default() };
        let message =
            "no element of this organisation is in the standard; the organisation is left out";
        tally.quarantine(ProblemCode::NotUnderstood, &place, message, None);
        return None;
    }
    let published = ["organisation-identifier", "iati-identifier"];
    let published = published.into_iter().find_map(|name| element.first(name));
    let reporter = element.first("reporting-org");
    let is_some = |text: &String| {
        let worth = classify(Some(text), None);
        !personal::is_left_out(text)
            && !matches!(worth, Reference::None | Reference::Placeholder | Reference::Kind(_))
    };
    let text = published.map(|e| collapsed(&e.text())).filter(is_some);
    // Some publishers omit the identifier and name themselves only as the reporting organisation.
    let text = text.or_else(|| reporter.and_then(|org| org.owned("ref")).filter(is_some));
    let text = text.map(|text| identifier(&text).unwrap_or(text)).unwrap_or_default();
    let id: AgencyId = match text.parse() {
        Ok(id) => id,
        Err(error) => {
            let error: crate::model::id::InvalidId = error;
            let field = Some("organisation-identifier");
            let place =
                ProblemSite { line: Some(element.line()), field, id: None, value: Some(&text) };
            tally.quarantine(ProblemCode::BadId, &place, &error.to_string(), None);
            return None;
        }
    };
    let mut scope = party::scope(element, tally.file(), id.as_str());
    scope.publisher = id.to_string();
    let mut context = Context::new(element, id.to_string(), wrapper, scope, tally, mentions);
    let updated = element.get("last-updated-datetime").and_then(parsing::moment);
    let agency = agency(&mut context, element, id)?;
    context.tally.accept();
    Some(Entry { record: Record::Agency(agency), details: None, updated })
}

fn agency(context: &mut Context<'_>, element: Element<'_>, id: AgencyId) -> Option<Agency> {
    let (name, more) = context.names(element.all("name"));
    let reporter = element.first("reporting-org");
    let name = name.or_else(|| reporter.and_then(|org| context.text(org)));
    let name = name.or_else(|| Text::of([(Language::UND, id.to_string())]))?;
    // If the organisation reports about itself, `reporting-org` carries its type.
    let own = reporter.filter(|org| org.get("ref") == Some(id.as_str()));
    let r#type = own.and_then(|org| org.owned("type"));
    // A reporting organisation with the same name is this organisation under another identifier.
    let reference = |org: Element<'_>| {
        org.get("ref").filter(|text| !personal::is_left_out(text)).map(str::to_owned)
    };
    let named = reporter.and_then(|org| Some((reference(org)?, context.text(org)?)));
    let is_same = |other: &Text| {
        name.forms().any(|(_, own)| other.forms().any(|(_, form)| fold(form) == fold(own)))
    };
    let named = named.filter(|(reference, other)| {
        collapsed(reference) != id.as_str() && identifier(reference).is_some() && is_same(other)
    });
    let identifiers = named.map(|(reference, _)| collapsed(&reference)).into_iter().collect();
    let mut budgets = Vec::new();
    for (tag, kind) in [
        ("total-budget", AgencyBudgetKind::Total),
        ("recipient-org-budget", AgencyBudgetKind::RecipientOrganisation),
        ("recipient-country-budget", AgencyBudgetKind::RecipientCountry),
        ("recipient-region-budget", AgencyBudgetKind::RecipientRegion),
        ("total-expenditure", AgencyBudgetKind::Expenditure),
    ] {
        for budget in element.all(tag) {
            budgets.push(self::budget(context, budget, kind));
        }
    }
    Some(Agency {
        kind: r#type.as_deref().map_or(AgencyKind::Other, agency_kind),
        name_uses: own_names(&name),
        name,
        acronym: None,
        aliases: more.into_iter().map(|(_, name)| name).collect(),
        identifiers,
        standing: Standing::OwnFile,
        r#type,
        country: None,
        website: None,
        budgets,
        documents: detail::documents(context, element),
        provenance: context.provenance(element),
        id,
    })
}

/// Returns the names of the organisation with their source: its own file.
fn own_names(name: &Text) -> Vec<NameUse> {
    let used = |(language, form): (Language, &str)| NameUse {
        language,
        name: form.to_owned(),
        source: NameSource::OwnFile,
        times: 1,
    };
    name.forms().map(used).collect()
}

fn budget(context: &mut Context<'_>, element: Element<'_>, kind: AgencyBudgetKind) -> AgencyBudget {
    let period = context.period(element);
    let money = context.money(element, period.start);
    let recipient = match kind {
        AgencyBudgetKind::RecipientOrganisation => element.first("recipient-org").and_then(|org| {
            let id = context.organisation(org)?;
            // The published reference takes precedence over the identifier that it resolves to.
            let reference = org.get("ref").filter(|text| !personal::is_left_out(text));
            Some(reference.map_or_else(|| id.to_string(), collapsed))
        }),
        AgencyBudgetKind::RecipientCountry => element
            .first("recipient-country")
            .and_then(|country| division::country(context, country))
            .map(|named| match named {
                NamedRecipient::Country(country) => country.to_string(),
                NamedRecipient::Other(code) => code,
            }),
        AgencyBudgetKind::RecipientRegion => element
            .first("recipient-region")
            .and_then(|region| division::region(context, region))
            .map(|(_, code)| code),
        AgencyBudgetKind::Total | AgencyBudgetKind::Expenditure => None,
    };
    let recipients = ["recipient-org", "recipient-country", "recipient-region"];
    let named = recipients.into_iter().find_map(|name| element.first(name));
    let recipient_name = named.and_then(|named| context.name_as_published(named));
    let status = budget_status(element);
    let origin = context.origin(element);
    let money = money.unwrap_or_else(|| Money::absent(Absence::NotStated, period.start));
    AgencyBudget { kind, status, period, recipient, recipient_name, money, origin }
}
