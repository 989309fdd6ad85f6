//! Names and texts of records: the input of the search index.

use super::noun::Record;
use super::text::{Language, Text};

/// Returns all names of a record in every language: names, titles, acronyms and aliases, and its identifier last.
pub fn names(record: &Record) -> Vec<(Language, &str)> {
    fn und(text: &str) -> (Language, &str) {
        (Language::UND, text)
    }
    fn texts(text: &Text) -> Vec<(Language, &str)> {
        text.forms().collect()
    }
    let mut names = match record {
        Record::Source(r) => vec![und(&r.title)],
        Record::Country(r) => texts(&r.name),
        Record::Partnership(_) | Record::Transaction(_) | Record::OdaFigure(_) => Vec::new(),
        Record::Agency(r) => {
            let others = r.acronym.iter().chain(&r.aliases).chain(&r.identifiers);
            texts(&r.name).into_iter().chain(others.map(|name| und(name))).collect()
        }
        Record::Location(r) => texts(&r.name),
        Record::Sector(r) => texts(&r.name),
        Record::Programme(r) => {
            texts(&r.title).into_iter().chain(r.aliases.iter().map(|name| und(name))).collect()
        }
        Record::Agreement(r) => texts(&r.title),
        Record::Dialogue(r) => texts(&r.title),
        Record::Mission(r) => {
            texts(&r.name).into_iter().chain(r.acronym.iter().map(|name| und(name))).collect()
        }
        Record::MissionContribution(r) => r.purpose.iter().map(|text| und(text)).collect(),
        Record::TrustFund(r) => texts(&r.name),
        Record::HumanitarianContribution(r) => {
            let flow = r.flow.iter();
            let plans = flow.clone().flat_map(|flow| &flow.plans).map(|plan| und(&plan.name));
            let emergencies = flow.flat_map(|flow| &flow.emergencies).map(|name| und(name));
            std::iter::once(und(&r.crisis)).chain(plans).chain(emergencies).collect()
        }
        Record::Event(r) => texts(&r.title),
    };
    names.push(und(record.key()));
    names
}

/// Returns further texts of a record. Texts that publishers report of programmes are in their details.
pub fn sentences(record: &Record) -> Vec<(Language, &str)> {
    match record {
        Record::HumanitarianContribution(r) => {
            r.purpose.iter().map(|text| (Language::UND, text.as_str())).collect()
        }
        Record::Source(r) => {
            r.publisher.iter().map(|text| (Language::UND, text.as_str())).collect()
        }
        _ => Vec::new(),
    }
}
