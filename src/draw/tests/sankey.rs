//! Streams.

use super::{check, golden};
use crate::draw::figure::Figure;
use crate::draw::frame::{Frame, Width};
use crate::draw::sankey::{Node, Sankey, Stream};

fn node(label: &str, column: usize, amount: f64) -> Node {
    let href = Some(format!("/agency/{}", label.to_lowercase().replace(' ', "-")));
    let amount = format!("€{amount}M");
    Node { label: label.to_owned(), column, amount, href, is_rest: label.starts_with("Not") }
}

fn sankey(frame: Frame) -> Sankey {
    let nodes = [
        ("Ministry of Foreign Affairs", 0, 196.0),
        ("Directorate of Defence", 0, 24.0),
        ("LuxDev", 1, 120.0),
        ("Non-governmental organisations", 1, 31.0),
        ("World Food Programme", 1, 18.0),
        ("UNICEF", 1, 15.0),
        ("ICRC", 1, 3.0),
        ("FAO", 1, 2.0),
        ("EUTM Mali", 1, 24.0),
        ("Not broken down", 1, 7.0),
        ("Water", 2, 41.0),
        ("Agriculture and food security", 2, 52.0),
        ("Training", 2, 37.0),
        ("Emergency response", 2, 26.0),
        ("Security", 2, 24.0),
        ("Not broken down", 2, 40.0),
    ];
    let nodes = nodes.map(|(label, column, amount)| node(label, column, amount)).to_vec();
    let streams = [
        (0, 2, 120.0),
        (0, 3, 31.0),
        (0, 4, 18.0),
        (0, 5, 15.0),
        (0, 6, 3.0),
        (0, 7, 2.0),
        (1, 8, 24.0),
        (0, 9, 7.0),
        (2, 10, 38.0),
        (2, 11, 30.0),
        (2, 12, 30.0),
        (2, 15, 22.0),
        (3, 11, 12.0),
        (3, 12, 7.0),
        (3, 15, 12.0),
        (4, 11, 10.0),
        (4, 13, 8.0),
        (5, 10, 3.0),
        (5, 13, 12.0),
        (6, 13, 3.0),
        (7, 13, 2.0),
        (8, 14, 24.0),
        (9, 15, 7.0),
    ];
    let stream = |(from, to, value): (usize, usize, f64)| {
        let figure = Figure::stated(value, &format!("€{value}M")).with_href("/explore");
        Stream { from, to, figure }
    };
    let mut streams = streams.map(stream).to_vec();
    streams.push(Stream { from: 8, to: 13, figure: Figure::not_stated("") });
    let columns = ["Funder", "Agency", "Sector"].map(str::to_owned).to_vec();
    Sankey { frame, columns, nodes, streams, fold_below: 0.02, whole: None }
}

fn frame() -> Frame {
    Frame::new("flows", "Who does what", "Luxembourg to Mali; €40M are not broken down by sector.")
}

#[test]
fn streams_have_their_true_width() {
    golden("sankey", &sankey(frame()).draw());
    golden("sankey-narrow", &sankey(frame().with_width(Width::Narrow)).draw());
}

#[test]
fn folding_keeps_the_sum() {
    let mut drawing = sankey(frame());
    let folded = drawing.sum();
    drawing.fold_below = 0.0;
    assert!((folded - drawing.sum()).abs() < 1e-9);
    assert!(sankey(frame()).draw().contains("others (2)"));
}

#[test]
fn streams_that_lead_nowhere_are_left_out() {
    let mut drawing = sankey(frame());
    drawing.streams.push(Stream { from: 99, to: 1, figure: Figure::stated(5.0, "") });
    drawing.streams.push(Stream { from: 10, to: 2, figure: Figure::stated(5.0, "") });
    check(&drawing.draw());
    drawing.streams.clear();
    assert!(drawing.draw().contains("No data"));
}
