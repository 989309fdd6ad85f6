//! Builds the playground, `web/`, into `OUT_DIR/playground`, from where the binary embeds it.
//!
//! The source tree is only read: `web/` is copied to `OUT_DIR/web`, and npm works there. Whoever
//! has no npm, or no network, still gets a binary; its playground is then the plain page of
//! `web/plain`, which needs no build. `AIDGRAPH_PLAYGROUND` says what is wanted: see [`Wanted`].

use std::env;
use std::error::Error;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names the variable that chooses between the full and the plain page.
const SWITCH: &str = "AIDGRAPH_PLAYGROUND";

/// What the full page is made from, under `web/`.
///
/// One by one, since cargo would take `web/` with its `node_modules`, where a developer's npm never
/// rests. A file that is missing here is missing from the copy as well, so the build that needs it
/// fails at once.
const FULL: [&str; 10] = [
    "index.html",
    "package-lock.json",
    "package.json",
    "public/favicon.svg",
    "src/examples.jsx",
    "src/main.css",
    "src/main.jsx",
    "src/no-style-element.js",
    "src/service.js",
    "vite.config.js",
];

/// The plain page, under `web/`; each file is served under its bare name.
const PLAIN: [&str; 4] =
    ["plain/index.html", "plain/plain.css", "plain/plain.js", "public/favicon.svg"];

/// A failure is told to a person, in a warning or by cargo, and nobody handles its parts.
type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    for file in FULL.iter().chain(&PLAIN) {
        println!("cargo::rerun-if-changed=web/{file}");
    }
    println!("cargo::rerun-if-env-changed={SWITCH}");

    let workshop =
        Workshop { web: directory("CARGO_MANIFEST_DIR")?.join("web"), out: directory("OUT_DIR")? };
    match Wanted::from_env()? {
        Wanted::Off => workshop.plain(),
        Wanted::Require => workshop.full(),
        Wanted::Auto => workshop.full().or_else(|why| {
            println!(
                "cargo::warning=the playground is the plain page: {why}. For the full one have \
                 Node 20.19 or newer with npm on the PATH, and the npm registry in reach, and \
                 build with {SWITCH}=require"
            );
            workshop.plain()
        }),
    }
}

/// Which page is wanted, by `AIDGRAPH_PLAYGROUND`.
enum Wanted {
    /// `auto`, or nothing: the full page where it can be built, else the plain one and a warning.
    Auto,
    /// `require`: the full page, or the build fails. For releases.
    Require,
    /// `off`: the plain page, at once and in silence.
    Off,
}

impl Wanted {
    /// Refuses a word it does not know: `AIDGRAPH_PLAYGROUND=required` must not release a plain
    /// page.
    fn from_env() -> Result<Self> {
        let word = env::var_os(SWITCH).unwrap_or_default();
        match word.to_str() {
            Some("" | "auto") => Ok(Self::Auto),
            Some("require") => Ok(Self::Require),
            Some("off") => Ok(Self::Off),
            _ => Err(format!("{SWITCH} is auto, require or off, not {}", word.display()).into()),
        }
    }
}

/// Where the page is made.
struct Workshop {
    /// `web/` in the source tree: read, never written.
    web: PathBuf,
    /// Cargo's `OUT_DIR`: `web` (npm's place), `playground` (the result), `playground.stamp` (what
    /// it was made from).
    out: PathBuf,
}

impl Workshop {
    /// Has npm build the page, unless the one that is there was made from the same files.
    ///
    /// # Errors
    ///
    /// When there is no npm, when it fails, or when a file cannot be read or written.
    fn full(&self) -> Result<()> {
        let stamp = self.stamp("full", &FULL)?;
        if self.holds(&stamp) {
            return Ok(());
        }
        let copy = self.out.join("web");
        clear_but_modules(&copy)?;
        for file in FULL {
            copy_file(&self.web.join(file), &copy.join(file))?;
        }
        self.install(&copy)?;
        run(&copy, "npx", &["--no-install", "vite", "build"])?;
        self.replace(&stamp, |playground| Ok(fs::rename(copy.join("dist"), playground)?))
    }

