//! A folder of seed files that is edited while it is served.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::server::{Server, json as as_json};

/// Copies the valid seed of the tests of `check` into a folder.
fn seed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let valid = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/good");
    for entry in fs::read_dir(valid).unwrap().flatten() {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    folder
}

fn edit(folder: &TempDir, file: &str, change: impl Fn(&str) -> String) {
    let path = folder.path().join(file);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, change(&text)).unwrap();
}

fn labels(server: &Server) -> Value {
    let query = "{ programmes { nodes { identifier label } } }";
    as_json(&server.post(&json!({ "query": query }), &[]))["data"]["programmes"]["nodes"].clone()
}

/// Waits until a programme has a label.
fn until(server: &Server, label: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while !labels(server).to_string().contains(label) {
        assert!(Instant::now() < end, "{label} is not in {}", labels(server));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_valid_edit_of_the_seed_is_applied_and_its_changes_are_logged() {
    let folder = seed();
    let dir = folder.path().to_str().unwrap();
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &["--seed", dir]);
    edit(&folder, "programmes.csv", |text| text.replace("Rural development", "Rural roads"));
    let message = server.wait_for_log("seed edited");
    assert_eq!(message["file"], folder.path().join("programmes.csv").to_str().unwrap());
    assert_eq!(
        (&message["added"], &message["changed"], &message["removed"]),
        (&0.into(), &1.into(), &0.into())
    );
    assert_eq!(message["rows"], "~MLI/021");
    until(&server, "Rural roads");

    // With an error the previous seed stays current.
    edit(&folder, "programmes.csv", |text| {
        text.replace("Rural roads", "Rural wells").replace("2017,,,ACTIVE", "soon,,,ACTIVE")
    });
    let message = server.wait_for_log("programmes.csv:4");
    assert!(message["message"].as_str().unwrap().starts_with(dir), "{message}");
    server.wait_for_log("edited seed rejected");
    assert!(labels(&server).to_string().contains("Rural roads"));
    edit(&folder, "programmes.csv", |text| text.replace("soon,,,ACTIVE", "2018,,,ACTIVE"));
    until(&server, "Rural wells");

    // A temporarily missing folder removes no data.
    let away = folder.path().with_extension("away");
    fs::rename(folder.path(), &away).unwrap();
    server.wait_for_log("the previous seed stays current");
    assert!(labels(&server).to_string().contains("Rural wells"));
    fs::rename(&away, folder.path()).unwrap();
    server.signal("HUP");
    server.wait_for_log("seed reloaded, unchanged");

    // The next start has no work.
    let version = server.json("/health/ready")["dataVersion"].clone();
    server.signal("TERM");
    server.wait_for_exit();
    let server = Server::start_on(&data, &["--seed", dir]);
    assert_eq!(server.json("/health/ready")["dataVersion"], version);
}

#[test]
fn a_reload_signal_detects_an_edit_with_equal_time_and_length() {
    let folder = seed();
    let server = Server::start(&["--seed", folder.path().to_str().unwrap()]);
    let path = folder.path().join("programmes.csv");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    edit(&folder, "programmes.csv", |text| text.replace("Rural development", "Rural developmenT"));
    fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    server.signal("HUP");
    server.wait_for_log("seed edited");
    until(&server, "Rural developmenT");
}
