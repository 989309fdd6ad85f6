//! Bars: money by year or by category, stacked by series, in one panel or several on a common scale.
//!
//! Narrow drawings and long labels run flat. A bar without figures is a ring: not stated. With a
//! total it is that text alone.

use super::figure::{self, Axes, Bound, Figure, Place, Signs};
use super::frame::{Canvas, Frame, SMALL, shift};
use super::legend;
use super::scale::Scale;
use super::svg::{self, Anchor, Element, count};
use super::text;

/// A part of a bar.
#[derive(Clone, Debug)]
pub struct Part {
    /// Index of its series.
    pub series: usize,
    /// Figure.
    pub figure: Figure,
}

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Label on the axis, such as a year.
    pub label: String,
    /// Address of the list behind the bar.
    pub href: Option<String>,
    /// Parts from the axis on; empty means not stated, or nothing in the data if the total says so.
    pub parts: Vec<Part>,
    /// Text at its end, such as the exact sum.
    pub total: String,
}

/// A panel of bars.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Label; empty for a single panel.
    pub label: String,
    /// Bars in order.
    pub bars: Vec<Bar>,
}

/// A bar chart.
#[derive(Clone, Debug)]
pub struct Bars {
    /// Frame.
    pub frame: Frame,
    /// Unit above the axis, such as `million euros`.
    pub unit: String,
    /// Labels of series, by index.
    pub series: Vec<String>,
    /// Panels on a common scale.
    pub panels: Vec<Panel>,
    /// Scale shared with another drawing; otherwise that of the data.
    pub scale: Option<Scale>,
}

/// A part with its stretch of the scale.
struct Placed<'a> {
    part: &'a Part,
    from: f64,
    to: f64,
}

/// Stacks parts: positive ones up, negative ones down.
fn stack<'a>(bar: &'a Bar) -> Vec<Placed<'a>> {
    let (mut up, mut down) = (0.0, 0.0);
    let place = |part: &'a Part| {
        let size = part.figure.size().unwrap_or(0.0);
        let level: &mut f64 = if size < 0.0 { &mut down } else { &mut up };
        let from = *level;
        *level += size;
        Placed { part, from, to: *level }
    };
    bar.parts.iter().map(place).collect()
}

impl Bar {
    /// Creates a bar of one figure.
    pub fn of(label: &str, figure: Figure) -> Self {
        let total = figure.label.clone();
        let (label, href) = (label.to_owned(), figure.href.clone());
        Self { label, href, parts: vec![Part { series: 0, figure }], total }
    }

    /// Returns true if the sum of the parts is a lower bound: a part is one, or is not stated beside others.
    fn is_open(&self) -> bool {
        let is_unknown =
            |part: &Part| part.figure.size().is_none() && part.figure.disputed().next().is_none();
        let is_known = self.parts.iter().any(|part| !is_unknown(part));
        let opens = |part: &Part| part.figure.bound == Bound::AtLeast || is_unknown(part);
        is_known && self.parts.iter().any(opens)
    }
}

/// Geometry of a panel.
struct Plot {
    axes: Axes,
    scale: Scale,
    /// Positions of the lowest and highest value along bars.
    along: (f64, f64),
    /// Start and breadth of a slot across.
    start: f64,
    slot: f64,
    width: f64,
    /// True if labels of flat bars have a line of their own.
    is_label_above: bool,
    label_room: f64,
}

impl Plot {
    fn at(&self, value: f64) -> f64 {
        self.scale.position(value, self.along.0, self.along.1)
    }

    fn breadth(&self) -> f64 {
        match self.axes {
            Axes::Upright => (self.slot * 0.72).clamp(1.0, 46.0),
            Axes::Flat => 14.0,
        }
    }

    fn side(&self, index: usize) -> f64 {
        let begin = self.start + self.slot * count(index);
        match self.axes {
            Axes::Flat if self.is_label_above => begin + 16.0,
            _ => begin + (self.slot - self.breadth()) / 2.0,
        }
    }
}

impl Bars {
    /// Creates a chart of one panel and one series.
    pub fn new(frame: Frame, unit: &str, bars: Vec<Bar>) -> Self {
        let panels = vec![Panel { label: String::new(), bars }];
        Self { frame, unit: unit.to_owned(), series: Vec::new(), panels, scale: None }
    }

