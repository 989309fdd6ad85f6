//! Figures that may be bounded, disputed or unknown, and their marks: unknown is drawn as unknown, never as zero.

use std::collections::BTreeSet;

use super::palette::{Palette, Tone, colour};
use super::scale::LIMIT;
use super::svg::{self, AXIS, Element, PAPER};
use super::words::Words;

/// Bound of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The figure itself.
    Exact,
    /// A lower bound.
    AtLeast,
    /// An upper bound.
    AtMost,
    /// An approximation.
    About,
}

/// A figure as published: its size for the geometry, and its text as the caller formats it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Size; `None` if not stated. Infinities and NaN count as not stated.
    pub value: Option<f64>,
    /// Bound of the size.
    pub bound: Bound,
    /// Other figures that sources publish for the same fact.
    pub rivals: Vec<f64>,
    /// True if only items are known and no total is published.
    pub is_items_only: bool,
    /// Exact text, such as `at least €2,300,000`.
    pub label: String,
    /// Address of the record or the list behind the figure.
    pub href: Option<String>,
}

impl Figure {
    /// Creates an exact figure.
    pub fn stated(value: f64, label: &str) -> Self {
        let value = value.is_finite().then(|| value.clamp(-LIMIT, LIMIT));
        let (bound, label) = (Bound::Exact, label.to_owned());
        Self { value, bound, rivals: Vec::new(), is_items_only: false, label, href: None }
    }

    /// Creates a figure that is not stated.
    pub fn not_stated(label: &str) -> Self {
        Self { value: None, ..Self::stated(0.0, label) }
    }

    /// Sets the bound.
    #[must_use]
    pub fn bounded(mut self, bound: Bound) -> Self {
        self.bound = bound;
        self
    }

    /// Sets rival figures.
    #[must_use]
    pub fn with_rivals(mut self, rivals: &[f64]) -> Self {
        let finite = rivals.iter().filter(|rival| rival.is_finite());
        self.rivals = finite.map(|rival| rival.clamp(-LIMIT, LIMIT)).collect();
        self
    }

    /// Marks that only items are known, without a published total.
    #[must_use]
    pub fn items_only(mut self) -> Self {
        self.is_items_only = true;
        self
    }

    /// Sets the address.
    #[must_use]
    pub fn with_href(mut self, href: &str) -> Self {
        self.href = Some(href.to_owned());
        self
    }

    /// Returns the finite size, within the limits of geometry.
    pub fn size(&self) -> Option<f64> {
        let finite = self.value.filter(|value| value.is_finite());
        finite.map(|value| value.clamp(-LIMIT, LIMIT))
    }

    /// Returns the finite rival figures.
    pub fn disputed(&self) -> impl Iterator<Item = f64> + '_ {
        let finite = self.rivals.iter().filter(|rival| rival.is_finite());
        finite.map(|rival| rival.clamp(-LIMIT, LIMIT))
    }

    /// Returns the signs that its mark shows.
    pub fn signs(&self) -> Vec<Sign> {
        if self.size().is_none() && self.disputed().next().is_none() {
            return vec![Sign::NotStated];
        }
        let body = match self.bound {
            _ if self.is_items_only => Sign::ItemsOnly,
            Bound::Exact => Sign::Stated,
            Bound::AtLeast => Sign::AtLeast,
            Bound::AtMost => Sign::AtMost,
            Bound::About => Sign::About,
        };
        let mut signs = vec![body];
        if self.is_items_only && self.bound == Bound::AtLeast {
            signs.push(Sign::AtLeast);
        }
        if self.disputed().next().is_some() {
            signs.push(Sign::Rivals);
        }
        signs
    }

    /// Returns the text, or the word for a missing one.
    pub fn text<'a>(&'a self, words: &'a Words) -> &'a str {
        if self.label.is_empty() && self.size().is_none() { words.not_stated } else { &self.label }
    }
}

/// A sign of certainty that a legend explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Solid.
    Stated,
    /// Torn end with an arrow.
    AtLeast,
    /// Open at the foot.
    AtMost,
    /// Dotted outline.
    About,
    /// Whisker with a dot for each figure.
    Rivals,
    /// Hatched.
    ItemsOnly,
    /// Empty ring.
    NotStated,
}

/// Signs that occur in a drawing.
pub type Signs = BTreeSet<Sign>;

/// Direction of bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axes {
    /// Bars rise; positions along them are heights.
    Upright,
    /// Bars run to the right.
    Flat,
}

impl Axes {
    /// Returns the point of a position along bars and one across them.
    pub fn point(self, along: f64, across: f64) -> (f64, f64) {
        match self {
            Self::Upright => (across, along),
            Self::Flat => (along, across),
        }
    }

