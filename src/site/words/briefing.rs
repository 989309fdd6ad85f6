//! Words of the briefing.

use super::sentence::YearCounts;
use crate::site::language::Language;

super::words! {
    ABOVE = "Briefing", "Dossier";
    WITH = "with", "avec";
    AND = "and", "et";
    TIME = "Timeline", "Chronologie";
    MONEY = "Money by year", "L'argent par année";
    PLACES = "Regions and places", "Régions et lieux";
    CHAIN = "Who does what", "Qui fait quoi";
    NUMBERED = "Sources", "Sources";
    DIPLOMACY = "Diplomacy", "Diplomatie";
    DEVELOPMENT = "Development", "Développement";
    RELIEF = "Humanitarian aid", "Aide humanitaire";
    DEFENCE = "Defence", "Défense";
    BUDGETS = "Programmes, by the first year of their budget", "Programmes, par première année de leur budget";
    RELIEF_BY_YEAR = "Humanitarian aid, by year", "Aide humanitaire, par année";
    NOT_DIVIDED = "not broken down", "non ventilé";
    DONOR_COLUMN = "Donor", "Donateur";
    AGENCY_COLUMN = "Implementing agency", "Organisme d'exécution";
    SECTOR_COLUMN = "Sector", "Secteur";
    NO_PARTNERSHIP = "no partnership recorded", "aucun partenariat enregistré";
    COUNTED = "Counted", "Compté";
    LOWER = "At least", "Au moins";
    UPPER = "At most", "Au plus";
    APPLY = "Apply", "Appliquer";
    BESIDE = "Second country", "Second pays";
    ALONE = "alone", "seul";
    LEVEL = "Level of the budgets", "Niveau des budgets";
    BY_PROGRAMME = "programmes", "programmes";
    BY_PROJECT = "projects", "projets";
    OF_PROJECTS = "Budgets of projects, instead of those of their programmes.", "Budgets des projets, au lieu de ceux de leurs programmes.";
    AS_IMAGE = "As an image", "En image";
    ALL_PILLARS = "all three Ds", "les trois D";
}

/// Numbers of records on the lanes.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::site) struct OnLanes {
    pub(in crate::site) agreements: usize,
    pub(in crate::site) meetings: usize,
    pub(in crate::site) programmes: usize,
    pub(in crate::site) missions: usize,
    /// Records without a date, which are not drawn.
    pub(in crate::site) undated: usize,
}

/// Says what the lanes show.
pub(in crate::site) fn time(language: Language, on_lanes: OnLanes) -> String {
    let OnLanes { agreements, meetings, programmes, missions, undated } = on_lanes;
    match language {
        Language::En => format!(
            "{agreements} agreements, {meetings} meetings, {programmes} programmes and {missions} missions. Extensions are \
             hatched. {undated} records without a date are not drawn; the table lists them."
        ),
        Language::Fr => format!(
            "{agreements} accords, {meetings} rencontres, {programmes} programmes et {missions} missions. Les \
             prolongations sont hachurées. {undated} enregistrements sans date ne sont pas dessinés ; le tableau les cite."
        ),
    }
}

/// Says what the bars show.
pub(in crate::site) fn money(language: Language, years: YearCounts, currency: &str) -> String {
    let YearCounts { stated, unstated, of_items, .. } = years;
    match language {
        Language::En => format!(
            "Amounts in {currency} are stated for {stated} years. In {unstated} years money is mentioned without an amount. \
             In {of_items} hatched years the data holds single items only, without a published total. Budgets stand in their \
             first year, for no source divides them. The two panels are never added."
        ),
        Language::Fr => format!(
            "Des montants en {currency} sont indiqués pour {stated} années. Pour {unstated} années, de l'argent est mentionné \
             sans montant. Pour {of_items} années hachurées, les données n'ont que des éléments isolés, sans total publié. Les \
             budgets figurent dans leur première année, car aucune source ne les répartit. Les deux volets ne s'additionnent \
             jamais."
        ),
    }
}

/// Says what the map shows.
pub(in crate::site) fn places(language: Language, shown: usize, missing: &[&str]) -> String {
    let names = missing.join(", ");
    match (language, missing.is_empty()) {
        (Language::En, true) => format!("{shown} places with coordinates."),
        (Language::En, false) => {
            format!("{shown} places with coordinates. Without coordinates: {names}.")
        }
        (Language::Fr, true) => format!("{shown} lieux avec coordonnées."),
        (Language::Fr, false) => {
            format!("{shown} lieux avec coordonnées. Sans coordonnées : {names}.")
        }
    }
}

/// Says what the streams show.
pub(in crate::site) fn chain(language: Language, counted: &str, rest: &str) -> String {
    match language {
        Language::En => format!(
            "{counted} of budgets count. Grey is the part that no source breaks down by agency: {rest}. Programmes without a \
             stated amount have no width; the table lists them."
        ),
        Language::Fr => format!(
            "{counted} de budgets comptent. Le gris est la part qu'aucune source ne ventile par organisme : {rest}. Les \
             programmes sans montant indiqué n'ont pas de largeur ; le tableau les cite."
        ),
    }
}
