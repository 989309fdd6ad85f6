//! Elements of SVG: names and attributes in the order of writing, text escaped, numbers with one decimal.

use std::fmt::Write as _;

/// An element under construction; its children are already text.
#[derive(Clone, Debug)]
pub struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    children: String,
}

impl Element {
    /// Creates an element without attributes or children.
    pub fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), children: String::new() }
    }

    /// Sets an attribute, escaped; a later value replaces an earlier one.
    #[must_use]
    pub fn set(mut self, key: &'static str, value: &str) -> Self {
        let value = escape(value);
        match self.attributes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => self.attributes.push((key, value)),
        }
        self
    }

    /// Adds an attribute of a number.
    #[must_use]
    pub fn num(self, key: &'static str, value: f64) -> Self {
        self.set(key, &number(value))
    }

    /// Sets the classes.
    #[must_use]
    pub fn class(self, value: &str) -> Self {
        self.set("class", value)
    }

    /// Adds a class to those before.
    #[must_use]
    pub fn add_class(self, value: &str) -> Self {
        let known = self.attributes.iter().find(|(key, _)| *key == "class");
        let classes = known.map(|(_, known)| format!("{known} {value}"));
        self.class(classes.as_deref().unwrap_or(value))
    }

    /// Adds a child.
    #[must_use]
    pub fn child(mut self, child: &Self) -> Self {
        child.write(&mut self.children);
        self
    }

    /// Adds children.
    #[must_use]
    pub fn children<'a>(mut self, children: impl IntoIterator<Item = &'a Self>) -> Self {
        for child in children {
            child.write(&mut self.children);
        }
        self
    }

    /// Adds text, escaped.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.children.push_str(&escape(text));
        self
    }

    /// Writes the element as text.
    pub fn write(&self, out: &mut String) {
        let Self { name, attributes, children } = self;
        let _ = write!(out, "<{name}");
        for (key, value) in attributes {
            let _ = write!(out, " {key}=\"{value}\"");
        }
        let _ = if children.is_empty() {
            write!(out, "/>")
        } else {
            write!(out, ">{children}</{name}>")
        };
        if BREAKS_LINE.contains(name) {
            out.push('\n');
        }
    }
}

/// Elements that end a line, so that versions of a drawing compare line by line.
const BREAKS_LINE: [&str; 11] =
    ["rect", "path", "circle", "line", "text", "g", "a", "defs", "pattern", "title", "desc"];

/// Returns a number with at most one decimal; infinities and NaN are zero.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Returns a count as a number of geometry.
pub fn count(items: usize) -> f64 {
    u32::try_from(items).map_or(f64::from(u32::MAX), f64::from)
}

/// Escapes the marks of XML and drops the characters that XML forbids.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter.is_control() => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Returns the letters that may stand in an id, each other letter as `-`.
pub fn id(text: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let id: String = text.chars().map(safe).collect();
    if id.starts_with(|c: char| c.is_ascii_alphabetic()) { id } else { format!("d{id}") }
}

/// A rectangle; negative sizes are zero.
pub fn rect(x: f64, y: f64, width: f64, height: f64) -> Element {
    let sized = Element::new("rect").num("x", x).num("y", y);
    sized.num("width", width.max(0.0)).num("height", height.max(0.0))
}

/// A straight line.
pub fn line(from: (f64, f64), to: (f64, f64)) -> Element {
    let begun = Element::new("line").num("x1", from.0).num("y1", from.1);
    begun.num("x2", to.0).num("y2", to.1)
}

/// A circle.
pub fn circle(at: (f64, f64), radius: f64) -> Element {
    Element::new("circle").num("cx", at.0).num("cy", at.1).num("r", radius)
}

/// A path through points, closed or open.
pub fn polygon(points: &[(f64, f64)], is_closed: bool) -> Element {
    Element::new("path").set("d", &trace(points, is_closed))
}

/// Returns the path data through points.
pub fn trace(points: &[(f64, f64)], is_closed: bool) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        data.push(if index == 0 { 'M' } else { 'L' });
        let _ = write!(data, "{} {}", number(*x), number(*y));
    }
    if is_closed && !data.is_empty() {
        data.push('Z');
    }
    data
}

/// Alignment of a text to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The text begins at its point.
    Start,
    /// The point is the middle of the text.
    Middle,
    /// The text ends at its point.
    End,
}

/// A text whose baseline runs through a point. Classes: `d-text`, and `d-soft`, `d-strong` or others.
pub fn text(at: (f64, f64), anchor: Anchor, class: &str, text: &str) -> Element {
    let element = Element::new("text").num("x", at.0).num("y", at.1).class(class);
    let element = match anchor {
        Anchor::Start => element,
        Anchor::Middle => element.set("text-anchor", "middle"),
        Anchor::End => element.set("text-anchor", "end"),
    };
    let soft = class.split(' ').any(|class| class == "d-soft");
    let element = element.set("fill", if soft { INK_SOFT } else { INK });
    let strong = class.split(' ').any(|class| class == "d-strong");
    if strong { element.set("font-weight", "600").text(text) } else { element.text(text) }
}

/// Puts elements into a link with a tooltip; without an address, into a group with a tooltip.
pub fn linked(href: Option<&str>, tip: &str, children: &[Element]) -> Element {
    let target = href.filter(|href| is_safe(href));
    let outer = match target {
        // Its title and its text name it: a name of its own would have to hold the visible text, which may be shortened.
        Some(href) => Element::new("a").set("href", href),
        None => Element::new("g"),
    };
    let outer = if tip.is_empty() { outer } else { outer.child(&Element::new("title").text(tip)) };
    outer.children(children)
}

/// Returns true if an address is a path, a query, a fragment or one of HTTP.
pub fn is_safe(href: &str) -> bool {
    let scheme = href.split(['/', '?', '#']).next().unwrap_or_default();
    !scheme.contains(':') || href.starts_with("https://") || href.starts_with("http://")
}

/// Colour of text in light pages.
pub const INK: &str = "#1d2733";
/// Colour of secondary text in light pages.
pub const INK_SOFT: &str = "#566170";
/// Colour of the page in light pages.
pub const PAPER: &str = "#ffffff";
/// Colour of grid lines in light pages.
pub const GRID: &str = "#dfe4ea";
/// Colour of axes in light pages.
pub const AXIS: &str = "#7d8896";
