//! Sentences with numbers or names in them.

use crate::site::language::Language;

/// Number of years of a drawing by what their sums state.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::site) struct YearCounts {
    /// An amount.
    pub(in crate::site) stated: usize,
    /// Money, but no amount.
    pub(in crate::site) unstated: usize,
    /// Single items, without a published total; these are stated too.
    pub(in crate::site) of_items: usize,
}

/// Says that a list shows only its beginning.
pub(in crate::site) fn first_of(language: Language, shown: usize, total: u64) -> String {
    match language {
        Language::En => format!("The first {shown} of {total}."),
        Language::Fr => format!("Les {shown} premiers sur {total}."),
    }
}

/// Cites a view: title, data version and the day of its build.
pub(in crate::site) fn citation(
    language: Language,
    title: &str,
    version: &str,
    day: Option<&str>,
    address: &str,
) -> String {
    let (built, on) = match (language, day) {
        (Language::En, Some(day)) => (format!(", built on {day}"), "data version"),
        (Language::Fr, Some(day)) => (format!(", établie le {day}"), "version des données"),
        (Language::En, None) => (String::new(), "data version"),
        (Language::Fr, None) => (String::new(), "version des données"),
    };
    let (open, close) = match language {
        Language::En => ("“", "”"),
        Language::Fr => ("« ", " »"),
    };
    format!("aidgraph, {open}{title}{close}, {on} {version}{built}, {address}")
}

/// Names the file and line that a record was read from.
pub(in crate::site) fn origin(language: Language, file: &str, line: u32) -> String {
    match language {
        Language::En => format!("{file}, line {line}"),
        Language::Fr => format!("{file}, ligne {line}"),
    }
}

/// Says that a value of a parameter is left out.
pub(in crate::site) fn ignored(language: Language, name: &str, value: &str) -> String {
    match language {
        Language::En => format!("“{value}” is no value of “{name}”, and is left out."),
        Language::Fr => format!("« {value} » n'est pas une valeur de « {name} » et est ignoré."),
    }
}

/// Says how far published figures of the same amounts differ.
pub(in crate::site) fn bounds(language: Language, lower: &str, upper: Option<&str>) -> String {
    match (language, upper) {
        (Language::En, Some(upper)) => format!("sources differ: {lower} to {upper}"),
        (Language::En, None) => format!("sources differ: from {lower}"),
        (Language::Fr, Some(upper)) => format!("les sources divergent : de {lower} à {upper}"),
        (Language::Fr, None) => format!("les sources divergent : à partir de {lower}"),
    }
}

/// Says how many amounts of a sum are not stated.
pub(in crate::site) fn not_stated(language: Language, amounts: u64) -> String {
    match (language, amounts) {
        (Language::En, 1) => "one amount is not stated".to_owned(),
        (Language::En, _) => format!("{amounts} amounts are not stated"),
        (Language::Fr, 1) => "un montant n'est pas indiqué".to_owned(),
        (Language::Fr, _) => format!("{amounts} montants ne sont pas indiqués"),
    }
}

/// Says how many records cite a publication.
pub(in crate::site) fn rests(language: Language, records: u64) -> String {
    match (language, records) {
        (Language::En, 0) => "No record rests on this publication.".to_owned(),
        (Language::En, 1) => "One record rests on this publication.".to_owned(),
        (Language::En, _) => format!("{records} records rest on this publication."),
        (Language::Fr, 0) => "Aucun enregistrement ne repose sur cette publication.".to_owned(),
        (Language::Fr, 1) => "Un enregistrement repose sur cette publication.".to_owned(),
        (Language::Fr, _) => format!("{records} enregistrements reposent sur cette publication."),
    }
}

/// Says how many records a search found.
pub(in crate::site) fn found(language: Language, records: u64) -> String {
    match (language, records) {
        (Language::En, 0) => "Nothing found.".to_owned(),
        (Language::En, 1) => "One record found.".to_owned(),
        (Language::En, _) => format!("{records} records found."),
        (Language::Fr, 0) => "Rien trouvé.".to_owned(),
        (Language::Fr, 1) => "Un enregistrement trouvé.".to_owned(),
        (Language::Fr, _) => format!("{records} enregistrements trouvés."),
    }
}

/// Says that no record has an identifier.
pub(in crate::site) fn unknown(language: Language, noun: &str, identifier: &str) -> String {
    match language {
        Language::En => format!("No {noun} has the identifier “{identifier}”."),
        Language::Fr => {
            format!("Aucun enregistrement ({noun}) n'a l'identifiant « {identifier} ».")
        }
    }
}

/// Says what a staircase of budgets shows.
pub(in crate::site) fn stairs(language: Language, budgets: usize, left_out: usize) -> String {
    match language {
        Language::En => {
            format!(
                "{budgets} budgets, of which {left_out} do not count: struck through, with the reason."
            )
        }
        Language::Fr => {
            format!("{budgets} budgets, dont {left_out} ne comptent pas : barrés, avec la raison.")
        }
    }
}
