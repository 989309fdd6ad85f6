//! Reader of an `iati-activity` into a programme and its details.

use super::FileNotes;
use super::context::Context;
use super::finding::{self, is_foreign};
use super::participation::participations;
use super::party::{self, Earlier};
use super::repeat::{Repeats, Repetition};
use super::tree::Element;
use super::wrapper::Wrapper;
use super::{detail, division, money};
use crate::ingest::ledger_builder::{LedgerBuilder, ProblemSite};
use crate::ingest::parsing;
use crate::ingest::personal;
use crate::ingest::placeholder::is_placeholder;
use crate::ingest::problem::ProblemCode;
use crate::ingest::reference::collapsed;
use crate::ingest::sink::Entry;
use crate::ingest::width::MOST_ITEMS;
use crate::model::activity::{
    ActivityDate, Description, Details, HumanitarianScopeMark, OtherIdentifier, PolicyMarker,
    RelatedActivity, Report, Tag,
};
use crate::model::codelist::Codelist;
use crate::model::date::Period;
use crate::model::id::{InvalidId, ProgrammeId};
use crate::model::noun::Record;
use crate::model::programme::{Pillar, Programme, ProgrammeKind, ProgrammeStatus};
use crate::model::text::{Language, Text};

/// Maximum length of an activity identifier, in bytes. Transactions and budgets append their numbers to it.
const LONGEST: usize = 200;

/// Reads an activity. Returns `None` and reports a problem if it is quarantined.
pub(super) fn read(
    element: Element<'_>,
    number: u64,
    wrapper: &Wrapper,
    tally: &mut LedgerBuilder,
    gathered: &mut FileNotes,
) -> Option<Entry> {
    if is_foreign(element) {
        finding::report(element, None, tally);
        let place = ProblemSite { line: Some(element.line()), ..ProblemSite::default() };
        let message = "no element of this activity is in the standard; the activity is left out";
        tally.quarantine(ProblemCode::NotUnderstood, &place, message, None);
        return None;
    }
    if has_too_many_budgets(element, tally) {
        return None;
    }
    let id = identifier(element, number, tally, &mut gathered.repeats)?;
    let FileNotes { mentions, earlier, .. } = gathered;
    let scope = party::scope(element, tally.file(), id.as_str());
    let mut context = Context::new(element, id.to_string(), wrapper, scope, tally, mentions);
    let entry = programme(&mut context, element, id, wrapper, earlier);
    context.tally.accept();
    Some(entry)
}

/// Returns true, and quarantines the activity, if it has more budgets than one record may hold. The valid budgets
/// depend on the whole list, so the list is never truncated.
fn has_too_many_budgets(element: Element<'_>, tally: &mut LedgerBuilder) -> bool {
    let mut lists = ["budget", "planned-disbursement"].into_iter();
    let over = lists.find_map(|name| Some((name, element.all(name).nth(MOST_ITEMS)?)));
    let Some((name, first)) = over else { return false };
    let id = element.first("iati-identifier").map(|id| collapsed(&id.text()));
    let place =
        ProblemSite { line: Some(first.line()), field: Some(name), id: id.as_deref(), value: None };
    let message = &format!(
        "an activity may have at most {MOST_ITEMS} of these; the activity is left out but remains in the source file"
    );
    tally.quarantine(ProblemCode::Surplus, &place, message, None);
    true
}

/// Returns an identifier that is unique in the file, with white space collapsed.
///
/// A missing identifier or a placeholder is replaced by a generated one. So is a repeated identifier with different
/// content, so that no money is lost. Returns `None` for an identifier that no key can hold, and for a repeat of an
/// earlier activity.
fn identifier(
    element: Element<'_>,
    number: u64,
    tally: &mut LedgerBuilder,
    repeats: &mut Repeats,
) -> Option<ProgrammeId> {
    let published = element.first("iati-identifier").map(Element::text).unwrap_or_default();
    let mut id = collapsed(&published);
    // Removing the addresses could make two distinct identifiers equal.
    if personal::is_left_out(&id) {
        id.clear();
    }
    let reporter = element.first("reporting-org").and_then(|org| org.get("ref"));
    let is_missing = id.is_empty();
    let is_placeholder = !is_missing && is_placeholder_of(&id, reporter);
    if !is_missing && !is_placeholder && id != *published && id != published.trim() {
        let message = "white space within the identifier is collapsed to one space";
        let place = at(element, &id, &published);
        tally.warn(ProblemCode::OddIdentifier, &place, message, None);
    }
    if !fits(element, &id, is_missing, tally) {
        return None;
    }
    let digest = element.digest();
    let standing = if is_missing { Repetition::First } else { repeats.note(&id, digest) };
    match standing {
        Repetition::Same => {
            let message = "an earlier activity of the file has the same identifier and content; it counts once";
            tally.warn(ProblemCode::DuplicateIdentifier, &at(element, &id, &id), message, None);
            tally.repeat();
            return None;
        }
        _ if is_missing || is_placeholder => {
            let own = own_identifier(tally.file(), number);
            let message = if is_missing {
                "the activity has no identifier; it is stored under its file name and ordinal"
            } else {
                "the identifier is a placeholder; the activity is stored under its file name and ordinal"
            };
            let place = at(element, &own, &id);
            let value = place.value.filter(|value| !value.is_empty());
            tally.warn(ProblemCode::NoIdentifier, &ProblemSite { value, ..place }, message, None);
            id = own;
        }
        Repetition::First => {}
        Repetition::Another(count) => {
            let own = repeats.free(&id, count, digest);
            let message = &format!(
                "an earlier activity of the file has this identifier with different content; both are kept, this one as {own}"
            );
            tally.warn(ProblemCode::RepeatedIdentifier, &at(element, &own, &id), message, None);
            id = own;
        }
    }
    id.parse().ok()
}

