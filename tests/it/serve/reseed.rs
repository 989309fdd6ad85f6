//! A folder of seed files that is edited while it is served.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::server::{Server, json as as_json};

/// A folder with a copy of the good seed of the tests of `check`.
fn seed() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/good");
    for entry in fs::read_dir(good).unwrap().flatten() {
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

/// Waits until a programme is called so.
fn until(server: &Server, label: &str) {
    let end = Instant::now() + Duration::from_secs(60);
    while !labels(server).to_string().contains(label) {
        assert!(Instant::now() < end, "{label} is not in {}", labels(server));
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn an_edited_seed_is_taken_up_when_it_has_no_errors_and_says_what_changed() {
    let folder = seed();
    let dir = folder.path().to_str().unwrap();
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &["--seed", dir]);
    edit(&folder, "programmes.csv", |text| text.replace("Rural development", "Rural roads"));
    let said = server.hear("seed edited");
    assert_eq!(said["file"], folder.path().join("programmes.csv").to_str().unwrap());
    assert_eq!(
        (&said["added"], &said["changed"], &said["removed"]),
        (&0.into(), &1.into(), &0.into())
    );
    assert_eq!(said["rows"], "~MLI/021");
    until(&server, "Rural roads");

    // With an error the one from before goes on being served.
    edit(&folder, "programmes.csv", |text| {
        text.replace("Rural roads", "Rural wells").replace("2017,,,ACTIVE", "soon,,,ACTIVE")
    });
    let said = server.hear("programmes.csv:4");
    assert!(said["message"].as_str().unwrap().starts_with(dir), "{said}");
    server.hear("edited seed rejected");
    assert!(labels(&server).to_string().contains("Rural roads"));
    edit(&folder, "programmes.csv", |text| text.replace("soon,,,ACTIVE", "2018,,,ACTIVE"));
    until(&server, "Rural wells");

    // A folder that is away for a while takes nothing away.
    let away = folder.path().with_extension("away");
    fs::rename(folder.path(), &away).unwrap();
    server.hear("the previous seed stays current");
    assert!(labels(&server).to_string().contains("Rural wells"));
    fs::rename(&away, folder.path()).unwrap();
    server.signal("HUP");
    server.hear("seed reloaded, unchanged");

    // The next start has nothing to do.
    let version = server.json("/health/ready")["dataVersion"].clone();
    server.signal("TERM");
    server.end();
    let server = Server::start_on(&data, &["--seed", dir]);
    assert_eq!(server.json("/health/ready")["dataVersion"], version);
}

#[test]
fn a_hangup_reads_an_edit_that_times_and_lengths_do_not_show() {
    let folder = seed();
    let server = Server::start(&["--seed", folder.path().to_str().unwrap()]);
    let path = folder.path().join("programmes.csv");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    edit(&folder, "programmes.csv", |text| text.replace("Rural development", "Rural developmenT"));
    fs::File::options().write(true).open(&path).unwrap().set_modified(before).unwrap();
    server.signal("HUP");
    server.hear("seed edited");
    until(&server, "Rural developmenT");
}
