//! Names that organisations of many countries share: ministries, municipalities, national societies.
//!
//! `Ministry of Health` names another organisation in each country, so such a name alone joins mentions only within one
//! country. A country (`Ministry of Health of Mali`) or any other specific word makes the name unique.

use crate::model::country;
use crate::model::text::words;

/// Words that many organisation names share, folded. A name of only such words is generic. Languages: English, French,
/// Spanish, Portuguese, German, Italian, Dutch.
const GENERIC: &str = "\
    a an and the of for in to at de des du la le les el los las del da do dos das di dei della delle y e et und der die das van \
    government governments govt gov gouvernement gouvernements gobierno gobiernos governo governos regierung overheid regering \
    parliament parlement parlamento parlament assembly senate cabinet president presidency presidence presidencia prime minister \
    central centrale centraux local locale locaux locales national nationale nationaux nationales nacional nacionales nacionais \
    nazionale regional regionale regionaux state estado federal public publique publiques publico publica municipal municipality \
    municipalities municipalite municipalites municipio municipios municipalidad municipalidades municipalidade comune comuni commune \
    communes communal gemeinde gemeinden gemeente gemeenten district districts province provinces provincial prefecture county city \
    town village villages community communities comunidad comunidades communaute communautes committee committees comite comites \
    council councils conseil consejo conselho authority authorities autorite autorites autoridad autoridades autoridade autorita \
    administration institution institutions institucion instituicao entity entities other embassy embassies ambassade embajada \
    embaixada botschaft high commission delegation treasury tresor tesoro police policia army armee ejercito customs douane douanes \
    court courts bank banque banco banca office offices bureau department departments departement departements departamento direction \
    direccion direcao directorate general generale agency agencies secretariat recipient beneficiary beneficiaries beneficiaire \
    beneficiaires beneficiario beneficiarios partner partners partenaire partenaires socio socios parceiro parceiros country countries \
    pays pais paises developing donor donors provider third based basee basees ngo ngos ingo ingos nngo ong ongs cso csos cbo cbos \
    non governmental gouvernementale gouvernementales organisation organisations organization organizations organizacion \
    organizaciones organizacao organizacoes civil society societies societe sociedad sociedade societa faith groups group association \
    associations red cross crescent croix croissant rouge cruz roja media luna vermelha croce rossa mezzaluna rotes kreuz rode kruis \
    private prive privee privado privada sector secteur firm firms company companies corporation corporations enterprise enterprises \
    entreprise entreprises empresa empresas contractor contractors consultant consultants supplier suppliers individual individuals \
    university universities universite universites universidad universidades universidade college school schools ecole ecoles escuela \
    escuelas hospital hospitals hopital hopitaux clinic clinics research institute institutes teaching think tank international \
    internationale internationaux internationales internacional internacionales electoral election elections statistics statistical \
    statistique statistiques estadistica revenue tax taxes water electricity energy road roads power health sante salud saude \
    salute education educacion educacao finance finances finanzas planning agriculture environment justice transport labour \
    labor trade industry interior women youth confidential details detail not yet provided un agency various multiple implementing \
    chamber chambers commerce";

/// Types of organisations in the activity's country: local governments, NGOs and firms of partner countries. Source: IATI
/// `OrganisationType`.
const TYPES_AT_HOME: [&str; 3] = ["11", "24", "72"];

/// Returns true if a name means another organisation in each country. `organisation_type` is the published type. `gives` marks
/// the provider of the money: a ministry of foreign affairs that gives belongs to the donor.
pub(super) fn is_of_a_country(name: &str, organisation_type: Option<&str>, gives: bool) -> bool {
    let words = words(name);
    if names_country(&words) {
        return false;
    }
    let is_at_home = !gives && organisation_type.is_some_and(|code| TYPES_AT_HOME.contains(&code));
    let is_ministry = words.iter().any(|word| {
        word.starts_with("minist")
            || word.contains("ministeri")
            || matches!(&**word, "moh" | "mof" | "moe" | "mofa")
    });
    is_at_home || (is_ministry && !(gives && is_of_foreign_affairs(&words))) || is_generic(&words)
}

fn is_generic(words: &[String]) -> bool {
    !words.is_empty()
        && words.iter().all(|word| GENERIC.split_whitespace().any(|generic| generic == word))
}

fn is_of_foreign_affairs(words: &[String]) -> bool {
    const FOREIGN: [&str; 7] = [
        "foreign",
        "etrangeres",
        "exteriores",
        "exterior",
        "auswartiges",
        "esteri",
        "buitenlandse",
    ];
    words.iter().any(|word| FOREIGN.contains(&word.as_str()) || word.as_str() == "mofa")
}

/// Returns true if a name contains a country.
fn names_country(words: &[String]) -> bool {
    (1..=5)
        .any(|length| words.windows(length).any(|part| country::by_name(&part.join(" ")).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generic_names_of_public_bodies_are_recognised() {
        for name in [
            "Ministry of Health",
            "Ministère de la Santé",
            "Ministerio de Economía y Finanzas",
            "Ministério da Saúde",
            "Gesundheitsministerium",
            "Ministero della Salute",
            "Ministerie van Volksgezondheid",
            "Central Bank",
            "Recipient Government",
            "National Red Cross Society",
            "Local NGO",
            "City Council",
            "Department of Health",
        ] {
            assert!(is_of_a_country(name, None, false), "{name}");
        }
        for name in [
            "Ministry of Health of Mali",
            "Government of Luxembourg",
            "Caritas",
            "Danish Red Cross",
            "German Embassy",
            "Department for International Development",
            "Norwegian Refugee Council",
        ] {
            assert!(!is_of_a_country(name, None, false), "{name}");
        }
        assert!(is_of_a_country("Zanaco", Some("72"), false));
        assert!(!is_of_a_country("Ministry for Foreign Affairs", Some("10"), true));
    }
}
