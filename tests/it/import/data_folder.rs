//! Contents and permissions of a data folder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{Activity, Sandbox, WELLS, file};
use crate::support::server::{Server, aidgraph};

fn all(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(all(&path)) } else { found.push(path) }
    }
    found
}

/// Returns entries that other users can read, write or enter.
fn accessible_to_others(folder: &Path) -> Vec<String> {
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let allowed = |path: &PathBuf| if path.is_dir() { 0o700 } else { 0o600 };
    let all = all(folder).into_iter().filter(|path| mode(path) != allowed(path));
    all.map(|path| format!("{} {:o}", path.display(), mode(&path))).collect()
}

#[test]
fn a_data_folder_is_private_with_any_umask() {
    for umask in ["000", "022", "077", "277"] {
        let sandbox = Sandbox::new();
        let path = sandbox.write("a.xml", file(&[WELLS]));
        let script = format!("umask {umask}; exec \"$0\" import --data \"$1\" \"$2\"");
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(script).arg(aidgraph().get_program()).arg(sandbox.data()).arg(path);
        assert!(shell.output().unwrap().status.success());
        assert_eq!(accessible_to_others(&sandbox.data()), Vec::<String>::new(), "umask {umask}");
    }
}

#[test]
fn permissions_of_older_versions_are_restricted_at_the_start_and_foreign_files_unchanged() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    let widen = || {
        for path in all(&sandbox.data()) {
            let mode = if path.is_dir() { 0o755 } else { 0o644 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    widen();
    sandbox.import(&sandbox.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }])));
    assert_eq!(accessible_to_others(&sandbox.data()), Vec::<String>::new());
    widen();
    // A folder that also holds other files keeps its permissions.
    let notes = sandbox.write("data/notes.txt", "not ours");
    fs::set_permissions(&notes, fs::Permissions::from_mode(0o644)).unwrap();
    sandbox.import(&sandbox.write("c.xml", file(&[Activity { id: "XX-3", ..WELLS }])));
    let open = accessible_to_others(&sandbox.data());
    let allowed = [format!("{} 755", sandbox.data().display()), format!("{} 644", notes.display())];
    assert_eq!(open, allowed);
}

#[test]
fn segments_without_a_current_file_are_removed_by_the_next_build() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    let segments = || {
        let entries = fs::read_dir(sandbox.data().join("parsed")).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let own = segments();
    assert_eq!(own.len(), 1, "{own:?}");
    // Segments of another reader and another layout.
    for other in ["-iati-0-1.seg", "-iati-2-6.seg", "-crs-1-7.seg"] {
        let digest = &own[0][..64];
        fs::copy(
            sandbox.data().join("parsed").join(&own[0]),
            sandbox.data().join("parsed").join(format!("{digest}{other}")),
        )
        .unwrap();
    }
    sandbox.import(&sandbox.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }])));
    let left = segments();
    assert!(left.len() == 2 && left.contains(&own[0]), "{left:?}");
    assert!(sandbox.run(&["remove", "a.xml"]).status.success());
    assert!(!segments().contains(&own[0]), "{:?}", segments());
}

#[test]
fn a_generation_of_another_layout_is_rebuilt_and_not_reported_as_damaged() {
    let sandbox = Sandbox::new();
    sandbox.import(&sandbox.write("a.xml", file(&[WELLS])));
    // The manifest of an older layout, activated as that version did.
    let current = fs::read_to_string(sandbox.data().join("CURRENT")).unwrap();
    let name = current.split(' ').next().unwrap().to_owned();
    let path = sandbox.data().join(&name).join("MANIFEST");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["schema"] = 1.into();
    let bytes = serde_json::to_vec(&manifest).unwrap();
    fs::write(&path, &bytes).unwrap();
    let digest = aidgraph::store::sha256(&bytes);
    fs::write(sandbox.data().join("CURRENT"), format!("{name} {digest}\n")).unwrap();

    let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0", "--log", "json"]);
    let mut server = command.spawn().unwrap();
    let mut message = String::new();
    let mut lines = std::io::BufReader::new(server.stderr.take().unwrap());
    while !message.contains("\"ready\"") {
        use std::io::BufRead as _;
        assert!(lines.read_line(&mut message).unwrap() > 0, "{message}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(message.contains("rebuilt for layout") && message.contains("layout 1"), "{message}");
    assert!(!message.contains("damaged"), "{message}");
    let generations: Vec<String> = fs::read_dir(sandbox.data())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.starts_with("gen-"))
        .collect();
    assert_eq!(generations, ["gen-000002"], "the generation of the older layout was removed");
}

#[test]
fn a_server_creates_a_private_data_folder() {
    let server = Server::start(&[]);
    assert_eq!(accessible_to_others(server.data().path()), Vec::<String>::new());
}

#[test]
fn a_damaged_source_is_reported_while_responses_stay_correct() {
    use std::sync::Arc;
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &[]);
    let response = server.get("/q/icp-history.csv").body;
    server.signal("TERM");
    server.wait_for_exit();
    let sources = all(&data.path().join("sources"));
    let source = sources
        .iter()
        .filter(|path| path.is_file())
        .max_by_key(|path| fs::metadata(path).unwrap().len());
    let source = source.unwrap();
    let mut bytes = fs::read(source).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(source, bytes).unwrap();
    let server = Server::start_on(&data, &[]);
    let message = server.wait_for_log("is damaged")["message"].as_str().unwrap().to_owned();
    assert!(message.contains("seed/") && message.contains(source.to_str().unwrap()), "{message}");
    assert_eq!(server.get("/q/icp-history.csv").body, response);
}
