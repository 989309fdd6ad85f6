//! Precedence of settings: flags, environment, file, defaults.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::support::server::{aidgraph, rejected};

/// Returns the data folder that a command uses, as named in its error.
fn data_folder_of(command: &mut Command, folder: &TempDir) -> String {
    let (message, _) = rejected(&command.current_dir(folder.path()).output().unwrap());
    let rest = message.split("no data folder ").nth(1).unwrap_or_else(|| panic!("{message}"));
    rest.split(':').next().unwrap().to_owned()
}

#[test]
fn flags_precede_the_environment_and_the_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), "data = \"from-file\"\nlisten = \"127.0.0.1:0\"\n")
        .unwrap();
    let status = || {
        let mut command = aidgraph();
        command.arg("status");
        command
    };
    assert_eq!(data_folder_of(&mut status(), &folder), "./aidgraph-data");
    assert_eq!(data_folder_of(status().args(["--config", "a.toml"]), &folder), "from-file");
    assert_eq!(data_folder_of(status().env("AIDGRAPH_CONFIG", "a.toml"), &folder), "from-file");
    let mut both = status();
    both.args(["--config", "a.toml"]).env("AIDGRAPH_DATA", "from-environment");
    assert_eq!(data_folder_of(&mut both, &folder), "from-environment");
    assert_eq!(data_folder_of(both.args(["--data", "from-flag"]), &folder), "from-flag");
}

#[test]
fn invalid_configuration_files_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("listn = \"127.0.0.1:0\"", "line 1: unknown key `listn`; did you mean `listen`?"),
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
            let (message, code) = rejected(&output);
            assert!(message.contains("a.toml") && message.contains(expected), "{message}");
            assert_eq!(code, 2);
        }
    }
    let missing = aidgraph().args(["status", "--config", "/nowhere.toml"]).output().unwrap();
    assert!(rejected(&missing).0.contains("/nowhere.toml"));
}

#[test]
fn removed_settings_are_rejected_in_every_source() {
    let folder = tempfile::tempdir().unwrap();
    for (setting, instead) in [
        ("max-tokens", "the limit is fixed at 4000"),
        ("socket-send-timeout", "the limit is fixed at 10s"),
        ("max-uploads", "the limit is fixed at 8"),
        ("response-cache", "set `response-cache-bytes`"),
        ("otlp-endpoint", "use JSON logs and `/metrics`"),
    ] {
        let flag = format!("--{setting}");
        let by_flag = aidgraph().args(["serve", &flag, "5"]).output().unwrap();
        let variable = format!("AIDGRAPH_{}", setting.to_uppercase().replace('-', "_"));
        let by_variable =
            aidgraph().arg("serve").env(&variable, "5").current_dir(folder.path()).output();
        fs::write(folder.path().join("a.toml"), format!("{setting} = \"5\"")).unwrap();
        let mut by_file = aidgraph();
        by_file.args(["serve", "--config", "a.toml"]).current_dir(folder.path());
        for (output, name) in [
            (by_flag, &flag),
            (by_variable.unwrap(), &variable),
            (by_file.output().unwrap(), &format!("`{setting}`")),
        ] {
            let (message, code) = rejected(&output);
            assert!(message.contains(name.as_str()) && message.contains(instead), "{message}");
            assert_eq!(code, 2);
        }
    }
    // Variables of builds and tests do not belong to the service.
    let mut status = aidgraph();
    status.arg("status").env("AIDGRAPH_PLAYGROUND", "off");
    assert_eq!(data_folder_of(&mut status, &folder), "./aidgraph-data");
}

#[test]
fn unknown_flags_get_a_suggestion() {
    let cases: &[(&[&str], &str)] = &[
        (&["serve", "--port", "5000"], "did you mean `--listen 127.0.0.1:5000`?"),
        (&["serve", "--port=5000"], "did you mean `--listen 127.0.0.1:5000`?"),
        (&["serve", "-p", "5000"], "did you mean `--listen 127.0.0.1:5000`?"),
        (&["serve", "-p5000"], "did you mean `--listen 127.0.0.1:5000`?"),
        (&["serve", "--port"], "did you mean `--listen`?"),
        (&["serve", "--prot", "5000"], "did you mean `--listen 127.0.0.1:5000`?"),
        (&["serve", "--host", "0.0.0.0"], "did you mean `--listen`?"),
        (&["serve", "--bind", "0.0.0.0"], "did you mean `--listen`?"),
        (&["serve", "--Listen", "x"], "did you mean `--listen`?"),
        (&["serve", "4100"], "did you mean `--listen 127.0.0.1:4100`?"),
        (&["serve", "0.0.0.0:4100"], "did you mean `--listen 0.0.0.0:4100`?"),
        (&["serve", "--data_dir", "x"], "did you mean `--data`?"),
        (&["serve", "--cors", "x"], "did you mean `--cors-origin`?"),
        (&["serve", "--timeout", "1s"], "did you mean `--request-timeout`?"),
        (&["serve", "--verbose"], "did you mean `--log-level`?"),
        (&["check", "seed", "--jsn"], "did you mean `--json`?"),
        (&["import", "a.xml", "--nmae", "b"], "did you mean `--name`?"),
        (&["import", "--wacth", "in"], "did you mean `--watch`?"),
        (&["import", "a.xml", "--fromat", "crs"], "did you mean `--format`?"),
        (&["import", "a.xml", "--listen", "x"], "`aidgraph serve` has this flag"),
        (&["remove", "a.xml", "--dta", "x"], "did you mean `--data`?"),
        (&["status", "--problem", "x"], "did you mean `--problems`?"),
        (&["status", "-d", "x"], "did you mean `--data`?"),
        (&["query", "q.graphql", "--vars", "{}"], "did you mean `--variables`?"),
        (&["query", "q.graphql", "--opertion", "x"], "did you mean `--operation`?"),
        (&["token", "x", "--roles", "read"], "did you mean `--role`?"),
        (&["token", "x", "--auth_file", "x"], "did you mean `--auth-file`?"),
    ];
    for (words, expected_help) in cases {
        let output = aidgraph().args(*words).output().unwrap();
        let (message, code) = rejected(&output);
        assert!(message.contains(expected_help), "{words:?}: {message}");
        assert!(message.ends_with(&format!("`aidgraph {} --help`", words[0])), "{message}");
        assert_eq!(code, 2);
    }
    let (message, _) = rejected(&aidgraph().args(["serve", "--zzz"]).output().unwrap());
    assert!(!message.contains("did you mean"), "{message}");
    let help = aidgraph().arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(
        ["--listen", "--data", "--seed", "--auth-file"].iter().all(|f| help.contains(f)),
        "{help}"
    );
}
