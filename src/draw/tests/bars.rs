//! Bars.

use super::{check, golden};
use crate::draw::bars::{Bar, Bars, Panel, Part};
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::{Frame, Width};
use crate::draw::words::FRENCH;

fn by_year() -> Vec<Bar> {
    let amount = |value: f64| Figure::stated(value * 1e6, &format!("€{value:.1}M"));
    (1998..=2025)
        .map(|year: i32| {
            let value = f64::from((year * 37) % 11) + 2.3;
            let figure = match year {
                2001 | 2002 => Figure::not_stated(""),
                2003 => amount(value).bounded(Bound::AtMost),
                2004..=2006 => amount(value).bounded(Bound::AtLeast),
                2007 => amount(value).bounded(Bound::About),
                2008 => amount(value).with_rivals(&[2e6, 5e6, 9.1e6]),
                2009..=2011 => amount(value).items_only(),
                2012 => amount(0.0),
                _ => amount(value).with_href("/engagement/lu/ml?year=2020&x=1"),
            };
            Bar::of(&year.to_string(), figure)
        })
        .collect()
}

fn frame(name: &str) -> Frame {
    Frame::new(name, "Money by year", "Luxembourg to Mali, 1998–2025; two years are not stated.")
}

fn stacked(frame: Frame) -> Bars {
    let series = ["Development", "Humanitarian", "Defence", "Diplomacy"];
    let part = |series, value: f64| Part {
        series,
        figure: Figure::stated(value * 1e6, &format!("€{value:.1}M")),
    };
    let bars = (2012..=2023).map(|year: i32| {
        let mut parts: Vec<Part> = (0..4)
            .map(|s| part(s, f64::from((year * 7 + i32::try_from(s).unwrap() * 5) % 9)))
            .collect();
        if year == 2020 {
            parts[3].figure.bound = Bound::AtLeast;
        }
        if year == 2018 {
            parts[0].figure.bound = Bound::AtLeast;
        }
        if year == 2019 {
            parts[1].figure = Figure::not_stated("");
        }
        if year == 2021 {
            parts[1].figure.is_items_only = true;
        }
        if year == 2022 {
            parts.clear();
        }
        Bar {
            label: year.to_string(),
            href: Some("/explore".to_owned()),
            parts,
            total: String::new(),
        }
    });
    let mut chart = Bars::new(frame, "euros", bars.collect());
    chart.series = series.map(str::to_owned).to_vec();
    chart
}

#[test]
fn every_kind_of_figure_by_year() {
    golden("bars-year", &Bars::new(frame("year"), "million euros", by_year()).draw());
}

#[test]
fn narrow_bars_run_flat() {
    let narrow = frame("year").with_width(Width::Narrow).with_words(&FRENCH);
    golden("bars-year-narrow", &Bars::new(narrow, "millions d’euros", by_year()).draw());
}

#[test]
fn stacked_series_have_patterns() {
    golden(
        "bars-stacked",
        &stacked(frame("stack").alone("aidgraph, data version 12 · CC BY 4.0")).draw(),
    );
}

#[test]
fn panels_share_a_scale() {
    let mut chart = stacked(frame("pair"));
    let other = chart.panels[0].bars[3..].to_vec();
    chart.panels[0].label = "Mali".to_owned();
    chart.panels.push(Panel { label: "Niger".to_owned(), bars: other });
    golden("bars-panels", &chart.draw());
    chart.frame = chart.frame.with_width(Width::Narrow);
    check(&chart.draw());
}

#[test]
fn long_labels_run_flat() {
    let names = [
        ("Basic health care", 12.0),
        ("Education, level unspecified, and training of teachers in rural areas of the north", 7.0),
        ("Agricultural development", 5.5),
        ("Returned", -2.5),
    ];
    let bar = |(name, value): (&str, f64)| {
        let figure = Figure::stated(value * 1e6, &format!("€{value}M")).with_href("#x");
        Bar::of(name, figure)
    };
    let mut bars: Vec<Bar> = names.map(bar).to_vec();
    bars.push(Bar::of("Water", Figure::not_stated("not stated")));
    golden("bars-category", &Bars::new(frame("category"), "euros", bars).draw());
}

#[test]
fn no_data_is_stated_in_a_sentence() {
    check(&Bars::new(frame("none"), "", Vec::new()).draw());
}

#[test]
fn two_drawings_share_a_scale() {
    let small = Bar::of("2001", Figure::stated(2e6, "€2M"));
    let large = Bar::of("2001", Figure::stated(9e6, "€9M"));
    let mut first = Bars::new(frame("first"), "euros", vec![small.clone()]);
    let mut second = Bars::new(frame("second"), "euros", vec![small, large]);
    let scale = first.scale().union(second.scale());
    (first.scale, second.scale) = (Some(scale), Some(scale));
    for drawing in [first.draw(), second.draw()] {
        check(&drawing);
        assert!(drawing.contains(">10M</text>"), "{drawing}");
    }
}

#[test]
fn a_sum_with_a_lower_bound_or_an_unknown_part_has_an_open_end() {
    let part = |series, figure| Part { series, figure };
    let sum = |second: Figure| {
        let parts = vec![part(0, second), part(1, Figure::stated(4.0, "4"))];
        let bar = Bar { label: "2001".to_owned(), href: None, parts, total: String::new() };
        Bars::new(frame("open"), "", vec![bar]).draw()
    };
    assert!(sum(Figure::stated(2.0, "2").bounded(Bound::AtLeast)).contains(">at least</text>"));
    assert!(sum(Figure::not_stated("")).contains(">at least</text>"));
    assert!(!sum(Figure::stated(2.0, "2")).contains(">at least</text>"));
}