    /// Returns the direction in which positions along bars grow.
    fn sign(self, base: f64, tip: f64) -> f64 {
        match self {
            Self::Upright if tip > base => 1.0,
            Self::Upright => -1.0,
            Self::Flat if tip < base => -1.0,
            Self::Flat => 1.0,
        }
    }
}

/// Place of a bar: its base and tip along its axis, its start and breadth across.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Direction.
    pub axes: Axes,
    /// Position of the base.
    pub base: f64,
    /// Position of the tip.
    pub tip: f64,
    /// Position of the nearer side.
    pub side: f64,
    /// Distance of the sides.
    pub breadth: f64,
}

impl Place {
    fn quad(&self, from: f64, to: f64) -> Vec<(f64, f64)> {
        let far = self.side + self.breadth;
        [(from, self.side), (to, self.side), (to, far), (from, far)]
            .map(|(along, across)| self.axes.point(along, across))
            .to_vec()
    }

    fn middle(&self) -> f64 {
        self.side + self.breadth / 2.0
    }

    fn outward(&self) -> f64 {
        self.axes.sign(self.base, self.tip)
    }

    /// The outline with a torn tip.
    fn torn(&self) -> Vec<(f64, f64)> {
        let teeth = (self.breadth / 5.0).round().clamp(2.0, 8.0);
        let far = self.side + self.breadth;
        let height = 3.5 * self.outward();
        let mut points = vec![self.axes.point(self.base, self.side)];
        let mut tooth = 0.0;
        while tooth < teeth {
            let at = self.side + self.breadth * tooth / teeth;
            let half = self.side + self.breadth * (tooth + 0.5) / teeth;
            points.push(self.axes.point(self.tip, at));
            points.push(self.axes.point(self.tip + height, half));
            tooth += 1.0;
        }
        points.push(self.axes.point(self.tip, far));
        points.push(self.axes.point(self.base, far));
        points
    }

    /// A small arrow, beyond a position, that points outward or back.
    fn arrow(&self, from: f64, to: f64) -> Element {
        let reach = (self.breadth / 2.0).clamp(2.0, 4.5);
        let side = |by: f64| self.axes.point(from, self.middle() + by);
        let tip = self.axes.point(to, self.middle());
        svg::polygon(&[side(-reach), tip, side(reach)], false)
    }
}

/// Draws the mark of a figure in the colour of a series. `rivals` are positions along the axis.
pub fn mark(
    figure: &Figure,
    place: Place,
    series: usize,
    rivals: &[f64],
    palette: &mut Palette,
) -> Vec<Element> {
    let mut elements = Vec::new();
    let tone = if figure.is_items_only { Tone::Hatched(series) } else { Tone::Series(series) };
    if figure.size().is_some() {
        match figure.bound {
            Bound::Exact => elements.push(body(&place, palette, tone)),
            Bound::AtLeast => elements.extend(at_least(&place, palette, tone, series)),
            Bound::AtMost => elements.extend(at_most(&place, palette, series)),
            Bound::About => elements.push(about(&place, palette, tone, series)),
        }
    } else if rivals.is_empty() {
        elements.push(ring(place.axes.point(place.base, place.middle()), series));
    }
    elements.extend(whisker(place.axes, place.middle(), rivals));
    elements
}

/// A solid or hatched bar; a stated zero is a line on the axis.
fn body(place: &Place, palette: &mut Palette, tone: Tone) -> Element {
    let thin = (place.tip - place.base).abs() < 1.0;
    let tip = if thin { place.base + place.outward() } else { place.tip };
    palette.fill(svg::polygon(&place.quad(place.base, tip), true), tone)
}

fn stroke(element: Element, series: usize) -> Element {
    let class = format!("d-line{}", series % super::palette::SERIES);
    element.class(&class).set("fill", "none").set("stroke", colour(series))
}

fn at_least(place: &Place, palette: &mut Palette, tone: Tone, series: usize) -> [Element; 2] {
    let out = place.outward();
    let bar = palette.fill(svg::polygon(&place.torn(), true), tone);
    let arrow = place.arrow(place.tip + 6.0 * out, place.tip + 10.0 * out);
    [bar, stroke(arrow, series).set("stroke-width", "1.6")]
}

