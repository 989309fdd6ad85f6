//! The generic chart of a table: a line that says how it is drawn, and its rows.
//!
//! `bar x=year y=counted colour=channel facet=country` draws bars by year, stacked by channel, with a panel for each
//! country. Marks are `bar`, `line`, `point` and `area`.

use super::bars::{Bar, Bars, Panel, Part};
use super::figure::{Bound, Figure};
use super::frame::Frame;
use super::points::{Form, Point, Points, Series};

/// Mark of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Bars.
    Bar,
    /// Lines.
    Line,
    /// Points.
    Point,
    /// Lines over areas.
    Area,
}

/// Specification of a chart: its mark and the columns that it draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Mark.
    pub mark: Mark,
    /// Column across.
    pub x: String,
    /// Column of sizes.
    pub y: String,
    /// Column of series.
    pub colour: Option<String>,
    /// Column of panels, for bars.
    pub facet: Option<String>,
}

/// Error of a specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InvalidSpec {
    /// The first word is no mark.
    Mark(String),
    /// A word is not of the form `key=column` with a known key.
    Word(String),
    /// `x` or `y` is missing.
    Missing(&'static str),
}

impl std::fmt::Display for InvalidSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mark(word) => {
                write!(f, "`{word}` is no mark; write bar, line, point or area")
            }
            Self::Word(word) => {
                write!(f, "`{word}` is unknown; write x=, y=, colour= or facet= and a column")
            }
            Self::Missing(key) => write!(f, "missing `{key}=` and a column"),
        }
    }
}

impl std::error::Error for InvalidSpec {}

impl std::fmt::Display for Spec {
    /// Writes the line that [`Spec::from_str`](std::str::FromStr::from_str) reads.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = match self.mark {
            Mark::Bar => "bar",
            Mark::Line => "line",
            Mark::Point => "point",
            Mark::Area => "area",
        };
        write!(f, "{mark} x={} y={}", self.x, self.y)?;
        for (key, column) in [("colour", &self.colour), ("facet", &self.facet)] {
            if let Some(column) = column {
                write!(f, " {key}={column}")?;
            }
        }
        Ok(())
    }
}

impl serde::Serialize for Spec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Spec {
    /// Lists the columns that it draws.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        [Some(&self.x), Some(&self.y), self.colour.as_ref(), self.facet.as_ref()]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }
}

impl std::str::FromStr for Spec {
    type Err = InvalidSpec;

    fn from_str(text: &str) -> Result<Self, InvalidSpec> {
        let mut words = text.split_whitespace();
        let mark = match words.next().unwrap_or_default() {
            "bar" => Mark::Bar,
            "line" => Mark::Line,
            "point" => Mark::Point,
            "area" => Mark::Area,
            other => return Err(InvalidSpec::Mark(other.to_owned())),
        };
        let (mut x, mut y, mut colour, mut facet) = (None, None, None, None);
        for word in words {
            let unknown = || InvalidSpec::Word(word.to_owned());
            let (key, column) = word.split_once('=').ok_or_else(unknown)?;
            let slot = match key {
                "x" => &mut x,
                "y" => &mut y,
                "colour" => &mut colour,
                "facet" => &mut facet,
                _ => return Err(unknown()),
            };
            *slot = Some(column.to_owned());
        }
        let x = x.ok_or(InvalidSpec::Missing("x"))?;
        let y = y.ok_or(InvalidSpec::Missing("y"))?;
        Ok(Self { mark, x, y, colour, facet })
    }
}

/// A cell of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number with its text.
    Number(f64, String),
    /// A figure with its bound.
    Figure(Figure),
}

/// A table with its specification.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Frame.
    pub frame: Frame,
    /// Unit of the sizes.
    pub unit: String,
    /// Specification.
    pub spec: Spec,
    /// Names of columns.
    pub columns: Vec<String>,
    /// Rows of cells, in the order of columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A row, as the chart reads it.
struct Read {
    x: String,
    at: Option<f64>,
    figure: Figure,
    colour: String,
    facet: String,
}