    /// Returns the scale of the data, to share it.
    pub fn scale(&self) -> Scale {
        let bars = self.panels.iter().flat_map(|panel| &panel.bars);
        Scale::of(bars.flat_map(|bar| {
            let stacked = stack(bar);
            let ends = stacked.iter().flat_map(|placed| {
                let rivals = placed.part.figure.disputed().map(|rival| placed.from + rival);
                rivals.chain([placed.to])
            });
            ends.collect::<Vec<_>>()
        }))
    }

    /// Draws the chart.
    pub fn draw(&self) -> String {
        let mut canvas = Canvas::new(&self.frame, "bars");
        let top = self.legend(&mut canvas);
        if self.panels.iter().all(|panel| panel.bars.is_empty()) {
            canvas.add(super::empty::sentence(&self.frame, top));
            return canvas.finish(top + 40.0);
        }
        let scale = self.scale.unwrap_or_else(|| self.scale());
        let units = self.frame.units();
        let across = if self.panels.len() > 1 && !self.frame.is_narrow() { 2.0 } else { 1.0 };
        let width = units / across;
        let (mut x, mut y, mut tallest) = (0.0, top, 0.0_f64);
        for panel in self.panels.iter().filter(|panel| !panel.bars.is_empty()) {
            let (elements, height) = self.panel(panel, scale, width, &mut canvas);
            let group = Element::new("g").children(&elements);
            canvas.add(shift(&group, x, y));
            tallest = tallest.max(height);
            x += width;
            if x + width > units + 1.0 {
                (x, y, tallest) = (0.0, y + tallest, 0.0);
            }
        }
        canvas.finish(y + tallest)
    }

    /// Adds the legend; returns its foot.
    fn legend(&self, canvas: &mut Canvas<'_>) -> f64 {
        let bars = self.panels.iter().flat_map(|panel| &panel.bars);
        let mut signs = Signs::new();
        for bar in bars {
            let figures = bar.parts.iter().map(|part| &part.figure);
            signs.extend(figures.flat_map(Figure::signs));
            if bar.parts.is_empty() {
                signs.insert(figure::Sign::NotStated);
            } else if bar.is_open() {
                signs.insert(figure::Sign::AtLeast);
            }
        }
        let room = self.frame.units() - 16.0;
        let mut foot = 6.0;
        let named = if self.series.len() > 1 {
            legend::series(&self.series, &mut canvas.palette)
        } else {
            Vec::new()
        };
        let signed = legend::signs(&signs, self.frame.words, &mut canvas.palette);
        for entries in [named, signed] {
            let (elements, height) = legend::flow(&entries, (8.0, foot), room);
            canvas.extend(elements);
            foot += height;
        }
        foot + if foot > 6.0 { 6.0 } else { 0.0 }
    }

    /// True if labels are short enough to stand below columns, some left out.
    fn is_flat(&self, panel: &Panel, width: f64) -> bool {
        let slot = (width - 60.0) / count(panel.bars.len()).max(1.0);
        let is_long = |bar: &Bar| {
            bar.label.chars().count() > 5 && text::width(&bar.label, SMALL) > slot - 4.0
        };
        self.frame.is_narrow() || slot < 4.0 || panel.bars.iter().any(is_long)
    }

    fn panel(
        &self,
        panel: &Panel,
        scale: Scale,
        width: f64,
        canvas: &mut Canvas<'_>,
    ) -> (Vec<Element>, f64) {
        let mut elements = Vec::new();
        let mut top = 4.0;
        if !panel.label.is_empty() {
            let label = text::fit(&panel.label, 13.5, width - 16.0);
            elements.push(svg::text((8.0, 16.0), Anchor::Start, "d-text d-strong", &label));
            top += 20.0;
        }
        let plot = if self.is_flat(panel, width) {
            flat_plot(panel, scale, width, top)
        } else {
            self.upright_plot(panel, scale, width, top)
        };
        let foot = match plot.axes {
            Axes::Upright => plot.along.0 + 24.0,
            Axes::Flat => plot.start + plot.slot * count(panel.bars.len()) + 8.0,
        };
        elements.extend(self.axis(&plot, foot, top));
        elements.extend(labels(panel, &plot));
        for (index, bar) in panel.bars.iter().enumerate() {
            elements.extend(self.bar(bar, index, &plot, canvas));
        }
        (elements, foot + 6.0)
    }

