//! Warnings for codes and identifiers of a request that the data does not contain.
//!
//! They are well formed and thus not errors, yet an empty result would suggest that nothing was given. The response names
//! them in `extensions.warnings`, over every transport.

use async_graphql::Value;
use serde_json::json;

use super::execution::prepared::Prepared;
use super::rules::{Rules, TextArgument};
use crate::model::country::CountryCode;
use crate::model::facet::Facet;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::read::reader::Reader;

/// Key of the warnings in the `extensions` of a response.
pub const WARNINGS: &str = "warnings";

/// Maximum number of warnings in one response.
pub(super) const MOST: usize = 20;

/// Vocabulary that a text belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Identifier of a record, or a term indexed in its place.
    Record(Kind),
    /// Term of a facet.
    Term(Facet),
}

/// Returns the warnings of a request against one generation; `None` when there are none.
pub(super) fn warnings(rules: &Rules, prepared: &Prepared, reader: &Reader) -> Option<Value> {
    let (document, variables) = (&prepared.document, &prepared.request.variables);
    let operation = document.operation(prepared.name.as_deref()).ok()?;
    let mut found: Vec<serde_json::Value> = Vec::new();
    rules.texts(&document.parsed, &operation.node, variables, &mut |given| {
        if found.len() < MOST
            && let Some(message) = warning(&given, reader)
        {
            let warning =
                json!({ "message": message, "argument": given.place, "value": given.text });
            if !found.contains(&warning) {
                found.push(warning);
            }
        }
    });
    (!found.is_empty()).then(|| Value::from_json(found.into()).unwrap_or_default())
}

/// Returns the warning for one text, if the data does not contain it.
pub(super) fn warning(given: &TextArgument<'_>, reader: &Reader) -> Option<String> {
    let meaning = meaning(given)?;
    let is_missing = is_well_formed(meaning, given.text) && !is_known(meaning, given.text, reader);
    is_missing.then(|| message(meaning, given))
}

fn meaning(given: &TextArgument<'_>) -> Option<Meaning> {
    match (given.owner, given.field, given.slot) {
        ("Query", _, "identifier" | "code") => look_up(given.field).map(Meaning::Record),
        ("Query", "search", "country" | "donor")
        | (_, "engagement" | "partnerSince", "donor" | "partner")
        | ("FlowBoundary", "", "countries") => Some(Meaning::Record(Kind::Country)),
        ("Query", "search", "sector") => Some(Meaning::Record(Kind::Sector)),
        ("Query", "search", "agency") => Some(Meaning::Record(Kind::Agency)),
        (filter, "", slot) => in_filter(filter.strip_suffix("Filter")?, slot),
        _ => None,
    }
}

/// Returns the noun of a lookup field: `trustFund` finds a `TrustFund`.
fn look_up(field: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.to_string().eq_ignore_ascii_case(field))
}

/// Returns the vocabulary of a filter field; `None` for enums, full texts and numbers.
fn in_filter(noun: &str, slot: &str) -> Option<Meaning> {
    Some(match slot {
        "identifier" => Meaning::Record(look_up(noun)?),
        "country" | "donor" | "contributor" | "recipient" => Meaning::Record(Kind::Country),
        "sector" | "sectorCategory" | "category" => Meaning::Record(Kind::Sector),
        "agency" | "reporter" | "provider" | "receiver" | "participant" | "lead"
        | "sendingBody" | "administrator" | "beneficiary" => Meaning::Record(Kind::Agency),
        "programme" | "parent" => Meaning::Record(Kind::Programme),
        "mission" => Meaning::Record(Kind::Mission),
        "trustFund" => Meaning::Record(Kind::TrustFund),
        "location" | "within" => Meaning::Record(Kind::Location),
        "source" => Meaning::Record(Kind::Source),
        "partOf" => Meaning::Record(Kind::HumanitarianContribution),
        "currency" => Meaning::Term(Facet::Currency),
        "region" => Meaning::Term(Facet::Region),
        "plan" => Meaning::Term(Facet::Plan),
        "file" => Meaning::Term(Facet::File),
        "flowType" => Meaning::Term(Facet::FlowType),
        "financeType" => Meaning::Term(Facet::FinanceType),
        "aidType" => Meaning::Term(Facet::AidType),
        "tiedStatus" => Meaning::Term(Facet::TiedStatus),
        "policyMarker" => Meaning::Term(Facet::PolicyMarker),
        "tag" => Meaning::Term(Facet::Tag),
        _ => return None,
    })
}

/// Returns true if a text is well formed in its vocabulary; a malformed one is an error elsewhere.
fn is_well_formed(meaning: Meaning, text: &str) -> bool {
    match meaning {
        Meaning::Record(Kind::Country) => text.to_uppercase().parse::<CountryCode>().is_ok(),
        Meaning::Term(Facet::Currency) => text.to_uppercase().parse::<Currency>().is_ok(),
        _ => true,
    }
}

fn is_known(meaning: Meaning, text: &str, reader: &Reader) -> bool {
    match meaning {
        Meaning::Record(Kind::Country) => {
            let code = text.to_uppercase();
            let facets = [Facet::Country, Facet::Donor, Facet::SourceCountry];
            reader.has(Kind::Country, &code) || has_any(reader, &facets, &code)
        }
        Meaning::Record(Kind::Sector) => {
            reader.has(Kind::Sector, text)
                || has_any(reader, &[Facet::Sector, Facet::SectorCategory], text)
        }
        Meaning::Record(Kind::Agency) => {
            let facets = [Facet::Agency, Facet::Beneficiary];
            reader.has(Kind::Agency, text) || has_any(reader, &facets, text)
        }
        Meaning::Record(kind) => reader.has(kind, text),
        Meaning::Term(Facet::Currency) => has_any(reader, &[Facet::Currency], &text.to_uppercase()),
        Meaning::Term(facet) => has_any(reader, &[facet], text),
    }
}

fn has_any(reader: &Reader, facets: &[Facet], term: &str) -> bool {
    facets.iter().any(|facet| reader.has_term(*facet, term))
}

fn message(meaning: Meaning, given: &TextArgument<'_>) -> String {
    let (what, then) = match meaning {
        Meaning::Record(Kind::Country) => {
            ("country", "`countries { nodes { code } }` lists the known ones")
        }
        Meaning::Record(Kind::Sector) => {
            ("sector", "`sectors { nodes { code } }` lists the known ones")
        }
        Meaning::Record(Kind::Agency) => {
            ("agency", "`search(text: …, kinds: AGENCY)` finds agencies by name")
        }
        Meaning::Record(_) => ("record", "`search(text: …)` finds records by name"),
        Meaning::Term(Facet::Currency) => ("currency", "no amount uses it; check the code"),
        Meaning::Term(Facet::File) => {
            ("file", "`dataset { sources { name } }` lists the known ones")
        }
        Meaning::Term(_) => ("code", "check the code"),
    };
    format!("the data has no {what} `{}` (`{}`): {then}", given.text, given.place)
}
