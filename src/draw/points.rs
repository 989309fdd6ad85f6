//! Lines, points and areas over a numeric axis such as years. A line breaks where a figure is not stated.

use super::figure::{self, Axes, Bound, Figure, Signs};
use super::frame::{Canvas, Frame, SMALL};
use super::legend;
use super::palette::{SERIES, colour};
use super::plot::Plot;
use super::scale::Scale;
use super::svg::{self, Anchor, Element, PAPER};
use super::text;

/// Form of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line with points.
    Line,
    /// Points.
    Points,
    /// A line over a pale area.
    Area,
}

/// A point.
#[derive(Clone, Debug)]
pub struct Point {
    /// Position on the axis.
    pub x: f64,
    /// Label of the position.
    pub label: String,
    /// Figure.
    pub figure: Figure,
}

/// A series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Label at its end or in the legend.
    pub label: String,
    /// Points in the order of their positions.
    pub points: Vec<Point>,
}

/// Series over a numeric axis.
#[derive(Clone, Debug)]
pub struct Points {
    /// Frame.
    pub frame: Frame,
    /// Form of all series.
    pub form: Form,
    /// Unit above the axis.
    pub unit: String,
    /// Series.
    pub series: Vec<Series>,
    /// Scale shared with another drawing; otherwise that of the data.
    pub scale: Option<Scale>,
    /// True if positions are whole numbers such as years, whose ticks have no marks between thousands.
    pub is_years: bool,
}

impl Points {
    fn all(&self) -> impl Iterator<Item = &Point> {
        self.series.iter().flat_map(|series| &series.points).filter(|point| point.x.is_finite())
    }

    /// Returns the scale of the data, to share it.
    pub fn scale(&self) -> Scale {
        let figures = self.all().map(|point| &point.figure);
        Scale::of(
            figures.flat_map(|figure| figure.disputed().chain(figure.size()).collect::<Vec<_>>()),
        )
    }

    /// Draws the series.
    pub fn draw(&self) -> String {
        let mut canvas = Canvas::new(&self.frame, "points");
        let is_direct = self.is_direct();
        let top = self.legend(&mut canvas, is_direct);
        if self.all().next().is_none() {
            canvas.add(super::empty::sentence(&self.frame, top));
            return canvas.finish(top + 40.0);
        }
        let wide = |series: &Series| text::width(&series.label, SMALL);
        let spare = if is_direct {
            self.series.iter().map(wide).fold(0.0, f64::max).min(150.0) + 10.0
        } else {
            0.0
        };
        let plot = Plot::new(&self.frame, self.scale.unwrap_or_else(|| self.scale()), top, spare);
        canvas.extend(plot.axes(&self.frame, &self.unit));
        let across = Scale::exact(self.all().map(|point| point.x));
        let x = |value: f64| across.position(value, plot.left + 8.0, plot.right - 8.0);
        let wanted = if self.frame.is_narrow() { 4.0 } else { 8.0 };
        let ticks = across.ticks(wanted).into_iter();
        let whole = |tick: &f64| !self.is_years || tick.fract().abs() < 1e-9;
        let label = |tick: f64| {
            if self.is_years { format!("{tick:.0}") } else { self.frame.words.tick(tick) }
        };
        let labels: Vec<_> = ticks.filter(whole).map(|tick| (x(tick), label(tick))).collect();
        canvas.extend(plot.labels(&labels));
        for (index, series) in self.series.iter().enumerate() {
            canvas.extend(self.lines(series, index, &plot, &x));
        }
        for (index, series) in self.series.iter().enumerate() {
            canvas.extend(self.marks(series, index, &plot, &x));
        }
        if is_direct {
            canvas.extend(self.ends(&plot, &x, spare));
        }
        canvas.finish(plot.bottom + 28.0)
    }

    /// True if series are labelled at their ends.
    fn is_direct(&self) -> bool {
        let is_line = self.form != Form::Points;
        is_line && self.series.len() > 1 && self.series.len() <= 6 && !self.frame.is_narrow()
    }

