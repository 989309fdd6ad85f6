//! Organisation mentions: resolves each mention to an identifier, and collects what a file states about it.
//!
//! Rules, in order:
//! - An identifying reference is the identifier (see [`reference`](super::reference)): trimmed, inner white space
//!   collapsed, case kept.
//! - Codes and names that official lists assign to one organisation identify that organisation. A name counts only without an
//!   identifying reference, and only as a whole (see [`known_organisations`]).
//! - An entry of a publisher's own list, a number or a single word, becomes `local:<publisher>:<entry>`. A reporter's own
//!   word is its identifier.
//! - Any other name is unique within one publisher: `name:<publisher>:<words>`. A name common to many countries (`Ministry of Health`)
//!   is unique within one country of that publisher, and a placeholder within one activity.
//!
//! Any other two mentions are two agencies until an organisation declares them one (see
//! [`organisation`](super::organisation)). The
//! display name is the name that the organisation uses most often for itself, otherwise the one that others use most often.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::known_organisations;
use super::name;
use super::placeholder::is_placeholder;
use super::public_body;
use super::reference::{Reference, classify, collapsed, is_word};
use super::sink::Entry;
use crate::model::agency::{Agency, AgencyKind, NameSource, NameUse, Standing};
use crate::model::codelist::Codelist;
use crate::model::id::{AgencyId, MAX_ID_BYTES};
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::text::{Language, Text, words};

/// Maximum number of names that one file adds to an organisation.
const MAX_NAMES: usize = 12;

/// Maximum number of organisations held while a file is read.
const MANY: usize = 50_000;

/// The organisations that a file mentions.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    seen: BTreeMap<AgencyId, Mentioned>,
}

#[derive(Debug)]
struct Mentioned {
    names: BTreeMap<(Language, String, NameSource), u32>,
    types: BTreeMap<String, u32>,
    kind: Option<AgencyKind>,
    identifiers: BTreeSet<String>,
    standing: Standing,
    origin: Origin,
}

/// Maximum number of other identifiers that one file adds to an organisation.
const MAX_IDENTIFIERS: usize = 20;

/// Beginning of the identifier of an entry of a publisher's own list.
pub(super) const LOCAL: &str = "local:";

/// Publisher of OCHA FTS. Its names come from one register: `name:<words>` without a publisher.
pub(crate) const FTS: &str = "FTS";

/// Scope of a mention: names and own lists are comparable only within it.
#[derive(Clone, Debug, Default)]
pub(crate) struct MentionScope {
    /// Identifier of the file's publisher, or the name of the file where no reference identifies one.
    pub(crate) publisher: String,
    /// Reference that the publisher gives itself, with the identifier that it stands for.
    pub(crate) own: Option<(String, AgencyId)>,
    /// Identifier of the activity or flow.
    pub(crate) activity: String,
    /// Country codes of the activity or the transaction, sorted and joined by `+`; empty for none.
    pub(crate) place: String,
}

/// One mention of an organisation in a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mention<'a> {
    /// Reference as published.
    pub(crate) reference: Option<&'a str>,
    /// Name as published.
    pub(crate) name: Option<&'a Text>,
    /// Organisation type. Source: IATI `OrganisationType`.
    pub(crate) organisation_type: Option<&'a str>,
    /// True if the organisation gives the money.
    pub(crate) gives: bool,
    /// True if the organisation mentions itself, as the reporter of an activity does.
    pub(crate) is_itself: bool,
}

/// The organisation that a mention resolves to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Identifier of the organisation.
    pub(crate) id: AgencyId,
    /// Classification of the reference.
    pub(super) reference: Reference,
    /// True if neither a reference nor a name identifies it: it stands for one position in one activity.
    pub(crate) is_unnamed: bool,
}

/// Escapes a part of an identifier, since a colon separates parts.
fn part(text: &str) -> String {
    text.replace('%', "%25").replace(':', "%3A")
}

/// Limits the length of an identifier; a digest of the whole distinguishes truncated ones.
fn bearable(text: &str) -> Option<AgencyId> {
    if text.len() <= MAX_ID_BYTES {
        return text.parse().ok();
    }
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let digest = u64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default());
    let digest = format!("{digest:016x}");
    let mut end = MAX_ID_BYTES - digest.len() - 1;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default().trim_end();
    format!("{kept}-{digest}").parse().ok()
}

