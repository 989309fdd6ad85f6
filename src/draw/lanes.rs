//! Lanes of time: programmes and missions as bars, agreements and meetings as dots, events behind them.
//!
//! Bars that overlap stand in rows. A bar is pale within the period of a date whose day is not known, hatched in its
//! extension, torn where start or end is not stated, and ends in an arrow while it goes on.

use super::figure::{axis, grid};
use super::frame::{Canvas, Frame, SMALL, shift};
use super::legend::{self, Entry};
use super::palette::{Palette, SERIES, Tone, colour};
use super::svg::{self, Anchor, Element, PAPER, count};
use super::text;
use super::when::When;

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

/// An event behind the lanes: a line, or a band if it has an end.
#[derive(Clone, Debug)]
pub struct Event {
    /// Name.
    pub label: String,
    /// Start.
    pub from: When,
    /// End.
    pub to: Option<When>,
    /// Address.
    pub href: Option<String>,
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

/// The axis of time.
struct Axis {
    from: f64,
    to: f64,
    left: f64,
    right: f64,
}

impl Axis {
    fn at(&self, year: f64) -> f64 {
        let share = (year.clamp(self.from, self.to) - self.from) / (self.to - self.from);
        self.left + share * (self.right - self.left)
    }
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
        let axis = Axis {
            from: f64::from(first),
            to: f64::from(last.max(first)) + 1.0,
            left: 10.0,
            right: self.frame.units() - 14.0,
        };
        let (labels, list, below) = self.events(&axis, top);
        let mut y = below + 20.0;
        let mut rows = Vec::new();
        for lane in &self.lanes {
            let (elements, height) = self.lane(lane, &axis, &mut canvas.palette);
            rows.push(shift(&Element::new("g").children(&elements), 0.0, y));
            y += height;
        }
        let foot = y + 2.0;
        canvas.extend(self.bands(&axis, below, foot));
        canvas.extend(ticks(&axis, below, foot));
        canvas.extend(labels);
        canvas.extend(rows);
        let (notes, height) = numbered(&list, (8.0, foot + 8.0), &self.frame);
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

    /// Labels of events above the lanes; if they need too many rows, numbers and a list below.
    fn events(&self, axis: &Axis, top: f64) -> (Vec<Element>, Vec<&Event>, f64) {
        let mut events: Vec<&Event> = self.events.iter().collect();
        events.sort_by(|a, b| a.from.cmp(&b.from).then_with(|| a.label.cmp(&b.label)));
        let limit = if self.frame.is_narrow() { 4 } else { 5 };
        let mut names: Vec<String> = events.iter().map(|event| event.label.clone()).collect();
        let mut list = Vec::new();
        let whole = place(&events, &names, axis, limit);
        let placed = whole.unwrap_or_else(|| {
            list.clone_from(&events);
            names = (1..=events.len()).map(|number| number.to_string()).collect();
            place(&events, &names, axis, usize::MAX).unwrap_or_default()
        });
        let rows = placed.iter().map(|(row, _)| row + 1).max().unwrap_or(0);
        let below = top + count(rows) * 15.0;
        let mut elements = Vec::new();
        for ((event, name), (row, x)) in events.iter().zip(&names).zip(&placed) {
            let y = top + count(*row) * 15.0 + 11.0;
            let at = axis.at(event.from.start());
            elements.push(leader((at, y + 1.0), (at, below + 2.0)));
            let name = text::fit(name, SMALL, axis.right - axis.left);
            let label = svg::text((*x, y), Anchor::Start, "d-text d-soft", &name);
            let label = super::boxes::haloed(label);
            elements.push(svg::linked(event.href.as_deref(), &event.label, &[label]));
        }
        (elements, list, below)
    }

    /// Bands and lines of events.
    fn bands(&self, axis: &Axis, top: f64, foot: f64) -> Vec<Element> {
        let band = |event: &Event| {
            let from = axis.at(event.from.start());
            event.to.map_or_else(
                || leader((from, top), (from, foot)),
                |to| {
                    let to = axis.at(to.end());
                    let band = svg::rect(from, top, (to - from).max(1.0), foot - top);
                    band.class("d-band").set("fill", svg::GRID).set("fill-opacity", "0.55")
                },
            )
        };
        self.events.iter().map(band).collect()
    }