impl Chart {
    /// Draws the chart. Columns that the table lacks are empty.
    pub fn draw(&self) -> String {
        let rows = self.read();
        let is_numeric = rows.iter().all(|row| row.at.is_some());
        match self.spec.mark {
            Mark::Bar => self.bars(&rows),
            _ if !is_numeric => self.bars(&rows),
            Mark::Line => self.points(&rows, Form::Line),
            Mark::Point => self.points(&rows, Form::Points),
            Mark::Area => self.points(&rows, Form::Area),
        }
    }

    fn read(&self) -> Vec<Read> {
        let place = |name: &str| self.columns.iter().position(|column| column == name);
        let optional = |name: &Option<String>| name.as_deref().and_then(place);
        let (x, y) = (place(&self.spec.x), place(&self.spec.y));
        let (colour, facet) = (optional(&self.spec.colour), optional(&self.spec.facet));
        let cell = |row: &'_ [Cell], place: Option<usize>| {
            place.and_then(|place| row.get(place)).cloned().unwrap_or(Cell::Empty)
        };
        let read = |row: &Vec<Cell>| Read {
            x: words(&cell(row, x)),
            at: position(&cell(row, x)),
            figure: figure(&cell(row, y)),
            colour: words(&cell(row, colour)),
            facet: words(&cell(row, facet)),
        };
        self.rows.iter().map(read).collect()
    }

    fn bars(&self, rows: &[Read]) -> String {
        let series = distinct(rows.iter().map(|row| &row.colour));
        let facets = distinct(rows.iter().map(|row| &row.facet));
        let panel = |facet: &String| {
            let of: Vec<&Read> = rows.iter().filter(|row| row.facet == *facet).collect();
            let bar = |x: &String| {
                let parts = of.iter().filter(|row| row.x == *x).map(|row| Part {
                    series: series.iter().position(|name| *name == row.colour).unwrap_or(0),
                    figure: row.figure.clone(),
                });
                let parts: Vec<Part> = parts.collect();
                let total = match parts.as_slice() {
                    [part] => part.figure.label.clone(),
                    _ => String::new(),
                };
                Bar { label: x.clone(), href: None, parts, total }
            };
            let bars = distinct(of.iter().map(|row| &row.x)).iter().map(bar).collect();
            Panel { label: facet.clone(), bars }
        };
        let panels = facets.iter().map(panel).collect();
        let (frame, unit) = (self.frame.clone(), self.unit.clone());
        Bars { frame, unit, series, panels, scale: None }.draw()
    }

    fn points(&self, rows: &[Read], form: Form) -> String {
        let of = |name: &String| {
            let rows = rows.iter().filter(|row| row.colour == *name);
            let mut points: Vec<Point> = rows
                .filter_map(|row| {
                    let (label, figure) = (row.x.clone(), row.figure.clone());
                    row.at.map(|x| Point { x, label, figure })
                })
                .collect();
            points.sort_by(|a, b| a.x.total_cmp(&b.x));
            Series { label: name.clone(), points }
        };
        let series = distinct(rows.iter().map(|row| &row.colour)).iter().map(of).collect();
        let is_year = |row: &Read| {
            row.at
                .is_some_and(|at| at.fract().abs() < f64::EPSILON && (1500.0..2500.0).contains(&at))
        };
        let is_years = rows.iter().all(is_year);
        let (frame, unit) = (self.frame.clone(), self.unit.clone());
        Points { frame, form, unit, series, scale: None, is_years }.draw()
    }
}

/// Distinct texts in the order of their first row.
fn distinct<'a>(texts: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    texts.filter(|text| seen.insert(text.as_str())).cloned().collect()
}

fn words(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) | Cell::Number(_, text) => text.clone(),
        Cell::Figure(figure) => figure.label.clone(),
    }
}

fn position(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Empty => None,
        Cell::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        Cell::Number(number, _) => Some(*number).filter(|number| number.is_finite()),
        Cell::Figure(figure) => figure.size(),
    }
}

fn figure(cell: &Cell) -> Figure {
    if let Cell::Figure(figure) = cell {
        return figure.clone();
    }
    match position(cell) {
        Some(number) => Figure::stated(number, &words(cell)).bounded(Bound::Exact),
        None => Figure::not_stated(&words(cell)),
    }
}
