//! Words of the page of flows.

use super::Words;
use crate::read::flows::FlowScope;
use crate::site::language::Language;

super::words! {
    TITLE = "Money across a boundary", "L'argent qui franchit une limite";
    LEAD = "Money in, within and out of a boundary that you draw around countries, agencies or both. Each payment counts once, even if payer and receiver both report it. The audit shows what a naive addition would count twice, and why.",
        "L'argent qui entre, circule et sort d'une limite tracée autour de pays, d'organismes ou des deux. Chaque versement compte une fois, même si payeur et bénéficiaire le déclarent. L'audit montre ce qu'une addition naïve compterait deux fois, et pourquoi.";
    BOUNDARY = "Boundary", "Limite";
    COUNTRIES_INSIDE = "Countries inside", "Pays à l'intérieur";
    COUNTRIES_HELP = "Codes of two letters, with commas: ML, NE", "Codes de deux lettres, avec des virgules : ML, NE";
    AGENCIES_INSIDE = "Agencies inside", "Organismes à l'intérieur";
    AGENCIES_HELP = "Identifiers, with commas. With countries too, an end lies inside if both apply.",
        "Identifiants, avec des virgules. Avec des pays aussi, une extrémité est à l'intérieur si les deux s'appliquent.";
    SCOPE = "Money", "Argent";
    PERIOD = "Years", "Années";
    PARTNERS = "Partner countries", "Pays partenaires";
    DRAW = "Draw the boundary", "Tracer la limite";
    SUMS = "In, within and out", "Entrées, circulation et sorties";
    DIRECTION = "Direction", "Sens";
    INCOMING = "in", "entrées";
    INTERNAL = "within", "à l'intérieur";
    OUTGOING = "out", "sorties";
    ONCE = "all, each unit once", "tout, chaque unité une fois";
    NET = "counted in less counted out", "entrées moins sorties, comptées";
    NAIVE = "All added up", "Tout additionné";
    ITEMS = "Amounts that count", "Montants comptés";
    BY_YEAR = "By year", "Par année";
    AUDIT = "Audit", "Audit";
    AUDIT_IN = "Audit of what comes in", "Audit des entrées";
    AUDIT_WITHIN = "Audit of what stays within", "Audit de la circulation intérieure";
    AUDIT_OUT = "Audit of what goes out", "Audit des sorties";
    AUDIT_ONCE = "Audit of all money, each unit once", "Audit de tout l'argent, chaque unité une fois";
    LEFT_OUT = "Amounts left out", "Montants écartés";
    REASON = "Reason", "Raison";
    NOTHING_COUNTS = "nothing", "rien";
    NONE_OF_SCOPE = "None of the money that crosses this boundary is of the chosen kind. Another kind may count:",
        "Rien de l'argent qui franchit cette limite n'est du type choisi. Un autre type peut compter :";
    EVERYTHING_COUNTS = "Nothing is left out.", "Rien n'est écarté.";
    NOTHING = "No money in the data crosses this boundary in these years. That is what the data knows, not a zero.",
        "Aucun argent des données ne franchit cette limite dans ces années. C'est ce que savent les données, pas un zéro.";
    EARLIER = "The ten years before", "Les dix années précédentes";
    BOTH_ADDED = "Development and humanitarian money are added up here, because you chose both.",
        "L'aide au développement et l'aide humanitaire sont additionnées ici, car vous avez choisi les deux.";
    LIST = "All transactions of this choice as a table", "Toutes les transactions de ce choix en tableau";
    LIST_RELIEF = "All humanitarian contributions of this choice as a table", "Toutes les contributions humanitaires de ce choix en tableau";
}

/// Names the scope of money.
pub(in crate::site) fn scope(scope: FlowScope) -> Words {
    let (en, fr) = match scope {
        FlowScope::Development => ("development money", "aide au développement"),
        FlowScope::Humanitarian => ("humanitarian money", "aide humanitaire"),
        FlowScope::All => ("both, added up", "les deux, additionnées"),
    };
    Words { en, fr }
}

/// Titles the page with what lies inside.
pub(in crate::site) fn title(language: Language, names: &str) -> String {
    match language {
        Language::En => format!("{}: {names}", TITLE.en),
        Language::Fr => format!("{} : {names}", TITLE.fr),
    }
}

/// Says that no money of some years counts.
pub(in crate::site) fn no_year(language: Language, (first, last): (u16, u16)) -> String {
    match language {
        Language::En => {
            format!("From {first} to {last}, no amount in the data counts across this boundary.")
        }
        Language::Fr => {
            format!("De {first} à {last}, aucun montant des données ne compte pour cette limite.")
        }
    }
}

/// Says what the bars by year show.
pub(in crate::site) fn by_year(
    language: Language,
    (first, last): (u16, u16),
    stated: usize,
    currency: &str,
    (is_cut, empty): (bool, &[&str]),
) -> String {
    let cut = match (language, is_cut) {
        (_, false) => "",
        (Language::En, true) => " Earlier years of the choice are in the sums above.",
        (Language::Fr, true) => {
            " Les années antérieures du choix figurent dans les sommes ci-dessus."
        }
    };
    let none = match (language, empty.is_empty()) {
        (_, true) => String::new(),
        (Language::En, false) => format!(" Nothing in the data: {}.", empty.join(", ")),
        (Language::Fr, false) => format!(" Rien dans les données : {}.", empty.join(", ")),
    };
    match language {
        Language::En => format!(
            "Counted money in {currency}, {first} to {last}; stated figures: {stated}. A ring is a year without a stated \
             amount, not a zero. Each year is audited by itself, so that years need not add up to the sums.{none}{cut}"
        ),
        Language::Fr => format!(
            "Argent compté en {currency}, de {first} à {last} ; chiffres indiqués : {stated}. Un anneau est une année sans \
             montant indiqué, pas un zéro. Chaque année est auditée pour elle-même ; les années ne font donc pas toujours les \
             sommes.{none}{cut}"
        ),
    }
}

/// Says what a waterfall shows.
pub(in crate::site) fn audit(
    language: Language,
    naive: &str,
    counted: &str,
    others: u64,
) -> String {
    match language {
        Language::En => {
            let others = match others {
                0 => String::new(),
                1 => " One amount left out is not stated, or in another currency.".to_owned(),
                _ => {
                    format!(" {others} amounts left out are not stated, or in another currency.")
                }
            };
            format!(
                "Added up naively {naive}, counted {counted}. Each step leads to its amounts.{others}"
            )
        }
        Language::Fr => {
            let others = match others {
                0 => String::new(),
                1 => " Un montant écarté n'est pas indiqué, ou l'est dans une autre devise."
                    .to_owned(),
                _ => format!(
                    " {others} montants écartés ne sont pas indiqués, ou le sont dans une autre devise."
                ),
            };
            format!(
                "Addition naïve {naive}, compté {counted}. Chaque étape mène à ses montants.{others}"
            )
        }
    }
}
