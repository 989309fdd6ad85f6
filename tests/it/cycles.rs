//! Module dependencies contain no cycles: code that two files share belongs in a third.
//!
//! Edges come from `use` declarations and paths in the code. A re-exported name leads to the file that defines it. The
//! `mod.rs` of a folder and its files may depend on each other, but not through a file outside the folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::architecture::{root, rust_files};

/// Path of a module, relative to the crate.
type Module = Vec<String>;

/// Exempt folder: types of the schema refer to each other, as their records do.
const EXEMPT: &str = "graphql/types/";

/// Imports and paths of a file.
#[derive(Debug, Default)]
struct File {
    /// Imported and re-exported paths by local name.
    uses: Vec<(String, Module)>,
    /// All paths that the file depends on. Names that are only re-exported are not included.
    paths: Vec<Module>,
}

/// Removes comments and tests.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

impl File {
    fn read(text: &str) -> Self {
        let mut file = Self::default();
        let mut rest = String::new();
        let mut re_exported = Vec::new();
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
                        re_exported.extend(first..file.uses.len());
                    }
                }
                None => rest.push_str(statement),
            }
        }
        let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
        let names: BTreeSet<&str> = rest.split(|c: char| !is_of_name(c)).collect();
        let needed =
            file.uses.iter().enumerate().filter(|(at, (name, _))| {
                !re_exported.contains(at) || names.contains(name.as_str())
            });
        file.paths.extend(needed.map(|(_, (_, path))| path.clone()));
        let is_of_path = |c: char| is_of_name(c) || c == ':';
        let words = rest.split(|c: char| !is_of_path(c)).filter(|word| word.contains("::"));
        file.paths.extend(words.map(steps).filter(|path| path.len() > 1));
        file
    }

    /// Adds the names of an import tree: `a::{b, c::{self, d as e}}`.
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

/// Splits a path into its segments.
fn steps(path: &str) -> Module {
    path.split("::").map(str::trim).filter(|step| !step.is_empty()).map(str::to_owned).collect()
}

/// Splits a group at its top-level commas.
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

/// All files by module.
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

    /// Resolves the first segment of a path in a module. Returns the module and the remaining segments.
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
                // An imported module.
                let (_, from) = self.0.get(here)?.uses.iter().find(|(name, _)| name == first)?;
                let is_itself = depth > 8 || from[..] == *path;
                let module = if is_itself { None } else { self.resolve(here, from, depth + 1) };
                Some((module?, path[1..].to_vec()))
            }
        }
    }

    /// Returns the file that defines the last segment of a path.
    fn resolve(&self, here: &Module, path: &[String], depth: usize) -> Option<Module> {
        let (mut module, mut rest) = self.begin(here, path, depth)?;
        while let Some(next) = rest.first().cloned() {
            let child = [&module[..], std::slice::from_ref(&next)].concat();
            if self.0.contains_key(&child) {
                module = child;
                rest.remove(0);
                continue;
            }
            let re_exported = self.0.get(&module)?.uses.iter().find(|(name, _)| *name == next);
            if let Some((_, from)) = re_exported.filter(|_| depth < 8) {
                let on = [&from[..], &rest[1..]].concat();
                return self.resolve(&module, &on, depth + 1).or(Some(module));
            }
            break;
        }
        Some(module)
    }

    /// Returns the dependencies of each file.
    fn edges(&self) -> Edges {
        let needs = |(module, file): (&Module, &File)| {
            let needed = file.paths.iter().filter_map(|path| self.resolve(module, path, 0));
            (module.clone(), needed.filter(|other| other != module).collect())
        };
        self.0.iter().map(needs).collect()
    }
}

/// Dependencies of each file.
type Edges = BTreeMap<Module, BTreeSet<Module>>;

/// Returns all files that can be reached from a file.
fn reached(edges: &Edges, from: &Module) -> BTreeSet<Module> {
    let (mut reached, mut rest) = (BTreeSet::new(), vec![from]);
    while let Some(next) = rest.pop() {
        for other in edges.get(next).into_iter().flatten() {
            if reached.insert(other.clone()) {
                rest.push(other);
            }
        }
    }
    reached
}

/// Returns the edges among some files.
fn within(edges: &Edges, files: &BTreeSet<Module>) -> Edges {
    let own = edges.iter().filter(|(file, _)| files.contains(*file));
    own.map(|(file, needed)| (file.clone(), needed & files)).collect()
}

/// Finds cycles: files that reach each other. A `mod.rs` that reaches only its own files is not part of one.
fn cycles(edges: &Edges) -> BTreeSet<BTreeSet<Module>> {
    let all: BTreeMap<&Module, BTreeSet<Module>> =
        edges.keys().map(|file| (file, reached(edges, file))).collect();
    let cycle = |file: &&Module| {
        let members =
            all[*file].iter().filter(|other| all.get(other).is_some_and(|r| r.contains(*file)));
        members.cloned().collect::<BTreeSet<_>>()
    };
    let mut found = BTreeSet::new();
    for cycle in all.keys().map(cycle).filter(|cycle| cycle.len() > 1).collect::<BTreeSet<_>>() {
        // The shortest path sorts first. It is the folder if all others are in it.
        let folder =
            cycle.first().filter(|folder| cycle.iter().all(|file| file.starts_with(folder)));
        match folder.cloned() {
            Some(folder) => {
                let files = &cycle - &BTreeSet::from([folder]);
                found.extend(cycles(&within(edges, &files)));
            }
            None => {
                found.insert(cycle);
            }
        }
    }
    found
}

#[test]
fn files_have_no_cyclic_dependencies() {
    let edges = Files::read().edges();
    assert!(edges.values().map(BTreeSet::len).sum::<usize>() > 500, "no edges were found");
    let is_exempt = |cycle: &&BTreeSet<String>| cycle.iter().all(|file| file.starts_with(EXEMPT));
    let found = cycles(&edges);
    let found: BTreeSet<BTreeSet<String>> =
        found.iter().map(|cycle| cycle.iter().map(|file| file.join("/")).collect()).collect();
    let new: Vec<_> = found.iter().filter(|cycle| !is_exempt(cycle)).collect();
    assert!(new.is_empty(), "move the shared code of these files into a file of its own: {new:#?}");
}

#[test]
fn paths_resolve_to_the_file_of_their_definition() {
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
    let edges = files.edges();
    let of = |path: &str| edges[&module(path)].iter().map(|to| to.join("/")).collect::<Vec<_>>();
    assert_eq!(of("a/one"), ["a/two", "b"]);
    assert!(of("a").is_empty());
    assert!(of("a/two").is_empty());
    assert_eq!(of("b"), ["a", "a/one", "a/two"]);
    assert_eq!(cycles(&edges), BTreeSet::from([[module("a/one"), module("b")].into()]));
}
