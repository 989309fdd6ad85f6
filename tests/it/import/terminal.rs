//! Names and contents from outside on a terminal: nothing of them directs it.

use std::process::Output;

use super::{Activity, Desk, WELLS, file};

/// What a command wrote holds none of what directs a terminal.
fn is_harmless(what: &str, output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let harmful = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!said.contains(harmful), "{what}: {said:?}");
    said
}

/// An escape sequence, a bell, a C1 introducer, a delete and a mark that turns the direction of reading.
const WORST: &str = "a\u{1b}[31mred\u{7}\u{9b}0m\u{7f}\u{202e}lmx.xml";

#[test]
fn escape_sequences_in_names_of_files_are_shown_and_not_obeyed() {
    let desk = Desk::new();
    desk.write(&format!("in/{WORST}"), file(&[WELLS]));
    desk.write("in/line\nbreak.xml", file(&[WELLS]));
    let folder = desk.path("in");
    let said = is_harmless("import", &desk.run(&["import", folder.to_str().unwrap()]));
    assert!(said.contains("a\\u{1b}[31mred\\u{7}\\u{9b}0m\\u{7f}\\u{202e}lmx.xml"), "{said}");
    assert!(said.contains("line\\u{a}break.xml"), "{said}");
    is_harmless("json", &desk.run(&["import", "--json", folder.to_str().unwrap()]));
    for words in [
        &["remove", WORST][..],
        &["status", "--problems", WORST],
        &["import", &format!("{WORST}*")],
        &["import", WORST, "--format", WORST],
        &["import", "--watch", WORST],
        &["import", desk.path(&format!("in/{WORST}")).to_str().unwrap()],
        &["query", WORST],
        &["query", WORST, "--variables", WORST],
        &[WORST],
        &["remove", &format!("--{WORST}")],
        &["serve", "--listen", WORST],
        &["serve", "--seed", WORST],
        &["serve", "--config", WORST],
    ] {
        is_harmless(&format!("{words:?}"), &desk.run(words));
    }
}

#[test]
fn what_a_file_holds_is_shown_and_not_obeyed() {
    let desk = Desk::new();
    // XML lets C1 controls and direction marks in; a name that is kept holds the second.
    let title = "\u{9b}31mWells\u{202e}\u{2066}";
    let id = "XX-\u{202e}1";
    let path = desk.write("in/\u{202e}b.xml", file(&[Activity { id, title, ..WELLS }]));
    is_harmless("import", &desk.run(&["import", path.to_str().unwrap()]));
    desk.write("in/words.txt", "\u{9b}31m\u{1b}]0;title\u{7} \u{202e}no format");
    let folder = desk.path("in");
    is_harmless("import", &desk.run(&["import", folder.to_str().unwrap()]));
    is_harmless("status", &desk.run(&["status"]));
    is_harmless("status", &desk.run(&["status", "--json"]));
    is_harmless("problems", &desk.run(&["status", "--problems", "\u{202e}b.xml"]));
    let query = "{ programmes(filter: { reporter: \"XX\" }) { nodes { label origin { file } } } }";
    let path = desk.write("query.graphql", query);
    let said = is_harmless("query", &desk.run(&["query", path.to_str().unwrap()]));
    assert!(said.contains("\\u202eb.xml"), "{said}");
    // And it means the same.
    let file = &desk.ask(query)["programmes"]["nodes"][0]["origin"]["file"];
    assert_eq!(file, "\u{202e}b.xml");
}

#[test]
fn a_log_shows_what_clients_and_files_are_called() {
    let desk = Desk::new();
    let serve = |form: &str| {
        let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0", "--log", form]);
        // It ends at once: the folder of the seed is not there.
        command.arg("--seed").arg(WORST).output().unwrap()
    };
    is_harmless("human", &serve("human"));
    is_harmless("json", &serve("json"));
}
