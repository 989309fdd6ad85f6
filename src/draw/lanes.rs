//! Lanes of time: programmes and missions as bars, agreements and meetings as dots, events behind them.
//!
//! Bars that overlap stand in rows. A bar is pale within the period of a date whose day is not known, hatched in its
//! extension, torn where start or end is not stated, and ends in an arrow while it goes on.

use super::events;
use super::frame::{Canvas, Frame, SMALL, shift};
use super::legend::{self, Entry};
use super::palette::{Palette, SERIES, Tone, colour};
use super::svg::{self, Anchor, Element, PAPER, count};
use super::text;
use super::time_axis::TimeAxis;
use super::when::When;

pub use super::events::Event;

/// Start or end of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// A date.
    At(When),
    /// Not stated.
    NotStated,
    /// As an end: it goes on.
    Ongoing,
}

/// A bar of time.
#[derive(Clone, Debug)]
pub struct Span {
    /// Name.
    pub label: String,
    /// Start.
    pub from: Edge,
    /// End, before any extension.
    pub to: Edge,
    /// End of the extension.
    pub extended_to: Option<When>,
    /// Text of the tooltip, such as name, dates and money.
    pub tip: String,
    /// Address.
    pub href: Option<String>,
}

/// Kind of a dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An agreement: a diamond.
    Agreement,
    /// A meeting: a circle.
    Meeting,
}

/// A dot of time.
#[derive(Clone, Debug)]
pub struct Dot {
    /// Kind.
    pub kind: Kind,
    /// Date.
    pub at: When,
    /// Name, drawn where it has room.
    pub label: String,
    /// Text of the tooltip.
    pub tip: String,
    /// Address.
    pub href: Option<String>,
}

/// A lane.
#[derive(Clone, Debug)]
pub struct Lane {
    /// Label.
    pub label: String,
    /// Index of its colour.
    pub series: usize,
    /// Bars.
    pub spans: Vec<Span>,
    /// Dots.
    pub dots: Vec<Dot>,
}

/// Lanes of time.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// Frame.
    pub frame: Frame,
    /// Lanes from the top.
    pub lanes: Vec<Lane>,
    /// Events behind them.
    pub events: Vec<Event>,
    /// First and last year, to share an axis; otherwise those of the data.
    pub years: Option<(i32, i32)>,
}

/// The stretches of a bar, in units of the drawing.
struct Laid<'a> {
    span: &'a Span,
    /// Start and end with pale parts, without the extension.
    outer: (f64, f64),
    /// Start and end of the part that is certain.
    inner: (f64, f64),
    extension: Option<f64>,
    /// Room taken in its row, with its label.
    taken: (f64, f64),
    label: (String, f64, Anchor),
}

/// Length of a bar without a stated start or end.
const STUB: f64 = 22.0;
/// Height of a bar.
const BAR: f64 = 13.0;

impl Lanes {
    /// Returns first and last year of the data, to share an axis.
    pub fn extent(&self) -> Option<(i32, i32)> {
        let spans = self.lanes.iter().flat_map(|lane| &lane.spans);
        let edges = spans.flat_map(|span| {
            let date = |edge: Edge| if let Edge::At(when) = edge { Some(when) } else { None };
            [date(span.from), date(span.to), span.extended_to]
        });
        let dots = self.lanes.iter().flat_map(|lane| &lane.dots).map(|dot| Some(dot.at));
        let events = self.events.iter().flat_map(|event| [Some(event.from), event.to]);
        let years = edges.chain(dots).chain(events).flatten().map(|when| when.year);
        years.fold(None, |known: Option<(i32, i32)>, year| {
            let year = year.clamp(-9999, 9999);
            let (first, last) = known.unwrap_or((year, year));
            Some((first.min(year), last.max(year)))
        })
    }

    /// Draws the lanes.
    pub fn draw(&self) -> String {
        let mut canvas = Canvas::new(&self.frame, "lanes");
        let top = self.legend(&mut canvas);
        let Some((first, last)) = self.years.or_else(|| self.extent()) else {
            canvas.add(super::empty::sentence(&self.frame, top));
            return canvas.finish(top + 40.0);
        };
        let (first, last) = (first.clamp(-9999, 9999), last.clamp(-9999, 9999));
        let axis = TimeAxis {
            from: f64::from(first),
            to: f64::from(last.max(first)) + 1.0,
            left: 10.0,
            right: self.frame.units() - 14.0,
        };
        let labels = events::labels(&self.events, &axis, top, self.frame.is_narrow());
        let below = labels.foot;
        let mut y = below + 20.0;
        let mut rows = Vec::new();
        for lane in &self.lanes {
            let (elements, height) = self.lane(lane, &axis, &mut canvas.palette);
            rows.push(shift(&Element::new("g").children(&elements), 0.0, y));
            y += height;
        }
        let foot = y + 2.0;
        canvas.extend(events::bands(&self.events, &axis, below, foot));
        canvas.extend(axis.ticks(below, foot));
        canvas.extend(labels.elements);
        canvas.extend(rows);
        let (notes, height) = events::numbered(&labels.list, (8.0, foot + 8.0), &self.frame);
        canvas.extend(notes);
        canvas.finish(foot + 8.0 + height)
    }

