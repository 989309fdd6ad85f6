//! Events behind lanes of time: lines and bands, with labels above that do not collide, or numbers and a list.

use super::boxes::haloed;
use super::frame::{Frame, SMALL};
use super::svg::{self, Anchor, Element, count};
use super::text;
use super::time_axis::{TimeAxis, leader};
use super::when::When;

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

/// Labels of events above lanes.
#[derive(Debug)]
pub struct Labels<'a> {
    /// Elements.
    pub elements: Vec<Element>,
    /// Events of the list below; empty if their labels have room above.
    pub list: Vec<&'a Event>,
    /// Position below the labels.
    pub foot: f64,
}

/// Places labels of events above lanes; if they need too many rows, numbers, and a list below.
pub fn labels<'a>(all: &'a [Event], axis: &TimeAxis, top: f64, is_narrow: bool) -> Labels<'a> {
    let mut events: Vec<&Event> = all.iter().collect();
    events.sort_by(|a, b| a.from.cmp(&b.from).then_with(|| a.label.cmp(&b.label)));
    let limit = if is_narrow { 4 } else { 5 };
    let mut names: Vec<String> = events.iter().map(|event| event.label.clone()).collect();
    let mut list = Vec::new();
    let whole = place(&events, &names, axis, limit);
    let placed = whole.unwrap_or_else(|| {
        list.clone_from(&events);
        names = (1..=events.len()).map(|number| number.to_string()).collect();
        place(&events, &names, axis, usize::MAX).unwrap_or_default()
    });
    let rows = placed.iter().map(|(row, _)| row + 1).max().unwrap_or(0);
    let foot = top + count(rows) * 15.0;
    let mut elements = Vec::new();
    for ((event, name), (row, x)) in events.iter().zip(&names).zip(&placed) {
        let y = top + count(*row) * 15.0 + 11.0;
        let at = axis.at(event.from.start());
        elements.push(leader((at, y + 1.0), (at, foot + 2.0)));
        let name = text::fit(name, SMALL, axis.right - axis.left);
        let label = svg::text((*x, y), Anchor::Start, "d-text d-soft", &name);
        let label = haloed(label);
        elements.push(svg::linked(event.href.as_deref(), &event.label, &[label]));
    }
    Labels { elements, list, foot }
}

/// Draws bands and lines of events from `top` to `foot`.
pub fn bands(events: &[Event], axis: &TimeAxis, top: f64, foot: f64) -> Vec<Element> {
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
    events.iter().map(band).collect()
}

/// Places labels in rows; `None` if they need more than `limit` rows.
fn place(
    events: &[&Event],
    names: &[String],
    axis: &TimeAxis,
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

/// Draws the list of numbered events; returns its height too.
pub fn numbered(events: &[&Event], from: (f64, f64), frame: &Frame) -> (Vec<Element>, f64) {
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
