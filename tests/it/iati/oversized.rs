//! Oversized records: the parts that are kept, and their money.

use super::parsing::{codes, one};

/// Returns the message of the problem with a code.
fn problem_text(ledger: &aidgraph::model::ledger::Ledger, code: &str) -> String {
    let found = ledger.problems.iter().find(|problem| problem.code == code);
    found.map(|problem| problem.message.clone()).unwrap_or_default()
}

#[test]
fn surplus_recipients_keep_every_country_without_shares() {
    let many = "<recipient-country code=\"ML\" percentage=\"1\"/>".repeat(1_200);
    let (programme, _, ledger) =
        one(&format!("{many}\n<recipient-country code=\"NE\" percentage=\"1\"/>"));
    assert_eq!(programme.recipients.len(), 1_001);
    assert_eq!(programme.recipients.last().unwrap().country.as_str(), "NE");
    assert!(programme.recipients.iter().all(|recipient| recipient.percentage.is_none()));
    assert!(codes(&ledger).contains(&("SURPLUS", Some(6))), "{ledger:?}");
    assert!(problem_text(&ledger, "SURPLUS").starts_with("200 entries"), "{ledger:?}");
}

#[test]
fn an_oversized_list_of_sectors_leaves_other_vocabularies_unchanged() {
    let own = "<sector vocabulary=\"99\" code=\"A\" percentage=\"1\"/>".repeat(1_500);
    let (programme, _, ledger) = one(&format!(
        "{own}<sector code=\"11110\" percentage=\"40\"/><sector code=\"14031\" percentage=\"60\"/>"
    ));
    assert_eq!(programme.sectors.len(), 1_002);
    let shares: Vec<_> = programme.sectors.iter().filter_map(|sector| sector.percentage).collect();
    assert_eq!(shares, [40.into(), 60.into()]);
    assert_eq!(problem_text(&ledger, "SURPLUS").split(' ').next(), Some("500"));
    // The number of vocabularies is bounded, too.
    let list = |n| format!("<sector vocabulary=\"x{n}\" code=\"A\"/>");
    let lists = (0..500).map(list).collect::<Vec<_>>().concat();
    let wide = "<sector vocabulary=\"99\" code=\"A\"/>".repeat(1_001);
    let (programme, _, _) = one(&format!("{wide}{lists}<sector code=\"11110\"/>"));
    assert!(programme.sectors.len() <= 1_000 + 20, "{}", programme.sectors.len());
    assert!(programme.sectors.iter().any(|sector| sector.sector.is_some()));
}

#[test]
fn surplus_items_of_other_lists_are_counted_by_name_and_line() {
    let many = "<other-identifier ref=\"A\" type=\"A1\"/>".repeat(10_003);
    let (_, details, ledger) = one(&format!("{many}\n<description>D</description>"));
    assert_eq!((details.other_identifiers.len(), details.descriptions.len()), (10_000, 1));
    let problem = ledger.problems.iter().find(|problem| problem.code == "SURPLUS").unwrap();
    assert_eq!(problem.column.as_deref(), Some("iati-activity/other-identifier"));
    assert!(problem.message.contains("3 times"), "{problem:?}");
    assert_eq!(ledger.counts["SURPLUS"], 3);
}

#[test]
fn surplus_participants_become_unnamed_others_per_role() {
    let many = "<participating-org role=\"1\" ref=\"A-1\"/>".repeat(10_000);
    let wfp = "<participating-org role=\"4\" ref=\"41140\"/>";
    let (programme, _, ledger) = one(&format!("{wfp}{many}{}", wfp.replace("41140", "B-1")));
    let carriers =
        programme.participations.iter().filter(|part| part.role.to_string() == "IMPLEMENTING");
    let carriers: Vec<&str> = carriers.map(|part| part.agency.as_str()).collect();
    assert_eq!(carriers, ["XM-DAC-41140", "unnamed:X-1"]);
    assert_eq!(programme.participations.len(), 10_002);
    assert!(problem_text(&ledger, "SURPLUS").starts_with("2 organisations"), "{ledger:?}");
}

#[test]
fn an_activity_with_too_many_budgets_is_rejected() {
    let many = "<budget><value>1</value></budget>".repeat(10_001);
    let text = super::parsing::file(&super::parsing::activity("X-1", &many));
    let (entries, ledger) = super::read("a.xml", text.as_bytes());
    assert_eq!((entries.len(), ledger.quarantined), (0, 1));
    assert_eq!(codes(&ledger), [("SURPLUS", Some(6))]);
}
