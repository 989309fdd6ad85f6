//! Organisations of which several files tell: one agency for each identifier, whoever mentions it.
//!
//! The rule. Two records are one agency when they have the same identifier, or when one of them says that the other's is
//! its own too: the seed's column `identifiers`, an organisation's own file, a reporter's previous identifier, the DAC's
//! list of channels. Names make nobody one, since they are shared by many. The seed's word counts before a publisher's, and no publisher can make
//! an agency of the seed part of another. What two publishers claim for different agencies is neither's. Who reports or publishes
//! under an identifier in the data is nobody else's by one word: both must say so, or the organisation's own file, which names its
//! reporter.
//!
//! Of what records say the seed weighs most, then a file of the organisation itself, then what others say. It is called what the
//! seed calls it, else what it calls itself, else what most call it (see [`name`]). Every name that is not the main one becomes an
//! alias, so that a search finds the agency by any.

use std::collections::{BTreeMap, BTreeSet};

use super::name;
use crate::model::agency::{Agency, AgencyKind, NameSource, NameUse, Standing};
use crate::model::id::AgencyId;
use crate::model::noun::Record;
use crate::model::text::{Language, Text};

/// The most aliases that an agency keeps.
const MAX_ALIASES: usize = 40;

/// Makes one record of two with one identifier; the first weighs more. Other nouns than agencies keep the first.
pub(super) fn join(first: Record, second: Record) -> Record {
    match (first, second) {
        (Record::Agency(first), Record::Agency(second)) => Record::Agency(agency(first, second)),
        (first, _) => first,
    }
}

/// The identifiers that stand for another agency, by what agencies say of themselves: those of the seed, and all that
/// have other identifiers. No agency of the answer stands for another in turn.
pub(super) fn same(agencies: &[Agency]) -> BTreeMap<AgencyId, AgencyId> {
    let of_seed: BTreeSet<&AgencyId> =
        agencies.iter().filter(|agency| is_seed(agency)).map(|agency| &agency.id).collect();
    let stands = |agency: &&Agency| agency.standing != Standing::Mentioned;
    let publishers: BTreeSet<&str> =
        agencies.iter().filter(stands).map(|agency| agency.id.as_str()).collect();
    let words: BTreeSet<(&str, &str)> = agencies
        .iter()
        .flat_map(|agency| {
            agency.identifiers.iter().map(|other| (agency.id.as_str(), other.as_str()))
        })
        .collect();
    // An organisation's file names who reports it: that is the word of both.
    let is_believed = |agency: &Agency, other: &AgencyId| {
        is_seed(agency)
            || agency.standing == Standing::OwnFile
            || !publishers.contains(other.as_str())
            || words.contains(&(other.as_str(), agency.id.as_str()))
    };
    // Who claims each identifier; `None` when several do.
    let mut claimed: BTreeMap<AgencyId, (bool, Option<&AgencyId>)> = BTreeMap::new();
    for agency in agencies {
        let others = agency.identifiers.iter().filter_map(|other| other.parse::<AgencyId>().ok());
        let others = others.filter(|other| *other != agency.id && !of_seed.contains(other));
        for other in others.filter(|other| is_believed(agency, other)) {
            let claim = (is_seed(agency), Some(&agency.id));
            let held = claimed.entry(other).or_insert(claim);
            match (held.0, claim.0) {
                (false, true) => *held = claim,
                (true, false) => {}
                _ if held.1 != claim.1 => held.1 = None,
                _ => {}
            }
        }
    }
    let parent = |id: &AgencyId| claimed.get(id).and_then(|(_, by)| *by);
    let mut same = BTreeMap::new();
    for id in claimed.keys() {
        let mut seen = BTreeSet::from([id]);
        let mut main = id;
        while let Some(next) = parent(main) {
            main = next;
            if !seen.insert(next) {
                // They claim each other: the first of the circle stands for all.
                let mut at = next;
                while let Some(other) = parent(at).filter(|other| *other != next) {
                    main = main.min(other);
                    at = other;
                }
                break;
            }
        }
        if main != id {
            same.insert(id.clone(), main.clone());
        }
    }
    same
}

/// Whether an organisation tells of itself: then it has more than names.
fn tells_of_itself(agency: &Agency) -> bool {
    !agency.budgets.is_empty() || !agency.documents.is_empty()
}

fn is_seed(agency: &Agency) -> bool {
    agency.provenance.origin.file.starts_with("seed/")
}

/// The uses of a name by a record; those of the seed are its own.
fn name_uses(agency: &Agency) -> Vec<NameUse> {
    let mut uses = agency.name_uses.clone();
    if uses.is_empty() && !is_seed(agency) {
        let form = |(language, name): (Language, &str)| NameUse {
            language,
            name: name.to_owned(),
            source: NameSource::Others,
            times: 1,
        };
        let forms = agency.name.forms().filter(|(_, name)| *name != agency.id.as_str());
        uses.extend(forms.map(form));
    }
    uses
}

