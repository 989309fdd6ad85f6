//! People by year: served, announced, ceiling and unknown stage as marks that never add up.

use std::collections::BTreeSet;

use super::figure::{self, Axes, Bound, Figure, Sign};
use super::frame::{Canvas, Frame};
use super::legend::{self, Entry};
use super::palette::colour;
use super::plot::Plot;
use super::scale::Scale;
use super::svg::{self, Anchor, Element, PAPER, count};
use super::words::Words;

/// Measure of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// People that served: a filled circle.
    Served,
    /// People that were announced: an open diamond.
    Announced,
    /// The most that a mandate permits: a line.
    Ceiling,
    /// People of whom no source states which of these they are: an open square.
    Unclear,
}

/// A year with its marks.
#[derive(Clone, Debug)]
pub struct Year {
    /// Label on the axis.
    pub label: String,
    /// Marks; a year without marks stays empty.
    pub marks: Vec<(Measure, Figure)>,
}

/// People by year.
#[derive(Clone, Debug)]
pub struct Dots {
    /// Frame.
    pub frame: Frame,
    /// Unit above the axis, such as `people`.
    pub unit: String,
    /// Years in order.
    pub years: Vec<Year>,
    /// Scale shared with another drawing; otherwise that of the data.
    pub scale: Option<Scale>,
}

impl Dots {
    /// Returns the scale of the data, to share it.
    pub fn scale(&self) -> Scale {
        let figures = self.years.iter().flat_map(|year| &year.marks).map(|(_, figure)| figure);
        Scale::of(
            figures.flat_map(|figure| figure.disputed().chain(figure.size()).collect::<Vec<_>>()),
        )
    }

    /// Draws the years.
    pub fn draw(&self) -> String {
        let mut canvas = Canvas::new(&self.frame, "dots");
        let top = self.legend(&mut canvas);
        if self.years.iter().all(|year| year.marks.is_empty()) {
            canvas.add(super::empty::sentence(&self.frame, top));
            return canvas.finish(top + 40.0);
        }
        let plot = Plot::new(&self.frame, self.scale.unwrap_or_else(|| self.scale()), top, 0.0);
        canvas.extend(plot.axes(&self.frame, &self.unit));
        let slot = (plot.right - plot.left) / count(self.years.len()).max(1.0);
        let middle = |index: usize| plot.left + slot * (count(index) + 0.5);
        let labels = self.years.iter().enumerate();
        let labels: Vec<_> =
            labels.map(|(index, year)| (middle(index), year.label.clone())).collect();
        canvas.extend(plot.labels(&labels));
        for (index, year) in self.years.iter().enumerate() {
            canvas.extend(self.year(year, middle(index), slot, &plot));
        }
        canvas.finish(plot.bottom + 28.0)
    }

    fn year(&self, year: &Year, x: f64, slot: f64, plot: &Plot) -> Vec<Element> {
        let words = self.frame.words;
        let mut elements = Vec::new();
        let mut marks: Vec<&(Measure, Figure)> = year.marks.iter().collect();
        marks.sort_by_key(|(measure, _)| std::cmp::Reverse(*measure));
        for (measure, figure) in marks {
            let name = word(*measure, words);
            let tip = format!("{}, {name}: {}", year.label, figure.text(words));
            let rivals: Vec<f64> = figure.disputed().map(|rival| plot.y(rival)).collect();
            let mut marks = figure::whisker(Axes::Upright, x, &rivals);
            match figure.size() {
                Some(size) => marks.extend(mark(*measure, (x, plot.y(size)), figure.bound, slot)),
                None if rivals.is_empty() => {
                    marks.push(figure::ring((x, plot.y(0.0)), series(*measure)));
                }
                None => {}
            }
            elements.push(svg::linked(figure.href.as_deref(), &tip, &marks));
        }
        elements.extend(label(year, x, slot, plot));
        elements
    }

