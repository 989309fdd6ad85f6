//! Organisation records across files: one agency for each identifier.
//!
//! Two records are one agency if they have the same identifier, or if one claims the other's identifier. Claims come from
//! the seed's column `identifiers`, an organisation's own file, a reporter's previous identifier, and the DAC's channel list.
//! Names never join records, since many organisations share them. The seed takes precedence over publishers, and no publisher
//! can make an agency of the seed part of another. An identifier that two publishers claim for different agencies joins neither.
//! An identifier that reports or publishes in the data is joined only if both sides claim it. The organisation's own file, which
//! names its reporter, also suffices. A word that a publisher uses as a reference is the reporter or the agency of the seed
//! that has it as its identifier.
//!
//! Precedence of statements: the seed, then the organisation's own file, then others. The display name comes from the seed,
//! otherwise from the organisation itself, otherwise from most others (see [`name`]). Every other name becomes an alias, so
//! that a search finds the agency by any of them.

use std::collections::{BTreeMap, BTreeSet};

use super::name;
use super::organisation_ref::LOCAL;
use crate::model::agency::{Agency, AgencyKind, NameSource, NameUse, Standing};
use crate::model::id::AgencyId;
use crate::model::noun::Record;
use crate::model::text::{Language, Text};

/// Maximum number of aliases of an agency.
const MAX_ALIASES: usize = 40;

/// Merges two records of one identifier; the first takes precedence. Other nouns than agencies keep the first.
pub(super) fn join(first: Record, second: Record) -> Record {
    match (first, second) {
        (Record::Agency(first), Record::Agency(second)) => Record::Agency(agency(first, second)),
        (first, _) => first,
    }
}

/// Returns the identifiers that resolve to another agency, given the agencies with claims: those of the seed, and all with
/// other identifiers. Resolution is one step: no target is itself an alias.
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
    // An organisation's file names its reporter: that counts as a claim of both.
    let is_believed = |agency: &Agency, other: &AgencyId| {
        is_seed(agency)
            || agency.standing == Standing::OwnFile
            || !publishers.contains(other.as_str())
            || words.contains(&(other.as_str(), agency.id.as_str()))
    };
    // Claimant of each identifier; `None` if there are several.
    let mut claimed: BTreeMap<AgencyId, (bool, Option<&AgencyId>)> = BTreeMap::new();
    let (local, others): (Vec<&Agency>, Vec<&Agency>) =
        agencies.iter().partition(|agency| agency.id.as_str().starts_with(LOCAL));
    for agency in others {
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
                // Circular claims: the first of the circle stands for all.
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
    for agency in local {
        for word in agency.identifiers.iter().filter_map(|word| word.parse::<AgencyId>().ok()) {
            let is_known = of_seed.contains(&word) || publishers.contains(word.as_str());
            let main = same.get(&word).cloned().or_else(|| is_known.then_some(word));
            if let Some(main) = main {
                same.insert(agency.id.clone(), main);
            }
        }
    }
    same
}

/// Returns true if an organisation describes itself: then it has more than names.
fn tells_of_itself(agency: &Agency) -> bool {
    !agency.budgets.is_empty() || !agency.documents.is_empty()
}

fn is_seed(agency: &Agency) -> bool {
    agency.provenance.origin.file.starts_with("seed/")
}

/// Returns the uses of a name by a record; those of the seed count as its own.
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

/// Chooses the name of an agency from two records, and turns the other names into aliases.
fn rename(main: &mut Agency, other: &Agency) {
    // The seed's name has precedence; a name in a language that it lacks is added.
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
    // An identifier used as a placeholder name is no name of the agency.
    let is_acronym = |alias: &str| {
        main.acronym.iter().flat_map(Text::forms).any(|(_, acronym)| acronym == alias)
    };
    aliases.retain(|alias| !is_acronym(alias) && alias != main.id.as_str());
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
    use crate::ingest::organisation_ref::{Mention, MentionScope, Mentions};
    use crate::model::origin::Origin;

    fn mentioned(name: &str, language: Language, file: &str) -> Record {
        let mut mentions = Mentions::default();
        let name = Text::of([(language, name.to_owned())]).unwrap();
        let reference = Some("XM-DAC-41140");
        let mention = Mention { reference, name: Some(&name), ..Mention::default() };
        mentions.note(&mention, &MentionScope::default(), || Origin { file: file.into(), line: 1 });
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
    fn a_claimed_identifier_belongs_to_its_agency() {
        let chain = [agency_of("c", &["b"], "x.xml"), agency_of("b", &["a"], "x.xml")];
        assert_eq!(answer(&chain), ["a = c", "b = c"]);
        let circle = [agency_of("b", &["c"], "x.xml"), agency_of("c", &["b"], "y.xml")];
        assert_eq!(answer(&circle), ["c = b"]);
    }

    #[test]
    fn an_identifier_claimed_twice_belongs_to_none_except_the_seed() {
        let two = [agency_of("b", &["a"], "x.xml"), agency_of("c", &["a"], "y.xml")];
        assert_eq!(answer(&two), [""; 0]);
        let seed = agency_of("s", &["a"], "seed/agencies.csv");
        assert_eq!(answer(&[two[0].clone(), seed.clone(), two[1].clone()]), ["a = s"]);
        // A publisher cannot absorb an agency of the seed.
        assert_eq!(answer(&[seed, agency_of("d", &["s"], "x.xml")]), ["a = s"]);
    }

    #[test]
    fn a_reporter_is_merged_only_by_mutual_claims() {
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
    fn a_name_instead_of_a_reference_resolves_to_its_reporter() {
        let local = |publisher: &str, word: &str| {
            agency_of(&format!("local:{publisher}:{word}"), &[word], "x.xml")
        };
        let mentions = [local("P", "YY"), local("Q", "YY"), local("Q", "ZZ")];
        assert_eq!(answer(&mentions), [""; 0]);
        let reporter = Agency { standing: Standing::Reporter, ..agency_of("YY", &[], "y.xml") };
        let seed = agency_of("s", &["ZZ"], "seed/agencies.csv");
        let all = [&mentions[..], &[reporter, seed]].concat();
        assert_eq!(
            answer(&all),
            ["ZZ = s", "local:P:YY = YY", "local:Q:YY = YY", "local:Q:ZZ = s"]
        );
    }

    #[test]
    fn merged_agencies_keep_the_first_identifier_and_the_others_as_aliases() {
        let (first, second) =
            (agency_of("new", &["old"], "x.xml"), agency_of("old", &["older"], "y.xml"));
        let joined = agency(first, second);
        assert_eq!(joined.id.as_str(), "new");
        assert_eq!(joined.identifiers, ["old", "older"]);
        assert!(joined.aliases.contains(&"old".to_owned()));
    }
}
