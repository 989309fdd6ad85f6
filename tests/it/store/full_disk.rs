//! A full disk: the current data stays, and with free space again everything works.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use aidgraph::store::{Error, Store};

use super::child::{Worker, command};
use super::dataset::{Dataset, start};
use crate::import::{WELLS, file};
use crate::support::server::{Server, code, run};

/// A mount that is removed when dropped.
pub(super) struct Mounted(PathBuf);

impl Mounted {
    fn new(arguments: &[&str], at: &Path) -> Option<Self> {
        let status = Command::new("mount").args(arguments).arg(at).status();
        status.is_ok_and(|s| s.success()).then(|| Self(at.to_path_buf()))
    }

    fn tmpfs(size: &str, at: &Path) -> Option<Self> {
        Self::new(&["-t", "tmpfs", "-o", &format!("size={size}"), "aidgraph-test"], at)
    }

    pub(super) fn bind_read_only(from: &Path, at: &Path) -> Option<Self> {
        Self::new(&["--bind", "-o", "ro", from.to_str()?], at)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Reports that a test could not run; with root on CI this is a failure.
pub(super) fn report_skipped(reason: &str) {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let is_ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
    assert!(!(is_root && is_ci), "{reason}, though CI runs as root");
    println!("SKIPPED: {reason} (needs root)");
}

/// Fills the disk of a folder, leaving some bytes free.
fn fill(folder: &Path, leave: u64) -> PathBuf {
    let path = folder.join("filler");
    let mut file = File::create(&path).unwrap();
    let mut written = 0;
    for block in [vec![0xAA_u8; 64 << 10], vec![0xAA_u8; 4 << 10]] {
        while file.write_all(&block).is_ok() {
            written = file.metadata().unwrap().len();
        }
    }
    file.set_len(written.saturating_sub(leave)).unwrap();
    path
}

#[test]
fn on_a_full_disk_the_old_dataset_stays_current_until_space_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = Mounted::tmpfs("64m", folder.path()) else {
        report_skipped("a small tmpfs could not be mounted");
        return;
    };
    let root = folder.path().join("data");
    let store = Store::open(&root).unwrap();
    let mut old = Dataset::new(1, 20);
    old.install(&store).unwrap();
    let (mut rejected, mut built) = (0, 0);
    for (version, leave) in
        (2..).zip([0, 4, 16, 64, 200, 300, 500, 800, 1200, 1800, 2500, 4000, 8000, 16000, 32000])
    {
        let new = Dataset::new(version, 300);
        let filler = fill(folder.path(), leave << 10);
        let installed = new.install(&store);
        // While the disk is still full, the current generation opens.
        let opened = store.current().map(|g| g.map(|g| Dataset::of(&g).unwrap()));
        let in_force = match installed {
            Ok(_) => {
                built += 1;
                new
            }
            Err(Error::NoSpace { .. }) => {
                rejected += 1;
                old
            }
            Err(error) => panic!("{leave} KiB: {error:?}"),
        };
        assert_eq!(opened.unwrap(), Some(in_force), "{leave} KiB");
        fs::remove_file(filler).unwrap();
        assert_eq!(start(&root).unwrap(), Some(in_force), "{leave} KiB, with free space again");
        // The rejected operation now succeeds.
        old = Dataset::new(version, 20);
        old.install(&store).unwrap();
        assert_eq!(start(&root).unwrap(), Some(old));
    }
    println!("{rejected} builds rejected, {built} had enough space");
    assert!(rejected > 2 && built > 0);
}

#[test]
fn a_file_size_limit_is_reported_as_a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let old = Dataset::new(1, 2);
    old.install(&Store::open(folder.path()).unwrap()).unwrap();
    for blocks in [0, 1, 100, 700] {
        let test = command(folder.path(), "try", Dataset::new(2, 300), "");
        // The child ignores the signal, so that writing fails as it does on a full disk.
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        shell.arg("-c").arg(script).arg(test.get_program()).args(test.get_args());
        for (name, value) in test.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
        let mut other = Worker::start(shell);
        let message = other.wait_for("INSTALL").expect("the child tried");
        assert!(message.starts_with("Err(NoSpace"), "{blocks} blocks: {message}");
        other.child.wait().unwrap();
        assert_eq!(start(folder.path()).unwrap(), Some(old), "{blocks} blocks");
    }
}

#[test]
fn a_full_disk_permits_starts_and_reads_and_rejects_uploads_with_a_code() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let Some(_mounted) = Mounted::tmpfs("64m", data.path()) else {
        report_skipped("a small tmpfs could not be mounted");
        return;
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let tokens = elsewhere.path().join("tokens").to_str().unwrap().to_owned();
    let output = run(&["token", "loader", "--role", "import", "--auth-file", &tokens]);
    let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let flags = ["--auth-file", &tokens, "--open-reading"];
    let version = |server: &Server| server.json("/health/ready")["dataVersion"].clone();
    let mut server = Server::start_on(&data, &flags);
    let before = (version(&server), server.get("/q/icp-history.csv").body);
    server.signal("TERM");
    server.wait_for_exit();
    for leave in [0, 100 << 10] {
        let filler = fill(data.path(), leave);
        for stop in ["TERM", "KILL"] {
            let mut server = Server::start_on(&data, &flags);
            assert_eq!((version(&server), server.get("/q/icp-history.csv").body), before);
            let claimed = format!("Bearer {token}");
            let headers = [("authorization", claimed.as_str())];
            let large = file(&[WELLS]).repeat(600);
            let path = "/admin/import?name=large.xml";
            let rejected = server.client().send("POST", path, &headers, &large).unwrap();
            assert_eq!((rejected.status, code(&rejected).as_str()), (507, "INSUFFICIENT_STORAGE"));
            assert!(rejected.body.contains("disk full"), "{}", rejected.body);
            assert_eq!((version(&server), server.get("/q/icp-history.csv").body), before);
            server.signal(stop);
            server.wait_for_exit();
        }
        fs::remove_file(filler).unwrap();
    }
    let server = Server::start_on(&data, &flags);
    assert_eq!((version(&server), server.get("/q/icp-history.csv").body), before);
}

#[test]
fn damaged_data_is_rebuilt_on_a_full_disk_in_the_space_of_the_generation_set_aside() {
    let data = Arc::new(tempfile::tempdir().unwrap());
    let Some(_mounted) = Mounted::tmpfs("64m", data.path()) else {
        report_skipped("a small tmpfs could not be mounted");
        return;
    };
    let version = |server: &Server| server.json("/health/ready")["dataVersion"].clone();
    let mut server = Server::start_on(&data, &[]);
    let before = version(&server);
    server.signal("TERM");
    server.wait_for_exit();
    let generations = || {
        let names = fs::read_dir(data.path()).unwrap().flatten();
        let names = names.map(|entry| entry.file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("gen-")).collect::<Vec<_>>()
    };
    let [only] = &generations()[..] else { panic!("{:?}", generations()) };
    fs::write(data.path().join(only).join("MANIFEST"), "").unwrap();
    let filler = fill(data.path(), 1 << 20);
    let server = Server::start_on(&data, &[]);
    assert_eq!(version(&server), before);
    let [only] = &generations()[..] else { panic!("{:?}", generations()) };
    assert!(!only.contains("bad"), "{only}");
    fs::remove_file(filler).unwrap();
}
