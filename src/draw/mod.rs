//! Drawings: data in, SVG text out, byte for byte the same for the same data.
//!
//! A drawing is complete without scripts and has no style of its own: presentation attributes give a light look,
//! classes let `assets/draw.css` restyle it for dark pages and print. Unknown is drawn as unknown: see [`figure`].
//! Crates such as `plotters`, `charts-rs` and `charming` draw no bounds or unknowns, no titles for readers of screens,
//! no patterns and no classes; hence these small ones.
//!
//! | module | drawing |
//! | --- | --- |
//! | [`bars`] | money by year or category: stacked, in panels on a common scale |
//! | [`lanes`] | lanes of time: bars, extensions, agreements, meetings, events behind them |
//! | [`map`] | the world, some countries, or the regions of a partner country; places |
//! | [`sankey`] | streams of true width between columns, with the rest that is not broken down |
//! | [`steps`] | budgets as a staircase; an audit as a waterfall from naive to counted |
//! | [`dots`] | people by year: served, announced, ceiling |
//! | [`coverage`] | a matrix of nouns by years |
//! | [`points`] | lines, points, areas, and a sparkline |
//! | [`chart`] | the generic chart of a table, from one line of specification |
//!
//! Every drawing is a value with public fields and a method `draw`. It has a [`frame::Frame`]: a prefix of ids, unique on
//! its page, a title, a sentence, a width and words. [`frame::responsive`] returns both widths of a drawing, of which the
//! stylesheet shows one. [`frame::Frame::alone`] draws title, sentence and a foot line into an image that stands alone.
//! Amounts are [`figure::Figure`]: a size for the geometry, an exact text for tooltips and labels, bounds, rivals, address.
//! Two drawings compare on one scale: take `scale()` of both, [`scale::Scale::union`], and set `scale`; for lanes,
//! `extent()` and `years`; for streams, `sum()` and `whole`.
//!
//! ```
//! use aidgraph::draw::bars::{Bar, Bars};
//! use aidgraph::draw::figure::{Bound, Figure};
//! use aidgraph::draw::frame::{Frame, responsive};
//!
//! let frame = Frame::new("money", "Money by year", "At least €3.2M in 2004; 2005 is not stated.");
//! let html = responsive(&frame, |frame| {
//!     let amount = Figure::stated(3.2e6, "at least €3.2M").bounded(Bound::AtLeast).with_href("/explore?year=2004");
//!     let bars = vec![Bar::of("2004", amount), Bar::of("2005", Figure::not_stated("not stated"))];
//!     Bars::new(frame, "euros", bars).draw()
//! });
//! assert!(html.contains("<title id=\"money-title\">Money by year</title>"));
//! ```
//!
//! Lanes, with a programme of known years and a meeting:
//!
//! ```
//! use aidgraph::draw::{frame::Frame, lanes::{Dot, Edge, Kind, Lane, Lanes, Span}, when::When};
//!
//! let frame = Frame::new("time", "Programmes", "One programme from 2015, extended to 2022.");
//! let span = Span {
//!     label: "ICP III".to_owned(),
//!     from: Edge::At(When::year(2015)),
//!     to: Edge::At(When::day(2019, 12, 31)),
//!     extended_to: Some(When::year(2022)),
//!     tip: "ICP III, 2015 to 2019, extended to 2022".to_owned(),
//!     href: Some("/programme/ML-017".to_owned()),
//! };
//! let tip = "Commission, March 2016".to_owned();
//! let dot = Dot { kind: Kind::Meeting, at: When::month(2016, 3), label: String::new(), tip, href: None };
//! let lane = Lane { label: "Development".to_owned(), series: 1, spans: vec![span], dots: vec![dot] };
//! let svg = Lanes { frame, lanes: vec![lane], events: Vec::new(), years: Some((1998, 2025)) }.draw();
//! assert!(svg.contains("href=\"/programme/ML-017\""));
//! ```
//!
//! A map of Mali with a region and a place; [`map::Map::outside`] lists the places that a sentence must name:
//!
//! ```
//! use aidgraph::draw::{frame::Frame, map::{Area, Map, Pin, State, View}, palette::Tone};
//!
//! let map = Map {
//!     frame: Frame::new("mali", "Places in Mali", "Programmes in one region."),
//!     view: View::Country("ML".to_owned()),
//!     states: vec![State { label: "programmes".to_owned(), tone: Tone::Pale(0) }],
//!     areas: vec![Area { code: "ML-4".to_owned(), state: 0, label: "Ségou: 12".to_owned(), href: None }],
//!     kinds: vec!["programme".to_owned()],
//!     pins: vec![Pin { label: "Ségou".to_owned(), latitude: 13.43, longitude: -6.26, kind: 0, href: None }],
//! };
//! assert!(map.outside().is_empty() && map.draw().contains("Ségou"));
//! ```
//!
//! Streams, a budget, people, coverage and the chart of a table:
//!
//! ```
//! use aidgraph::draw::{chart, coverage, dots, figure::Figure, frame::Frame, sankey, steps};
//!
//! let frame = |id| Frame::new(id, "Title", "Sentence.");
//! let node = |label: &str, column| sankey::Node {
//!     label: label.to_owned(), column, amount: "€5M".to_owned(), href: None, is_rest: false,
//! };
//! let stream = sankey::Stream { from: 0, to: 1, figure: Figure::stated(5e6, "€5M") };
//! let columns = vec!["Funder".to_owned(), "Agency".to_owned()];
//! let nodes = vec![node("Ministry", 0), node("LuxDev", 1)];
//! sankey::Sankey { frame: frame("a"), columns, nodes, streams: vec![stream], fold_below: 0.01, whole: None }.draw();
//!
//! let version = |label: &str, value, left_out| steps::Version {
//!     label: label.to_owned(), figure: Figure::stated(value, "…"), left_out,
//! };
//! let versions = vec![version("original", 4e6, Some("replaced".to_owned())), version("revised", 5e6, None)];
//! steps::Staircase { frame: frame("b"), versions, scale: None }.draw();
//!
//! let step = |label: &str, value| steps::Step { label: label.to_owned(), figure: Figure::stated(value, "…") };
//! let steps = vec![step("replaced budgets", -4e6)];
//! steps::Waterfall { frame: frame("c"), start: step("naive", 9e6), steps, end: step("counted", 5e6), scale: None }.draw();
//!
//! let marks = vec![(dots::Measure::Served, Figure::stated(8.0, "8"))];
//! let years = vec![dots::Year { label: "2019".to_owned(), marks }];
//! dots::Dots { frame: frame("d"), unit: "people".to_owned(), years, scale: None }.draw();
//!
//! let cell = coverage::Cell { state: coverage::State::ItemsOnly, label: "3 items".to_owned(), href: None };
//! let rows = vec![coverage::Row { label: "Programmes".to_owned(), cells: vec![cell] }];
//! coverage::Coverage { frame: frame("e"), columns: vec!["2019".to_owned()], rows }.draw();
//!
//! let spec = "bar x=year y=counted colour=channel".parse()?;
//! let columns = ["year", "channel", "counted"].map(str::to_owned).to_vec();
//! let cell = |text: &str| chart::Cell::Text(text.to_owned());
//! let rows = vec![vec![cell("2019"), cell("UN"), chart::Cell::Number(5e6, "€5M".to_owned())]];
//! chart::Chart { frame: frame("f").alone("aidgraph"), unit: "euros".to_owned(), spec, columns, rows }.draw();
//! # Ok::<(), chart::InvalidSpec>(())
//! ```
#![expect(clippy::float_arithmetic, reason = "geometry; money stays exact text from the caller")]

pub mod atlas;
pub mod bars;
pub mod boxes;
pub mod chart;
pub mod coverage;
pub mod dots;
pub mod empty;
pub mod events;
pub mod figure;
pub mod frame;
pub mod lanes;
pub mod legend;
pub mod map;
pub mod palette;
pub mod plot;
pub mod points;
pub mod sankey;
pub mod scale;
pub mod steps;
pub mod svg;
pub mod text;
pub mod time_axis;
pub mod when;
pub mod words;

#[cfg(test)]
mod tests;
