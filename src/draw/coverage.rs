//! Coverage: a matrix of nouns by years, with a published total, items only, nothing, or not looked for.

use super::frame::{Canvas, Frame, SMALL};
use super::legend::{self, Entry};
use super::palette::{Palette, Tone};
use super::svg::{self, Anchor, Element, count};
use super::text;

/// State of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A total is published.
    Published,
    /// Items are known, no total is published.
    ItemsOnly,
    /// Looked for and not found.
    Nothing,
    /// Not looked for.
    NotLookedFor,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// State.
    pub state: State,
    /// Text of the tooltip after noun and year, such as a number of records.
    pub label: String,
    /// Address.
    pub href: Option<String>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Label.
    pub label: String,
    /// Cells, one for each column; missing ones are not looked for.
    pub cells: Vec<Cell>,
}

/// A matrix.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// Frame.
    pub frame: Frame,
    /// Labels of columns, such as years.
    pub columns: Vec<String>,
    /// Rows from the top.
    pub rows: Vec<Row>,
}

impl Coverage {
    /// Draws the matrix.
    pub fn draw(&self) -> String {
        let mut canvas = Canvas::new(&self.frame, "coverage");
        let top = self.legend(&mut canvas);
        if self.columns.is_empty() || self.rows.is_empty() {
            canvas.add(super::empty::sentence(&self.frame, top));
            return canvas.finish(top + 40.0);
        }
        let units = self.frame.units();
        let wide = self.rows.iter().map(|row| text::width(&row.label, SMALL)).fold(0.0, f64::max);
        let is_above = self.frame.is_narrow();
        let left = if is_above { 8.0 } else { wide.min(units * 0.3) + 20.0 };
        let cell = (units - left - 10.0) / count(self.columns.len());
        let tall = cell.clamp(8.0, 20.0);
        let step = if is_above { tall + 18.0 } else { tall + 3.0 };
        canvas.extend(self.heads(left, cell, top));
        let first = top + 18.0;
        for (index, row) in self.rows.iter().enumerate() {
            let y = first + step * count(index);
            let (at, anchor, room) = if is_above {
                ((left, y + 11.0), Anchor::Start, units - 16.0)
            } else {
                ((left - 8.0, y + tall / 2.0 + 4.0), Anchor::End, left - 14.0)
            };
            let label = text::fit(&row.label, SMALL, room);
            canvas.add(svg::text(at, anchor, "d-text", &label).num("font-size", SMALL));
            let y = if is_above { y + 15.0 } else { y };
            for (column, name) in self.columns.iter().enumerate() {
                let x = left + cell * count(column);
                let known = row.cells.get(column);
                let state = known.map_or(State::NotLookedFor, |cell| cell.state);
                let mark = mark(state, (x + 0.75, y), (cell - 1.5, tall), &mut canvas.palette);
                let label = known.map(|cell| cell.label.as_str()).filter(|label| !label.is_empty());
                let label = label.unwrap_or_else(|| self.word(state));
                let tip = format!("{} {name}: {label}", row.label);
                let href = known.and_then(|cell| cell.href.as_deref());
                canvas.add(svg::linked(href, &tip, &mark));
            }
        }
        canvas.finish(first + step * count(self.rows.len()) + 6.0)
    }

    fn word(&self, state: State) -> &'static str {
        let words = self.frame.words;
        match state {
            State::Published => words.published,
            State::ItemsOnly => words.items_only,
            State::Nothing => words.nothing,
            State::NotLookedFor => words.not_looked_for,
        }
    }

    fn legend(&self, canvas: &mut Canvas<'_>) -> f64 {
        let states = [State::Published, State::ItemsOnly, State::Nothing, State::NotLookedFor];
        let occurs = |state: &State| {
            *state == State::NotLookedFor
                && self.rows.iter().any(|row| row.cells.len() < self.columns.len())
                || self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.state == *state)
        };
        let mut entries = Vec::new();
        for state in states.into_iter().filter(occurs) {
            let key = mark(state, (1.0, 0.0), (14.0, 12.0), &mut canvas.palette);
            entries.push(Entry { key, label: self.word(state).to_owned() });
        }
        let (elements, height) = legend::flow(&entries, (8.0, 6.0), self.frame.units() - 16.0);
        canvas.extend(elements);
        height + 10.0
    }

    /// Labels of columns that have room.
    fn heads(&self, left: f64, cell: f64, top: f64) -> Vec<Element> {
        let widest = self.columns.iter().map(|name| text::width(name, SMALL)).fold(0.0, f64::max);
        let mut elements = Vec::new();
        let mut free = 0.0;
        for (index, name) in self.columns.iter().enumerate() {
            let middle = left + cell * (count(index) + 0.5);
            let half = widest / 2.0;
            if middle - half < free || middle + half > self.frame.units() {
                continue;
            }
            free = middle + half + 6.0;
            let label = svg::text((middle, top + 11.0), Anchor::Middle, "d-text d-soft", name);
            elements.push(label.num("font-size", SMALL));
        }
        elements
    }
}

/// Draws a cell.
fn mark(
    state: State,
    (x, y): (f64, f64),
    (width, height): (f64, f64),
    palette: &mut Palette,
) -> Vec<Element> {
    let square = svg::rect(x, y, width, height);
    let middle = (x + width / 2.0, y + height / 2.0);
    match state {
        State::Published => vec![palette.fill(square, Tone::Series(0))],
        State::ItemsOnly => vec![palette.fill(square, Tone::Hatched(0))],
        State::Nothing => {
            let reach = (width / 4.0).min(4.0);
            let dash = svg::line((middle.0 - reach, middle.1), (middle.0 + reach, middle.1));
            let square = square.class("d-axis").set("fill", "none").set("stroke", svg::AXIS);
            let dash = dash.class("d-axis").set("stroke", svg::AXIS);
            vec![square.set("stroke-width", "0.8"), dash.set("stroke-width", "1.4")]
        }
        State::NotLookedFor => {
            vec![svg::circle(middle, 1.4).class("d-axis-fill").set("fill", svg::AXIS)]
        }
    }
}
