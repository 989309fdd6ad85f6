//! SVG: the drawing of a table as its description specifies, for letters, wikis and slides.
//!
//! Rows with the same bar, colour and panel are added up. Rows that do not count are not drawn, and a value that is not stated
//! makes its sum a lower bound. Many bars or colours fold into one that says how many they are, so that no money is missing.

use std::io::Write as _;

use async_graphql::indexmap::{IndexMap, IndexSet};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::{Encoder, Options, Output, Provenance};
use crate::draw::chart::{self, Chart, Mark, Spec};
use crate::draw::figure::{Bound, Figure};
use crate::draw::frame::Frame;
use crate::draw::words::ENGLISH;
use crate::model::code::Code as _;
use crate::model::money::Qualifier;
use crate::read::coverage::SumCoverage;
use crate::table::batch::{Batch, Cell};
use crate::table::description::Description;
use crate::table::error::TableError;

/// Largest number of bars that are not years.
const BARS: usize = 30;

/// Largest number of colours.
const COLOURS: usize = 8;

/// Largest number of panels.
const PANELS: usize = 12;

/// Largest number of sums that are held, and of points that are drawn.
const SUMS: usize = 100_000;

/// Largest number of marks in a drawing.
const MARKS: usize = 2_000;

/// Writer of a drawing. It draws when the table is complete.
pub(super) struct Svg<'a> {
    frame: Frame,
    unit: String,
    spec: &'a Spec,
    places: Places,
    sums: IndexMap<Key, Sum>,
    rows: u64,
    left_out: u64,
    /// Number of rows without a position on an axis of numbers.
    unplaced: u64,
    output: Output<'a>,
}

/// Bar, colour and panel of a sum, and the number of the row for points, which are not added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Key {
    x: String,
    colour: String,
    facet: String,
    row: u64,
}

/// Sum of the values of some rows.
#[derive(Clone, Debug, Default)]
struct Sum {
    /// Sum of the stated values; `None` without any.
    value: Option<Decimal>,
    not_stated: u64,
    is_at_least: bool,
    is_at_most: bool,
    is_about: bool,
    coverage: Option<SumCoverage>,
    /// Bounds that rival figures widen.
    rivals: Vec<f64>,
}

/// Positions of the columns that a drawing reads.
#[derive(Clone, Copy, Debug)]
struct Places {
    x: usize,
    y: usize,
    colour: Option<usize>,
    facet: Option<usize>,
    left_out: Option<usize>,
    qualifier: Option<usize>,
    lower: Option<usize>,
    upper: Option<usize>,
    disputed: Option<usize>,
    coverage: Option<usize>,
    approximate: Option<usize>,
}

impl Places {
    fn of(spec: &Spec, description: &Description) -> Option<Self> {
        let place = |name: &str| description.columns.iter().position(|column| column.name == name);
        let optional = |name: &Option<String>| name.as_deref().and_then(place);
        Some(Self {
            x: place(&spec.x)?,
            y: place(&spec.y)?,
            colour: optional(&spec.colour),
            facet: optional(&spec.facet),
            left_out: place("left_out"),
            qualifier: place(&format!("{}_qualifier", spec.y)).or_else(|| place("qualifier")),
            lower: place("lower"),
            upper: place("upper"),
            disputed: place("disputed"),
            coverage: place("coverage"),
            approximate: place("approximate"),
        })
    }
}

impl<'a> Svg<'a> {
    /// Creates the writer.
    ///
    /// # Errors
    /// [`TableError::Parameter`] for a table that has no drawing.
    pub(super) fn new(
        options: &Options,
        description: &'a Description,
        provenance: &Provenance,
        output: Output<'a>,
    ) -> Result<Self, TableError> {
        let spec = description.chart.as_ref();
        let found = spec.and_then(|spec| Some((spec, Places::of(spec, description)?)));
        let Some((spec, places)) = found else { return Err(undrawn(description)) };
        let title = options.heading.as_deref().unwrap_or(&description.title);
        let unit = description.columns.get(places.y).and_then(|column| column.unit.clone());
        Ok(Self {
            frame: Frame::new("chart", title, "").alone(&foot(provenance)),
            unit: unit.unwrap_or_default().into_owned(),
            spec,
            places,
            sums: IndexMap::new(),
            rows: 0,
            left_out: 0,
            unplaced: 0,
            output,
        })
    }

