//! Organisations as files mention them: which record a mention means, and what all mentions together say of it.
//!
//! The rule. A reference is the identifier: trimmed, inner white space collapsed, case kept. Without one the name is:
//! folded, its words joined, after `name:`. What official lists know as one organisation is one, by any of its codes and, without a
//! reference, by its whole name there (see [`official`]). Any other two refs, or a ref and a name, are two
//! agencies until somebody says that they are one (see [`organisation`](super::organisation)). Of several names the one
//! mentioned most counts, the others are aliases, and so are the names on the DAC's list of channels.

use std::collections::{BTreeMap, BTreeSet};

use super::official;
use super::sink::Entry;
use crate::model::agency::{Agency, AgencyKind, Standing};
use crate::model::codelist::Codelist;
use crate::model::id::{AgencyId, MAX_ID_BYTES};
use crate::model::origin::{Assertion, Origin, Provenance};
use crate::model::text::{Language, Text, words};

/// The most names of an organisation that one file adds.
const MAX_NAMES: usize = 12;

/// How many organisations are held while a file is read.
const MANY: usize = 50_000;

/// The organisations that a file mentions.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    seen: BTreeMap<AgencyId, Mentioned>,
}

#[derive(Debug)]
struct Mentioned {
    names: BTreeMap<(Language, String), u32>,
    types: BTreeMap<String, u32>,
    kind: Option<AgencyKind>,
    identifiers: BTreeSet<String>,
    standing: Standing,
    origin: Origin,
}

/// The most other identifiers of an organisation that one file adds.
const MAX_IDENTIFIERS: usize = 20;

/// A reference with its white space trimmed and collapsed.
fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The identifier of an organisation that a file mentions; `None` when it gives neither a reference nor a name.
pub(crate) fn identify(reference: Option<&str>, name: Option<&Text>) -> Option<AgencyId> {
    if let Some(id) =
        reference.map(collapsed).and_then(|text| official::identifier(text).parse().ok())
    {
        return Some(id);
    }
    let name = name?;
    if let Some(id) = name.forms().find_map(|(_, form)| official::named(form)) {
        return id.parse().ok();
    }
    let slug = words(name.main()).join("-");
    if slug.is_empty() {
        return None;
    }
    let mut id = format!("name:{slug}");
    let mut end = MAX_ID_BYTES.min(id.len());
    while !id.is_char_boundary(end) {
        end -= 1;
    }
    id.truncate(end);
    id.parse().ok()
}

impl Mentions {
    /// Takes note of a mention, and gives the identifier of the organisation that is meant. `organisation_type` is a
    /// code of IATI `OrganisationType`.
    pub(crate) fn note(
        &mut self,
        reference: Option<&str>,
        name: Option<&Text>,
        organisation_type: Option<&str>,
        origin: impl FnOnce() -> Origin,
    ) -> Option<AgencyId> {
        let id = identify(reference, name)?;
        if !self.seen.contains_key(&id) {
            let first = Mentioned {
                names: BTreeMap::new(),
                types: BTreeMap::new(),
                kind: None,
                identifiers: BTreeSet::new(),
                standing: Standing::Mentioned,
                origin: origin(),
            };
            self.seen.insert(id.clone(), first);
        }
        if let Some(seen) = self.seen.get_mut(&id) {
            for (language, form) in name.iter().flat_map(|name| name.forms()) {
                let key = (language, form.to_owned());
                if seen.names.len() < MAX_NAMES || seen.names.contains_key(&key) {
                    *seen.names.entry(key).or_default() += 1;
                }
            }
            if let Some(code) = organisation_type {
                *seen.types.entry(code.to_owned()).or_default() += 1;
            }
        }
        if let Some(reference) = reference {
            self.also(&id, reference);
        }
        Some(id)
    }

    /// Takes note of another name of an organisation.
    pub(crate) fn also_called(&mut self, id: &AgencyId, language: Language, name: String) {
        if let Some(seen) = self.seen.get_mut(id) {
            let key = (language, name);
            if seen.names.len() < MAX_NAMES || seen.names.contains_key(&key) {
                *seen.names.entry(key).or_default() += 1;
            }
        }
    }

    /// Takes note of another identifier of an organisation.
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

    /// Takes note that an organisation reports activities.
    pub(crate) fn reports(&mut self, id: &AgencyId) {
        if let Some(seen) = self.seen.get_mut(id) {
            seen.standing = Standing::Reporter;
        }
    }