    fn legend(&self, canvas: &mut Canvas<'_>) -> f64 {
        let words = self.frame.words;
        let spans: Vec<&Span> = self.lanes.iter().flat_map(|lane| &lane.spans).collect();
        let dots: Vec<&Dot> = self.lanes.iter().flat_map(|lane| &lane.dots).collect();
        let mut entries = Vec::new();
        let palette = &mut canvas.palette;
        let vague = |edge: Edge| matches!(edge, Edge::At(when) if !when.is_precise());
        if spans.iter().any(|span| vague(span.from) || vague(span.to)) {
            entries.push(legend::swatch(words.imprecise, Tone::Pale(0), palette));
        }
        if spans.iter().any(|span| span.extended_to.is_some()) {
            entries.push(legend::swatch(words.extension, Tone::Hatched(0), palette));
        }
        if spans.iter().any(|span| span.from == Edge::NotStated || span.to == Edge::NotStated) {
            let key = vec![torn((2.0, 17.0), 0.0, (true, false), 0, palette)];
            entries.push(Entry { key, label: words.open_end.to_owned() });
        }
        if spans.iter().any(|span| span.to == Edge::Ongoing) {
            let bar = palette.fill(svg::rect(0.0, 0.0, 12.0, BAR - 1.0), Tone::Series(0));
            let key = vec![bar, arrow(13.0, 0.0, 0)];
            entries.push(Entry { key, label: words.ongoing.to_owned() });
        }
        for (kind, label) in [(Kind::Agreement, words.agreement), (Kind::Meeting, words.meeting)] {
            if dots.iter().any(|dot| dot.kind == kind) {
                let key = vec![symbol(kind, (9.0, 6.0), 0)];
                entries.push(Entry { key, label: label.to_owned() });
            }
        }
        let (elements, height) = legend::flow(&entries, (8.0, 6.0), self.frame.units() - 16.0);
        canvas.extend(elements);
        if entries.is_empty() { 4.0 } else { height + 10.0 }
    }

    /// Draws a lane from the origin on; returns its height too.
    fn lane(&self, lane: &Lane, axis: &TimeAxis, palette: &mut Palette) -> (Vec<Element>, f64) {
        let label = text::fit(&lane.label, 12.5, axis.right - axis.left);
        let title = svg::text((10.0, 14.0), Anchor::Start, "d-text d-strong", &label);
        let mut elements = vec![axis.rule(0.0), super::boxes::haloed(title).num("font-size", 12.5)];
        let mut y = 22.0;
        let (dots, height) = dots(lane, axis);
        elements.push(shift(&Element::new("g").children(&dots), 0.0, y));
        y += height;
        let narrow = self.frame.is_narrow();
        let step = if narrow { BAR + 16.0 } else { BAR + 5.0 };
        let spans = lane.spans.iter();
        let mut laid: Vec<Laid<'_>> = spans.map(|span| lay(span, axis, narrow)).collect();
        laid.sort_by(|a, b| {
            let order = a.outer.0.total_cmp(&b.outer.0).then(a.outer.1.total_cmp(&b.outer.1));
            order.then_with(|| a.span.label.cmp(&b.span.label))
        });
        let mut free: Vec<f64> = Vec::new();
        for bar in &laid {
            let found = free.iter().position(|end| *end + 5.0 <= bar.taken.0);
            let row = found.unwrap_or(free.len());
            match free.get_mut(row) {
                Some(end) => *end = bar.taken.1,
                None => free.push(bar.taken.1),
            }
            let top = y + count(row) * step;
            elements.push(shift(&draw(bar, lane.series, narrow, palette), 0.0, top));
        }
        y += count(free.len()) * step;
        (elements, y + 8.0)
    }
}