    fn add(&mut self, batch: &Batch, row: &[Cell]) -> Result<(), TableError> {
        self.rows += 1;
        let places = self.places;
        let cell = |place: Option<usize>| place.and_then(|place| row.get(place)).copied();
        let text = |place: Option<usize>| cell(place).map(|cell| text(batch, cell));
        if text(places.left_out).is_some_and(|reason| !reason.is_empty()) {
            self.left_out += 1;
            return Ok(());
        }
        let x = text(Some(places.x)).unwrap_or_default();
        if x.is_empty() && self.spec.mark != Mark::Bar {
            self.unplaced += 1;
            return Ok(());
        }
        let key = Key {
            x,
            colour: text(places.colour).unwrap_or_default(),
            facet: text(places.facet).unwrap_or_default(),
            row: if self.spec.mark == Mark::Point { self.rows } else { 0 },
        };
        let sum = self.sums.entry(key).or_default();
        match number(cell(Some(places.y))) {
            Some(value) => {
                let all = sum.value.unwrap_or_default().checked_add(value);
                let beyond = || TableError::Encode("a sum exceeds a decimal".to_owned());
                sum.value = Some(all.ok_or_else(beyond)?);
                sum.qualify(text(places.qualifier).as_deref().unwrap_or_default());
            }
            None => sum.not_stated += 1,
        }
        // A group without an upper bound is a lower bound, unless it is approximate.
        let is_about = number(cell(places.approximate)).is_some_and(|count| !count.is_zero());
        sum.is_about |= is_about;
        sum.is_at_least |=
            places.upper.is_some() && number(cell(places.upper)).is_none() && !is_about;
        sum.cover(text(places.coverage).as_deref().unwrap_or_default());
        if number(cell(places.disputed)).is_some_and(|count| !count.is_zero()) {
            let ends = [places.lower, places.upper].map(|end| number(cell(end)));
            sum.rivals.extend(ends.into_iter().flatten().filter_map(|end| end.to_f64()));
        }
        if self.sums.len() > SUMS {
            return Err(too_large(self.sums.len(), SUMS, "bars and colours"));
        }
        Ok(())
    }

    /// Folds what a drawing has no room for, and checks what cannot be folded.
    fn fold(&mut self) -> Result<(), TableError> {
        let panels = distinct(&self.sums, |key| &key.facet);
        if panels.len() > PANELS {
            return Err(too_large(panels.len(), PANELS, "panels"));
        }
        if self.spec.mark != Mark::Point {
            let is_numeric = |x: &String| x.is_empty() || x.parse::<f64>().is_ok();
            let xs = distinct(&self.sums, |key| &key.x);
            if !xs.iter().all(is_numeric) {
                fold(&mut self.sums, BARS, |key| &key.x, |key| &mut key.x);
            }
            fold(&mut self.sums, COLOURS, |key| &key.colour, |key| &mut key.colour);
        }
        match self.sums.len() {
            marks if marks > MARKS => Err(too_large(marks, MARKS, "marks")),
            _ => Ok(()),
        }
    }

    /// Orders bars: years by number, others by size; what has no name comes last.
    fn order(&mut self) {
        let sizes = sizes(&self.sums, |key| &key.x);
        let size = |x: &str| sizes.get(x).copied().unwrap_or_default();
        let is_years = self.sums.keys().all(|key| key.x.is_empty() || key.x.parse::<f64>().is_ok());
        let rank = |x: &str| {
            let by_size = if is_years { Decimal::ZERO } else { -size(x) };
            (x.is_empty(), x.starts_with(FOLDED), by_size)
        };
        let years = |x: &str| if is_years { x.parse::<f64>().unwrap_or_default() } else { 0.0 };
        self.sums.sort_by(|a, _, b, _| {
            rank(&a.x).cmp(&rank(&b.x)).then(years(&a.x).total_cmp(&years(&b.x)))
        });
    }

