//! Output of problems as text and JSON.

use aidgraph::ingest::{Checked, report};

use super::seed::Seed;

fn rendered(checked: &Checked, colours: bool) -> String {
    let mut text = String::new();
    report::terminal(checked, colours, &mut text).unwrap();
    text
}

#[test]
fn a_problem_is_formatted_like_a_compiler_error() {
    let checked = Seed::valid().cell("participations", 3, "agency_id", "lu-luxdef").check();
    assert_eq!(
        rendered(&checked, false),
        "\
error[UNKNOWN_ID]: no Agency has the identifier `lu-luxdef`
  --> seed/participations.csv:3:2 (agency_id)
   |
 3 | agency_id = lu-luxdef
   |             ^^^^^^^^^
   = help: did you mean `lu-luxdev`?

25 files, 62 rows: 61 accepted, 1 left out, 0 duplicate; 1 error, no warnings
"
    );
}

#[test]
fn the_id_of_a_row_is_printed() {
    let checked = Seed::valid().cell("programmes", 3, "start", "5.3.2016").check();
    let text = rendered(&checked, false);
    assert!(text.contains("  --> seed/programmes.csv:3:11 (start)\n"), "{text}");
    assert!(text.contains(" 3 | MLI/021: start = 5.3.2016\n"), "{text}");
    assert!(text.contains("   |                  ^^^^^^^^\n"), "{text}");
}

#[test]
fn a_problem_of_a_file_has_no_line() {
    let text = rendered(&Seed::valid().without("citations").check(), false);
    assert!(text.contains("error[MISSING_FILE]: the file is missing\n  --> seed/citations.csv\n"));
    assert!(text.ends_with(
        "24 files, 59 rows: 59 accepted, 0 left out, 0 duplicate; 1 error, no warnings\n"
    ));
}

#[test]
fn colours_are_used_only_on_request() {
    let checked = Seed::valid().cell("programmes", 3, "start", "soon").check();
    assert!(!rendered(&checked, false).contains('\u{1b}'));
    assert!(rendered(&checked, true).contains("\u{1b}[1;31merror[BAD_DATE]\u{1b}[0m"));
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let seed = Seed::valid().cell("events", 2, "title_en", "a\u{1b}[31mb\u{7}");
    assert!(!rendered(&seed.check(), false).contains(['\u{1b}', '\u{7}']));
    let seed = Seed::valid().line("events", 1, |line| format!("{line},\u{1b}[31m"));
    assert!(!rendered(&seed.check(), false).contains('\u{1b}'));
}

#[test]
fn json_output_is_one_object() {
    let seed = Seed::valid().cell("programmes", 4, "status", "DONE").cell(
        "participations",
        4,
        "expect",
        "ABOVE_BUDGET",
    );
    let json: serde_json::Value =
        serde_json::from_str(&report::json(&seed.check()).unwrap()).unwrap();
    assert_eq!(json["warnings"], 1);
    assert_eq!(json["rows"]["read"], 62);
    assert_eq!(json["files"][19]["name"], "seed/programmes.csv");
    assert_eq!(json["files"][19]["rows"]["quarantined"], 1);
    let problems = json["problems"].as_array().unwrap();
    let problem = problems.iter().find(|p| p["code"] == "UNKNOWN_WORD").unwrap();
    assert_eq!(problem["severity"], "error");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_str()), (Some(4), Some("status")));
    assert_eq!(json["errors"].as_u64().unwrap() + 1, problems.len() as u64);
}

#[test]
fn causes_are_listed_first_and_consequences_are_grouped() {
    let checked = Seed::valid()
        .cell("programmes", 2, "start", "soon")
        .cell("transactions", 2, "type", "GIFT")
        .check();
    let text = rendered(&checked, false);
    assert_eq!(text.matches("error[LEFT_OUT]").count(), 1, "{text}");
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no `{part}` in {text}"));
    assert!(at("error[BAD_DATE]") < at("error[UNKNOWN_WORD]"));
    assert!(at("error[UNKNOWN_WORD]") < at("error[LEFT_OUT]"));
    let followers = checked.problems().filter(|p| p.code == "LEFT_OUT");
    let mut rows: Vec<_> = followers.map(|p| (p.file.as_str(), p.line)).collect();
    rows.dedup();
    assert!(rows.len() > 9, "{rows:?}");
    at(&format!("{} rows are left out because they name one of these", rows.len()));
    at("seed/agreements.csv:2, seed/budgets.csv:2, ");
    at(&format!(", and {} more\n", rows.len() - 8));
    let json: serde_json::Value = serde_json::from_str(&report::json(&checked).unwrap()).unwrap();
    assert_eq!(json["problems"].as_array().unwrap().len(), checked.problems().count());
}

#[test]
fn a_single_consequence_is_reported() {
    let text = rendered(&Seed::valid().cell("dialogues", 2, "kind", "TALK").check(), false);
    assert!(
        text.contains(
            "\
error[LEFT_OUT]: 1 row is left out because it names one of these
  --> seed/agreements.csv:2
   = help: fix the problems above, and these rows will be accepted
"
        ),
        "{text}"
    );
}