/// Returns the site of an identifier in the file, for problem reports.
fn at<'p>(element: Element<'_>, id: &'p str, value: &'p str) -> ProblemSite<'p> {
    let field = Some("iati-identifier");
    ProblemSite { line: Some(element.line()), field, id: Some(id), value: Some(value) }
}

/// Returns an identifier for an activity without one: the last 120 characters of the file name, and the ordinal of
/// the activity.
fn own_identifier(file: &str, number: u64) -> String {
    let file: String = file.chars().rev().take(120).collect();
    let file: String = file.chars().rev().collect();
    format!("no-identifier:{file}:{number}")
}

/// Returns true if an identifier is a placeholder, alone or after the reporter's reference: `N/A`, `XX-1-unknown`.
/// The reporter's reference alone is one too.
fn is_placeholder_of(id: &str, reporter: Option<&str>) -> bool {
    if is_placeholder(id) {
        return true;
    }
    let Some(rest) = reporter.map(collapsed).and_then(|own| id.strip_prefix(own.as_str())) else {
        return false;
    };
    // `XX-1-0` may be a number, but a word never is.
    let is_word = rest.chars().filter(|c| c.is_alphabetic()).count() > 1;
    rest.chars().all(|c| !c.is_alphanumeric()) || (is_word && is_placeholder(rest))
}

/// Returns true if a key can hold the identifier; otherwise quarantines the activity. A missing identifier passes,
/// since it is replaced.
fn fits(element: Element<'_>, id: &str, is_missing: bool, tally: &mut LedgerBuilder) -> bool {
    if is_missing {
        return true;
    }
    let fits = if id.len() > LONGEST {
        let length = id.len();
        Err(format!(
            "an activity's identifier must not be longer than {LONGEST} bytes, this one has {length}"
        ))
    } else {
        id.parse().map(|_: ProgrammeId| ()).map_err(|error: InvalidId| error.to_string())
    };
    if let Err(reason) = &fits {
        let place = ProblemSite { id: None, ..at(element, id, id) };
        tally.quarantine(ProblemCode::BadId, &place, reason, None);
    }
    fits.is_ok()
}

fn programme(
    context: &mut Context<'_>,
    element: Element<'_>,
    id: ProgrammeId,
    wrapper: &Wrapper,
    earlier: &mut Earlier,
) -> Entry {
    let title = title(context, element, &id);
    let (recipients, regions) = division::recipients(context, element);
    let (dates, period) = dates(context, element);
    let (status, status_as_published) = status(context, element);
    let details = details(context, element, &id, dates);
    let parent = details.related.iter().find(|related| related.is_parent());
    let parent = parent.and_then(|related| related.identifier.parse().ok());
    let last_updated = element.owned("last-updated-datetime");
    let updated = last_updated.as_deref().and_then(parsing::moment);
    let mut report = report(context, element, wrapper, earlier);
    (report.planned, report.actual) = spans(&details.dates);
    report.status_as_published = status_as_published;
    report.last_updated = last_updated;
    report.transactions = u32::try_from(details.transactions.len()).unwrap_or(u32::MAX);
    let programme = Programme {
        kind: ProgrammeKind::Activity,
        pillar: Pillar::Development,
        donor: None,
        parent,
        ordinal: None,
        title,
        aliases: Vec::new(),
        period,
        extended_until: None,
        status,
        recipients,
        participations: participations(context, element),
        budgets: money::budgets(context, element, &id),
        sites: Vec::new(),
        sectors: division::sectors(context, element),
        regions,
        report: Some(Box::new(report)),
        provenance: context.provenance(element),
        id,
    };
    Entry { record: Record::Programme(programme), details: Some(Box::new(details)), updated }
}

