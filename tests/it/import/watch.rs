//! `import --watch`: a folder that is followed.

use std::fs;
use std::process::Child;
use std::time::{Duration, Instant};

use super::{Activity, Sandbox, WELLS, file};

/// A process that is killed when dropped.
struct Watcher(Child);

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a query has a value. The limit is generous, and never reached by passing tests.
fn until(sandbox: &Sandbox, query: &str, pointer: &str, expected: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let is_there = sandbox.path("data/CURRENT").exists();
        let found = is_there.then(|| sandbox.run_query(query).pointer(pointer).cloned()).flatten();
        if found.as_ref().map(ToString::to_string).as_deref() == Some(expected) {
            return;
        }
        assert!(Instant::now() < end, "{found:?} is not {expected}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn added_changed_and_removed_files_are_followed() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("in")).unwrap();
    let folder = sandbox.path("in");
    let mut command = sandbox.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watcher = Watcher(command.spawn().unwrap());
    let label = "{ programme(identifier: \"XX-1\") { title { value } } }";
    sandbox.write("in/a.xml", file(&[WELLS]));
    until(&sandbox, label, "/programme/title/value", "\"Wells in Ségou\"");
    sandbox.write("in/a.xml", file(&[Activity { title: "More wells", ..WELLS }]));
    until(&sandbox, label, "/programme/title/value", "\"More wells\"");
    sandbox.write("in/notes.txt", "just words");
    sandbox.write("in/deep/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    until(
        &sandbox,
        "{ programme(identifier: \"XX-2\") { origin { file } } }",
        "/programme/origin/file",
        "\"deep/b.xml\"",
    );
    fs::remove_file(sandbox.path("in/a.xml")).unwrap();
    until(
        &sandbox,
        "{ programme(identifier: \"XX-1\") { title { value } } }",
        "/programme",
        "null",
    );
    let pid = watcher.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watcher.0.wait().unwrap().code(), Some(3), "notes.txt was rejected");
}

#[test]
fn an_archive_in_a_followed_folder_is_imported_replaced_and_removed_as_a_whole() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.path("in")).unwrap();
    let folder = sandbox.path("in");
    let mut command = sandbox.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watcher = Watcher(command.spawn().unwrap());
    let one = |id: &str| file(&[Activity { id, ..WELLS }]);
    let zip = |ids: &[&str]| {
        let members: Vec<_> = ids.iter().map(|id| (format!("sub/{id}.xml"), one(id))).collect();
        let members: Vec<_> =
            members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
        super::archive::zip(zip::CompressionMethod::Deflated, &members)
    };
    let came = |id: &str| {
        let query = format!("{{ programme(identifier: \"{id}\") {{ origin {{ file }} }} }}");
        until(&sandbox, &query, "/programme/origin/file", &format!("\"all.zip/sub/{id}.xml\""));
    };
    sandbox.write("in/keep.xml", one("Z-9"));
    sandbox.write("in/all.zip", zip(&["A-1", "A-2"]));
    came("A-1");
    came("A-2");
    sandbox.write("in/all.zip", zip(&["A-2", "A-3"]));
    came("A-3");
    came("A-2");
    until(&sandbox, "{ programme(identifier: \"A-1\") { label } }", "/programme", "null");
    fs::remove_file(sandbox.path("in/all.zip")).unwrap();
    until(&sandbox, "{ programme(identifier: \"A-3\") { label } }", "/programme", "null");
    let pid = watcher.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watcher.0.wait().unwrap().code(), Some(0));
}

