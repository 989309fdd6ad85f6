//! Tests of drawings: golden files, validity, and data of every kind.

mod any;
mod bars;
mod lanes;
mod map;
mod sankey;
mod steps;
mod years;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::text;

/// Compares a drawing with its golden file; `AIDGRAPH_RENEW_GOLDEN=1 cargo test` writes it anew.
pub(super) fn golden(name: &str, drawing: &str) {
    check(drawing);
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("src/draw/golden")
        .join(format!("{name}.svg"));
    if std::env::var_os("AIDGRAPH_RENEW_GOLDEN").is_some() {
        fs::write(&file, drawing).unwrap();
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        known == drawing,
        "{name}.svg differs: look at the drawing, then AIDGRAPH_RENEW_GOLDEN=1 cargo test draw"
    );
}

/// The state of a check.
#[derive(Default)]
struct Check {
    size: (f64, f64),
    shifts: Vec<(f64, f64)>,
    ids: BTreeSet<String>,
    uses: BTreeSet<String>,
    text: Option<(f64, f64, String, f64)>,
    open: Vec<String>,
}

/// Asserts that a drawing is valid, complete, within its box, and free of styles and scripts.
pub(super) fn check(drawing: &str) {
    let mut reader = Reader::from_str(drawing);
    let mut check = Check { shifts: vec![(0.0, 0.0)], ..Check::default() };
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}:\n{drawing}")) {
            Event::Start(tag) => {
                check.element(&tag);
                check.open.push(tag.name().as_ref().to_owned());
            }
            Event::Empty(tag) => {
                check.element(&tag);
                check.text = None;
                check.shifts.pop();
            }
            Event::Text(words) => check.words(&words),
            Event::GeneralRef(_) => check.words("&"),
            Event::End(_) => {
                check.end();
                check.open.pop();
                check.shifts.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(check.open.is_empty(), "elements stay open: {:?}", check.open);
    for used in &check.uses {
        assert!(check.ids.contains(used), "no element has the id {used}");
    }
    for part in ["role=\"", "aria-labelledby=\"", "<desc id=\"", "viewBox=\""] {
        assert!(drawing.contains(part), "no {part}");
    }
}

impl Check {
    fn element(&mut self, tag: &BytesStart<'_>) {
        let name = tag.name().as_ref().to_owned();
        assert!(!["script", "style", "foreignObject"].contains(&name.as_str()), "{name}");
        let mut found: Vec<(String, String)> = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            assert!(key != "style" && !key.starts_with("on"), "{key} in {name}");
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
            found.push((key, value));
        }
        let get = |key: &str| found.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
        let num = |key: &str| get(key).map_or(0.0, |value| value.parse::<f64>().unwrap());
        if let Some(id) = get("id") {
            assert!(self.ids.insert(id.to_owned()), "two elements have the id {id}");
        }
        if let Some(fill) = get("fill").and_then(|fill| fill.strip_prefix("url(#")) {
            self.uses.insert(fill.trim_end_matches(')').to_owned());
        }
        if let Some(view) = get("viewBox") {
            let size: Vec<f64> = view.split(' ').map(|part| part.parse().unwrap()).collect();
            self.size = (size[2], size[3]);
        }
        let (mut x, mut y) = *self.shifts.last().unwrap();
        if let Some(by) = get("transform").and_then(|by| by.strip_prefix("translate(")) {
            let by = by.trim_end_matches(')').split_once(' ').unwrap();
            x += by.0.parse::<f64>().unwrap();
            y += by.1.parse::<f64>().unwrap();
        }
        self.shifts.push((x, y));
        if self.open.iter().any(|open| ["pattern", "clipPath", "defs"].contains(&open.as_str())) {
            return;
        }
        let what = format!("{name} {found:?}");
        match name.as_str() {
            "rect" => {
                self.inside(num("x"), num("y"), &what);
                self.inside(num("x") + num("width"), num("y") + num("height"), &what);
            }
            "line" => {
                self.inside(num("x1"), num("y1"), &what);
                self.inside(num("x2"), num("y2"), &what);
            }
            "circle" => {
                self.inside(num("cx") - num("r"), num("cy") - num("r"), &what);
                self.inside(num("cx") + num("r"), num("cy") + num("r"), &what);
            }
            "path" => {
                let data = get("d").unwrap_or_default();
                if !data.contains(|c: char| c.is_ascii_lowercase()) {
                    let split = |c: char| c.is_ascii_alphabetic() || c == ' ' || c == ',';
                    let parts = data.split(split).filter(|part| !part.is_empty());
                    let numbers: Vec<f64> = parts.map(|part| part.parse().unwrap()).collect();
                    for pair in numbers.chunks(2) {
                        self.inside(pair[0], pair[1], &what);
                    }
                }
            }
            "text" => {
                let anchor = get("text-anchor").unwrap_or("start").to_owned();
                let size = get("font-size").map_or(12.5, |size| size.parse().unwrap());
                self.text = Some((num("x"), num("y"), anchor, size));
            }
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if let Some((x, y, anchor, size)) = self.text.clone() {
            let wide = text::width(words, size) * 0.97;
            let begin = match anchor.as_str() {
                "middle" => x - wide / 2.0,
                "end" => x - wide,
                _ => x,
            };
            self.inside(begin, y - size * 0.8, words);
            self.inside(begin + wide, y + size * 0.2, words);
        }
    }

    fn end(&mut self) {
        if self.open.last().is_some_and(|open| open == "text") {
            self.text = None;
        }
    }

    /// Asserts that a point is within the box.
    fn inside(&self, x: f64, y: f64, what: &str) {
        let (left, top) = *self.shifts.last().unwrap();
        let (x, y) = (x + left, y + top);
        let is_in = x >= -0.6 && y >= -0.6 && x <= self.size.0 + 0.6 && y <= self.size.1 + 0.6;
        assert!(is_in, "{what} at {x} {y} is outside {:?}", self.size);
    }
}