impl MentionScope {
    /// Returns the identifier of a name within this scope; `place` is the country or activity that binds it.
    fn named(&self, place: Option<&str>, slug: &str) -> Option<AgencyId> {
        bearable(&match place {
            Some(place) => format!("name:{}:{}:{slug}", part(&self.publisher), part(place)),
            None if self.publisher == FTS => format!("name:{slug}"),
            None => format!("name:{}:{slug}", part(&self.publisher)),
        })
    }

    /// Returns the identifier of a name that other countries may have too.
    fn in_country(&self, slug: &str) -> Option<AgencyId> {
        self.named(Some(self.place.as_str()).filter(|place| !place.is_empty()), slug)
    }
}

/// Returns the identifier of unidentified organisations in an activity. No agency has it.
pub(crate) fn unnamed(scope: &MentionScope) -> Option<AgencyId> {
    bearable(&format!("unnamed:{}", scope.activity))
}

/// Returns the countries in the form that a scope holds them.
pub(crate) fn place(countries: impl IntoIterator<Item = String>) -> String {
    let codes: BTreeSet<String> =
        countries.into_iter().map(|code| code.trim().to_lowercase()).collect();
    let is_code =
        |code: &String| (1..=8).contains(&code.len()) && code.chars().all(char::is_alphanumeric);
    codes.into_iter().filter(is_code).collect::<Vec<_>>().join("+")
}

/// Returns the name of a mention in identifier form: words joined by hyphens.
fn slug(name: &str) -> String {
    words(name).join("-")
}

/// Resolves a mention to an organisation; `None` if it has neither a reference nor a name.
pub(crate) fn identify(mention: &Mention<'_>, scope: &MentionScope) -> Option<Identity> {
    let mut reference = classify(mention.reference, mention.organisation_type);
    if let Some((own, id)) = &scope.own
        && mention.reference.map(collapsed).as_ref() == Some(own)
    {
        return Some(Identity { id: id.clone(), reference, is_unnamed: false });
    }
    if let Reference::Identifier(word) = &reference
        && let Some(id) = by_acronym(mention, word)
    {
        // The acronym is a name of this organisation, and no identifier of it: others may use the same letters.
        let reference = Reference::Words(word.clone());
        return Some(Identity { id: id.parse().ok()?, reference, is_unnamed: false });
    }
    if let Some(word) = reference.word() {
        if public_body::is_of_a_country(word, None, false) {
            reference = Reference::Kind(None);
        } else if !mention.is_itself {
            reference = Reference::Local(word.to_owned());
        }
    }
    let found = match &reference {
        Reference::Identifier(identifier) => identifier.parse().ok(),
        Reference::Local(entry) => {
            bearable(&format!("{LOCAL}{}:{}", part(&scope.publisher), part(entry)))
        }
        _ => None,
    };
    if let Some(id) = found {
        return Some(Identity { id, reference, is_unnamed: false });
    }
    if let Reference::Identifier(_) | Reference::Local(_) = reference {
        // Longer than any identifier.
        reference = Reference::Placeholder;
    }
    let (id, is_unnamed) = by_name(mention, scope, &reference)?;
    Some(Identity { id, reference, is_unnamed })
}

/// Returns the organisation on an official list whose acronym a reference is, such as `UNDP`, unless a name beside it
/// contradicts that. A reporting organisation identifies itself.
fn by_acronym(mention: &Mention<'_>, reference: &str) -> Option<String> {
    let found = known_organisations::acronym(reference, mention.organisation_type)?;
    let is = |name: &str| {
        let named =
            known_organisations::named(name).or_else(|| known_organisations::acronym(name, None));
        named.as_ref() == Some(&found)
    };
    let fits = mention.name.is_none_or(|name| name.forms().any(|(_, form)| is(form)));
    (fits && !mention.is_itself).then_some(found)
}

