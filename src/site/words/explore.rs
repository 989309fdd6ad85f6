//! Words of the pages that explore a noun.

use super::codes::Worded;
use super::{Words, fact};
use crate::model::code::Code;
use crate::model::humanitarian_contribution::{FlowStatus, HumanitarianChannel, HumanitarianScope};
use crate::model::mission_contribution::{Deployment, MissionContributionKind};
use crate::model::noun::Kind;
use crate::model::programme::{Channel, Pillar, ProgrammeStatus};
use crate::model::transaction::TransactionType;
use crate::read::groups::GroupDimension;
use crate::site::language::Language;

super::words! {
    LEAD = "Filter by what the data says, sort, choose columns, and add up the money by one or two keys. Each view has an address, a table and a query.",
        "Filtrez selon les données, triez, choisissez les colonnes, et additionnez l'argent selon une ou deux clés. Chaque vue a une adresse, un tableau et une requête.";
    CHOICE = "What to show", "Que montrer";
    WORDS = "Words", "Mots";
    SORT = "Sort by", "Trier par";
    BY = "Money by", "L'argent par";
    THEN_BY = "And by", "Et par";
    STACKED = "stacked", "empilé";
    PANELS = "in panels", "en panneaux";
    COLUMNS = "Columns", "Colonnes";
    APPLY = "Show", "Montrer";
    CHOSEN = "Chosen", "Choisi";
    CLEAR = "Remove all", "Tout retirer";
    FILTERS = "Filters", "Filtres";
    MORE = "More values", "Plus de valeurs";
    FEWER = "Fewer values", "Moins de valeurs";
    RECORDS = "Records", "Enregistrements";
    NOTHING = "No record matches. Remove a filter.", "Aucun enregistrement ne correspond. Retirez un filtre.";
    PAGES = "Pages of the list", "Pages de la liste";
    FIRST = "First page", "Première page";
    PREVIOUS = "Previous", "Précédents";
    MONEY = "Money", "Argent";
    DASH = "A dash is no amount in the data.", "Un tiret : aucun montant dans les données.";
    NO_MONEY = "No amount counts in this selection.", "Aucun montant ne compte dans cette sélection.";
    COUNTED = "Counted", "Compté";
    AMOUNTS = "Amounts", "Montants";
    ALL_SUMS = "All sums as a table", "Toutes les sommes en tableau";
    LEFT_OUT = "Left out, with the reasons", "Laissé de côté, avec les raisons";
    BROKEN_DOWN = "How far this money is broken down", "Jusqu'où cet argent est ventilé";
    UNDIVIDED = "not divided", "non ventilé";
    SECTOR_CATEGORY = "Sector", "Secteur";
    PLAN = "Response plan", "Plan de réponse";
    NOUN = "Of what", "De quoi";
}

/// Names an order by its word in the schema.
pub(in crate::site) fn order(word: &str) -> Words {
    let (en, fr) = match word {
        "ID_DESC" => ("identifier, descending", "identifiant, décroissant"),
        "NAME" => ("name", "nom"),
        "NAME_DESC" => ("name, descending", "nom, décroissant"),
        "DATE" => ("date, earliest first", "date, croissante"),
        "DATE_DESC" => ("date, latest first", "date, décroissante"),
        _ => ("identifier", "identifiant"),
    };
    Words { en, fr }
}

