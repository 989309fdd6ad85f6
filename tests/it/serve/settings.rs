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

#[test]
fn a_flag_that_there_is_none_of_gets_the_one_that_is_meant() {
    let cases: &[(&[&str], &str)] = &[
        (&["serve", "--port", "5000"], "perhaps `--listen 127.0.0.1:5000` is meant"),
        (&["serve", "--port=5000"], "perhaps `--listen 127.0.0.1:5000` is meant"),
        (&["serve", "-p", "5000"], "perhaps `--listen 127.0.0.1:5000` is meant"),
        (&["serve", "-p5000"], "perhaps `--listen 127.0.0.1:5000` is meant"),
        (&["serve", "--port"], "perhaps `--listen` is meant"),
        (&["serve", "--prot", "5000"], "perhaps `--listen 127.0.0.1:5000` is meant"),
        (&["serve", "--host", "0.0.0.0"], "perhaps `--listen` is meant"),
        (&["serve", "--bind", "0.0.0.0"], "perhaps `--listen` is meant"),
        (&["serve", "--Listen", "x"], "perhaps `--listen` is meant"),
        (&["serve", "4100"], "perhaps `--listen 127.0.0.1:4100` is meant"),
        (&["serve", "0.0.0.0:4100"], "perhaps `--listen 0.0.0.0:4100` is meant"),
        (&["serve", "--data_dir", "x"], "perhaps `--data` is meant"),
        (&["serve", "--cors", "x"], "perhaps `--cors-origin` is meant"),
        (&["serve", "--timeout", "1s"], "perhaps `--request-timeout` is meant"),
        (&["serve", "--verbose"], "perhaps `--log-level` is meant"),
        (&["check", "seed", "--jsn"], "perhaps `--json` is meant"),
        (&["import", "a.xml", "--nmae", "b"], "perhaps `--name` is meant"),
        (&["import", "--wacth", "in"], "perhaps `--watch` is meant"),
        (&["import", "a.xml", "--fromat", "crs"], "perhaps `--format` is meant"),
        (&["import", "a.xml", "--listen", "x"], "it is a flag of `aidgraph serve`"),
        (&["remove", "a.xml", "--dta", "x"], "perhaps `--data` is meant"),
        (&["status", "--problem", "x"], "perhaps `--problems` is meant"),
        (&["status", "-d", "x"], "perhaps `--data` is meant"),
        (&["query", "q.graphql", "--vars", "{}"], "perhaps `--variables` is meant"),
        (&["query", "q.graphql", "--opertion", "x"], "perhaps `--operation` is meant"),
        (&["token", "x", "--roles", "read"], "perhaps `--role` is meant"),
        (&["token", "x", "--auth_file", "x"], "perhaps `--auth-file` is meant"),
    ];
    for (words, wanted) in cases {
        let output = aidgraph().args(*words).output().unwrap();
        let (said, code) = refused(&output);
        assert!(said.contains(wanted), "{words:?}: {said}");
        assert!(said.ends_with(&format!("see `aidgraph {} --help`", words[0])), "{said}");
        assert_eq!(code, 2);
    }
    let (said, _) = refused(&aidgraph().args(["serve", "--zzz"]).output().unwrap());
    assert!(!said.contains("perhaps"), "{said}");
    let help = aidgraph().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(
        ["--listen", "--data", "--seed", "--auth-file"].iter().all(|f| help.contains(f)),
        "{help}"
    );
}
