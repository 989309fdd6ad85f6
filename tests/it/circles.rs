//! Files do not need each other in circles: what two of them share stands in a third.
//!
//! The arrows are those of `use` and of paths in the code; a name that another file passes on leads to where it stands. The
//! `mod.rs` of a folder is the room itself: it and its files may need each other, but not through a file outside the room.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::house::{root, rust_files};

/// The path of a module, from the crate on.
type Module = Vec<String>;

/// Objects of the schema lead to each other, as what they are of does.
const MAY_CIRCLE: &str = "graphql/types/";

/// What a file says.
#[derive(Debug, Default)]
struct File {
    /// What it brings in or passes on, by the name that it has here.
    uses: Vec<(String, Module)>,
    /// All paths that it needs: a name that it only passes on is not among them.
    paths: Vec<Module>,
}

/// The code without comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

impl File {
    fn read(text: &str) -> Self {
        let mut file = Self::default();
        let mut rest = String::new();
        let mut passed = Vec::new();
        for statement in code(text).split_inclusive(';') {
            let begin = statement.rfind("use ").filter(|at| {
                let before = statement[..*at].trim_end();
                before.is_empty() || before.ends_with(['}', ']', ')']) || before.ends_with("pub")
            });
            match begin {
                Some(at) => {
                    rest.push_str(&statement[..at]);
                    let tree = statement[at + 4..].trim_end_matches(';');
                    let first = file.uses.len();
                    file.add_use(&[], tree);
                    let before = statement[..at].trim_end();
                    if before.ends_with("pub") || before.ends_with(')') {
                        passed.extend(first..file.uses.len());
                    }
                }
                None => rest.push_str(statement),
            }
        }
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let names: BTreeSet<&str> = rest.split(|c: char| !is_of_name(c)).collect();
        let needed = file
            .uses
            .iter()
            .enumerate()
            .filter(|(at, (name, _))| !passed.contains(at) || names.contains(name.as_str()));
        file.paths.extend(needed.map(|(_, (_, path))| path.clone()));
        let is_of_path = |c: char| is_of_name(c) || c == ':';
        let words = rest.split(|c: char| !is_of_path(c)).filter(|word| word.contains("::"));
        file.paths.extend(words.map(steps).filter(|path| path.len() > 1));
        file
    }

    /// Adds what a tree of imports names: `a::{b, c::{self, d as e}}`.
    fn add_use(&mut self, before: &[String], tree: &str) {
        if let Some((prefix, group)) = tree.split_once('{') {
            let before = [before, &steps(prefix)].concat();
            let group = group.rsplit_once('}').map_or(group, |(group, _)| group);
            for part in parts(group) {
                self.add_use(&before, part);
            }
            return;
        }
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut path = [before, &steps(path)].concat();
        if path.len() > 1 {
            path.retain(|step| step != "self");
        }
        let name = if alias.trim().is_empty() {
            path.last().cloned()
        } else {
            Some(alias.trim().to_owned())
        };
        if let Some(name) = name {
            self.uses.push((name, path));
        }
    }
}

/// The steps of a path.
fn steps(path: &str) -> Module {
    path.split("::").map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect()
}

/// The parts of a group between commas, groups within left whole.
fn parts(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(&group[from..]);
    all.retain(|part| !part.trim().is_empty());
    all
}

/// All files by their modules.
struct Files(BTreeMap<Module, File>);

impl Files {
    fn read() -> Self {
        let mut files = BTreeMap::new();
        let sources = root().join("src");
        for path in rust_files(&sources) {
            let short = path.strip_prefix(&sources).unwrap().with_extension("");
            let mut module: Module =
                short.iter().map(|step| step.to_str().unwrap().to_owned()).collect();
            if matches!(module.last().unwrap().as_str(), "mod" | "lib") {
                module.pop();
            }
            files.insert(module, File::read(&fs::read_to_string(&path).unwrap()));
        }
        Self(files)
    }

    /// The module that a path begins at as it stands in a module, and its other steps.
    fn begin(&self, here: &Module, path: &[String], depth: usize) -> Option<(Module, Module)> {
        let first = path.first()?.as_str();
        match first {
            "crate" => Some((Module::new(), path[1..].to_vec())),
            "self" => Some((here.clone(), path[1..].to_vec())),
            "super" => {
                let up = path.iter().take_while(|step| *step == "super").count();
                let base = here.get(..here.len().checked_sub(up)?)?.to_vec();
                Some((base, path[up..].to_vec()))
            }
            _ if self.0.contains_key(&[&here[..], &path[..1]].concat()) => {
                Some((here.clone(), path.to_vec()))
            }
            _ => {
                // A module that was brought in by its name.
                let (_, from) = self.0.get(here)?.uses.iter().find(|(name, _)| name == first)?;
                let is_itself = depth > 8 || from[..] == *path;
                let module = if is_itself { None } else { self.resolve(here, from, depth + 1) };
                Some((module?, path[1..].to_vec()))
            }
        }
    }

