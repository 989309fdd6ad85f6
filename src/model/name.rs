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
            let own = texts(&r.name).into_iter().chain(r.acronym.iter().flat_map(texts));
            let others = r.aliases.iter().chain(&r.identifiers);
            own.chain(others.map(|name| und(name))).collect()
        }
        Record::Location(r) => texts(&r.name),
        Record::Sector(r) => texts(&r.name),
        Record::Programme(r) => {
            texts(&r.title).into_iter().chain(r.aliases.iter().map(|name| und(name))).collect()
        }
        Record::Agreement(r) => texts(&r.title),
        Record::Dialogue(r) => texts(&r.title),
        Record::Mission(r) => {
            texts(&r.name).into_iter().chain(r.acronym.iter().flat_map(texts)).collect()
        }
        Record::MissionContribution(r) => r.purpose.iter().flat_map(texts).collect(),
        Record::TrustFund(r) => texts(&r.name),
        Record::HumanitarianContribution(r) => {
            let flow = r.flow.iter();
            let plans = flow.clone().flat_map(|flow| &flow.plans).map(|plan| und(&plan.name));
            let emergencies = flow.flat_map(|flow| &flow.emergencies).map(|name| und(name));
            texts(&r.crisis).into_iter().chain(plans).chain(emergencies).collect()
        }
        Record::Event(r) => texts(&r.title),
        Record::Gap(r) => texts(&r.missing),
    };
    names.push(und(record.key()));
    names
}

/// Returns further texts of a record. Texts that publishers report of programmes are in their details.
pub fn sentences(record: &Record) -> Vec<(Language, &str)> {
    let texts: [Option<&Text>; 2] = match record {
        Record::Source(r) => {
            return r.publisher.iter().map(|text| (Language::UND, text.as_str())).collect();
        }
        Record::Agreement(r) => [r.place.as_ref(), r.context.as_ref()],
        Record::Dialogue(r) => [r.place.as_ref(), None],
        Record::Mission(r) => [r.mandate.as_ref(), None],
        Record::TrustFund(r) => [r.purpose.as_ref(), None],
        Record::Gap(r) => [r.searched.as_ref(), None],
        Record::HumanitarianContribution(r) => [r.purpose.as_ref(), None],
        _ => [None, None],
    };
    texts.into_iter().flatten().flat_map(Text::forms).collect()
}