    fn upright_plot(&self, panel: &Panel, scale: Scale, width: f64, top: f64) -> Plot {
        let words = self.frame.words;
        let wide = |tick: f64| text::width(&words.tick(tick), SMALL);
        let left = 14.0 + scale.ticks(5.0).into_iter().map(wide).fold(16.0, f64::max);
        let slot = (width - left - 10.0) / count(panel.bars.len()).max(1.0);
        let along = (top + 270.0, top + 36.0);
        let (axes, is_label_above, label_room) = (Axes::Upright, false, slot);
        Plot { axes, scale, along, start: left, slot, width, is_label_above, label_room }
    }

    /// Grid, ticks, unit and zero line.
    fn axis(&self, plot: &Plot, foot: f64, top: f64) -> Vec<Element> {
        let words = self.frame.words;
        let mut elements = Vec::new();
        let wanted = if plot.axes == Axes::Flat && plot.width < 400.0 { 3.0 } else { 5.0 };
        for tick in plot.scale.ticks(wanted) {
            let at = plot.at(tick);
            let label = words.tick(tick);
            let (from, to, place, anchor) = match plot.axes {
                Axes::Upright => {
                    let end = (plot.width - 10.0, at);
                    ((plot.start, at), end, (plot.start - 6.0, at + 4.0), Anchor::End)
                }
                Axes::Flat => {
                    let half = text::width(&label, SMALL) / 2.0 + 2.0;
                    let place = (at.min(plot.width - half).max(half), plot.start - 7.0);
                    ((at, plot.start - 2.0), (at, foot - 6.0), place, Anchor::Middle)
                }
            };
            elements.push(figure::grid(from, to));
            let label = svg::text(place, anchor, "d-text d-soft", &label);
            elements.push(label.num("font-size", SMALL));
        }
        let zero = plot.at(0.0);
        let (from, to) = match plot.axes {
            Axes::Upright => ((plot.start, zero), (plot.width - 10.0, zero)),
            Axes::Flat => ((zero, plot.start - 2.0), (zero, foot - 6.0)),
        };
        elements.push(figure::axis(from, to));
        let unit = text::fit(&self.unit, SMALL, plot.width - 16.0);
        let unit = svg::text((8.0, top + 10.0), Anchor::Start, "d-text d-soft", &unit);
        elements.push(unit.num("font-size", SMALL));
        elements
    }

    fn bar(&self, bar: &Bar, index: usize, plot: &Plot, canvas: &mut Canvas<'_>) -> Vec<Element> {
        let words = self.frame.words;
        let (side, breadth) = (plot.side(index), plot.breadth());
        let place = |from: f64, to: f64| Place {
            axes: plot.axes,
            base: plot.at(from),
            tip: plot.at(to),
            side,
            breadth,
        };
        if bar.parts.is_empty() && !bar.total.is_empty() {
            return total(bar, index, plot).into_iter().collect();
        }
        if bar.parts.is_empty() {
            let tip = format!("{}: {}", bar.label, words.not_stated);
            let at = plot.axes.point(plot.at(0.0), side + breadth / 2.0);
            return vec![svg::linked(bar.href.as_deref(), &tip, &[figure::ring(at, 0)])];
        }
        let stacked = stack(bar);
        let top = stacked.iter().map(|placed| placed.to).fold(0.0, f64::max);
        let mut layers = Vec::new();
        for placed in &stacked {
            let Part { series, figure } = placed.part;
            let is_open = bar.is_open() && placed.to > placed.from && placed.to >= top;
            let opened = figure.clone().bounded(Bound::AtLeast);
            let is_opened = is_open && figure.bound == Bound::Exact;
            let figure = if is_opened { &opened } else { figure };
            let rivals: Vec<f64> =
                figure.disputed().map(|rival| plot.at(placed.from + rival)).collect();
            let at = place(placed.from, placed.to);
            let marks = figure::mark(figure, at, *series, &rivals, &mut canvas.palette);
            let name = self.series.get(*series).filter(|_| self.series.len() > 1);
            let of = name.map(|name| format!(", {name}")).unwrap_or_default();
            let tip = format!("{}{of}: {}", bar.label, figure.text(words));
            let href = figure.href.as_deref().or(bar.href.as_deref());
            layers.push((layer(figure), svg::linked(href, &tip, &marks)));
        }
        // Torn ends, whiskers and rings lie above the parts beside them.
        layers.sort_by_key(|(layer, _)| *layer);
        let elements = layers.into_iter().map(|(_, element)| element);
        elements.chain(total(bar, index, plot)).collect()
    }
}

