//! Name selection for organisations.
//!
//! Names that the organisation uses for itself come before names that others use. Among others' names the most used comes
//! first, and ties are sorted alphabetically. The choice depends on the uses alone, not on their order.

use std::cmp::Reverse;

use crate::model::agency::{NameSource, NameUse};
use crate::model::text::{Language, Text};

/// Maximum number of uses stored for an organisation.
const MAX_USES: usize = 60;

/// Returns the uses in order of precedence.
fn ranked(uses: &[NameUse]) -> Vec<&NameUse> {
    let mut ranked: Vec<&NameUse> = uses.iter().collect();
    ranked.sort_by_key(|used| {
        (Reverse(used.source), Reverse(used.times), used.name.as_str(), used.language)
    });
    ranked
}

/// Returns the names in order of precedence; names may repeat.
pub(super) fn by_use(uses: &[NameUse]) -> impl Iterator<Item = String> {
    ranked(uses).into_iter().map(|used| used.name.clone())
}

/// Returns the name in its languages, each with the first by precedence. `None` without any use.
///
/// A name without a language stays the only one: others' English must not replace it. An organisation that names itself in
/// a language keeps the names that others give it in further languages.
pub(super) fn chosen(uses: &[NameUse]) -> Option<Text> {
    let ranked = ranked(uses);
    let first = ranked.first()?;
    let is_alone = |used: &NameUse| {
        if first.language == Language::UND {
            used.source == first.source && used.name == first.name && used.language == Language::UND
        } else {
            used.language != Language::UND
        }
    };
    let forms = ranked.iter().filter(|used| is_alone(used));
    Text::of(forms.map(|used| (used.language, used.name.clone())))
}

/// Returns the names that were not chosen, without duplicates.
pub(super) fn aliases(name: &Text, others: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut aliases: Vec<String> = Vec::new();
    for other in others {
        if !name.forms().any(|(_, form)| form == other) && !aliases.contains(&other) {
            aliases.push(other);
        }
    }
    aliases
}

/// Merges uses; counts of the same name from the same source are added.
pub(super) fn add(uses: &mut Vec<NameUse>, more: Vec<NameUse>) {
    for used in more {
        let has_room = uses.len() < MAX_USES;
        let same = uses.iter_mut().find(|other| {
            (other.language, other.source, &other.name) == (used.language, used.source, &used.name)
        });
        match same {
            Some(other) => other.times = other.times.saturating_add(used.times),
            None if has_room => uses.push(used),
            None => {}
        }
    }
}

/// Returns the uses of a record under another identifier; its own names there have lower precedence.
pub(super) fn elsewhere(uses: &mut [NameUse]) {
    for used in uses {
        used.source = match used.source {
            NameSource::OwnFile => NameSource::OwnFileElsewhere,
            NameSource::Itself => NameSource::ItselfElsewhere,
            other => other,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(tag: &str, name: &str, source: NameSource, times: u32) -> NameUse {
        NameUse { language: tag.parse().unwrap(), name: name.to_owned(), source, times }
    }

    #[test]
    fn the_own_name_precedes_the_most_frequent_name() {
        let itself = used("und", "Test bank", NameSource::Itself, 1);
        let others = used("en", "T. B.", NameSource::Others, 90);
        for uses in [vec![itself.clone(), others.clone()], vec![others.clone(), itself]] {
            assert_eq!(chosen(&uses).unwrap().main(), "Test bank");
        }
        let itself = used("fr", "Banque", NameSource::Itself, 1);
        let both = chosen(&[others, itself]).unwrap();
        assert_eq!(both.in_language(Language::FR), Some("Banque"));
        assert_eq!(both.in_language(Language::EN), Some("T. B."));
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn ties_are_resolved_alphabetically() {
        let mut one = vec![used("en", "B", NameSource::Others, 1)];
        let mut two = vec![used("en", "A", NameSource::Others, 1)];
        let (first, second) = (one.clone(), two.clone());
        add(&mut one, second);
        add(&mut two, first);
        assert_eq!(chosen(&one), chosen(&two));
        assert_eq!(chosen(&one).unwrap().main(), "A");
    }
}