    /// Takes note of what an organisation is, where the file says it in words that are on no list of codes.
    pub(crate) fn classify(&mut self, id: &AgencyId, kind: AgencyKind) {
        if let Some(seen) = self.seen.get_mut(id) {
            seen.kind.get_or_insert(kind);
        }
    }

    /// Whether there are so many that they should be handed on before the file ends; one that is mentioned again is
    /// joined with itself when files are merged.
    pub(crate) fn are_many(&self) -> bool {
        self.seen.len() >= MANY
    }

    /// The organisations as records, in the order of their identifiers.
    pub(crate) fn into_entries(self) -> impl Iterator<Item = Entry> {
        self.seen.into_iter().filter_map(|(id, seen)| seen.into_agency(id)).map(Entry::of)
    }
}

impl Mentioned {
    /// The record; an identifier is never empty, so there always is one.
    fn into_agency(self, id: AgencyId) -> Option<Agency> {
        // The most frequent first; of equals the first in the order of languages and letters.
        let mut names: Vec<_> = self.names.into_iter().collect();
        names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let best = |language: Language| names.iter().find(|((of, _), _)| *of == language);
        let mut languages: Vec<Language> =
            names.iter().map(|((language, _), _)| *language).collect();
        languages.dedup();
        let forms = languages.into_iter().filter_map(best).map(|(form, _)| form.clone());
        let mut forms: Vec<_> = forms.collect();
        if forms.is_empty() {
            forms.push((Language::UND, id.to_string()));
        }
        let name = Text::of(forms)?;
        let is_name = |text: &str| name.forms().any(|(_, form)| form == text);
        let mut aliases: Vec<String> = Vec::new();
        for ((_, text), _) in names {
            if !is_name(&text) && !aliases.contains(&text) {
                aliases.push(text);
            }
        }
        let listed = id
            .as_str()
            .strip_prefix(official::DAC)
            .and_then(|code| Codelist::CrsChannel.name(code));
        for (_, text) in listed.into_iter().flat_map(Text::forms) {
            if !is_name(text) && !aliases.iter().any(|alias| alias == text) {
                aliases.push(text.to_owned());
            }
        }
        let r#type = self.types.into_iter().max_by_key(|(_, count)| *count).map(|(code, _)| code);
        Some(Agency {
            kind: r#type.as_deref().map(agency_kind).or(self.kind).unwrap_or(AgencyKind::Other),
            id,
            name,
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

/// What an organisation is by its IATI `OrganisationType`.
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

    #[test]
    fn a_reference_is_the_identifier_and_a_name_only_without_one() {
        let name = text("fr", "Médecins du Monde");
        let id = |reference, name| identify(reference, name).map(|id| id.to_string());
        assert_eq!(id(Some(" XM-DAC  41140 "), Some(&name)).unwrap(), "XM-DAC 41140");
        assert_eq!(id(Some(" "), Some(&name)).unwrap(), "name:medecins-du-monde");
        assert_eq!(id(Some("41140"), None).unwrap(), "XM-DAC-41140");
        let listed = text("fr", "Médecins Sans Frontières");
        assert_eq!(id(None, Some(&listed)).unwrap(), "XM-DAC-21029");
        assert_eq!(id(Some("XX-1"), Some(&listed)).unwrap(), "XX-1");
        assert_eq!(id(Some("41999"), None).unwrap(), "41999");
        assert_eq!(id(None, None), None);
        assert!(id(None, Some(&text("en", &"long ".repeat(100)))).unwrap().len() <= MAX_ID_BYTES);
    }

    #[test]
    fn the_name_mentioned_most_counts_and_the_others_are_aliases() {
        let mut mentions = Mentions::default();
        let origin = || Origin { file: "a.xml".into(), line: 3 };
        for name in ["W F P", "World Food Programme", "World Food Programme"] {
            mentions.note(Some("XM-DAC-41140"), Some(&text("en", name)), Some("40"), origin);
        }
        let entries: Vec<_> = mentions.into_entries().collect();
        let [Entry { record: crate::model::noun::Record::Agency(agency), .. }] = &entries[..]
        else {
            panic!("{entries:?}")
        };
        assert_eq!(agency.name.main(), "World Food Programme");
        assert_eq!(agency.aliases[0], "W F P");
        assert!(agency.aliases.contains(&"Programme alimentaire mondial".to_owned()), "{agency:?}");
        assert_eq!(agency.kind, AgencyKind::Multilateral);
    }
}
