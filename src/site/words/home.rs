//! Words of the start page.

use super::Words;
use super::sentence::YearCounts;
use crate::model::noun::Kind;
use crate::site::language::Language;

super::words! {
    LEAD = "Programmes and the agencies that run them, diplomacy and agreements, missions, trust funds, humanitarian aid. Every figure states its source, its currency and its date. What is not stated is unknown, never zero.",
        "Les programmes et les organismes qui les mènent, la diplomatie et les accords, les missions, les fonds fiduciaires, l'aide humanitaire. Chaque chiffre indique sa source, sa devise et sa date. Ce qui n'est pas indiqué est inconnu, jamais zéro.";
    SENTENCE = "What to show", "Que montrer";
    LUXEMBOURG = "Luxembourg", "Le Luxembourg";
    WITH = "with", "avec";
    ALL_PILLARS = "all three Ds", "les trois D";
    IN = "in", "en";
    FROM = "First year", "Première année";
    TO = "Last year", "Dernière année";
    FROM_SHORT = "from", "de";
    TO_SHORT = "to", "à";
    EUROS = "euros", "euros";
    DOLLARS = "US dollars", "dollars américains";
    FRANCS = "CFA francs", "francs CFA";
    AS_PUBLISHED = "the currencies as published", "les devises publiées";
    SHOW = "Show", "Montrer";
    PARTNERS = "Partner countries", "Pays partenaires";
    MONEY = "Humanitarian aid by year", "Aide humanitaire par année";
    CONTENTS = "In the data", "Dans les données";
    SINCE = "The first agreement is of", "Le premier accord date de";
    COVERAGE = "What the data knows of each year, and what is known to be missing", "Ce que les données savent de chaque année, et ce dont on sait l'absence";
    UNDER_WAY = "Programmes in force", "Programmes en vigueur";
    LATEST = "Latest publications", "Dernières publications";
}

/// Names several records of a noun.
pub(in crate::site) fn plural(kind: Kind) -> Words {
    let (en, fr) = match kind {
        Kind::Source => ("publications", "publications"),
        Kind::Country => ("countries", "pays"),
        Kind::Partnership => ("partnerships", "partenariats"),
        Kind::Agency => ("agencies", "organismes"),
        Kind::Location => ("places", "lieux"),
        Kind::Sector => ("sectors", "secteurs"),
        Kind::Programme => ("programmes", "programmes"),
        Kind::Agreement => ("agreements", "accords"),
        Kind::Dialogue => ("dialogues and visits", "dialogues et visites"),
        Kind::Mission => ("missions", "missions"),
        Kind::MissionContribution => ("contributions to missions", "contributions aux missions"),
        Kind::TrustFund => ("trust funds", "fonds fiduciaires"),
        Kind::Transaction => ("transactions", "transactions"),
        Kind::HumanitarianContribution => {
            ("humanitarian contributions", "contributions humanitaires")
        }
        Kind::Event => ("events", "événements"),
        Kind::Gap => ("known gaps", "lacunes connues"),
        Kind::OdaFigure => (
            "figures of official development assistance",
            "chiffres d'aide publique au développement",
        ),
    };
    Words { en, fr }
}

/// Says what the bars show.
pub(in crate::site) fn money(language: Language, years: YearCounts) -> String {
    let YearCounts { stated, of_items, .. } = years;
    match language {
        Language::En => format!(
            "Humanitarian aid of Luxembourg in euros, counted once, for {stated} years. For {of_items} hatched years the data \
             holds single items only: no published total was found. Years without a bar are unknown, not zero."
        ),
        Language::Fr => format!(
            "Aide humanitaire du Luxembourg en euros, comptée une fois, pour {stated} années. Pour {of_items} années hachurées, \
             les données n'ont que des éléments isolés : aucun total publié n'a été trouvé. Les années sans barre sont \
             inconnues, non nulles."
        ),
    }
}

/// Says what the map shows.
pub(in crate::site) fn partners(language: Language, countries: usize) -> String {
    match language {
        Language::En => format!(
            "{countries} countries by the state of their partnership with Luxembourg. Each leads to its briefing."
        ),
        Language::Fr => format!(
            "{countries} pays selon l'état de leur partenariat avec le Luxembourg. Chacun mène à son dossier."
        ),
    }
}