/// A pale body whose sides fade and whose tip is a firm line; an arrow points back to the axis.
fn at_most(place: &Place, palette: &mut Palette, series: usize) -> [Element; 4] {
    let out = place.outward();
    let far = place.side + place.breadth;
    let edge = |along: f64, across: f64| place.axes.point(along, across);
    let fill = svg::polygon(&place.quad(place.base, place.tip), true);
    let sides = [edge(place.base, place.side), edge(place.tip, place.side)];
    let others = [edge(place.tip, far), edge(place.base, far)];
    let data = format!("{}{}", svg::trace(&sides, false), svg::trace(&others, false));
    let dashed = stroke(Element::new("path").set("d", &data), series);
    let cap = svg::line(edge(place.tip, place.side), edge(place.tip, far));
    let arrow = place.arrow(place.tip - 4.0 * out, place.tip - 8.0 * out);
    [
        palette.fill(fill, Tone::Pale(series)),
        dashed.set("stroke-width", "1").set("stroke-dasharray", "1.5 2.5"),
        stroke(cap, series).set("stroke-width", "2.4"),
        stroke(arrow, series).set("stroke-width", "1.4"),
    ]
}

/// A pale body with a dotted outline.
fn about(place: &Place, palette: &mut Palette, tone: Tone, series: usize) -> Element {
    let quad = svg::polygon(&place.quad(place.base, place.tip), true);
    let filled = if let Tone::Hatched(_) = tone {
        palette.fill(quad, tone)
    } else {
        let class = format!("d-line{}", series % super::palette::SERIES);
        palette.fill(quad, Tone::Pale(series)).add_class(&class).set("stroke", colour(series))
    };
    filled.set("stroke-width", "1.4").set("stroke-dasharray", "2.5 2")
}

/// An empty ring.
pub fn ring(at: (f64, f64), series: usize) -> Element {
    let class = format!("d-ring d-line{}", series % super::palette::SERIES);
    let ring = svg::circle(at, 3.6).class(&class).set("fill", PAPER);
    ring.set("stroke", colour(series)).set("stroke-width", "1.6")
}

/// Draws a whisker over positions along an axis, with a dot for each.
pub fn whisker(axes: Axes, middle: f64, rivals: &[f64]) -> Vec<Element> {
    let bounds = rivals.iter().fold(None, |bounds: Option<(f64, f64)>, at| {
        let (low, high) = bounds.unwrap_or((*at, *at));
        Some((low.min(*at), high.max(*at)))
    });
    let Some((low, high)) = bounds else { return Vec::new() };
    let end = |along: f64| axes.point(along, middle);
    let halo = svg::line(end(low), end(high)).class("d-halo").set("stroke", PAPER);
    let line = svg::line(end(low), end(high)).class("d-whisker").set("stroke", svg::INK);
    let dots = rivals.iter().map(|at| {
        let dot = svg::circle(end(*at), 2.6).class("d-whisker-dot").set("fill", svg::INK);
        dot.set("stroke", PAPER).set("stroke-width", "1")
    });
    let lines = [halo.set("stroke-width", "4"), line.set("stroke-width", "1.4")];
    lines.into_iter().chain(dots).collect()
}

/// Returns the word of a sign.
pub fn word(sign: Sign, words: &Words) -> &'static str {
    match sign {
        Sign::Stated => words.stated,
        Sign::AtLeast => words.at_least,
        Sign::AtMost => words.at_most,
        Sign::About => words.about,
        Sign::Rivals => words.rivals,
        Sign::ItemsOnly => words.items_only,
        Sign::NotStated => words.not_stated,
    }
}

/// Draws the key of a sign in a box of 20 by 12, with its top left corner at the origin.
pub fn key(sign: Sign, palette: &mut Palette) -> Vec<Element> {
    let bound = match sign {
        Sign::AtLeast => Bound::AtLeast,
        Sign::AtMost => Bound::AtMost,
        Sign::About => Bound::About,
        _ => Bound::Exact,
    };
    let mut figure = Figure::stated(1.0, "").bounded(bound);
    figure.is_items_only = sign == Sign::ItemsOnly;
    let tip = if bound == Bound::AtLeast { 9.0 } else { 18.0 };
    let place = Place { axes: Axes::Flat, base: 0.0, tip, side: 1.0, breadth: 10.0 };
    match sign {
        Sign::NotStated => vec![ring((9.0, 6.0), 0)],
        Sign::Rivals => whisker(Axes::Flat, 6.0, &[2.0, 8.0, 17.0]),
        _ => mark(&figure, place, 0, &[], palette),
    }
}

/// The line of an axis.
pub fn axis(from: (f64, f64), to: (f64, f64)) -> Element {
    svg::line(from, to).class("d-axis").set("stroke", AXIS).set("stroke-width", "1")
}

/// A line of a grid.
pub fn grid(from: (f64, f64), to: (f64, f64)) -> Element {
    svg::line(from, to).class("d-grid").set("stroke", svg::GRID).set("stroke-width", "1")
}
