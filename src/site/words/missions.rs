//! Words of the page of missions.

use crate::site::language::Language;

super::words! {
    TITLE = "Missions", "Missions";
    LEAD = "Military, civilian and peace missions, and the people, money and equipment that states contribute. People who served, were announced or were allowed are three measures, never added.",
        "Missions militaires, civiles et de paix, et le personnel, l'argent et l'équipement que les États y apportent. Les personnes déployées, annoncées ou autorisées sont trois mesures, jamais additionnées.";
    ALL_COUNTRIES = "all countries", "tous les pays";
    ALL_KINDS = "all kinds of missions", "tous les types de missions";
    ALL_BODIES = "all sending bodies", "tous les corps d'envoi";
    KIND_OF_MISSION = "Kind of mission", "Type de mission";
    HOST = "Host country", "Pays d'accueil";
    PEOPLE = "People by year", "Effectifs par année";
    PEOPLE_UNIT = "people", "personnes";
    STAGE = "Stage", "Stade";
    WHERE = "Where they are", "Où elles sont";
    WITH_CONTRIBUTIONS = "contributions in the data", "contributions dans les données";
    WITHOUT_CONTRIBUTIONS = "no contribution in the data", "aucune contribution dans les données";
    BODIES = "Sending bodies", "Corps d'envoi";
    ALL_CONTRIBUTIONS = "Contributions", "Contributions";
    MONEY = "Money of its own", "Argent propre";
    NO_MISSION = "No mission in the data has this country and kind.", "Aucune mission des données n'a ce pays et ce type.";
    NO_CONTRIBUTION = "No contribution in the data has these years, this country and this body.",
        "Aucune contribution des données n'a ces années, ce pays et ce corps.";
}

/// Numbers of the dots of people.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::site) struct OnDots {
    /// Contributions with a year.
    pub(in crate::site) drawn: usize,
    /// Those of them without a number of people.
    pub(in crate::site) not_stated: usize,
    /// Contributions without a year.
    pub(in crate::site) undated: usize,
}

/// Says what the dots of one mission show.
pub(in crate::site) fn people_of(language: Language, on_dots: OnDots) -> String {
    let OnDots { drawn, undated, .. } = on_dots;
    match (language, undated) {
        (Language::En, 0) => format!("{drawn} contributions of people."),
        (Language::En, _) => {
            format!("{drawn} contributions of people. Without a year, and not drawn: {undated}.")
        }
        (Language::Fr, 0) => format!("{drawn} contributions en personnel."),
        (Language::Fr, _) => {
            format!("{drawn} contributions en personnel. Sans année, et non dessinées : {undated}.")
        }
    }
}

/// Says what the dots show.
pub(in crate::site) fn people(language: Language, on_dots: OnDots) -> String {
    let OnDots { drawn, not_stated, undated } = on_dots;
    match language {
        Language::En => format!(
            "Contributions of people, each drawn in every year of its period: {drawn}. Without a number, as rings: \
             {not_stated}. Without a year, in the list of contributions only: {undated}. Equal numbers of a year share a \
             mark; no number is added to another."
        ),
        Language::Fr => format!(
            "Contributions en personnel, chacune dessinée pour chaque année de sa période : {drawn}. Sans nombre, en \
             anneaux : {not_stated}. Sans année, dans la seule liste des contributions : {undated}. Les nombres égaux d'une \
             année partagent une marque ; aucun nombre n'est additionné à un autre."
        ),
    }
}

/// Says what the map shows.
pub(in crate::site) fn hosts(language: Language, countries: usize, missing: &[&str]) -> String {
    let names = missing.join(", ");
    match (language, missing.is_empty()) {
        (Language::En, true) => format!("Countries that host missions: {countries}."),
        (Language::En, false) => {
            format!("Countries that host missions: {countries}. Without a stated country: {names}.")
        }
        (Language::Fr, true) => format!("Pays qui accueillent des missions : {countries}."),
        (Language::Fr, false) => {
            format!("Pays qui accueillent des missions : {countries}. Sans pays indiqué : {names}.")
        }
    }
}

/// Says how many missions and contributions match the filter.
pub(in crate::site) fn found(language: Language, missions: u64, contributions: u64) -> String {
    match language {
        Language::En => format!("Missions: {missions}. Contributions: {contributions}."),
        Language::Fr => format!("Missions : {missions}. Contributions : {contributions}."),
    }
}
