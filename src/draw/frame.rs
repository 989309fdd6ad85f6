//! The frame of a drawing: its mandatory title and sentence, width, words, and root element.

use super::palette::Palette;
use super::svg::{self, Anchor, Element, INK, PAPER};
use super::text;
use super::words::{ENGLISH, Words};

/// Class of widths. Text keeps its size; a narrow drawing is laid out anew for a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 720 units wide, for columns of 600 pixels and more.
    Wide,
    /// 340 units wide, for phones of 320 pixels and more.
    Narrow,
}

/// The caption and form of a drawing.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Prefix of all ids; unique on its page.
    pub id: String,
    /// Title: the subject.
    pub title: String,
    /// A sentence: the message of the drawing, with its absences.
    pub sentence: String,
    /// Class of widths.
    pub width: Width,
    /// Words of legends and ticks.
    pub words: &'static Words,
    /// Line at the foot of an image that stands alone, such as its source and data version.
    pub foot: Option<String>,
    /// True if title, sentence and foot are drawn too, for an image that stands alone.
    pub is_alone: bool,
}

impl Frame {
    /// Creates a wide frame in English.
    pub fn new(id: &str, title: &str, sentence: &str) -> Self {
        Self {
            id: svg::id(id),
            title: title.to_owned(),
            sentence: sentence.to_owned(),
            width: Width::Wide,
            words: &ENGLISH,
            foot: None,
            is_alone: false,
        }
    }

    /// Sets the width; a narrow frame has its own ids.
    #[must_use]
    pub fn with_width(mut self, width: Width) -> Self {
        if width == Width::Narrow && self.width == Width::Wide {
            self.id.push_str("-n");
        }
        self.width = width;
        self
    }

    /// Sets the words.
    #[must_use]
    pub fn with_words(mut self, words: &'static Words) -> Self {
        self.words = words;
        self
    }

    /// Draws title, sentence and a foot line into the image.
    #[must_use]
    pub fn alone(mut self, foot: &str) -> Self {
        self.is_alone = true;
        self.foot = (!foot.is_empty()).then(|| foot.to_owned());
        self
    }

    /// Returns the width in units.
    pub fn units(&self) -> f64 {
        match self.width {
            Width::Wide => 720.0,
            Width::Narrow => 340.0,
        }
    }

    /// Returns true if the drawing is for a phone.
    pub fn is_narrow(&self) -> bool {
        self.width == Width::Narrow
    }
}

/// Font size of labels.
pub const SMALL: f64 = 11.5;
/// Font size of text.
pub const NORMAL: f64 = 12.5;

/// A drawing under construction: elements from the top left corner on, and the patterns that they use.
#[derive(Debug)]
pub struct Canvas<'a> {
    frame: &'a Frame,
    kind: &'static str,
    /// Patterns in use.
    pub palette: Palette,
    elements: Vec<Element>,
}

impl<'a> Canvas<'a> {
    /// Creates an empty canvas; `kind` names the drawing in its class.
    pub fn new(frame: &'a Frame, kind: &'static str) -> Self {
        Self { frame, kind, palette: Palette::new(&frame.id), elements: Vec::new() }
    }

    /// Adds an element above those before.
    pub fn add(&mut self, element: Element) {
        self.elements.push(element);
    }

    /// Adds elements above those before.
    pub fn extend(&mut self, elements: impl IntoIterator<Item = Element>) {
        self.elements.extend(elements);
    }

    /// Returns the finished drawing of a height.
    pub fn finish(self, height: f64) -> String {
        let width = self.frame.units();
        let (head, top) = if self.frame.is_alone { head(self.frame) } else { (Vec::new(), 0.0) };
        let foot = self.frame.foot.as_deref().filter(|_| self.frame.is_alone);
        let bottom = if foot.is_some() { 22.0 } else { 0.0 };
        let total = (top + height + bottom).clamp(20.0, 50_000.0);
        let body = Element::new("g").children(&self.elements);
        let body = if top > 0.0 { shift(&body, 0.0, top) } else { body };
        let foot = foot.map(|foot| {
            let fitted = text::fit(foot, 10.5, width - 24.0);
            svg::text((12.0, total - 9.0), Anchor::Start, "d-text d-soft", &fitted)
                .set("font-size", "10.5")
        });
        let page = svg::rect(0.0, 0.0, width, total).class("d-paper").set("fill", PAPER);
        let root = root(self.frame, self.kind, width, total, self.has_links())
            .children(self.palette.definitions().iter())
            .child(&page)
            .children(&head)
            .child(&body)
            .children(&foot);
        let mut out = String::new();
        root.write(&mut out);
        out.push('\n');
        out
    }

    fn has_links(&self) -> bool {
        let mut text = String::new();
        for element in &self.elements {
            element.write(&mut text);
        }
        text.contains("<a href=")
    }
}

/// Moves an element.
pub fn shift(element: &Element, x: f64, y: f64) -> Element {
    let by = format!("translate({} {})", svg::number(x), svg::number(y));
    Element::new("g").set("transform", &by).child(element)
}

/// Title and sentence of an image that stands alone, with their height.
fn head(frame: &Frame) -> (Vec<Element>, f64) {
    let room = frame.units() - 24.0;
    let mut lines = Vec::new();
    let mut y = 10.0;
    for line in text::wrap(&frame.title, 16.5, room, 3) {
        y += 19.0;
        let title = svg::text((12.0, y), Anchor::Start, "d-text d-strong", &line);
        lines.push(title.set("font-size", "16"));
    }
    y += 3.0;
    for line in text::wrap(&frame.sentence, NORMAL, room, 6) {
        y += 16.0;
        lines.push(svg::text((12.0, y), Anchor::Start, "d-text d-soft", &line));
    }
    (lines, y + 10.0)
}

/// The root with title and description. A drawing with links is a group, because an image hides its links.
fn root(frame: &Frame, kind: &str, width: f64, height: f64, has_links: bool) -> Element {
    let id = &frame.id;
    let (w, h) = (svg::number(width), svg::number(height));
    let form = if frame.is_narrow() { "d-narrow" } else { "d-wide" };
    Element::new("svg")
        .set("xmlns", "http://www.w3.org/2000/svg")
        .class(&format!("draw draw-{kind} {form}"))
        .set("role", if has_links { "group" } else { "img" })
        .set("aria-labelledby", &format!("{id}-title {id}-desc"))
        .set("lang", frame.words.language)
        .set("viewBox", &format!("0 0 {w} {h}"))
        .set("width", &w)
        .set("height", &h)
        .set("font-family", "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif")
        .num("font-size", NORMAL)
        .set("fill", INK)
        .child(&Element::new("title").set("id", &format!("{id}-title")).text(&frame.title))
        .child(&Element::new("desc").set("id", &format!("{id}-desc")).text(&frame.sentence))
}

/// Returns a drawing in both widths; the stylesheet shows the one that fits.
pub fn responsive(frame: &Frame, draw: impl Fn(Frame) -> String) -> String {
    let wide = draw(frame.clone());
    let narrow = draw(frame.clone().with_width(Width::Narrow));
    format!(
        "<div class=\"draw-at-wide\">{wide}</div><div class=\"draw-at-narrow\">{narrow}</div>\n"
    )
}