    fn sentence(&self) -> String {
        let name = |column: &str| column.trim_end_matches("_name").replace('_', " ");
        let keys = [Some(&self.spec.x), self.spec.colour.as_ref(), self.spec.facet.as_ref()];
        let keys: Vec<String> = keys.into_iter().flatten().map(|key| name(key)).collect();
        let shown = format!("{} by {}", capital(&name(&self.spec.y)), keys.join(" and "));
        let unit = Some(self.unit.clone()).filter(|unit| !unit.is_empty());
        let head: Vec<String> = [Some(shown), unit].into_iter().flatten().collect();
        let not_stated: u64 = self.sums.values().map(|sum| sum.not_stated).sum();
        let unplaced = format!("Without {} and not drawn", name(&self.spec.x));
        let counts = [
            ("Rows", self.rows, true),
            ("Not counted and not drawn", self.left_out, self.left_out > 0),
            (unplaced.as_str(), self.unplaced, self.unplaced > 0),
            ("Not stated", not_stated, not_stated > 0),
        ];
        let counts = counts.iter().filter(|(_, _, is_said)| *is_said);
        let counts = counts.map(|(words, count, _)| format!("{words}: {count}."));
        let parts = std::iter::once(format!("{}.", head.join(", "))).chain(counts);
        parts.collect::<Vec<_>>().join(" ")
    }
}

/// Start of the name of folded bars and colours, which no name of the data has.
const FOLDED: char = '\u{0}';

impl Encoder for Svg<'_> {
    fn write(&mut self, batch: &Batch) -> Result<(), TableError> {
        batch.rows().try_for_each(|row| self.add(batch, row))
    }

    fn finish(mut self: Box<Self>) -> Result<(), TableError> {
        self.fold()?;
        self.order();
        let columns = ["x", "y", "colour", "facet"].map(str::to_owned).to_vec();
        let spec = Spec {
            mark: self.spec.mark,
            x: "x".to_owned(),
            y: "y".to_owned(),
            colour: self.places.colour.map(|_| "colour".to_owned()),
            facet: self.places.facet.map(|_| "facet".to_owned()),
        };
        let is_total = |sum: &Sum| sum.coverage == Some(SumCoverage::PublishedTotal);
        let has_totals = self.sums.values().any(is_total);
        let rows = self.sums.iter().map(|(key, sum)| {
            let name = |text: &str| chart::Cell::Text(shown(text));
            let figure = sum.figure(&self.unit);
            // Items are marked beside published totals only: of most amounts no total is published.
            let is_of_items = has_totals && sum.coverage == Some(SumCoverage::ItemsOnly);
            let figure = if is_of_items { figure.items_only() } else { figure };
            let figure = chart::Cell::Figure(figure);
            vec![name(&key.x), figure, name(&key.colour), name(&key.facet)]
        });
        let rows = rows.collect();
        let frame = Frame { sentence: self.sentence(), ..self.frame.clone() };
        let chart = Chart { frame, unit: self.unit.clone(), spec, columns, rows };
        self.output.write_all(chart.draw().as_bytes())?;
        Ok(self.output.flush()?)
    }
}

impl Sum {
    fn qualify(&mut self, qualifier: &str) {
        self.is_at_least |= qualifier == Qualifier::AtLeast.as_str();
        self.is_at_most |= qualifier == Qualifier::AtMost.as_str();
        self.is_about |= qualifier == Qualifier::About.as_str();
    }

    fn cover(&mut self, coverage: &str) {
        let coverage = SumCoverage::parse(coverage).ok();
        self.coverage = match (self.coverage, coverage) {
            (Some(SumCoverage::ItemsOnly), _) | (_, Some(SumCoverage::ItemsOnly)) => {
                Some(SumCoverage::ItemsOnly)
            }
            (one, other) => other.or(one),
        };
    }

    fn merge(&mut self, other: &Self) {
        self.value = match (self.value, other.value) {
            (Some(one), Some(other)) => Some(one.saturating_add(other)),
            (one, other) => one.or(other),
        };
        self.not_stated += other.not_stated;
        self.is_at_least |= other.is_at_least;
        self.is_at_most |= other.is_at_most;
        self.is_about |= other.is_about;
        self.cover(other.coverage.map_or("", SumCoverage::as_str));
        // The bounds of several sums are no bounds of their sum.
        self.rivals.clear();
    }

    fn bound(&self) -> Bound {
        let is_at_least = self.is_at_least || self.not_stated > 0;
        match (is_at_least, self.is_at_most, self.is_about) {
            (false, false, false) => Bound::Exact,
            (true, false, false) => Bound::AtLeast,
            (false, true, false) => Bound::AtMost,
            _ => Bound::About,
        }
    }

