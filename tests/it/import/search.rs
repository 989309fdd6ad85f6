//! Search in texts of publishers, in their languages.

use serde_json::Value;

use super::{Sandbox, xml};

fn activity_with_texts(id: &str, language: &str, title: &str, description: &str) -> String {
    let description = format!("<description><narrative>{description}</narrative></description>");
    xml::activity(id, "SE", &description)
        .replace("xml:lang=\"en\"", &format!("xml:lang=\"{language}\""))
        .replace(&format!("Activity {id}"), title)
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let all = [
        activity_with_texts(
            "SE-1",
            "es",
            "Programa de educación rural",
            "La educación primaria y las organizaciones campesinas",
        ),
        activity_with_texts(
            "SE-2",
            "fr",
            "Construction d'écoles",
            "Les réfugiées et les bénéficiaires reçoivent des chèvres",
        ),
        activity_with_texts("SE-3", "zh", "苏丹水和卫生项目", "改善饮用水和卫生设施"),
        activity_with_texts(
            "SE-6",
            "en",
            "Quixotic zebra handling",
            "The purple elephants were carefully trained in zoology.",
        ),
        activity_with_texts("SE-7", "en", "Garden", "Vegetables of Se\u{301}gou, decomposed"),
        activity_with_texts("SE-10", "th", "น้ำสะอาดสำหรับชุมชน", "โครงการ"),
    ];
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    sandbox
}

fn search(sandbox: &Sandbox, text: &str) -> Value {
    let text = serde_json::to_string(text).unwrap();
    sandbox.run_query(&format!(
        "{{ search(text: {text}, kinds: [PROGRAMME], first: 5) {{ edges {{ matched snippet {{ pieces {{ text isMatch }} }} node {{ identifier }} }} }} }}"
    ))["search"]["edges"].clone()
}

#[test]
fn texts_are_found_as_users_type_them() {
    let sandbox = sandbox();
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
        let found = search(&sandbox, text);
        assert_eq!(found[0]["node"]["identifier"], id, "{text}: {found}");
        let pieces = found[0]["snippet"]["pieces"].as_array();
        let marked = pieces.is_some_and(|all| all.iter().any(|piece| piece["isMatch"] == true));
        assert!(marked, "{text}: {found}");
    }
    assert_eq!(search(&sandbox, "\"elephants purple\"").as_array().unwrap().len(), 0);
}

#[test]
fn the_match_is_a_name_unless_the_identifier_was_searched() {
    let sandbox = sandbox();
    assert_eq!(search(&sandbox, "elephants ")[0]["matched"], "Quixotic zebra handling");
    assert_eq!(search(&sandbox, "SE-6")[0]["matched"], "SE-6");
}

#[test]
fn a_rare_language_does_not_outrank_a_better_match() {
    let sandbox = Sandbox::new();
    let mut all: Vec<String> = (0..40)
        .map(|at| {
            activity_with_texts(
                &format!("EN-{at}"),
                "en",
                &format!("Wells number {at}"),
                "Deep wells",
            )
        })
        .collect();
    all.push(activity_with_texts("EN-99", "en", "Radio", "radio radio programme for farmers"));
    all.push(activity_with_texts("FR-1", "fr", "Puits", "Une phrase assez longue dans laquelle le mot radio se trouve une seule fois parmi tant d'autres"));
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    assert_eq!(search(&sandbox, "radio ")[0]["node"]["identifier"], "EN-99");
}

#[test]
fn a_search_is_filtered_by_any_identifier_of_an_agency() {
    let sandbox = Sandbox::new();
    let by = |id: &str, reference: &str| {
        let part = format!("<participating-org ref=\"{reference}\" role=\"4\"/>");
        xml::activity(id, "PP", &part)
    };
    let all = [by("A-1", "41140"), by("A-2", "XM-DAC-966"), by("A-3", "XX-9")];
    sandbox.import(&sandbox.write("a.xml", xml::file(&all)));
    let found = |agency: &str| {
        let data = sandbox.run_query(&format!(
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