/// Names a key of groups.
pub(in crate::site) fn dimension(dimension: GroupDimension) -> Words {
    let (en, fr) = match dimension {
        GroupDimension::Country => ("Country", "Pays"),
        GroupDimension::Region => ("Region", "Région"),
        GroupDimension::Year => ("Year", "Année"),
        GroupDimension::Month => ("Month", "Mois"),
        GroupDimension::Sector => ("Purpose", "Objet"),
        GroupDimension::SectorCategory => ("Sector", "Secteur"),
        GroupDimension::Provider => ("Provider", "Fournisseur"),
        GroupDimension::Receiver => ("Receiver", "Bénéficiaire"),
        GroupDimension::Reporter => ("Reporting agency", "Organisme déclarant"),
        GroupDimension::FundingAgency => ("Funding agency", "Organisme financeur"),
        GroupDimension::AccountableAgency => ("Accountable agency", "Organisme responsable"),
        GroupDimension::ExtendingAgency => ("Extending agency", "Organisme relais"),
        GroupDimension::ImplementingAgency => ("Implementing agency", "Organisme d'exécution"),
        GroupDimension::Channel => ("Channel", "Canal"),
        GroupDimension::Donor => ("Donor", "Donateur"),
        GroupDimension::TransactionType => ("Type of transaction", "Type de transaction"),
        GroupDimension::Pillar => ("Pillar", "Pilier"),
        GroupDimension::Currency => ("Currency as published", "Devise publiée"),
        GroupDimension::FlowType => ("Type of flow", "Type de flux"),
        GroupDimension::FinanceType => ("Type of finance", "Type de financement"),
        GroupDimension::AidType => ("Type of aid", "Type d'aide"),
        GroupDimension::Humanitarian => ("Humanitarian aid", "Aide humanitaire"),
        GroupDimension::Status => ("Status", "État"),
        GroupDimension::Programme => ("Programme", "Programme"),
        GroupDimension::Mission => ("Mission", "Mission"),
        GroupDimension::Kind => ("Kind", "Type"),
        GroupDimension::SendingBody => ("Sending body", "Corps d'envoi"),
        GroupDimension::Deployment => ("Deployment", "Déploiement"),
        GroupDimension::FlowStatus => ("Status of the flow", "État du flux"),
        GroupDimension::Scope => ("Scope", "Portée"),
        GroupDimension::Crisis => ("Crisis", "Crise"),
        GroupDimension::Plan => ("Response plan", "Plan de réponse"),
        GroupDimension::Cluster => ("Cluster", "Groupe sectoriel"),
    };
    Words { en, fr }
}

fn words<T: Worded + Code>(code: &str) -> Option<Words> {
    T::parse(code).ok().map(Worded::words)
}

/// Returns the words of a key of a closed list; `None` if the data names the key.
pub(in crate::site) fn code(kind: Kind, dimension: GroupDimension, code: &str) -> Option<Words> {
    match dimension {
        GroupDimension::TransactionType => words::<TransactionType>(code),
        GroupDimension::Pillar => words::<Pillar>(code),
        GroupDimension::Channel if kind == Kind::HumanitarianContribution => {
            words::<HumanitarianChannel>(code)
        }
        GroupDimension::Channel => words::<Channel>(code),
        GroupDimension::Status => words::<ProgrammeStatus>(code),
        GroupDimension::Kind => words::<MissionContributionKind>(code),
        GroupDimension::Deployment => words::<Deployment>(code),
        GroupDimension::FlowStatus => words::<FlowStatus>(code),
        GroupDimension::Scope => words::<HumanitarianScope>(code),
        GroupDimension::Humanitarian if code == "yes" => Some(fact::YES),
        GroupDimension::Humanitarian if code == "no" => Some(fact::NO),
        _ => None,
    }
}

/// Begins a text with a capital letter.
pub(in crate::site) fn title(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.as_str().chars()).collect()
}

/// Says how many records match.
pub(in crate::site) fn found(language: Language, found: &str, all: &str) -> String {
    match language {
        _ if found == all => match language {
            Language::En => format!("All {all} records."),
            Language::Fr => format!("Tous les {all} enregistrements."),
        },
        Language::En => format!("{found} of {all} records match."),
        Language::Fr => format!("{found} enregistrements sur {all} correspondent."),
    }
}

/// Names the action of a chip.
pub(in crate::site) fn remove(language: Language, name: &str, value: &str) -> String {
    match language {
        Language::En => format!("Remove {name}: {value}"),
        Language::Fr => format!("Retirer {name} : {value}"),
    }
}