fn title(context: &mut Context<'_>, element: Element<'_>, id: &ProgrammeId) -> Text {
    if let Some(title) = context.texts(element.all("title")) {
        let line = |(language, form): (Language, &str)| (language, collapsed(form));
        if let Some(title) = Text::of(title.forms().map(line)) {
            return title;
        }
    }
    let message = "the activity has no title; its identifier is used instead";
    context.warn(ProblemCode::NoTitle, element, "title", None, message);
    Text::of([(Language::UND, id.to_string())]).unwrap_or_else(Text::untitled)
}

/// Reads all dates and the resulting period. Actual dates take precedence over planned ones.
fn dates(context: &mut Context<'_>, element: Element<'_>) -> (Vec<ActivityDate>, Period) {
    let mut dates = Vec::new();
    for one in element.all("activity-date") {
        let r#type = one.get("type").unwrap_or_default();
        if r#type.is_empty() {
            let message = "the date has no type, so its meaning is unknown";
            context.warn(ProblemCode::NoCode, one, "activity-date/@type", None, message);
        }
        let note = if one.get("iso-date").is_some() { context.text(one) } else { None };
        dates.push(ActivityDate { r#type: r#type.to_owned(), date: context.date(one), note });
    }
    let (planned, actual) = spans(&dates);
    let period = Period { start: actual.start.or(planned.start), end: actual.end.or(planned.end) };
    context.is_in_order(element, "activity-date", period);
    (dates, period)
}

/// Returns the planned and the actual period.
fn spans(dates: &[ActivityDate]) -> (Period, Period) {
    let of = |code: &str| dates.iter().filter(|d| d.r#type == code).find_map(|d| d.date);
    let span = |start, end| Period { start: of(start), end: of(end) };
    (span("1", "3"), span("2", "4"))
}

fn status(
    context: &mut Context<'_>,
    element: Element<'_>,
) -> (Option<ProgrammeStatus>, Option<String>) {
    use ProgrammeStatus as S;
    let Some(one) = element.first("activity-status") else { return (None, None) };
    let Some(code) = context.coded(one, Codelist::ActivityStatus) else { return (None, None) };
    let status = match &*code {
        "1" => S::Planned,
        "2" => S::Active,
        "3" => S::Ended,
        "4" => S::Closed,
        "5" => S::Cancelled,
        "6" => S::Suspended,
        _ => return (None, Some(code.into_owned())),
    };
    (Some(status), None)
}

/// IATI `OtherIdentifierType` code of the reporter's previous identifier.
const PREVIOUS_REPORTER: &str = "B1";

fn report(
    context: &mut Context<'_>,
    element: Element<'_>,
    wrapper: &Wrapper,
    earlier: &mut Earlier,
) -> Report {
    let reporter = element.first("reporting-org");
    let agency = reporter.and_then(|org| context.organisation(org));
    if let Some(agency) = &agency {
        context.mentions.reports(agency);
        // The previous identifier of a reporter denotes the same organisation.
        let before = other_identifiers(element).into_iter();
        let before = before.filter(|other| other.r#type.as_deref() == Some(PREVIOUS_REPORTER));
        for before in before.filter(|other| !personal::is_left_out(&other.identifier)) {
            let origin = context.origin(element);
            earlier.note(agency, &before.identifier, &context.id, &origin);
        }
    }
    let standard = element.owned("version").or_else(|| wrapper.version.clone());
    let hierarchy = hierarchy(context, element, standard.as_deref());
    Report {
        standard,
        reporter: agency,
        secondary: reporter
            .is_some_and(|org| context.flag(org, "secondary-reporter") == Some(true)),
        humanitarian: context.flag(element, "humanitarian"),
        hierarchy,
        planned: Period::default(),
        actual: Period::default(),
        last_updated: None,
        language: Some(context.language).filter(|language| *language != Language::UND),
        currency: context.currency,
        status_as_published: None,
        scope: context.code(element, "activity-scope", Codelist::ActivityScope),
        collaboration_type: context.code(
            element,
            "collaboration-type",
            Codelist::CollaborationType,
        ),
        flow_type: context.code(element, "default-flow-type", Codelist::FlowType),
        finance_type: context.code(element, "default-finance-type", Codelist::FinanceType),
        aid_types: context.aid_types(element, "default-aid-type"),
        tied_status: context.code(element, "default-tied-status", Codelist::TiedStatus),
        capital_spend: element.first("capital-spend").and_then(|spend| context.percentage(spend)),
        policy_markers: policy_markers(context, element),
        tags: tags(context, element),
        humanitarian_scopes: humanitarian_scopes(context, element),
        transactions: 0,
    }
}

/// Reads the hierarchy level of an activity. Since 2.01 a missing level means 1; before, it is unknown. Source: IATI
/// Standard 2.01, `iati-activity/@hierarchy`.
fn hierarchy(
    context: &mut Context<'_>,
    element: Element<'_>,
    standard: Option<&str>,
) -> Option<u32> {
    let Some(text) = element.get("hierarchy") else {
        return standard.is_some_and(|version| version.starts_with('2')).then_some(1);
    };
    let level = parsing::whole(text);
    if level.is_none() {
        let message = "not a readable whole number";
        context.warn(ProblemCode::UnreadableNumber, element, "@hierarchy", Some(text), message);
    }
    level
}

fn policy_markers(context: &mut Context<'_>, element: Element<'_>) -> Vec<PolicyMarker> {
    let mut markers = Vec::new();
    for marker in element.all("policy-marker") {
        let Some(code) = context.required_code(marker) else { continue };
        markers.push(PolicyMarker {
            vocabulary: marker.owned("vocabulary"),
            code,
            significance: marker.owned("significance"),
            name: context.text(marker),
            origin: context.origin(marker),
        });
    }
    markers
}

fn tags(context: &mut Context<'_>, element: Element<'_>) -> Vec<Tag> {
    let mut tags = Vec::new();
    for tag in element.all("tag") {
        let Some(code) = context.required_code(tag) else { continue };
        let vocabulary = tag.owned("vocabulary");
        tags.push(Tag { vocabulary, code, name: context.text(tag), origin: context.origin(tag) });
    }
    tags
}

fn humanitarian_scopes(
    context: &mut Context<'_>,
    element: Element<'_>,
) -> Vec<HumanitarianScopeMark> {
    let mut scopes = Vec::new();
    for scope in element.all("humanitarian-scope") {
        let Some(code) = context.required_code(scope) else { continue };
        scopes.push(HumanitarianScopeMark {
            r#type: scope.owned("type"),
            vocabulary: scope.owned("vocabulary"),
            code,
            name: context.text(scope),
            origin: context.origin(scope),
        });
    }
    scopes
}

fn details(
    context: &mut Context<'_>,
    element: Element<'_>,
    id: &ProgrammeId,
    dates: Vec<ActivityDate>,
) -> Details {
    Details {
        descriptions: descriptions(context, element),
        other_identifiers: other_identifiers(element),
        dates,
        related: related(context, element),
        places: detail::places(context, element),
        planned_disbursements: money::planned_disbursements(context, element),
        transactions: money::transactions(context, element, id),
        documents: detail::documents(context, element),
        results: detail::results(context, element),
        conditions: detail::conditions(context, element),
        budget_items: detail::budget_items(context, element),
    }
}

/// Reads the descriptions. IATI 1.x repeats the element for each language.
fn descriptions(context: &mut Context<'_>, element: Element<'_>) -> Vec<Description> {
    let mut descriptions = Vec::new();
    let bare = |e: &Element<'_>| e.first("narrative").is_none();
    let mut types: Vec<Option<&str>> = Vec::new();
    for one in element.all("description") {
        let r#type = one.get("type");
        let text = if bare(&one) {
            if types.contains(&r#type) {
                continue;
            }
            types.push(r#type);
            let same = |e: &Element<'_>| bare(e) && e.get("type") == r#type;
            context.texts(element.all("description").filter(same))
        } else {
            context.text(one)
        };
        if let Some(text) = text {
            let r#type = r#type.map(str::to_owned);
            descriptions.push(Description { r#type, text, origin: context.origin(one) });
        }
    }
    descriptions
}

fn other_identifiers(element: Element<'_>) -> Vec<OtherIdentifier> {
    let read = |one: Element<'_>| {
        // Until 1.05 the identifier is the text, and attributes name its owner.
        let text = collapsed(&one.text());
        let identifier = one.owned("ref").or_else(|| Some(text).filter(|text| !text.is_empty()))?;
        let owner = one.first("owner-org").and_then(|owner| owner.owned("ref"));
        let owner = owner.or_else(|| one.owned("owner-ref"));
        Some(OtherIdentifier { identifier, r#type: one.owned("type"), owner })
    };
    element.all("other-identifier").filter_map(read).collect()
}

fn related(context: &mut Context<'_>, element: Element<'_>) -> Vec<RelatedActivity> {
    let mut related = Vec::new();
    for one in element.all("related-activity") {
        let Some(identifier) = one.get("ref").map(collapsed) else {
            let message = "a related activity has no reference";
            context.warn(ProblemCode::NoCode, one, "related-activity/@ref", None, message);
            continue;
        };
        related.push(RelatedActivity { identifier, r#type: one.owned("type") });
    }
    related
}
