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
fn a_folder_that_is_not_there_is_told_at_once() {
    let desk = Desk::new();
    let output = desk.run(&["import", "--watch", desk.path("nowhere").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere cannot be read"));
}
