//! Staircases and waterfalls.

use super::golden;
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::{Frame, Width};
use crate::draw::steps::{Staircase, Step, Version, Waterfall};
use crate::draw::words::FRENCH;

fn version(label: &str, value: f64, left_out: Option<&str>) -> Version {
    let figure = Figure::stated(value, &format!("€{value}M")).with_href("/source/x");
    Version { label: label.to_owned(), figure, left_out: left_out.map(str::to_owned) }
}

fn staircase(frame: Frame) -> Staircase {
    let mut versions = vec![
        version("Original budget, protocol of 2015", 45.5, None),
        version(
            "Original budget, press release",
            46.0,
            Some("another source says 45.5; the protocol is nearer"),
        ),
        version("Revised budget, 2018", 52.0, None),
        version("Extended to 2022", 70.25, None),
        version("Phase IV, announced", 81.0, None),
    ];
    versions[3].figure.bound = Bound::AtLeast;
    versions[4].figure = Figure::not_stated("not stated");
    Staircase { frame, versions, scale: None }
}

fn step(label: &str, value: f64) -> Step {
    let sign = if value < 0.0 { "−" } else { "" };
    let figure = Figure::stated(value, &format!("{sign}€{}M", value.abs()));
    Step { label: label.to_owned(), figure: figure.with_href("/flows?reason=x") }
}

fn waterfall(frame: Frame) -> Waterfall {
    Waterfall {
        frame,
        start: step("All amounts added up", 312.0),
        steps: vec![
            step("Budgets that another version replaces", -86.0),
            step("Projects inside a programme that counts", -54.5),
            step("The same money reported by its receiver", -21.0),
            step("Returned", 2.5),
        ],
        end: step("Counted", 153.0),
        scale: None,
    }
}

#[test]
fn budgets_climb() {
    let frame =
        Frame::new("budget", "Budget of ICP III", "From 45.5 to at least 70.25 million euros.");
    golden("staircase", &staircase(frame.clone()).draw());
    golden(
        "staircase-narrow",
        &staircase(frame.with_width(Width::Narrow).with_words(&FRENCH)).draw(),
    );
}

#[test]
fn audits_fall() {
    let frame = Frame::new("audit", "From naive to counted", "312 million euros are 153 counted.");
    golden("waterfall", &waterfall(frame.clone()).draw());
    golden("waterfall-narrow", &waterfall(frame.with_width(Width::Narrow)).draw());
}
