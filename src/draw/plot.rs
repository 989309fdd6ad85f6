//! The frame of a plot with a rising scale: its area, grid, ticks and unit.

use super::figure::{axis, grid};
use super::frame::{Frame, SMALL};
use super::scale::Scale;
use super::svg::{self, Anchor, Element};
use super::text;

/// An area of a plot.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// Left end.
    pub left: f64,
    /// Right end.
    pub right: f64,
    /// Top end.
    pub top: f64,
    /// Bottom end.
    pub bottom: f64,
    /// Scale from bottom to top.
    pub scale: Scale,
}

impl Plot {
    /// Creates a plot below `top`, with room for its ticks and, at the right, for `spare`.
    pub fn new(frame: &Frame, scale: Scale, top: f64, spare: f64) -> Self {
        let wide = |tick: f64| text::width(&frame.words.tick(tick), SMALL);
        let left = 14.0 + scale.ticks(5.0).into_iter().map(wide).fold(16.0, f64::max);
        let tall = if frame.is_narrow() { 220.0 } else { 260.0 };
        let right = (frame.units() - 12.0 - spare).max(left + 40.0);
        Self { left, right, top: top + 30.0, bottom: top + 30.0 + tall, scale }
    }

    /// Returns the height of a value.
    pub fn y(&self, value: f64) -> f64 {
        self.scale.position(value, self.bottom, self.top)
    }

    /// Draws grid, ticks, unit and the line of zero.
    pub fn axes(&self, frame: &Frame, unit: &str) -> Vec<Element> {
        let mut elements = Vec::new();
        for tick in self.scale.ticks(5.0) {
            let y = self.y(tick);
            elements.push(grid((self.left, y), (self.right, y)));
            let label = frame.words.tick(tick);
            let label = svg::text((self.left - 6.0, y + 4.0), Anchor::End, "d-text d-soft", &label);
            elements.push(label.num("font-size", SMALL));
        }
        let zero = self.y(0.0);
        elements.push(axis((self.left, zero), (self.right, zero)));
        let unit = text::fit(unit, SMALL, frame.units() - 16.0);
        let at = (8.0, self.top - 16.0);
        elements.push(svg::text(at, Anchor::Start, "d-text d-soft", &unit).num("font-size", SMALL));
        elements
    }

    /// Draws labels below the plot at positions, those that have room.
    pub fn labels(&self, labels: &[(f64, String)]) -> Vec<Element> {
        let mut free = 0.0;
        let mut elements = Vec::new();
        for (x, label) in labels {
            let room = (self.right - self.left) / 2.0;
            let label = text::fit(label, SMALL, room);
            let half = text::width(&label, SMALL) / 2.0;
            if x - half < free {
                continue;
            }
            let x = x.min(self.right + 12.0 - half);
            free = x + half + 8.0;
            let at = (x, self.bottom + 17.0);
            let label = svg::text(at, Anchor::Middle, "d-text", &label);
            elements.push(label.num("font-size", SMALL));
        }
        elements
    }
}
