//! Any data: every drawing stays valid, within its box, and the same for the same data.

use proptest::prelude::*;

use super::check;
use crate::draw::bars::{Bar, Bars, Panel, Part};
use crate::draw::chart::{Cell as Value, Chart, Mark, Spec};
use crate::draw::coverage::{Cell, Coverage, Row, State};
use crate::draw::dots::{Dots, Measure, Year};
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::{Frame, Width, responsive};
use crate::draw::lanes::{Dot, Edge, Event, Kind, Lane, Lanes, Span};
use crate::draw::map::{Area, Map, Pin, State as AreaState, View};
use crate::draw::palette::Tone;
use crate::draw::points::{Form, Point, Points, Series};
use crate::draw::sankey::{Node, Sankey, Stream};
use crate::draw::steps::{Staircase, Step, Version, Waterfall};
use crate::draw::when::When;

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -1e6..1e8_f64,
        1 => Just(0.0),
        1 => prop::num::f64::ANY,
        1 => Just(f64::MAX),
        1 => Just(-f64::MAX),
    ]
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z]{0,12}",
        2 => "\\PC{0,40}",
        1 => "[A-Za-zÀ-ž &<>\"']{80,200}",
        1 => Just("]]>\u{0}\u{1f}\u{fffe}<script>".to_owned()),
    ]
}

prop_compose! {
    fn any_figure()(
        value in prop::option::weighted(0.8, any_number()),
        bound in 0..4_u8,
        rivals in prop::collection::vec(any_number(), 0..3),
        is_items_only in any::<bool>(),
        label in any_text(),
        href in prop::option::of(any_text()),
    ) -> Figure {
        let bound = match bound {
            0 => Bound::Exact,
            1 => Bound::AtLeast,
            2 => Bound::AtMost,
            _ => Bound::About,
        };
        Figure { value, bound, rivals, is_items_only, label, href }
    }
}

fn any_width() -> impl Strategy<Value = Width> {
    prop_oneof![Just(Width::Wide), Just(Width::Narrow)]
}

prop_compose! {
    fn any_frame()(
        id in any_text(),
        title in any_text(),
        sentence in any_text(),
        width in any_width(),
        is_alone in any::<bool>(),
    ) -> Frame {
        let frame = Frame::new(&id, &title, &sentence).with_width(width);
        if is_alone { frame.alone(&sentence) } else { frame }
    }
}

fn any_when() -> impl Strategy<Value = When> {
    (
        any::<i32>(),
        1990..2030_i32,
        any::<bool>(),
        prop::option::of(0..15_u8),
        prop::option::of(0..40_u8),
    )
        .prop_map(|(wild, year, is_wild, month, day)| {
            let year = if is_wild && wild % 5 == 0 { wild } else { year };
            When { year, month, day }
        })
}

fn any_edge() -> impl Strategy<Value = Edge> {
    prop_oneof![
        3 => any_when().prop_map(Edge::At),
        1 => Just(Edge::NotStated),
        1 => Just(Edge::Ongoing),
    ]
}

