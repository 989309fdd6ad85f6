//! Names of files: which may be, and what two names of the same bytes mean.

use serde_json::json;

use super::{Activity, Desk, WELLS, file};

#[test]
fn the_names_of_the_seed_and_names_that_nobody_can_type_are_refused() {
    let desk = Desk::new();
    let path = desk.write("in/a.xml", file(&[WELLS]));
    for name in ["seed", "seed/a.xml", "", " ", "a\nb.xml"] {
        let output = desk.run(&["import", "--name", name, path.to_str().unwrap()]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name:?}: {said}");
        assert!(said.contains("choose another with --name"), "{said}");
    }
    desk.write("in/seed/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    let (report, code) = desk.import(&desk.path("in"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("ADDED"), 3));
    assert_eq!(report["files"][1]["ledger"]["problems"][0]["code"], "BAD_NAME");
    assert_eq!(desk.ask("{ programme(identifier: \"XX-2\") { label } }")["programme"], json!(null));
    assert_eq!(desk.run(&["status"]).status.code(), Some(0));
}

#[test]
fn of_two_names_of_the_same_bytes_the_first_is_read_and_the_data_stays_until_both_are_gone() {
    let desk = Desk::new();
    for name in ["zz.xml", "aa.xml", "mm.xml"] {
        desk.write(&format!("in/{name}"), file(&[WELLS]));
    }
    let (report, code) = desk.import(&desk.path("in"));
    let fates: Vec<_> = (0..3).map(|at| report["files"][at]["fate"].clone()).collect();
    assert_eq!((fates, code), (vec![json!("ADDED"), json!("KNOWN"), json!("KNOWN")], 0));
    assert_eq!(report["files"][2]["knownAs"], "aa.xml");
    let origin = "{ programme(identifier: \"XX-1\") { origin { file } } }";
    for (gone, left) in [("aa.xml", json!("mm.xml")), ("mm.xml", json!("zz.xml"))] {
        let output = desk.run(&["remove", gone]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(desk.ask(origin)["programme"]["origin"]["file"], left);
    }
    desk.run(&["remove", "zz.xml"]);
    assert_eq!(desk.ask(origin)["programme"], json!(null));
}

#[test]
fn which_of_two_names_counts_does_not_depend_on_the_order_of_imports() {
    let desks = [["a.xml", "b.xml"], ["b.xml", "a.xml"]].map(|names| {
        let desk = Desk::new();
        for name in names {
            desk.import(&desk.write(&format!("in/{name}"), file(&[WELLS])));
        }
        desk.status()["generation"]["digest"].clone()
    });
    assert_eq!(desks[0], desks[1]);
}

#[test]
fn a_format_that_is_named_reads_a_file_in_force_anew() {
    let desk = Desk::new();
    let path = desk.write("in/a.xml", file(&[WELLS]));
    desk.import(&path);
    let words = ["import", "--json", "--format", "fts", path.to_str().unwrap()];
    let output = desk.run(&words);
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("MISSING_COLUMN"), "{said}");
}

#[test]
fn files_of_equal_names_are_told_with_what_helps() {
    let desk = Desk::new();
    desk.write("one/a.xml", file(&[WELLS]));
    desk.write("two/a.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    let [one, two] = ["one", "two"].map(|folder| desk.path(folder));
    let output = desk.run(&["import", one.to_str().unwrap(), two.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("the folder that both lie in"), "{said}");
}
