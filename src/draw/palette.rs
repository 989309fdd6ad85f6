//! Colours and patterns. Colours keep apart for the colour-blind and have a contrast of 3:1; patterns double them.

use std::collections::BTreeMap;

use super::svg::{self, AXIS, Element, PAPER};

/// Number of series that can be told apart.
pub const SERIES: usize = 8;

/// Colours of series on light pages.
pub const COLOURS: [&str; SERIES] =
    ["#1c5d8c", "#c0561b", "#23806f", "#7b4f9d", "#8f6c00", "#b33a6c", "#5a6775", "#4d7a28"];

/// Strokes in the colour of the page that tell series apart; the first series is plain.
const STROKES: [&str; SERIES] = [
    "",
    "M-1 7L7 -1M3 11L11 3M-1 -1L1 -3",
    "M2 2h.01M6 6h.01",
    "M0 4H8",
    "M-1 1L7 9M3 -3L11 5M-1 9L1 11",
    "M4 0V8",
    "M0 4H8M4 0V8",
    "M0 0L8 8M0 8L8 0",
];

/// Tone of an area of a map or a mark without series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// A series, by index; indices repeat after [`SERIES`].
    Series(usize),
    /// Hatched in the colour of a series.
    Hatched(usize),
    /// Pale, in the colour of a series.
    Pale(usize),
    /// Grey: not broken down, or no state.
    Grey,
}

/// Patterns in use, by id.
#[derive(Debug)]
pub struct Palette {
    id: String,
    zoom: f64,
    used: BTreeMap<String, Element>,
}

/// Returns the colour of a series on light pages.
pub fn colour(series: usize) -> &'static str {
    COLOURS.get(series % SERIES).copied().unwrap_or(AXIS)
}

impl Palette {
    /// Creates a palette whose patterns have a prefix.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), zoom: 1.0, used: BTreeMap::new() }
    }

    /// Keeps patterns at their size within a group that is scaled by `scale`; 1 ends it.
    pub fn within(&mut self, scale: f64) {
        self.zoom = if scale > 0.0 { 1.0 / scale } else { 1.0 };
    }

    /// Adds a pattern if it is new; returns the reference to it.
    fn used(&mut self, kind: &str, number: usize, pattern: fn(&str, usize) -> Element) -> String {
        let is_zoomed = (self.zoom - 1.0).abs() > 1e-9;
        let key = format!("{}-{kind}{number}{}", self.id, if is_zoomed { "z" } else { "" });
        let by = format!("scale({:.3})", self.zoom);
        self.used.entry(key.clone()).or_insert_with(|| {
            let pattern = pattern(&key, number);
            if is_zoomed { pattern.set("patternTransform", &by) } else { pattern }
        });
        format!("url(#{key})")
    }

    /// Fills an element with a tone.
    pub fn fill(&mut self, element: Element, tone: Tone) -> Element {
        match tone {
            Tone::Grey => element.class("d-grey").set("fill", "#c3cad3"),
            Tone::Series(series) if series.is_multiple_of(SERIES) => {
                element.class("d-fill0").set("fill", colour(0))
            }
            Tone::Series(series) => {
                let pattern = self.used("s", series % SERIES, solid);
                element.class("d-mark").set("fill", &pattern)
            }
            Tone::Hatched(series) => {
                let number = series % SERIES;
                let pattern = self.used("h", number, hatch);
                let line = element.class(&format!("d-line{number}")).set("fill", &pattern);
                line.set("stroke", colour(number))
            }
            Tone::Pale(series) => {
                let number = series % SERIES;
                let fill = element.class(&format!("d-fill{number}")).set("fill", colour(number));
                fill.set("fill-opacity", "0.3")
            }
        }
    }

    /// Returns the definitions of all patterns in use.
    pub fn definitions(&self) -> Option<Element> {
        (!self.used.is_empty()).then(|| Element::new("defs").children(self.used.values()))
    }
}

fn pattern(key: &str, size: &str) -> Element {
    Element::new("pattern")
        .set("id", key)
        .set("width", size)
        .set("height", size)
        .set("patternUnits", "userSpaceOnUse")
}

/// A colour under fine strokes of the page.
fn solid(key: &str, number: usize) -> Element {
    let strokes = STROKES.get(number).copied().unwrap_or_default();
    let base =
        svg::rect(0.0, 0.0, 8.0, 8.0).class(&format!("d-fill{number}")).set("fill", colour(number));
    let lines = Element::new("path")
        .set("d", strokes)
        .class("d-weave")
        .set("fill", "none")
        .set("stroke", PAPER)
        .set("stroke-width", if number == 2 { "2" } else { "1" })
        .set("stroke-linecap", if number == 2 { "round" } else { "butt" })
        .set("stroke-opacity", "0.65");
    pattern(key, "8").child(&base).child(&lines)
}

/// Strokes of a colour on the page.
fn hatch(key: &str, number: usize) -> Element {
    let base = svg::rect(0.0, 0.0, 6.0, 6.0).class("d-paper-fill").set("fill", PAPER);
    let lines = Element::new("path")
        .set("d", "M-1 1L1 -1M-1 7L7 -1M5 7L7 5")
        .class(&format!("d-line{number}"))
        .set("fill", "none")
        .set("stroke", colour(number))
        .set("stroke-width", "1.6");
    pattern(key, "6").child(&base).child(&lines)
}