/// Draws twice, compares, and checks.
fn twice(draw: impl Fn() -> String) {
    let drawing = draw();
    check(&drawing);
    assert!(drawing == draw(), "two drawings of the same data differ");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn bars(
        frame in any_frame(),
        panels in prop::collection::vec(
            (any_text(), prop::collection::vec(
                (any_text(), any_text(), prop::collection::vec((0..20_usize, any_figure()), 0..4)), 0..9)), 0..4),
        series in prop::collection::vec(any_text(), 0..4),
        unit in any_text(),
    ) {
        let panels: Vec<Panel> = panels.into_iter().map(|(label, bars)| {
            let bars = bars.into_iter().map(|(label, total, parts)| {
                let parts = parts.into_iter().map(|(series, figure)| Part { series, figure }).collect();
                Bar { label, href: None, parts, total }
            }).collect();
            Panel { label, bars }
        }).collect();
        let bars = Bars { frame, unit, series, panels, scale: None };
        twice(|| bars.draw());
    }

    #[test]
    fn lanes(
        frame in any_frame(),
        spans in prop::collection::vec((any_text(), any_edge(), any_edge(), prop::option::of(any_when())), 0..8),
        dots in prop::collection::vec((any_text(), any_when(), any::<bool>()), 0..8),
        events in prop::collection::vec((any_text(), any_when(), prop::option::of(any_when())), 0..9),
        series in 0..20_usize,
        label in any_text(),
        years in prop::option::of((any::<i32>(), any::<i32>())),
    ) {
        let spans = spans.into_iter().map(|(label, from, to, extended_to)| {
            Span { tip: label.clone(), label, from, to, extended_to, href: None }
        }).collect();
        let dots = dots.into_iter().map(|(label, at, is_agreement)| {
            let kind = if is_agreement { Kind::Agreement } else { Kind::Meeting };
            Dot { kind, at, tip: label.clone(), label, href: None }
        }).collect();
        let events = events.into_iter().map(|(label, from, to)| Event { label, from, to, href: None }).collect();
        let lanes = Lanes { frame, lanes: vec![Lane { label, series, spans, dots }], events, years };
        twice(|| lanes.draw());
    }

    #[test]
    fn sankey(
        frame in any_frame(),
        nodes in prop::collection::vec((any_text(), 0..10_usize, any_text(), any::<bool>()), 0..12),
        streams in prop::collection::vec((0..14_usize, 0..14_usize, any_figure()), 0..20),
        columns in prop::collection::vec(any_text(), 0..4),
        fold_below in -1.0..2.0_f64,
    ) {
        let nodes = nodes.into_iter().map(|(label, column, amount, is_rest)| {
            Node { label, column, amount, href: None, is_rest }
        }).collect();
        let streams = streams.into_iter().map(|(from, to, figure)| Stream { from, to, figure }).collect();
        let sankey = Sankey { frame, columns, nodes, streams, fold_below, whole: None };
        twice(|| sankey.draw());
    }

    #[test]
    fn steps(
        frame in any_frame(),
        rows in prop::collection::vec((any_text(), any_figure(), prop::option::of(any_text())), 0..8),
        start in any_figure(),
        end in any_figure(),
    ) {
        let versions = rows.iter().cloned().map(|(label, figure, left_out)| {
            Version { label, figure, left_out }
        }).collect();
        let staircase = Staircase { frame: frame.clone(), versions, scale: None };
        twice(|| staircase.draw());
        let steps = rows.into_iter().map(|(label, figure, _)| Step { label, figure }).collect();
        let step = |figure| Step { label: "all".to_owned(), figure };
        let waterfall = Waterfall { frame, start: step(start), steps, end: step(end), scale: None };
        twice(|| waterfall.draw());
    }

    #[test]
    fn people(
        frame in any_frame(),
        years in prop::collection::vec((any_text(), prop::collection::vec((0..4_u8, any_figure()), 0..4)), 0..12),
    ) {
        let years = years.into_iter().map(|(label, marks)| {
            let marks = marks.into_iter().map(|(measure, figure)| {
                let measure = match measure {
                    0 => Measure::Served,
                    1 => Measure::Announced,
                    2 => Measure::Ceiling,
                    _ => Measure::Unclear,
                };
                (measure, figure)
            }).collect();
            Year { label, marks }
        }).collect();
        let dots = Dots { frame, unit: "people".to_owned(), years, scale: None };
        twice(|| dots.draw());
    }

    #[test]
    fn coverage(
        frame in any_frame(),
        columns in prop::collection::vec(any_text(), 0..30),
        rows in prop::collection::vec((any_text(), prop::collection::vec(0..4_u8, 0..40)), 0..6),
    ) {
        let rows = rows.into_iter().map(|(label, cells)| {
            let cells = cells.into_iter().map(|state| {
                let state = match state {
                    0 => State::Published,
                    1 => State::ItemsOnly,
                    2 => State::Nothing,
                    _ => State::NotLookedFor,
                };
                Cell { state, label: label.clone(), href: None }
            }).collect();
            Row { label, cells }
        }).collect();
        let coverage = Coverage { frame, columns, rows };
        twice(|| coverage.draw());
    }

    #[test]
    fn points(
        frame in any_frame(),
        form in 0..3_u8,
        series in prop::collection::vec((any_text(), prop::collection::vec((any_number(), any_figure()), 0..9)), 0..9),
        is_years in any::<bool>(),
    ) {
        let form = match form {
            0 => Form::Line,
            1 => Form::Points,
            _ => Form::Area,
        };
        let series = series.into_iter().map(|(label, points)| {
            let points = points.into_iter().map(|(x, figure)| Point { x, label: label.clone(), figure }).collect();
            Series { label, points }
        }).collect();
        let points = Points { frame, form, unit: String::new(), series, scale: None, is_years };
        twice(|| points.draw());
    }

    #[test]
    fn tables(
        frame in any_frame(),
        mark in 0..4_u8,
        rows in prop::collection::vec(prop::collection::vec((0..3_u8, any_number(), any_text()), 0..4), 0..12),
    ) {
        let mark = match mark {
            0 => Mark::Bar,
            1 => Mark::Line,
            2 => Mark::Point,
            _ => Mark::Area,
        };
        let rows = rows.into_iter().map(|row| row.into_iter().map(|(kind, number, text)| match kind {
            0 => Value::Empty,
            1 => Value::Text(text),
            _ => Value::Number(number, text),
        }).collect()).collect();
        let spec = Spec { mark, x: "a".to_owned(), y: "b".to_owned(), colour: Some("c".to_owned()), facet: Some("d".to_owned()) };
        let columns = ["a", "b", "c"].map(str::to_owned).to_vec();
        let chart = Chart { frame, unit: String::new(), spec, columns, rows };
        twice(|| chart.draw());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn maps(
        frame in any_frame(),
        code in prop_oneof![Just("ML"), Just("FR"), Just("LU"), Just("ZZ"), Just("CV"), Just("RU")],
        view in 0..3_u8,
        areas in prop::collection::vec((prop_oneof![Just("ML"), Just("LU"), Just("ML-4"), Just("CV-PR")], 0..4_usize, any_text()), 0..6),
        pins in prop::collection::vec((any_text(), any_number(), -30.0..30.0_f64, 0..12_usize), 0..8),
    ) {
        let view = match view {
            0 => View::World,
            1 => View::Country(code.to_owned()),
            _ => View::Around(vec![code.to_owned(), "ML".to_owned()]),
        };
        let areas = areas.into_iter().map(|(code, state, label)| {
            Area { code: code.to_owned(), state, label, href: None }
        }).collect();
        let pins = pins.into_iter().map(|(label, latitude, longitude, kind)| {
            Pin { label, latitude: latitude % 100.0, longitude, kind, href: None }
        }).collect();
        let states = [Tone::Series(3), Tone::Hatched(2), Tone::Pale(1)];
        let states = states.map(|tone| AreaState { label: "state".to_owned(), tone }).to_vec();
        let map = Map { frame, view, states, areas, kinds: vec!["kind".to_owned()], pins };
        twice(|| map.draw());
    }
}

#[test]
fn two_widths_have_ids_of_their_own() {
    let frame = Frame::new("both", "Both", "Two widths.");
    let both = responsive(&frame, |frame| {
        let figure = Figure::stated(1.0, "1").items_only();
        Bars::new(frame, "", vec![Bar::of("2001", figure)]).draw()
    });
    assert_eq!(both.matches("id=\"both-title\"").count(), 1);
    assert_eq!(both.matches("id=\"both-n-title\"").count(), 1);
}

#[test]
fn only_web_urls_become_links() {
    let bar = |href: &str| {
        let figure = Figure::stated(1.0, "1").with_href(href);
        Bars::new(Frame::new("a", "t", "s"), "", vec![Bar::of("2001", figure)]).draw()
    };
    assert!(bar("/explore?x=1#top").contains("<a href="));
    assert!(bar("https://example.org").contains("<a href="));
    assert!(!bar("javascript:alert(1)").contains("<a href="));
    assert!(bar("javascript:alert(1)").contains("role=\"img\""));
    assert!(bar("/a").contains("role=\"group\""));
}