    fn figure(&self, unit: &str) -> Figure {
        let Some(value) = self.value else { return Figure::not_stated(ENGLISH.not_stated) };
        let bound = self.bound();
        let word = match bound {
            Bound::Exact => None,
            Bound::AtLeast => Some(ENGLISH.at_least),
            Bound::AtMost => Some(ENGLISH.at_most),
            Bound::About => Some(ENGLISH.about),
        };
        let amount = ENGLISH.exact(&value.normalize().to_string());
        let parts = [word, (!unit.is_empty()).then_some(unit), Some(amount.as_str())];
        let label = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let figure = Figure::stated(value.to_f64().unwrap_or(f64::NAN), &label).bounded(bound);
        figure.with_rivals(&self.rivals)
    }
}

/// Returns the distinct texts of a part of the keys, in the order of the rows.
fn distinct(sums: &IndexMap<Key, Sum>, part: fn(&Key) -> &String) -> Vec<String> {
    let distinct: IndexSet<&String> = sums.keys().map(part).collect();
    distinct.into_iter().cloned().collect()
}

/// Returns the sizes of the distinct texts of a part of the keys.
fn sizes(sums: &IndexMap<Key, Sum>, part: fn(&Key) -> &String) -> IndexMap<String, Decimal> {
    let mut sizes: IndexMap<String, Decimal> = IndexMap::new();
    for (key, sum) in sums {
        let size = sizes.entry(part(key).clone()).or_default();
        *size = size.saturating_add(sum.value.unwrap_or_default().abs());
    }
    sizes
}

/// Folds the smallest of more than `room` texts of a part of the keys into one.
fn fold(
    sums: &mut IndexMap<Key, Sum>,
    room: usize,
    part: fn(&Key) -> &String,
    part_mut: fn(&mut Key) -> &mut String,
) {
    let mut sizes = sizes(sums, part);
    if sizes.len() <= room {
        return;
    }
    sizes.sort_by(|_, one, _, other| other.cmp(one));
    let folded = sizes.split_off(room.saturating_sub(1));
    let name = format!("{FOLDED}{}", ENGLISH.others(folded.len()));
    for (mut key, sum) in std::mem::take(sums) {
        let text = part_mut(&mut key);
        if folded.contains_key(text.as_str()) {
            text.clone_from(&name);
        }
        sums.entry(key).or_default().merge(&sum);
    }
}

/// Returns the name of a bar, colour or panel for people.
fn shown(text: &str) -> String {
    match text.strip_prefix(FOLDED) {
        Some(folded) => folded.to_owned(),
        None if text.is_empty() => ENGLISH.not_stated.to_owned(),
        None => text.to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

fn text(batch: &Batch, cell: Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Boolean(is_true) => is_true.to_string(),
        Cell::Integer(number) => number.to_string(),
        Cell::Decimal(number) => number.normalize().to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Text(span) => batch.text(span).to_owned(),
    }
}

fn number(cell: Option<Cell>) -> Option<Decimal> {
    match cell? {
        Cell::Integer(number) => Some(number.into()),
        Cell::Decimal(number) => Some(number),
        _ => None,
    }
}

fn foot(provenance: &Provenance) -> String {
    let version = provenance.data_version.as_deref().and_then(|version| version.get(..12));
    let version = version.map(|version| format!("data {version}"));
    let licences = Some(provenance.licences.join(", ")).filter(|licences| !licences.is_empty());
    let parts = [Some("aidgraph".to_owned()), version, licences];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" \u{b7} ")
}

fn undrawn(description: &Description) -> TableError {
    let name = &description.name;
    let is_grouped = description.parameters.iter().any(|parameter| parameter.name == "by");
    let advice =
        if is_grouped { "give one to three keys in `by`" } else { "choose another format" };
    TableError::Parameter(format!("`{name}` has no drawing: {advice}"))
}

fn too_large(found: usize, limit: usize, unit: &'static str) -> TableError {
    let advice = "narrow the filter, or give fewer keys in `by`".into();
    TableError::TooLarge { found: found as u64, limit: limit as u64, unit, advice }
}
