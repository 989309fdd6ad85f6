//! Lanes of time.

use super::{check, golden};
use crate::draw::frame::{Frame, Width};
use crate::draw::lanes::{Dot, Edge, Event, Kind, Lane, Lanes, Span};
use crate::draw::when::When;

fn span(label: &str, from: Edge, to: Edge) -> Span {
    let tip = format!("{label}, €12.3M");
    let href = Some(format!("/programme/{}", label.to_lowercase().replace(' ', "-")));
    Span { label: label.to_owned(), from, to, extended_to: None, tip, href }
}

fn dot(kind: Kind, at: When, label: &str) -> Dot {
    Dot { kind, at, label: label.to_owned(), tip: label.to_owned(), href: Some("/x".to_owned()) }
}

fn event(label: &str, from: When, to: Option<When>) -> Event {
    Event { label: label.to_owned(), from, to, href: None }
}

fn lanes(frame: Frame) -> Lanes {
    let at = |year| Edge::At(When::year(year));
    let diplomacy = Lane {
        label: "Diplomacy".to_owned(),
        series: 0,
        spans: vec![span("Embassy in Bamako", Edge::At(When::month(2005, 11)), Edge::Ongoing)],
        dots: vec![
            dot(Kind::Agreement, When::day(1998, 11, 23), "General agreement"),
            dot(Kind::Meeting, When::year(2006), "Visit"),
            dot(Kind::Meeting, When::day(2009, 3, 1), "Commission"),
            dot(Kind::Meeting, When::day(2009, 6, 1), ""),
            dot(Kind::Agreement, When::day(2009, 7, 1), ""),
            dot(Kind::Agreement, When::month(2015, 3), "Letter of agreement on climate"),
        ],
    };
    let mut third =
        span("ICP III", Edge::At(When::day(2015, 1, 1)), Edge::At(When::day(2019, 12, 31)));
    third.extended_to = Some(When::year(2022));
    let development = Lane {
        label: "Development".to_owned(),
        series: 1,
        spans: vec![
            span("ICP I", at(2003), at(2006)),
            span("ICP II", Edge::At(When::day(2007, 1, 1)), Edge::At(When::day(2011, 12, 31))),
            third,
            span("Rural development and food security in the regions of Ségou", at(2008), at(2014)),
            span("Decentralisation", Edge::At(When::day(2016, 2, 1)), Edge::NotStated),
            span("Vocational training", Edge::NotStated, at(2012)),
            span("Water", Edge::NotStated, Edge::NotStated),
        ],
        dots: Vec::new(),
    };
    let defence = Lane {
        label: "Defence".to_owned(),
        series: 2,
        spans: vec![
            span("EUTM Mali", Edge::At(When::day(2013, 2, 18)), Edge::At(When::day(2024, 5, 17))),
            span("MINUSMA", Edge::At(When::year(2013)), Edge::At(When::month(2023, 12))),
            span("EUCAP Sahel Mali", Edge::At(When::day(2015, 1, 15)), Edge::Ongoing),
        ],
        dots: Vec::new(),
    };
    let events = vec![
        event("Coup d’état", When::day(2012, 3, 22), None),
        event("Peace agreement of Algiers", When::day(2015, 6, 20), None),
        event("Transition", When::day(2020, 8, 18), Some(When::year(2025))),
        event("Second coup", When::day(2021, 5, 24), None),
        event("Northern conflict", When::day(2012, 1, 17), Some(When::day(2015, 6, 20))),
    ];
    Lanes { frame, lanes: vec![diplomacy, development, defence], events, years: None }
}

fn frame() -> Frame {
    Frame::new("lanes", "Luxembourg and Mali over time", "Four lanes from 1998 to 2025.")
}

#[test]
fn time_in_lanes() {
    golden("lanes", &lanes(frame()).draw());
}

#[test]
fn narrow_lanes_label_above_bars() {
    golden("lanes-narrow", &lanes(frame().with_width(Width::Narrow)).draw());
}

#[test]
fn many_events_are_numbered() {
    let mut drawing = lanes(frame());
    for year in 1998..2024 {
        drawing.events.push(event(
            &format!("An event of the year {year} with a long name"),
            When::year(year),
            None,
        ));
    }
    golden("lanes-events", &drawing.draw());
    drawing.frame = drawing.frame.with_width(Width::Narrow);
    check(&drawing.draw());
}