/// Chooses the name of an agency that two records tell of, and makes aliases of the other names.
fn rename(main: &mut Agency, other: &Agency) {
    // The seed keeps its name; one in a language that it lacks is added.
    let name = if is_seed(main) { None } else { name::chosen(&main.name_uses) };
    let name = name.unwrap_or_else(|| {
        let own = main.name.forms();
        let forms =
            own.chain(other.name.forms().filter(|(language, _)| *language != Language::UND));
        let forms = forms.map(|(language, form)| (language, form.to_owned()));
        Text::of(forms).unwrap_or_else(|| main.name.clone())
    });
    let forms = [&main.name, &other.name].into_iter().flat_map(Text::forms);
    let forms = forms.map(|(_, form)| form.to_owned()).collect::<Vec<_>>();
    let others = std::mem::take(&mut main.aliases).into_iter().chain(other.aliases.iter().cloned());
    let others = name::by_use(&main.name_uses).chain(forms).chain(others);
    let mut aliases = name::aliases(&name, others);
    // What nothing else is known of is called by its identifier: that is no name of it.
    aliases.retain(|alias| main.acronym.as_ref() != Some(alias) && alias != main.id.as_str());
    aliases.truncate(MAX_ALIASES);
    (main.name, main.aliases) = (name, aliases);
}

fn agency(mut first: Agency, mut second: Agency) -> Agency {
    let second_leads = !is_seed(&first) && tells_of_itself(&second) && !tells_of_itself(&first);
    let id = first.id.clone();
    first.name_uses = name_uses(&first);
    second.name_uses = name_uses(&second);
    if second.id != id {
        name::elsewhere(&mut second.name_uses);
    }
    let (mut main, other) = if second_leads { (second, first) } else { (first, second) };
    for own in [&main.id, &other.id].map(ToString::to_string) {
        if own != id.as_str() && !main.identifiers.contains(&own) {
            main.identifiers.push(own);
        }
    }
    main.id = id;
    name::add(&mut main.name_uses, other.name_uses.clone());
    rename(&mut main, &other);
    for identifier in other.identifiers {
        if identifier != main.id.as_str() && !main.identifiers.contains(&identifier) {
            main.identifiers.push(identifier);
        }
    }
    if main.kind == AgencyKind::Other {
        main.kind = other.kind;
    }
    main.standing = main.standing.max(other.standing);
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
    use crate::ingest::mention::{Mention, Mentions, Scope};
    use crate::model::origin::Origin;

    fn mentioned(name: &str, language: Language, file: &str) -> Record {
        let mut mentions = Mentions::default();
        let name = Text::of([(language, name.to_owned())]).unwrap();
        let reference = Some("XM-DAC-41140");
        let mention = Mention { reference, name: Some(&name), ..Mention::default() };
        mentions.note(&mention, &Scope::default(), || Origin { file: file.into(), line: 1 });
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

    fn agency_of(id: &str, identifiers: &[&str], file: &str) -> Agency {
        let Record::Agency(mut agency) = mentioned(id, Language::EN, file) else { panic!("{id}") };
        agency.id = id.parse().unwrap();
        agency.identifiers = identifiers.iter().map(|other| (*other).to_owned()).collect();
        agency
    }

    fn answer(agencies: &[Agency]) -> Vec<String> {
        same(agencies).into_iter().map(|(id, main)| format!("{id} = {main}")).collect()
    }

    #[test]
    fn an_identifier_that_an_agency_claims_is_that_agency() {
        let chain = [agency_of("c", &["b"], "x.xml"), agency_of("b", &["a"], "x.xml")];
        assert_eq!(answer(&chain), ["a = c", "b = c"]);
        let circle = [agency_of("b", &["c"], "x.xml"), agency_of("c", &["b"], "y.xml")];
        assert_eq!(answer(&circle), ["c = b"]);
    }

    #[test]
    fn what_two_claim_is_neithers_but_for_the_seed() {
        let two = [agency_of("b", &["a"], "x.xml"), agency_of("c", &["a"], "y.xml")];
        assert_eq!(answer(&two), [""; 0]);
        let seed = agency_of("s", &["a"], "seed/agencies.csv");
        assert_eq!(answer(&[two[0].clone(), seed.clone(), two[1].clone()]), ["a = s"]);
        // A publisher cannot make the seed's agency its own.
        assert_eq!(answer(&[seed, agency_of("d", &["s"], "x.xml")]), ["a = s"]);
    }

    #[test]
    fn who_reports_is_nobody_elses_unless_both_say_so() {
        let reporter = |id: &str, identifiers: &[&str]| Agency {
            standing: Standing::Reporter,
            ..agency_of(id, identifiers, "x.xml")
        };
        let taken = [reporter("evil", &["good"]), reporter("good", &[])];
        assert_eq!(answer(&taken), [""; 0]);
        let both = [reporter("new", &["old"]), reporter("old", &["new"])];
        assert_eq!(answer(&both), ["old = new"]);
        let own = Agency { standing: Standing::OwnFile, ..agency_of("new", &["old"], "o.xml") };
        assert_eq!(answer(&[own, reporter("old", &[])]), ["old = new"]);
    }

    #[test]
    fn who_is_joined_keeps_the_identifier_of_the_first_and_the_other_beside_it() {
        let (first, second) =
            (agency_of("new", &["old"], "x.xml"), agency_of("old", &["older"], "y.xml"));
        let joined = agency(first, second);
        assert_eq!(joined.id.as_str(), "new");
        assert_eq!(joined.identifiers, ["old", "older"]);
        assert!(joined.aliases.contains(&"old".to_owned()));
    }
}
