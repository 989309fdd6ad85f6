//! How problems are shown.

use aidgraph::ingest::{Checked, report};

use super::seed::Seed;

fn shown(checked: &Checked, colours: bool) -> String {
    let mut text = String::new();
    report::terminal(checked, colours, &mut text).unwrap();
    text
}

#[test]
fn a_problem_is_shown_as_a_compiler_would() {
    let checked = Seed::good().cell("participations", 3, "agency_id", "lu-luxdef").check();
    assert_eq!(
        shown(&checked, false),
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
fn the_row_is_named_where_it_has_an_id() {
    let checked = Seed::good().cell("programmes", 3, "start", "5.3.2016").check();
    let text = shown(&checked, false);
    assert!(text.contains("  --> seed/programmes.csv:3:11 (start)\n"), "{text}");
    assert!(text.contains(" 3 | MLI/021: start = 5.3.2016\n"), "{text}");
    assert!(text.contains("   |                  ^^^^^^^^\n"), "{text}");
}

#[test]
fn a_file_is_shown_without_a_line() {
    let text = shown(&Seed::good().without("citations").check(), false);
    assert!(text.contains("error[MISSING_FILE]: the file is missing\n  --> seed/citations.csv\n"));
    assert!(text.ends_with(
        "24 files, 59 rows: 59 accepted, 0 left out, 0 duplicate; 1 error, no warnings\n"
    ));
}

#[test]
fn colours_come_only_when_asked_for() {
    let checked = Seed::good().cell("programmes", 3, "start", "soon").check();
    assert!(!shown(&checked, false).contains('\u{1b}'));
    assert!(shown(&checked, true).contains("\u{1b}[1;31merror[BAD_DATE]\u{1b}[0m"));
}

#[test]
fn control_characters_of_a_file_never_reach_the_terminal() {
    let seed = Seed::good().cell("events", 2, "title_en", "a\u{1b}[31mb\u{7}");
    assert!(!shown(&seed.check(), false).contains(['\u{1b}', '\u{7}']));
    let seed = Seed::good().line("events", 1, |line| format!("{line},\u{1b}[31m"));
    assert!(!shown(&seed.check(), false).contains('\u{1b}'));
}

#[test]
fn machines_get_one_object() {
    let seed = Seed::good().cell("programmes", 4, "status", "DONE").cell(
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
fn causes_come_first_and_what_follows_from_them_is_told_together() {
    let checked = Seed::good()
        .cell("programmes", 2, "start", "soon")
        .cell("transactions", 2, "type", "GIFT")
        .check();
    let text = shown(&checked, false);
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
fn one_row_that_follows_from_another_is_told_too() {
    let text = shown(&Seed::good().cell("dialogues", 2, "kind", "TALK").check(), false);
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