    /// Draws a lane from the origin on; returns its height too.
    fn lane(&self, lane: &Lane, axis: &Axis, palette: &mut Palette) -> (Vec<Element>, f64) {
        let label = text::fit(&lane.label, 12.5, axis.right - axis.left);
        let title = svg::text((10.0, 14.0), Anchor::Start, "d-text d-strong", &label);
        let mut elements =
            vec![axis_line(axis, 0.0), super::boxes::haloed(title).num("font-size", 12.5)];
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

fn axis_line(at: &Axis, y: f64) -> Element {
    axis((at.left, y), (at.right, y)).set("stroke-opacity", "0.5")
}

fn leader(from: (f64, f64), to: (f64, f64)) -> Element {
    let line = svg::line(from, to).class("d-leader").set("stroke", svg::AXIS);
    line.set("stroke-width", "1").set("stroke-dasharray", "2 3")
}

/// Places labels in rows; `None` if they need more than `limit` rows.
fn place(
    events: &[&Event],
    names: &[String],
    axis: &Axis,
    limit: usize,
) -> Option<Vec<(usize, f64)>> {
    let mut free: Vec<f64> = Vec::new();
    let mut placed = Vec::new();
    for (event, name) in events.iter().zip(names) {
        let wide = text::width(name, SMALL).min(axis.right - axis.left);
        let x = (axis.at(event.from.start()) + 3.0).min(axis.right - wide).max(axis.left);
        let found = free.iter().position(|end| *end + 8.0 <= x);
        let row = found.unwrap_or(free.len());
        if row >= limit {
            return None;
        }
        match free.get_mut(row) {
            Some(end) => *end = x + wide,
            None => free.push(x + wide),
        }
        placed.push((row, x));
    }
    Some(placed)
}

/// The list of numbered events.
fn numbered(events: &[&Event], from: (f64, f64), frame: &Frame) -> (Vec<Element>, f64) {
    let columns = if frame.is_narrow() { 1 } else { 2 };
    let rows = events.len().div_ceil(columns).max(1);
    let wide = (frame.units() - 16.0) / count(columns);
    let item = |(index, event): (usize, &&Event)| {
        let x = from.0 + count(index / rows) * wide;
        let y = from.1 + count(index % rows) * 16.0 + 10.0;
        let label = text::fit(&format!("{}  {}", index + 1, event.label), SMALL, wide - 10.0);
        let label = svg::text((x, y), Anchor::Start, "d-text d-soft", &label);
        svg::linked(event.href.as_deref(), &event.label, &[label.num("font-size", SMALL)])
    };
    let height = if events.is_empty() { 0.0 } else { count(rows) * 16.0 + 6.0 };
    (events.iter().enumerate().map(item).collect(), height)
}

/// Years below the events, with grid lines through all lanes.
fn ticks(at: &Axis, top: f64, foot: f64) -> Vec<Element> {
    let year = (at.right - at.left) / (at.to - at.from);
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0, 1000.0, 5000.0];
    let step = steps.into_iter().find(|step| step * year >= 38.0).unwrap_or(10_000.0);
    let mut elements = Vec::new();
    let mut tick = (at.from / step).ceil() * step;
    while tick < at.to {
        let x = at.at(tick);
        elements.push(grid((x, top + 18.0), (x, foot)));
        let label = format!("{tick:.0}");
        let half = text::width(&label, SMALL) / 2.0;
        let x = x.clamp(at.left + half - 8.0, at.right - half);
        let label = svg::text((x, top + 13.0), Anchor::Middle, "d-text d-soft", &label);
        elements.push(super::boxes::haloed(label));
        tick += step;
    }
    elements
}

/// Computes the stretches of a bar; its label stands inside, or beside where there is room.
fn lay<'a>(span: &'a Span, axis: &Axis, narrow: bool) -> Laid<'a> {
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
fn name(span: &Span, bar: (f64, f64), axis: &Axis, narrow: bool) -> (String, f64, Anchor) {
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
fn dots(lane: &Lane, axis: &Axis) -> (Vec<Element>, f64) {
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

fn dotted(dot: &Dot, at: (f64, f64), room: f64, series: usize, axis: &Axis) -> Element {
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
