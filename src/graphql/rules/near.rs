//! Suggestions for misspelt names.

/// Maximum number of suggested names.
const MOST: usize = 3;
/// Maximum number of enum values in an error.
const LISTED: usize = 40;
/// Maximum length of a name that gets suggestions.
const LONGEST: usize = 64;

/// Returns the names most similar to one, the nearest first.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let allowed = (name.chars().count() * 2 / 5).max(1) + 1;
    let mut near: Vec<_> =
        ranked(name, known).into_iter().filter(|(distance, _)| *distance <= allowed).collect();
    near.truncate(MOST);
    near.into_iter().map(|(_, known)| known).collect()
}

fn ranked<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<(usize, &'a str)> {
    if name.chars().count() > LONGEST {
        return Vec::new();
    }
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let name = plain(name);
    let distance = |known: &'a str| {
        let plain = plain(known);
        let distance = strsim::damerau_levenshtein(&name, &plain);
        // A prefix or suffix of a name counts as near as a typo.
        let is_part = name.len() > 3 && (plain.starts_with(&name) || plain.ends_with(&name));
        (if is_part { distance.min(2) } else { distance }, known)
    };
    let mut near: Vec<_> = known.map(distance).collect();
    near.sort_unstable();
    near
}

/// Formats `; did you mean …?`; empty without a suggestion.
pub(super) fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near: Vec<String> = nearest(name, known).iter().map(|name| format!("`{name}`")).collect();
    match near.split_last() {
        None => String::new(),
        Some((only, [])) => format!("; did you mean {only}?"),
        Some((last, others)) => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

/// Lists enum values, the most similar to a word first.
pub(super) fn listed(word: &str, words: &[String]) -> String {
    let mut near: Vec<&str> =
        ranked(word, words.iter().map(String::as_str)).into_iter().map(|(_, word)| word).collect();
    if near.is_empty() {
        near = words.iter().map(String::as_str).collect();
    }
    let more = near.len().saturating_sub(LISTED);
    near.truncate(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", near.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_similar_names_are_suggested() {
        let known = ["programmes", "programme", "agencies", "countries", "label"];
        let near = |name: &str| nearest(name, known.into_iter());
        assert_eq!(near("programes"), ["programmes", "programme"]);
        assert_eq!(near("Countrys"), ["countries"]);
        assert!(near("budget").is_empty());
        assert!(near(&"x".repeat(10_000)).is_empty());
        assert_eq!(hint("agences", known.into_iter()), "; did you mean `agencies`?");
        assert_eq!(hint("zzz", known.into_iter()), "");
    }

    #[test]
    fn words_are_listed_with_the_nearest_first() {
        let words = ["ID", "NAME", "DATE", "DATE_DESC"].map(str::to_owned);
        assert_eq!(listed("date", &words).split(", ").next(), Some("DATE"));
        assert_eq!(listed("NAM", &words).split(", ").next(), Some("NAME"));
        let many: Vec<String> = (0..100).map(|at| format!("WORD_{at}")).collect();
        assert!(listed("W", &many).ends_with("and 60 more"));
    }
}