    /// Installs what the lock file names, unless the last installation already did.
    ///
    /// The mark is a copy of the lock file inside `node_modules`: npm empties that folder before it
    /// installs, so an installation that was cut short has none.
    fn install(&self, copy: &Path) -> Result<()> {
        let lock = fs::read(self.web.join("package-lock.json"))?;
        let mark = copy.join("node_modules/.installed-from");
        if fs::read(&mark).is_ok_and(|installed| installed == lock) {
            return Ok(());
        }
        // The browser test's driver is a `dev` dependency. Npm's own cache comes before the
        // network, and without a network npm gives up after one more try: its default is minutes.
        let mut ci = vec!["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"];
        ci.extend(["--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]);
        run(copy, "npm", &ci)?;
        Ok(fs::write(mark, lock)?)
    }

    /// Puts the plain page in place.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or written.
    fn plain(&self) -> Result<()> {
        let stamp = self.stamp("plain", &PLAIN)?;
        if self.holds(&stamp) {
            return Ok(());
        }
        self.replace(&stamp, |playground| {
            for file in PLAIN {
                let file = self.web.join(file);
                let name = file.file_name().ok_or("a file of the plain page has no name")?;
                copy_file(&file, &playground.join(name))?;
            }
            Ok(())
        })
    }

    /// What a page is made from, in one line: its kind and a hash of its files and of this script's
    /// list of them.
    fn stamp(&self, kind: &str, files: &[&str]) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        for file in files {
            let path = self.web.join(file);
            let bytes = fs::read(&path).map_err(|err| format!("{}: {err}", path.display()))?;
            (file, bytes).hash(&mut hasher);
        }
        Ok(format!("{kind} {:016x}", hasher.finish()))
    }

    /// Whether the page in place is the one that `stamp` describes.
    fn holds(&self, stamp: &str) -> bool {
        fs::read_to_string(self.stamp_file()).is_ok_and(|held| held == stamp)
            && self.out.join("playground/index.html").is_file()
    }

    /// Swaps the page for what `make` leaves at the path it is given. The stamp goes first and
    /// comes last, so that a build that is cut short is done again.
    fn replace(&self, stamp: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let playground = self.out.join("playground");
        allow_missing(fs::remove_file(self.stamp_file()))?;
        allow_missing(fs::remove_dir_all(&playground))?;
        make(&playground)?;
        Ok(fs::write(self.stamp_file(), stamp)?)
    }

    fn stamp_file(&self) -> PathBuf {
        self.out.join("playground.stamp")
    }
}

/// A folder that cargo names in the environment.
fn directory(variable: &str) -> Result<PathBuf> {
    let path = env::var_os(variable).ok_or_else(|| format!("cargo has not set {variable}"))?;
    Ok(PathBuf::from(path))
}

/// Removes what an earlier build copied here, and keeps `node_modules`, the slow part.
fn clear_but_modules(copy: &Path) -> io::Result<()> {
    fs::create_dir_all(copy)?;
    for entry in fs::read_dir(copy)? {
        let entry = entry?;
        if entry.file_name() == "node_modules" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Copies the bytes alone: a read-only source tree must not make a read-only copy, which nothing
/// could replace.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, fs::read(from)?)
}

/// Runs one of npm's programs, and keeps what it says for the error: cargo shows a build script's
/// output to nobody.
fn run(folder: &Path, program: &str, arguments: &[&str]) -> Result<()> {
    let spelled = if cfg!(windows) { format!("{program}.cmd") } else { program.to_owned() };
    let output = Command::new(spelled)
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|err| match err.kind() {
            ErrorKind::NotFound => format!("there is no {program} on the PATH"),
            _ => format!("{program} does not start: {err}"),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let beside_the_point =
        |line: &&str| line.is_empty() || line.starts_with("at ") || line.starts_with("npm warn");
    let errors = said.lines().map(str::trim).filter(|line| !beside_the_point(line));
    let errors = errors.take(5).collect::<Vec<_>>().join(" | ");
    Err(format!("{program} failed, {}: {errors}", output.status).into())
}

/// Takes "it was not there" for "it has been removed".
fn allow_missing(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