/// Computes the stretches of a bar; its label stands inside, or beside where there is room.
fn lay<'a>(span: &'a Span, axis: &TimeAxis, narrow: bool) -> Laid<'a> {
    let from = match span.from {
        Edge::At(when) => Some((axis.at(when.start()), axis.at(when.end()))),
        _ => None,
    };
    let to = match span.to {
        Edge::At(when) => Some((axis.at(when.start()), axis.at(when.end()))),
        Edge::Ongoing => Some((axis.right, axis.right)),
        Edge::NotStated => None,
    };
    let (outer, inner) = match (from, to) {
        (Some(from), Some(to)) => ((from.0, to.1.max(from.0 + 2.0)), (from.1, to.0)),
        (Some(from), None) => {
            let end = (from.1 + STUB).min(axis.right);
            ((from.0, end), (from.1.min(end), end))
        }
        (None, Some(to)) => {
            let start = (to.0 - STUB).max(axis.left);
            ((start, to.1), (start, to.0.max(start)))
        }
        (None, None) => {
            let begin = axis.left;
            ((begin, begin + STUB), (begin, begin + STUB))
        }
    };
    let extension = span.extended_to.map(|to| axis.at(to.end())).filter(|end| *end > outer.1);
    let end = extension.unwrap_or(outer.1);
    let precise = |edge: Edge| !matches!(edge, Edge::At(when) if !when.is_precise());
    let inner = (
        if precise(span.from) { outer.0 } else { inner.0 },
        if precise(span.to) { outer.1 } else { inner.1 },
    );
    let (label, x, anchor) = name(span, (outer.0, end), axis, narrow);
    let wide = text::width(&label, SMALL);
    let taken = match anchor {
        Anchor::End => ((x - wide).min(outer.0), end),
        _ => (outer.0.min(x), end.max(x + wide)),
    };
    Laid { span, outer, inner, extension, taken, label: (label, x, anchor) }
}

/// Chooses text, position and alignment of a label.
fn name(span: &Span, bar: (f64, f64), axis: &TimeAxis, narrow: bool) -> (String, f64, Anchor) {
    let wide = text::width(&span.label, SMALL);
    let whole = axis.right - axis.left;
    if narrow {
        let label = text::fit(&span.label, SMALL, whole);
        let x = bar.0.min(axis.right - text::width(&label, SMALL)).max(axis.left);
        return (label, x, Anchor::Start);
    }
    let after = if span.to == Edge::Ongoing { 0.0 } else { 6.0 };
    let (left, right) = (bar.0 - axis.left - 6.0, axis.right - bar.1 - after);
    if after > 0.0 && wide <= right {
        (span.label.clone(), bar.1 + after, Anchor::Start)
    } else if wide <= left {
        (span.label.clone(), bar.0 - 6.0, Anchor::End)
    } else if right >= left.max(60.0) && after > 0.0 {
        (text::fit(&span.label, SMALL, right), bar.1 + after, Anchor::Start)
    } else {
        (text::fit(&span.label, SMALL, left.max(0.0)), bar.0 - 6.0, Anchor::End)
    }
}

/// Draws a bar with its label, from the origin of its row on.
fn draw(bar: &Laid<'_>, series: usize, narrow: bool, palette: &mut Palette) -> Element {
    let y = if narrow { 13.0 } else { 0.0 };
    let (from, to) = bar.outer;
    let mut elements = Vec::new();
    let open = (bar.span.from == Edge::NotStated, bar.span.to == Edge::NotStated);
    let is_vague = bar.inner.0 > from || bar.inner.1 < to;
    if is_vague {
        let pale = svg::rect(from + 0.4, y + 0.4, to - from - 0.8, BAR - 0.8);
        let line = format!("d-line{}", series % SERIES);
        let pale = palette.fill(pale, Tone::Pale(series)).add_class(&line);
        elements.push(pale.set("stroke", colour(series)).set("stroke-width", "0.8"));
    }
    let (begin, end) = bar.inner;
    if open.0 || open.1 {
        elements.push(torn((begin, end.max(begin + 6.0)), y, open, series, palette));
    } else if end - begin > 0.4 {
        let solid = svg::rect(begin, y, end - begin, BAR);
        elements.push(palette.fill(solid, Tone::Series(series)));
    }
    if let Some(extended) = bar.extension {
        let hatched = svg::rect(to + 0.5, y + 0.5, extended - to - 1.0, BAR - 1.0);
        elements.push(palette.fill(hatched, Tone::Hatched(series)));
    }
    if bar.span.to == Edge::Ongoing {
        elements.push(arrow(to + 1.0, y, series));
    }
    let (label, x, anchor) = &bar.label;
    if !label.is_empty() {
        let at = if narrow { (*x, 10.0) } else { (*x, 10.5) };
        elements.push(super::boxes::haloed(svg::text(at, *anchor, "d-text", label)));
    }
    svg::linked(bar.span.href.as_deref(), &bar.span.tip, &elements)
}