#[test]
fn a_second_signal_stops_a_watcher_at_once_and_current_data_stays() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("first.xml", file(&[WELLS])));
    fs::create_dir_all(sandbox.path("in")).unwrap();
    let large = Activity { id: "XX-2", ..WELLS }.xml().repeat(40_000);
    let large = format!("<iati-activities version=\"2.03\">{large}</iati-activities>");
    let folder = sandbox.path("in");
    let mut command = sandbox.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watcher = Watcher(command.spawn().unwrap());
    sandbox.write("in/large.xml", large);
    // The file is half written until it is complete.
    let is_half = |entry: &fs::DirEntry| entry.path().extension().is_some_and(|e| e == "tmp");
    let is_reading = || {
        let parsed = fs::read_dir(sandbox.data().join("parsed")).into_iter().flatten().flatten();
        parsed.filter(is_half).count() > 0
    };
    let end = Instant::now() + Duration::from_secs(60);
    while !is_reading() {
        assert!(Instant::now() < end, "the watcher never began to read");
        std::thread::sleep(Duration::from_millis(5));
    }
    let pid = watcher.0.id().to_string();
    for signal in ["-TERM", "-INT"] {
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([signal, &pid]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(watcher.0.wait().unwrap().code(), Some(1));
    let data = sandbox.run_query("{ programme(identifier: \"XX-2\") { label } }");
    assert_eq!(data["programme"], serde_json::Value::Null);
    let data = sandbox.run_query("{ programme(identifier: \"XX-1\") { title { value } } }");
    assert_eq!(data["programme"]["title"]["value"], "Wells in Ségou");
}

#[test]
fn a_missing_folder_is_reported_at_once() {
    let sandbox = Sandbox::new();
    let output = sandbox.run(&["import", "--watch", sandbox.path("nowhere").to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read the folder"));
}

/// Reads the log of a watcher line by line.
fn lines(watcher: &mut Watcher) -> std::sync::mpsc::Receiver<String> {
    use std::io::BufRead as _;
    let message = std::io::BufReader::new(watcher.0.stderr.take().unwrap());
    let (sender, lines_read) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in message.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines_read
}

/// Waits for a line that contains some words.
fn wait_for_line(lines_read: &std::sync::mpsc::Receiver<String>, words: &str) -> String {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let line =
            lines_read.recv_timeout(left).unwrap_or_else(|_| panic!("no line contains `{words}`"));
        if line.contains(words) {
            return line;
        }
    }
}

#[test]
fn an_emptied_folder_removes_nothing_by_default() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.xml", file(&[WELLS]));
    sandbox.write("in/b.xml", file(&[Activity { id: "XX-2", ..WELLS }]));
    sandbox.write("in/c.xml", file(&[Activity { id: "XX-3", ..WELLS }]));
    let folder = sandbox.path("in");
    let mut command = sandbox.command(&["import", "--watch", folder.to_str().unwrap()]);
    let mut watcher = Watcher(command.spawn().unwrap());
    let lines_read = lines(&mut watcher);
    let count = "{ programmes(filter: { reporter: \"XX\" }) { totalCount } }";
    until(&sandbox, count, "/programmes/totalCount", "3");
    // As if a disk is not mounted.
    fs::rename(&folder, sandbox.path("away")).unwrap();
    wait_for_line(&lines_read, "cannot read");
    fs::create_dir(&folder).unwrap();
    let message = wait_for_line(&lines_read, "disappeared");
    assert!(
        message.contains("3 of 3 known files") && message.contains("aidgraph remove"),
        "{message}"
    );
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(sandbox.run_query(count)["programmes"]["totalCount"], 3);
    // Most of them.
    fs::copy(sandbox.path("away/a.xml"), sandbox.path("in/a.xml")).unwrap();
    let message = wait_for_line(&lines_read, "disappeared");
    assert!(message.contains("2 of 3 known files"), "{message}");
    // One file is removed by name, and the others return.
    assert!(sandbox.run(&["remove", "c.xml"]).status.success());
    fs::copy(sandbox.path("away/b.xml"), sandbox.path("in/b.xml")).unwrap();
    until(&sandbox, count, "/programmes/totalCount", "2");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(sandbox.run_query(count)["programmes"]["totalCount"], 2);
    let pid = watcher.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(watcher.0.wait().unwrap().code(), Some(0));
}

#[test]
fn an_emptied_folder_removes_all_files_if_allowed() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.xml", file(&[WELLS]));
    let folder = sandbox.path("in");
    let words = ["import", "--allow-empty", "--watch", folder.to_str().unwrap()];
    let _watching = Watcher(sandbox.command(&words).spawn().unwrap());
    let label = "{ programme(identifier: \"XX-1\") { title { value } } }";
    until(&sandbox, label, "/programme/title/value", "\"Wells in Ségou\"");
    fs::remove_file(sandbox.path("in/a.xml")).unwrap();
    until(&sandbox, label, "/programme", "null");
}