    fn legend(&self, canvas: &mut Canvas<'_>, is_direct: bool) -> f64 {
        let mut entries = Vec::new();
        if self.series.len() > 1 && !is_direct {
            for (index, series) in self.series.iter().enumerate() {
                let line = stroke(svg::line((0.0, 6.0), (18.0, 6.0)), index);
                let key = vec![line, dot((9.0, 6.0), index, Bound::Exact)];
                entries.push(legend::Entry { key, label: series.label.clone() });
            }
        }
        let signs: Signs = self.all().flat_map(|point| point.figure.signs()).collect();
        if signs.iter().any(|sign| *sign != figure::Sign::Stated) {
            for sign in signs {
                let bound = match sign {
                    figure::Sign::Stated | figure::Sign::ItemsOnly => continue,
                    figure::Sign::AtLeast => Some(Bound::AtLeast),
                    figure::Sign::AtMost => Some(Bound::AtMost),
                    figure::Sign::About => Some(Bound::About),
                    _ => None,
                };
                let key = match bound {
                    Some(bound) => {
                        let mut key = vec![dot((9.0, 6.0), 0, bound)];
                        key.extend(chevron((9.0, 6.0), 0, bound));
                        key
                    }
                    None => figure::key(sign, &mut canvas.palette),
                };
                let label = figure::word(sign, self.frame.words).to_owned();
                entries.push(legend::Entry { key, label });
            }
        }
        let (elements, height) = legend::flow(&entries, (8.0, 6.0), self.frame.units() - 16.0);
        canvas.extend(elements);
        height + 4.0
    }

    /// Stretches of a line between figures that are not stated.
    fn lines(
        &self,
        series: &Series,
        index: usize,
        plot: &Plot,
        x: &impl Fn(f64) -> f64,
    ) -> Vec<Element> {
        if self.form == Form::Points {
            return Vec::new();
        }
        let mut elements = Vec::new();
        let finite = series.points.iter().filter(|point| point.x.is_finite());
        let known: Vec<Option<(f64, f64)>> = finite
            .map(|point| point.figure.size().map(|size| (x(point.x), plot.y(size))))
            .collect();
        for stretch in known.split(Option::is_none) {
            let points: Vec<(f64, f64)> = stretch.iter().copied().flatten().collect();
            let Some((first, last)) = points.first().zip(points.last()) else { continue };
            if self.form == Form::Area && points.len() > 1 {
                let zero = plot.y(0.0);
                let closed = [vec![(first.0, zero)], points.clone(), vec![(last.0, zero)]].concat();
                let class = format!("d-fill{}", index % SERIES);
                let area = svg::polygon(&closed, true).class(&class).set("fill", colour(index));
                elements.push(area.set("fill-opacity", "0.18"));
            }
            if points.len() > 1 {
                let line = stroke(svg::polygon(&points, false).set("fill", "none"), index);
                elements.push(line.set("stroke-linejoin", "round"));
            }
        }
        elements
    }

    fn marks(
        &self,
        series: &Series,
        index: usize,
        plot: &Plot,
        x: &impl Fn(f64) -> f64,
    ) -> Vec<Element> {
        let words = self.frame.words;
        let finite = series.points.iter().filter(|point| point.x.is_finite());
        let mark = |point: &Point| {
            let figure = &point.figure;
            let name =
                if self.series.len() > 1 { format!(", {}", series.label) } else { String::new() };
            let tip = format!("{}{name}: {}", point.label, figure.text(words));
            let mut marks = Vec::new();
            let rivals: Vec<f64> = figure.disputed().map(|rival| plot.y(rival)).collect();
            marks.extend(figure::whisker(Axes::Upright, x(point.x), &rivals));
            match figure.size() {
                Some(size) => {
                    let at = (x(point.x), plot.y(size));
                    marks.push(dot(at, index, figure.bound));
                    marks.extend(chevron(at, index, figure.bound));
                }
                None if rivals.is_empty() => {
                    marks.push(figure::ring((x(point.x), plot.y(0.0)), index));
                }
                None => {}
            }
            svg::linked(figure.href.as_deref(), &tip, &marks)
        };
        finite.map(mark).collect()
    }