    fn legend(&self, canvas: &mut Canvas<'_>) -> f64 {
        let words = self.frame.words;
        let marks = || self.years.iter().flat_map(|year| &year.marks);
        let measures: BTreeSet<Measure> = marks().map(|(measure, _)| *measure).collect();
        let mut entries: Vec<Entry> = measures
            .into_iter()
            .map(|measure| Entry {
                key: mark(measure, (9.0, 6.0), Bound::Exact, 14.0),
                label: word(measure, words).to_owned(),
            })
            .collect();
        let signs: BTreeSet<Sign> = marks().flat_map(|(_, figure)| figure.signs()).collect();
        for sign in signs {
            let key = match sign {
                Sign::Stated | Sign::ItemsOnly => continue,
                Sign::AtLeast => mark(Measure::Served, (9.0, 8.0), Bound::AtLeast, 14.0),
                Sign::AtMost => mark(Measure::Served, (9.0, 5.0), Bound::AtMost, 14.0),
                Sign::About => mark(Measure::Served, (9.0, 6.0), Bound::About, 14.0),
                Sign::Rivals | Sign::NotStated => figure::key(sign, &mut canvas.palette),
            };
            entries.push(Entry { key, label: figure::word(sign, words).to_owned() });
        }
        let (elements, height) = legend::flow(&entries, (8.0, 6.0), self.frame.units() - 16.0);
        canvas.extend(elements);
        height + 8.0
    }
}

/// The text of people served, where it has room.
fn label(year: &Year, x: f64, slot: f64, plot: &Plot) -> Option<Element> {
    let served = year.marks.iter().find(|(measure, _)| *measure == Measure::Served);
    let (_, figure) = served?;
    let size = figure.size()?;
    let wide = super::text::width(&figure.label, 10.5);
    let is_free = year.marks.len() == 1 && wide + 3.0 <= slot && figure.rivals.is_empty();
    let gap = if figure.bound == Bound::AtLeast { 15.0 } else { 8.0 };
    let at = (x, plot.y(size) - gap);
    is_free.then(|| {
        svg::text(at, Anchor::Middle, "d-text d-value", &figure.label).num("font-size", 10.5)
    })
}

fn word(measure: Measure, words: &Words) -> &'static str {
    match measure {
        Measure::Served => words.served,
        Measure::Announced => words.announced,
        Measure::Ceiling => words.ceiling,
        Measure::Unclear => words.unclear,
    }
}

fn series(measure: Measure) -> usize {
    match measure {
        Measure::Served => 0,
        Measure::Announced => 1,
        Measure::Ceiling => 6,
        Measure::Unclear => 3,
    }
}

/// Draws a mark with the sign of its bound.
fn mark(measure: Measure, (x, y): (f64, f64), bound: Bound, slot: f64) -> Vec<Element> {
    let series = series(measure);
    let (ink, class) = (colour(series), format!("d-line{series}"));
    let outlined = |element: Element, width: &str| {
        element
            .class(&format!("d-dot {class}"))
            .set("fill", PAPER)
            .set("stroke", ink)
            .set("stroke-width", width)
    };
    let shape = match measure {
        Measure::Served if bound == Bound::About => {
            outlined(svg::circle((x, y), 4.2), "1.6").set("stroke-dasharray", "2 1.6")
        }
        Measure::Served => {
            let dot = svg::circle((x, y), 4.4).class(&format!("d-cased d-fill{series}"));
            dot.set("fill", ink).set("stroke", PAPER).set("stroke-width", "1")
        }
        Measure::Announced => {
            let points = [(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)];
            let open = outlined(svg::polygon(&points, true), "1.7");
            if bound == Bound::About { open.set("stroke-dasharray", "2 1.6") } else { open }
        }
        Measure::Unclear => {
            let open = outlined(svg::rect(x - 4.0, y - 4.0, 8.0, 8.0), "1.7");
            if bound == Bound::About { open.set("stroke-dasharray", "2 1.6") } else { open }
        }
        Measure::Ceiling => {
            let reach = (slot / 2.0 - 1.0).clamp(3.0, 14.0);
            let line = svg::line((x - reach, y), (x + reach, y)).class(&class);
            line.set("stroke", ink).set("stroke-width", "2.6")
        }
    };
    let chevron = |from: f64, to: f64| {
        let points = [(x - 3.5, y + from), (x, y + to), (x + 3.5, y + from)];
        let open = svg::polygon(&points, false).class(&class).set("fill", "none");
        open.set("stroke", ink).set("stroke-width", "1.6")
    };
    match bound {
        Bound::AtLeast => vec![shape, chevron(-6.5, -10.0)],
        Bound::AtMost => vec![shape, chevron(6.5, 10.0)],
        Bound::Exact | Bound::About => vec![shape],
    }
}
