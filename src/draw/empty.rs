//! The sentence of a drawing without data.

use super::frame::{Frame, SMALL};
use super::svg::{self, Anchor, Element};
use super::text;

/// Returns the sentence.
pub fn sentence(frame: &Frame, top: f64) -> Element {
    let line = text::fit(frame.words.empty, SMALL, frame.units() - 16.0);
    svg::text((8.0, top + 22.0), Anchor::Start, "d-text d-soft", &line)
}
