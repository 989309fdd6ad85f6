//! A folder that is followed.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use super::{Activity, Desk, WELLS, file};

/// A process that ends with its test.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits for what a query answers; tests say how long they wait at most, not how long it takes.
fn until(desk: &Desk, query: &str, pointer: &str, wanted: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let is_there = desk.path("data/CURRENT").exists();
        let found = is_there.then(|| desk.ask(query).pointer(pointer).cloned()).flatten();
        if found.as_ref().map(ToString::to_string).as_deref() == Some(wanted) {
            return;
        }
        assert!(Instant::now() < end, "{found:?} is not {wanted}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn files_that_come_change_and_go_are_followed() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("in")).unwrap();
    let folder = desk.path("in");
    let mut command = desk.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watching = Watching(command.spawn().unwrap());
    let label = "{ programme(identifier: \"XX-1\") { label } }";
    desk.write("in/a.xml", file(&[WELLS]));
    until(&desk, label, "/programme/label", "\"Wells in Ségou\"");
    desk.write("in/a.xml", file(&[Activity { title: "More wells", ..WELLS }]));
    until(&desk, label, "/programme/label", "\"More wells\"");
    desk.write("in/notes.txt", "just words");
    desk.write("in/deep/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    until(
        &desk,
        "{ programme(identifier: \"XX-2\") { origin { file } } }",
        "/programme/origin/file",
        "\"deep/b.xml\"",
    );
    fs::remove_file(desk.path("in/a.xml")).unwrap();
    until(&desk, "{ programme(identifier: \"XX-1\") { label } }", "/programme", "null");
    let pid = watching.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watching.0.wait().unwrap().code(), Some(3), "notes.txt was refused");
}

#[test]
fn a_second_signal_stops_a_watcher_in_the_middle_and_what_was_in_force_stays() {
    let desk = Desk::new();
    desk.import(&desk.write("first.xml", file(&[WELLS])));
    fs::create_dir_all(desk.path("in")).unwrap();
    let large = Activity { id: "XX-2", ..WELLS }.xml().repeat(40_000);
    let large = format!("<iati-activities version=\"2.03\">{large}</iati-activities>");
    let folder = desk.path("in");
    let mut command = desk.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watching = Watching(command.spawn().unwrap());
    desk.write("in/large.xml", large);
    // What it reads lies there, half written, until the file is read.
    let is_half = |entry: &fs::DirEntry| entry.path().extension().is_some_and(|e| e == "tmp");
    let is_reading = || {
        let parsed = fs::read_dir(desk.data().join("parsed")).into_iter().flatten().flatten();
        parsed.filter(is_half).count() > 0
    };
    let end = Instant::now() + Duration::from_secs(60);
    while !is_reading() {
        assert!(Instant::now() < end, "the watcher never began to read");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = watching.0.id().to_string();
    for signal in ["-TERM", "-INT"] {
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([signal, &pid]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(watching.0.wait().unwrap().code(), Some(1));
    let data = desk.ask("{ programme(identifier: \"XX-2\") { label } }");
    assert_eq!(data["programme"], serde_json::Value::Null);
    let data = desk.ask("{ programme(identifier: \"XX-1\") { label } }");
    assert_eq!(data["programme"]["label"], "Wells in Ségou");
}

#[test]
fn a_folder_that_is_not_there_is_told_at_once() {
    let desk = Desk::new();
    let output = desk.run(&["import", "--watch", desk.path("nowhere").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere cannot be read"));
}