/// Returns the identifier of a mention without an identifying reference; the flag is true if it has no name either.
fn by_name(
    mention: &Mention<'_>,
    scope: &MentionScope,
    reference: &Reference,
) -> Option<(AgencyId, bool)> {
    let forms = mention.name.into_iter().flat_map(Text::forms).map(|(_, form)| form);
    let names: Vec<&str> = forms.filter(|form| !is_placeholder(form)).collect();
    let acronym = |name: &&str| known_organisations::acronym(name, mention.organisation_type);
    let listed = names.iter().find_map(|name| known_organisations::named(name));
    if let Some(id) = listed.or_else(|| names.iter().find_map(acronym)) {
        return Some((id.parse().ok()?, false));
    }
    let name = match (names.first(), reference) {
        (Some(name), _) => name,
        (None, Reference::Words(words)) => words.as_str(),
        (None, Reference::Kind(Some(code))) => {
            known_organisations::kind_name(code).map_or(code.as_str(), Text::main)
        }
        (None, Reference::None) if mention.name.is_none() => return None,
        (None, _) => {
            let word = mention.name.map(Text::main).or(mention.reference).map(slug);
            let word = word.filter(|word| !word.is_empty()).unwrap_or_else(|| "unnamed".to_owned());
            return Some((scope.named(Some(&scope.activity), &word)?, true));
        }
    };
    let slug = slug(name);
    let is_bound = known_organisations::is_name_of_kind(name)
        || public_body::is_of_a_country(name, mention.organisation_type, mention.gives);
    let id = if is_bound { scope.in_country(&slug) } else { scope.named(None, &slug) };
    Some((id?, false))
}

impl Mentions {
    /// Records a mention, and returns its organisation; `None` if it has neither a reference nor a name.
    pub(crate) fn note(
        &mut self,
        mention: &Mention<'_>,
        scope: &MentionScope,
        origin: impl FnOnce() -> Origin,
    ) -> Option<Identity> {
        let identity = identify(mention, scope)?;
        let id = &identity.id;
        if !self.seen.contains_key(id) {
            self.seen.insert(id.clone(), Mentioned::at(origin()));
        }
        let source = if mention.is_itself { NameSource::Itself } else { NameSource::Others };
        if let Some(seen) = self.seen.get_mut(id) {
            for (language, form) in mention.name.iter().flat_map(|name| name.forms()) {
                seen.called(language, form, source);
            }
            if let Some(code) = mention.organisation_type {
                *seen.types.entry(code.to_owned()).or_default() += 1;
            }
            // Without a name, the reference becomes the name.
            if seen.names.is_empty() && !matches!(identity.reference, Reference::Identifier(_)) {
                let word = match &identity.reference {
                    Reference::Kind(Some(code)) => {
                        known_organisations::kind_name(code).map(Text::main)
                    }
                    _ => None,
                };
                let word = word.or(mention.reference).or(mention.name.map(Text::main));
                let word = word.map(collapsed).unwrap_or_default();
                if !word.is_empty() {
                    seen.names.insert((Language::UND, word, source), 1);
                }
            }
        }
        match (&identity.reference, mention.reference) {
            (Reference::Identifier(_), Some(reference)) => self.also(&identity.id, reference),
            // A reporter may have the word as its identifier: then it is meant.
            (Reference::Local(entry), _) if is_word(entry) => self.also(&identity.id, entry),
            _ => {}
        }
        Some(identity)
    }

    /// Records another name of an organisation.
    pub(crate) fn also_called(&mut self, id: &AgencyId, language: Language, name: &str) {
        if let Some(seen) = self.seen.get_mut(id) {
            seen.called(language, name, NameSource::Others);
        }
    }

    /// Records another identifier of an organisation, if it is an identifying one.
    pub(crate) fn also(&mut self, id: &AgencyId, reference: &str) {
        let other = collapsed(reference);
        if let Some(seen) = self.seen.get_mut(id)
            && other != id.as_str()
            && other.parse::<AgencyId>().is_ok()
            && seen.identifiers.len() < MAX_IDENTIFIERS
        {
            seen.identifiers.insert(other);
        }
    }

    /// Records another identifier of an organisation that may already have been emitted.
    pub(crate) fn claims(&mut self, id: &AgencyId, reference: &str, origin: &Origin) {
        self.seen.entry(id.clone()).or_insert_with(|| Mentioned::at(origin.clone()));
        self.reports(id);
        self.also(id, reference);
    }

    /// Records that an organisation reports activities.
    pub(crate) fn reports(&mut self, id: &AgencyId) {
        if let Some(seen) = self.seen.get_mut(id) {
            seen.standing = Standing::Reporter;
        }
    }

