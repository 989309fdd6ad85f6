//! Untrusted names and contents on a terminal: control sequences are escaped.

use std::process::Output;

use super::{Activity, Sandbox, WELLS, file};

/// Asserts that the output of a command contains no control characters, and returns it.
fn is_harmless(name: &str, output: &Output) -> String {
    let message = [&output.stdout[..], &output.stderr].concat();
    let message = String::from_utf8(message).unwrap();
    let harmful = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!message.contains(harmful), "{name}: {message:?}");
    message
}

/// An escape sequence, a bell, a C1 introducer, a delete character and a right-to-left override.
const WORST: &str = "a\u{1b}[31mred\u{7}\u{9b}0m\u{7f}\u{202e}lmx.xml";

#[test]
fn escape_sequences_in_file_names_are_escaped() {
    let sandbox = Sandbox::new();
    sandbox.write(&format!("in/{WORST}"), file(&[WELLS]));
    sandbox.write("in/line\nbreak.xml", file(&[WELLS]));
    let folder = sandbox.path("in");
    let message = is_harmless("import", &sandbox.run(&["import", folder.to_str().unwrap()]));
    assert!(message.contains("a\\u{1b}[31mred\\u{7}\\u{9b}0m\\u{7f}\\u{202e}lmx.xml"), "{message}");
    assert!(message.contains("line\\u{a}break.xml"), "{message}");
    is_harmless("json", &sandbox.run(&["import", "--json", folder.to_str().unwrap()]));
    for words in [
        &["remove", WORST][..],
        &["status", "--problems", WORST],
        &["import", &format!("{WORST}*")],
        &["import", WORST, "--format", WORST],
        &["import", "--watch", WORST],
        &["import", sandbox.path(&format!("in/{WORST}")).to_str().unwrap()],
        &["query", WORST],
        &["query", WORST, "--variables", WORST],
        &[WORST],
        &["remove", &format!("--{WORST}")],
        &["serve", "--listen", WORST],
        &["serve", "--seed", WORST],
        &["serve", "--config", WORST],
    ] {
        is_harmless(&format!("{words:?}"), &sandbox.run(words));
    }
}

#[test]
fn escape_sequences_in_file_contents_are_escaped() {
    let sandbox = Sandbox::new();
    // XML permits C1 controls and bidirectional marks; a name that is kept contains the second.
    let title = "\u{9b}31mWells\u{202e}\u{2066}";
    let id = "XX-\u{202e}1";
    let path = sandbox.write("in/\u{202e}b.xml", file(&[Activity { id, title, ..WELLS }]));
    is_harmless("import", &sandbox.run(&["import", path.to_str().unwrap()]));
    sandbox.write("in/words.txt", "\u{9b}31m\u{1b}]0;title\u{7} \u{202e}no format");
    let folder = sandbox.path("in");
    is_harmless("import", &sandbox.run(&["import", folder.to_str().unwrap()]));
    is_harmless("status", &sandbox.run(&["status"]));
    is_harmless("status", &sandbox.run(&["status", "--json"]));
    is_harmless("problems", &sandbox.run(&["status", "--problems", "\u{202e}b.xml"]));
    let query = "{ programmes(filter: { reporter: \"XX\" }) { nodes { label origin { file } } } }";
    let path = sandbox.write("query.graphql", query);
    let message = is_harmless("query", &sandbox.run(&["query", path.to_str().unwrap()]));
    assert!(message.contains("\\u202eb.xml"), "{message}");
    // The value is unchanged.
    let file = &sandbox.run_query(query)["programmes"]["nodes"][0]["origin"]["file"];
    assert_eq!(file, "\u{202e}b.xml");
}

#[test]
fn escape_sequences_in_log_fields_are_escaped() {
    let sandbox = Sandbox::new();
    let serve = |form: &str| {
        let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0", "--log", form]);
        // The server ends at once: the folder of the seed does not exist.
        command.arg("--seed").arg(WORST).output().unwrap()
    };
    is_harmless("human", &serve("human"));
    is_harmless("json", &serve("json"));
}
