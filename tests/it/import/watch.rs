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
    let label = "{ programme(identifier: \"XX-1\") { title { value } } }";
    desk.write("in/a.xml", file(&[WELLS]));
    until(&desk, label, "/programme/title/value", "\"Wells in Ségou\"");
    desk.write("in/a.xml", file(&[Activity { title: "More wells", ..WELLS }]));
    until(&desk, label, "/programme/title/value", "\"More wells\"");
    desk.write("in/notes.txt", "just words");
    desk.write("in/deep/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    until(
        &desk,
        "{ programme(identifier: \"XX-2\") { origin { file } } }",
        "/programme/origin/file",
        "\"deep/b.xml\"",
    );
    fs::remove_file(desk.path("in/a.xml")).unwrap();
    until(&desk, "{ programme(identifier: \"XX-1\") { title { value } } }", "/programme", "null");
    let pid = watching.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watching.0.wait().unwrap().code(), Some(3), "notes.txt was refused");
}

#[test]
fn an_archive_in_a_followed_folder_is_taken_replaced_and_taken_out_as_a_whole() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("in")).unwrap();
    let folder = desk.path("in");
    let mut command = desk.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watching = Watching(command.spawn().unwrap());
    let one = |id: &str| file(&[Activity { id, ..WELLS }]);
    let zip = |ids: &[&str]| {
        let members: Vec<_> = ids.iter().map(|id| (format!("sub/{id}.xml"), one(id))).collect();
        let members: Vec<_> =
            members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        super::archive::zip(zip::CompressionMethod::Deflated, &members)
    };
    let came = |id: &str| {
        let query = format!("{{ programme(identifier: \"{id}\") {{ origin {{ file }} }} }}");
        until(&desk, &query, "/programme/origin/file", &format!("\"all.zip/sub/{id}.xml\""));
    };
    desk.write("in/keep.xml", one("Z-9"));
    desk.write("in/all.zip", zip(&["A-1", "A-2"]));
    came("A-1");
    came("A-2");
    desk.write("in/all.zip", zip(&["A-2", "A-3"]));
    came("A-3");
    came("A-2");
    until(&desk, "{ programme(identifier: \"A-1\") { label } }", "/programme", "null");
    fs::remove_file(desk.path("in/all.zip")).unwrap();
    until(&desk, "{ programme(identifier: \"A-3\") { label } }", "/programme", "null");
    let pid = watching.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watching.0.wait().unwrap().code(), Some(0));
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
    let data = desk.ask("{ programme(identifier: \"XX-1\") { title { value } } }");
    assert_eq!(data["programme"]["title"]["value"], "Wells in Ségou");
}

#[test]
fn a_folder_that_is_not_there_is_told_at_once() {
    let desk = Desk::new();
    let output = desk.run(&["import", "--watch", desk.path("nowhere").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read the folder"));
}

/// What a watcher has said so far, line by line.
fn lines(watching: &mut Watching) -> std::sync::mpsc::Receiver<String> {
    use std::io::BufRead as _;
    let said = std::io::BufReader::new(watching.0.stderr.take().unwrap());
    let (say, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in said.lines().map_while(Result::ok) {
            if say.send(line).is_err() {
                break;
            }
        }
    });
    heard
}

/// Waits for a line that holds some words.
fn hear(heard: &std::sync::mpsc::Receiver<String>, words: &str) -> String {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let line = heard.recv_timeout(left).unwrap_or_else(|_| panic!("`{words}` was not heard"));
        if line.contains(words) {
            return line;
        }
    }
}

#[test]
fn a_folder_that_turns_empty_takes_nothing_out_until_it_is_said() {
    let desk = Desk::new();
    desk.write("in/a.xml", file(&[WELLS]));
    desk.write("in/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    desk.write("in/c.xml", file(&[Activity { id: "XX-3", ..WELLS }]));
    let folder = desk.path("in");
    let mut command = desk.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watching = Watching(command.spawn().unwrap());
    let heard = lines(&mut watching);
    let count = "{ programmes(filter: { reporter: \"XX\" }) { totalCount } }";
    until(&desk, count, "/programmes/totalCount", "3");
    // As when a disk is not mounted.
    fs::rename(&folder, desk.path("away")).unwrap();
    hear(&heard, "cannot read");
    fs::create_dir(&folder).unwrap();
    let said = hear(&heard, "disappeared");
    assert!(said.contains("3 of 3 known files") && said.contains("aidgraph remove"), "{said}");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(desk.ask(count)["programmes"]["totalCount"], 3);
    // Most of them.
    fs::copy(desk.path("away/a.xml"), desk.path("in/a.xml")).unwrap();
    let said = hear(&heard, "disappeared");
    assert!(said.contains("2 of 3 known files"), "{said}");
    // One that is taken out by name is dealt with, and the others come back.
    assert!(desk.run(&["remove", "c.xml"]).status.success());
    fs::copy(desk.path("away/b.xml"), desk.path("in/b.xml")).unwrap();
    until(&desk, count, "/programmes/totalCount", "2");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(desk.ask(count)["programmes"]["totalCount"], 2);
    let pid = watching.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watching.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_folder_may_turn_empty_where_that_is_allowed() {
    let desk = Desk::new();
    desk.write("in/a.xml", file(&[WELLS]));
    let folder = desk.path("in");
    let words = ["import", "--allow-empty", "--watch", folder.to_str().unwrap()];
    let _watching = Watching(desk.command(&words).spawn().unwrap());
    let label = "{ programme(identifier: \"XX-1\") { title { value } } }";
    until(&desk, label, "/programme/title/value", "\"Wells in Ségou\"");
    fs::remove_file(desk.path("in/a.xml")).unwrap();
    until(&desk, label, "/programme", "null");
}