    /// Records the description of an organisation, for files that give it in words without a code list.
    pub(crate) fn classify(&mut self, id: &AgencyId, kind: AgencyKind) {
        if let Some(seen) = self.seen.get_mut(id) {
            seen.kind.get_or_insert(kind);
        }
    }

    /// Returns true if the organisations should be emitted before the file ends. One that is mentioned again later is merged
    /// with itself when files are merged.
    pub(crate) fn are_many(&self) -> bool {
        self.seen.len() >= MANY
    }

    /// Drains the organisations as records, sorted by identifier.
    pub(crate) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.seen.into_iter().filter_map(|(id, seen)| seen.into_agency(id)).map(Entry::of)
    }
}

impl Mentioned {
    fn at(origin: Origin) -> Self {
        Self {
            names: BTreeMap::new(),
            types: BTreeMap::new(),
            kind: None,
            identifiers: BTreeSet::new(),
            standing: Standing::Mentioned,
            origin,
        }
    }

    /// Counts a name; placeholders are ignored.
    fn called(&mut self, language: Language, name: &str, source: NameSource) {
        let key = (language, name.to_owned(), source);
        if !is_placeholder(name) && (self.names.len() < MAX_NAMES || self.names.contains_key(&key))
        {
            *self.names.entry(key).or_default() += 1;
        }
    }

    /// Builds the record; an identifier is never empty, so there is always one.
    fn into_agency(self, id: AgencyId) -> Option<Agency> {
        let uses = self.names.into_iter().map(|((language, name, source), times)| NameUse {
            language,
            name,
            source,
            times,
        });
        let uses: Vec<NameUse> = uses.collect();
        let name = name::chosen(&uses).or_else(|| Text::of([(Language::UND, id.to_string())]))?;
        let listed = id
            .as_str()
            .strip_prefix(known_organisations::DAC)
            .and_then(|code| Codelist::CrsChannel.name(code));
        let listed = listed.into_iter().flat_map(Text::forms).map(|(_, form)| form.to_owned());
        let aliases = name::aliases(&name, name::by_use(&uses).chain(listed));
        let r#type = self.types.into_iter().max_by_key(|(_, count)| *count).map(|(code, _)| code);
        Some(Agency {
            kind: r#type.as_deref().map(agency_kind).or(self.kind).unwrap_or(AgencyKind::Other),
            id,
            name,
            name_uses: uses,
            acronym: None,
            aliases,
            identifiers: self.identifiers.into_iter().collect(),
            standing: self.standing,
            r#type,
            country: None,
            website: None,
            budgets: Vec::new(),
            documents: Vec::new(),
            provenance: Provenance {
                origin: self.origin,
                assertion: Assertion::Stated,
                citations: Vec::new(),
            },
        })
    }
}

