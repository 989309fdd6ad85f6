//! Legends: keys with labels that flow over lines; only entries that occur.

use super::figure::{self, Sign, Signs};
use super::frame::{SMALL, shift};
use super::palette::{Palette, Tone};
use super::svg::{self, Anchor, Element};
use super::text;
use super::words::Words;

/// An entry: its key in a box of 20 by 12, and its label.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Elements of the key, from the origin on.
    pub key: Vec<Element>,
    /// Label.
    pub label: String,
}

/// Height of a line.
const LINE: f64 = 19.0;

/// Returns entries of series.
pub fn series(names: &[String], palette: &mut Palette) -> Vec<Entry> {
    let all = names.iter().enumerate();
    all.map(|(index, name)| swatch(name, Tone::Series(index), palette)).collect()
}

/// Returns an entry with a square of a tone.
pub fn swatch(label: &str, tone: Tone, palette: &mut Palette) -> Entry {
    let square = palette.fill(svg::rect(0.0, 0.0, 18.0, 12.0), tone);
    Entry { key: vec![square], label: label.to_owned() }
}

/// Returns entries of signs; none if all figures are plainly stated.
pub fn signs(signs: &Signs, words: &Words, palette: &mut Palette) -> Vec<Entry> {
    if signs.iter().all(|sign| *sign == Sign::Stated) {
        return Vec::new();
    }
    let entry = |sign: &Sign| Entry {
        key: figure::key(*sign, palette),
        label: figure::word(*sign, words).to_owned(),
    };
    signs.iter().map(entry).collect()
}

/// Lays entries out from a point on, within a room; returns the height too.
pub fn flow(entries: &[Entry], from: (f64, f64), room: f64) -> (Vec<Element>, f64) {
    let (mut x, mut y) = (0.0, 0.0);
    let mut elements = Vec::new();
    for entry in entries {
        let label = text::fit(&entry.label, SMALL, room - 26.0);
        let wide = 26.0 + text::width(&label, SMALL);
        if x > 0.0 && x + wide > room {
            (x, y) = (0.0, y + LINE);
        }
        let key = Element::new("g").children(&entry.key);
        elements.push(shift(&key, from.0 + x, from.1 + y));
        let at = (from.0 + x + 25.0, from.1 + y + 10.0);
        elements.push(svg::text(at, Anchor::Start, "d-text", &label).num("font-size", SMALL));
        x += wide + 16.0;
    }
    let height = if entries.is_empty() { 0.0 } else { y + LINE };
    (elements, height)
}
