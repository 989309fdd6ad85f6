//! Flags before the environment before the file before the defaults.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::support::server::{aidgraph, refused};

/// The data folder that a command means, as its refusal names it.
fn meant(command: &mut Command, folder: &TempDir) -> String {
    let (said, _) = refused(&command.current_dir(folder.path()).output().unwrap());
    let rest = said.split("there is no data folder ").nth(1).unwrap_or_else(|| panic!("{said}"));
    rest.split(';').next().unwrap().to_owned()
}

#[test]
fn what_is_nearer_to_the_operator_wins() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "data = \"from-file\"\nlisten = \"127.0.0.1:0\"\n")
        .unwrap();
    let status = || {
        let mut command = aidgraph();
        command.arg("status");
        command
    };
    assert_eq!(meant(&mut status(), &folder), "./aidgraph-data");
    assert_eq!(meant(status().args(["--config", "a.toml"]), &folder), "from-file");
    assert_eq!(meant(status().env("AIDGRAPH_CONFIG", "a.toml"), &folder), "from-file");
    let mut both = status();
    both.args(["--config", "a.toml"]).env("AIDGRAPH_DATA", "from-environment");
    assert_eq!(meant(&mut both, &folder), "from-environment");
    assert_eq!(meant(both.args(["--data", "from-flag"]), &folder), "from-flag");
}

#[test]
fn a_file_that_means_nothing_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("listn = \"127.0.0.1:0\"", "line 1: there is no key `listn`; perhaps `listen` is meant"),
        ("data = \"x\"\nmax-depth = \"many\"", "invalid type"),
        ("data = ", "line 1"),
    ];
    for (text, expected) in cases {
        fs::write(folder.path().join("a.toml"), text).unwrap();
        for command in ["serve", "status"] {
            let output = aidgraph()
                .args([command, "--config", "a.toml"])
                .current_dir(folder.path())
                .output()
                .unwrap();
            let (said, code) = refused(&output);
            assert!(said.contains("a.toml") && said.contains(expected), "{said}");
            assert_eq!(code, 2);
        }
    }
    let missing = aidgraph().args(["status", "--config", "/nowhere.toml"]).output().unwrap();
    assert!(refused(&missing).0.contains("/nowhere.toml"));
}
