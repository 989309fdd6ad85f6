//! Organisations of which several files tell: one agency for each identifier, whoever mentions it.
//!
//! The rule. Two records are one agency when they have the same identifier; nothing else makes them one, since names are
//! shared by many. Of what they say the seed weighs most, then a file of the organisation itself, then what others call
//! it. Every name that is not the main one becomes an alias, so that a search finds the agency by any.

use crate::model::agency::{Agency, AgencyKind};
use crate::model::noun::Record;
use crate::model::text::Text;

/// The most aliases that an agency keeps.
const MAX_ALIASES: usize = 40;

/// Makes one record of two with one identifier; the first weighs more. Other nouns than agencies keep the first.
pub(super) fn join(first: Record, second: Record) -> Record {
    match (first, second) {
        (Record::Agency(first), Record::Agency(second)) => Record::Agency(agency(first, second)),
        (first, _) => first,
    }
}

/// Whether an organisation tells of itself: then it has more than names.
fn tells_of_itself(agency: &Agency) -> bool {
    !agency.budgets.is_empty() || !agency.documents.is_empty()
}

fn is_seed(agency: &Agency) -> bool {
    agency.provenance.origin.file.starts_with("seed/")
}

fn agency(first: Agency, second: Agency) -> Agency {
    let second_leads = !is_seed(&first) && tells_of_itself(&second) && !tells_of_itself(&first);
    let (mut main, other) = if second_leads { (second, first) } else { (first, second) };
    let languages: Vec<_> = main.name.forms().map(|(language, _)| language).collect();
    // A name in a language that the main record lacks is its name there.
    let forms = main.name.forms().chain(other.name.forms().filter(|(l, _)| !languages.contains(l)));
    let name = Text::of(forms.map(|(language, form)| (language, form.to_owned())));
    for form in other.name.forms().map(|(_, form)| form.to_owned()).chain(other.aliases) {
        let is_known = main.aliases.contains(&form)
            || name.iter().flat_map(Text::forms).any(|(_, known)| known == form)
            || main.acronym.as_ref() == Some(&form);
        if !is_known && main.aliases.len() < MAX_ALIASES {
            main.aliases.push(form);
        }
    }
    if let Some(name) = name {
        main.name = name;
    }
    for identifier in other.identifiers {
        if !main.identifiers.contains(&identifier) {
            main.identifiers.push(identifier);
        }
    }
    if main.kind == AgencyKind::Other {
        main.kind = other.kind;
    }
    main.r#type = main.r#type.or(other.r#type);
    main.acronym = main.acronym.or(other.acronym);
    main.country = main.country.or(other.country);
    main.website = main.website.or(other.website);
    main.budgets.extend(other.budgets);
    main.documents.extend(other.documents);
    main
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::mention::Mentions;
    use crate::model::origin::Origin;
    use crate::model::text::Language;

    fn mentioned(name: &str, language: Language, file: &str) -> Record {
        let mut mentions = Mentions::default();
        let name = Text::of([(language, name.to_owned())]).unwrap();
        mentions.note(Some("XM-DAC-41140"), Some(&name), Some("40"), || Origin {
            file: file.into(),
            line: 1,
        });
        mentions.into_entries().next().unwrap().record
    }

    #[test]
    fn other_names_become_aliases_and_other_languages_names() {
        let joined = [
            mentioned("World Food Programme", Language::EN, "b.xml"),
            mentioned("WFP", Language::EN, "c.xml"),
            mentioned("Programme alimentaire mondial", Language::FR, "d.xml"),
            mentioned("World Food Programme", Language::EN, "e.xml"),
        ]
        .into_iter()
        .reduce(join);
        let Some(Record::Agency(agency)) = joined else { panic!("{joined:?}") };
        assert_eq!(agency.name.main(), "World Food Programme");
        assert_eq!(agency.name.in_language(Language::FR), Some("Programme alimentaire mondial"));
        assert_eq!(agency.aliases, ["WFP"]);
    }
}
