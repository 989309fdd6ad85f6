//! Words of the page of the data itself.

use crate::site::language::Language;

super::words! {
    TITLE = "Data", "Données";
    LEAD = "What is in the data, how it can be asked, what it knows of each year, what is known to be missing, and what became of every row of its files.",
        "Ce que contiennent les données, comment les interroger, ce qu'elles savent de chaque année, ce dont on sait l'absence, et ce qu'est devenue chaque ligne de leurs fichiers.";
    VERSION = "Version", "Version";
    DATA_VERSION = "Data version", "Version des données";
    BUILT = "Built at", "Établie le";
    FILES = "Files", "Fichiers";
    QUESTIONS = "Saved questions", "Questions enregistrées";
    ASK = "Ask, and choose a format", "Poser la question, et choisir un format";
    DICTIONARY = "Dictionary", "Dictionnaire";
    DICTIONARY_LEAD = "Every table with its filters and the meaning of each column.", "Chaque tableau avec ses filtres et le sens de chaque colonne.";
    TABLE = "Table", "Tableau";
    QUESTION = "Question", "Question";
    RECORDS = "Records", "Enregistrements";
    COVERAGE = "Coverage", "Couverture";
    COVERAGE_TITLE = "What the data knows of each year", "Ce que les données savent de chaque année";
    TOTAL = "with a published total", "avec un total publié";
    NOT_FOUND = "looked for, not found", "cherché, non trouvé";
    GAPS = "Known gaps", "Lacunes connues";
    MISSING = "What is missing", "Ce qui manque";
    LEDGER = "Ledger of imports", "Registre des imports";
    LEDGER_LEAD = "Every row of a file is accepted, rejected with a problem, or a duplicate.", "Chaque ligne d'un fichier est acceptée, rejetée avec un problème, ou un doublon.";
    FILE = "File", "Fichier";
    READER = "Reader", "Lecteur";
    READ = "Rows read", "Lignes lues";
    ACCEPTED = "Accepted", "Acceptées";
    REJECTED = "Rejected", "Rejetées";
    DUPLICATE = "Duplicates", "Doublons";
    PROBLEMS = "Problems", "Problèmes";
    NO_PROBLEMS = "No file has a problem.", "Aucun fichier n'a de problème.";
    NO_GAPS = "No gap is recorded. That does not mean that nothing is missing.", "Aucune lacune n'est enregistrée. Cela ne veut pas dire que rien ne manque.";
    LINE = "line", "ligne";
    DIGEST = "Digest (SHA-256)", "Empreinte (SHA-256)";
    ALL_YEARS = "all years", "toutes les années";
}

/// Says what the matrix shows. `cut` is the number of earlier years that it leaves out.
pub(in crate::site) fn coverage(
    language: Language,
    (first, last): (u16, u16),
    cut: usize,
) -> String {
    match language {
        Language::En => {
            let cut = if cut > 0 {
                format!(" {cut} earlier years with records are in the tables.")
            } else {
                String::new()
            };
            format!(
                "{first} to {last}. Filled: a source publishes a total of the year. Hatched: single items only, so that their \
                 sum is no total. A dash: looked for in that year and not found. A dot: not looked for; it is unknown, not zero.{cut}"
            )
        }
        Language::Fr => {
            let cut = if cut > 0 {
                format!(
                    " {cut} années antérieures avec des enregistrements sont dans les tableaux."
                )
            } else {
                String::new()
            };
            format!(
                "{first} à {last}. Plein : une source publie un total de l'année. Hachuré : des éléments seuls, dont la somme \
                 n'est pas un total. Un tiret : cherché pour cette année et non trouvé. Un point : non cherché ; c'est inconnu, pas nul.{cut}"
            )
        }
    }
}

/// Counts records in a cell.
pub(in crate::site) fn records(language: Language, records: u64) -> String {
    match (language, records) {
        (Language::En, 1) => "1 record".to_owned(),
        (Language::En, _) => format!("{records} records"),
        (Language::Fr, 0 | 1) => format!("{records} enregistrement"),
        (Language::Fr, _) => format!("{records} enregistrements"),
    }
}