/// Says how many records have no value.
pub(in crate::site) fn without(language: Language, records: &str) -> String {
    match language {
        Language::En => format!("{records} without a value"),
        Language::Fr => format!("{records} sans valeur"),
    }
}

/// Says that a table shows a part of a list, in an order.
pub(in crate::site) fn caption(
    language: Language,
    noun: &str,
    rows: usize,
    all: &str,
    order: &str,
) -> String {
    match language {
        Language::En => format!("{}: {rows} of {all}, by {order}", title(noun)),
        Language::Fr => format!("{} : {rows} sur {all}, par {order}", title(noun)),
    }
}

/// Names the link to the next records.
pub(in crate::site) fn next(language: Language, rows: u64) -> String {
    match language {
        Language::En => format!("Next {rows}"),
        Language::Fr => format!("{rows} suivants"),
    }
}

/// Names the last series of a chart.
pub(in crate::site) fn others(language: Language, number: usize) -> String {
    match language {
        Language::En => format!("others ({number})"),
        Language::Fr => format!("autres ({number})"),
    }
}

/// Joins the names of keys: `year and country`.
fn joined(language: Language, names: &[&str]) -> String {
    let and = match language {
        Language::En => " and ",
        Language::Fr => " et ",
    };
    names.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>().join(and)
}

/// Titles the sums.
pub(in crate::site) fn money(language: Language, names: &[&str]) -> String {
    match language {
        Language::En => format!("Money by {}", joined(language, names)),
        Language::Fr => format!("L'argent par {}", joined(language, names)),
    }
}

/// Says that a list is too long for sums.
pub(in crate::site) fn too_many(language: Language, records: &str, limit: &str) -> String {
    match language {
        Language::En => format!(
            "Left out: the sums of {records} records. A view adds up at most {limit}. Choose a filter, or take the sums as a table."
        ),
        Language::Fr => format!(
            "Laissé de côté : les sommes de {records} enregistrements. Une vue en additionne au plus {limit}. Choisissez un filtre, ou prenez les sommes en tableau."
        ),
    }
}

/// Says that a list is too long for the meter.
pub(in crate::site) fn no_meter(language: Language, limit: &str) -> String {
    match language {
        Language::En => format!(
            "Left out: how far this money is broken down. A view measures it for at most {limit} records. Choose a filter."
        ),
        Language::Fr => format!(
            "Laissé de côté : jusqu'où cet argent est ventilé. Une vue le mesure pour au plus {limit} enregistrements. Choisissez un filtre."
        ),
    }
}

/// Figures of the sums that a chart shows.
#[derive(Clone, Debug, Default)]
pub(in crate::site) struct Sums {
    /// Sum of what counts; `None` if nothing does.
    pub(in crate::site) counted: Option<String>,
    /// Number of groups of the view, and of all.
    pub(in crate::site) groups: usize,
    pub(in crate::site) of_groups: u64,
    /// Number of bars, and of those left to the table.
    pub(in crate::site) drawn: (usize, usize),
    /// True if some bars stand for no amount.
    pub(in crate::site) has_gaps: bool,
    /// Number of amounts that are not stated, and of those left out.
    pub(in crate::site) not_stated: u64,
    pub(in crate::site) left_out: u64,
}

