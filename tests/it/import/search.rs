//! Search in what publishers say, in the languages that they say it in.

use serde_json::Value;

use super::{Desk, xml};

fn said(id: &str, language: &str, title: &str, description: &str) -> String {
    let description = format!("<description><narrative>{description}</narrative></description>");
    xml::activity(id, "SE", &description)
        .replace("xml:lang=\"en\"", &format!("xml:lang=\"{language}\""))
        .replace(&format!("Activity {id}"), title)
}

fn desk() -> Desk {
    let desk = Desk::new();
    let all = [
        said(
            "SE-1",
            "es",
            "Programa de educación rural",
            "La educación primaria y las organizaciones campesinas",
        ),
        said(
            "SE-2",
            "fr",
            "Construction d'écoles",
            "Les réfugiées et les bénéficiaires reçoivent des chèvres",
        ),
        said("SE-3", "zh", "苏丹水和卫生项目", "改善饮用水和卫生设施"),
        said(
            "SE-6",
            "en",
            "Quixotic zebra handling",
            "The purple elephants were carefully trained in zoology.",
        ),
        said("SE-7", "en", "Garden", "Vegetables of Se\u{301}gou, decomposed"),
        said("SE-10", "th", "น้ำสะอาดสำหรับชุมชน", "โครงการ"),
    ];
    desk.import(&desk.write("a.xml", xml::file(&all)));
    desk
}

fn search(desk: &Desk, text: &str) -> Value {
    let text = serde_json::to_string(text).unwrap();
    desk.ask(&format!(
        "{{ search(text: {text}, kinds: [PROGRAMME], first: 5) {{ edges {{ matched snippet {{ pieces {{ text isMatch }} }} node {{ identifier }} }} }} }}"
    ))["search"]["edges"].clone()
}

#[test]
fn what_is_said_is_found_as_people_type_it() {
    let desk = desk();
    for (text, id) in [
        ("\"purple elephants\"", "SE-6"),
        ("\"elephants were carefully\"", "SE-6"),
        ("\"organizaciones campesinas\"", "SE-1"),
        ("elephnats ", "SE-6"),
        ("réfugié ", "SE-2"),
        ("réfugiées ", "SE-2"),
        ("refugiees ", "SE-2"),
        ("ecole ", "SE-2"),
        ("饮用水", "SE-3"),
        ("卫生", "SE-3"),
        ("สะอาด", "SE-10"),
        ("segou vegetable ", "SE-7"),
    ] {
        let found = search(&desk, text);
        assert_eq!(found[0]["node"]["identifier"], id, "{text}: {found}");
        let pieces = found[0]["snippet"]["pieces"].as_array();
        let marked = pieces.is_some_and(|all| all.iter().any(|piece| piece["isMatch"] == true));
        assert!(marked, "{text}: {found}");
    }
    assert_eq!(search(&desk, "\"elephants purple\"").as_array().unwrap().len(), 0);
}

#[test]
fn what_matched_is_a_name_unless_the_identifier_is_asked_for() {
    let desk = desk();
    assert_eq!(search(&desk, "elephants ")[0]["matched"], "Quixotic zebra handling");
    assert_eq!(search(&desk, "SE-6")[0]["matched"], "SE-6");
}

#[test]
fn a_small_language_does_not_outrank_a_better_fit() {
    let desk = Desk::new();
    let mut all: Vec<String> = (0..40)
        .map(|at| said(&format!("EN-{at}"), "en", &format!("Wells number {at}"), "Deep wells"))
        .collect();
    all.push(said("EN-99", "en", "Radio", "radio radio programme for farmers"));
    all.push(said("FR-1", "fr", "Puits", "Une phrase assez longue dans laquelle le mot radio se trouve une seule fois parmi tant d'autres"));
    desk.import(&desk.write("a.xml", xml::file(&all)));
    assert_eq!(search(&desk, "radio ")[0]["node"]["identifier"], "EN-99");
}

#[test]
fn an_agency_narrows_a_search_by_any_of_its_identifiers() {
    let desk = Desk::new();
    let by = |id: &str, reference: &str| {
        let part = format!("<participating-org ref=\"{reference}\" role=\"4\"/>");
        xml::activity(id, "PP", &part)
    };
    let all = [by("A-1", "41140"), by("A-2", "XM-DAC-966"), by("A-3", "XX-9")];
    desk.import(&desk.write("a.xml", xml::file(&all)));
    let found = |agency: &str| {
        let data = desk.ask(&format!(
            "{{ search(text: \"Activity\", agency: \"{agency}\", kinds: [PROGRAMME], first: 9) {{ edges {{ node {{ identifier }} }} }} }}"
        ));
        let edges = data["search"]["edges"].as_array().unwrap().clone();
        let mut ids: Vec<String> =
            edges.iter().map(|e| e["node"]["identifier"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    for identifier in ["XM-DAC-41140", "XM-DAC-966", "41140"] {
        assert_eq!(found(identifier), ["A-1", "A-2"], "{identifier}");
    }
    assert_eq!(found("XX-9"), ["A-3"]);
}
