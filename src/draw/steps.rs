//! Amounts in steps, one below the other: budgets as a staircase, and audits as a waterfall.

use super::figure::{self, Axes, Figure, Place, Signs};
use super::frame::{Canvas, Frame, SMALL};
use super::legend;
use super::scale::Scale;
use super::svg::{self, Anchor, Element};
use super::text;

/// A version of a budget.
#[derive(Clone, Debug)]
pub struct Version {
    /// Name, such as `revised, 2017`.
    pub label: String,
    /// Amount.
    pub figure: Figure,
    /// Reason why it does not count; `None` if it counts.
    pub left_out: Option<String>,
}

/// A budget as a staircase of its versions: those left out are struck through, with the reason.
#[derive(Clone, Debug)]
pub struct Staircase {
    /// Frame.
    pub frame: Frame,
    /// Versions in order.
    pub versions: Vec<Version>,
    /// Scale shared with another drawing; otherwise that of the data.
    pub scale: Option<Scale>,
}

/// A step between two sums.
#[derive(Clone, Debug)]
pub struct Step {
    /// Reason.
    pub label: String,
    /// Change, with its sign.
    pub figure: Figure,
}

/// The way from a naive sum to the counted one.
#[derive(Clone, Debug)]
pub struct Waterfall {
    /// Frame.
    pub frame: Frame,
    /// Label and figure of the naive sum.
    pub start: Step,
    /// Changes in order.
    pub steps: Vec<Step>,
    /// Label and figure of the counted sum.
    pub end: Step,
    /// Scale shared with another drawing; otherwise that of the data.
    pub scale: Option<Scale>,
}

/// A row: a bar between two values, with its texts.
struct Row<'a> {
    label: &'a str,
    figure: &'a Figure,
    from: f64,
    to: f64,
    series: usize,
    note: Option<&'a str>,
    is_strong: bool,
}

impl Staircase {
    /// Returns the scale of the data, to share it.
    pub fn scale(&self) -> Scale {
        let figures = self.versions.iter().map(|version| &version.figure);
        Scale::of(
            figures.flat_map(|figure| figure.disputed().chain(figure.size()).collect::<Vec<_>>()),
        )
    }

    /// Draws the staircase.
    pub fn draw(&self) -> String {
        let rows: Vec<Row<'_>> = self
            .versions
            .iter()
            .map(|version| Row {
                label: &version.label,
                figure: &version.figure,
                from: 0.0,
                to: version.figure.size().unwrap_or(0.0),
                series: if version.left_out.is_some() { 6 } else { 0 },
                note: version.left_out.as_deref(),
                is_strong: false,
            })
            .collect();
        draw(&self.frame, "staircase", &rows, self.scale.unwrap_or_else(|| self.scale()))
    }
}

impl Waterfall {
    /// Returns the scale of the data, to share it.
    pub fn scale(&self) -> Scale {
        Scale::of(self.rows().iter().flat_map(|row| [row.from, row.to]))
    }

    /// Rows with the levels between which they run.
    fn rows(&self) -> Vec<Row<'_>> {
        let whole = |step: &'_ Step| (0.0, step.figure.size().unwrap_or(0.0));
        let mut level = whole(&self.start).1;
        let mut rows = vec![row(&self.start, whole(&self.start), 0, true)];
        for step in &self.steps {
            let change = step.figure.size().unwrap_or(0.0);
            let series = if change < 0.0 { 1 } else { 2 };
            rows.push(row(step, (level, level + change), series, false));
            level += change;
        }
        rows.push(row(&self.end, whole(&self.end), 0, true));
        rows
    }

    /// Draws the waterfall.
    pub fn draw(&self) -> String {
        let scale = self.scale.unwrap_or_else(|| self.scale());
        draw(&self.frame, "waterfall", &self.rows(), scale)
    }
}

fn row(step: &Step, (from, to): (f64, f64), series: usize, is_strong: bool) -> Row<'_> {
    let Step { label, figure } = step;
    Row { label, figure, from, to, series, note: None, is_strong }
}

/// Height of a bar.
const BAR: f64 = 15.0;