/// The layer of a part, from the lowest.
fn layer(figure: &Figure) -> u8 {
    match figure.bound {
        _ if figure.size().is_none() => 3,
        _ if figure.disputed().next().is_some() => 2,
        Bound::AtLeast => 1,
        _ => 0,
    }
}

/// The text at the end of a bar, if it has room.
fn total(bar: &Bar, index: usize, plot: &Plot) -> Option<Element> {
    let stacked = stack(bar);
    let ends = stacked.iter().flat_map(|placed| {
        placed.part.figure.disputed().map(|rival| placed.from + rival).chain([placed.to])
    });
    let far = ends.fold(0.0, f64::max);
    let gap = if bar.is_open() { 15.0 } else { 6.0 };
    let gap = gap + if far <= 0.0 { 5.0 } else { 0.0 };
    let end = plot.at(far);
    let (at, anchor, room) = match plot.axes {
        Axes::Upright => {
            let middle = plot.side(index) + plot.breadth() / 2.0;
            ((middle, end - gap), Anchor::Middle, plot.slot - 2.0)
        }
        Axes::Flat => {
            let at = (end + gap, plot.side(index) + 11.0);
            (at, Anchor::Start, plot.width - end - gap - 4.0)
        }
    };
    let label = match plot.axes {
        Axes::Upright if text::width(&bar.total, SMALL) > room => String::new(),
        _ => text::fit(&bar.total, SMALL, room),
    };
    let label = (!label.is_empty()).then_some(label)?;
    Some(svg::text(at, anchor, "d-text d-value", &label).num("font-size", SMALL))
}

fn flat_plot(panel: &Panel, scale: Scale, width: f64, top: f64) -> Plot {
    let wide = |bar: &Bar| text::width(&bar.label, SMALL);
    let widest = panel.bars.iter().map(wide).fold(20.0, f64::max);
    let is_label_above = widest > width * 0.34;
    let left = if is_label_above { 12.0 } else { widest + 16.0 };
    let ends = panel.bars.iter().map(|bar| text::width(&bar.total, SMALL));
    let right = ends.fold(18.0, f64::max).min(width * 0.28) + 14.0;
    let slot = if is_label_above { 38.0 } else { 21.0 };
    let along = (left, width - right);
    let label_room = if is_label_above { width - 16.0 } else { left - 10.0 };
    let axes = Axes::Flat;
    Plot { axes, scale, along, start: top + 34.0, slot, width, is_label_above, label_room }
}

/// Labels of bars on the axis.
fn labels(panel: &Panel, plot: &Plot) -> Vec<Element> {
    let widest = panel.bars.iter().map(|bar| text::width(&bar.label, SMALL)).fold(0.0, f64::max);
    let mut elements = Vec::new();
    let mut free = f64::MIN;
    for (index, bar) in panel.bars.iter().enumerate() {
        let middle = plot.start + plot.slot * (count(index) + 0.5);
        let (at, anchor) = match plot.axes {
            Axes::Upright if middle - widest / 2.0 < free => continue,
            Axes::Upright => ((middle, plot.along.0 + 17.0), Anchor::Middle),
            Axes::Flat if plot.is_label_above => ((8.0, plot.side(index) - 4.0), Anchor::Start),
            Axes::Flat => ((plot.along.0 - 7.0, plot.side(index) + 11.0), Anchor::End),
        };
        free = middle + widest / 2.0 + 6.0;
        let label = text::fit(&bar.label, SMALL, plot.label_room.max(widest.min(48.0)));
        let label = svg::text(at, anchor, "d-text", &label).num("font-size", SMALL);
        elements.push(label);
    }
    elements
}
