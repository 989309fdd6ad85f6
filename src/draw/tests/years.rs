//! People by year, coverage, lines and generic charts.

use super::{check, golden};
use crate::draw::chart::{Cell as Value, Chart, InvalidSpec, Spec};
use crate::draw::coverage::{Cell, Coverage, Row, State};
use crate::draw::dots::{Dots, Measure, Year};
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::{Frame, Width};
use crate::draw::points::{Form, Point, Points, Series, sparkline};

fn people(frame: Frame) -> Dots {
    let figure =
        |value: i32| Figure::stated(f64::from(value), &value.to_string()).with_href("/missions");
    let years = (2013..=2025).map(|year| {
        let mut marks = vec![(Measure::Served, figure(year % 7 + 1))];
        if year % 3 == 0 {
            marks.push((Measure::Announced, figure(year % 5 + 4)));
        }
        if year > 2018 {
            marks.push((Measure::Ceiling, figure(if year > 2020 { 25 } else { 12 })));
        }
        match year {
            2014 => marks[0].1.bound = Bound::AtLeast,
            2015 => marks[0].1.bound = Bound::AtMost,
            2017 => marks[0].1.bound = Bound::About,
            2018 => marks[0].1 = Figure::not_stated(""),
            2022 => marks[0].1.rivals = vec![2.0, 6.0, 9.0],
            2023 => marks.clear(),
            2024 => marks.push((Measure::Unclear, figure(14))),
            _ => {}
        }
        Year { label: year.to_string(), marks }
    });
    Dots { frame, unit: "people".to_owned(), years: years.collect(), scale: None }
}

#[test]
fn people_by_year() {
    let frame =
        Frame::new("people", "People in missions", "Served, announced and ceiling; never added.");
    golden("dots", &people(frame.clone()).draw());
    golden("dots-narrow", &people(frame.with_width(Width::Narrow)).draw());
}

fn matrix(frame: Frame) -> Coverage {
    let nouns =
        ["Programmes", "Humanitarian contributions", "Missions", "Agreements", "Trust funds"];
    let states = [State::Published, State::ItemsOnly, State::Nothing, State::NotLookedFor];
    let rows = nouns.iter().enumerate().map(|(index, noun)| {
        let cell = |year: usize| Cell {
            state: states[(index * 3 + year / 4) % 4],
            label: String::new(),
            href: Some("/data".to_owned()),
        };
        Row { label: (*noun).to_owned(), cells: (1998..=2025 - index).map(cell).collect() }
    });
    let columns = (1998..=2025).map(|year| year.to_string()).collect();
    Coverage { frame, columns, rows: rows.collect() }
}

#[test]
fn coverage_by_noun_and_year() {
    let frame = Frame::new("coverage", "Coverage", "Which years have a published total.");
    golden("coverage", &matrix(frame.clone()).draw());
    golden("coverage-narrow", &matrix(frame.with_width(Width::Narrow)).draw());
}

fn lines(frame: Frame, form: Form) -> Points {
    let series = ["Mali", "Niger", "Burkina Faso"].iter().enumerate().map(|(index, name)| {
        let points = (2005..=2023).map(|year: i32| {
            let seed = i32::try_from(index).unwrap();
            let value = f64::from((year * (seed + 3)) % 13 + seed * 4 + 2);
            let figure = match (index, year) {
                (0, 2011 | 2012) => Figure::not_stated(""),
                (1, 2015) => Figure::stated(value, "").bounded(Bound::AtLeast),
                (2, 2018) => {
                    Figure::stated(value, "").with_rivals(&[value - 2.0, value, value + 3.0])
                }
                _ => Figure::stated(value, &format!("€{value}M")),
            };
            Point { x: f64::from(year), label: year.to_string(), figure }
        });
        Series { label: (*name).to_owned(), points: points.collect() }
    });
    let (unit, series) = ("million euros".to_owned(), series.collect());
    Points { frame, form, unit, series, scale: None, is_years: true }
}

#[test]
fn lines_break_where_nothing_is_stated() {
    let frame = Frame::new("lines", "Three countries", "Two years of Mali are not stated.");
    golden("line", &lines(frame.clone(), Form::Line).draw());
    golden("points-narrow", &lines(frame.clone().with_width(Width::Narrow), Form::Points).draw());
    check(&lines(frame, Form::Area).draw());
}

#[test]
fn a_sparkline_has_no_axes() {
    let frame = Frame::new("spark", "Trend", "Three years, one not stated.");
    golden("spark", &sparkline(&frame, &[Some(1.0), Some(4.0), None, Some(3.0), Some(5.0)]));
    check(&sparkline(&frame, &[]));
}

fn table(spec: &str) -> Chart {
    let rows = (2015..2021).flat_map(|year: i32| {
        ["UN", "NGO"].map(|channel| {
            let value = f64::from((year * 3) % 7) + if channel == "UN" { 1.0 } else { 2.5 };
            let year = Value::Number(f64::from(year), year.to_string());
            vec![year, Value::Text(channel.to_owned()), Value::Number(value, format!("{value}M"))]
        })
    });
    Chart {
        frame: Frame::new("table", "Aid by channel", "Two channels.").alone("aidgraph"),
        unit: "million euros".to_owned(),
        spec: spec.parse().unwrap(),
        columns: ["year", "channel", "counted"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

#[test]
fn a_table_declares_its_chart() {
    golden("chart-bar", &table("bar x=year y=counted colour=channel").draw());
    golden("chart-area", &table("area x=year y=counted colour=channel").draw());
    check(&table("bar x=year y=counted facet=channel").draw());
    check(&table("line x=channel y=missing").draw());
}

#[test]
fn an_invalid_specification_is_rejected_with_the_reason() {
    let wrong = |text: &str| text.parse::<Spec>().unwrap_err();
    assert_eq!(wrong("pie x=a y=b"), InvalidSpec::Mark("pie".to_owned()));
    assert_eq!(wrong("bar x=a"), InvalidSpec::Missing("y"));
    assert_eq!(wrong("bar x=a y=b z=c"), InvalidSpec::Word("z=c".to_owned()));
}
