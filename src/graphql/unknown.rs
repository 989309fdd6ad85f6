//! Codes and identifiers of a request that nothing in the data goes by.
//!
//! They are well formed, so they are no errors; and yet an answer of "nothing" looks as if nothing had been given. So the
//! answer says which they are, in `extensions.warnings`, over every transport.

use async_graphql::Value;
use serde_json::json;

use super::prepared::Prepared;
use super::rules::{Given, Rules};
use crate::model::country::CountryCode;
use crate::model::facet::Facet;
use crate::model::money::Currency;
use crate::model::noun::Kind;
use crate::read::reader::Reader;

/// The name of the warnings in the `extensions` of an answer.
pub const WARNINGS: &str = "warnings";

/// Warnings that are given, at most.
const MOST: usize = 20;

/// What a text must be known as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// A record of a noun, or what records are found by as if it were.
    Record(Kind),
    /// A term of a facet.
    Term(Facet),
}

/// The warnings of a request that reads one generation.
pub(super) fn warnings(rules: &Rules, prepared: &Prepared, reader: &Reader) -> Option<Value> {
    let mut found: Vec<serde_json::Value> = Vec::new();
    rules.texts(prepared, &mut |given| {
        if let Some(meaning) = meaning(&given)
            && found.len() < MOST
            && is_well_formed(meaning, given.text)
            && !is_known(meaning, given.text, reader)
        {
            let message = message(meaning, &given);
            let warning =
                json!({ "message": message, "argument": given.place, "value": given.text });
            if !found.contains(&warning) {
                found.push(warning);
            }
        }
    });
    (!found.is_empty()).then(|| Value::from_json(found.into()).unwrap_or_default())
}

fn meaning(given: &Given<'_>) -> Option<Meaning> {
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

/// The noun of a look-up: `trustFund` finds a `TrustFund`.
fn look_up(field: &str) -> Option<Kind> {
    Kind::ALL.iter().copied().find(|kind| kind.to_string().eq_ignore_ascii_case(field))
}

/// What a field of a filter holds. What is a word of an enum, a text or a number is none of these.
fn in_filter(noun: &str, slot: &str) -> Option<Meaning> {
    Some(match slot {
        "identifier" => Meaning::Record(look_up(noun)?),
        "country" | "donor" | "contributor" | "recipient" => Meaning::Record(Kind::Country),
        "sector" | "sectorCategory" | "category" => Meaning::Record(Kind::Sector),
        "agency" | "reporter" | "provider" | "receiver" | "participant" | "lead"
        | "sendingBody" | "administrator" => Meaning::Record(Kind::Agency),
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

/// Whether a text can be what it must be known as; what cannot is an error.
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
            reader.has(Kind::Agency, text) || has_any(reader, &[Facet::Agency], text)
        }
        Meaning::Record(kind) => reader.has(kind, text),
        Meaning::Term(Facet::Currency) => has_any(reader, &[Facet::Currency], &text.to_uppercase()),
        Meaning::Term(facet) => has_any(reader, &[facet], text),
    }
}

fn has_any(reader: &Reader, facets: &[Facet], term: &str) -> bool {
    facets.iter().any(|facet| reader.has_term(*facet, term))
}

fn message(meaning: Meaning, given: &Given<'_>) -> String {
    let (what, then) = match meaning {
        Meaning::Record(Kind::Country) => {
            ("country", "`countries { nodes { code } }` lists those that it has")
        }
        Meaning::Record(Kind::Sector) => {
            ("sector", "`sectors { nodes { code } }` lists those that it has")
        }
        Meaning::Record(Kind::Agency) => {
            ("agency", "`search(text: …, kinds: AGENCY)` finds agencies by name")
        }
        Meaning::Record(_) => ("record", "`search(text: …)` finds records by name"),
        Meaning::Term(Facet::Currency) => ("currency", "no amount is in it; check the code"),
        Meaning::Term(Facet::File) => {
            ("file", "`dataset { sources { name } }` lists those that it has")
        }
        Meaning::Term(_) => ("code", "check the code"),
    };
    format!("the data has no {what} `{}` (`{}`): {then}", given.text, given.place)
}