/// A bar with torn ends at the left, the right or both.
fn torn(
    (from, to): (f64, f64),
    y: f64,
    (left, right): (bool, bool),
    series: usize,
    palette: &mut Palette,
) -> Element {
    let quarter = BAR / 4.0;
    let mut points = vec![(from, y), (to, y)];
    if right {
        points.extend([(to - 4.0, y + quarter), (to, y + quarter * 2.0)]);
        points.push((to - 4.0, y + quarter * 3.0));
    }
    points.extend([(to, y + BAR), (from, y + BAR)]);
    if left {
        points.extend([(from + 4.0, y + quarter * 3.0), (from, y + quarter * 2.0)]);
        points.push((from + 4.0, y + quarter));
    }
    palette.fill(svg::polygon(&points, true), Tone::Series(series))
}

/// The arrow of a bar that goes on.
fn arrow(x: f64, y: f64, series: usize) -> Element {
    let points = [(x, y), (x + 6.0, y + BAR / 2.0), (x, y + BAR)];
    let class = format!("d-fill{}", series % SERIES);
    svg::polygon(&points, true).class(&class).set("fill", colour(series))
}

fn symbol(kind: Kind, (x, y): (f64, f64), series: usize) -> Element {
    let mark = match kind {
        Kind::Agreement => {
            svg::polygon(&[(x, y - 5.4), (x + 5.4, y), (x, y + 5.4), (x - 5.4, y)], true)
        }
        Kind::Meeting => svg::circle((x, y), 4.2),
    };
    let class = match kind {
        Kind::Agreement => format!("d-cased d-fill{}", series % SERIES),
        Kind::Meeting => format!("d-dot d-line{}", series % SERIES),
    };
    let mark = mark.class(&class);
    match kind {
        Kind::Agreement => {
            mark.set("fill", colour(series)).set("stroke", PAPER).set("stroke-width", "1")
        }
        Kind::Meeting => {
            mark.set("fill", PAPER).set("stroke", colour(series)).set("stroke-width", "2")
        }
    }
}

/// Dots of a lane in rows, with labels where they have room; a line spans the period of an imprecise date.
fn dots(lane: &Lane, axis: &TimeAxis) -> (Vec<Element>, f64) {
    let mut dots: Vec<&Dot> = lane.dots.iter().collect();
    dots.sort_by(|a, b| a.at.middle().total_cmp(&b.at.middle()).then_with(|| a.tip.cmp(&b.tip)));
    let mut rows: Vec<Vec<(f64, &Dot)>> = Vec::new();
    for dot in dots {
        let x = axis.at(dot.at.middle()).clamp(axis.left + 5.5, axis.right - 5.5);
        let fits = |row: &Vec<(f64, &Dot)>| row.last().is_none_or(|(end, _)| end + 12.5 <= x);
        match rows.iter_mut().find(|row| fits(row)) {
            Some(row) => row.push((x, dot)),
            None => rows.push(vec![(x, dot)]),
        }
    }
    let mut elements = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let y = count(index) * 15.0 + 6.0;
        let nexts = row.iter().skip(1).map(|(x, _)| *x).chain([axis.right + 8.0]);
        for ((x, dot), next) in row.iter().zip(nexts) {
            elements.push(dotted(dot, (*x, y), next - x - 16.0, lane.series, axis));
        }
    }
    let height = if rows.is_empty() { 0.0 } else { count(rows.len()) * 15.0 + 3.0 };
    (elements, height)
}

fn dotted(dot: &Dot, at: (f64, f64), room: f64, series: usize, axis: &TimeAxis) -> Element {
    let mut elements = Vec::new();
    if !dot.at.is_precise() {
        let (from, to) = (axis.at(dot.at.start()), axis.at(dot.at.end()));
        let line = svg::line((from, at.1), (to, at.1));
        let class = format!("d-line{}", series % SERIES);
        let line = line.class(&class).set("stroke", colour(series));
        elements.push(line.set("stroke-width", "2").set("stroke-opacity", "0.45"));
    }
    elements.push(symbol(dot.kind, at, series));
    if text::width(&dot.label, SMALL) <= room && !dot.label.is_empty() {
        let label = svg::text((at.0 + 8.0, at.1 + 4.0), Anchor::Start, "d-text", &dot.label);
        elements.push(super::boxes::haloed(label));
    }
    svg::linked(dot.href.as_deref(), &dot.tip, &elements)
}
