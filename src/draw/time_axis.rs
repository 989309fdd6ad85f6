//! The axis of time: positions of years, ticks and leading lines.

use super::boxes::haloed;
use super::figure::{axis, grid};
use super::frame::SMALL;
use super::svg::{self, Anchor, Element};
use super::text;

/// An axis of time.
#[derive(Clone, Copy, Debug)]
pub struct TimeAxis {
    /// First year.
    pub from: f64,
    /// End of the last year.
    pub to: f64,
    /// Left end.
    pub left: f64,
    /// Right end.
    pub right: f64,
}

impl TimeAxis {
    /// Returns the position of a date, in years.
    pub fn at(&self, year: f64) -> f64 {
        let share = (year.clamp(self.from, self.to) - self.from) / (self.to - self.from);
        self.left + share * (self.right - self.left)
    }

    /// Draws a line over the whole axis.
    pub fn rule(&self, y: f64) -> Element {
        axis((self.left, y), (self.right, y)).set("stroke-opacity", "0.5")
    }

    /// Draws years, with grid lines down to `foot`.
    pub fn ticks(&self, top: f64, foot: f64) -> Vec<Element> {
        let year = (self.right - self.left) / (self.to - self.from);
        let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0, 1000.0, 5000.0];
        let step = steps.into_iter().find(|step| step * year >= 38.0).unwrap_or(10_000.0);
        let mut elements = Vec::new();
        let mut tick = (self.from / step).ceil() * step;
        while tick < self.to {
            let x = self.at(tick);
            elements.push(grid((x, top + 18.0), (x, foot)));
            let label = format!("{tick:.0}");
            let half = text::width(&label, SMALL) / 2.0;
            let x = x.clamp(self.left + half - 8.0, self.right - half);
            let label = svg::text((x, top + 13.0), Anchor::Middle, "d-text d-soft", &label);
            elements.push(haloed(label));
            tick += step;
        }
        elements
    }
}

/// Draws a dotted line that leads from a label to its place.
pub fn leader(from: (f64, f64), to: (f64, f64)) -> Element {
    let line = svg::line(from, to).class("d-leader").set("stroke", svg::AXIS);
    line.set("stroke-width", "1").set("stroke-dasharray", "2 3")
}