fn draw(frame: &Frame, kind: &'static str, rows: &[Row<'_>], scale: Scale) -> String {
    let mut canvas = Canvas::new(frame, kind);
    let signs: Signs = rows.iter().flat_map(|row| row.figure.signs()).collect();
    let entries = legend::signs(&signs, frame.words, &mut canvas.palette);
    let (elements, height) = legend::flow(&entries, (8.0, 6.0), frame.units() - 16.0);
    canvas.extend(elements);
    let mut y = height + 8.0;
    if rows.is_empty() {
        canvas.add(super::empty::sentence(frame, y));
        return canvas.finish(y + 40.0);
    }
    let wide = |row: &Row<'_>| text::width(row.figure.text(frame.words), SMALL);
    let room = rows.iter().map(wide).fold(30.0, f64::max).min(frame.units() * 0.34) + 24.0;
    let (left, right) = (12.0, frame.units() - room);
    let at = |value: f64| scale.position(value, left, right);
    let top = y;
    let mut drawn = Vec::new();
    let mut before: Option<(f64, f64)> = None;
    for row in rows {
        let bar = y + 18.0;
        if let Some((x, foot)) = before {
            drawn.push(connector((x, foot), (x, bar)));
        }
        drawn.push(draw_row(row, frame, y, &at, &mut canvas));
        if row.note.is_none() {
            before = Some((at(row.to), bar + BAR));
        }
        y = bar + BAR + if row.note.is_some() { 24.0 } else { 11.0 };
    }
    canvas.add(figure::axis((at(0.0), top + 14.0), (at(0.0), y - 4.0)));
    canvas.extend(drawn);
    canvas.finish(y)
}

fn connector(from: (f64, f64), to: (f64, f64)) -> Element {
    let line = svg::line(from, to).class("d-leader").set("stroke", svg::AXIS);
    line.set("stroke-dasharray", "2 2")
}

fn draw_row(
    row: &Row<'_>,
    frame: &Frame,
    y: f64,
    at: &impl Fn(f64) -> f64,
    canvas: &mut Canvas<'_>,
) -> Element {
    let (from, to) = (at(row.from), at(row.to));
    let place = Place { axes: Axes::Flat, base: from, tip: to, side: y + 18.0, breadth: BAR };
    let rivals: Vec<f64> = row.figure.disputed().map(|rival| at(row.from + rival)).collect();
    let marks = figure::mark(row.figure, place, row.series, &rivals, &mut canvas.palette);
    let mut elements = if row.note.is_some() {
        vec![Element::new("g").set("opacity", "0.55").children(&marks)]
    } else {
        marks
    };
    let far = rivals.iter().copied().fold(from.max(to), f64::max);
    let gap = if row.figure.bound == figure::Bound::AtLeast { 16.0 } else { 8.0 };
    let room = frame.units() - far - gap - 6.0;
    let class = if row.is_strong { "d-text d-strong" } else { "d-text" };
    let amount = text::fit(row.figure.text(frame.words), SMALL, room / 1.05);
    let amount = svg::text((far + gap, y + 30.0), Anchor::Start, class, &amount);
    let label = text::fit(row.label, SMALL, (frame.units() - 24.0) / 1.06);
    let label = svg::text((12.0, y + 12.0), Anchor::Start, class, &label);
    let struck = |element: Element| {
        if row.note.is_some() {
            element.num("font-size", SMALL).set("text-decoration", "line-through")
        } else {
            super::boxes::haloed(element)
        }
    };
    elements.push(struck(amount));
    elements.push(struck(label));
    if let Some(note) = row.note {
        let note = text::fit(note, SMALL, frame.units() - 24.0);
        let note = svg::text((12.0, y + 48.0), Anchor::Start, "d-text d-soft", &note);
        elements.push(super::boxes::haloed(note));
    }
    let tip = match row.note {
        Some(note) => format!("{}: {} ({note})", row.label, row.figure.text(frame.words)),
        None => format!("{}: {}", row.label, row.figure.text(frame.words)),
    };
    svg::linked(row.figure.href.as_deref(), &tip, &elements)
}