/// Says what the bars show, and what they do not.
pub(in crate::site) fn sums(language: Language, names: &[&str], sums: &Sums) -> String {
    let mut sentences = vec![counted(language, names, sums)];
    if sums.of_groups > sums.groups as u64 {
        sentences.push(match language {
            Language::En => {
                format!("These are the {} largest of {} sums.", sums.groups, sums.of_groups)
            }
            Language::Fr => {
                format!("Ce sont les {} plus grandes de {} sommes.", sums.groups, sums.of_groups)
            }
        });
    }
    if sums.drawn.1 > 0 {
        sentences.push(match language {
            Language::En => {
                format!("The {} largest are drawn; the table has the others.", sums.drawn.0)
            }
            Language::Fr => {
                format!(
                    "Les {} plus grandes sont dessinées ; le tableau a les autres.",
                    sums.drawn.0
                )
            }
        });
    }
    if sums.has_gaps {
        sentences.push(DASH.to(language).to_owned());
    }
    sentences.push(absences(language, sums));
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join(" ")
}

fn counted(language: Language, names: &[&str], sums: &Sums) -> String {
    let keys = joined(language, names);
    match (language, &sums.counted) {
        (Language::En, Some(counted)) => {
            format!("{counted} counts, by {keys}, each amount once.")
        }
        (Language::Fr, Some(counted)) => {
            format!("{counted} sont comptés, par {keys}, chaque montant une fois.")
        }
        (Language::En, None) => "No stated amount counts.".to_owned(),
        (Language::Fr, None) => "Aucun montant indiqué ne compte.".to_owned(),
    }
}

fn absences(language: Language, sums: &Sums) -> String {
    let mut parts = Vec::new();
    if sums.not_stated > 0 {
        parts.push(super::sentence::not_stated(language, sums.not_stated));
    }
    match (language, sums.left_out) {
        (_, 0) => {}
        (Language::En, 1) => parts.push("one amount is left out, with its reason".to_owned()),
        (Language::En, number) => {
            parts.push(format!("{number} amounts are left out, with their reasons"));
        }
        (Language::Fr, 1) => {
            parts.push("un montant est laissé de côté, avec sa raison".to_owned());
        }
        (Language::Fr, number) => {
            parts.push(format!("{number} montants sont laissés de côté, avec leurs raisons"));
        }
    }
    if parts.is_empty() { String::new() } else { format!("{}.", title(&parts.join("; "))) }
}

/// Says that a share is below a number.
pub(in crate::site) fn less_than(language: Language, share: &str) -> String {
    match language {
        Language::En => format!("less than {share}"),
        Language::Fr => format!("moins de {share}"),
    }
}

/// Says that a share is above a number.
pub(in crate::site) fn more_than(language: Language, share: &str) -> String {
    match language {
        Language::En => format!("more than {share}"),
        Language::Fr => format!("plus de {share}"),
    }
}

/// Says which share of the money a key does not break down. `whole` consists of money whose key is not stated, and of money
/// for several keys without their shares.
pub(in crate::site) fn broken_down(
    language: Language,
    key: &str,
    whole: Option<String>,
    not_stated: Option<String>,
    has_undivided: bool,
) -> String {
    let Some(whole) = whole else {
        return match language {
            Language::En => format!("All of this money is broken down by {key}."),
            Language::Fr => format!("Tout cet argent est ventilé par {key}."),
        };
    };
    let whole = title(&whole);
    match (language, not_stated, has_undivided) {
        (Language::En, Some(none), true) => format!(
            "{whole} of this money is not broken down by {key}: {none} states none, the rest is for several without shares."
        ),
        (Language::Fr, Some(none), true) => format!(
            "{whole} de cet argent n'est pas ventilé par {key} : {none} n'en indique aucun, le reste est pour plusieurs sans parts."
        ),
        (Language::En, None, _) => format!(
            "{whole} of this money is not broken down by {key}: it is for several, and no source divides it."
        ),
        (Language::Fr, None, _) => format!(
            "{whole} de cet argent n'est pas ventilé par {key} : il est pour plusieurs, et aucune source ne le répartit."
        ),
        (Language::En, ..) => {
            format!("{whole} of this money is not broken down by {key}: no source states it.")
        }
        (Language::Fr, ..) => {
            format!(
                "{whole} de cet argent n'est pas ventilé par {key} : aucune source ne l'indique."
            )
        }
    }
}
