//! Labels that do not collide: boxes that are taken, and free places beside a point.

use super::frame::SMALL;
use super::svg::{self, Anchor, Element, PAPER};
use super::text;

/// Boxes that are taken, within the bounds of a drawing.
#[derive(Debug)]
pub struct Boxes {
    right: f64,
    top: f64,
    bottom: f64,
    taken: Vec<(f64, f64, f64, f64)>,
}

/// Height of a label.
const TALL: f64 = 13.0;

impl Boxes {
    /// Creates bounds without taken boxes.
    pub fn new(right: f64, top: f64, bottom: f64) -> Self {
        Self { right, top, bottom, taken: Vec::new() }
    }

    /// Takes a box.
    pub fn take(&mut self, x: f64, y: f64, width: f64, height: f64) {
        self.taken.push((x, y, x + width, y + height));
    }

    /// Takes a box if it is free and within the bounds.
    pub fn claim(&mut self, x: f64, y: f64, width: f64, height: f64) -> bool {
        let (right, bottom) = (x + width, y + height);
        let is_in = x >= 2.0 && right <= self.right - 2.0 && y >= self.top && bottom <= self.bottom;
        let hits =
            |(l, t, r, b): &(f64, f64, f64, f64)| x < *r && right > *l && y < *b && bottom > *t;
        let is_free = is_in && !self.taken.iter().any(hits);
        if is_free {
            self.take(x, y, width, height);
        }
        is_free
    }

    /// Returns a label right, left, above or below a point, where it is free.
    pub fn beside(
        &mut self,
        at: (f64, f64),
        gap: f64,
        label: &str,
        class: &str,
    ) -> Option<Element> {
        let wide = text::width(label, SMALL);
        let (x, y) = at;
        let places = [
            (x + gap, y - TALL / 2.0, x + gap, Anchor::Start),
            (x - gap - wide, y - TALL / 2.0, x - gap, Anchor::End),
            (x - wide / 2.0, y - gap - TALL, x, Anchor::Middle),
            (x - wide / 2.0, y + gap, x, Anchor::Middle),
        ];
        let (_, top, point, anchor) = places
            .into_iter()
            .find(|(left, top, _, _)| self.claim(*left, *top, wide, TALL))
            .filter(|_| !label.is_empty())?;
        Some(haloed(svg::text((point, top + TALL - 3.0), anchor, class, label)))
    }

    /// Returns a label with its middle at a point, if it is free.
    pub fn centred(&mut self, at: (f64, f64), label: &str, is_soft: bool) -> Option<Element> {
        let wide = text::width(label, SMALL);
        let (x, y) = at;
        let shifts = [0.0, -14.0, 14.0, -26.0, 26.0];
        let shift = shifts
            .into_iter()
            .find(|shift| self.claim(x - wide / 2.0, y + shift - TALL / 2.0, wide, TALL))?;
        let class = if is_soft { "d-text d-soft" } else { "d-text" };
        let label = svg::text((x, y + shift + TALL / 2.0 - 3.0), Anchor::Middle, class, label);
        Some(haloed(if is_soft { label.set("font-style", "italic") } else { label }))
    }
}

/// Puts a halo in the colour of the page around a label.
pub fn haloed(label: Element) -> Element {
    label
        .add_class("d-haloed")
        .num("font-size", SMALL)
        .set("stroke", PAPER)
        .set("stroke-width", "3")
        .set("stroke-opacity", "0.85")
        .set("stroke-linejoin", "round")
        .set("paint-order", "stroke")
}
