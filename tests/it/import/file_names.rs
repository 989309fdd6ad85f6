//! Names of imported files: valid names, and several names of the same bytes.

use serde_json::json;

use super::{Activity, Sandbox, WELLS, file};

#[test]
fn seed_names_and_unprintable_names_are_rejected() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("in/a.xml", file(&[WELLS]));
    for name in ["seed", "seed/a.xml", "", " ", "a\nb.xml"] {
        let output = sandbox.run(&["import", "--name", name, path.to_str().unwrap()]);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name:?}: {message}");
        assert!(message.contains("choose another with --name"), "{message}");
    }
    sandbox.write("in/seed/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    let (report, code) = sandbox.import(&sandbox.path("in"));
    assert_eq!((report["files"][0]["fate"].as_str(), code), (Some("ADDED"), 3));
    assert_eq!(report["files"][1]["ledger"]["problems"][0]["code"], "BAD_NAME");
    assert_eq!(
        sandbox.run_query("{ programme(identifier: \"XX-2\") { label } }")["programme"],
        json!(null)
    );
    assert_eq!(sandbox.run(&["status"]).status.code(), Some(0));
}

#[test]
fn bytes_with_two_names_are_read_under_the_first_and_stay_until_both_are_removed() {
    let sandbox = Sandbox::new();
    for name in ["zz.xml", "aa.xml", "mm.xml"] {
        sandbox.write(&format!("in/{name}"), file(&[WELLS]));
    }
    let (report, code) = sandbox.import(&sandbox.path("in"));
    let fates: Vec<_> = (0..3).map(|at| report["files"][at]["fate"].clone()).collect();
    assert_eq!((fates, code), (vec![json!("ADDED"), json!("KNOWN"), json!("KNOWN")], 0));
    assert_eq!(report["files"][2]["knownAs"], "aa.xml");
    let origin = "{ programme(identifier: \"XX-1\") { origin { file } } }";
    for (gone, left) in [("aa.xml", json!("mm.xml")), ("mm.xml", json!("zz.xml"))] {
        let output = sandbox.run(&["remove", gone]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(sandbox.run_query(origin)["programme"]["origin"]["file"], left);
    }
    sandbox.run(&["remove", "zz.xml"]);
    assert_eq!(sandbox.run_query(origin)["programme"], json!(null));
}

#[test]
fn the_first_name_counts_in_any_import_order() {
    let sandboxes = [["a.xml", "b.xml"], ["b.xml", "a.xml"]].map(|names| {
        let sandbox = Sandbox::new();
        for name in names {
            sandbox.import(&sandbox.write(&format!("in/{name}"), file(&[WELLS])));
        }
        sandbox.status()["generation"]["digest"].clone()
    });
    assert_eq!(sandboxes[0], sandboxes[1]);
}

#[test]
fn an_explicit_format_reads_a_current_file_again() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("in/a.xml", file(&[WELLS]));
    sandbox.import(&path);
    let words = ["import", "--json", "--format", "fts", path.to_str().unwrap()];
    let output = sandbox.run(&words);
    let message = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("MISSING_COLUMN"), "{message}");
}

#[test]
fn files_with_equal_names_are_reported_with_help() {
    let sandbox = Sandbox::new();
    sandbox.write("one/a.xml", file(&[WELLS]));
    sandbox.write("two/a.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    let [one, two] = ["one", "two"].map(|folder| sandbox.path(folder));
    let output = sandbox.run(&["import", one.to_str().unwrap(), two.to_str().unwrap()]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("the folder that both lie in"), "{message}");
}
