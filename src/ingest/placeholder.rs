//! Placeholders for missing values: `N/A`, `unknown`, `0`, `-`, in the languages of publishers.
//!
//! A placeholder identifies neither an organisation nor an activity.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::model::text::{fold, words};

/// Placeholders in English, French, Spanish, Portuguese, German, Italian and Dutch: folded, without spaces and signs.
const PLACEHOLDERS: &str = "\
    na nan nil none null nul nd nc ns nr sd ka nvt void empty blank dummy test example undefined undef missing absent \
    notavailable unavailable notapplicable inapplicable notknown unknown unknow unkown notspecified unspecified \
    notstated notgiven notprovided notreported notset notassigned unassigned unnamed nameless anonymous notdefined \
    notdetermined undetermined notyetknown notyetdetermined notyetdefined notdisclosed undisclosed noname noref noid \
    noreference noidentifier nodata novalue nocode notfound tba tbd tbc tbn tobeadded tobeannounced tobeassigned \
    tobeconfirmed tobedefined tobedetermined tobedecided tobeprovided tobespecified tobeidentified tobenamed \
    pending placeholder other others various multiple several miscellaneous misc generic error ref refna valueerror nameerror \
    sn noidentification withheld namewithheld suppliernamewithheld excluded redacted anonymised anonymized confidential restricted \
    notpublished unpublished notpublic detailsnotyetprovided variousdonors variousrecipients notclassified unclassified unidentified notidentified \
    organisation organization organisationname organizationname orgname orgref organisationidentifier organizationidentifier \
    inconnu inconnue inconnus nonconnu nonconnue nondisponible indisponible nonapplicable sansobjet nonrenseigne \
    nonrenseignee nonprecise nonprecisee nonspecifie nonspecifiee nondefini nondefinie nondetermine nondeterminee aucun aucune \
    neant vide apreciser adefinir adeterminer aconfirmer autre autres divers diverses plusieurs noncommunique nonattribue \
    sansidentifiant sansnom sansreference confidentiel nonpublie \
    desconocido desconocida desconocidos nodisponible noaplica noaplicable noespecificado noespecificada sinespecificar \
    nodefinido sindefinir sindatos sindato sinnombre sinreferencia sincodigo sinidentificador confidencial ninguno ninguna nulo vacio pordefinir \
    pordeterminar porconfirmar poridentificar otro otros otra otras varios varias pendiente noconocido noidentificado \
    desconhecido desconhecida naodisponivel indisponivel naoaplicavel naoseaplica naoespecificado naodefinido naoconhecido \
    nenhum nenhuma semdados semnome semidentificador adefinir adeterminar aconfirmar adesignar outro outros outra outras diversos pendente \
    unbekannt unbekannte unbekannter keine keiner keines keineangabe keineangaben ohneangabe ohneangaben ohne ohnekennung vertraulich \
    nichtverfugbar nichtvorhanden nichtanwendbar nichtzutreffend nichtbekannt nichtangegeben nichtspezifiziert entfallt \
    leer offen zubestimmen zudefinieren nochoffen nochunbekannt sonstige sonstiges andere verschiedene diverse \
    sconosciuto sconosciuta nonnoto nonnota nonapplicabile nonspecificato nonspecificata nondefinito nessuno nessuna nullo \
    vuoto senzaidentificativo riservato dadefinire dadeterminare daconfermare altro altri altre vari \
    onbekend nietbekend nietbeschikbaar nietvantoepassing geen leeg vertrouwelijk nietgespecificeerd nietingevuld nader nadertebepalen \
    tebepalen overig overige anders diversen";

/// Placeholders, keyed by their letters.
fn known() -> &'static BTreeSet<&'static str> {
    static KNOWN: LazyLock<BTreeSet<&'static str>> =
        LazyLock::new(|| PLACEHOLDERS.split_whitespace().collect());
    &KNOWN
}

/// Returns true if a text is a placeholder; case, accents, spaces and signs are ignored. Empty text, signs alone,
/// zeros, four or more nines, and letters `x` are placeholders too.
pub(super) fn is_placeholder(text: &str) -> bool {
    let joined = words(text).concat();
    if joined.is_empty() || is_filler(&joined) {
        // A text without any letter or digit is punctuation, in every script.
        return true;
    }
    known().contains(joined.as_str())
}

/// Returns true if a text repeats one letter or digit and so identifies nothing: `000`, `xxx`, `9999`.
fn is_filler(joined: &str) -> bool {
    let all = |letter: char| joined.chars().all(|c| c == letter);
    // `XX` is a user-assigned country code of ISO 3166-1.
    all('0') || (all('x') && joined.len() != 2) || (joined.len() >= 4 && all('9'))
}

/// Returns true if a reference of the form `GB-COH-…` has a placeholder as its number: `GB-COH-N/A`, `XM-DAC-0`,
/// `US-EIN-00-0000000`, `GB-COH-`.
pub(super) fn lacks_number(reference: &str) -> bool {
    let Some((list, rest)) = reference.split_once(['-', ':', '_']) else { return false };
    let is_letters = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic());
    if !is_letters(list) {
        return false;
    }
    let is_long_word = |text: &str| {
        let joined = words(text).concat();
        fold(text).chars().filter(|c| c.is_alphabetic()).count() >= 3 && is_placeholder(&joined)
    };
    match rest.split_once(['-', ':', '_']) {
        // Two words of letters name a register; its number must follow.
        Some((register, number)) if is_letters(register) => is_placeholder(number),
        // `SE-0` is an agency of Sweden.
        _ => {
            rest.trim().is_empty()
                || is_long_word(rest)
                || words(rest).concat().starts_with("000") && is_placeholder(rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_recognised_in_any_spelling() {
        for text in [
            "N/A",
            "n.a.",
            " NaN ",
            "none",
            "NULL",
            "0",
            "000",
            "-",
            "--",
            "—",
            "?",
            "x",
            "XXX",
            "Unknown",
            "un-known",
            "TBD",
            "To be confirmed",
            "not applicable",
            "Non disponible",
            "INCONNU",
            "desconocido",
            "Não aplicável",
            "unbekannt",
            "keine Angabe",
            "sconosciuto",
            "onbekend",
            "s/d",
            "#N/A",
            "99999",
            "",
            "(unspecified)",
            "Sin identificador",
            "s/n",
            "Excluded",
            "Supplier Name Withheld",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "UNDP",
            "GB-1",
            "9",
            "44000",
            "None Ltd",
            "Nano",
            "1",
            "Xerox",
            "Ministry of Health",
            "世界",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_register_without_a_number_is_not_a_reference() {
        for text in
            ["GB-COH-N/A", "XM-DAC-0", "US-EIN-00-0000000", "GB-COH-", "XX-unknown", "GB-000"]
        {
            assert!(lacks_number(text), "{text}");
        }
        for text in
            ["SE-0", "GB-1", "XM-DAC-22", "GB-CHC-1068839", "CN-GOV", "41AAA", "NL-KVK-00000001"]
        {
            assert!(!lacks_number(text), "{text}");
        }
    }
}
