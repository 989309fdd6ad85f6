//! What a data folder holds on the disk: nothing of older layouts, and nothing for others to read.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{Activity, Desk, WELLS, file};
use crate::support::server::{Server, aidgraph};

fn all(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(all(&path)) } else { found.push(path) }
    }
    found
}

/// Entries that others than the user may read, write or enter.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let wanted = |path: &PathBuf| if path.is_dir() { 0o700 } else { 0o600 };
    let all = all(folder).into_iter().filter(|path| mode(path) != wanted(path));
    all.map(|path| format!("{} {:o}", path.display(), mode(&path))).collect()
}

#[test]
fn a_data_folder_belongs_to_its_user_alone_whatever_the_umask() {
    for umask in ["000", "022", "077", "277"] {
        let desk = Desk::new();
        let path = desk.write("a.xml", file(&[WELLS]));
        let script = format!("umask {umask}; exec \"$0\" import --data \"$1\" \"$2\"");
        let mut shell = std::process::Command::new("sh");
        shell.arg("-c").arg(script).arg(aidgraph().get_program()).arg(desk.data()).arg(path);
        assert!(shell.output().unwrap().status.success());
        assert_eq!(open_to_others(&desk.data()), Vec::<String>::new(), "umask {umask}");
    }
}

#[test]
fn what_an_older_version_left_open_is_closed_at_the_start_and_other_files_stay_as_they_are() {
    let desk = Desk::new();
    desk.import(&desk.write("a.xml", file(&[WELLS])));
    let widen = || {
        for path in all(&desk.data()) {
            let mode = if path.is_dir() { 0o755 } else { 0o644 };
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    widen();
    desk.import(&desk.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }])));
    assert_eq!(open_to_others(&desk.data()), Vec::<String>::new());
    widen();
    // A folder that was chosen badly is not closed to those whose files are in it.
    let notes = desk.write("data/notes.txt", "not ours");
    fs::set_permissions(&notes, fs::Permissions::from_mode(0o644)).unwrap();
    desk.import(&desk.write("c.xml", file(&[Activity { id: "XX-3", ..WELLS }])));
    let open = open_to_others(&desk.data());
    let wanted = [format!("{} 755", desk.data().display()), format!("{} 644", notes.display())];
    assert_eq!(open, wanted);
}

#[test]
fn segments_that_no_file_in_force_was_read_into_go_with_the_next_build() {
    let desk = Desk::new();
    desk.import(&desk.write("a.xml", file(&[WELLS])));
    let segments = || {
        let entries = fs::read_dir(desk.data().join("parsed")).unwrap().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let own = segments();
    assert_eq!(own.len(), 1, "{own:?}");
    // As another reader and another layout would have left them.
    for other in ["-iati-0-1.seg", "-iati-2-6.seg", "-crs-1-7.seg"] {
        let digest = &own[0][..64];
        fs::copy(
            desk.data().join("parsed").join(&own[0]),
            desk.data().join("parsed").join(format!("{digest}{other}")),
        )
        .unwrap();
    }
    desk.import(&desk.write("b.xml", file(&[Activity { id: "XX-2", ..WELLS }])));
    let left = segments();
    assert!(left.len() == 2 && left.contains(&own[0]), "{left:?}");
    assert!(desk.run(&["remove", "a.xml"]).status.success());
    assert!(!segments().contains(&own[0]), "{:?}", segments());
}

#[test]
fn a_generation_of_another_layout_is_built_again_without_being_called_damaged() {
    let desk = Desk::new();
    desk.import(&desk.write("a.xml", file(&[WELLS])));
    // The manifest of an older layout, put in force as that version did.
    let current = fs::read_to_string(desk.data().join("CURRENT")).unwrap();
    let name = current.split(' ').next().unwrap().to_owned();
    let path = desk.data().join(&name).join("MANIFEST");
    let mut manifest: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    manifest["schema"] = 1.into();
    let bytes = serde_json::to_vec(&manifest).unwrap();
    fs::write(&path, &bytes).unwrap();
    let digest = aidgraph::store::sha256(&bytes);
    fs::write(desk.data().join("CURRENT"), format!("{name} {digest}\n")).unwrap();

    let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0", "--log", "json"]);
    let mut server = command.spawn().unwrap();
    let mut said = String::new();
    let mut lines = std::io::BufReader::new(server.stderr.take().unwrap());
    while !said.contains("\"ready\"") {
        use std::io::BufRead as _;
        assert!(lines.read_line(&mut said).unwrap() > 0, "{said}");
    }
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(said.contains("rebuilt for layout") && said.contains("layout 1"), "{said}");
    assert!(!said.contains("damaged"), "{said}");
    let generations: Vec<String> = fs::read_dir(desk.data())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().into_string().unwrap())
        .filter(|name| name.starts_with("gen-"))
        .collect();
    assert_eq!(generations, ["gen-000002"], "the one of the older layout is gone");
}

#[test]
fn a_server_keeps_its_folder_to_itself_too() {
    let server = Server::start(&[]);
    assert_eq!(open_to_others(server.data().path()), Vec::<String>::new());
}

#[test]
fn a_source_that_rots_is_told_while_answers_are_still_right() {
    use std::sync::Arc;
    let data = Arc::new(tempfile::tempdir().unwrap());
    let mut server = Server::start_on(&data, &[]);
    let answer = server.get("/q/icp-history.csv").body;
    server.signal("TERM");
    server.end();
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
    let said = server.hear("is damaged")["message"].as_str().unwrap().to_owned();
    assert!(said.contains("seed/") && said.contains(source.to_str().unwrap()), "{said}");
    assert_eq!(server.get("/q/icp-history.csv").body, answer);
}