    /// The file where the last step of a path stands.
    fn resolve(&self, here: &Module, path: &[String], depth: usize) -> Option<Module> {
        let (mut module, mut rest) = self.begin(here, path, depth)?;
        while let Some(next) = rest.first().cloned() {
            let child = [&module[..], std::slice::from_ref(&next)].concat();
            if self.0.contains_key(&child) {
                module = child;
                rest.remove(0);
                continue;
            }
            let passed = self.0.get(&module)?.uses.iter().find(|(name, _)| *name == next);
            if let Some((_, from)) = passed.filter(|_| depth < 8) {
                let on = [&from[..], &rest[1..]].concat();
                return self.resolve(&module, &on, depth + 1).or(Some(module));
            }
            break;
        }
        Some(module)
    }

    /// The files that each file needs.
    fn arrows(&self) -> Arrows {
        let needs = |(module, file): (&Module, &File)| {
            let needed = file.paths.iter().filter_map(|path| self.resolve(module, path, 0));
            (module.clone(), needed.filter(|other| other != module).collect())
        };
        self.0.iter().map(needs).collect()
    }
}

/// The files that each file needs.
type Arrows = BTreeMap<Module, BTreeSet<Module>>;

/// All that can be reached from a file.
fn reached(arrows: &Arrows, from: &Module) -> BTreeSet<Module> {
    let (mut reached, mut rest) = (BTreeSet::new(), vec![from]);
    while let Some(next) = rest.pop() {
        for other in arrows.get(next).into_iter().flatten() {
            if reached.insert(other.clone()) {
                rest.push(other);
            }
        }
    }
    reached
}

/// The arrows among some files.
fn within(arrows: &Arrows, files: &BTreeSet<Module>) -> Arrows {
    let own = arrows.iter().filter(|(file, _)| files.contains(*file));
    own.map(|(file, needed)| (file.clone(), needed & files)).collect()
}

/// The circles: files that reach each other. A room that reaches only its own files is no part of one.
fn circles(arrows: &Arrows) -> BTreeSet<BTreeSet<Module>> {
    let all: BTreeMap<&Module, BTreeSet<Module>> =
        arrows.keys().map(|file| (file, reached(arrows, file))).collect();
    let circle = |file: &&Module| {
        let mates =
            all[*file].iter().filter(|other| all.get(other).is_some_and(|r| r.contains(*file)));
        mates.cloned().collect::<BTreeSet<_>>()
    };
    let mut found = BTreeSet::new();
    for circle in all.keys().map(circle).filter(|circle| circle.len() > 1).collect::<BTreeSet<_>>()
    {
        // The shortest path sorts first: the room, if all others stand in it.
        let room = circle.first().filter(|room| circle.iter().all(|file| file.starts_with(room)));
        match room.cloned() {
            Some(room) => {
                let files = &circle - &BTreeSet::from([room]);
                found.extend(circles(&within(arrows, &files)));
            }
            None => {
                found.insert(circle);
            }
        }
    }
    found
}

#[test]
fn files_do_not_need_each_other_in_circles() {
    let arrows = Files::read().arrows();
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 500, "arrows are not seen");
    let may = |circle: &&BTreeSet<String>| circle.iter().all(|file| file.starts_with(MAY_CIRCLE));
    let found = circles(&arrows);
    let found: BTreeSet<BTreeSet<String>> =
        found.iter().map(|circle| circle.iter().map(|file| file.join("/")).collect()).collect();
    let new: Vec<_> = found.iter().filter(|circle| !may(circle)).collect();
    assert!(new.is_empty(), "move what these files share into a file of its own: {new:#?}");
}

#[test]
fn paths_lead_to_where_their_names_stand() {
    let file = |text: &str| File::read(text);
    let module = |path: &str| path.split('/').map(str::to_owned).collect::<Module>();
    let files = Files(BTreeMap::from([
        (Module::new(), file("pub mod a;")),
        (module("a"), file("mod one;\nmod two;\npub use two::{Thing as Other, Word};")),
        (
            module("a/one"),
            file("use std::fs;\nuse super::{Other, two};\n// crate::b\nfn f() { crate::b::g(); }"),
        ),
        (
            module("a/two"),
            file("pub struct Thing;\n#[cfg(test)]\nmod tests { use super::super::one; }"),
        ),
        (module("b"), file("use crate::a::{self, Word};\nfn g() { a::one::f() }")),
    ]));
    let arrows = files.arrows();
    let of = |path: &str| arrows[&module(path)].iter().map(|to| to.join("/")).collect::<Vec<_>>();
    assert_eq!(of("a/one"), ["a/two", "b"]);
    assert!(of("a").is_empty());
    assert!(of("a/two").is_empty());
    assert_eq!(of("b"), ["a", "a/one", "a/two"]);
    assert_eq!(circles(&arrows), BTreeSet::from([[module("a/one"), module("b")].into()]));
}