    /// Labels at the ends of lines, pushed apart.
    fn ends(&self, plot: &Plot, x: &impl Fn(f64) -> f64, spare: f64) -> Vec<Element> {
        let end = |(index, series): (usize, &Series)| {
            let known = series.points.iter().filter(|point| point.x.is_finite());
            let last =
                known.filter_map(|point| Some((point.x, point.figure.size()?))).next_back()?;
            Some((plot.y(last.1), x(last.0), index, series.label.clone()))
        };
        let mut ends: Vec<_> = self.series.iter().enumerate().filter_map(end).collect();
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let mut elements = Vec::new();
        let mut free = plot.top;
        let most = ends.len();
        for (place, (y, at, index, label)) in ends.into_iter().enumerate() {
            let lowest = plot.bottom - super::svg::count(most - 1 - place) * 14.0;
            let y = y.max(free).min(lowest);
            free = y + 14.0;
            let label = text::fit(&label, SMALL, spare - 8.0);
            let from = (plot.right - 2.0, y);
            if at < plot.right - 30.0 {
                elements.push(stroke(svg::line((plot.right - 8.0, y), from), index));
            }
            let label = svg::text((plot.right + 4.0, y + 4.0), Anchor::Start, "d-text", &label);
            elements.push(label.num("font-size", SMALL));
        }
        elements
    }
}

/// Dashes that tell lines apart besides colours.
const DASHES: [&str; 4] = ["none", "6 3", "2 2.5", "8 3 2 3"];

fn stroke(element: Element, index: usize) -> Element {
    let element = element.class(&format!("d-line{}", index % SERIES));
    let element = element.set("stroke", colour(index)).set("stroke-width", "2");
    match DASHES.get(index % DASHES.len()) {
        Some(dash) if *dash != "none" => element.set("stroke-dasharray", dash),
        _ => element,
    }
}

/// A mark: a circle, square, triangle or diamond by series.
fn dot((x, y): (f64, f64), index: usize, bound: Bound) -> Element {
    let (series, ink, size) = (index % SERIES, colour(index), 3.2);
    let dot = match index % 4 {
        0 => svg::circle((x, y), size),
        1 => svg::rect(x - size, y - size, size * 2.0, size * 2.0),
        2 => {
            let points = [(x, y - 4.2), (x + 4.2, y + 3.4), (x - 4.2, y + 3.4)];
            svg::polygon(&points, true)
        }
        _ => svg::polygon(&[(x, y - 4.4), (x + 4.4, y), (x, y + 4.4), (x - 4.4, y)], true),
    };
    if bound == Bound::About {
        let open = dot.class(&format!("d-dot d-line{series}")).set("fill", PAPER);
        return open.set("stroke", ink).set("stroke-width", "1.4").set("stroke-dasharray", "2 1.5");
    }
    let filled = dot.class(&format!("d-cased d-fill{series}")).set("fill", ink);
    filled.set("stroke", PAPER).set("stroke-width", "0.8")
}

fn chevron((x, y): (f64, f64), index: usize, bound: Bound) -> Option<Element> {
    let sign = match bound {
        Bound::AtLeast => -1.0,
        Bound::AtMost => 1.0,
        _ => return None,
    };
    let points = [(x - 3.2, y + 5.5 * sign), (x, y + 9.0 * sign), (x + 3.2, y + 5.5 * sign)];
    let open = svg::polygon(&points, false).class(&format!("d-line{}", index % SERIES));
    Some(open.set("fill", "none").set("stroke", colour(index)).set("stroke-width", "1.5"))
}

/// Draws a small line without axes, such as beside a row of a table.
pub fn sparkline(frame: &Frame, values: &[Option<f64>]) -> String {
    let mut canvas = Canvas::new(frame, "spark");
    let scale = Scale::of(values.iter().copied().flatten());
    let step = (frame.units() - 12.0) / super::svg::count(values.len().max(2) - 1);
    let finite = |value: &Option<f64>| value.filter(|value| value.is_finite());
    let at = |index: usize, value: f64| {
        (6.0 + step * super::svg::count(index), scale.position(value, 54.0, 6.0))
    };
    let known: Vec<Option<(f64, f64)>> = values
        .iter()
        .enumerate()
        .map(|(index, value)| finite(value).map(|value| at(index, value)))
        .collect();
    for stretch in known.split(Option::is_none) {
        let points: Vec<(f64, f64)> = stretch.iter().copied().flatten().collect();
        if points.len() > 1 {
            canvas.add(stroke(svg::polygon(&points, false).set("fill", "none"), 0));
        }
    }
    for (index, point) in known.iter().enumerate() {
        canvas.add(match point {
            Some(point) => dot(*point, 0, Bound::Exact),
            None => figure::ring(at(index, 0.0), 0),
        });
    }
    canvas.finish(60.0)
}