/// Describes an organisation by its IATI `OrganisationType`.
pub(crate) fn agency_kind(code: &str) -> AgencyKind {
    match code {
        "10" | "11" | "15" => AgencyKind::Government,
        "21" | "22" | "23" | "24" => AgencyKind::Ngo,
        "40" => AgencyKind::Multilateral,
        "70" | "71" | "72" | "73" => AgencyKind::Private,
        "80" => AgencyKind::University,
        _ => AgencyKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(language: &str, form: &str) -> Text {
        Text::of([(language.parse().unwrap(), form.to_owned())]).unwrap()
    }

    fn scope(publisher: &str, activity: &str, country: &str) -> MentionScope {
        MentionScope {
            publisher: publisher.to_owned(),
            own: None,
            activity: activity.to_owned(),
            place: place([country.to_owned()]),
        }
    }

    fn id(reference: Option<&str>, name: Option<&Text>, scope: &MentionScope) -> Option<String> {
        let mention = Mention { reference, name, ..Mention::default() };
        identify(&mention, scope).map(|identity| identity.id.to_string())
    }

    #[test]
    fn the_reference_is_the_identifier_otherwise_the_name() {
        let name = text("fr", "Médecins du Monde");
        let place = scope("XX-1", "A-1", "ML");
        let id = |reference, name| id(reference, name, &place);
        assert_eq!(id(Some(" XM-DAC  41140 "), Some(&name)).unwrap(), "XM-DAC 41140");
        for nothing in [" ", "N/A", "22000", "0", "unbekannt"] {
            assert_eq!(id(Some(nothing), Some(&name)).unwrap(), "name:XX-1:medecins-du-monde");
        }
        assert_eq!(id(Some("41140"), None).unwrap(), "XM-DAC-41140");
        let listed = text("fr", "Médecins Sans Frontières");
        assert_eq!(id(None, Some(&listed)).unwrap(), "XM-DAC-21029");
        assert_eq!(id(Some("N/A"), Some(&listed)).unwrap(), "XM-DAC-21029");
        assert_eq!(id(Some("XX-1"), Some(&listed)).unwrap(), "XX-1");
        assert_eq!(id(Some("41999"), None).unwrap(), "local:XX-1:41999");
        assert_eq!(id(None, None), None);
        let [a, b] = ["a", "b"].map(|end| text("en", &format!("{}{end}", "long ".repeat(100))));
        assert!(id(None, Some(&a)).unwrap().len() <= MAX_ID_BYTES);
        assert_ne!(id(None, Some(&a)), id(None, Some(&b)));
    }

    #[test]
    fn names_merge_within_a_publisher_and_generic_names_within_a_country() {
        let (caritas, ministry) = (text("en", "Caritas"), text("en", "Ministry of Health"));
        let (mali, nepal) = (scope("XX-1", "A-1", "ML"), scope("XX-1", "A-2", "NP"));
        let (other, nowhere) = (scope("XX-2", "B-1", "ML"), scope("XX-1", "A-3", ""));
        assert_eq!(id(None, Some(&caritas), &mali), id(None, Some(&caritas), &nepal));
        assert_ne!(id(None, Some(&caritas), &mali), id(None, Some(&caritas), &other));
        let ids = [&mali, &nepal, &other, &nowhere].map(|place| id(None, Some(&ministry), place));
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4, "{ids:?}");
        assert_eq!(id(Some("12001"), None, &mali).unwrap(), "name:XX-1:ml:central-government");
        let unnamed = [&mali, &nepal].map(|place| id(Some("N/A"), None, place));
        assert_ne!(unnamed[0], unnamed[1]);
    }

    #[test]
    fn an_acronym_instead_of_a_reference_claims_nothing() {
        let mut mentions = Mentions::default();
        let scope = scope("XX-1", "A-1", "ML");
        let (union, council) = (text("en", "Union des paysans"), text("en", "Undp Paints"));
        let noted =
            [(None, "40"), (Some(&union), "22"), (Some(&council), "40")].map(|(name, of)| {
                let reference = Some("UNDP");
                let organisation_type = Some(of);
                let mention = Mention { reference, name, organisation_type, ..Mention::default() };
                let origin = || Origin { file: "a.xml".into(), line: 3 };
                mentions.note(&mention, &scope, origin).unwrap().id.to_string()
            });
        assert_eq!(noted, ["XM-DAC-41114", "local:XX-1:UNDP", "local:XX-1:UNDP"]);
        let agencies: Vec<Agency> = mentions
            .into_entries()
            .filter_map(|entry| match entry.record {
                crate::model::noun::Record::Agency(agency) => Some(agency),
                _ => None,
            })
            .collect();
        assert_eq!(agencies.len(), 2);
        assert!(crate::ingest::organisation::same(&agencies).is_empty(), "{agencies:?}");
    }

    #[test]
    fn the_most_frequent_name_counts_and_the_others_are_aliases() {
        let mut mentions = Mentions::default();
        let origin = || Origin { file: "a.xml".into(), line: 3 };
        for name in ["W F P", "World Food Programme", "World Food Programme", "nan", "nan", "nan"] {
            let name = text("en", name);
            let mention = Mention {
                reference: Some("XM-DAC-41140"),
                name: Some(&name),
                organisation_type: Some("40"),
                ..Mention::default()
            };
            mentions.note(&mention, &MentionScope::default(), origin);
        }
        let entries: Vec<_> = mentions.into_entries().collect();
        let [Entry { record: crate::model::noun::Record::Agency(agency), .. }] = &entries[..]
        else {
            panic!("{entries:?}")
        };
        assert_eq!(agency.name.main(), "World Food Programme");
        assert_eq!(agency.aliases[0], "W F P");
        assert!(agency.aliases.contains(&"Programme alimentaire mondial".to_owned()), "{agency:?}");
        assert!(!agency.aliases.contains(&"nan".to_owned()), "{agency:?}");
        assert_eq!(agency.kind, AgencyKind::Multilateral);
    }
}
